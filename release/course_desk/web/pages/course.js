// @ts-check
// The course pages work without it: it moves the bar of a deed, takes files that are dropped, and unfolds the part
// of the page that a link leads to.
"use strict";

(() => {
  /**
   * A part of the page; its template has it.
   * @template {HTMLElement} [T=HTMLElement]
   * @param {ParentNode} place
   * @param {string} selector
   */
  function part(place, selector) {
    return /** @type {T} */ (place.querySelector(selector));
  }

  /**
   * Ask how far the deed is, and load the page again once it is done.
   * @param {string} address
   */
  async function look(address) {
    /** @type {{ busy: boolean, whole: number, done: number }} */
    let state;
    try {
      const answer = await fetch(`${address}/kemajuan`, { credentials: "same-origin" });
      state = await answer.json();
    } catch (error) {
      setTimeout(() => look(address), 3000);
      return;
    }
    if (!state.busy) {
      window.location.replace(`${address}#said`);
      window.location.reload();
      return;
    }
    if (state.whole) {
      const bar = /** @type {HTMLProgressElement} */ (part(document, "#kemajuan"));
      bar.max = state.whole;
      bar.value = state.done;
      part(document, "#kemajuan-angka").textContent = `${state.done} / ${state.whole}`;
    }
    setTimeout(() => look(address), 1000);
  }

  /** @type {HTMLElement | null} */
  const busy = document.querySelector("[data-busy]");
  if (busy) {
    const address = busy.dataset.busy || "";
    if (address.split("/").length > 2) {
      setTimeout(() => look(address), 700);
    } else {
      setTimeout(() => window.location.reload(), 2500);
    }
  }

  /**
   * Say how many files are chosen, or that they are too large; whether they are not.
   * @param {HTMLElement} place
   * @param {HTMLInputElement} input
   */
  function check(place, input) {
    const files = Array.from(input.files || []);
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    const isLarge = bytes > Number(place.dataset.most);
    const names = files
      .slice(0, 5)
      .map((file) => file.name)
      .join(", ");
    const more = files.length > 5 ? ` (+${files.length - 5})` : "";
    const chosen = files.length ? `${place.dataset.chosen} ${names}${more}` : "";
    part(place, ".cd-chosen").textContent = isLarge ? place.dataset.large || "" : chosen;
    return !isLarge;
  }

  /** @type {NodeListOf<HTMLElement>} */
  const places = document.querySelectorAll(".cd-drop");
  for (const place of places) {
    const input = /** @type {HTMLInputElement} */ (part(place, 'input[type="file"]'));
    /** @type {HTMLInputElement[]} */
    const inputs = Array.from(place.querySelectorAll('input[type="file"]'));
    part(place, ".cd-drop-here").hidden = false;
    place.classList.add("cd-told");
    for (const one of inputs) one.addEventListener("change", () => check(place, one));
    place.addEventListener("dragover", (event) => {
      event.preventDefault();
      place.classList.add("cd-over");
    });
    place.addEventListener("dragleave", () => place.classList.remove("cd-over"));
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      place.classList.remove("cd-over");
      if (event.dataTransfer && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        check(place, input);
      }
    });
    const form = /** @type {HTMLFormElement} */ (place.closest("form"));
    form.addEventListener("submit", (event) => {
      if (!inputs.every((one) => check(place, one))) event.preventDefault();
    });
  }

  // A file that misses its place must not take the page's.
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => event.preventDefault());
  }

  /**
   * Unfold the part that a link leads to.
   * @param {string} hash
   */
  function unfold(hash) {
    const heading = hash.startsWith("#h-") ? document.getElementById(hash.slice(1)) : null;
    const details = heading && heading.closest("details");
    if (!heading || !details) return;
    details.open = true;
    heading.scrollIntoView();
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link && link.getAttribute("href") === link.hash) unfold(link.hash);
  });
  unfold(window.location.hash);

  const said = document.getElementById("said");
  if (said && window.location.hash === "#said") said.focus();
})();

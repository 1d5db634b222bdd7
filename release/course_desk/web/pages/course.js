// The course pages work without it: it moves the bar of a deed, and takes files that are dropped.
"use strict";

(() => {
  const busy = document.querySelector("[data-busy]");

  /** Ask how far the deed is, and load the page again once it is done. */
  async function look(address) {
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
      const bar = document.getElementById("kemajuan");
      bar.max = state.whole;
      bar.value = state.done;
      document.getElementById("kemajuan-angka").textContent = `${state.done} / ${state.whole}`;
    }
    setTimeout(() => look(address), 1000);
  }

  if (busy) {
    const address = busy.dataset.busy;
    if (address.split("/").length > 2) {
      setTimeout(() => look(address), 700);
    } else {
      setTimeout(() => window.location.reload(), 2500);
    }
  }

  /** How many files are chosen, or that they are too large. */
  function check(place, input) {
    const files = Array.from(input.files);
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    const isLarge = bytes > Number(place.dataset.most);
    const names = files.slice(0, 5).map((file) => file.name).join(", ");
    const more = files.length > 5 ? ` (+${files.length - 5})` : "";
    let text = files.length ? `${place.dataset.chosen} ${names}${more}` : "";
    if (isLarge) {
      text = place.dataset.large;
    }
    place.querySelector(".cd-chosen").textContent = text;
    return !isLarge;
  }

  for (const place of document.querySelectorAll(".cd-drop")) {
    const input = place.querySelector('input[name="file"]');
    place.querySelector(".cd-drop-here").hidden = false;
    for (const one of place.querySelectorAll('input[type="file"]')) {
      one.addEventListener("change", () => check(place, one));
    }
    place.addEventListener("dragover", (event) => {
      event.preventDefault();
      place.classList.add("cd-over");
    });
    place.addEventListener("dragleave", () => place.classList.remove("cd-over"));
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      place.classList.remove("cd-over");
      if (event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        check(place, input);
      }
    });
    place.closest("form").addEventListener("submit", (event) => {
      const inputs = Array.from(place.querySelectorAll('input[type="file"]'));
      if (!inputs.every((one) => check(place, one) || one.files.length === 0)) {
        event.preventDefault();
      }
    });
  }

  // A file that misses its place must not take the page's.
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => event.preventDefault());
  }

  const said = document.getElementById("said");
  if (said && window.location.hash === "#said") {
    said.focus();
  }
})();

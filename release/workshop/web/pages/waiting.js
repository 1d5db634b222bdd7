// @ts-check
// The waiting page: asks for its place now and then, and goes in once there is room.
// Written for browsers of 2020 on plain HTTP; without it the page loads itself again.

(function () {
  const BASE = document.documentElement.dataset.base || "";
  const PATIENCE = 15000; // ms until a question counts as lost
  const place = /** @type {HTMLElement} */ (document.getElementById("ws-place"));
  const trouble = /** @type {HTMLElement} */ (document.getElementById("ws-trouble"));
  let timer = 0;

  /** @param {number} seconds */
  function later(seconds) {
    clearTimeout(timer);
    timer = setTimeout(ask, seconds * 1000);
  }

  async function ask() {
    const question = new AbortController();
    clearTimeout(timer);
    timer = setTimeout(() => question.abort(), PATIENCE);
    try {
      const answer = await fetch(BASE + "/antre", { cache: "no-store", signal: question.signal });
      const told = await answer.json();
      trouble.hidden = true;
      if (told.place === 0) return location.replace(BASE + "/kasus");
      // A screen reader is told of a new place, not of the same one again.
      if (place.textContent !== String(told.place)) place.textContent = String(told.place);
      later(told.after);
    } catch (error) {
      trouble.hidden = false;
      later(5 + Math.random() * 5);
    }
  }

  document.addEventListener("visibilitychange", () => document.hidden || ask());
  later(Number(place.getAttribute("data-after")));
})();

// @ts-check
// The pages of a hub: a card's link fills in the form, a password can be looked at, and waiting ends by itself.

/** @param {string} id */
const field = (id) => /** @type {HTMLInputElement | null} */ (document.getElementById(id));

const [account, code] = decodeURIComponent(window.location.hash.slice(1)).split(" ");
const [first, second] = [field("akun"), field("sandi")];
if (account && code && first && second) {
  first.value = account;
  second.value = code;
  // What opens an account stays in no history.
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
}

for (const box of document.querySelectorAll("[data-shows]")) {
  box.addEventListener("change", () => {
    const shown = field(box.getAttribute("data-shows") || "");
    if (shown) shown.type = /** @type {HTMLInputElement} */ (box).checked ? "text" : "password";
  });
}

const waiting = document.getElementById("tunggu");
if (waiting) {
  const events = new EventSource(waiting.getAttribute("data-progress") || "");
  events.onmessage = (event) => {
    const state = JSON.parse(event.data);
    if (state.ready || state.failed) events.close();
    if (state.ready) window.location.reload();
    if (state.failed) {
      waiting.hidden = true;
      for (const id of ["gagal", "lagi"]) {
        const part = document.getElementById(id);
        if (part) part.hidden = false;
      }
    }
  };
}

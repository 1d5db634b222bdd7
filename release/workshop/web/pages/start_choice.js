// @ts-check
// The form of the start page: what a chosen course settles is hidden, and a link to another page keeps what was typed.

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("rencana"));
const course = /** @type {HTMLSelectElement | null} */ (document.getElementById("course"));

/**
 * @param {string} id
 * @param {boolean} isShown
 */
function show(id, isShown) {
  const part = document.getElementById(id);
  if (part) part.hidden = !isShown;
}

function follow() {
  if (!course) return;
  const chosen = course.selectedOptions[0];
  show("st-carried", course.value !== "");
  show("st-own", course.value === "");
  show("st-tests", chosen !== undefined && "tests" in chosen.dataset);
}

/** @param {string} address */
function leaveFor(address) {
  if (!form) return;
  const way = document.createElement("button");
  way.type = "submit";
  way.formAction = "/ke";
  way.name = "to";
  way.value = address;
  way.hidden = true;
  form.append(way);
  way.click();
  way.remove();
}

if (course) {
  course.addEventListener("change", follow);
  // A browser that comes back has the choice of before in the list.
  window.addEventListener("pageshow", follow);
  follow();
}
if (form) {
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll(".st-rooms a, a.st-leave");
  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      leaveFor(link.pathname);
    });
  }
}

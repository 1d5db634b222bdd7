// @ts-check
// The people of a story: the letter of each stands in a small chip of a colour of its own, wherever a text names one.

import { t } from "./app.js";
import { h } from "./dom.js";

/** @typedef {import("./app.js").App} App */

const COLOURS = 11; // of people.css, beside that of the child, who is always A
// Neither what the trainee has written, nor whom one speaks to for help: these are no people of the story.
const UNMARKED = ".kl-chip, textarea, .kl-written, .kl-hidden, .kl-person, [role=alert], [role=status]";

/**
 * Whom the texts of a language name: a title such as “Kepala Desa”, and one letter.
 * @param {App} app
 */
function namesIn(app) {
  const titles = t(app, "people");
  return titles ? new RegExp("(^|[^A-Za-z])((?:" + titles + ") )([A-Z])(?![A-Za-z0-9])", "g") : null;
}

/** @param {string} letter */
function chip(letter) {
  const place = letter.charCodeAt(0) - "A".charCodeAt(0);
  return h("span", { class: "kl-chip kl-chip-" + (place === 0 ? 0 : 1 + ((place - 1) % COLOURS)) }, letter);
}

/**
 * @param {Text} node
 * @param {RegExp} names
 */
function markIn(node, names) {
  const text = node.data;
  const parts = document.createDocumentFragment();
  let at = 0;
  for (const match of text.matchAll(names)) {
    const letter = Number(match.index) + match[1].length + match[2].length;
    parts.append(text.slice(at, letter), chip(match[3]));
    at = letter + 1;
  }
  if (!at || !node.parentNode) return;
  parts.append(text.slice(at));
  node.parentNode.replaceChild(parts, node);
}

/**
 * @param {App} app
 * @param {Node} place
 */
function markPeople(app, place) {
  const names = namesIn(app);
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const texts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(/** @type {Text} */ (node));
  for (const text of texts) {
    if (names && text.parentElement && !text.parentElement.closest(UNMARKED)) markIn(text, names);
  }
}

/**
 * Mark whoever is named in what is drawn from now on. Gives what ends it.
 * @param {App} app
 */
export function keepPeople(app) {
  const watch = new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node instanceof Element) markPeople(app, node);
  });
  watch.observe(app.body, { childList: true, subtree: true });
  return () => watch.disconnect();
}

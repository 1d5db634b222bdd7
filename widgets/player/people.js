// @ts-check
// The people of a story: the letter of each stands in a small chip of a colour of its own, wherever a text names one.
// The player and the board draw it; what it looks like, and who counts as a person, stands in scenarios/people.css, .yaml.

import { h } from "./dom.js";

// Neither what the trainee has written, nor whom one speaks to for help: these are no people of the story.
const UNMARKED = ".kasuslab-person, textarea, .kl-written, .kl-hidden, .kl-person, [role=alert], [role=status]";

/**
 * A letter as a chip, and the blank before it, at which no line ends.
 * @param {string} letter
 */
function chip(letter) {
  return [
    h("span", { class: "kasuslab-joint" }, " "),
    h("span", { class: "kasuslab-person kasuslab-person-" + letter }, letter),
  ];
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
    parts.append(text.slice(at, letter - 1), ...chip(match[3]));
    at = letter + 1;
  }
  if (!at || !node.parentNode) return;
  parts.append(text.slice(at));
  node.parentNode.replaceChild(parts, node);
}

/**
 * Mark whoever is named in what is drawn.
 * @param {Node} place
 * @param {string} titles whom the texts of the language name, such as “Kepala Desa”, as alternatives; "" for nobody
 */
export function markPeople(place, titles) {
  if (!titles) return;
  const names = new RegExp("(^|[^A-Za-z])((?:" + titles + ") )([A-Z])(?![A-Za-z0-9])", "g");
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const texts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(/** @type {Text} */ (node));
  for (const text of texts) {
    if (text.parentElement && !text.parentElement.closest(UNMARKED)) markIn(text, names);
  }
}

/**
 * Mark whoever is named in what is drawn from now on. Gives what ends it.
 * @param {Node} place
 * @param {() => string} titles
 */
export function keepPeople(place, titles) {
  const watch = new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes) if (node instanceof Element) markPeople(node, titles());
  });
  watch.observe(place, { childList: true, subtree: true });
  return () => watch.disconnect();
}

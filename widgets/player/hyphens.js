// @ts-check
// Large letters on a narrow page: a word that would break anywhere breaks where its language has it. Browsers know that
// of some languages and not of others.

import { t } from "./app.js";

/** @typedef {import("./app.js").App} App */

const FEW = 15; // letters of full width in a line: where there are more, no word has to break
const LONG = /[A-Za-z]{8,}/g;
const SOFT = "\u00ad";

/** @param {App} app */
export function hyphenate(app) {
  const pattern = t(app, "hyphens");
  const size = parseFloat(getComputedStyle(app.root).fontSize);
  if (!pattern || app.root.clientWidth > FEW * size) return;
  const breaks = new RegExp(pattern, "gi");
  const walker = document.createTreeWalker(app.body, NodeFilter.SHOW_TEXT);
  /** @type {[Text, string][]} */
  const texts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = /** @type {Text} */ (node);
    const broken = text.data.replace(LONG, (word, at) => (isBroken(text, at, word) ? word.replace(breaks, "$&" + SOFT) : word));
    if (broken !== text.data) texts.push([text, broken]);
  }
  for (const [text, broken] of texts) text.data = broken;
}

/**
 * @param {Text} text
 * @param {number} at
 * @param {string} word
 */
function isBroken(text, at, word) {
  const range = document.createRange();
  range.setStart(text, at);
  range.setEnd(text, at + word.length);
  return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
}

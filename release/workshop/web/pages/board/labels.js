// @ts-check
// The sentences of the board, which come with its page.

import { fill } from "../../../../../widgets/player/dom.js";

/** @type {Record<string, string>} */
const labels = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("bd-labels")).textContent || "{}");

/**
 * @param {string} name
 * @param {object} [values]
 */
export function t(name, values) {
  return fill(labels[name], values);
}

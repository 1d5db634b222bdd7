// @ts-check
// Elements of a page: texts are always set as text, never read as markup.

/**
 * A part of the page; its template has it.
 * @param {ParentNode} place
 * @param {string} selector
 */
export function part(place, selector) {
  return /** @type {HTMLElement} */ (place.querySelector(selector));
}

/**
 * An element with attributes, and with texts or elements in it.
 * @param {string} tag
 * @param {Record<string, string | boolean | ((event: Event) => void)>} attributes
 * @param {...(Node | string)} inside
 */
export function made(tag, attributes, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...inside);
  return element;
}

/**
 * @param {string} text
 * @param {() => void} press
 * @param {Record<string, string | boolean>} [attributes]
 */
export function button(text, press, attributes = {}) {
  return made("button", { type: "button", ...attributes, click: press }, text);
}

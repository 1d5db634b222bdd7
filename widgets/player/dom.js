// @ts-check
// Nodes of a page from plain calls: every text enters the page as text, never as HTML.

const OWN_KEYS = "data-lm-suppress-shortcuts";
const TAKES_FOCUS = ["a", "button", "input", "summary", "textarea", "h3", "h4"];

/** @typedef {Node | string | null | undefined | false | ChildList} Child */
/** @typedef {{ readonly [at: number]: Child, readonly length: number }} ChildList an array, to any depth */
/** @typedef {{ on?: Record<string, (event: any) => void>, [name: string]: unknown }} Props */

/**
 * A node of one tag. props: its attributes (true: empty, null or false: none), and in `on` its listeners.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props | null} [props]
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  // JupyterLab's shortcuts match what has the focus before they look at what is around it.
  if (TAKES_FOCUS.indexOf(tag) >= 0) node.setAttribute(OWN_KEYS, "true");
  const { on, ...attributes } = props || {};
  for (const [event, listener] of Object.entries(on || {})) node.addEventListener(event, listener);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "checked" || name === "value" || name === "open") Object.assign(node, { [name]: value });
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  add(node, children);
  return node;
}

/**
 * @param {Element} node
 * @param {readonly Child[]} children
 */
function add(node, children) {
  for (const child of children) {
    if (Array.isArray(child)) add(node, child);
    else if (child) node.append(/** @type {Node | string} */ (child));
  }
}

/** Everything inside of JupyterLab whose keys are its own. */
export const ownKeys = { [OWN_KEYS]: "true" };

/** @param {Element} node */
export function empty(node) {
  while (node.firstChild) node.removeChild(node.firstChild);
}

/**
 * A sentence with its `{words}` filled in; a word without a value stays as it is.
 * @param {string} text
 * @param {object} [values]
 */
export function fill(text, values) {
  const given = /** @type {Record<string, unknown>} */ (values || {});
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in given ? String(given[name]) : whole));
}

/**
 * The node in `place` that has this key, or null.
 * @param {Element} place
 * @param {string | null} key
 * @returns {HTMLElement | null}
 */
export function keyed(place, key) {
  const nodes = /** @type {HTMLElement[]} */ ([...place.querySelectorAll("[data-key]")]);
  return nodes.find((node) => node.getAttribute("data-key") === key) || null;
}

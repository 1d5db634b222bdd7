// @ts-check
// The parts that screens are built of: buttons, headings, tags, and what keeps somebody from going on.

import { newId, t } from "./app.js";
import { h, keyed } from "./dom.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./dom.js").Child} Child */
/** @typedef {import("./dom.js").Props} Props */
/** @typedef {import("../messages").SourceNote} SourceNote */

/**
 * A button. key: what it is known by when the page is painted anew.
 * @param {string} key
 * @param {Child} label
 * @param {() => void} onClick
 * @param {Props} [props]
 */
function button(key, label, onClick, props) {
  return h("button", { type: "button", "data-key": key, on: { click: onClick }, ...props }, label);
}

/**
 * @param {string} key
 * @param {Child} label
 * @param {() => void} onClick
 * @param {Props} [props]
 */
export function primary(key, label, onClick, props) {
  return button(key, label, onClick, { class: "kl-button kl-primary", ...props });
}

/**
 * @param {string} key
 * @param {Child} label
 * @param {() => void} onClick
 * @param {Props} [props]
 */
export function secondary(key, label, onClick, props) {
  return button(key, label, onClick, { class: "kl-button", ...props });
}

/**
 * @param {string} key
 * @param {Child} label
 * @param {() => void} onClick
 * @param {Props} [props]
 */
export function quiet(key, label, onClick, props) {
  return button(key, label, onClick, { class: "kl-button kl-quiet", ...props });
}

/** Of a button that needs the connection: it is locked while there is none. */
export const sending = { "data-sends": true };

/**
 * @param {"h3" | "h4"} tag
 * @param {string} text
 */
export function heading(tag, text) {
  return h(tag, { class: "kl-scene-title", tabindex: "-1", "data-heading": true }, text);
}

/**
 * @param {App} app
 * @param {Child[]} buttons
 */
export function actions(app, ...buttons) {
  return h("div", { class: "kl-actions" }, buttons, h("p", { class: "kl-lost-note" }, t(app, "lost_title")));
}

/** @param {App} app */
export function problemBox(app) {
  return app.problem ? h("p", { class: "kl-problem", role: "alert" }, app.problem) : null;
}

const FIELDS = "form, fieldset, .kl-fieldset";

/**
 * Say what is missing in the form right before what is to be filled in, and go there.
 * @param {App} app
 * @param {string} text
 * @param {string} [key] of what is to be filled in; otherwise the first of the form
 */
export function tellProblem(app, text, key) {
  app.problem = text;
  const form = app.body.querySelector("form");
  const box = problemBox(app);
  if (!form || !box) return;
  dropProblem(app, text);
  /** @type {HTMLElement | null} */
  const first = (key && keyed(form, key)) || form.querySelector("input, textarea, fieldset button");
  if (!first) return;
  /** @type {Element} */
  let block = first;
  while (block.parentElement && !block.parentElement.matches(FIELDS)) block = block.parentElement;
  box.id = newId(app);
  first.setAttribute("aria-describedby", (first.getAttribute("aria-describedby") || "") + " " + box.id);
  block.before(box);
  first.focus({ preventScroll: true });
  bringIntoSight(app, box, first);
}

/**
 * Nothing is missing any more, or something else is.
 * @param {App} app
 * @param {string} [problem]
 */
export function dropProblem(app, problem) {
  app.problem = problem || "";
  for (const box of app.body.querySelectorAll("form .kl-problem")) box.remove();
}

/**
 * Scroll where a part of the page is not in sight, from its first node to its last.
 * @param {App} app
 * @param {Element} first
 * @param {Element} last
 */
export function bringIntoSight(app, first, last) {
  const strip = app.body.querySelector(".kl-strip");
  const top = strip ? strip.getBoundingClientRect().bottom : 0;
  const isSeen = first.getBoundingClientRect().top >= top && last.getBoundingClientRect().bottom <= window.innerHeight;
  if (!isSeen) first.scrollIntoView({ block: "center" });
}

/**
 * @param {string} text
 * @param {string} [kind]
 */
export function tag(text, kind) {
  return h("span", { class: "kl-tag" + (kind ? " kl-tag-" + kind : "") }, text);
}

/** @param {string[]} texts */
export function listOf(texts) {
  return h("ul", { class: "kl-picked" }, texts.map((text) => h("li", {}, text)));
}

/**
 * Something that is folded away until somebody wants it; it stays open when the page is painted anew.
 * @param {App} app
 * @param {string} key what it is known by
 * @param {Child} title
 * @param {Child[]} content
 */
export function fold(app, key, title, ...content) {
  const toggle = (/** @type {Event & { target: HTMLDetailsElement }} */ event) => {
    app.folds[key] = event.target.open;
  };
  return h(
    "details",
    { class: "kl-rest", open: Boolean(app.folds[key]), on: { toggle } },
    h("summary", { "data-key": key }, title),
    content
  );
}

/**
 * What something rests on, each source once, in words by which it can be looked up; not what this lab has agreed on.
 * @param {App} app
 * @param {SourceNote[]} sources
 */
export function sourceList(app, sources) {
  const titles = sources.filter((source) => !source.lab_only).map((source) => source.title);
  const once = titles.filter((title, at) => titles.indexOf(title) === at);
  if (!once.length) return null;
  return [
    h("p", { class: "kl-part-title" }, t(app, "basis_sources")),
    h("ul", { class: "kl-sources" }, once.map((title) => h("li", {}, title))),
  ];
}

/**
 * The mark of what this lab has agreed on, where any of these sources is no more than that.
 * @param {App} app
 * @param {SourceNote[]} sources
 */
export function agreedMark(app, sources) {
  if (!sources.some((source) => source.lab_only)) return null;
  return h("p", { class: "kl-agreed" }, t(app, "agreed"));
}

/**
 * The text of the choice with this id.
 * @param {{ id: string, text: string }[]} choices
 * @param {string} id
 */
export function textOf(choices, id) {
  const same = choices.find((choice) => choice.id === id);
  return same ? same.text : id;
}

/**
 * A bar of a share from 0 to 1; its number stands beside it as text.
 * @param {number} share
 */
export function bar(share) {
  const full = h("span", { class: "kl-bar-full" });
  full.style.width = Math.round(100 * share) + "%";
  return h("span", { class: "kl-bar", "aria-hidden": "true" }, full);
}

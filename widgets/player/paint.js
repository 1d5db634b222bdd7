// @ts-check
// Painting: the whole body anew, the focus kept where it was or moved to the new heading.

import { showLost } from "./connection.js";
import { empty, keyed } from "./dom.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("../messages").View} View */
/** @typedef {{ key: string | null, range: [number, number] | null }} Focus */

const WIDE = 860;
const NARROW = 560;
const SCROLL_BAR = 24;

/**
 * @param {App} app
 * @returns {app is ShownApp}
 */
function isShown(app) {
  return app.view !== null && app.labels !== null;
}

/**
 * The screen that the trainee is on: the view's own, or one that this page has opened by itself.
 * @param {App} app
 * @param {View} view
 */
export function screenOf(app, view) {
  if (view.screen === "fault") return "fault";
  if (app.resting || view.screen === "paused") return "paused";
  if (app.lesson && view.lessons.length) return "lesson";
  if (app.handing && view.hand_in) return "hand_in";
  if (view.feedback && app.seen !== view.play + ":" + view.feedback.event) return "feedback";
  if (view.screen === "ended" && app.resultOpen && view.result) return "result";
  return view.screen;
}

/** @param {App} app */
export function paint(app) {
  if (!isShown(app)) return;
  const view = app.view;
  const focus = focusNow(app);
  const screen = screenOf(app, view);
  const key = [screen, view.play, view.n, view.scene ? view.scene.id : "", view.team ? view.team.phase : "", app.step, Boolean(app.handed), app.lesson ? app.lesson.competency : ""].join("|");
  const moved = app.painted !== undefined && app.painted !== key;
  app.painted = key;
  if (moved) app.live.textContent = "";
  app.root.lang = view.language;
  app.ids = 0;
  empty(app.body);
  app.body.append(app.draw(app, screen));
  fitWidth(app);
  showLost(app);
  hideSavedNote(app);
  if (moved && app.acted) focusHeading(app);
  else if (focus) restoreFocus(app, focus);
  app.acted = false;
}

/**
 * Change something that this page alone knows, and paint it.
 * @param {App} app
 * @param {() => void} change
 */
export function local(app, change) {
  app.acted = true;
  app.problem = "";
  change();
  paint(app);
}

/**
 * @param {App} app
 * @returns {Focus | null}
 */
function focusNow(app) {
  const active = document.activeElement;
  if (!active || !app.body.contains(active)) return null;
  const inText = active instanceof HTMLTextAreaElement;
  return { key: active.getAttribute("data-key"), range: inText ? [active.selectionStart, active.selectionEnd] : null };
}

/**
 * @param {App} app
 * @param {Focus} focus
 */
function restoreFocus(app, focus) {
  const node = keyed(app.body, focus.key);
  if (!node) {
    focusHeading(app);
    return;
  }
  node.focus({ preventScroll: true });
  if (focus.range && node instanceof HTMLTextAreaElement) node.setSelectionRange(focus.range[0], focus.range[1]);
}

/** @param {App} app */
function focusHeading(app) {
  // A step within a scene has its heading after the scene's own.
  /** @type {NodeListOf<HTMLElement>} */
  const headings = app.body.querySelectorAll("[data-heading]");
  const last = headings[headings.length - 1];
  if (!last) return;
  last.focus({ preventScroll: true });
  const top = last.getBoundingClientRect().top;
  if (top < 0 || top > window.innerHeight * 0.5) app.root.scrollIntoView({ block: "start" });
}

/** @param {App} app */
export function fitWidth(app) {
  // A scroll bar that comes and goes must not make the page flicker between two layouts.
  const width = app.root.clientWidth;
  app.wide = width >= (app.wide ? WIDE - SCROLL_BAR : WIDE);
  app.narrow = width > 0 && width < (app.narrow ? NARROW + SCROLL_BAR : NARROW);
  app.root.classList.toggle("kl-wide", app.wide);
  app.root.classList.toggle("kl-narrow", app.narrow);
  /** @type {HTMLDetailsElement | null} */
  const known = app.body.querySelector(".kl-known");
  if (known && app.knownOpen === null) known.open = app.wide;
}

/** @param {App} app */
function hideSavedNote(app) {
  const area = app.el.closest(".jp-OutputArea") || app.el.parentElement;
  if (!area) return;
  for (const note of area.querySelectorAll(".kasuslab-saved")) {
    /** @type {HTMLElement | null} */
    const output = note.closest(".jp-OutputArea-child") || /** @type {HTMLElement} */ (note);
    output.style.display = "none";
  }
}

// @ts-check
// Painting: the whole body anew, the focus kept where it was or moved to the new heading.

import { showLost } from "./connection.js";
import { empty, keyed } from "./dom.js";
import { hyphenate } from "./hyphens.js";
import { bringIntoSight, problemBox } from "./parts.js";
import { endReading } from "./voice.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("../messages").View} View */
/** @typedef {{ key: string | null, range: [number, number] | null }} Focus */

const WIDE = 860;
const NARROW = 560;
const SCROLL_BAR = 24;
const TOP = 0.25; // of the window: where a new screen begins, at the latest
const STRIP = 0.2; // of the window: what may stay at its top

/**
 * @param {App} app
 * @returns {app is ShownApp}
 */
function isShown(app) {
  return app.view !== null && app.view.language in app.labels;
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
  const key = [screen, view.play, view.n, view.scene ? view.scene.id : "", view.team ? view.team.phase : "", app.step, app.page, Boolean(app.handed), app.lesson ? app.lesson.competency : ""].join("|");
  const moved = app.painted !== undefined && app.painted !== key;
  const place = [screen, view.play, view.n].join("|");
  const stays = app.place === place;
  app.painted = key;
  app.place = place;
  if (moved) app.live.textContent = "";
  if (moved || app.root.lang !== view.language) endReading(app);
  app.root.lang = view.language;
  app.ids = 0;
  fitWidth(app);
  empty(app.body);
  app.body.append(app.draw(app, screen));
  hyphenate(app);
  fitStrip(app);
  showLost(app);
  hideSavedNote(app);
  if (moved && app.acted) focusHeading(app, stays);
  else if (focus) restoreFocus(app, focus, stays);
  showProblem(app);
  app.acted = false;
}

/**
 * What keeps the last act from being carried out is told in sight: a screen without a place for it has it beside what
 * was pressed.
 * @param {App} app
 */
function showProblem(app) {
  if (!app.problem) return;
  let box = app.body.querySelector(".kl-problem[role=alert]");
  if (!box) {
    const pressed = keyed(app.body, app.pressed && app.pressed.getAttribute("data-key"));
    const beside = (pressed && pressed.closest(".kl-page > *")) || app.body.querySelector(".kl-page > *");
    box = problemBox(app);
    if (!beside || !box) return;
    beside.before(box);
  }
  bringIntoSight(app, box, box);
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
 * @param {boolean} stays the place is the same as before
 */
function restoreFocus(app, focus, stays) {
  const node = keyed(app.body, focus.key);
  if (!node) {
    focusHeading(app, stays);
    return;
  }
  node.focus({ preventScroll: true });
  if (focus.range && node instanceof HTMLTextAreaElement) node.setSelectionRange(focus.range[0], focus.range[1]);
}

/**
 * @param {App} app
 * @param {boolean} stays the place is the same as before
 */
function focusHeading(app, stays) {
  // A step within a scene has its heading after the scene's own; a new scene is begun at its own.
  /** @type {NodeListOf<HTMLElement>} */
  const headings = app.body.querySelectorAll("[data-heading]");
  const goal = headings[stays ? headings.length - 1 : 0];
  if (!goal) return;
  goal.focus({ preventScroll: true });
  const strip = app.body.querySelector(".kl-strip");
  const top = goal.getBoundingClientRect().top;
  // Where the strip does not stand still, as in a notebook, it may have left the page above.
  const least = Math.max(0, strip ? strip.getBoundingClientRect().bottom : 0);
  if (top >= least && top <= window.innerHeight * TOP) return;
  // On a wide page the frame comes with it, where it stands right above.
  const from = app.narrow || stays ? goal : app.root;
  from.scrollIntoView({ block: "start" });
}

/**
 * A page of another width may have another layout: gives whether it has.
 * @param {App} app
 */
function fitWidth(app) {
  // A scroll bar that comes and goes must not make the page flicker between two layouts.
  const width = app.root.clientWidth;
  const before = [app.wide, app.narrow].join();
  app.wide = width >= (app.wide ? WIDE - SCROLL_BAR : WIDE);
  app.narrow = width > 0 && width < (app.narrow ? NARROW + SCROLL_BAR : NARROW);
  app.root.classList.toggle("kl-wide", app.wide);
  app.root.classList.toggle("kl-narrow", app.narrow);
  return before !== [app.wide, app.narrow].join();
}

/**
 * Help and pause stay in sight while one reads on, unless letters are so large that little else would be.
 * @param {App} app
 */
function fitStrip(app) {
  const row = app.body.querySelector(".kl-strip-row");
  const height = row ? row.getBoundingClientRect().height : 0;
  const fits = height <= window.innerHeight * STRIP;
  app.root.classList.toggle("kl-strip-stays", fits);
  app.root.style.setProperty("--strip", fits ? height + "px" : "0px");
}

/** @param {App} app */
export function fitPage(app) {
  if (fitWidth(app)) paint(app);
  else fitStrip(app);
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

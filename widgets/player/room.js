// @ts-check
// A room that plays together: waiting for the discussion, for the next decision, or for another case.

import { t } from "./app.js";
import { act } from "./connection.js";
import { h } from "./dom.js";
import { actions, heading, primary, problemBox, sending } from "./parts.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("../messages").View} View */

const SECOND = 1000; // ms

/**
 * Whether the decision of the scene takes no answer now.
 * @param {View} view
 */
export function isHeld(view) {
  return view.room !== null && (view.room.state === "ahead" || view.room.state === "locked");
}

/**
 * Why the decision of the scene takes no answer now.
 * @param {ShownApp} app
 */
export function drawHeld(app) {
  const state = app.view.room ? app.view.room.state : "open";
  return [h("p", { class: "kl-held", role: "status" }, t(app, "room_" + state))];
}

/** @param {ShownApp} app */
export function drawWaiting(app) {
  return h(
    "div",
    { class: "kl-waiting" },
    heading("h3", t(app, "room_waits")),
    h("p", { class: "kl-lead" }, t(app, "room_waits_text"))
  );
}

/** @param {ShownApp} app */
export function drawElsewhere(app) {
  const other = app.view.room && app.view.room.other;
  if (!other) return null;
  const open = () => act(app, { type: "choose", case: other.id });
  return [
    heading("h3", t(app, "room_elsewhere")),
    h("p", { class: "kl-lead" }, t(app, "room_elsewhere_text", { title: other.text })),
    problemBox(app),
    actions(app, primary("open-" + other.id, t(app, "shelf_open_begun", { title: other.text }), open, sending)),
  ];
}

/** @param {number} seconds */
function clock(seconds) {
  return Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
}

/**
 * The timer of the decision; nothing where it has none.
 * @param {ShownApp} app
 */
export function drawTimer(app) {
  const room = app.view.room;
  if (!room || room.seconds === null || room.state !== "open") return null;
  return h("p", { class: "kl-timer", role: "timer" }, timerText(app));
}

/** @param {App} app */
function timerText(app) {
  const left = Math.max(0, Math.ceil((app.timerEnd - Date.now()) / SECOND));
  return left ? t(app, "room_timer", { time: clock(left) }) : t(app, "room_timer_over");
}

/**
 * A view has come: when its timer ends by this page's own clock.
 * @param {App} app
 * @param {View} view
 */
export function setTimer(app, view) {
  const seconds = view.room ? view.room.seconds : null;
  app.timerEnd = seconds === null ? 0 : Date.now() + seconds * SECOND;
}

/**
 * Keep the timer going. Gives what ends it.
 * @param {App} app
 */
export function keepTime(app) {
  const ticking = setInterval(() => {
    const place = app.body.querySelector(".kl-timer");
    if (place) place.textContent = timerText(app);
  }, SECOND);
  return () => clearInterval(ticking);
}

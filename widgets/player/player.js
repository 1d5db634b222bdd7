// @ts-check
// The player in the browser: it shows the view that Python sends, and sends what the trainee does.
// Written for old phones (Chrome 80) and for plain HTTP; data reaches the page as text only.

import { createApp, dropHanded, dropKeepsake, learn, say, t } from "./app.js";
import { connect, setFree } from "./connection.js";
import { keyed } from "./dom.js";
import { forgetDrafts, keepDraft, recallDrafts } from "./drafts.js";
import { drawEnd, drawHandIn, drawResult } from "./end.js";
import { drawEstimate } from "./estimate.js";
import { drawFeedbackScreen } from "./feedback.js";
import { drawFrame } from "./frame.js";
import { hyphenate } from "./hyphens.js";
import { drawLesson, readLesson } from "./lesson.js";
import { fitPage, paint, screenOf } from "./paint.js";
import { keepPeople } from "./people.js";
import { drawElsewhere, drawWaiting, isHeld, keepTime, setTimer } from "./room.js";
import { drawScene } from "./scene.js";
import { drawCover, drawFault, drawPause } from "./screens.js";
import { drawShelf } from "./shelf.js";
import { isOthersDoing, phaseOf, teamNews } from "./team.js";
import { keepVoices } from "./voice.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").Model} Model */
/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("./dom.js").Child} Child */
/** @typedef {import("../messages").HandedReply} HandedReply */
/** @typedef {import("../messages").KeepsakeReply} KeepsakeReply */
/** @typedef {import("../messages").LessonView} LessonView */
/** @typedef {import("../messages").Reply} Reply */
/** @typedef {import("../messages").View} View */

/** @type {Record<string, (app: ShownApp) => Child>} */
const SCREENS = {
  shelf: drawShelf,
  cover: drawCover,
  scene: drawScene,
  waiting: drawWaiting,
  elsewhere: drawElsewhere,
  estimate: drawEstimate,
  hand_in: drawHandIn,
  feedback: drawFeedbackScreen,
  ended: drawEnd,
  result: drawResult,
  lesson: drawLesson,
  paused: drawPause,
  fault: drawFault,
};

/**
 * @param {App} app
 * @param {Reply} message
 */
function receive(app, message) {
  if (message.type === "labels") {
    app.languages = message.languages;
    learn(app, message.labels);
  }
  if (message.type === "view") show(app, message.view);
  if (["refused", "private", "handed", "keepsake", "lesson"].includes(message.type)) app.missed = false;
  if (message.type === "refused") {
    setFree(app);
    app.problem = message.text;
    paint(app);
  }
  if (message.type === "private") {
    setFree(app);
    app.findings = message.findings;
    app.step = "private";
    paint(app);
  }
  if (message.type === "handed") showHanded(app, message);
  if (message.type === "keepsake") showKeepsake(app, message);
  if (message.type === "lesson") showLesson(app, message.lesson);
}

/**
 * @param {App} app
 * @param {View} view
 */
function show(app, view) {
  const before = app.view;
  const stays = before !== null && before.play === view.play && before.n === view.n && before.screen === view.screen;
  const same = stays && before !== null && phaseOf(before) === phaseOf(view);
  const held = before !== null && isHeld(before);
  app.view = view;
  forgetDrafts(app, view);
  setTimer(app, view);
  setFree(app);
  if (!same) {
    app.step = "form";
    app.page = 0;
    app.termOpen = "";
    app.findings = null;
    app.problem = "";
    if (!isOthersDoing(app, before, view)) leaveAside(app);
    app.folds = {};
    dropKeepsake(app);
  }
  // What is read goes on in the language that was chosen beside it.
  if (app.lesson && app.lesson.language !== view.language) readLesson(app, app.lesson.competency);
  // What was said while the facilitator took no answers holds no longer.
  if (same && (held || isHeld(view))) app.problem = "";
  // Nor does what was said in another language.
  if (before && before.language !== view.language) app.problem = "";
  if (same && app.missed) app.problem = t(app, "missed");
  app.missed = false;
  if (!before || before.play !== view.play) app.resultOpen = false;
  if (before && before.language !== view.language) dropKeepsake(app);
  const news = isOthersDoing(app, before, view) ? teamNews(app, before, view) : "";
  const comes = before && !app.acted && same && !before.feedback && view.feedback;
  paint(app);
  if (before === null) comeIntoView(app);
  if (same && held && !isHeld(view)) say(app, t(app, "room_opened"));
  if (news) say(app, news);
  // It was revealed to the room: nobody here has asked for it.
  if (comes && screenOf(app, view) === "feedback") say(app, t(app, "feedback_title"));
}

/**
 * Close what this page has opened by itself, so that the new view is seen.
 * @param {App} app
 */
function leaveAside(app) {
  app.resting = false;
  app.termsOpen = false;
  app.handing = false;
  app.lesson = null;
  dropHanded(app);
}

/**
 * In a notebook, running a cell leaves the reader below what it shows: at the next cell, or at the last one. There
 * the arrow keys would go from cell to cell, past the whole player; from the player's heading on they scroll.
 * @param {App} app
 */
function comeIntoView(app) {
  if (!app.el.closest(".jp-Notebook")) return;
  app.root.scrollIntoView({ block: "start" });
  /** @type {HTMLElement | null} */
  const title = app.body.querySelector("[data-heading]");
  if (title) title.focus({ preventScroll: true });
}

/**
 * @param {App} app
 * @param {HandedReply} message
 */
function showHanded(app, message) {
  const bytes = Uint8Array.from(atob(message.data), (letter) => letter.charCodeAt(0));
  dropHanded(app);
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  app.handed = { name: message.name, place: message.place, url };
  setFree(app);
  app.problem = "";
  app.acted = true;
  paint(app);
  say(app, t(app, "hand_in_done"));
}

/**
 * @param {App} app
 * @param {KeepsakeReply} message
 */
function showKeepsake(app, message) {
  dropKeepsake(app);
  const url = URL.createObjectURL(new Blob([message.page], { type: "text/html" }));
  app.keepsake = { name: message.name, url };
  app.busy = false;
  app.problem = "";
  paint(app);
  say(app, t(app, "keepsake_done"));
  const link = keyed(app.body, "keepsake-file");
  if (link) link.focus();
}

/**
 * @param {App} app
 * @param {LessonView} lesson
 */
function showLesson(app, lesson) {
  app.lesson = lesson;
  setFree(app);
  app.problem = "";
  paint(app);
}

/**
 * What is done on the page is known: the button that was pressed last, and what is filled in.
 * @param {App} app
 */
function keepDeeds(app) {
  const press = (/** @type {Event} */ event) => {
    app.pressed = event.target instanceof Element ? event.target.closest("button") : null;
  };
  app.body.addEventListener("click", press, true);
  for (const deed of ["input", "change", "click"]) app.body.addEventListener(deed, () => keepDraft(app));
  app.body.addEventListener("toggle", () => hyphenate(app), true);
}

/** @param {{ model: Model, el: Element }} place */
function render({ model, el }) {
  const app = createApp(model, el, (shown, screen) => drawFrame(shown, screen, SCREENS[screen](shown)));
  recallDrafts(app);
  keepDeeds(app);
  const ends = [keepPeople(app.body, () => t(app, "people_titles")), keepVoices(app, paint), connect(app, receive), keepTime(app)];
  const leave = () => ends.forEach((end) => end());
  if (typeof ResizeObserver !== "function") return leave;
  const watch = new ResizeObserver(() => fitPage(app));
  watch.observe(app.root);
  return () => {
    leave();
    watch.disconnect();
  };
}

export default { render };

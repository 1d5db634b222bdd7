// @ts-check
// The connection: what is sent is answered, or the player says that it is lost, and tries again.

import { digestOf, dropHanded, say, t } from "./app.js";
import { empty, h } from "./dom.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("../messages").Message} Message */
/** @typedef {import("../messages").Move} Move */
/** @typedef {import("../messages").Reply} Reply */
/** @typedef {import("../messages").TeamMove} TeamMove */

const PING_EVERY = 15000;
const ANSWER_WITHIN = 8000;
const ANSWER_WITHIN_IF_DOUBTED = 2000;
const RETRY_EVERY = 4000;
const STALL = 300;

/**
 * Ask for the view, and listen. Gives what takes the player off the page.
 * @param {App} app
 * @param {(app: App, message: Reply) => void} receive
 */
export function connect(app, receive) {
  const onMessage = (/** @type {Reply} */ message) => {
    settle(app);
    if (app.gone) return;
    if (app.lost) regain(app);
    receive(app, message);
  };
  const onDoubt = () => doubt(app);
  const onLost = () => lose(app);
  const onBack = () => regain(app);
  const onNews = () => app.view && speak(app, app.view.language);
  const onVisible = () => {
    if (document.visibilityState === "visible") ping(app);
  };
  /** @type {[string, (message: any) => void][]} */
  const listeners = [
    ["msg:custom", onMessage],
    ["comm_live_update", onDoubt],
    ["comm:close", onLost],
    ["closed", onLost],
    ["reopened", onBack],
    ["refresh", onNews],
  ];
  for (const [name, listener] of listeners) app.model.on(name, listener);
  document.addEventListener("visibilitychange", onVisible);
  const pinging = setInterval(() => {
    if (document.visibilityState === "visible" && !app.lost) ping(app);
  }, PING_EVERY);
  const retrying = setInterval(() => {
    if (document.visibilityState === "visible" && app.lost) ping(app);
  }, RETRY_EVERY);
  send(app, { type: "ready", labels: digestOf(app) });
  return () => {
    app.gone = true;
    clearInterval(pinging);
    clearInterval(retrying);
    settle(app);
    setFree(app);
    dropHanded(app);
    document.removeEventListener("visibilitychange", onVisible);
    for (const [name, listener] of listeners) if (app.model.off) app.model.off(name, listener);
  };
}

/**
 * @param {App} app
 * @param {Message} message
 */
export function send(app, message) {
  try {
    app.model.send(message);
  } catch (error) {
    lose(app);
    return;
  }
  expectAnswer(app, ANSWER_WITHIN);
}

/**
 * @param {App} app
 * @param {number} within milliseconds
 */
function expectAnswer(app, within) {
  if (app.waiting !== null) return;
  app.waiting = setTimeout(() => {
    app.waiting = null;
    lose(app);
  }, within);
}

/** @param {App} app */
function settle(app) {
  if (app.waiting !== null) clearTimeout(app.waiting);
  app.waiting = null;
}

/**
 * Say on the button that was pressed that the answer is waited for.
 * @param {App} app
 * @param {string} text
 */
function stall(app, text) {
  const button = app.pressed;
  if (!app.busy || !button || !app.body.contains(button)) return;
  const label = [...button.childNodes];
  empty(button);
  button.append(text);
  app.unstall = () => {
    empty(button);
    button.append(...label);
  };
  say(app, text);
}

/**
 * What was sent is answered, or will not be.
 * @param {App} app
 */
export function setFree(app) {
  app.busy = false;
  if (app.stalling !== null) clearTimeout(app.stalling);
  app.stalling = null;
  if (app.unstall) app.unstall();
  app.unstall = null;
}

/**
 * Ask for the view in a language, and for its sentences where this page has none yet.
 * @param {App} app
 * @param {string} language
 */
export function speak(app, language) {
  send(app, { type: "language", language, labels: digestOf(app, language) });
}

/** @param {App} app */
function ping(app) {
  send(app, { type: "ping", at: Date.now() });
}

/** @param {App} app */
function doubt(app) {
  if (app.model.comm_live === false || app.el.classList.contains("jupyter-widgets-disconnected")) {
    lose(app);
    return;
  }
  settle(app);
  expectAnswer(app, ANSWER_WITHIN_IF_DOUBTED);
  ping(app);
}

/** @param {App} app */
function lose(app) {
  settle(app);
  // What was pressed may have arrived or not: the view that comes next tells.
  if (app.busy) app.missed = true;
  setFree(app);
  if (app.lost || app.gone) return;
  app.lost = true;
  showLost(app);
}

/** @param {App} app */
function regain(app) {
  if (app.lost) {
    app.lost = false;
    showLost(app);
    say(app, t(app, "back"));
  }
  send(app, { type: "ready", language: app.view ? app.view.language : undefined, labels: digestOf(app) });
}

/**
 * Send what the trainee did, unless what was sent before is not answered yet.
 * @param {App} app
 * @param {Message} message
 */
export function act(app, message) {
  if (app.lost || app.busy) return;
  app.busy = true;
  app.acted = true;
  app.problem = "";
  const text = "n" in message ? t(app, "saving") : t(app, "loading");
  app.stalling = setTimeout(() => stall(app, text), STALL);
  send(app, message);
}

/**
 * @template M
 * @typedef {M extends unknown ? Omit<M, "n"> : never} WithoutN
 */

/**
 * Send a move in the play, with the number of events that this page has seen.
 * @param {ShownApp} app
 * @param {WithoutN<Move | TeamMove>} message
 */
export function move(app, message) {
  act(app, /** @type {Message} */ ({ n: app.view.n, ...message }));
}

/** @param {App} app */
export function showLost(app) {
  app.root.classList.toggle("kl-lost", app.lost);
  empty(app.banner);
  const title = t(app, "lost_title");
  if (app.lost && title) {
    const inNotebook = app.el.closest(".jp-OutputArea") !== null;
    app.banner.append(
      h("strong", {}, title),
      " " + t(app, "lost_text") + " ",
      h("strong", {}, t(app, inNotebook ? "lost_lab" : "lost_page"))
    );
  }
  // What stays at the top of the page stands below what says that the line is lost.
  app.root.style.setProperty("--lost", app.lost ? app.banner.offsetHeight + "px" : "0px");
  lockSends(app);
}

/** @param {App} app */
function lockSends(app) {
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = app.root.querySelectorAll("button[data-sends]");
  for (const button of buttons) button.disabled = app.lost;
}

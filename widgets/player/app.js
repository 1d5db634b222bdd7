// @ts-check
// The app: what one player on a page knows. It keeps nothing of the play but what is not confirmed yet.
// Every sentence comes with the labels.

import { fill, h, ownKeys } from "./dom.js";

/** @typedef {import("../messages").Message} Message */
/** @typedef {import("../messages").View} View */
/** @typedef {import("../messages").PageLabels} PageLabels */

/**
 * What anywidget, or a page of ours in its place, gives a widget to speak with its counterpart in Python.
 * @typedef {object} Model
 * @property {(name: string) => any} [get] what the page has of it before anything is asked
 * @property {(message: Message) => unknown} send
 * @property {(name: string, listener: (...values: any[]) => void) => unknown} on
 * @property {(name: string, listener: (...values: any[]) => void) => unknown} [off]
 * @property {boolean} [comm_live]
 */

/**
 * The file that is handed in: its name, where it stands, and an address to download it from.
 * @typedef {{ name: string, place: string, url: string }} HandedFile
 */

/**
 * A file that was made for whoever plays: its name, and an address to download it from.
 * @typedef {{ name: string, url: string }} FileToKeep
 */

/**
 * What is read aloud: its passages, and the one that is read now. heard: the voice was heard to begin.
 * @typedef {{ passages: { text: string, around: Element }[], at: number, heard: boolean }} Reading
 */

/**
 * One player on a page.
 * @typedef {object} App
 * @property {Model} model
 * @property {Element} el where the page wants the player
 * @property {(app: ShownApp, screen: string) => Node} draw draws a whole screen
 * @property {string} prefix of all its ids and names
 * @property {number} ids how many ids it has given since it was painted last
 * @property {HTMLElement} root
 * @property {HTMLElement} banner says that the connection is lost
 * @property {HTMLElement} live what a screen reader reads out by itself
 * @property {HTMLElement} body
 * @property {Record<string, PageLabels>} labels its sentences, in each language that was asked for so far
 * @property {Record<string, string>} languages what each calls itself, in the order in which they are offered
 * @property {View | null} view
 * @property {"form" | "confirm" | "private" | "skip" | "settle"} step of the decision
 * @property {Record<string, unknown>} drafts what is filled in and not confirmed, by play and decision
 * @property {string} draftKey of the draft on the screen, or ""
 * @property {number} page of a form that has several, from 0
 * @property {string} seen the feedback that was read: its play and event
 * @property {boolean} resultOpen
 * @property {boolean} helpOpen
 * @property {boolean | null} knownOpen null: as the width of the page has it
 * @property {boolean} termsOpen
 * @property {Record<string, boolean>} folds what is unfolded on this screen, by its key
 * @property {string} termOpen the term of the story whose meaning is open: its id, or ""
 * @property {boolean} resting paused by the page alone
 * @property {string} problem what keeps the last act from being carried out
 * @property {import("../messages").FindingView[] | null} findings what looks private in a text
 * @property {string} ownNote
 * @property {boolean} research
 * @property {import("./shelf.js").Filter} filter which cases of the shelf are shown
 * @property {boolean} handing the screen of handing in is open
 * @property {HandedFile | null} handed
 * @property {FileToKeep | null} keepsake one page of the result
 * @property {string | null} participant as typed; null: not typed yet
 * @property {import("../messages").LessonView | null} lesson the one that is read now
 * @property {boolean} acted the trainee did something, so that the focus may move
 * @property {boolean} busy something was sent that a view will answer
 * @property {HTMLButtonElement | null} pressed the button that was pressed last
 * @property {(() => void) | null} unstall gives the button its label back, while it says that it waits
 * @property {ReturnType<typeof setTimeout> | null} stalling until the button says so
 * @property {Reading | null} reading what is read aloud now
 * @property {boolean} missed what was sent last may not have arrived
 * @property {boolean} lost there is no connection
 * @property {boolean} wide
 * @property {boolean} narrow
 * @property {boolean} gone the page has taken the player away
 * @property {string | undefined} painted what was painted last: a key that a new screen changes
 * @property {string} place where in the play that was: a step within a scene does not change it
 * @property {number} timerEnd when the timer of the decision ends, by this page's clock, in ms
 * @property {ReturnType<typeof setTimeout> | null} waiting for an answer
 */

/**
 * A player that has something to show.
 * @typedef {App & { view: View }} ShownApp
 */

let players = 0;

/**
 * @param {Model} model
 * @param {Element} el
 * @param {App["draw"]} draw
 * @returns {App}
 */
export function createApp(model, el, draw) {
  players += 1;
  const app = {
    model,
    el,
    draw,
    prefix: "kasuslab-" + players,
    ids: 0,
    root: h("div", { class: "kasuslab kasuslab-colours", ...ownKeys }),
    banner: h("div", { class: "kl-banner", role: "alert" }),
    live: h("div", { class: "kl-hidden", "aria-live": "polite" }),
    body: h("div", { class: "kl-body" }),
    labels: {},
    languages: {},
    view: null,
    step: /** @type {const} */ ("form"),
    drafts: {},
    draftKey: "",
    page: 0,
    seen: "",
    resultOpen: false,
    helpOpen: false,
    knownOpen: null,
    termsOpen: false,
    folds: {},
    termOpen: "",
    resting: false,
    problem: "",
    findings: null,
    ownNote: "",
    research: false,
    filter: { own: false, level: 0, light: false },
    handing: false,
    handed: null,
    keepsake: null,
    participant: null,
    lesson: null,
    acted: false,
    busy: false,
    pressed: null,
    unstall: null,
    stalling: null,
    reading: null,
    missed: false,
    lost: false,
    wide: false,
    narrow: false,
    gone: false,
    painted: undefined,
    place: "",
    timerEnd: 0,
    waiting: null,
  };
  app.root.append(app.banner, app.live, app.body);
  el.append(app.root);
  learn(app, model.get && model.get("labels"));
  return app;
}

/**
 * Keep the sentences of a language, where there are any.
 * @param {App} app
 * @param {PageLabels | null | undefined} labels
 */
export function learn(app, labels) {
  if (labels) app.labels[labels.language] = labels;
}

/**
 * The sentences in the language of the view; before there is one, those that the page came with.
 * @param {App} app
 * @returns {PageLabels | undefined}
 */
function labelsOf(app) {
  return app.labels[app.view ? app.view.language : Object.keys(app.labels)[0]];
}

/**
 * The digest of the sentences that the page has in a language, or in that of the view: whoever answers brings no others.
 * @param {App} app
 * @param {string} [language]
 */
export function digestOf(app, language) {
  const labels = language ? app.labels[language] : labelsOf(app);
  return labels ? labels.digest : undefined;
}

/**
 * A sentence of the catalogue in the language of the view; "" where there is none.
 * @param {App} app
 * @param {string} name
 * @param {object} [values]
 */
export function t(app, name, values) {
  const labels = labelsOf(app);
  return labels && name in labels.texts ? fill(labels.texts[name], values) : "";
}

/**
 * A part of the view that its screen cannot do without. Throws an Error where it is not there.
 * @template T
 * @param {T | null} part
 * @returns {T}
 */
export function given(part) {
  if (part === null) throw new Error("the view lacks a part of its screen");
  return part;
}

/** @param {App} app */
export function newId(app) {
  app.ids += 1;
  return app.prefix + "-" + app.ids;
}

/**
 * Have a screen reader read a sentence out.
 * @param {App} app
 * @param {string} text
 */
export function say(app, text) {
  app.live.textContent = "";
  // A screen reader reads a change, so the same sentence twice needs a moment between.
  setTimeout(() => {
    app.live.textContent = text;
  }, 50);
}

/** @param {App} app */
export function dropKeepsake(app) {
  if (app.keepsake) URL.revokeObjectURL(app.keepsake.url);
  app.keepsake = null;
}

/** @param {App} app */
export function dropHanded(app) {
  if (app.handed) URL.revokeObjectURL(app.handed.url);
  app.handed = null;
}

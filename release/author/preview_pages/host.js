// @ts-check
// The page of an author: the bench, the one player over a websocket, and what is wrong with the case.

import player from "./player.js";
import { bench } from "./bench.js";
import { made, part } from "./elements.js";

/** @typedef {import("../../../widgets/messages").Message} Message */
/** @typedef {import("../preview").PageMessage} PageMessage */
/** @typedef {import("../bench/messages").ProblemsMessage} ProblemsMessage */
/** @typedef {import("../bench/messages").FindingMessage} FindingMessage */

const WAITS = [300, 700, 1500, 3000]; // ms before each next attempt to connect

const place = part(document, "#pv-player");
const found = part(document, "#pv-found");
/** @type {Map<string, ((value?: unknown) => void)[]>} */
const listeners = new Map();
/** @type {WebSocket | null} */
let socket = null;
let attempts = 0;
let shown = false;
let told = "";
let chosen = ""; // the language that the author has pressed, "" for none
/** @type {ProblemsMessage | null} */
let last = null;

/** @param {object} content */
function say(content) {
  if (!socket || socket.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(content));
  return true;
}

/** What the player takes for its model: messages to and from the conversation in the server. */
const model = {
  /** @param {Message} content */
  send(content) {
    if (!say(content)) throw new Error("the preview is not connected");
  },
  /**
   * @param {string} name
   * @param {(value?: any) => void} listener
   */
  on(name, listener) {
    listeners.set(name, (listeners.get(name) || []).concat([listener]));
  },
};

const desk = bench({
  ask: (content) => say({ bench: content }),
  speaks: (language) => {
    chosen = language;
    speak(language);
    say({ type: "language", language: language });
  },
});

/**
 * @param {string} name
 * @param {unknown} [value]
 */
function tell(name, value) {
  (listeners.get(name) || []).forEach((listener) => listener(value));
}

/**
 * The language of the page follows that of the player, and the other way round.
 * @param {string} language
 */
function speak(language) {
  /** @type {HTMLTemplateElement[]} */
  const titles = Array.from(document.querySelectorAll(".pv-title"));
  /** @type {NodeListOf<HTMLElement>} */
  const speech = document.querySelectorAll("[data-speech]");
  const title = titles.find((one) => one.lang === language);
  if (!title || document.documentElement.lang === language) return;
  document.documentElement.lang = language;
  document.title = title.content.textContent || "";
  for (const each of speech) each.hidden = each.lang !== language;
  told = "";
  if (last) list(last);
  desk.speak(language);
}

/** @param {FindingMessage} finding */
function item(finding) {
  const language = document.documentElement.lang;
  const lines = [
    made("p", { class: "pv-place" }, finding.file + ":" + finding.line + " [" + finding.rule + "]"),
    made("p", {}, (finding.path ? finding.path + ": " : "") + finding.found[language] + "."),
    made("p", {}, finding.remedy[language] + "."),
  ];
  const way = desk.way(finding);
  return made("li", {}, ...lines, ...(way ? [way] : []));
}

/**
 * List the problems, errors and warnings apart; the same list is not read out twice.
 * @param {ProblemsMessage} message
 */
function list(message) {
  const text = JSON.stringify(message);
  if (text === told) return;
  told = text;
  last = message;
  const errors = message.problems.filter((problem) => problem.level === "error").length;
  const says = {
    wait: false,
    kept: !message.loaded,
    none: message.problems.length === 0,
    green: message.loaded && errors === 0,
  };
  for (const [name, is] of Object.entries(says)) part(found, `[data-says="${name}"]`).hidden = !is;
  for (const level of ["error", "warning"]) {
    const section = part(found, `[data-level="${level}"]`);
    const items = message.problems.filter((problem) => problem.level === level).map(item);
    section.hidden = items.length === 0;
    part(section, "b").textContent = String(items.length);
    part(section, "ul").replaceChildren(...items);
  }
}

/** @param {PageMessage} message */
function hear(message) {
  if (message.kind === "player") {
    if (message.content.type === "view") speak(message.content.view.language);
    tell("msg:custom", message.content);
    return;
  }
  if (message.kind === "sheet" && !shown) {
    shown = true;
    if (chosen) say({ type: "language", language: chosen });
    player.render({ model: model, el: place });
  }
  desk.hear(message);
  if (message.kind === "problems") list(message);
  // Without a case there is nothing to check.
  if (message.kind === "no_sheet" && !message.case) part(found, '[data-says="wait"]').hidden = true;
}

function opened() {
  attempts = 0;
  desk.connected(true);
  if (shown) tell("reopened");
}

function connect() {
  socket = new WebSocket("ws://" + location.host + "/socket");
  socket.onopen = opened;
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = () => {
    tell("closed");
    desk.connected(false);
    setTimeout(connect, WAITS[Math.min(attempts, WAITS.length - 1)]);
    attempts += 1;
  };
}

connect();

// @ts-check
// The page of the preview: it hosts the one player over a websocket, and lists what is wrong with the case.

import player from "./player.js";

/** @typedef {import("../../../widgets/messages").Message} Message */
/** @typedef {import("../preview").PageMessage} PageMessage */
/** @typedef {import("../preview").ProblemsMessage} ProblemsMessage */
/** @typedef {import("../preview").ProblemMessage} ProblemMessage */

const WAITS = [300, 700, 1500, 3000]; // ms before each next attempt to connect

/**
 * A part of the page; its template has it.
 * @param {ParentNode} place
 * @param {string} selector
 */
function part(place, selector) {
  return /** @type {HTMLElement} */ (place.querySelector(selector));
}

const place = part(document, "#pv-player");
const found = part(document, "#pv-found");
/** @type {Map<string, ((value?: unknown) => void)[]>} */
const listeners = new Map();
/** @type {WebSocket | null} */
let socket = null;
let attempts = 0;
let shown = false;
let told = "";

/** What the player takes for its model: messages to and from the conversation in the server. */
const model = {
  /** @param {Message} content */
  send(content) {
    if (!socket || socket.readyState !== WebSocket.OPEN) throw new Error("the preview is not connected");
    socket.send(JSON.stringify(content));
  },
  /**
   * @param {string} name
   * @param {(value?: any) => void} listener
   */
  on(name, listener) {
    listeners.set(name, (listeners.get(name) || []).concat([listener]));
  },
};

/**
 * @param {string} name
 * @param {unknown} [value]
 */
function tell(name, value) {
  (listeners.get(name) || []).forEach((listener) => listener(value));
}

/**
 * The language of the page follows that of the player.
 * @param {string} language
 */
function speak(language) {
  /** @type {HTMLTemplateElement[]} */
  const titles = Array.from(document.querySelectorAll(".pv-title"));
  /** @type {NodeListOf<HTMLElement>} */
  const speech = document.querySelectorAll("[data-speech]");
  const title = titles.find((one) => one.lang === language);
  if (!title) return;
  document.documentElement.lang = language;
  document.title = title.content.textContent || "";
  for (const each of speech) each.hidden = each.lang !== language;
}

/**
 * @param {string} kind
 * @param {string} text
 */
function line(kind, text) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = text;
  return made;
}

/** @param {ProblemMessage} problem */
function item(problem) {
  const made = document.createElement("li");
  made.append(
    line("pv-place", problem.file + ":" + problem.line + " [" + problem.rule + "]"),
    line("pv-what", (problem.path ? problem.path + ": " : "") + problem.found + "."),
    line("pv-remedy", problem.remedy + ".")
  );
  return made;
}

/**
 * List the problems, errors and warnings apart; the same list is not read out twice.
 * @param {ProblemsMessage} message
 */
function list(message) {
  const text = JSON.stringify(message);
  if (text === told) return;
  told = text;
  const says = { wait: false, kept: !message.loaded, none: message.problems.length === 0 };
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
  if (message.kind === "problems") {
    list(message);
    return;
  }
  if (message.content.type === "view") speak(message.content.view.language);
  tell("msg:custom", message.content);
}

function opened() {
  attempts = 0;
  if (shown) {
    tell("reopened");
    return;
  }
  shown = true;
  player.render({ model: model, el: place });
}

function connect() {
  socket = new WebSocket("ws://" + location.host + "/socket");
  socket.onopen = opened;
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = () => {
    tell("closed");
    setTimeout(connect, WAITS[Math.min(attempts, WAITS.length - 1)]);
    attempts += 1;
  };
}

connect();

// @ts-check
// Reading aloud, where the reader wishes it and the device itself has a voice of the language: no text leaves the device.

import { say, t } from "./app.js";
import { h, keyed } from "./dom.js";
import { quiet } from "./parts.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").Reading} Reading */
/** @typedef {import("./app.js").ShownApp} ShownApp */

const LONGEST = 200; // letters at once: some voices fall silent in what is longer
const SILENCE = 5000; // ms after which a voice that is listed counts as missing
const BLOCKS = "p, li, dt, dd, legend, label, summary, button, h2, h3, h4, div";

/** Null in browsers that do not speak, such as those inside of chat apps. */
const speech = window.speechSynthesis && window.SpeechSynthesisUtterance ? window.speechSynthesis : null;

/**
 * A voice of the device for the language of the view. One of a server would be sent every text.
 * @param {App} app
 */
function voiceOf(app) {
  const names = t(app, "voices").split(" ");
  const speaks = (/** @type {SpeechSynthesisVoice} */ voice) => names.includes(voice.lang.toLowerCase().split(/[-_]/)[0]);
  return (speech && speech.getVoices().find((voice) => voice.localService && speaks(voice))) || null;
}

/**
 * The button that reads aloud what is on the screen, from what is in sight on; nothing without a voice.
 * @param {ShownApp} app
 */
export function drawVoice(app) {
  if (!voiceOf(app)) return null;
  const press = () => (app.reading ? endReading(app) : read(app));
  return quiet("listen", t(app, app.reading ? "listen_stop" : "listen"), press);
}

/**
 * @param {App} app
 */
function relabel(app) {
  const button = keyed(app.body, "listen");
  if (button) button.textContent = t(app, app.reading ? "listen_stop" : "listen");
}

/**
 * Every text on the screen, in the order in which it stands there.
 * @param {App} app
 */
function passages(app) {
  const walker = document.createTreeWalker(app.body, NodeFilter.SHOW_TEXT);
  /** @type {Reading["passages"]} */
  const list = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const around = parent && parent.closest(BLOCKS);
    if (!parent || !around || !isRead(parent)) continue;
    const last = list[list.length - 1];
    const text = (node.nodeValue || "").replace(/\u00ad/g, "");
    if (last && last.around === around) last.text += text;
    else list.push({ text, around });
  }
  return list.filter(({ text }) => text.trim()).flatMap(({ text, around }) => parts(text).map((part) => ({ text: part, around })));
}

/** @param {Element} parent */
function isRead(parent) {
  const fold = parent.closest("details:not([open])");
  const isFolded = fold !== null && !parent.closest("summary");
  const isShown = parent.getClientRects().length > 0;
  return isShown && !isFolded && !parent.closest(".kl-header, .kl-strip-row, .kl-steps, [aria-hidden=true]");
}

/**
 * A text in parts of a few sentences.
 * @param {string} text
 */
function parts(text) {
  const sentences = text.match(/[^.!?]+[.!?]*["”’)]*\s*/g) || [text];
  /** @type {string[]} */
  const joined = [];
  for (const sentence of sentences) {
    const last = joined.length - 1;
    if (last >= 0 && joined[last].length + sentence.length <= LONGEST) joined[last] += sentence;
    else joined.push(sentence);
  }
  return joined;
}

/** @param {App} app */
function read(app) {
  const all = passages(app);
  const strip = app.body.querySelector(".kl-strip");
  const top = strip ? strip.getBoundingClientRect().bottom : 0;
  const from = all.findIndex(({ around }) => around.getBoundingClientRect().top >= top);
  const reading = { passages: all.slice(Math.max(from, 0)), at: 0, heard: false };
  app.reading = reading;
  relabel(app);
  if (speech) speech.cancel();
  readOn(app, reading);
  setTimeout(() => {
    if (app.reading === reading && !reading.heard) miss(app);
  }, SILENCE);
}

/**
 * @param {App} app
 * @param {Reading} reading
 */
function readOn(app, reading) {
  const passage = reading.passages[reading.at];
  const voice = voiceOf(app);
  if (!speech || !voice || !passage) {
    endReading(app);
    return;
  }
  const words = new SpeechSynthesisUtterance(passage.text);
  words.voice = voice;
  words.lang = voice.lang.replace("_", "-");
  const isNow = () => app.reading === reading;
  words.onstart = () => {
    reading.heard = true;
    if (isNow()) mark(app, passage.around);
  };
  words.onend = () => {
    if (!isNow()) return;
    reading.at += 1;
    readOn(app, reading);
  };
  words.onerror = () => isNow() && miss(app);
  speech.speak(words);
}

/**
 * @param {App} app
 * @param {Element | null} around what is read now
 */
function mark(app, around) {
  for (const before of app.body.querySelectorAll(".kl-read")) before.classList.remove("kl-read");
  if (!around) return;
  around.classList.add("kl-read");
  around.scrollIntoView({ block: "nearest" });
}

/**
 * The voice is listed, and does not speak: it is not installed.
 * @param {App} app
 */
function miss(app) {
  endReading(app);
  const strip = app.body.querySelector(".kl-strip");
  if (strip && !strip.querySelector(".kl-warning")) strip.append(h("p", { class: "kl-warning" }, t(app, "listen_silent")));
  say(app, t(app, "listen_silent"));
}

/** @param {App} app */
export function endReading(app) {
  if (!app.reading) return;
  app.reading = null;
  if (speech) speech.cancel();
  mark(app, null);
  relabel(app);
}

/**
 * Offer reading aloud as soon as the device has named its voices. Gives what ends it.
 * @param {App} app
 * @param {(app: App) => void} paint
 */
export function keepVoices(app, paint) {
  const come = () => {
    if (!app.reading && Boolean(keyed(app.body, "listen")) !== Boolean(voiceOf(app))) paint(app);
  };
  if (speech && speech.addEventListener) speech.addEventListener("voiceschanged", come);
  return () => {
    endReading(app);
    if (speech && speech.removeEventListener) speech.removeEventListener("voiceschanged", come);
  };
}

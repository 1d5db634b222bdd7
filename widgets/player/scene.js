// @ts-check
// A scene: its story, what is known, and what is to be decided or read on.

import { given, newId, t } from "./app.js";
import { move } from "./connection.js";
import { h, ownKeys } from "./dom.js";
import { drawDecision } from "./forms.js";
import { lessonButtons } from "./lesson.js";
import { paint } from "./paint.js";
import { actions, heading, primary, problemBox, quiet, sending, tag } from "./parts.js";

/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("../messages").Choice} Choice */
/** @typedef {import("../messages").SceneView} SceneView */
/** @typedef {import("../messages").TermView} TermView */

/** @param {ShownApp} app */
export function drawScene(app) {
  const scene = given(app.view.scene);
  const form = scene.decision;
  const onward = () => move(app, { type: "continue", scene: scene.id });
  return h(
    "div",
    { class: "kl-columns" },
    drawStory(app, scene),
    drawKnown(app, scene),
    h(
      "div",
      { class: "kl-decide" },
      form ? drawDecision(app, form) : null,
      form ? null : problemBox(app),
      form || app.view.read_only ? null : actions(app, primary("continue", t(app, "continue"), onward, sending)),
      drawRevise(app)
    )
  );
}

/**
 * @param {ShownApp} app
 * @param {SceneView} scene
 */
export function drawStory(app, scene) {
  return h(
    "div",
    { class: "kl-story" },
    heading("h3", scene.title),
    scene.paragraphs.map((paragraph, number) => drawParagraph(app, scene, paragraph, number)),
    drawTerms(app, scene)
  );
}

/**
 * A paragraph of the story; its terms are pressed where they stand, and their meaning opens below it.
 * @param {ShownApp} app
 * @param {SceneView} scene
 * @param {string} paragraph
 * @param {number} number of the paragraph, from 0
 */
function drawParagraph(app, scene, paragraph, number) {
  const letters = [...paragraph];
  const between = (/** @type {number} */ start, /** @type {number} */ end) => letters.slice(start, end).join("");
  const here = scene.terms.flatMap((term) => (term.spot && term.spot.paragraph === number ? [{ term, ...term.spot }] : []));
  here.sort((one, other) => one.start - other.start);
  const parts = [];
  const meanings = [];
  let at = 0;
  for (const { term, start, end } of here) {
    const id = newId(app);
    parts.push(between(at, start), drawTerm(app, term, between(start, end), id));
    if (app.termOpen === term.id) meanings.push(drawMeaning(app, term, id));
    at = end;
  }
  return [h("p", {}, parts, between(at, letters.length)), meanings];
}

/**
 * No button, which would not go on in the next line of the text.
 * @param {ShownApp} app
 * @param {TermView} term
 * @param {string} words as the text has it
 * @param {string} id of its meaning
 */
function drawTerm(app, term, words, id) {
  const toggle = () => {
    app.termOpen = app.termOpen === term.id ? "" : term.id;
    paint(app);
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    toggle();
  };
  return h(
    "span",
    {
      class: "kl-term",
      role: "button",
      tabindex: "0",
      "data-key": "term-" + term.id,
      "aria-expanded": String(app.termOpen === term.id),
      "aria-controls": id,
      on: { click: toggle, keydown: press },
      ...ownKeys,
    },
    words
  );
}

/**
 * @param {ShownApp} app
 * @param {TermView} term
 * @param {string} id
 */
function drawMeaning(app, term, id) {
  return h(
    "div",
    { class: "kl-meaning", id },
    h("p", {}, h("strong", {}, term.name), ": ", term.text),
    lessonButtons(app, term.lessons, "term")
  );
}

/**
 * The terms that stand in the title, in the decision or in the note alone.
 * @param {ShownApp} app
 * @param {SceneView} scene
 */
function drawTerms(app, scene) {
  const terms = scene.terms.filter((term) => !term.spot);
  if (!terms.length) return null;
  const toggle = (/** @type {Event & { target: HTMLDetailsElement }} */ event) => {
    app.termsOpen = event.target.open;
  };
  return h(
    "details",
    { class: "kl-terms", open: app.termsOpen, on: { toggle } },
    h("summary", { "data-key": "terms" }, t(app, "terms", { count: terms.length })),
    h("dl", {}, terms.map((term) => h("div", {}, h("dt", {}, term.name), h("dd", {}, term.text, lessonButtons(app, term.lessons, "term")))))
  );
}

/**
 * @param {ShownApp} app
 * @param {SceneView} scene
 */
function drawKnown(app, scene) {
  const known = app.view.known;
  const line = (/** @type {Choice} */ fact) =>
    h("li", {}, fact.text, scene.learned.indexOf(fact.id) >= 0 ? [" ", tag(t(app, "known_new"))] : null);
  const isOpen = () => (app.knownOpen === null ? app.wide : app.knownOpen);
  const toggle = (/** @type {Event & { target: HTMLDetailsElement }} */ event) => {
    // Opening by the page itself is no wish of the trainee.
    if (event.target.open !== isOpen()) app.knownOpen = event.target.open;
  };
  return h(
    "details",
    { class: "kl-known", open: isOpen(), on: { toggle } },
    h("summary", { "data-key": "known" }, t(app, "known") + " (" + known.length + ")"),
    known.length ? h("ul", {}, known.map(line)) : h("p", {}, t(app, "known_nothing"))
  );
}

/**
 * The last decision may be taken back.
 * @param {ShownApp} app
 */
export function drawRevise(app) {
  const revise = app.view.revise;
  if (!revise || app.step !== "form") return null;
  const reopen = () => move(app, { type: "reopen", decision: revise.decision });
  return h(
    "div",
    { class: "kl-revise" },
    h("p", { class: "kl-muted" }, t(app, "revise_about", { ask: revise.ask })),
    quiet("revise", t(app, "revise"), reopen, sending)
  );
}

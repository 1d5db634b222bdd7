// @ts-check
// A scene: its story, what is known, and what is to be decided or read on.

import { given, t } from "./app.js";
import { move } from "./connection.js";
import { h } from "./dom.js";
import { drawDecision } from "./forms.js";
import { lessonButtons } from "./lesson.js";
import { actions, heading, primary, problemBox, quiet, sending, tag } from "./parts.js";

/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("../messages").Choice} Choice */
/** @typedef {import("../messages").SceneView} SceneView */

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
    scene.paragraphs.map((paragraph) => h("p", {}, paragraph)),
    drawTerms(app, scene)
  );
}

/**
 * @param {ShownApp} app
 * @param {SceneView} scene
 */
function drawTerms(app, scene) {
  const terms = scene.terms;
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

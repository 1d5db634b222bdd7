// @ts-check
// The end of a play: its last scene, its result, and handing it in.

import { dropHanded, given, newId, t } from "./app.js";
import { act } from "./connection.js";
import { h } from "./dom.js";
import { drawFlags, drawNote, drawReason } from "./feedback.js";
import { openHandIn } from "./hand_in.js";
import { lessonButtons } from "./lesson.js";
import { local } from "./paint.js";
import { drawNextStep } from "./path.js";
import { actions, fold, heading, primary, problemBox, quiet, secondary, sending } from "./parts.js";
import { drawRevise, drawStory } from "./scene.js";

/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("./app.js").HandedFile} HandedFile */
/** @typedef {import("../messages").CaseFeedback} CaseFeedback */
/** @typedef {import("../messages").DecisionFeedback} DecisionFeedback */
/** @typedef {import("../messages").PractiseNote} PractiseNote */
/** @typedef {import("../messages").PersonNote} PersonNote */
/** @typedef {import("../messages").ResultView} ResultView */

/** @param {ShownApp} app */
export function drawEnd(app) {
  const view = app.view;
  const scene = given(view.scene);
  const handIn = view.result ? secondary : primary;
  return [
    drawStory(app, scene),
    scene.own_note ? drawOwnNote(app, scene.own_note) : null,
    h(
      "div",
      { class: "kl-ending" },
      h("h4", { class: "kl-small-title" }, t(app, "end_title")),
      view.result ? null : h("p", {}, t(app, view.mode === "test" && !view.hand_in ? "end_test_kept" : "end_" + view.mode)),
      problemBox(app),
      actions(
        app,
        view.result
          ? primary("result", t(app, "result_open"), () => local(app, () => (app.resultOpen = true)))
          : null,
        view.hand_in ? handIn("hand-in", t(app, "hand_in"), () => openHandIn(app)) : null,
        drawAgain(app)
      ),
      drawRevise(app)
    ),
  ];
}

/** @param {ShownApp} app */
function drawAgain(app) {
  const view = app.view;
  const again = () => act(app, { type: "again", case: given(view.case).id });
  return [
    view.can_again ? secondary("again", t(app, "again"), again, sending) : null,
    view.can_leave ? secondary("other", t(app, "other"), () => act(app, { type: "shelf" }), sending) : null,
  ];
}

/**
 * A note that this page alone keeps, as long as it is open.
 * @param {ShownApp} app
 * @param {string} text
 */
function drawOwnNote(app, text) {
  const id = newId(app);
  const note = newId(app);
  const input = (/** @type {Event & { target: HTMLTextAreaElement }} */ event) => {
    app.ownNote = event.target.value;
  };
  return h(
    "div",
    { class: "kl-own" },
    h("h4", { class: "kl-small-title" }, h("label", { for: id }, t(app, "own_note"))),
    h("p", {}, text),
    h("p", { class: "kl-warning", id: note }, t(app, "own_note_private") + " " + t(app, "text_warning")),
    h("textarea", {
      id,
      class: "kl-textarea",
      rows: "4",
      autocomplete: "off",
      "data-key": "own-note",
      "aria-describedby": note,
      value: app.ownNote,
      on: { input },
    })
  );
}

/** @param {ShownApp} app */
export function drawResult(app) {
  const result = given(app.view.result);
  const note = result.note;
  return [
    heading("h3", t(app, "result_title")),
    (note.persons || []).map((each) => drawPerson(app, each)),
    drawFlags(app, note.harm.concat(note.missed)),
    drawGood(app, result),
    note.child.length ? [smallTitle(t(app, "child_title")), note.child.map(drawReason)] : null,
    drawFocus(app, note),
    drawNextStep(app, note.next_step, note.focus ? note.focus.code : ""),
    smallTitle(t(app, "decisions_title")),
    note.decisions.map((each) => drawDecisionNote(app, each)),
    fold(app, "figures", t(app, "figures_title"), drawFigures(app, result)),
    drawKeepsake(app),
    problemBox(app),
    actions(
      app,
      drawAgain(app),
      quiet("back", t(app, "result_back"), () => local(app, () => (app.resultOpen = false)))
    ),
  ];
}

/**
 * What a person says who has read the reflection: never what a machine made of it.
 * @param {ShownApp} app
 * @param {PersonNote} person
 */
function drawPerson(app, person) {
  const says = person.sentences.concat(person.comment ? person.comment.split(/\n+/) : []);
  return h(
    "div",
    { class: "kl-person-note" },
    smallTitle(t(app, "person_title")),
    (says.length ? says : [t(app, "person_read")]).map((each) => h("p", {}, each))
  );
}

/** @param {string} text */
function smallTitle(text) {
  return h("h4", { class: "kl-small-title" }, text);
}

/**
 * @param {ShownApp} app
 * @param {ResultView} result
 */
function drawGood(app, result) {
  const { figures, good } = result.note;
  const count = figures.right ? t(app, "good_count", figures) : t(app, "good_none");
  return [
    smallTitle(t(app, "good_title")),
    h("p", {}, [count].concat(result.compared).join(" ")),
    good.length ? h("ul", { class: "kl-good" }, good.map((each) => h("li", {}, drawReason(each)))) : null,
  ];
}

/**
 * One thing to practise, and its lesson.
 * @param {ShownApp} app
 * @param {CaseFeedback} note
 */
function drawFocus(app, { focus, figures }) {
  return [
    smallTitle(t(app, "practise_title")),
    focus
      ? [
          h("p", {}, h("strong", {}, focus.name + ". "), focus.practise),
          lessonButtons(app, [focus.code], "practise"),
        ]
      : h("p", {}, t(app, figures.right ? "practise_none" : "practise_skipped")),
  ];
}

/**
 * For whoever wants them.
 * @param {ShownApp} app
 * @param {ResultView} result
 */
function drawFigures(app, result) {
  const note = result.note;
  const figure = (/** @type {PractiseNote} */ each) =>
    each.score === null
      ? t(app, "result_no_figure", each)
      : t(app, "result_figure", { score: result.percents[each.code], decisions: each.decisions });
  return [
    h(
      "dl",
      { class: "kl-figures" },
      drawFigure(
        t(app, "result_score"),
        result.total || t(app, "result_no_score"),
        result.total && t(app, "result_score_of")
      ),
      drawFigure(t(app, "flag_harm"), String(note.H), ""),
      drawFigure(t(app, "flag_must"), String(note.M), "")
    ),
    result.summary.map((text) => h("p", {}, text)),
    note.practise.length
      ? [
          h("p", { class: "kl-part-title" }, t(app, "result_practise")),
          h("ul", { class: "kl-practise" }, note.practise.map((each) => h("li", {}, each.name + ". " + figure(each)))),
        ]
      : null,
  ];
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} unit
 */
function drawFigure(name, value, unit) {
  return h(
    "div",
    { class: "kl-figure" },
    h("dt", {}, name),
    h("dd", {}, h("span", { class: "kl-figure-value" }, value), unit ? " " + unit : "")
  );
}

/**
 * @param {ShownApp} app
 * @param {DecisionFeedback} note
 */
function drawDecisionNote(app, note) {
  const status = { answered: "", skipped: "result_skipped", unanswered: "result_unanswered" }[note.status];
  const gist = note.gist;
  const went = status ? t(app, status) : (t(app, "badge_" + gist.badge) + ". " + gist.points).trim();
  const title = [note.ask, h("span", { class: "kl-muted kl-summary-score" }, went)];
  return h("div", { class: "kl-decision-note" }, fold(app, "note-" + note.decision, title, drawNote(app, note)));
}

/**
 * One page of the result, to save, to print or to send.
 * @param {ShownApp} app
 */
function drawKeepsake(app) {
  const keepsake = app.keepsake;
  return h(
    "div",
    { class: "kl-keepsake" },
    h("p", {}, t(app, "keepsake_text")),
    keepsake
      ? h(
          "a",
          { class: "kl-button", href: keepsake.url, download: keepsake.name, "data-key": "keepsake-file" },
          t(app, "keepsake_download")
        )
      : secondary("keepsake", t(app, "keepsake"), () => act(app, { type: "keepsake" }), sending)
  );
}

// Handing in: one file beside the notebook, and a download of the same bytes

/** @param {ShownApp} app */
export function drawHandIn(app) {
  const before = given(app.view.hand_in).participant;
  const id = newId(app);
  const hint = newId(app);
  const type = (/** @type {Event & { target: HTMLInputElement }} */ event) => {
    app.participant = event.target.value;
  };
  const field = h("input", {
    id,
    class: "kl-input",
    type: "text",
    maxlength: "60",
    autocomplete: "off",
    autocapitalize: "off",
    "data-key": "participant",
    "aria-describedby": hint,
    value: app.participant === null ? before : app.participant,
    on: { input: type },
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    act(app, { type: "hand_in", participant: field.value });
  };
  const className = "kl-button" + (app.handed ? "" : " kl-primary");
  const back = () =>
    local(app, () => {
      app.handing = false;
      dropHanded(app);
    });
  return h(
    "form",
    { class: "kl-alone", novalidate: true, on: { submit } },
    heading("h3", t(app, "hand_in")),
    h("p", {}, t(app, "hand_in_text")),
    app.view.screen === "ended" ? null : h("p", { class: "kl-warning" }, t(app, "hand_in_early")),
    h("p", { class: "kl-ask" }, h("label", { for: id }, t(app, "hand_in_participant"))),
    h("p", { class: "kl-hint", id: hint }, t(app, "hand_in_hint")),
    field,
    problemBox(app),
    app.handed ? drawHanded(app, app.handed) : null,
    actions(
      app,
      h("button", { type: "submit", class: className, "data-key": "make", ...sending }, t(app, "hand_in_make")),
      quiet("hand-in-back", t(app, "hand_in_back"), back)
    )
  );
}

/**
 * @param {ShownApp} app
 * @param {HandedFile} file
 */
function drawHanded(app, file) {
  return h(
    "div",
    { class: "kl-handed" },
    heading("h4", t(app, "hand_in_done")),
    h("p", {}, t(app, "hand_in_place"), " ", h("strong", {}, file.place)),
    h(
      "p",
      {},
      h(
        "a",
        { class: "kl-button kl-primary", href: file.url, download: file.name, "data-key": "download" },
        t(app, "hand_in_download")
      )
    ),
    h("p", {}, t(app, "hand_in_next")),
    app.view.screen === "ended" ? null : h("p", {}, t(app, "hand_in_newer"))
  );
}

// @ts-check
// The screens around a play: a case's cover, the pause, and why nothing can be shown.

import { given, t } from "./app.js";
import { act, move } from "./connection.js";
import { h } from "./dom.js";
import { option } from "./forms.js";
import { drawHelp } from "./frame.js";
import { drawLessons } from "./lesson.js";
import { local } from "./paint.js";
import { actions, heading, primary, problemBox, sending } from "./parts.js";

/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("../messages").BeforeView} BeforeView */
/** @typedef {import("../messages").CaseHead} CaseHead */

/**
 * What must be known before a case, in short; the rest of it is one press away.
 * @param {ShownApp} app
 */
export function drawCover(app) {
  const view = app.view;
  const head = given(view.case);
  const person = view.help.person;
  const before = view.before;
  const begin = () => move(app, { type: "begin", research: Boolean(before && before.asks && app.research) });
  return [
    heading("h3", t(app, "cover_title")),
    h("p", { class: "kl-lead" }, head.you),
    h("p", { class: "kl-warning" }, h("strong", {}, head.intensity + ". "), head.note),
    h("p", {}, t(app, "cover_minutes_about", head) + ". " + t(app, "cover_adults") + " " + t(app, "cover_freedom")),
    person
      ? h("p", { class: "kl-person" }, t(app, "cover_person") + " ", h("strong", {}, person))
      : h("p", { class: "kl-problem" }, t(app, "cover_no_person")),
    before ? drawBefore(app, before) : null,
    before && before.asks && person && !view.read_only ? drawResearch(app) : null,
    problemBox(app),
    person && !view.read_only ? actions(app, primary("begin", t(app, "begin"), begin, sending)) : null,
    head.law_due.length ? h("p", { class: "kl-notice" }, t(app, "cover_law_due")) : null,
    drawAbout(app, head),
    drawLessons(app),
  ];
}

/**
 * What the play is for, and what is stored.
 * @param {ShownApp} app
 * @param {BeforeView} before
 */
function drawBefore(app, before) {
  const [first, ...rest] = before.told;
  return [
    h("p", {}, first),
    rest.length
      ? h("details", { class: "kl-rest" }, h("summary", { "data-key": "data" }, t(app, "cover_data")), rest.map((text) => h("p", {}, text)))
      : null,
  ];
}

/**
 * @param {ShownApp} app
 * @param {CaseHead} head
 */
function drawAbout(app, head) {
  const row = (/** @type {string} */ name, /** @type {string} */ value) =>
    h("div", { class: "kl-row" }, h("dt", {}, t(app, name)), h("dd", {}, value));
  return h(
    "details",
    { class: "kl-rest" },
    h("summary", { "data-key": "about" }, t(app, "cover_about")),
    h(
      "dl",
      { class: "kl-rows" },
      row("cover_role", head.role),
      row("cover_level", head.level),
      row("cover_law", head.law),
      row("cover_status", head.status)
    ),
    head.law_due.map((why) => h("p", {}, why))
  );
}

/** @param {ShownApp} app */
function drawResearch(app) {
  const change = (/** @type {Event & { target: HTMLInputElement }} */ event) => {
    app.research = event.target.checked;
  };
  const props = { name: app.prefix + "-research", value: "yes", checked: app.research, on: { change } };
  return option(app, "checkbox", props, t(app, "cover_research"));
}

/** @param {ShownApp} app */
export function drawPause(app) {
  const resume = () => {
    if (app.resting) local(app, () => (app.resting = false));
    else move(app, { type: "resume" });
  };
  const stays = app.view.read_only && !app.resting;
  return h(
    "div",
    { class: "kl-pause" },
    heading("h3", t(app, "pause_title")),
    h("p", { class: "kl-lead" }, t(app, "pause_text")),
    h("p", {}, t(app, "pause_breathe")),
    problemBox(app),
    stays ? null : actions(app, primary("resume", t(app, "resume"), resume, app.resting ? {} : sending)),
    drawHelp(app, "kl-help-panel kl-help-calm")
  );
}

/** @param {ShownApp} app */
export function drawFault(app) {
  const fault = given(app.view.fault);
  const label = t(app, fault.code === "closed" ? "fault_here" : "fault_retry");
  const again = () => act(app, fault.retry ? { type: "choose", case: fault.retry } : { type: "ready" });
  return [
    heading("h3", fault.title),
    h("p", { class: "kl-lead", role: "alert" }, fault.text),
    problemBox(app),
    actions(app, primary("retry", label, again, sending)),
    fault.detail
      ? h(
          "details",
          { class: "kl-rest" },
          h("summary", { "data-key": "detail" }, t(app, "fault_detail")),
          h("p", { class: "kl-detail" }, fault.detail)
        )
      : null,
  ];
}

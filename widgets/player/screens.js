// @ts-check
// The screens around a play: the shelf of cases, a case's cover, the pause, and why nothing can be shown.

import { given, t } from "./app.js";
import { act, move } from "./connection.js";
import { h } from "./dom.js";
import { option } from "./forms.js";
import { drawHelp } from "./frame.js";
import { drawLessons } from "./lesson.js";
import { local } from "./paint.js";
import { actions, heading, primary, problemBox, secondary, sending, tag } from "./parts.js";

/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("./dom.js").Child} Child */
/** @typedef {import("../messages").ShelfEntry} ShelfEntry */

/** @param {ShownApp} app */
export function drawShelf(app) {
  const entries = app.view.shelf;
  return [
    heading("h3", t(app, "shelf_title")),
    h("p", { class: "kl-lead" }, t(app, "shelf_intro")),
    drawLessons(app),
    problemBox(app),
    entries.length ? null : h("p", {}, t(app, "shelf_none")),
    h("ul", { class: "kl-shelf" }, entries.map((entry) => drawEntry(app, entry))),
  ];
}

/**
 * @param {ShownApp} app
 * @param {ShelfEntry} entry
 */
function drawEntry(app, entry) {
  const head = entry.case;
  const open = () => act(app, { type: "choose", case: head.id });
  const label = t(app, "shelf_open_" + entry.status, { title: head.title });
  return h(
    "li",
    { class: "kl-entry" },
    h("h4", { class: "kl-entry-title" }, head.title),
    h("p", { class: "kl-muted" }, t(app, "shelf_meta", head)),
    h("p", {}, head.note),
    h(
      "p",
      { class: "kl-entry-tags" },
      tag(t(app, "shelf_" + entry.status)),
      " ",
      head.draft ? tag(t(app, "draft"), "draft") : null,
      head.draft ? h("span", { class: "kl-muted" }, " " + t(app, "draft_sentence")) : null
    ),
    entry.status === "closed" ? null : secondary("open-" + head.id, label, open, sending)
  );
}

/** @param {ShownApp} app */
export function drawCover(app) {
  const view = app.view;
  const head = given(view.case);
  const row = (/** @type {string} */ name, /** @type {Child} */ value) =>
    h("div", { class: "kl-row" }, h("dt", {}, t(app, name)), h("dd", {}, value));
  const person = view.help.person;
  const before = view.before;
  const begin = () => move(app, { type: "begin", research: Boolean(before && before.asks && app.research) });
  return [
    heading("h3", t(app, "cover_title")),
    h("p", { class: "kl-lead" }, head.you),
    h(
      "dl",
      { class: "kl-rows" },
      row("cover_note", head.note),
      row("cover_intensity", head.intensity),
      row("cover_minutes", t(app, "cover_minutes_about", head)),
      row("cover_role", head.role),
      row("cover_level", head.level),
      row("cover_law", head.law),
      row("cover_status", t(app, head.draft ? "cover_draft" : "cover_reviewed"))
    ),
    drawLessons(app),
    h("p", {}, t(app, "cover_adults")),
    h("p", {}, t(app, "cover_freedom")),
    before ? h("h4", { class: "kl-small-title" }, t(app, "cover_data")) : null,
    before ? before.told.map((text) => h("p", {}, text)) : null,
    person
      ? h("p", { class: "kl-person" }, t(app, "cover_person") + " ", h("strong", {}, person))
      : h("p", { class: "kl-problem" }, t(app, "cover_no_person")),
    before && before.asks && person && !view.read_only ? drawResearch(app) : null,
    problemBox(app),
    person && !view.read_only ? actions(app, primary("begin", t(app, "begin"), begin, sending)) : null,
  ];
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

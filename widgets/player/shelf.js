// @ts-check
// The shelf: what was begun, what is proposed, and every case as one row.

import { given, say, t } from "./app.js";
import { act } from "./connection.js";
import { h } from "./dom.js";
import { drawLessons } from "./lesson.js";
import { local } from "./paint.js";
import { heading, problemBox, sending, tag } from "./parts.js";
import { drawNextStep } from "./path.js";

/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("./dom.js").Child} Child */
/** @typedef {import("../messages").ShelfRow} ShelfRow */
/** @typedef {import("../messages").ShelfView} ShelfView */
/** @typedef {{ own: boolean, level: number, light: boolean }} Filter level: 0 for all of them */

/** From so many rows on there is something to filter. */
const MANY = 7;
const OPEN = { begun: "open_begun", own: "open_new", other: "open_new", finished: "open_finished", closed: "" };

/** @param {ShownApp} app */
export function drawShelf(app) {
  const shelf = given(app.view.shelf);
  const filter = app.filter;
  const isFiltered = filter.own || filter.level > 0 || filter.light;
  const proposed = isFiltered || !shelf.next_step ? "" : shelf.next_step.case;
  const rows = shelf.rows.filter((row) => passes(row, filter) && row.id !== proposed);
  const group = (/** @type {ShelfRow["group"]} */ name) => drawGroup(app, shelf, name, rows);
  return [
    heading("h3", t(app, "shelf_title")),
    h("p", { class: "kl-muted" }, t(app, "shelf_intro") + " " + drafts(app, shelf)),
    problemBox(app),
    shelf.rows.length ? null : h("p", {}, t(app, "shelf_none")),
    group("begun"),
    isFiltered ? null : drawNextStep(app, shelf.next_step),
    shelf.rows.length < MANY ? null : drawFilter(app, shelf.rows),
    group("own"),
    group("other"),
    group("finished"),
    group("closed"),
    drawLessons(app),
  ];
}

/**
 * What is said of drafts, once for the whole shelf.
 * @param {ShownApp} app
 * @param {ShelfView} shelf
 */
function drafts(app, shelf) {
  if (!shelf.drafts) return "";
  return t(app, shelf.drafts === shelf.rows.length ? "shelf_all_drafts" : "shelf_some_drafts");
}

/**
 * @param {ShelfRow} row
 * @param {Filter} filter
 */
function passes(row, filter) {
  const isOwn = !filter.own || row.own;
  return isOwn && (!filter.level || row.level === filter.level) && (!filter.light || row.heavy < 2);
}

/**
 * @param {ShownApp} app
 * @param {ShelfView} shelf
 * @param {ShelfRow["group"]} name
 * @param {ShelfRow[]} rows those that are shown, of all groups
 */
function drawGroup(app, shelf, name, rows) {
  const here = rows.filter((row) => row.group === name);
  if (!here.length) return null;
  return [
    h("h4", { class: "kl-group-title" }, t(app, "shelf_" + name)),
    h("ul", { class: "kl-cases" }, here.map((row) => drawRow(app, row, shelf.drafts < shelf.rows.length))),
  ];
}

/**
 * @param {ShownApp} app
 * @param {ShelfRow} row
 * @param {boolean} tellsDraft
 */
function drawRow(app, row, tellsDraft) {
  const meta = app.prefix + "-about-" + row.id;
  return h(
    "li",
    { class: "kl-case" },
    h(
      "div",
      {},
      drawTitle(app, row, meta),
      h("p", { class: "kl-case-about", id: meta }, t(app, "shelf_meta", row), tellsDraft ? [" ", drawStatus(app, row)] : null)
    ),
    drawMark(app, row)
  );
}

/**
 * Whether people of the field have reviewed it.
 * @param {ShownApp} app
 * @param {ShelfRow} row
 */
function drawStatus(app, row) {
  return row.draft ? tag(t(app, "draft"), "draft") : tag(t(app, "shelf_reviewed"), "reviewed");
}

/**
 * @param {ShownApp} app
 * @param {ShelfRow} row
 * @param {string} meta the id of what describes it
 */
function drawTitle(app, row, meta) {
  if (row.group === "closed") return h("p", { class: "kl-case-title" }, row.title);
  const props = {
    type: "button",
    class: "kl-case-title kl-case-open",
    "data-key": "open-" + row.id,
    "aria-label": t(app, "shelf_" + OPEN[row.group], row),
    "aria-describedby": meta,
    on: { click: () => act(app, { type: "choose", case: row.id }) },
    ...sending,
  };
  return h("button", props, row.title);
}

/**
 * How far it has come.
 * @param {ShownApp} app
 * @param {ShelfRow} row
 */
function drawMark(app, row) {
  if (row.group === "begun") return h("p", { class: "kl-case-mark" }, t(app, "shelf_far", row));
  if (row.group !== "finished") return null;
  return h("p", { class: "kl-case-mark" }, h("span", { "aria-hidden": "true" }, "✓"), h("span", { class: "kl-hidden" }, t(app, "shelf_finished")));
}

/**
 * @param {ShownApp} app
 * @param {ShelfRow[]} all
 */
function drawFilter(app, all) {
  const filter = app.filter;
  const toggle = (/** @type {string} */ key, /** @type {string} */ label, /** @type {boolean} */ on, /** @type {Partial<Filter>} */ change) => {
    const click = () => {
      local(app, () => Object.assign(filter, change));
      say(app, t(app, "filter_count", { count: all.filter((row) => passes(row, filter)).length }));
    };
    const props = { type: "button", class: "kl-filter", "data-key": "filter-" + key, "aria-pressed": String(on), on: { click } };
    return h("button", props, label);
  };
  const levels = [1, 2, 3].filter((level) => all.some((row) => row.level === level));
  const isOwn = all.some((row) => row.own);
  return h(
    "div",
    { class: "kl-filters", role: "group", "aria-label": t(app, "filter") },
    isOwn ? toggle("own", t(app, "filter_own"), filter.own, { own: !filter.own }) : null,
    levels.map((level) => toggle("level-" + level, t(app, "filter_level", { level }), filter.level === level, { level: filter.level === level ? 0 : level })),
    toggle("light", t(app, "filter_light"), filter.light, { light: !filter.light })
  );
}

// @ts-check
// The cards of the board: the room at a glance, the cases, and of the open one its scenes and decisions.

import { h } from "../../../../../widgets/player/dom.js";
import {
  LETTERS,
  about,
  chart,
  countsOf,
  harmList,
  legend,
  percentBar,
  percentOf,
  sectorCharts,
  standing,
  variantCharts,
} from "./chart.js";
import { t } from "./labels.js";
import { drawTalk } from "./talk.js";
import { timer } from "./timer.js";

/** @typedef {import("../../board_view").Bars} Bars */
/** @typedef {import("../../board_view").BoardView} BoardView */
/** @typedef {import("../../board_view").CaseEntry} CaseEntry */
/** @typedef {import("../../board_view").CaseBoard} CaseBoard */
/** @typedef {import("../../board_view").DecisionCard} DecisionCard */
/** @typedef {import("../../board_view").OptionBar} OptionBar */
/** @typedef {import("../../board_view").DecisionState} DecisionState */
/** @typedef {import("../../board_view").Pace} Pace */
/** @typedef {import("../../board_view").SceneEntry} SceneEntry */
/** @typedef {import("../../board_view").VariantBars} VariantBars */

const MINUTES = ["", "1", "2", "3", "5", "10"];

/**
 * What the cards know of the board, and what their buttons do.
 * @typedef {object} Desk
 * @property {BoardView} data
 * @property {string} openCase
 * @property {Record<string, boolean>} openKeys the decisions whose key is unfolded
 * @property {Record<string, string>} minutes the timer chosen for a decision, by its id
 * @property {(id: string) => void} open
 * @property {(decision: string) => void} compare
 * @property {(path: string, form: Record<string, string>, done: string) => void} post
 */

/**
 * @param {string} key
 * @param {string} label
 * @param {() => void} onClick
 * @param {string} [className]
 */
function button(key, label, onClick, className = "ws-button ws-second") {
  return h("button", { type: "button", class: className, "data-key": key, on: { click: onClick } }, label);
}

/**
 * The whole board.
 * @param {Desk} desk
 */
export function drawBoard(desk) {
  const parts = [
    drawClosed(desk.data),
    drawFacts(desk.data),
    ...(desk.data.refusals ? [drawRefusals(desk)] : []),
    drawProjector(desk),
    desk.data.mode === "discussion" ? drawPace(desk) : null,
    h("div", { class: "bd-columns" }, drawCases(desk), drawCase(desk)),
  ];
  return parts.filter((part) => part !== null);
}

/** @param {BoardView} data */
function drawClosed({ closed }) {
  if (!closed) return null;
  const moment = new Date(closed).toLocaleString(document.documentElement.lang);
  return h("p", { class: "bd-closed" }, t("closed", { closed: moment }));
}

/**
 * How the room goes through its cases, and the buttons that change it for the case that is open on the board.
 * @param {Desk} desk
 */
function drawPace({ data, post }) {
  const open = data.case;
  const set = (/** @type {Pace} */ pace) => () =>
    post("/pace", { case: open ? open.id : "", pace }, t("done_pace"));
  const played = data.cases.find((each) => each.id === data.pace_case);
  const is = (/** @type {Pace} */ pace) => open && data.pace === pace && data.pace_case === open.id;
  return h(
    "section",
    { class: "bd-projected", "aria-labelledby": "bd-pace" },
    h("h2", { id: "bd-pace" }, t("pace_title")),
    h("p", {}, t("pace_" + data.pace, { title: played ? played.title : "" })),
    h(
      "div",
      { class: "bd-actions" },
      open && !is("stepwise") ? button("pace-stepwise", t("pace_set_stepwise"), set("stepwise")) : null,
      open && !is("alone") ? button("pace-alone", t("pace_set_alone"), set("alone")) : null,
      data.pace === "free" ? null : button("pace-free", t("pace_set_free"), set("free"))
    )
  );
}

/** @param {BoardView} data */
function drawFacts(data) {
  const fact = (/** @type {string} */ name, /** @type {string | number | null} */ value) =>
    h("div", {}, h("dt", {}, t(name)), h("dd", {}, value === null ? t("hidden") : String(value)));
  return h(
    "dl",
    { class: "bd-facts" },
    fact("join_address", data.join.address),
    fact("join_code", data.join.code || t("join_no_code")),
    fact("seats", data.seats),
    fact("pauses", data.pauses),
    fact("skips", data.skips),
    fact("mode", t("mode_" + data.mode))
  );
}

/**
 * Where somebody tries too much, whoever shares the address waits too: until the facilitator lets them.
 * @param {Desk} desk
 */
function drawRefusals({ data, post }) {
  const lift = () => post("/lift", {}, t("done_lifted"));
  return h("section", { class: "bd-card" }, h("p", {}, t("refusals", data)), button("lift", t("lift"), lift));
}

/** @param {Desk} desk */
function drawProjector({ data, post }) {
  const shown = data.projector;
  const clear = () => post("/show", {}, t("done_cleared"));
  return h(
    "section",
    { class: "bd-projected", "aria-labelledby": "bd-projected" },
    h("h2", { id: "bd-projected" }, shown ? t("projected") : t("nothing")),
    shown ? h("p", {}, shown.ask) : null,
    shown ? button("clear", t("clear"), clear) : null
  );
}

/** @param {Desk} desk */
function drawCases({ data, openCase, open }) {
  const entry = (/** @type {CaseEntry} */ each) => {
    const current = each.id === openCase ? "true" : null;
    const click = () => open(each.id);
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "bd-case", "data-key": "case-" + each.id, on: { click }, "aria-current": current },
        h("b", {}, each.title),
        h("span", {}, each.begun ? t("case_begun", each) : t("case_none"))
      )
    );
  };
  return h(
    "nav",
    { class: "bd-cases", "aria-label": t("cases") },
    h("h2", {}, t("cases")),
    h("ul", {}, data.cases.map(entry))
  );
}

/** @param {Desk} desk */
function drawCase(desk) {
  const open = desk.data.case;
  if (!open) return h("p", {}, t("choose"));
  return h(
    "div",
    { class: "bd-open" },
    h("h2", {}, open.title),
    h("p", { class: "bd-quiet" }, open.review),
    drawScenes(open.scenes),
    open.decisions.map((decision) => drawDecision(desk, open, decision)),
    drawDebrief(open)
  );
}

/** @param {SceneEntry[]} scenes */
function drawScenes(scenes) {
  const all = scenes.reduce((sum, scene) => sum + scene.count, 0);
  const row = (/** @type {SceneEntry} */ scene) => {
    const title = h("span", { class: "bd-text" }, scene.title);
    const line = h("span", { class: "bd-line" }, title, percentBar(percentOf(scene.count, all)));
    return h("tr", {}, h("th", { scope: "row" }, line), h("td", {}, String(scene.count)));
  };
  const head = h("tr", {}, h("th", { scope: "col" }, t("scene")), h("th", { scope: "col" }, t("people")));
  return h(
    "section",
    { class: "bd-card", "aria-labelledby": "bd-scenes" },
    h("h3", { id: "bd-scenes" }, t("scenes")),
    h(
      "table",
      { class: "bd-chart bd-scenes" },
      h("caption", { class: "bd-hidden" }, t("scenes")),
      h("thead", { class: "bd-hidden" }, head),
      h("tbody", {}, scenes.map(row))
    )
  );
}

/**
 * @param {Desk} desk
 * @param {CaseBoard} open
 * @param {DecisionCard} decision
 */
function drawDecision(desk, open, decision) {
  const id = "bd-decision-" + decision.id;
  const counts = countsOf(decision);
  const isText = decision.options.length === 0;
  const discusses = desk.data.mode === "discussion";
  const state = h("b", { class: "bd-state bd-state-" + decision.state }, t("state_" + decision.state));
  return h(
    "section",
    { class: "bd-card", "aria-labelledby": id },
    h("h3", { id }, decision.ask),
    h(
      "p",
      { class: "bd-quiet" },
      discusses ? state : null,
      " ",
      t("said", { answered: decision.answered, of: decision.answered + decision.left }) + left(decision) + ". " + t("in_scene", decision)
    ),
    timer(decision.state === "open" ? decision.seconds : null, "timer_over"),
    isText ? h("p", {}, t("text")) : null,
    counts ? chart(decision, counts, decision.n, about(decision)) : null,
    counts && decision.n < decision.answered ? h("p", { class: "bd-quiet" }, t("counted", decision)) : null,
    counts || isText ? null : [legend(decision), h("p", { class: "bd-quiet" }, t("few"))],
    drawVariants(decision),
    drawTalk(decision),
    drawSectors(decision),
    discusses && decision.state === "revealed" ? drawReasons(decision) : null,
    isText || (discusses && decision.state === "revealed") ? null : drawKey(desk, decision),
    drawActions(desk, open, decision, counts !== null)
  );
}

/**
 * How many are still to come, once somebody has come.
 * @param {DecisionCard} decision
 */
function left(decision) {
  if (!decision.answered && !decision.left) return "";
  return ", " + (decision.left ? t("left", decision) : t("left_none"));
}

/**
 * After the reveal: why each option is what the key says of it.
 * @param {DecisionCard} decision
 */
function drawReasons(decision) {
  if (!decision.options.length) return null;
  const title = t("reasons");
  const variant = (/** @type {VariantBars} */ each) => [h("h4", {}, each.facts), keyOf(each)];
  return h(
    "section",
    { class: "bd-key", "aria-label": title },
    h("h4", {}, title),
    decision.variants.length ? decision.variants.map(variant) : keyOf(decision)
  );
}

/**
 * Questions for the discussion of the whole case, by phase.
 * @param {CaseBoard} open
 */
function drawDebrief(open) {
  if (!open.debrief.length) return null;
  return h(
    "section",
    { class: "bd-card", "aria-labelledby": "bd-debrief" },
    h("h3", { id: "bd-debrief" }, t("debrief")),
    open.debrief.map((phase) => [
      h("h4", {}, t("phase_" + phase.phase)),
      h("ul", {}, phase.questions.map((question) => h("li", {}, question))),
    ])
  );
}

/**
 * Where the room plays several variants of the case: the bars of each.
 * @param {DecisionCard} decision
 */
function drawVariants(decision) {
  if (!decision.variants.length) return null;
  return h(
    "section",
    { class: "bd-sectors", "aria-label": t("variants_title") },
    h("h4", {}, t("variants_title")),
    variantCharts(decision, { letters: true })
  );
}

/** @param {DecisionCard} decision */
function drawSectors(decision) {
  if (!decision.sectors) return null;
  const title = t("sectors_title", decision.sectors);
  return h(
    "section",
    { class: "bd-sectors", "aria-label": title },
    h("h4", {}, title),
    h("p", { class: "bd-quiet" }, t("sectors_hint")),
    sectorCharts(decision, decision.sectors)
  );
}

/**
 * What the key says, folded away until the facilitator opens it.
 * @param {Desk} desk
 * @param {DecisionCard} decision
 */
function drawKey({ openKeys }, decision) {
  const toggle = (/** @type {Event & { target: HTMLDetailsElement }} */ event) => {
    openKeys[decision.id] = event.target.open;
  };
  const variant = (/** @type {VariantBars} */ each) => [h("h4", {}, each.facts), keyOf(each)];
  return h(
    "details",
    { class: "bd-key", open: Boolean(openKeys[decision.id]), on: { toggle } },
    h("summary", { "data-key": "key-" + decision.id }, t("key")),
    decision.variants.length ? decision.variants.map(variant) : keyOf(decision)
  );
}

/** @param {Bars} bars */
function keyOf(bars) {
  const line = (/** @type {OptionBar} */ option, /** @type {number} */ at) =>
    h(
      "li",
      {},
      h("b", {}, LETTERS[at] + ". "),
      option.text,
      " ",
      standing(option) || t("standing_neutral"),
      option.why ? h("span", { class: "bd-why" }, option.why) : null
    );
  return [
    h("ul", {}, bars.options.map(line)),
    bars.harm ? [h("h4", {}, t("harm")), harmList(bars.harm)] : null,
  ];
}

/**
 * @param {Desk} desk
 * @param {CaseBoard} open
 * @param {DecisionCard} decision
 * @param {boolean} isCounted
 */
function drawActions(desk, open, decision, isCounted) {
  const project = (/** @type {string} */ sectors) => () =>
    desk.post("/show", { case: open.id, decision: decision.id, sectors }, t("done_shown"));
  const compare = t(decision.sectors ? "sectors_hide" : "sectors_show");
  return h(
    "div",
    { class: "bd-actions" },
    decision.options.length ? button("show-" + decision.id, t("project"), project("")) : null,
    isCounted ? button("sectors-" + decision.id, compare, () => desk.compare(decision.id)) : null,
    decision.sectors ? button("show-sectors-" + decision.id, t("project_sectors"), project("1")) : null,
    desk.data.mode === "discussion" ? drawRoom(desk, open, decision) : null
  );
}

/**
 * Opening, locking and revealing a decision for the room.
 * @param {Desk} desk
 * @param {CaseBoard} open
 * @param {DecisionCard} decision
 */
function drawRoom(desk, open, decision) {
  const bring = (/** @type {DecisionState} */ state) => () => {
    const minutes = state === "open" ? desk.minutes[decision.id] || "" : "";
    desk.post("/room", { case: open.id, decision: decision.id, state, minutes }, t("done_" + state));
  };
  if (decision.state === "ahead")
    return [
      timerChoice(desk, decision),
      button("open-" + decision.id, t("open"), bring("open"), "ws-button"),
      h("p", { class: "bd-quiet" }, t("open_hint")),
    ];
  if (decision.state === "open")
    return [
      button("lock-" + decision.id, t("lock"), bring("locked")),
      h("p", { class: "bd-quiet" }, t("lock_hint")),
    ];
  if (decision.state === "locked")
    return [
      timerChoice(desk, decision),
      button("open-" + decision.id, t("reopen"), bring("open")),
      button("reveal-" + decision.id, t("reveal"), bring("revealed"), "ws-button"),
      h("p", { class: "bd-quiet" }, t("reveal_hint")),
    ];
  return null;
}

/**
 * The choice of a timer, before a decision is opened.
 * @param {Desk} desk
 * @param {DecisionCard} decision
 */
function timerChoice({ minutes }, decision) {
  const chosen = minutes[decision.id] || "";
  const change = (/** @type {Event & { target: HTMLSelectElement }} */ event) => {
    minutes[decision.id] = event.target.value;
  };
  const choice = (/** @type {string} */ value) =>
    h(
      "option",
      { value, selected: value === chosen },
      value ? t("timer_minutes", { minutes: value }) : t("timer_none")
    );
  return h(
    "label",
    { class: "bd-timer-choice" },
    t("timer") + " ",
    h("select", { "data-key": "timer-" + decision.id, on: { change } }, MINUTES.map(choice))
  );
}

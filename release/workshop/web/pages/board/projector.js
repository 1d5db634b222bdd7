// @ts-check
// The projector: what was sent to it, else how the workshop is joined.

import { h } from "../../../../../widgets/player/dom.js";
import { markPeople } from "../../../../../widgets/player/people.js";
import {
  LETTERS,
  about,
  chart,
  countsOf,
  harmList,
  legend,
  percentBar,
  percentOf,
  standing,
  variantCharts,
} from "./chart.js";
import { drawIdle } from "./join.js";
import { t } from "./labels.js";
import { drawTalk } from "./talk.js";
import { timer } from "./timer.js";

/** @typedef {import("../../board_view").GroupView} GroupView */
/** @typedef {import("../../board_view").OptionBar} OptionBar */
/** @typedef {import("../../board_view").ProjectedDecision} ProjectedDecision */
/** @typedef {import("../../board_view").ProjectorView} ProjectorView */
/** @typedef {import("../../board_view").SectorsView} SectorsView */

const SMALLEST = 0.5; // of the full size, below which the page is scrolled rather than made smaller
const STEP = 0.96;

/** Make the letters smaller until all is on the screen and no word is broken: nobody scrolls a projector. */
export function fitScreen() {
  const root = document.documentElement;
  root.style.fontSize = "";
  const full = parseFloat(getComputedStyle(root).fontSize);
  for (let size = full; size > full * SMALLEST; size *= STEP) {
    root.style.fontSize = size + "px";
    const { scrollHeight, scrollWidth } = document.body;
    if (scrollHeight <= window.innerHeight && scrollWidth <= window.innerWidth) return;
  }
}

/**
 * The sectors in one table: a column for each.
 * @param {ProjectedDecision} decision
 * @param {SectorsView} sectors
 * @param {boolean} isRevealed
 */
function sectorTable(decision, sectors, isRevealed) {
  const cell = (/** @type {OptionBar} */ option) => (/** @type {GroupView} */ group) => {
    const percent = percentOf(group.counts[option.id] || 0, group.n);
    return h("td", {}, h("span", { class: "bd-text" }, percent + "%"), percentBar(percent));
  };
  const row = (/** @type {OptionBar} */ option, /** @type {number} */ at) => {
    const word = isRevealed ? [" ", standing(option)] : null;
    const name = h("span", { class: "bd-text" }, h("b", {}, LETTERS[at] + ". "), option.text, word);
    return h(
      "tr",
      { class: isRevealed && option.standing ? "bd-" + option.standing : null },
      h("th", { scope: "row" }, name),
      sectors.groups.map(cell(option))
    );
  };
  const head = (/** @type {GroupView} */ group) => h("th", { scope: "col" }, t("group", group));
  return [
    h(
      "table",
      { class: "pj-sectors" },
      h("caption", {}, t("sectors_title", sectors) + ". " + about(decision)),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("option")), sectors.groups.map(head))),
      h("tbody", {}, decision.options.map(row))
    ),
    sectors.hidden ? h("p", { class: "bd-quiet" }, t("sectors_hidden", sectors)) : null,
  ];
}

/** @param {ProjectedDecision} decision */
function drawProjected(decision) {
  const counts = countsOf(decision);
  const isRevealed = decision.state === "revealed" && decision.options.some((option) => option.standing);
  const sectors = decision.sectors && decision.sectors.groups.length ? decision.sectors : null;
  const whole = counts ? chart(decision, counts, decision.n, about(decision), { isRevealed }) : legend(decision);
  return h(
    "div",
    {},
    h("p", { class: "pj-case" }, decision.case + " · " + t("people_answered", decision)),
    h("h1", {}, decision.ask),
    timer(decision.state === "open" ? decision.seconds : null, "timer_over_room"),
    sectors ? sectorTable(decision, sectors, isRevealed) : whole,
    counts && !sectors && decision.n < decision.answered ? h("p", { class: "bd-quiet" }, t("counted", decision)) : null,
    decision.variants.length && !sectors ? variantCharts(decision, { letters: true, isRevealed }) : null,
    drawTalk(decision),
    counts ? null : h("p", { class: "pj-wait" }, t("wait")),
    decision.harm && decision.harm.length
      ? h("section", { class: "pj-harm" }, h("h2", {}, t("harm")), harmList(decision.harm))
      : null,
    decision.review ? h("p", { class: "bd-quiet" }, decision.review) : null
  );
}

/**
 * Show what was sent, anew only where it has changed.
 * @param {HTMLElement} main
 * @param {ProjectorView} data
 */
export function showOnProjector(main, data) {
  const text = JSON.stringify(data);
  if (main.dataset.shown === text) return;
  main.dataset.shown = text;
  main.textContent = "";
  main.append(...(data.shown ? drawProjected(data.shown) : drawIdle(data)).childNodes);
  markPeople(main, t("people_titles"));
  fitScreen();
}

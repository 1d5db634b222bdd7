// @ts-check
// Charts of a decision: tables whose rows have bars, and what the key says of each option.

import { h } from "../../../../../widgets/player/dom.js";
import { t } from "./labels.js";

/** @typedef {import("../../board_view").Bars} Bars */
/** @typedef {import("../../board_view").DecisionChart} DecisionChart */
/** @typedef {import("../../board_view").GroupView} GroupView */
/** @typedef {import("../../board_view").HarmView} HarmView */
/** @typedef {import("../../board_view").OptionBar} OptionBar */
/** @typedef {import("../../board_view").SectorsView} SectorsView */
/** @typedef {import("../../board_view").VariantBars} VariantBars */
/** @typedef {Record<string, number>} Counts how many picked each option */

export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * @param {number} count
 * @param {number} n
 */
export function percentOf(count, n) {
  return n ? Math.round((100 * count) / n) : 0;
}

/**
 * What a chart counts where that is not simply who picked an option, as a sentence or "".
 * @param {DecisionChart} decision
 */
export function about(decision) {
  return decision.tally === "one" ? "" : t(decision.tally);
}

/**
 * A bar of so many percent; its number stands beside it as text.
 * @param {number} percent
 */
export function percentBar(percent) {
  const full = h("span", { class: "bd-full" });
  full.style.width = percent + "%";
  return h("span", { class: "bd-track", "aria-hidden": "true" }, full);
}

/**
 * The word of the key about an option; nothing where it was not sent.
 * @param {OptionBar} option
 */
export function standing(option) {
  if (option.place) return h("span", { class: "bd-tag bd-tag-place" }, t("place", option));
  if (!option.standing || option.standing === "neutral") return null;
  return h("span", { class: "bd-tag bd-tag-" + option.standing }, t("standing_" + option.standing));
}

/**
 * The whole text of an option, behind its letter.
 * @param {OptionBar} option
 * @param {number} at
 */
function fullName(option, at) {
  return [h("b", { class: "bd-letter" }, LETTERS[at] + ". "), option.text];
}

/**
 * The letter of an option that stands in full in another chart.
 * @param {OptionBar} option
 * @param {number} at
 */
function letter(option, at) {
  const whole = LETTERS[at] + ". " + option.text;
  return [h("span", { "aria-hidden": "true" }, LETTERS[at]), h("span", { class: "bd-hidden" }, whole)];
}

/**
 * A chart: a table, each row with its bar. isRevealed: with the word of the key.
 * @param {Pick<Bars, "options">} decision
 * @param {Counts} counts
 * @param {number} n how many people answered
 * @param {string} caption
 * @param {{ letters?: boolean, isRevealed?: boolean }} [look]
 */
export function chart(decision, counts, n, caption, { letters = false, isRevealed = false } = {}) {
  const row = (/** @type {OptionBar} */ option, /** @type {number} */ at) => {
    const count = counts[option.id] || 0;
    const percent = percentOf(count, n);
    const word = isRevealed ? [" ", standing(option)] : null;
    const name = [letters ? letter(option, at) : fullName(option, at), word];
    const text = h("span", { class: "bd-text" }, name);
    return h(
      "tr",
      { class: isRevealed && option.standing ? "bd-" + option.standing : null },
      h("th", { scope: "row" }, h("span", { class: "bd-line" }, text, percentBar(percent))),
      h("td", {}, t("count", { count, percent }))
    );
  };
  const head = h("tr", {}, h("th", { scope: "col" }, t("option")), h("th", { scope: "col" }, t("people")));
  return h(
    "table",
    { class: "bd-chart" },
    h("caption", {}, caption),
    h("thead", { class: "bd-hidden" }, head),
    h("tbody", {}, decision.options.map(row))
  );
}

/**
 * How many picked each option, or null where so few answered that it is not told.
 * @param {Bars} decision
 * @returns {Counts | null}
 */
export function countsOf(decision) {
  /** @type {Counts} */
  const counts = {};
  for (const { id, count } of decision.options) {
    if (count === null) return null;
    counts[id] = count;
  }
  return decision.options.length ? counts : null;
}

/**
 * The sectors side by side; the letters stand for the options of the chart above.
 * @param {DecisionChart} decision
 * @param {SectorsView} sectors
 */
export function sectorCharts(decision, sectors) {
  const group = (/** @type {GroupView} */ each) =>
    chart(decision, each.counts, each.n, t("group", each), { letters: true });
  return [
    sectors.groups.length ? h("div", { class: "bd-groups" }, sectors.groups.map(group)) : h("p", {}, t("sectors_none")),
    sectors.hidden ? h("p", { class: "bd-quiet" }, t("sectors_hidden", sectors)) : null,
  ];
}

/**
 * What those answered who had the same facts, each of the variants beside the other; or that they are too few.
 * @param {DecisionChart} decision
 * @param {{ letters?: boolean, isRevealed?: boolean }} look
 */
export function variantCharts(decision, look) {
  const draw = (/** @type {VariantBars} */ each) => {
    const counts = countsOf(each);
    return counts ? chart(each, counts, each.n, t("variant", each), look) : null;
  };
  const charts = decision.variants.map(draw).filter(Boolean);
  return charts.length ? h("div", { class: "bd-groups bd-variants" }, charts) : h("p", { class: "bd-quiet" }, t("variants_few"));
}

/** @param {HarmView[]} harm */
export function harmList(harm) {
  if (!harm.length) return h("p", {}, t("harm_none"));
  return h("ul", {}, harm.map((made) => h("li", {}, t("harm_line", made))));
}

/** @param {DecisionChart} decision */
export function legend(decision) {
  const line = (/** @type {OptionBar} */ option, /** @type {number} */ at) =>
    h("li", {}, h("b", {}, LETTERS[at] + ". "), option.text);
  return h("ul", { class: "pj-legend" }, decision.options.map(line));
}

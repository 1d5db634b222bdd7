// @ts-check
// The timer of a decision, counted on between two looks at the server.

import { h } from "../../../../../widgets/player/dom.js";
import { t } from "./labels.js";

/**
 * Minutes and seconds, such as 2:05.
 * @param {number} seconds
 */
function clock(seconds) {
  return Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
}

/**
 * What is left; nothing where there is no timer. It is drawn anew with every look.
 * @param {number | null} seconds
 * @param {string} over the label of what is said once it is over
 */
export function timer(seconds, over) {
  if (seconds === null) return null;
  return h("p", { class: "bd-timer", role: "timer" }, seconds ? t("timer_left", { time: clock(seconds) }) : t(over));
}

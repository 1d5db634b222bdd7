// @ts-check
// What talking changed at tables: what they settled on, below the bars of what people answered alone.

import { h } from "../../../../../widgets/player/dom.js";
import { chart } from "./chart.js";
import { t } from "./labels.js";

/** @typedef {import("../../board_view").DecisionChart} DecisionChart */

/**
 * Nothing where too few played at tables.
 * @param {DecisionChart} decision
 */
export function drawTalk(decision) {
  const talk = decision.talk;
  if (!talk) return null;
  const title = t("talk_title");
  return h(
    "section",
    { class: "bd-sectors", "aria-label": title },
    h("h4", {}, title),
    h("p", {}, t("talk_line", talk)),
    talk.before === "" ? null : h("p", {}, t("talk_scores", talk)),
    chart(decision, talk.settled, talk.teams, t("talk_together", talk), { letters: true })
  );
}

// @ts-check
// The options put into an order, by buttons that move one of them up or down.

import { say, t } from "../app.js";
import { empty, h, keyed } from "../dom.js";
import { field, register } from "../forms.js";
import { secondary, textOf } from "../parts.js";

/** @typedef {import("../app.js").ShownApp} ShownApp */
/** @typedef {import("../../messages").DecisionForm} DecisionForm */
/** @typedef {{ order: string[] }} RankDraft */

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 * @param {RankDraft} draft
 */
function drawRank(app, form, draft) {
  const list = h("ol", { class: "kl-rank" });
  const total = draft.order.length;
  const keyOf = (/** @type {string} */ id, /** @type {1 | -1} */ by) => (by < 0 ? "up-" : "down-") + id;
  const shift = (/** @type {string} */ id, /** @type {1 | -1} */ by) => {
    const at = draft.order.indexOf(id);
    const to = at + by;
    if (to < 0 || to >= total) {
      say(app, t(app, to < 0 ? "rank_edge_first" : "rank_edge_last"));
      return;
    }
    draft.order.splice(at, 1);
    draft.order.splice(to, 0, id);
    fillList();
    const mover = keyed(list, keyOf(id, by));
    if (mover) mover.focus();
    say(app, t(app, "rank_moved", { text: textOf(form.options, id), position: to + 1, total }));
  };
  const mover = (/** @type {string} */ id, /** @type {1 | -1} */ by, /** @type {boolean} */ edge) => {
    const action = t(app, by < 0 ? "up" : "down");
    return secondary(keyOf(id, by), action, () => shift(id, by), {
      class: "kl-button kl-mover",
      "aria-label": t(app, "rank_item", { action, text: textOf(form.options, id) }),
      "aria-disabled": edge ? "true" : null,
    });
  };
  const fillList = () => {
    empty(list);
    draft.order.forEach((id, index) => {
      const movers = [mover(id, -1, index === 0), mover(id, 1, index === total - 1)];
      list.append(
        h(
          "li",
          { class: "kl-rank-item" },
          h("span", { class: "kl-rank-number", "aria-hidden": "true" }, String(index + 1)),
          h("span", { class: "kl-rank-text" }, textOf(form.options, id)),
          h("span", { class: "kl-movers" }, movers)
        )
      );
    });
  };
  fillList();
  return field(app, form, t(app, "hint_rank"), list);
}

/** @type {import("../forms.js").Kind<RankDraft>} */
const RANK = {
  empty: (form) => ({ order: form.options.map((each) => each.id) }),
  draw: drawRank,
  problem: () => "",
  pick: (form, draft) => draft.order.slice(),
  words: (app, form, draft) =>
    h("ol", { class: "kl-picked" }, draft.order.map((id) => h("li", {}, textOf(form.options, id)))),
  ordered: true,
  room: "room_first",
};

register("rank", RANK);

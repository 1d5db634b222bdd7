// @ts-check
// Two options, no more and no less.

import { t } from "../app.js";
import { field, limitedCheckbox, lockFull, register } from "../forms.js";
import { listOf, textOf } from "../parts.js";

/** @typedef {import("../app.js").ShownApp} ShownApp */
/** @typedef {import("../../messages").DecisionForm} DecisionForm */
/** @typedef {{ values: string[] }} PairDraft */

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 * @param {PairDraft} draft
 */
function drawPair(app, form, draft) {
  const limit = { most: 2, count: () => draft.values.length };
  const change = (/** @type {Event & { target: HTMLInputElement }} */ event) => {
    const id = event.target.value;
    draft.values = draft.values.filter((value) => value !== id);
    if (event.target.checked) draft.values.push(id);
    lockFull(place, limit);
  };
  const name = app.prefix + "-" + form.id;
  const boxes = form.options.map(({ id, text }) => {
    const props = { name, value: id, checked: draft.values.indexOf(id) >= 0, on: { change } };
    return limitedCheckbox(app, props, text, limit);
  });
  const place = field(app, form, t(app, "hint_pair"), boxes);
  lockFull(place, limit);
  return place;
}

/** @type {import("../forms.js").Kind<PairDraft>} */
const PAIR = {
  empty: () => ({ values: [] }),
  draw: drawPair,
  problem: (app, form, draft) => (draft.values.length === 2 ? "" : t(app, "missing_pair")),
  pick: (form, draft) => draft.values.slice(),
  words: (app, form, draft) => listOf(draft.values.map((id) => textOf(form.options, id))),
  ordered: false,
  room: "room_several",
};

register("pair", PAIR);

// @ts-check
// Several options, at most so many.

import { t } from "../app.js";
import { field, limitText, limitedCheckbox, lockFull, register } from "../forms.js";
import { listOf, textOf } from "../parts.js";

/** @typedef {import("../app.js").ShownApp} ShownApp */
/** @typedef {import("../../messages").DecisionForm} DecisionForm */
/** @typedef {{ values: string[] }} MultiDraft */

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 * @param {MultiDraft} draft
 */
function drawMulti(app, form, draft) {
  const limit = { most: form.most === null ? form.options.length : form.most, count: () => draft.values.length };
  const change = (/** @type {Event & { target: HTMLInputElement }} */ event) => {
    const id = event.target.value;
    draft.values = draft.values.filter((value) => value !== id);
    if (event.target.checked) draft.values.push(id);
    lockFull(place, limit);
    const hint = place.querySelector(".kl-hint");
    if (hint) hint.textContent = limitText(app, limit);
  };
  const name = app.prefix + "-" + form.id;
  const boxes = form.options.map(({ id, text }) => {
    const props = { name, value: id, checked: draft.values.indexOf(id) >= 0, on: { change } };
    return limitedCheckbox(app, props, text, limit);
  });
  const place = field(app, form, limitText(app, limit), boxes);
  lockFull(place, limit);
  return place;
}

/**
 * What was picked, in the order of the options.
 * @param {DecisionForm} form
 * @param {MultiDraft} draft
 */
function multiPick(form, draft) {
  return form.options.map((each) => each.id).filter((id) => draft.values.indexOf(id) >= 0);
}

/** @type {import("../forms.js").Kind<MultiDraft>} */
const MULTI = {
  empty: () => ({ values: [] }),
  draw: drawMulti,
  problem: (app, form, draft) => (draft.values.length ? "" : t(app, "missing_choices")),
  pick: multiPick,
  words: (app, form, draft) => listOf(multiPick(form, draft).map((id) => textOf(form.options, id))),
  ordered: false,
  room: "room_several",
};

register("multi", MULTI);

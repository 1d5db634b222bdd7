// @ts-check
// Panel mode: the estimate that a key decision owes. It starts empty, since any number would sway it.

import { given, newId, say, t } from "./app.js";
import { move } from "./connection.js";
import { h } from "./dom.js";
import { draftAt } from "./drafts.js";
import { actions, heading, listOf, problemBox, secondary, sending, tellProblem } from "./parts.js";

/** @typedef {import("./app.js").ShownApp} ShownApp */

const SHARE_STEPS = [-10, -5, 5, 10];
const SHARE_START = 50;

/**
 * What was typed, as a whole number from 0 to 100, or null.
 * @param {string} text
 */
function shareOf(text) {
  const share = /^\d{1,3}$/.test(text.trim()) ? Number(text) : NaN;
  return share <= 100 ? share : null;
}

/** @param {ShownApp} app */
export function drawEstimate(app) {
  const owed = given(app.view.estimate);
  const id = newId(app);
  const hint = newId(app);
  const input = drawShare(app, owed.decision, id, hint);
  const steps = SHARE_STEPS.map((by) => drawStep(app, input, by));
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const share = shareOf(input.value);
    if (app.view.read_only) return;
    if (share === null) tellProblem(app, t(app, "estimate_missing"));
    else move(app, { type: "estimate", decision: owed.decision, share });
  };
  const props = { type: "submit", class: "kl-button kl-primary", "data-key": "estimate", ...sending };
  return h(
    "form",
    { class: "kl-alone", novalidate: true, on: { submit } },
    h("p", { class: "kl-kicker" }, t(app, "estimate_kicker")),
    heading("h3", t(app, "estimate_title")),
    h("p", { class: "kl-lead" }, owed.ask),
    h(
      "details",
      { class: "kl-offered" },
      h("summary", { "data-key": "offered" }, t(app, "estimate_options", { count: owed.options.length })),
      listOf(owed.options)
    ),
    h("p", { class: "kl-ask" }, h("label", { for: id }, t(app, "estimate_ask"))),
    h("p", { class: "kl-hint", id: hint }, t(app, "estimate_hint")),
    h("div", { class: "kl-share" }, steps.slice(0, 2), input, steps.slice(2)),
    h("div", { class: "kl-problem-place" }, problemBox(app)),
    app.view.read_only ? null : actions(app, h("button", props, t(app, "estimate_save")))
  );
}

/**
 * The field of the share. Its draft outlives a painting.
 * @param {ShownApp} app
 * @param {string} decision
 * @param {string} id
 * @param {string} hint
 */
function drawShare(app, decision, id, hint) {
  const key = app.view.play + ":estimate:" + decision;
  const begun = draftAt(app, key, "");
  const draft = () => (app.drafts[key] = node.value);
  const node = h("input", {
    id,
    class: "kl-number",
    type: "number",
    inputmode: "numeric",
    min: "0",
    max: "100",
    step: "5",
    autocomplete: "off",
    "data-key": "share",
    "aria-describedby": hint,
    value: begun,
    on: { input: draft, change: draft },
  });
  return node;
}

/**
 * A button that moves the share.
 * @param {ShownApp} app
 * @param {HTMLInputElement} input
 * @param {number} by
 */
function drawStep(app, input, by) {
  const shift = () => {
    const now = shareOf(input.value);
    input.value = String(Math.max(0, Math.min(100, (now === null ? SHARE_START : now) + by)));
    input.dispatchEvent(new Event("change"));
    say(app, t(app, "estimate_said", { share: input.value }));
  };
  return secondary("share" + by, (by < 0 ? "−" : "+") + Math.abs(by), shift, {
    "aria-label": t(app, by < 0 ? "estimate_less" : "estimate_more", { step: Math.abs(by) }),
  });
}

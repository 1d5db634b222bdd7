// @ts-check
// A text in the trainee's own words.

import { newId, t } from "../app.js";
import { h } from "../dom.js";
import { register } from "../forms.js";

/** @typedef {import("../app.js").ShownApp} ShownApp */
/** @typedef {import("../../messages").DecisionForm} DecisionForm */
/** @typedef {{ text: string }} TextDraft */

/** @param {string} text */
function wordCount(text) {
  const trimmed = text.trim();
  return trimmed ? trimmed.split(/\s+/).length : 0;
}

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 * @param {TextDraft} draft
 */
function drawText(app, form, draft) {
  const warning = newId(app);
  const counter = newId(app);
  const id = newId(app);
  const count = () => t(app, "hint_words", { count: wordCount(draft.text), words: form.words });
  const hint = h("p", { class: "kl-hint", id: counter }, count());
  const input = (/** @type {Event & { target: HTMLTextAreaElement }} */ event) => {
    draft.text = event.target.value;
    hint.textContent = count();
  };
  return h(
    "div",
    { class: "kl-fieldset" },
    h("p", { class: "kl-ask" }, h("label", { for: id }, form.ask)),
    h("p", { class: "kl-warning", id: warning }, t(app, "text_warning")),
    h("textarea", {
      id,
      class: "kl-textarea",
      rows: "7",
      autocomplete: "off",
      "data-key": "text",
      "aria-describedby": warning + " " + counter,
      value: draft.text,
      on: { input },
    }),
    hint
  );
}

/** @type {import("../forms.js").Kind<TextDraft>} */
const TEXT = {
  empty: () => ({ text: "" }),
  draw: drawText,
  problem: (app, form, draft) => (draft.text.trim() ? "" : t(app, "missing_text")),
  pick: (form, draft) => draft.text,
  words: (app, form, draft) => h("p", { class: "kl-written" }, draft.text.trim()),
  ordered: false,
  room: "room_said",
};

register("text", TEXT);

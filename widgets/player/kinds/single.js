// @ts-check
// One option of several.

import { t } from "../app.js";
import { field, option, register } from "../forms.js";
import { listOf, textOf } from "../parts.js";

/** @typedef {import("../forms.js").Kind<{ value: string }>} OneKind */

/**
 * A kind in which one option is picked.
 * @param {string} hint the label that stands below the question
 * @returns {OneKind}
 */
export function oneOf(hint) {
  return {
    empty: () => ({ value: "" }),
    draw: (app, form, draft) => {
      const name = app.prefix + "-" + form.id;
      const choose = (/** @type {string} */ id) => () => {
        draft.value = id;
      };
      const radios = form.options.map(({ id, text }) =>
        option(app, "radio", { name, value: id, checked: draft.value === id, on: { change: choose(id) } }, text)
      );
      return field(app, form, t(app, hint), radios);
    },
    problem: (app, form, draft) => (draft.value ? "" : t(app, "missing_choice")),
    pick: (form, draft) => draft.value,
    words: (app, form, draft) => listOf([textOf(form.options, draft.value)]),
    ordered: false,
    room: "room_said",
  };
}

register("single", oneOf("hint_single"));

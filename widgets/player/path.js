// @ts-check
// The path: which case or lesson comes next, and why.

import { t } from "./app.js";
import { act } from "./connection.js";
import { h } from "./dom.js";
import { lessonButtons } from "./lesson.js";
import { primary, sending } from "./parts.js";

/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("../messages").NextStep} NextStep */

/**
 * The next step, with a button that takes it; nothing where there is none.
 * @param {ShownApp} app
 * @param {NextStep | null | undefined} step
 * @param {string} [shown] the competency whose lesson stands above it already
 */
export function drawNextStep(app, step, shown) {
  if (!step) return null;
  const again = step.kind === "again";
  const open = () => act(app, { type: again ? "again" : "choose", case: step.case });
  const label = t(app, again ? "next_again" : "shelf_open_new", step);
  const id = app.prefix + "-next";
  return h(
    "section",
    { class: "kl-next", "aria-labelledby": id },
    h("h4", { class: "kl-next-title", id }, t(app, "next_title")),
    h("p", {}, step.reason),
    step.case ? h("p", { class: "kl-next-open" }, primary("next-case", label, open, sending)) : null,
    step.lesson && step.lesson !== shown ? lessonButtons(app, [step.lesson], "next") : null
  );
}

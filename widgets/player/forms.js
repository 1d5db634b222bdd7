// @ts-check
// A decision as a form: the steps from the form to the confirmed pick, and what the forms of all kinds share.
// Each kind of decision stands in a chapter of its own in `kinds/`, which registers itself here.

import { newId, say, t } from "./app.js";
import { move } from "./connection.js";
import { h } from "./dom.js";
import { draftAt } from "./drafts.js";
import { local } from "./paint.js";
import { drawHeld, drawTimer, isHeld } from "./room.js";
import { actions, dropProblem, heading, primary, problemBox, quiet, secondary, sending, tellProblem } from "./parts.js";
import { drawTeamHead, drawTeamWaits, phaseOf } from "./team.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("./dom.js").Child} Child */
/** @typedef {import("./dom.js").Props} Props */
/** @typedef {import("../messages").DecisionForm} DecisionForm */
/** @typedef {import("../messages").FindingView} FindingView */

/**
 * A kind of decision. A draft is what is on the screen and not confirmed. A form may have several pages, of which
 * `app.page` is drawn.
 * @template Draft
 * @typedef {object} Kind
 * @property {(form: DecisionForm) => Draft} empty the draft to begin with
 * @property {(app: ShownApp, form: DecisionForm, draft: Draft) => Node} draw the form
 * @property {(app: ShownApp, form: DecisionForm, draft: Draft) => string} problem what is missing on the page, or ""
 * @property {(app: ShownApp, form: DecisionForm, draft: Draft) => string} [lacks] the key of what is to be filled in then;
 *   the first of the form where it does not say
 * @property {(app: ShownApp, form: DecisionForm, draft: Draft) => number} [pages] how many pages; one where it does not say
 * @property {(form: DecisionForm, draft: Draft) => unknown} pick what is sent
 * @property {(app: ShownApp, form: DecisionForm, draft: Draft) => Node} words the draft, to be confirmed
 * @property {boolean} ordered the options have places: in feedback each is told, none is chosen or not
 * @property {string} room the label of what the bars count that show what the room answered
 */

/** @type {Record<string, Kind<any>>} */
const KINDS = {};

/**
 * @template Draft
 * @param {string} name as in a case
 * @param {Kind<Draft>} kind
 */
export function register(name, kind) {
  KINDS[name] = kind;
}

/**
 * Throws an Error where no chapter has registered it.
 * @param {string} name
 */
export function kindOf(name) {
  const kind = KINDS[name];
  if (!kind) throw new Error("no chapter draws decisions of the kind " + name);
  return kind;
}

// The steps of a decision

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 */
export function drawDecision(app, form) {
  const steps = { form: drawForm, confirm: drawConfirm, private: drawPrivate, skip: drawSkip, settle: drawForm };
  if (phaseOf(app.view) === "waiting") return h("div", {}, drawTimer(app), drawTeamWaits(app, form));
  if (isHeld(app.view) && app.step !== "skip") return drawHeldForm(app);
  return h("div", {}, drawTimer(app), drawTeamHead(app, form), steps[app.step](app, form));
}

/**
 * What a decision is called above its form; a team says so above it.
 * @param {ShownApp} app
 */
function drawKicker(app) {
  return app.view.team ? null : h("p", { class: "kl-kicker" }, t(app, "decision"));
}

/**
 * While the room takes no answer; what is on the form comes back with it.
 * @param {ShownApp} app
 */
function drawHeldForm(app) {
  return h(
    "div",
    { class: "kl-form" },
    drawKicker(app),
    drawHeld(app),
    app.view.read_only
      ? null
      : actions(app, quiet("skip", t(app, "skip"), () => local(app, () => (app.step = "skip"))))
  );
}

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 */
function draftOf(app, form) {
  // What a team settles on begins with an empty form, on every phone.
  const key = app.view.play + ":" + form.id + (phaseOf(app.view) === "together" ? ":together" : "");
  return draftAt(app, key, kindOf(form.kind).empty(form));
}

/**
 * How many pages the form has now.
 * @param {ShownApp} app
 * @param {DecisionForm} form
 */
function pagesOf(app, form) {
  const kind = kindOf(form.kind);
  return kind.pages ? kind.pages(app, form, draftOf(app, form)) : 1;
}

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 */
function drawForm(app, form) {
  const kind = kindOf(form.kind);
  const draft = draftOf(app, form);
  app.page = Math.min(app.page, pagesOf(app, form) - 1);
  const check = () => {
    const problem = kind.problem(app, form, draft);
    if (problem) tellProblem(app, problem, kind.lacks && kind.lacks(app, form, draft));
    else if (app.page + 1 < pagesOf(app, form)) local(app, () => (app.page += 1));
    else local(app, () => (app.step = "confirm"));
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!app.view.read_only) check();
  };
  const mend = () => {
    if (app.problem) dropProblem(app);
  };
  const go = t(app, app.page + 1 < pagesOf(app, form) ? "form_next" : "check");
  const back = () => local(app, () => (app.page -= 1));
  return h(
    "form",
    { class: "kl-form", novalidate: true, on: { submit, input: mend, change: mend } },
    drawKicker(app),
    kind.draw(app, form, draft),
    h("div", { class: "kl-problem-place" }, problemBox(app)),
    app.view.read_only
      ? null
      : actions(
          app,
          h("button", { type: "submit", class: "kl-button kl-primary", "data-key": "check" }, go),
          app.page ? secondary("form-back", t(app, "form_back"), back) : null,
          quiet("skip", t(app, "skip"), () => local(app, () => (app.step = "skip")))
        )
  );
}

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 */
function drawConfirm(app, form) {
  const draft = draftOf(app, form);
  const kind = kindOf(form.kind);
  const phase = phaseOf(app.view);
  const type = phase === "alone" ? "alone" : "decide";
  const confirm = () => move(app, { type, decision: form.id, pick: kind.pick(form, draft) });
  const final = phase === "alone" ? "team_alone_final" : phase ? "team_together_final" : "confirm_final";
  const lasts = form.revise && !phase ? "confirm_revisable" : final;
  return h(
    "div",
    { class: "kl-form kl-confirm" },
    drawKicker(app),
    heading("h4", t(app, "confirm_title")),
    h("p", { class: "kl-muted" }, form.ask),
    kind.words(app, form, draft),
    h("p", { class: "kl-muted" }, t(app, lasts)),
    problemBox(app),
    actions(
      app,
      primary("confirm", t(app, "confirm"), confirm, sending),
      secondary("change", t(app, "change"), () => local(app, () => Object.assign(app, { step: "form", page: 0 })))
    )
  );
}

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 */
function drawPrivate(app, form) {
  const pick = kindOf(form.kind).pick(form, draftOf(app, form));
  const sure = () => move(app, { type: "decide", decision: form.id, pick, sure: true });
  const line = (/** @type {FindingView} */ finding) =>
    h("li", {}, t(app, "private_" + finding.kind) + ": ", h("strong", {}, finding.text));
  return h(
    "div",
    { class: "kl-form kl-confirm" },
    heading("h4", t(app, "private_title")),
    h("p", {}, t(app, "private_text")),
    h("ul", {}, (app.findings || []).map(line)),
    h("p", {}, h("strong", {}, t(app, "text_warning"))),
    problemBox(app),
    actions(
      app,
      primary("change", t(app, "private_change"), () => local(app, () => (app.step = "form"))),
      secondary("sure", t(app, "private_sure"), sure, sending)
    )
  );
}

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 */
function drawSkip(app, form) {
  const phase = phaseOf(app.view);
  const skip = () =>
    move(app, phase === "alone" ? { type: "alone", decision: form.id, pick: null } : { type: "skip", decision: form.id });
  const plain = phase === "alone" ? "team_alone_skip" : phase ? "team_together_skip" : "skip_text";
  const what = form.revise && !phase ? "skip_text_revisable" : plain;
  return h(
    "div",
    { class: "kl-form kl-confirm" },
    heading("h4", t(app, "skip_title")),
    h("p", {}, t(app, what)),
    problemBox(app),
    actions(
      app,
      secondary("skip-yes", t(app, "skip_yes"), skip, sending),
      secondary("skip-no", t(app, "skip_no"), () => local(app, () => (app.step = "form")))
    )
  );
}

// What the forms of several kinds are built of

/**
 * A radio button or a checkbox with its label.
 * @param {App} app
 * @param {"radio" | "checkbox"} type
 * @param {Props} props
 * @param {string} text
 */
export function option(app, type, props, text) {
  const id = newId(app);
  return h(
    "div",
    { class: "kl-option" },
    h("input", { type, id, "data-key": props.name + "=" + props.value, ...props }),
    h("label", { for: id }, text)
  );
}

/**
 * The question of a decision around its options.
 * @param {App} app
 * @param {DecisionForm} form
 * @param {string} hint
 * @param {Child[]} content
 */
export function field(app, form, hint, ...content) {
  const id = newId(app);
  return h(
    "fieldset",
    { class: "kl-fieldset", "aria-describedby": id },
    h("legend", { class: "kl-ask" }, form.ask),
    h("p", { class: "kl-hint", id }, hint),
    content
  );
}

/**
 * Checkboxes that stop at a maximum: the others stay in reach and say why they cannot be chosen.
 * most: null for no limit; count: how many are chosen now.
 * @typedef {{ most: number | null, count: () => number }} Limit
 */

/** @param {Limit} limit */
export function isFull(limit) {
  return limit.most !== null && limit.count() >= limit.most;
}

/**
 * @param {App} app
 * @param {Limit} limit
 */
export function limitText(app, limit) {
  return t(app, isFull(limit) ? "hint_limit_full" : "hint_limit", { most: limit.most, count: limit.count() });
}

/**
 * Lock what cannot be chosen any more, and free it again.
 * @param {Element} place
 * @param {Limit} limit
 */
export function lockFull(place, limit) {
  const full = isFull(limit);
  /** @type {NodeListOf<HTMLInputElement>} */
  const boxes = place.querySelectorAll("input[data-limited]");
  for (const box of boxes) {
    const locked = full && !box.checked;
    if (locked) box.setAttribute("aria-disabled", "true");
    else box.removeAttribute("aria-disabled");
    const around = box.closest(".kl-option");
    if (around) around.classList.toggle("kl-option-locked", locked);
  }
}

/**
 * Say that the limit is reached beside what was pressed, and to a screen reader.
 * @param {App} app
 * @param {HTMLInputElement} box
 * @param {Limit} limit
 */
function tellLimit(app, box, limit) {
  for (const note of app.body.querySelectorAll(".kl-limit")) note.remove();
  const around = box.closest(".kl-option");
  if (!around || !isFull(limit) || !app.body.querySelector("input[data-limited]:not(:checked)")) return;
  around.after(h("p", { class: "kl-limit" }, limitText(app, limit)));
  say(app, limitText(app, limit));
}

/**
 * A checkbox that cannot be chosen where the limit is reached; it says so, and as soon as it is.
 * @param {App} app
 * @param {Props} props
 * @param {string} text
 * @param {Limit} limit
 */
export function limitedCheckbox(app, props, text, limit) {
  const click = (/** @type {Event & { target: HTMLInputElement }} */ event) => {
    if (!event.target.checked || !isFull(limit)) return;
    event.preventDefault();
    tellLimit(app, event.target, limit);
  };
  const change = (/** @type {Event & { target: HTMLInputElement }} */ event) => {
    if (props.on) props.on.change(event);
    tellLimit(app, event.target, limit);
  };
  return option(app, "checkbox", { "data-limited": true, ...props, on: { ...props.on, click, change } }, text);
}

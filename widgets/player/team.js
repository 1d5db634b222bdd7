// @ts-check
// A team: everybody answers alone first, then one of them confirms what the table has settled on.

import { t } from "./app.js";
import { move } from "./connection.js";
import { h } from "./dom.js";
import { local } from "./paint.js";
import { actions, heading, listOf, problemBox, secondary, sending } from "./parts.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("../messages").DecisionForm} DecisionForm */
/** @typedef {import("../messages").View} View */

/**
 * Until when everybody answers alone, and from when on the team does; "" for whoever plays alone.
 * @param {View} view
 */
export function phaseOf(view) {
  return view.team ? view.team.phase : "";
}

/**
 * Which table this is, on every screen.
 * @param {ShownApp} app
 */
export function drawTeamLine(app) {
  return app.view.team ? h("p", { class: "kl-team-line" }, t(app, "team_here", app.view.team)) : null;
}

/**
 * What is to be done now, above the form of a decision.
 * @param {ShownApp} app
 * @param {DecisionForm} form
 */
export function drawTeamHead(app, form) {
  const team = app.view.team;
  if (!team) return null;
  if (team.phase === "alone")
    return h(
      "div",
      { class: "kl-team" },
      heading("h4", t(app, "team_alone_kicker")),
      h("p", {}, t(app, "team_alone_text")),
      h("p", { class: "kl-muted" }, t(app, "team_answered", team))
    );
  const isWritten = !form.options.length && !form.services.length;
  return h(
    "div",
    { class: "kl-team" },
    heading("h4", t(app, "team_together_kicker")),
    h("p", {}, t(app, isWritten ? "team_write_text" : "team_together_text")),
    isWritten ? null : drawOwnPick(app, team.own)
  );
}

/**
 * @param {ShownApp} app
 * @param {string[]} own
 */
function drawOwnPick(app, own) {
  if (!own.length) return h("p", { class: "kl-muted" }, t(app, "team_own_none"));
  return [h("p", { class: "kl-part-title" }, t(app, "team_own")), listOf(own)];
}

/**
 * Instead of the form, for whoever has answered alone while others have not.
 * @param {ShownApp} app
 * @param {DecisionForm} form
 */
export function drawTeamWaits(app, form) {
  const team = app.view.team;
  if (!team) return null;
  if (app.step === "settle") return drawSettle(app, form);
  const ask = () => local(app, () => (app.step = "settle"));
  return h(
    "div",
    { class: "kl-team" },
    heading("h4", t(app, "team_waits")),
    listOf(team.own),
    h("p", { class: "kl-team-count" }, t(app, "team_answered", team)),
    h("p", {}, t(app, "team_waits_text")),
    problemBox(app),
    actions(app, secondary("settle", t(app, "team_settle"), ask))
  );
}

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 */
function drawSettle(app, form) {
  const settle = () => move(app, { type: "settle", decision: form.id });
  return h(
    "div",
    { class: "kl-form kl-confirm" },
    heading("h4", t(app, "team_settle_title")),
    h("p", {}, t(app, "team_settle_text")),
    problemBox(app),
    actions(
      app,
      secondary("settle-yes", t(app, "team_settle_yes"), settle, sending),
      secondary("settle-no", t(app, "skip_no"), () => local(app, () => (app.step = "form")))
    )
  );
}

/**
 * Whether others of the team have brought the new view about: whoever rests or reads meanwhile goes on with that.
 * @param {App} app
 * @param {View | null} before
 * @param {View} view
 */
export function isOthersDoing(app, before, view) {
  return Boolean(!app.acted && before && before.team && view.team && before.play === view.play);
}

/**
 * What a screen reader is told of it; "" for nothing.
 * @param {App} app
 * @param {View | null} before
 * @param {View} view
 */
export function teamNews(app, before, view) {
  if (!before || !before.team || !view.team) return "";
  if (before.n !== view.n) return t(app, "team_moved");
  if (before.team.phase !== view.team.phase && view.team.phase === "together") return t(app, "team_now_together");
  return before.team.answered !== view.team.answered ? t(app, "team_answered", view.team) : "";
}

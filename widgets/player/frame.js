// @ts-check
// The frame of every screen: its header, the way through the stages, where to get help, its footer.

import { t } from "./app.js";
import { act, move, send } from "./connection.js";
import { h } from "./dom.js";
import { openHandIn } from "./hand_in.js";
import { local, paint } from "./paint.js";
import { quiet, sending, tag } from "./parts.js";

/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("./dom.js").Child} Child */
/** @typedef {import("../messages").ContactView} ContactView */
/** @typedef {import("../messages").HelpService} HelpService */

/**
 * @param {ShownApp} app
 * @param {string} screen
 * @param {Child} content
 */
export function drawFrame(app, screen, content) {
  const view = app.view;
  return h(
    "section",
    { class: "kl-card", "aria-label": t(app, "player") },
    drawHeader(app, screen),
    app.helpOpen && screen !== "paused" ? drawHelp(app, "kl-help-panel") : null,
    view.notices.map((notice) => h("p", { class: "kl-notice", role: "status" }, notice)),
    view.read_only ? h("p", { class: "kl-notice" }, t(app, "read_only")) : null,
    view.stages.length && screen !== "paused" ? drawProgress(app) : null,
    h("div", { class: "kl-main" }, h("div", { class: "kl-page" }, content)),
    drawFooter(app, screen)
  );
}

/**
 * @param {ShownApp} app
 * @param {string} screen
 */
function drawHeader(app, screen) {
  const hides = screen === "paused";
  const head = hides ? null : app.view.case;
  return h(
    "div",
    { class: "kl-header" },
    h(
      "div",
      { class: "kl-heading" },
      h("h2", { class: "kl-title" }, head ? head.title : "kasuslab"),
      head && head.draft
        ? h("p", { class: "kl-status" }, tag(t(app, "draft"), "draft"), " ", t(app, "draft_sentence"))
        : null
    ),
    h(
      "div",
      { class: "kl-tools" },
      drawLanguages(app),
      hides
        ? null
        : quiet("help", t(app, "help"), () => toggleHelp(app), {
            "aria-expanded": String(app.helpOpen),
            "aria-controls": app.prefix + "-help",
          }),
      hides ? null : quiet("pause", t(app, "pause"), () => pause(app))
    )
  );
}

/** @param {ShownApp} app */
function drawLanguages(app) {
  const languages = Object.keys(app.languages);
  if (languages.length < 2) return null;
  const choice = (/** @type {string} */ language) => {
    const short = language.toUpperCase();
    return h(
      "button",
      {
        type: "button",
        class: "kl-language",
        lang: language,
        "data-key": "language-" + language,
        "aria-pressed": String(app.view.language === language),
        "aria-label": short + ", " + app.languages[language],
        on: { click: () => speak(app, language) },
      },
      short
    );
  };
  return h(
    "div",
    { class: "kl-languages", role: "group", "aria-label": t(app, "language") },
    languages.map(choice)
  );
}

/**
 * @param {ShownApp} app
 * @param {string} language
 */
function speak(app, language) {
  if (app.lost || app.busy || app.view.language === language) return;
  send(app, { type: "language", language });
}

/** @param {ShownApp} app */
function toggleHelp(app) {
  app.helpOpen = !app.helpOpen;
  paint(app);
}

/** @param {ShownApp} app */
function pause(app) {
  const playing = ["scene", "estimate"].indexOf(app.view.screen) >= 0 && !app.view.read_only;
  if (playing) move(app, { type: "pause" });
  else local(app, () => (app.resting = true));
}

/** @param {ShownApp} app */
function drawProgress(app) {
  const steps = app.view.stages;
  const now = steps.findIndex((step) => step.state === "now");
  const summary =
    now >= 0
      ? t(app, "progress_now", { number: now + 1, total: steps.length, name: steps[now].name })
      : t(app, "end_title");
  return h(
    "div",
    { class: "kl-progress" },
    h("p", { class: "kl-progress-now", "aria-hidden": "true" }, summary),
    h(
      "ol",
      { class: "kl-steps", "aria-label": t(app, "progress") },
      steps.map((step) =>
        h(
          "li",
          { class: "kl-step kl-step-" + step.state, "aria-current": step.state === "now" ? "step" : null },
          h("span", { class: "kl-step-name" }, step.name),
          h("span", { class: "kl-hidden" }, ", " + t(app, "stage_" + step.state))
        )
      )
    )
  );
}

/**
 * Where to get help: a person first, then services.
 * @param {ShownApp} app
 * @param {string} className
 */
export function drawHelp(app, className) {
  const help = app.view.help;
  return h(
    "div",
    { class: className, id: app.prefix + "-help", role: "group", "aria-label": t(app, "help_title") },
    h("h3", { class: "kl-help-title" }, t(app, "help_title")),
    help.person
      ? h("p", { class: "kl-person" }, t(app, "help_person") + " ", h("strong", {}, help.person))
      : h("p", { class: "kl-person" }, t(app, "help_no_person")),
    h("h4", { class: "kl-small-title" }, t(app, "help_then")),
    h("ul", { class: "kl-services" }, help.services.map((service) => drawHelpService(app, service)))
  );
}

/**
 * @param {ShownApp} app
 * @param {HelpService} service
 */
function drawHelpService(app, service) {
  const line = (/** @type {ContactView} */ contact) =>
    h(
      "li",
      {},
      contact.kind + ": ",
      contact.dial ? h("a", { href: "tel:" + contact.dial }, contact.value) : h("strong", {}, contact.value),
      contact.note ? " (" + contact.note + ")" : "",
      ". ",
      h("span", { class: "kl-muted" }, contact.checked)
    );
  return h(
    "li",
    { class: "kl-help-service" },
    h("strong", {}, service.name),
    h("p", { class: "kl-muted" }, service.when),
    service.contacts.length
      ? h("ul", { class: "kl-contacts" }, service.contacts.map(line))
      : h("p", {}, t(app, "help_no_contact"))
  );
}

/**
 * @param {ShownApp} app
 * @param {string} screen
 */
function drawFooter(app, screen) {
  const leaves = app.view.can_leave && screen !== "result" && screen !== "ended";
  const early = app.view.hand_in && (screen === "scene" || screen === "estimate");
  return h(
    "div",
    { class: "kl-footer" },
    h("p", { class: "kl-safety" }, t(app, "safety")),
    early ? quiet("hand-in", t(app, "hand_in"), () => openHandIn(app)) : null,
    leaves ? quiet("leave", t(app, "other"), () => act(app, { type: "shelf" }), sending) : null
  );
}

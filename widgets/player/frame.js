// @ts-check
// The frame of every screen: its header, the way through the stages, where to get help, its footer.

import { t } from "./app.js";
import { act, move, speak } from "./connection.js";
import { h } from "./dom.js";
import { openHandIn } from "./hand_in.js";
import { local, paint } from "./paint.js";
import { quiet, sending, tag } from "./parts.js";
import { drawTeamLine } from "./team.js";
import { drawVoice } from "./voice.js";

/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("./dom.js").Child} Child */
/** @typedef {import("./dom.js").Props} Props */
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
    screen !== "paused" ? drawTeamLine(app) : null,
    view.notices.map((notice) => h("p", { class: "kl-notice", role: "status" }, notice)),
    view.read_only ? h("p", { class: "kl-notice" }, t(app, "read_only")) : null,
    view.stages.length && screen !== "paused" ? drawProgress(app) : null,
    h("div", { class: "kl-main" }, h("div", { class: "kl-page" }, content)),
    drawFooter(app, screen)
  );
}

/**
 * The title, and below it what stays in sight.
 * @param {ShownApp} app
 * @param {string} screen
 */
function drawHeader(app, screen) {
  const hides = screen === "paused";
  const head = hides ? null : app.view.case;
  return [
    h(
      "div",
      { class: "kl-header" },
      h(
        "div",
        { class: "kl-heading" },
        h("h2", { class: "kl-title" }, head ? head.title : "kasuslab"),
        head && head.draft ? tag(t(app, "draft"), "draft") : null
      ),
      drawLanguages(app)
    ),
    hides ? null : drawStrip(app, screen),
  ];
}

/**
 * What stays at the top while one reads on: how far one has come, reading aloud, help, and the pause.
 * @param {ShownApp} app
 * @param {string} screen
 */
function drawStrip(app, screen) {
  const open = { "aria-expanded": String(app.helpOpen), "aria-controls": app.prefix + "-help" };
  return h(
    "div",
    { class: "kl-strip" },
    h(
      "div",
      { class: "kl-strip-row" },
      h("p", { class: "kl-count" }, countText(app, screen), drawStage(app, screen)),
      h(
        "div",
        { class: "kl-tools" },
        drawVoice(app),
        quiet("help", t(app, "help"), () => toggleHelp(app), open),
        quiet("pause", t(app, "pause"), () => pause(app))
      )
    ),
    app.helpOpen ? drawHelp(app, "kl-help-panel", { tabindex: "0" }) : null
  );
}

/**
 * Which decision of how many this is, or how many are settled.
 * @param {ShownApp} app
 * @param {string} screen
 */
function countText(app, screen) {
  const { count, scene, estimate } = app.view;
  if (!count || !count.most) return "";
  const decides = Boolean(estimate || (scene && scene.decision));
  if (screen === "feedback" || (decides && screen !== "lesson")) {
    const number = count.settled + (screen === "feedback" ? 0 : 1);
    return t(app, "count", { number, most: count.most });
  }
  return t(app, "count_settled", count);
}

/**
 * The stage of the work, where its name does not stand in the row of all stages; that one tells it to screen readers.
 * Feedback tells of the decision before, whose stage may be over by now.
 * @param {ShownApp} app
 * @param {string} screen
 */
function drawStage(app, screen) {
  if (screen === "feedback") return null;
  const now = app.view.stages.find((step) => step.state === "now");
  return now ? h("span", { class: "kl-stage", "aria-hidden": "true" }, now.name) : null;
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
        on: { click: () => chooseLanguage(app, language) },
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
function chooseLanguage(app, language) {
  if (app.lost || app.busy || app.view.language === language) return;
  speak(app, language);
}

/** @param {ShownApp} app */
function toggleHelp(app) {
  app.helpOpen = !app.helpOpen;
  paint(app);
}

/** @param {ShownApp} app */
function pause(app) {
  // Nobody pauses for the others of a team.
  const playing = ["scene", "estimate"].indexOf(app.view.screen) >= 0 && !app.view.read_only && !app.view.team;
  if (playing) move(app, { type: "pause" });
  else local(app, () => (app.resting = true));
}

/** @param {ShownApp} app */
function drawProgress(app) {
  const steps = app.view.stages;
  return h(
    "div",
    { class: "kl-progress" },
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
 * @param {Props} [props]
 */
export function drawHelp(app, className, props) {
  const help = app.view.help;
  return h(
    "div",
    { class: className, id: app.prefix + "-help", role: "group", "aria-label": t(app, "help_title"), ...props },
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
    app.view.case && app.view.case.draft && screen !== "paused"
      ? h("p", { class: "kl-safety" }, t(app, "draft") + ". " + t(app, "draft_sentence"))
      : null,
    early ? quiet("hand-in", t(app, "hand_in"), () => openHandIn(app)) : null,
    leaves ? quiet("leave", t(app, "other"), () => act(app, { type: "shelf" }), sending) : null
  );
}

// The player in the browser: it shows the view that Python sends, and sends what the trainee does.
// It keeps nothing of the play but what is not confirmed yet. Every sentence comes with the labels.
// Written for old phones (Chrome 80) and for plain HTTP; data reaches the page as text only.

const PING_EVERY = 15000;
const ANSWER_WITHIN = 8000;
const ANSWER_WITHIN_IF_DOUBTED = 2000;
const RETRY_EVERY = 4000;
const WIDE = 860;
const NARROW = 560;
const SCROLL_BAR = 24;
const OWN_KEYS = "data-lm-suppress-shortcuts";
const TAKES_FOCUS = ["a", "button", "input", "summary", "textarea", "h3", "h4"];

let players = 0;

// Small tools

function h(tag, props, ...children) {
  const node = document.createElement(tag);
  // JupyterLab's shortcuts match what has the focus before they look at what is around it.
  if (TAKES_FOCUS.indexOf(tag) >= 0) node.setAttribute(OWN_KEYS, "true");
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "checked" || name === "value" || name === "open") {
      node[name] = value;
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  add(node, children);
  return node;
}

function add(node, children) {
  for (const child of children) {
    if (Array.isArray(child)) add(node, child);
    else if (child !== null && child !== undefined && child !== false && child !== "") node.append(child);
  }
}

function empty(node) {
  while (node.firstChild) node.removeChild(node.firstChild);
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
}

function words(text) {
  const trimmed = text.trim();
  return trimmed ? trimmed.split(/\s+/).length : 0;
}

function textOf(choices, id) {
  const found = choices.find((choice) => choice.id === id);
  return found ? found.text : id;
}

// The app: what this page knows

function createApp(model, el) {
  players += 1;
  const app = {
    model,
    el,
    prefix: "kasuslab-" + players,
    ids: 0,
    root: h("div", { class: "kasuslab", [OWN_KEYS]: "true" }),
    banner: h("div", { class: "kl-banner", role: "alert" }),
    live: h("div", { class: "kl-hidden", "aria-live": "polite" }),
    body: h("div", { class: "kl-body" }),
    labels: null,
    languages: {},
    view: null,
    step: "form",
    drafts: {},
    seen: "",
    resultOpen: false,
    helpOpen: false,
    knownOpen: null,
    termsOpen: false,
    resting: false,
    problem: "",
    findings: null,
    ownNote: "",
    research: false,
    handing: false,
    handed: null,
    participant: null,
    acted: false,
    busy: false,
    missed: false,
    lost: false,
    doubted: false,
    wide: false,
    narrow: false,
    gone: false,
  };
  app.root.append(app.banner, app.live, app.body);
  el.append(app.root);
  return app;
}

function t(app, name, values) {
  const labels = app.labels ? app.labels[app.view ? app.view.language : Object.keys(app.labels)[0]] : null;
  return labels && name in labels ? fill(labels[name], values) : "";
}

function newId(app) {
  app.ids += 1;
  return app.prefix + "-" + app.ids;
}

function say(app, text) {
  app.live.textContent = "";
  // A screen reader reads a change, so the same sentence twice needs a moment between.
  setTimeout(() => {
    app.live.textContent = text;
  }, 50);
}

// The connection

function connect(app) {
  const onMessage = (message) => receive(app, message);
  const onDoubt = () => doubt(app);
  const onLost = () => lose(app);
  const onBack = () => regain(app);
  const onVisible = () => {
    if (document.visibilityState === "visible") ping(app);
  };
  const listeners = [
    ["msg:custom", onMessage],
    ["comm_live_update", onDoubt],
    ["comm:close", onLost],
    ["closed", onLost],
    ["reopened", onBack],
  ];
  for (const [name, listener] of listeners) app.model.on(name, listener);
  document.addEventListener("visibilitychange", onVisible);
  app.pinging = setInterval(() => {
    if (document.visibilityState === "visible" && !app.lost) ping(app);
  }, PING_EVERY);
  app.retrying = setInterval(() => {
    if (document.visibilityState === "visible" && app.lost) ping(app);
  }, RETRY_EVERY);
  send(app, { type: "ready" });
  return () => {
    app.gone = true;
    clearInterval(app.pinging);
    clearInterval(app.retrying);
    clearTimeout(app.waiting);
    dropHanded(app);
    document.removeEventListener("visibilitychange", onVisible);
    for (const [name, listener] of listeners) if (app.model.off) app.model.off(name, listener);
    if (app.watch) app.watch.disconnect();
  };
}

function send(app, message) {
  try {
    app.model.send(message);
  } catch (error) {
    lose(app);
    return;
  }
  expectAnswer(app, ANSWER_WITHIN);
}

function expectAnswer(app, within) {
  if (app.waiting) return;
  app.waiting = setTimeout(() => {
    app.waiting = null;
    lose(app);
  }, within);
}

function ping(app) {
  send(app, { type: "ping", at: Date.now() });
}

function doubt(app) {
  const flag = app.model.comm_live;
  if (flag === false || app.el.classList.contains("jupyter-widgets-disconnected")) {
    lose(app);
    return;
  }
  clearTimeout(app.waiting);
  app.waiting = null;
  expectAnswer(app, ANSWER_WITHIN_IF_DOUBTED);
  ping(app);
}

function lose(app) {
  clearTimeout(app.waiting);
  app.waiting = null;
  // What was pressed may have arrived or not: the view that comes next tells.
  if (app.busy) app.missed = true;
  app.busy = false;
  if (app.lost || app.gone) return;
  app.lost = true;
  showLost(app);
}

function regain(app) {
  if (app.lost) {
    app.lost = false;
    showLost(app);
    say(app, t(app, "back"));
  }
  send(app, { type: "ready", language: app.view ? app.view.language : undefined });
}

function receive(app, message) {
  clearTimeout(app.waiting);
  app.waiting = null;
  if (app.gone) return;
  if (app.lost) regain(app);
  if (message.type === "labels") Object.assign(app, { labels: message.labels, languages: message.languages });
  if (message.type === "view") show(app, message.view);
  if (["refused", "private", "handed"].includes(message.type)) app.missed = false;
  if (message.type === "refused") refuse(app, message);
  if (message.type === "private") askAgain(app, message);
  if (message.type === "handed") showHanded(app, message);
}

function act(app, message) {
  if (app.lost || app.busy) return;
  app.busy = true;
  app.acted = true;
  app.problem = "";
  send(app, message);
}

function move(app, message) {
  act(app, Object.assign({ n: app.view.n }, message));
}

function show(app, view) {
  const before = app.view;
  const same = before && before.play === view.play && before.n === view.n && before.screen === view.screen;
  app.view = view;
  app.busy = false;
  if (!same) {
    app.step = "form";
    app.findings = null;
    app.problem = "";
    app.resting = false;
    app.termsOpen = false;
    app.handing = false;
    dropHanded(app);
  }
  if (same && app.missed) app.problem = t(app, "missed");
  app.missed = false;
  if (!before || before.play !== view.play) app.resultOpen = false;
  const comes = Boolean(before) && !app.acted && same && !before.feedback && view.feedback;
  paint(app);
  // It was revealed to the room: nobody here has asked for it.
  if (comes && screenOf(app) === "feedback") say(app, t(app, "feedback_title"));
}

function refuse(app, message) {
  app.busy = false;
  app.problem = message.text;
  paint(app);
}

function askAgain(app, message) {
  app.busy = false;
  app.findings = message.findings;
  app.step = "private";
  paint(app);
}

function showHanded(app, message) {
  const bytes = Uint8Array.from(atob(message.data), (letter) => letter.charCodeAt(0));
  dropHanded(app);
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  app.handed = { name: message.name, place: message.place, url };
  app.busy = false;
  app.problem = "";
  app.acted = true;
  paint(app);
  say(app, t(app, "hand_in_done"));
}

function dropHanded(app) {
  if (app.handed) URL.revokeObjectURL(app.handed.url);
  app.handed = null;
}

function showLost(app) {
  app.root.classList.toggle("kl-lost", app.lost);
  empty(app.banner);
  if (app.lost && app.labels) {
    const inNotebook = app.el.closest(".jp-OutputArea") !== null;
    app.banner.append(
      h("strong", {}, t(app, "lost_title")),
      " " + t(app, "lost_text") + " ",
      h("strong", {}, t(app, inNotebook ? "lost_lab" : "lost_page"))
    );
  }
  lockSends(app);
}

function lockSends(app) {
  for (const button of app.root.querySelectorAll("button[data-sends]")) button.disabled = app.lost;
}

// Painting: the whole body anew, the focus kept where it was or moved to the new heading

function screenOf(app) {
  const view = app.view;
  if (view.screen === "fault") return "fault";
  if (app.resting || view.screen === "paused") return "paused";
  if (app.handing && view.hand_in) return "hand_in";
  if (view.feedback && app.seen !== view.play + ":" + view.feedback.event) return "feedback";
  if (view.screen === "ended" && app.resultOpen && view.result) return "result";
  return view.screen;
}

function paint(app) {
  if (!app.view || !app.labels) return;
  const view = app.view;
  const held = heldFocus(app);
  const screen = screenOf(app);
  const key = [screen, view.play, view.n, view.scene ? view.scene.id : "", app.step, Boolean(app.handed)].join("|");
  const moved = app.painted !== undefined && app.painted !== key;
  app.painted = key;
  if (moved) app.live.textContent = "";
  app.root.lang = view.language;
  app.ids = 0;
  empty(app.body);
  app.body.append(drawFrame(app, screen));
  fitWidth(app);
  lockSends(app);
  showLost(app);
  hideSavedNote(app);
  if (moved && app.acted) focusHeading(app);
  else restoreFocus(app, held);
  app.acted = false;
}

function heldFocus(app) {
  const active = document.activeElement;
  if (!active || !app.body.contains(active)) return null;
  const range = active.tagName === "TEXTAREA" ? [active.selectionStart, active.selectionEnd] : null;
  return { key: active.getAttribute("data-key"), range };
}

function restoreFocus(app, held) {
  if (!held) return;
  const found = [...app.body.querySelectorAll("[data-key]")].find((node) => node.getAttribute("data-key") === held.key);
  if (!found) {
    focusHeading(app);
    return;
  }
  found.focus({ preventScroll: true });
  if (held.range) found.setSelectionRange(held.range[0], held.range[1]);
}

function focusHeading(app) {
  // A step within a scene has its heading after the scene's own.
  const headings = app.body.querySelectorAll("[data-heading]");
  const heading = headings[headings.length - 1];
  if (!heading) return;
  heading.focus({ preventScroll: true });
  const top = heading.getBoundingClientRect().top;
  const goal = top < 0 || top > window.innerHeight * 0.5 ? app.root : null;
  if (goal) goal.scrollIntoView({ block: "start" });
}

function fitWidth(app) {
  // A scroll bar that comes and goes must not make the page flicker between two layouts.
  const width = app.root.clientWidth;
  app.wide = width >= (app.wide ? WIDE - SCROLL_BAR : WIDE);
  app.narrow = width > 0 && width < (app.narrow ? NARROW + SCROLL_BAR : NARROW);
  app.root.classList.toggle("kl-wide", app.wide);
  app.root.classList.toggle("kl-narrow", app.narrow);
  const known = app.body.querySelector(".kl-known");
  if (known && app.knownOpen === null) known.open = app.wide;
}

function hideSavedNote(app) {
  const area = app.el.closest(".jp-OutputArea") || app.el.parentNode;
  if (!area || !area.querySelectorAll) return;
  for (const note of area.querySelectorAll(".kasuslab-saved")) {
    const output = note.closest(".jp-OutputArea-child") || note;
    output.style.display = "none";
  }
}

// Building blocks

function button(app, key, label, onClick, props) {
  return h("button", Object.assign({ type: "button", "data-key": key, on: { click: onClick } }, props), label);
}

function primary(app, key, label, onClick, props) {
  return button(app, key, label, onClick, Object.assign({ class: "kl-button kl-primary" }, props));
}

function secondary(app, key, label, onClick, props) {
  return button(app, key, label, onClick, Object.assign({ class: "kl-button" }, props));
}

function quiet(app, key, label, onClick, props) {
  return button(app, key, label, onClick, Object.assign({ class: "kl-button kl-quiet" }, props));
}

function sending(props) {
  return Object.assign({ "data-sends": true }, props);
}

function heading(app, level, text) {
  return h("h" + level, { class: "kl-scene-title", tabindex: "-1", "data-heading": true }, text);
}

function actions(app, ...buttons) {
  return h("div", { class: "kl-actions" }, buttons, h("p", { class: "kl-lost-note" }, t(app, "lost_title")));
}

function problemBox(app) {
  return app.problem ? h("p", { class: "kl-problem", role: "alert" }, app.problem) : null;
}

function tag(text, kind) {
  return h("span", { class: "kl-tag" + (kind ? " kl-tag-" + kind : "") }, text);
}

function local(app, change) {
  app.acted = true;
  app.problem = "";
  change();
  paint(app);
}

// The frame of every screen

function drawFrame(app, screen) {
  const view = app.view;
  return h(
    "section",
    { class: "kl-card", "aria-label": t(app, "player") },
    drawHeader(app, screen),
    app.helpOpen && screen !== "paused" ? drawHelp(app, "kl-help-panel") : null,
    view.notices.map((notice) => h("p", { class: "kl-notice", role: "status" }, notice)),
    view.read_only ? h("p", { class: "kl-notice" }, t(app, "read_only")) : null,
    view.stages.length && screen !== "paused" ? drawProgress(app) : null,
    h("div", { class: "kl-main" }, h("div", { class: "kl-page" }, SCREENS[screen](app))),
    drawFooter(app, screen)
  );
}

function drawHeader(app, screen) {
  const view = app.view;
  const head = view.case;
  const hides = screen === "paused";
  return h(
    "div",
    { class: "kl-header" },
    h(
      "div",
      { class: "kl-heading" },
      h("h2", { class: "kl-title" }, head && !hides ? head.title : "kasuslab"),
      head && head.draft && !hides
        ? h("p", { class: "kl-status" }, tag(t(app, "draft"), "draft"), " ", t(app, "draft_sentence"))
        : null
    ),
    h(
      "div",
      { class: "kl-tools" },
      drawLanguages(app),
      hides
        ? null
        : quiet(app, "help", t(app, "help"), () => toggleHelp(app), {
            "aria-expanded": String(app.helpOpen),
            "aria-controls": app.prefix + "-help",
          }),
      hides ? null : quiet(app, "pause", t(app, "pause"), () => pause(app))
    )
  );
}

function drawLanguages(app) {
  const languages = Object.keys(app.languages);
  if (languages.length < 2) return null;
  const choice = (language) =>
    h(
      "button",
      {
        type: "button",
        class: "kl-language",
        lang: language,
        "data-key": "language-" + language,
        "aria-pressed": String(app.view.language === language),
        "aria-label": language.toUpperCase() + ", " + app.languages[language],
        on: { click: () => speak(app, language) },
      },
      language.toUpperCase()
    );
  return h(
    "div",
    { class: "kl-languages", role: "group", "aria-label": t(app, "language") },
    languages.map(choice)
  );
}

function speak(app, language) {
  if (app.lost || app.busy || app.view.language === language) return;
  send(app, { type: "language", language });
}

function toggleHelp(app) {
  app.helpOpen = !app.helpOpen;
  paint(app);
}

function pause(app) {
  const playing = ["scene", "estimate"].indexOf(app.view.screen) >= 0 && !app.view.read_only;
  if (playing) move(app, { type: "pause" });
  else local(app, () => (app.resting = true));
}

function drawProgress(app) {
  const steps = app.view.stages;
  const now = steps.findIndex((step) => step.state === "now");
  const current = now >= 0 ? steps[now] : null;
  const summary = current
    ? t(app, "progress_now", { number: now + 1, total: steps.length, name: current.name })
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

function drawHelp(app, className) {
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

function drawHelpService(app, service) {
  const line = (contact) =>
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

function drawFooter(app, screen) {
  const leaves = app.view.can_leave && screen !== "result" && screen !== "ended";
  const early = app.view.hand_in && (screen === "scene" || screen === "estimate");
  return h(
    "div",
    { class: "kl-footer" },
    h("p", { class: "kl-safety" }, t(app, "safety")),
    early ? quiet(app, "hand-in", t(app, "hand_in"), () => local(app, () => (app.handing = true))) : null,
    leaves ? quiet(app, "leave", t(app, "other"), () => act(app, { type: "shelf" }), sending()) : null
  );
}

// The screens

const SCREENS = {
  shelf: drawShelf,
  cover: drawCover,
  scene: drawScene,
  estimate: drawEstimate,
  hand_in: drawHandIn,
  feedback: drawFeedbackScreen,
  ended: drawEnd,
  result: drawResult,
  paused: drawPause,
  fault: drawFault,
};

function drawShelf(app) {
  const entries = app.view.shelf;
  return [
    heading(app, 3, t(app, "shelf_title")),
    h("p", { class: "kl-lead" }, t(app, "shelf_intro")),
    problemBox(app),
    entries.length ? null : h("p", {}, t(app, "shelf_none")),
    h("ul", { class: "kl-shelf" }, entries.map((entry) => drawEntry(app, entry))),
  ];
}

function drawEntry(app, entry) {
  const head = entry.case;
  const open = () => act(app, { type: "choose", case: head.id });
  return h(
    "li",
    { class: "kl-entry" },
    h("h4", { class: "kl-entry-title" }, head.title),
    h("p", { class: "kl-muted" }, t(app, "shelf_meta", head)),
    h("p", {}, head.note),
    h(
      "p",
      { class: "kl-entry-tags" },
      tag(t(app, "shelf_" + entry.status)),
      " ",
      head.draft ? tag(t(app, "draft"), "draft") : null,
      head.draft ? h("span", { class: "kl-muted" }, " " + t(app, "draft_sentence")) : null
    ),
    secondary(
      app,
      "open-" + head.id,
      t(app, "shelf_open_" + entry.status, { title: head.title }),
      open,
      sending()
    )
  );
}

function drawCover(app) {
  const view = app.view;
  const head = view.case;
  const row = (name, ...value) => h("div", { class: "kl-row" }, h("dt", {}, t(app, name)), h("dd", {}, value));
  const person = view.help.person;
  const before = view.before;
  const begin = () => move(app, { type: "begin", research: Boolean(before && before.asks && app.research) });
  return [
    heading(app, 3, t(app, "cover_title")),
    h("p", { class: "kl-lead" }, head.you),
    h(
      "dl",
      { class: "kl-rows" },
      row("cover_note", head.note),
      row("cover_intensity", head.intensity),
      row("cover_minutes", t(app, "cover_minutes_about", head)),
      row("cover_role", head.role),
      row("cover_level", head.level),
      row("cover_law", head.law),
      row("cover_status", t(app, head.draft ? "cover_draft" : "cover_reviewed"))
    ),
    h("p", {}, t(app, "cover_adults")),
    h("p", {}, t(app, "cover_freedom")),
    before ? h("h4", { class: "kl-small-title" }, t(app, "cover_data")) : null,
    before ? before.told.map((text) => h("p", {}, text)) : null,
    person
      ? h("p", { class: "kl-person" }, t(app, "cover_person") + " ", h("strong", {}, person))
      : h("p", { class: "kl-problem" }, t(app, "cover_no_person")),
    before && before.asks && person && !view.read_only ? drawResearch(app) : null,
    problemBox(app),
    person && !view.read_only ? actions(app, primary(app, "begin", t(app, "begin"), begin, sending())) : null,
  ];
}

function drawResearch(app) {
  const change = (event) => {
    app.research = event.target.checked;
  };
  const props = { name: app.prefix + "-research", value: "yes", checked: app.research, on: { change } };
  return option(app, "checkbox", props, t(app, "cover_research"));
}

function drawStory(app) {
  const scene = app.view.scene;
  return h(
    "div",
    { class: "kl-story" },
    heading(app, 3, scene.title),
    scene.paragraphs.map((paragraph) => h("p", {}, paragraph)),
    drawTerms(app)
  );
}

function drawTerms(app) {
  const terms = app.view.scene.terms;
  if (!terms.length) return null;
  const onToggle = (event) => {
    app.termsOpen = event.target.open;
  };
  return h(
    "details",
    { class: "kl-terms", open: app.termsOpen, on: { toggle: onToggle } },
    h("summary", { "data-key": "terms" }, t(app, "terms", { count: terms.length })),
    h("dl", {}, terms.map((term) => h("div", {}, h("dt", {}, term.name), h("dd", {}, term.text))))
  );
}

function drawKnown(app) {
  const view = app.view;
  const isNew = (fact) => view.scene.learned.indexOf(fact.id) >= 0;
  const onToggle = (event) => {
    // Opening by the page itself is no wish of the trainee.
    if (event.target.open !== (app.knownOpen === null ? app.wide : app.knownOpen)) app.knownOpen = event.target.open;
  };
  return h(
    "details",
    { class: "kl-known", open: app.knownOpen === null ? app.wide : app.knownOpen, on: { toggle: onToggle } },
    h("summary", { "data-key": "known" }, t(app, "known") + " (" + view.known.length + ")"),
    view.known.length
      ? h(
          "ul",
          {},
          view.known.map((fact) => h("li", {}, fact.text, isNew(fact) ? [" ", tag(t(app, "known_new"))] : null))
        )
      : h("p", {}, t(app, "known_nothing"))
  );
}

function drawScene(app) {
  const view = app.view;
  const form = view.scene.decision;
  const onward = () => move(app, { type: "continue", scene: view.scene.id });
  return h(
    "div",
    { class: "kl-columns" },
    drawStory(app),
    drawKnown(app),
    h(
      "div",
      { class: "kl-decide" },
      form ? drawDecision(app, form) : null,
      form ? null : problemBox(app),
      form || view.read_only
        ? null
        : actions(app, primary(app, "continue", t(app, "continue"), onward, sending())),
      drawRevise(app)
    )
  );
}

function drawRevise(app) {
  const revise = app.view.revise;
  if (!revise || app.step !== "form") return null;
  const reopen = () => move(app, { type: "reopen", decision: revise.decision });
  return h(
    "div",
    { class: "kl-revise" },
    h("p", { class: "kl-muted" }, t(app, "revise_about", { ask: revise.ask })),
    quiet(app, "revise", t(app, "revise"), reopen, sending())
  );
}

function drawDecision(app, form) {
  const steps = { form: drawForm, confirm: drawConfirm, private: drawPrivate, skip: drawSkip };
  return steps[app.step](app, form);
}

function draftOf(app, form) {
  const key = app.view.play + ":" + form.id;
  if (!app.drafts[key]) app.drafts[key] = FORMS[form.kind].empty(form);
  return app.drafts[key];
}

function drawForm(app, form) {
  const kind = FORMS[form.kind];
  const draft = draftOf(app, form);
  const check = () => {
    const problem = kind.problem(app, form, draft);
    local(app, () => (app.step = problem ? "form" : "confirm"));
    if (problem) tellProblem(app, problem);
  };
  return h(
    "form",
    {
      class: "kl-form",
      novalidate: true,
      on: {
        submit: (event) => {
          event.preventDefault();
          if (!app.view.read_only) check();
        },
      },
    },
    h("p", { class: "kl-kicker" }, t(app, "decision")),
    kind.draw(app, form, draft),
    h("div", { class: "kl-problem-place" }, problemBox(app)),
    app.view.read_only
      ? null
      : actions(
          app,
          h("button", { type: "submit", class: "kl-button kl-primary", "data-key": "check" }, t(app, "check")),
          quiet(app, "skip", t(app, "skip"), () => local(app, () => (app.step = "skip")))
        )
  );
}

// Panel mode: the estimate that a key decision owes. It starts empty, since any number would sway it.

const SHARE_STEPS = [-10, -5, 5, 10];
const SHARE_START = 50;

function shareOf(text) {
  const share = /^\d{1,3}$/.test(text.trim()) ? Number(text) : NaN;
  return share <= 100 ? share : null;
}

function drawEstimate(app) {
  const owed = app.view.estimate;
  const key = app.view.play + ":estimate:" + owed.decision;
  const id = newId(app);
  const hint = newId(app);
  const input = h("input", {
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
    value: app.drafts[key] || "",
    on: { input: (event) => (app.drafts[key] = event.target.value) },
  });
  const shift = (by) => () => {
    const now = shareOf(input.value);
    input.value = Math.max(0, Math.min(100, (now === null ? SHARE_START : now) + by));
    app.drafts[key] = input.value;
    say(app, t(app, "estimate_said", { share: input.value }));
  };
  const step = (by) =>
    secondary(app, "share" + by, (by < 0 ? "−" : "+") + Math.abs(by), shift(by), {
      "aria-label": t(app, by < 0 ? "estimate_less" : "estimate_more", { step: Math.abs(by) }),
    });
  const steps = SHARE_STEPS.map(step);
  const save = (event) => {
    event.preventDefault();
    const share = shareOf(input.value);
    if (app.view.read_only) return;
    if (share === null) tellProblem(app, t(app, "estimate_missing"));
    else move(app, { type: "estimate", decision: owed.decision, share });
  };
  return h(
    "form",
    { class: "kl-alone", novalidate: true, on: { submit: save } },
    h("p", { class: "kl-kicker" }, t(app, "estimate_kicker")),
    heading(app, 3, t(app, "estimate_title")),
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
    app.view.read_only
      ? null
      : actions(
          app,
          h(
            "button",
            sending({ type: "submit", class: "kl-button kl-primary", "data-key": "estimate" }),
            t(app, "estimate_save")
          )
        )
  );
}

function tellProblem(app, text) {
  app.problem = text;
  const place = app.body.querySelector(".kl-problem-place");
  if (!place) return;
  empty(place);
  place.append(problemBox(app));
  const first = app.body.querySelector(".kl-form fieldset input, .kl-form fieldset button, .kl-form textarea, .kl-number");
  if (first) first.focus();
}

function drawConfirm(app, form) {
  const draft = draftOf(app, form);
  const kind = FORMS[form.kind];
  const confirm = () => move(app, { type: "decide", decision: form.id, pick: kind.pick(form, draft) });
  return h(
    "div",
    { class: "kl-form kl-confirm" },
    h("p", { class: "kl-kicker" }, t(app, "decision")),
    heading(app, 4, t(app, "confirm_title")),
    h("p", { class: "kl-muted" }, form.ask),
    kind.words(app, form, draft),
    h("p", { class: "kl-muted" }, t(app, form.revise ? "confirm_revisable" : "confirm_final")),
    problemBox(app),
    actions(
      app,
      primary(app, "confirm", t(app, "confirm"), confirm, sending()),
      secondary(app, "change", t(app, "change"), () => local(app, () => (app.step = "form")))
    )
  );
}

function drawPrivate(app, form) {
  const draft = draftOf(app, form);
  const sure = () =>
    move(app, { type: "decide", decision: form.id, pick: FORMS[form.kind].pick(form, draft), sure: true });
  const line = (finding) => h("li", {}, t(app, "private_" + finding.kind) + ": ", h("strong", {}, finding.text));
  return h(
    "div",
    { class: "kl-form kl-confirm" },
    heading(app, 4, t(app, "private_title")),
    h("p", {}, t(app, "private_text")),
    h("ul", {}, (app.findings || []).map(line)),
    h("p", {}, h("strong", {}, t(app, "text_warning"))),
    problemBox(app),
    actions(
      app,
      primary(app, "change", t(app, "private_change"), () => local(app, () => (app.step = "form"))),
      secondary(app, "sure", t(app, "private_sure"), sure, sending())
    )
  );
}

function drawSkip(app, form) {
  const skip = () => move(app, { type: "skip", decision: form.id });
  return h(
    "div",
    { class: "kl-form kl-confirm" },
    heading(app, 4, t(app, "skip_title")),
    h("p", {}, t(app, form.revise ? "skip_text_revisable" : "skip_text")),
    problemBox(app),
    actions(
      app,
      secondary(app, "skip-yes", t(app, "skip_yes"), skip, sending()),
      secondary(app, "skip-no", t(app, "skip_no"), () => local(app, () => (app.step = "form")))
    )
  );
}

// The forms, one for each kind of decision. A draft is what is on the screen and not confirmed.

function option(app, kind, props, text, describe) {
  const id = newId(app);
  return h(
    "div",
    { class: "kl-option" },
    h("input", Object.assign({ type: kind, id, "data-key": props.name + "=" + props.value }, props)),
    h("label", { for: id }, text),
    describe
  );
}

function field(app, form, hint, ...content) {
  const id = newId(app);
  return h(
    "fieldset",
    { class: "kl-fieldset", "aria-describedby": id },
    h("legend", { class: "kl-ask" }, form.ask),
    h("p", { class: "kl-hint", id }, hint),
    content
  );
}

function drawSingle(app, form, draft) {
  const choose = (id) => () => {
    draft.value = id;
  };
  const name = app.prefix + "-" + form.id;
  const hint = t(app, form.kind === "rating" ? "hint_rating" : "hint_single");
  return field(
    app,
    form,
    hint,
    form.options.map((each) =>
      option(
        app,
        "radio",
        { name, value: each.id, checked: draft.value === each.id, on: { change: choose(each.id) } },
        each.text
      )
    )
  );
}

// Checkboxes that stop at a maximum: the others stay in reach and say why they cannot be chosen.
function limit(app, place, most, chosen, hint) {
  const boxes = [...place.querySelectorAll("input[data-limited]")];
  const full = most !== null && chosen() >= most;
  for (const box of boxes) {
    const locked = full && !box.checked;
    if (locked) box.setAttribute("aria-disabled", "true");
    else box.removeAttribute("aria-disabled");
    box.closest(".kl-option").classList.toggle("kl-option-locked", locked);
  }
  if (hint) hint.textContent = limitText(app, most, chosen());
  return full;
}

function limitText(app, most, count) {
  return t(app, count >= most ? "hint_multi_full" : "hint_multi", { most, count });
}

function limitedCheckbox(app, props, text, isFull, after) {
  const onClick = (event) => {
    if (event.target.checked && isFull()) {
      event.preventDefault();
      after(true);
    }
  };
  return option(
    app,
    "checkbox",
    Object.assign({ "data-limited": true }, props, { on: Object.assign({ click: onClick }, props.on) }),
    text
  );
}

function drawMulti(app, form, draft) {
  const most = form.most === null ? form.options.length : form.most;
  const count = () => draft.values.length;
  const hintText = () => limitText(app, most, count());
  const update = (refused) => {
    const hint = place.querySelector(".kl-hint");
    limit(app, place, most, count, hint);
    if (refused || count() >= most) say(app, hintText());
  };
  const change = (id) => (event) => {
    draft.values = draft.values.filter((value) => value !== id);
    if (event.target.checked) draft.values.push(id);
    update(false);
  };
  const place = field(
    app,
    form,
    hintText(),
    form.options.map((each) =>
      limitedCheckbox(
        app,
        {
          name: app.prefix + "-" + form.id,
          value: each.id,
          checked: draft.values.indexOf(each.id) >= 0,
          on: { change: change(each.id) },
        },
        each.text,
        () => count() >= most,
        update
      )
    )
  );
  limit(app, place, most, count, null);
  return place;
}

function drawRank(app, form, draft) {
  const list = h("ol", { class: "kl-rank" });
  const total = draft.order.length;
  const shift = (id, by) => {
    const at = draft.order.indexOf(id);
    const to = at + by;
    if (to < 0 || to >= total) {
      say(app, t(app, to < 0 ? "rank_edge_first" : "rank_edge_last"));
      return;
    }
    draft.order.splice(at, 1);
    draft.order.splice(to, 0, id);
    fillList();
    focusKey(list, (by < 0 ? "up-" : "down-") + id);
    say(app, t(app, "rank_moved", { text: textOf(form.options, id), position: to + 1, total }));
  };
  const mover = (id, by, edge) => {
    const action = t(app, by < 0 ? "up" : "down");
    const label = t(app, "rank_item", { action, text: textOf(form.options, id) });
    return secondary(app, (by < 0 ? "up-" : "down-") + id, action, () => shift(id, by), {
      class: "kl-button kl-mover",
      "aria-label": label,
      "aria-disabled": edge ? "true" : null,
    });
  };
  const fillList = () => {
    empty(list);
    draft.order.forEach((id, index) => {
      const movers = [mover(id, -1, index === 0), mover(id, 1, index === total - 1)];
      list.append(
        h(
          "li",
          { class: "kl-rank-item" },
          h("span", { class: "kl-rank-number", "aria-hidden": "true" }, String(index + 1)),
          h("span", { class: "kl-rank-text" }, textOf(form.options, id)),
          h("span", { class: "kl-movers" }, movers)
        )
      );
    });
  };
  fillList();
  return field(app, form, t(app, "hint_rank"), list);
}

function focusKey(place, key) {
  const found = [...place.querySelectorAll("[data-key]")].find((node) => node.getAttribute("data-key") === key);
  if (found) found.focus();
}

function drawReferral(app, form, draft) {
  const chosen = () => Object.keys(draft.services).length;
  const most = form.most;
  const isFull = () => most !== null && chosen() >= most;
  const hint = most === null ? null : h("p", { class: "kl-hint" }, limitText(app, most, chosen()));
  const update = (refused) => {
    limit(app, place, most, chosen, hint);
    if (refused || isFull()) say(app, limitText(app, most, chosen()));
  };
  const place = field(
    app,
    form,
    t(app, "hint_referral"),
    hint,
    form.services.map((service) => drawService(app, form, draft, service, isFull, update))
  );
  limit(app, place, most, chosen, hint);
  return place;
}

function drawService(app, form, draft, service, isFull, update) {
  const inner = h("div", { class: "kl-handover" });
  const fillInner = () => {
    empty(inner);
    if (draft.services[service.id]) inner.append(...drawHandover(app, form, draft, service));
  };
  const change = (event) => {
    if (event.target.checked) draft.services[service.id] = draft.kept[service.id] || { urgency: "", packet: [] };
    else {
      draft.kept[service.id] = draft.services[service.id];
      delete draft.services[service.id];
    }
    fillInner();
    update(false);
  };
  const name = app.prefix + "-" + form.id;
  const box = limitedCheckbox(
    app,
    { name, value: service.id, checked: service.id in draft.services, on: { change } },
    service.name,
    isFull,
    update
  );
  fillInner();
  const when = service.when
    ? h(
        "details",
        { class: "kl-when" },
        h(
          "summary",
          { "data-key": "when-" + service.id },
          t(app, "service_when"),
          h("span", { class: "kl-hidden" }, " " + service.name)
        ),
        h("p", {}, service.when)
      )
    : null;
  return h("div", { class: "kl-service" }, box, when, inner);
}

function drawHandover(app, form, draft, service) {
  const given = draft.services[service.id];
  const urgencyName = app.prefix + "-urgency-" + service.id;
  const packetName = app.prefix + "-packet-" + service.id;
  const pack = (id) => (event) => {
    given.packet = given.packet.filter((fact) => fact !== id);
    if (event.target.checked) given.packet.push(id);
  };
  const urge = (id) => () => {
    given.urgency = id;
  };
  const hint = newId(app);
  return [
    h(
      "fieldset",
      { class: "kl-fieldset kl-inner" },
      h("legend", {}, t(app, "service_urgency", { service: service.name })),
      form.urgency.map((each) =>
        option(
          app,
          "radio",
          { name: urgencyName, value: each.id, checked: given.urgency === each.id, on: { change: urge(each.id) } },
          each.text
        )
      )
    ),
    h(
      "fieldset",
      { class: "kl-fieldset kl-inner", "aria-describedby": hint },
      h("legend", {}, t(app, "service_packet", { service: service.name })),
      h("p", { class: "kl-hint", id: hint }, t(app, "service_packet_hint")),
      form.facts.map((fact) =>
        option(
          app,
          "checkbox",
          {
            name: packetName,
            value: fact.id,
            checked: given.packet.indexOf(fact.id) >= 0,
            on: { change: pack(fact.id) },
          },
          fact.text
        )
      )
    ),
  ];
}

function drawText(app, form, draft) {
  const warning = newId(app);
  const counter = newId(app);
  const id = newId(app);
  const count = () => t(app, "hint_words", { count: words(draft.text), words: form.words });
  const hint = h("p", { class: "kl-hint", id: counter }, count());
  const input = (event) => {
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

function listOf(texts) {
  return h("ul", { class: "kl-picked" }, texts.map((text) => h("li", {}, text)));
}

const ONE = {
  empty: () => ({ value: "" }),
  draw: drawSingle,
  problem: (app, form, draft) => (draft.value ? "" : t(app, "missing_choice")),
  pick: (form, draft) => draft.value,
  words: (app, form, draft) => listOf([textOf(form.options, draft.value)]),
};

const FORMS = {
  single: ONE,
  rating: ONE,
  multi: {
    empty: () => ({ values: [] }),
    draw: drawMulti,
    problem: (app, form, draft) => (draft.values.length ? "" : t(app, "missing_choices")),
    pick: (form, draft) => form.options.map((each) => each.id).filter((id) => draft.values.indexOf(id) >= 0),
    words: (app, form, draft) => listOf(FORMS.multi.pick(form, draft).map((id) => textOf(form.options, id))),
  },
  rank: {
    empty: (form) => ({ order: form.options.map((each) => each.id) }),
    draw: drawRank,
    problem: () => "",
    pick: (form, draft) => draft.order.slice(),
    words: (app, form, draft) =>
      h("ol", { class: "kl-picked" }, draft.order.map((id) => h("li", {}, textOf(form.options, id)))),
  },
  referral: {
    empty: () => ({ services: {}, kept: {} }),
    draw: drawReferral,
    problem: referralProblem,
    pick: referralPick,
    words: referralWords,
  },
  text: {
    empty: () => ({ text: "" }),
    draw: drawText,
    problem: (app, form, draft) => (draft.text.trim() ? "" : t(app, "missing_text")),
    pick: (form, draft) => draft.text,
    words: (app, form, draft) => h("p", { class: "kl-written" }, draft.text.trim()),
  },
};

function referralProblem(app, form, draft) {
  const chosen = form.services.filter((service) => service.id in draft.services);
  if (!chosen.length) return t(app, "missing_service");
  const open = chosen.filter((service) => !draft.services[service.id].urgency).map((service) => service.name);
  return open.length ? t(app, "missing_urgency", { services: open.join(", ") }) : "";
}

function referralPick(form, draft) {
  return form.services
    .filter((service) => service.id in draft.services)
    .map((service) => {
      const given = draft.services[service.id];
      const packet = form.facts.map((fact) => fact.id).filter((id) => given.packet.indexOf(id) >= 0);
      return { service: service.id, urgency: given.urgency, packet };
    });
}

function referralWords(app, form, draft) {
  const line = (handover) => {
    const service = form.services.find((each) => each.id === handover.service);
    return h(
      "li",
      {},
      h("strong", {}, service.name),
      h("p", {}, t(app, "confirm_urgency", { urgency: textOf(form.urgency, handover.urgency) })),
      handover.packet.length
        ? [h("p", {}, t(app, "confirm_packet")), listOf(handover.packet.map((id) => textOf(form.facts, id)))]
        : h("p", {}, t(app, "confirm_packet_none"))
    );
  };
  return h("ul", { class: "kl-picked" }, referralPick(form, draft).map(line));
}

// Feedback: what could hurt a child first, and kindly; then the score, then every option with its why

function drawFeedbackScreen(app) {
  const due = app.view.feedback;
  const onward = () => local(app, () => (app.seen = app.view.play + ":" + due.event));
  return [
    heading(app, 3, t(app, "feedback_title")),
    h("p", { class: "kl-lead" }, due.note.ask),
    drawNote(app, due.note, due.score),
    actions(app, primary(app, "onward", t(app, "continue"), onward)),
  ];
}

function drawNote(app, note, score) {
  return [
    drawFlags(app, note.harm.concat(note.missed)),
    note.score === null ? (score ? h("p", {}, score) : null) : drawScore(app, note.score, score),
    drawOptions(app, note),
    note.room ? drawRoom(app, note) : null,
  ];
}

// Discussion mode, after the reveal: what the class answered, as bars with their numbers

function drawRoom(app, note) {
  const room = note.room;
  const about = { multi: "room_several", referral: "room_several", rank: "room_first" }[note.kind] || "room_said";
  const line = (each) => {
    const count = room.counts[each.id] || 0;
    const percent = Math.round((100 * count) / room.n);
    const full = h("span", { class: "kl-bar-full" });
    full.style.width = percent + "%";
    return h(
      "li",
      { class: "kl-share-line" },
      h(
        "p",
        {},
        each.text,
        each.chosen && note.kind !== "rank" ? [" ", tag(t(app, "room_yours"))] : null,
        " ",
        h("strong", { class: "kl-share-count" }, t(app, "room_count", { count, n: room.n, percent }))
      ),
      h("span", { class: "kl-bar", "aria-hidden": "true" }, full)
    );
  };
  return [
    h("h4", { class: "kl-small-title" }, t(app, "room_title")),
    h("p", { class: "kl-muted" }, t(app, room.counts ? about : "room_few", room)),
    room.counts ? h("ul", { class: "kl-room" }, note.options.map(line)) : null,
  ];
}

function drawFlags(app, flags) {
  const group = (grade, title, text) => {
    const mine = flags.filter((flag) => flag.grade === grade);
    if (!mine.length) return null;
    return h(
      "div",
      { class: "kl-flags kl-flags-" + grade },
      h("h4", { class: "kl-small-title" }, title),
      text ? h("p", {}, text) : null,
      h("ul", {}, mine.map((flag) => drawFlag(app, flag)))
    );
  };
  return [
    group("harm", t(app, "harm_title"), t(app, "harm_text")),
    group("must", t(app, "missed_title"), t(app, "missed_text")),
    group("practice", t(app, "practice_title"), ""),
  ];
}

function drawFlag(app, flag) {
  const name = flag.code ? t(app, "flag_code", flag) : flag.name;
  return h(
    "li",
    {},
    h("strong", {}, flag.text),
    flag.why ? h("p", {}, flag.why) : null,
    name ? h("p", { class: "kl-muted" }, name) : null
  );
}

function drawScore(app, score, text) {
  const bar = h("span", { class: "kl-bar-full" });
  bar.style.width = Math.round(100 * score) + "%";
  return h(
    "div",
    { class: "kl-score" },
    h("p", {}, h("span", { class: "kl-hidden" }, t(app, "feedback_score") + ": "), text),
    h("span", { class: "kl-bar", "aria-hidden": "true" }, bar)
  );
}

function drawOptions(app, note) {
  const telling = (each) => note.kind === "rank" || each.chosen || each.standing === "right";
  const first = note.options.filter(telling);
  const rest = note.options.filter((each) => !telling(each));
  const draw = (each) => drawOption(app, note, each);
  if (!note.options.length) return null;
  return [
    h("h4", { class: "kl-small-title" }, t(app, "feedback_options")),
    h("ul", { class: "kl-notes" }, first.map(draw)),
    rest.length
      ? h(
          "details",
          { class: "kl-rest" },
          h("summary", { "data-key": "rest-" + note.decision }, t(app, "feedback_rest", { count: rest.length })),
          h("ul", { class: "kl-notes" }, rest.map(draw))
        )
      : null,
  ];
}

function drawOption(app, note, each) {
  const handover = note.handovers.find((one) => one.service === each.id);
  const places = { yours: each.position, right: each.right_position };
  const placed = each.right_position === null || each.right_position === undefined;
  return h(
    "li",
    { class: "kl-note kl-note-" + each.standing },
    h(
      "p",
      { class: "kl-note-tags" },
      tag(t(app, "standing_" + each.standing), each.standing),
      note.kind === "rank" ? null : [" ", tag(t(app, each.chosen ? "feedback_chosen" : "feedback_not_chosen"))]
    ),
    h("p", { class: "kl-note-text" }, each.text),
    placed ? null : h("p", {}, t(app, each.position ? "feedback_position" : "feedback_position_key", places)),
    each.why ? h("p", {}, each.why) : null,
    handover ? drawHandoverNote(app, handover) : null,
    drawSources(app, each.sources)
  );
}

function drawHandoverNote(app, handover) {
  const part = (each) =>
    h(
      "li",
      {},
      each.text + " ",
      tag(t(app, "standing_" + each.standing), each.standing),
      each.chosen ? [" ", tag(t(app, "feedback_chosen"))] : null
    );
  const group = (title, parts, why) =>
    parts.length || why
      ? h(
          "div",
          { class: "kl-part" },
          h("p", { class: "kl-part-title" }, title),
          parts.length ? h("ul", {}, parts.map(part)) : null,
          why ? h("p", {}, why) : null
        )
      : null;
  return [
    group(t(app, "feedback_urgency"), handover.urgency, handover.why_urgency),
    group(t(app, "feedback_packet"), handover.packet, handover.why_packet),
  ];
}

function drawSources(app, sources) {
  if (!sources.length) return null;
  const line = (source) =>
    source.lab_only ? t(app, "feedback_lab") : source.title + " [" + source.code + "]";
  const told = sources.map(line).filter((text, at, all) => all.indexOf(text) === at);
  return h("p", { class: "kl-sources" }, t(app, "feedback_sources") + ": " + told.join("; "));
}

// The end, and the result

function drawEnd(app) {
  const view = app.view;
  const scene = view.scene;
  return [
    drawStory(app),
    scene.own_note ? drawOwnNote(app, scene.own_note) : null,
    h(
      "div",
      { class: "kl-ending" },
      h("h4", { class: "kl-small-title" }, t(app, "end_title")),
      view.result ? null : h("p", {}, t(app, "end_" + view.mode)),
      problemBox(app),
      actions(
        app,
        view.result
          ? primary(app, "result", t(app, "result_open"), () => local(app, () => (app.resultOpen = true)))
          : null,
        view.hand_in
          ? (view.result ? secondary : primary)(app, "hand-in", t(app, "hand_in"), () =>
              local(app, () => (app.handing = true))
            )
          : null,
        drawAgain(app)
      ),
      drawRevise(app)
    ),
  ];
}

// Handing in: one file beside the notebook, and a download of the same bytes

function drawHandIn(app) {
  const before = app.view.hand_in.participant;
  const id = newId(app);
  const hint = newId(app);
  const input = h("input", {
    id,
    class: "kl-input",
    type: "text",
    maxlength: "60",
    autocomplete: "off",
    autocapitalize: "off",
    "data-key": "participant",
    "aria-describedby": hint,
    value: app.participant === null ? before : app.participant,
    on: { input: (event) => (app.participant = event.target.value) },
  });
  const make = (event) => {
    event.preventDefault();
    act(app, { type: "hand_in", participant: input.value });
  };
  const back = () =>
    local(app, () => {
      app.handing = false;
      dropHanded(app);
    });
  return h(
    "form",
    { class: "kl-alone", novalidate: true, on: { submit: make } },
    heading(app, 3, t(app, "hand_in")),
    h("p", {}, t(app, "hand_in_text")),
    app.view.screen === "ended" ? null : h("p", { class: "kl-warning" }, t(app, "hand_in_early")),
    h("p", { class: "kl-ask" }, h("label", { for: id }, t(app, "hand_in_participant"))),
    h("p", { class: "kl-hint", id: hint }, t(app, "hand_in_hint")),
    input,
    problemBox(app),
    app.handed ? drawHanded(app) : null,
    actions(
      app,
      h(
        "button",
        sending({ type: "submit", class: "kl-button" + (app.handed ? "" : " kl-primary"), "data-key": "make" }),
        t(app, "hand_in_make")
      ),
      quiet(app, "hand-in-back", t(app, "hand_in_back"), back)
    )
  );
}

function drawHanded(app) {
  const file = app.handed;
  return h(
    "div",
    { class: "kl-handed" },
    heading(app, 4, t(app, "hand_in_done")),
    h("p", {}, t(app, "hand_in_place"), " ", h("strong", {}, file.place)),
    h(
      "p",
      {},
      h(
        "a",
        { class: "kl-button kl-primary", href: file.url, download: file.name, "data-key": "download" },
        t(app, "hand_in_download")
      )
    ),
    h("p", {}, t(app, "hand_in_next")),
    app.view.screen === "ended" ? null : h("p", {}, t(app, "hand_in_newer"))
  );
}

function drawAgain(app) {
  const view = app.view;
  return [
    view.can_again
      ? secondary(app, "again", t(app, "again"), () => act(app, { type: "again", case: view.case.id }), sending())
      : null,
    view.can_leave ? secondary(app, "other", t(app, "other"), () => act(app, { type: "shelf" }), sending()) : null,
  ];
}

function drawOwnNote(app, text) {
  const id = newId(app);
  const note = newId(app);
  const input = (event) => {
    app.ownNote = event.target.value;
  };
  return h(
    "div",
    { class: "kl-own" },
    h("h4", { class: "kl-small-title" }, h("label", { for: id }, t(app, "own_note"))),
    h("p", {}, text),
    h("p", { class: "kl-warning", id: note }, t(app, "own_note_private") + " " + t(app, "text_warning")),
    h("textarea", {
      id,
      class: "kl-textarea",
      rows: "4",
      autocomplete: "off",
      "data-key": "own-note",
      "aria-describedby": note,
      value: app.ownNote,
      on: { input },
    })
  );
}

function drawResult(app) {
  const result = app.view.result;
  const note = result.note;
  return [
    heading(app, 3, t(app, "result_title")),
    h(
      "dl",
      { class: "kl-figures" },
      drawFigure(t(app, "result_score"), result.total || t(app, "result_no_score"), result.total && t(app, "result_score_of")),
      drawFigure(t(app, "result_harm"), String(note.H), ""),
      drawFigure(t(app, "result_missed"), String(note.M), "")
    ),
    result.summary.map((text) => h("p", {}, text)),
    drawFlags(app, note.harm.concat(note.missed)),
    drawPractise(app, result),
    h("h4", { class: "kl-small-title" }, t(app, "result_decisions")),
    note.decisions.map((each) => drawDecisionNote(app, each, result.scores[each.decision])),
    problemBox(app),
    actions(
      app,
      drawAgain(app),
      quiet(app, "back", t(app, "result_back"), () => local(app, () => (app.resultOpen = false)))
    ),
  ];
}

function drawFigure(name, value, unit) {
  return h(
    "div",
    { class: "kl-figure" },
    h("dt", {}, name),
    h("dd", {}, h("span", { class: "kl-figure-value" }, value), unit ? " " + unit : "")
  );
}

function drawPractise(app, result) {
  const notes = result.note.practise;
  if (!notes.length) return null;
  const figure = (each) =>
    each.score === null
      ? t(app, "result_no_figure", each)
      : t(app, "result_figure", { score: result.percents[each.code], decisions: each.decisions });
  return [
    h("h4", { class: "kl-small-title" }, t(app, "result_practise")),
    h(
      "ul",
      { class: "kl-practise" },
      notes.map((each) =>
        h("li", {}, h("strong", {}, each.name), h("p", {}, each.practise), h("p", { class: "kl-muted" }, figure(each)))
      )
    ),
  ];
}

function drawDecisionNote(app, note, score) {
  const status = { skipped: "result_skipped", unanswered: "result_unanswered" }[note.status];
  return h(
    "details",
    { class: "kl-decision-note" },
    h(
      "summary",
      { "data-key": "note-" + note.decision },
      note.ask,
      h("span", { class: "kl-muted kl-summary-score" }, status ? t(app, status) : score)
    ),
    drawNote(app, note, status ? "" : score)
  );
}

// Pause and faults

function drawPause(app) {
  const resume = () => {
    if (app.resting) local(app, () => (app.resting = false));
    else move(app, { type: "resume" });
  };
  const stays = app.view.read_only && !app.resting;
  return h(
    "div",
    { class: "kl-pause" },
    heading(app, 3, t(app, "pause_title")),
    h("p", { class: "kl-lead" }, t(app, "pause_text")),
    h("p", {}, t(app, "pause_breathe")),
    problemBox(app),
    stays
      ? null
      : actions(app, primary(app, "resume", t(app, "resume"), resume, app.resting ? {} : sending())),
    drawHelp(app, "kl-help-panel kl-help-calm")
  );
}

function drawFault(app) {
  const fault = app.view.fault;
  const label = t(app, fault.code === "closed" ? "fault_here" : "fault_retry");
  const again = fault.retry
    ? () => act(app, { type: "choose", case: fault.retry })
    : () => act(app, { type: "ready" });
  return [
    heading(app, 3, fault.title),
    h("p", { class: "kl-lead", role: "alert" }, fault.text),
    problemBox(app),
    actions(app, primary(app, "retry", label, again, sending())),
    fault.detail
      ? h(
          "details",
          { class: "kl-rest" },
          h("summary", { "data-key": "detail" }, t(app, "fault_detail")),
          h("p", { class: "kl-detail" }, fault.detail)
        )
      : null,
  ];
}

function render({ model, el }) {
  const app = createApp(model, el);
  if (typeof ResizeObserver === "function") {
    app.watch = new ResizeObserver(() => fitWidth(app));
    app.watch.observe(app.root);
  }
  return connect(app);
}

export default { render };

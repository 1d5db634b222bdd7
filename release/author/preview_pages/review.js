// @ts-check
// The page of a reviewer: the story with its key, comments where they belong, and a signature for each question.

import { button, made, part } from "./elements.js";

/** @typedef {import("../reviewers/messages").ReviewMessage} ReviewMessage */
/** @typedef {import("../reviewers/messages").RefusedMessage} RefusedMessage */
/** @typedef {import("../reviewers/messages").RemarkMessage} RemarkMessage */
/** @typedef {import("../reviewers/messages").SceneMessage} SceneMessage */
/** @typedef {import("../reviewers/messages").OptionMessage} OptionMessage */
/** @typedef {import("../reviewers/messages").QuestionMessage} QuestionMessage */
/** @typedef {import("../reviewers/messages").StoryMessage} StoryMessage */
/** @typedef {{text: string, question: string, objects: boolean}} Draft */

const base = location.pathname.replace(/\/$/, "");
const main = part(document, "#rv-main");
const told = part(document, "#rv-told");
let language = document.documentElement.lang;
/** @type {ReviewMessage | null} */
let state = null;
/** @type {Record<string, StoryMessage>} */
let story = {};
let arrived = false; // just now, so that the personal code is in sight
let seen = ""; // the mark of the story that is shown

/**
 * @param {HTMLElement} place
 * @param {(Node | string)[]} inside
 */
function fill(place, inside) {
  while (place.firstChild) place.removeChild(place.firstChild);
  place.append(...inside);
}

/**
 * @param {string} name
 * @param {Record<string, string>} [values]
 */
function word(name, values = {}) {
  let text = state ? state.words["page_" + name][language] : "";
  for (const [key, value] of Object.entries(values)) text = text.replace("{" + key + "}", () => value);
  return text;
}

/** @param {Record<string, string>} texts */
const said = (texts) => texts[language] || "";

// What is not sent yet stays in this browser, under the reviewer's own id.

const draftsName = () => "kasuslab-review-" + (state ? state.case + "-" + state.reviewer : "");

/** @returns {Record<string, Draft>} */
function drafts() {
  try {
    const kept = JSON.parse(localStorage.getItem(draftsName()) || "{}");
    return kept && typeof kept === "object" ? kept : {};
  } catch (error) {
    return {};
  }
}

/**
 * @param {string} key
 * @param {Draft | null} draft
 */
function keepDraft(key, draft) {
  const all = drafts();
  if (draft && (draft.text || draft.objects)) all[key] = draft;
  else delete all[key];
  try {
    localStorage.setItem(draftsName(), JSON.stringify(all));
  } catch (error) {
    // a browser that keeps nothing still sends
  }
}

// The server

/** @param {ReviewMessage | RefusedMessage} message */
function take(message) {
  if (message.kind === "refused") return message.why[language];
  state = message;
  if (message.story) {
    story = message.story;
    seen = message.sight;
  }
  return "";
}

/**
 * Ask for something; what it was refused with, "" where it was done.
 * @param {string} what
 * @param {Record<string, unknown>} content
 */
async function ask(what, content) {
  try {
    const answer = await fetch(base + "/" + what, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: "same-origin",
      body: JSON.stringify({ ...content, seen: seen, have: seen }),
    });
    if (!answer.ok) return (await answer.text()) || word("offline");
    /** @type {ReviewMessage | RefusedMessage} */
    const message = await answer.json();
    // The story on the page stays that which the reviewer reads, until they ask for the new one.
    if (message.kind === "review" && seen) delete message.story;
    return take(message);
  } catch (error) {
    return word("offline");
  }
}

async function load() {
  let why = "";
  try {
    const answer = await fetch(base + "/state", { credentials: "same-origin" });
    why = answer.ok ? take(await answer.json()) : await answer.text();
  } catch (error) {
    why = state ? word("offline") : "…";
  }
  if (why || !state) {
    fill(told, [made("p", { class: "rv-refused" }, why), button(state ? word("again") : "↻", () => void load())]);
    return;
  }
  fill(told, []);
  draw();
}

/** Tell where the case is another by now than what is read. */
function tellChange() {
  if (!state || !seen || state.sight === seen || told.querySelector("button")) return;
  told.append(made("p", {}, word("changed")), button(word("read_new"), () => void load()));
}

const TOLD = 5000; // ms that it stands there that something was kept

/** @param {string} text */
function tell(text) {
  const line = made("p", {}, text);
  fill(told, [line]);
  setTimeout(() => line.remove(), TOLD);
  tellChange();
}

// Before there is a role

function arrival() {
  const now = /** @type {ReviewMessage} */ (state);
  const refused = made("p", { role: "alert", class: "rv-refused" });
  const roles = now.roles.map((role, at) => {
    const radio = made("input", { type: "radio", name: "role", value: role.code, required: at === 0 });
    return made("label", { class: "rv-choice" }, radio, role.name[language]);
  });
  const begin = made(
    "form",
    {},
    made("fieldset", {}, made("legend", {}, word("as")), ...roles),
    made("button", { class: "rv-first" }, word("begin")),
    refused
  );
  begin.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = /** @type {HTMLInputElement | null} */ (begin.querySelector("input:checked"));
    void join({ role: chosen ? chosen.value : "" }, refused);
  });
  const code = /** @type {HTMLInputElement} */ (
    made("input", { autocomplete: "off", autocapitalize: "none", spellcheck: "false", required: true })
  );
  const wrong = made("p", { role: "alert", class: "rv-refused" });
  const back = made(
    "form",
    {},
    made("label", { class: "rv-asked" }, word("code"), code),
    made("button", {}, word("come_back")),
    wrong
  );
  back.addEventListener("submit", (event) => {
    event.preventDefault();
    void join({ code: code.value.trim() }, wrong);
  });
  return [
    made("p", {}, word("what")),
    begin,
    made("details", {}, made("summary", {}, word("have_code")), back),
  ];
}

/**
 * @param {Record<string, unknown>} content
 * @param {HTMLElement} refused
 */
async function join(content, refused) {
  refused.textContent = await ask("join", content);
  if (refused.textContent) return;
  arrived = !content.code;
  draw();
  arrived = false;
  const heading = /** @type {HTMLElement | null} */ (main.querySelector("h2"));
  if (heading) heading.focus();
}

// Comments

/**
 * The comments at a place, of the reviewer and, where the author has opened them, of others.
 * @param {string} place
 */
function remarks(place) {
  const list = made("ul", { class: "rv-remarks", "data-remarks": place });
  fill(list, remarksAt(place));
  return list;
}

/** @param {string} place */
function remarksAt(place) {
  const all = state ? state.remarks : [];
  return all.filter((one) => one.place === place).map((one) => remark(one));
}

/** @param {RemarkMessage} one */
function remark(one) {
  const now = /** @type {ReviewMessage} */ (state);
  const question = now.questions.find((each) => each.code === one.question);
  const head = [
    one.is_other ? said(one.role) : word("own"),
    question ? said(question.name) : "",
    one.objects ? word("objection") : "",
    one.answer ? "" : word("open"),
    one.has_changed ? word("since") : "",
  ];
  const lines = [made("b", {}, head.filter(Boolean).join(" · ")), made("p", { class: "rv-said" }, one.text)];
  if (one.answer) lines.push(made("p", { class: "rv-said" }, word("answer") + ": " + one.answer));
  return made("li", { class: one.is_other ? "rv-other" : "" }, ...lines);
}

/**
 * What is written into a form is kept as it is written, and sent with what was read.
 * @param {string} key  of the draft
 * @param {string} place
 * @param {string} variant
 * @param {{label: string, question: string, objects: boolean}} fixed  question: "" lets it be chosen
 */
function commentForm(key, place, variant, fixed) {
  const now = /** @type {ReviewMessage} */ (state);
  const kept = drafts()[key] || { text: "", question: "", objects: false };
  const text = /** @type {HTMLTextAreaElement} */ (made("textarea", { maxlength: "4000", rows: "4" }));
  text.value = kept.text;
  const question = /** @type {HTMLSelectElement} */ (made("select", {}));
  question.append(...now.questions.map((one) => new Option(said(one.name), one.code)));
  question.value = kept.question || now.questions[0].code;
  const objects = /** @type {HTMLInputElement} */ (made("input", { type: "checkbox" }));
  objects.checked = kept.objects;
  const refused = made("p", { role: "alert", class: "rv-refused" });
  const unsent = made("p", { class: "rv-quiet" }, kept.text ? word("draft") : "");
  const choices = fixed.question
    ? []
    : [
        made("label", { class: "rv-asked" }, word("about"), question),
        made("label", { class: "rv-choice" }, objects, word("objects")),
      ];
  const form = made(
    "form",
    {},
    made("label", { class: "rv-asked" }, fixed.label, text),
    made("p", { class: "rv-quiet" }, word("careful")),
    ...choices,
    made("button", { class: "rv-first" }, word("send")),
    unsent,
    refused
  );
  form.addEventListener("input", () => {
    keepDraft(key, { text: text.value, question: question.value, objects: objects.checked });
    unsent.textContent = text.value ? word("draft") : "";
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const content = {
      place: place,
      variant: variant || null,
      question: fixed.question || question.value,
      objects: fixed.objects || objects.checked,
      text: text.value,
    };
    refused.textContent = await ask("comment", content);
    if (refused.textContent) return;
    keepDraft(key, null);
    text.value = "";
    objects.checked = false;
    unsent.textContent = "";
    refresh();
    tell(word("sent"));
  });
  return form;
}

/**
 * A form that is built once it is opened.
 * @param {string} summary
 * @param {string} label  for a screen reader
 * @param {string} key
 * @param {() => HTMLElement} form
 */
function opener(summary, label, key, form) {
  const box = /** @type {HTMLDetailsElement} */ (
    made("details", { "data-form": key }, made("summary", { "aria-label": label }, summary))
  );
  box.addEventListener("toggle", () => {
    if (box.open && box.children.length === 1) box.append(form());
  });
  if (drafts()[key]) box.open = true;
  return box;
}

/**
 * @param {string} place
 * @param {string} variant
 * @param {string} what
 */
function commenter(place, variant, what) {
  const key = place + "|" + variant;
  const fixed = { label: word("text"), question: "", objects: false };
  return opener(word("comment"), word("comment_on", { what: what }), key, () => commentForm(key, place, variant, fixed));
}

// The story

/** @param {{name: string, text: string}[]} lines */
const linesOf = (lines) =>
  lines.map((line) => made("p", { class: "rv-quiet" }, made("b", {}, line.name + ": "), line.text));

/**
 * @param {OptionMessage} option
 * @param {string} variant
 */
function optionOf(option, variant) {
  const head = made("p", {}, option.text + " ");
  if (option.verdict) head.append(made("span", { class: "rv-verdict" }, option.verdict));
  return made(
    "div",
    { class: "rv-option" },
    head,
    ...linesOf(option.lines),
    remarks(option.place),
    commenter(option.place, variant, option.text)
  );
}

/**
 * @param {SceneMessage} scene
 * @param {Record<string, string>} words
 */
function sceneOf(scene, words) {
  return made(
    "section",
    { class: "rv-scene" },
    made("h3", {}, scene.heading),
    made("p", { class: "rv-quiet" }, scene.stage),
    ...scene.paragraphs.map((text) => made("p", {}, text)),
    ...linesOf(scene.learned.map((text) => ({ name: words.learned, text: text }))),
    remarks(scene.place),
    commenter(scene.place, scene.variant, scene.heading),
    ...(scene.ask ? [made("p", { class: "rv-ask" }, scene.ask)] : []),
    ...scene.options.map((option) => optionOf(option, scene.variant)),
    ...linesOf(scene.notes),
    ...linesOf(scene.ways.map((text) => ({ name: words.leads, text: text })))
  );
}

/** @param {boolean} isNew  whether the code was given just now */
function you(isNew) {
  const now = /** @type {ReviewMessage} */ (state);
  const link = location.origin + base + "?code=" + now.code;
  const leave = button(word("leave"), async () => {
    const why = await ask("leave", {});
    if (why) return tell(why);
    story = {};
    seen = "";
    draw();
  });
  return made(
    "details",
    { class: "rv-card", open: isNew },
    made("summary", {}, word("you", { role: said(now.role) })),
    made("p", {}, word("keep_code")),
    made("p", { class: "rv-code" }, now.code),
    made("p", { class: "rv-link" }, link),
    leave
  );
}

// Signatures

/** @param {QuestionMessage} one */
function signedAs(one) {
  if (one.agrees === null) return word("signed_none");
  if (!one.agrees) return word("signed_objects");
  return word(one.holds ? "signed_agrees" : "signed_before");
}

/** @param {QuestionMessage} one */
function signOf(one) {
  const name = said(one.name);
  const refused = made("p", { role: "alert", class: "rv-refused" });
  const agree = button(
    word("agree"),
    async () => {
      refused.textContent = await ask("sign", { question: one.code, agrees: true });
      if (refused.textContent) return;
      refresh();
      tell(word("sent"));
    },
    { "aria-label": word("agree") + ": " + name }
  );
  const key = "sign|" + one.code;
  const fixed = { label: word("object_why"), question: one.code, objects: true };
  return made(
    "section",
    { class: "rv-card" },
    made("h3", {}, name),
    made("p", {}, said(one.asks) + "."),
    ...(one.own ? [made("p", { class: "rv-quiet" }, word("asked"))] : []),
    made("p", { "data-signed": one.code }, signedAs(one)),
    agree,
    refused,
    opener(word("object"), word("object") + ": " + name, key, () => commentForm(key, "", "", fixed))
  );
}

/** What was said and signed, anew; what is being written stays. */
function refresh() {
  const now = /** @type {ReviewMessage} */ (state);
  /** @type {NodeListOf<HTMLElement>} */
  const lists = main.querySelectorAll("[data-remarks]");
  lists.forEach((list) => fill(list, remarksAt(list.dataset.remarks || "")));
  for (const one of now.questions) {
    const place = main.querySelector('[data-signed="' + one.code + '"]');
    if (place) place.textContent = signedAs(one);
  }
}

// The page

function review() {
  const own = story[language];
  const now = /** @type {ReviewMessage} */ (state);
  const anchor = (/** @type {number} */ at) => "chapter-" + at;
  const contents = own.chapters.map((chapter, at) =>
    made("li", {}, made("a", { href: "#" + anchor(at) }, [chapter.title, chapter.about].filter(Boolean).join(": ")))
  );
  contents.push(made("li", {}, made("a", { href: "#sign" }, word("sign"))));
  return [
    made("h2", { tabindex: "-1" }, own.title),
    made("p", { class: "rv-refused" }, word("holds_key")),
    you(arrived),
    made("p", {}, word("what")),
    made("nav", { "aria-label": word("chapters") }, made("ul", {}, ...contents)),
    made("section", { class: "rv-card" }, ...linesOf(own.front), remarks(""), commenter("", "", word("comment_case"))),
    ...own.chapters.map((chapter, at) =>
      made(
        "section",
        {},
        made("h2", { id: anchor(at) }, chapter.title),
        made("p", {}, chapter.about),
        ...(chapter.same.length
          ? [made("p", { class: "rv-quiet" }, own.words.same + " " + chapter.same.join("; "))]
          : []),
        ...chapter.scenes.map((scene) => sceneOf(scene, own.words))
      )
    ),
    made("h2", { id: "sign" }, word("sign")),
    made("p", {}, word("sign_what")),
    ...now.questions.map(signOf),
  ];
}

function draw() {
  const now = state;
  if (!now) return;
  document.documentElement.lang = language;
  document.title = word("title");
  part(document, "#rv-title").textContent = word("title");
  const bar = part(document, "#rv-languages");
  bar.setAttribute("aria-label", word("language"));
  const held = Array.from(bar.children).indexOf(/** @type {Element} */ (document.activeElement));
  const buttons = Object.entries(now.languages).map(([tag, name]) =>
    button(
      name,
      () => {
        language = tag;
        draw();
      },
      { lang: tag, "aria-pressed": String(tag === language) }
    )
  );
  fill(bar, buttons);
  if (held >= 0) buttons[held].focus();
  if (now.state === "no_round") fill(main, [made("p", {}, word("no_round"))]);
  else fill(main, now.state === "nobody" || !story[language] ? arrival() : review());
  tellChange();
}

document.addEventListener("visibilitychange", async () => {
  if (document.hidden || !seen) return;
  try {
    const answer = await fetch(base + "/state?have=" + seen, { credentials: "same-origin" });
    if (!answer.ok) return;
    /** @type {ReviewMessage | RefusedMessage} */
    const message = await answer.json();
    if (message.kind !== "review" || message.state !== "reviewer") return;
    delete message.story;
    take(message);
    refresh();
    tellChange();
  } catch (error) {
    // told when something is sent
  }
});

void load();

// @ts-check
// What is asked where nothing stands yet: a new case, a new source, a new rule.

import { made } from "./elements.js";

/** @typedef {import("../bench/messages").ChoiceMessage} ChoiceMessage */
/** @typedef {import("../bench/messages").NoSheetMessage} NoSheetMessage */

/**
 * @typedef {object} Asking
 * @property {(name: string, values?: Record<string, string | number>) => string} word
 * @property {Record<string, string>} languages
 * @property {(content: Record<string, unknown>) => Promise<string>} ask  what it was refused with, "" for nothing
 */

/**
 * A labelled input.
 * @param {string} text
 * @param {Record<string, string | boolean>} [attributes]
 */
function asked(text, attributes = {}) {
  const input = /** @type {HTMLInputElement} */ (made("input", { autocomplete: "off", ...attributes }));
  return { input: input, label: made("label", { class: "bn-asked" }, made("span", {}, text), input) };
}

/**
 * @param {string} text
 * @param {[string, string][]} choices
 */
function picked(text, choices) {
  const select = /** @type {HTMLSelectElement} */ (made("select", {}));
  select.append(...choices.map(([code, name]) => new Option(name, code)));
  return { select: select, label: made("label", { class: "bn-asked" }, made("span", {}, text), select) };
}

/**
 * A form whose answer is shown in it.
 * @param {HTMLElement[]} labels
 * @param {string} press
 * @param {() => Promise<string>} send
 */
function form(labels, press, send) {
  const said = made("p", { role: "alert", class: "bn-refused" });
  const made_ = made("form", { class: "bn-form" }, ...labels, made("button", {}, press), said);
  made_.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = await send();
  });
  return made_;
}

/**
 * The page before a case is open.
 * @param {NoSheetMessage} message
 * @param {Asking} asking
 */
export function startOf(message, asking) {
  const how = asking.word("ui_case_id_how");
  const id = asked(asking.word("ui_case_id"), {
    pattern: "[a-z][a-z0-9]*(-[a-z0-9]+)*",
    required: true,
    placeholder: "teman-lama",
    title: how,
  });
  id.label.append(made("span", { class: "bn-about" }, how));
  id.input.addEventListener("change", () => {
    const parts = id.input.value.toLowerCase().normalize("NFKD").split(/[^a-z0-9]+/).filter(Boolean);
    id.input.value = parts.join("-");
  });
  const titles = Object.entries(asking.languages).map(([tag, name]) => ({
    tag: tag,
    ...asked(asking.word("label_title") + " (" + name + ")", { lang: tag }),
  }));
  const begin = form([id.label, ...titles.map((one) => one.label)], asking.word("ui_begin"), () =>
    asking.ask({
      do: "new",
      case: id.input.value.trim(),
      title: Object.fromEntries(titles.map((one) => [one.tag, one.input.value])),
    })
  );
  const cases = picked(asking.word("ui_open"), message.cases.map((name) => [name, name]));
  const open = form([cases.label], asking.word("ui_open_this"), () =>
    asking.ask({ do: "open", case: cases.select.value })
  );
  return [
    made("section", { class: "bn-group" }, made("h2", {}, asking.word("ui_new_case")), begin),
    made("section", { class: "bn-group" }, made("h2", {}, asking.word("ui_open")), open),
  ];
}

/**
 * What is asked of a new source or a new rule; null for any other list.
 * @param {string} list
 * @param {Asking} asking
 */
export function makerOf(list, asking) {
  if (list !== "sources" && list !== "rules") return null;
  const { word } = asking;
  const isSource = list === "sources";
  const code = asked(word(isSource ? "ui_code" : "ui_name"), { required: true });
  const texts = Object.entries(asking.languages).map(([tag, name]) => ({
    tag: tag,
    ...asked(word("ui_said", { language: name }), { lang: tag, required: true }),
  }));
  const kinds = ["law", "safeguarding", "procedure", "programme", "lab"];
  const kind = picked(word("ui_source_kind"), kinds.map((one) => [one, word("source_" + one)]));
  const marks = isSource ? ["seen", "second_hand", "known", "prop"] : ["law", "standard", "guidance", "prop", "unread"];
  const mark = picked(
    word(isSource ? "ui_source_mark" : "ui_rule_mark"),
    marks.map((one) => [one, word((isSource ? "mark_" : "rule_") + one)])
  );
  const read = asked(word("ui_read"), { type: "date" });
  const how = picked(word("ui_how_read"), [["", "–"], ["opened", word("source_opened")], ["excerpts", word("source_excerpts")]]);
  const link = asked(word("ui_link"), { type: "url" });
  const sources = asked(word("ui_rule_sources"), { required: !isSource });
  const text = () => Object.fromEntries(texts.map((one) => [one.tag, one.input.value.trim()]));
  const labels = isSource
    ? [code.label, ...texts.map((one) => one.label), kind.label, mark.label, read.label, how.label, link.label]
    : [code.label, ...texts.map((one) => one.label), mark.label, sources.label];
  const send = () =>
    asking.ask({
      do: isSource ? "new_source" : "new_rule",
      code: code.input.value.trim(),
      said: isSource
        ? {
            title: text(),
            kind: kind.select.value,
            mark: mark.select.value,
            read: read.input.value || null,
            ...(how.select.value ? { how: how.select.value } : {}),
            links: link.input.value.trim() ? [link.input.value.trim()] : [],
          }
        : {
            text: text(),
            mark: mark.select.value,
            sources: sources.input.value.split(/[ ,]+/).filter(Boolean),
          },
    });
  const name = word(isSource ? "ui_new_source" : "ui_new_rule");
  return made("details", { class: "bn-maker" }, made("summary", {}, name), form(labels, word("ui_make"), send));
}


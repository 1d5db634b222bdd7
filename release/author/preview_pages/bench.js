// @ts-check
// The bench: the parts of a case as forms, each value saved as it is left, and each finding beside its field.

import { control } from "./controls.js";
import { button, made, part } from "./elements.js";
import { mapOf } from "./map.js";
import { roundOf } from "./round.js";
import { makerOf, startOf } from "./start.js";

/** @typedef {import("../bench/messages").BenchMessage} BenchMessage */
/** @typedef {import("../bench/messages").SheetMessage} SheetMessage */
/** @typedef {import("../bench/messages").BooksMessage} BooksMessage */
/** @typedef {import("../bench/messages").FindingMessage} FindingMessage */
/** @typedef {import("../bench/messages").FieldMessage} FieldMessage */
/** @typedef {import("../bench/messages").CellMessage} CellMessage */
/** @typedef {import("../bench/messages").GroupMessage} GroupMessage */
/** @typedef {import("../bench/messages").NotDoneMessage} NotDoneMessage */
/** @typedef {import("./controls.js").Control} Control */

/**
 * @typedef {object} Line
 * @property {(content: Record<string, unknown>) => boolean} ask
 * @property {(language: string) => void} speaks
 */

/**
 * A cell on the page. dirty: holds what is not in the file yet.
 * @typedef {object} Shown
 * @property {CellMessage} cell
 * @property {FieldMessage} field
 * @property {Control} control
 * @property {boolean} dirty
 * @property {HTMLElement} said
 * @property {string[]} place
 * @property {Promise<void>} saved
 */

/**
 * The bench of the page. What it says of itself to whoever hosts it: hear, speak, connected, way.
 * @param {Line} line
 */
export function bench(line) {
  const write = part(document, "#bn-write");
  const places = { write: write, play: part(document, "#pv-try"), map: part(document, "#bn-map"), round: part(document, "#bn-round"), how: part(document, "#bn-how") };
  const start = part(document, "#bn-start");
  const status = part(document, "#bn-status");
  /** @type {BooksMessage | null} */
  let books = null;
  /** @type {SheetMessage | null} */
  let sheet = null;
  /** @type {import("../bench/messages").NoSheetMessage | null} */
  let nothing = null;
  /** @type {FindingMessage[]} */
  let findings = [];
  /** @type {Map<string, Shown>} */
  const shown = new Map();
  /** @type {Map<number, (refused: NotDoneMessage | null, part: string) => void>} */
  const waiting = new Map();
  let view = "write";
  let open = "case";
  let built = "";
  let requests = 0;
  let language = document.documentElement.lang;
  let wanted = "";

  /**
   * @param {string} name
   * @param {Record<string, string | number>} [values]
   */
  const word = (name, values = {}) => {
    const texts = books && books.words[name];
    let text = texts ? texts[language] : name;
    for (const [key, value] of Object.entries(values)) text = text.replace("{" + key + "}", String(value));
    return text;
  };
  /** @param {string} name */
  const list = (name) => (sheet && sheet.lists[name]) || (books && books.lists[name]) || [];

  /**
   * Ask for something; told whether it was done, and which part shows it.
   * @param {Record<string, unknown>} content
   * @returns {Promise<{ refused: NotDoneMessage | null, part: string }>}
   */
  function ask(content) {
    requests += 1;
    const request = requests;
    return new Promise((done) => {
      waiting.set(request, (refused, where) => done({ refused: refused, part: where }));
      if (line.ask({ ...content, request: request })) {
        status.textContent = word("ui_saving");
        return;
      }
      waiting.delete(request);
      const why = books ? books.words.ui_offline : {};
      done({ refused: { kind: "not_done", request: request, why: why }, part: "" });
    });
  }
  const asking = {
    word: word,
    get languages() {
      return books ? books.languages : {};
    },
    /** @param {Record<string, unknown>} content */
    ask: async (content) => {
      const { refused } = await ask(content);
      status.textContent = word(refused ? "ui_unsaved" : "ui_saved");
      return refused ? refused.why[language] : "";
    },
  };
  /** @type {import("./controls.js").Surroundings} */
  const here = {
    word: word,
    list: list,
    language: () => language,
    conditions: () => (sheet ? sheet.conditions : []),
    maker: (kind) => makerOf(kind, asking),
  };

  const round = roundOf({ word: word, language: () => language, ask: asking.ask, show: (to, field) => show(to, field), nameOf: titleOf });

  // One value

  /** @param {CellMessage} cell */
  const idOf = (cell) => "c|" + cell.file + "|" + cell.path.join(".");

  /**
   * Save what a cell holds, where that is not what the file says.
   * @param {string} id
   * @param {boolean} [anyway]  over what stands there now
   */
  function save(id, anyway = false) {
    const one = shown.get(id);
    if (!one) return Promise.resolve();
    // One after the other: the next says what the file holds since the last.
    one.saved = one.saved.then(() => saved(one, id, anyway));
    return one.saved;
  }

  /**
   * @param {Shown} one
   * @param {string} id
   * @param {boolean} anyway
   */
  async function saved(one, id, anyway) {
    const value = one.control.value();
    const was = one.cell.value;
    const same = JSON.stringify(value) === JSON.stringify(was) || (value === "" && was === null);
    if (same && !anyway) {
      one.dirty = false;
      return;
    }
    one.dirty = true;
    const { field, cell } = one;
    const said = /** @type {{is: string, weight: number | null}} */ (value);
    const content =
      field.kind === "standing"
        ? {
            do: "standing",
            decision: String(cell.path[1]),
            option: one.place[one.place.length - 1],
            variant: cell.variant,
            is: said.is,
            weight: said.weight,
            was: was,
          }
        : { do: "set", file: cell.file, path: cell.path, value: value, was: was };
    const { refused } = await ask(content);
    one.said.replaceChildren();
    if (!refused) {
      one.cell = freshCell(id) || one.cell;
      one.dirty = JSON.stringify(one.control.value()) !== JSON.stringify(value);
      status.textContent = word("ui_saved");
      refresh();
      return;
    }
    status.textContent = word("ui_unsaved");
    one.said.append(made("p", {}, refused.why[language] || ""));
    if ("now" in refused || field.kind === "standing") other(one, id, refused.now);
  }

  /**
   * What to do where the file says something else by now.
   * @param {Shown} one
   * @param {string} id
   * @param {unknown} now
   */
  function other(one, id, now) {
    const text = typeof now === "string" ? now : JSON.stringify(now);
    one.said.append(
      made("p", {}, word("ui_stands", { now: text || word("ui_nothing") })),
      button(word("ui_keep_theirs"), () => {
        one.dirty = false;
        one.said.replaceChildren();
        refresh();
      }),
      button(word("ui_keep_mine"), () => {
        const fresh = freshCell(id);
        if (fresh) one.cell = fresh;
        void save(id, true);
      })
    );
  }

  /** @param {string} id */
  function freshCell(id) {
    for (const each of sheet ? sheet.parts : [])
      for (const group of each.groups)
        for (const field of group.fields)
          for (const cell of field.cells)
            if (idOf(cell) + keyOf(field, group) === id) return cell;
    return null;
  }

  /**
   * Fields of the same place in the file, of which each option has its own.
   * @param {FieldMessage} field
   * @param {GroupMessage} group
   */
  const keyOf = (field, group) => (field.kind === "standing" ? "|" + group.place[group.place.length - 1] : "");

  // The form of a part

  /** @param {GroupMessage} group */
  function heading(group) {
    const text = word(group.name) + (group.title ? ": " + group.title : "");
    const tools = made("div", { class: "pv-row" });
    const kind = group.take;
    const part = kind === "scene" && sheet ? sheet.parts.find((one) => one.groups.includes(group)) : undefined;
    const what = part ? word("part_scene") + " " + part.title : group.title || word(group.name);
    if (group.moves) {
      const moved = kind || "scene";
      tools.append(
        button("↑", () => act({ do: "move", what: moved, place: group.place, steps: -1 }), {
          "aria-label": word("ui_up", { what: what }),
        }),
        button("↓", () => act({ do: "move", what: moved, place: group.place, steps: 1 }), {
          "aria-label": word("ui_down", { what: what }),
        })
      );
    }
    if (kind)
      tools.append(
        button("×", () => act({ do: "take", what: kind, place: group.place }), {
          "aria-label": word("ui_take", { what: what }),
          title: word("ui_sure"),
        })
      );
    return made("div", { class: "bn-heading" }, made("h3", {}, text), tools);
  }

  /**
   * Another id for what a group is of.
   * @param {GroupMessage} group
   */
  function renamer(group) {
    const how = word("ui_rename_how");
    const name = /** @type {HTMLInputElement} */ (
      made("input", { autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-label": how, placeholder: how })
    );
    name.value = group.own_id;
    const said = made("p", { role: "alert", class: "bn-refused" });
    const form = made("form", { class: "pv-row" }, name, made("button", {}, word("ui_rename_now")), said);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const { refused, part: to } = await ask({ do: "rename", what: group.what, place: group.place, name: name.value.trim() });
      said.textContent = refused ? refused.why[language] : "";
      if (refused) return;
      status.textContent = word("ui_saved");
      if (to) show(to);
      else refresh();
    });
    return made("details", { class: "bn-adder" }, made("summary", {}, word("ui_rename", { id: group.own_id })), form);
  }

  /**
   * @param {string} what
   * @param {GroupMessage} group
   */
  function adder(what, group) {
    const words = made("input", { autocomplete: "off", "aria-label": word("ui_words"), placeholder: word("ui_words") });
    const kind = /** @type {HTMLSelectElement} */ (made("select", { "aria-label": word("label_kind") }));
    kind.append(...list("kind").map((one) => new Option(one.name[language], one.code)));
    const said = made("p", { role: "alert", class: "bn-refused" });
    const inside = [words, ...(what === "decision" ? [kind] : []), made("button", {}, word("ui_add_now")), said];
    const form = made("form", { class: "pv-row" }, ...inside);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const value = /** @type {HTMLInputElement} */ (words).value;
      const place = group.place;
      const { refused, part: to } = await ask({ do: "add", what: what, place: place, words: value, kind: kind.value });
      said.textContent = refused ? refused.why[language] : "";
      if (!refused) {
        status.textContent = word("ui_saved");
        if (to && to !== open) show(to);
        else refresh(true);
      }
    });
    return made("details", { class: "bn-adder" }, made("summary", {}, word("ui_add_" + what)), form);
  }

  /**
   * @param {FieldMessage} field
   * @param {GroupMessage} group
   */
  function fieldOf(field, group) {
    const label = word("label_" + field.name);
    const help = books && (books.help[field.name] || books.help[field.name.replace(/^(decision|scene|option)_/, "")]);
    const head = made("div", { class: "bn-label" }, made("span", { class: "bn-name" }, label));
    if (help)
      head.append(made("details", { class: "bn-help" }, made("summary", { "aria-label": label + " ?" }, "?"), help[language]));
    if (field.splits)
      head.append(
        button(word(field.varies ? "ui_join" : "ui_split"), () => act({ do: field.varies ? "join" : "split", field: field.id }))
      );
    const cells = made("div", { class: "bn-cells" });
    cells.classList.toggle("bn-two", field.cells.length > 1);
    const ordered = field.cells.slice().sort((one, two) => order(field, one) - order(field, two));
    for (const cell of ordered) {
      const id = idOf(cell) + keyOf(field, group);
      const made_ = control(id, field, here, () => void save(id));
      const said = made("div", { class: "bn-refused", role: "alert" });
      const names = [books && cell.language ? books.languages[cell.language] : "", cell.variant && word("ui_variant", { name: cell.variant })];
      const caption = names.filter(Boolean).join(", ");
      const box = made("div", { class: "bn-cell" });
      const simple = ["INPUT", "TEXTAREA"].includes(made_.el.tagName);
      const target = simple ? made_.el : made_.el.querySelector("select, input");
      const name = label + (caption ? ", " + caption : "");
      if (["codes", "uses", "order", "lines"].includes(field.kind)) {
        made_.el.setAttribute("role", "group");
        made_.el.setAttribute("aria-label", group.title ? group.title + ": " + name : name);
      } else if (field.kind !== "ways" && field.kind !== "moves" && target) {
        target.setAttribute("aria-label", (group.title && !group.title.includes(name) ? group.title + ": " : "") + name);
      }
      if (caption) box.append(made("span", { class: "bn-caption" }, caption));
      box.append(made_.el, said);
      const one = { cell: cell, field: field, control: made_, dirty: false, said: said, place: group.place, saved: Promise.resolve() };
      made_.show(cell);
      shown.set(id, one);
      box.addEventListener("input", () => void (one.dirty = true));
      box.addEventListener("change", (event) => {
        const target_ = /** @type {HTMLElement} */ (event.target);
        if (!target_.closest(".bn-picker")) void save(id);
      });
      cells.append(box);
    }
    return made(
      "div",
      { class: "bn-field", "data-field": field.id },
      head,
      cells,
      made("ul", { class: "bn-findings" })
    );
  }

  /**
   * Row by row: a variant after the other, its languages side by side.
   * @param {FieldMessage} field
   * @param {CellMessage} cell
   */
  const order = (field, cell) => {
    const variants = Array.from(new Set(field.cells.map((one) => one.variant)));
    const languages = Array.from(new Set(field.cells.map((one) => one.language)));
    return variants.indexOf(cell.variant) * 100 + languages.indexOf(cell.language);
  };

  /** @param {string} id */
  const errorsOf = (id) => findings.filter((one) => one.part === id && one.level === "error").length;

  /** What a part is made of, without what its cells hold: where that is the same, the form stays. */
  function shape() {
    const one = sheet && sheet.parts.find((each) => each.id === open);
    if (!one || !sheet) return "";
    const bare = one.groups.map((group) => ({
      ...group,
      title: group.name === "group_option" ? group.place : group.title,
      fields: group.fields.map((field) => ({ ...field, cells: field.cells.map((cell) => [cell.path, cell.variant]) })),
    }));
    return JSON.stringify([open, language, bare, sheet.parts.map((each) => each.id), Object.keys(sheet.lists)]);
  }

  /** @param {boolean} [anew] */
  function refresh(anew = false) {
    if (!sheet || !books) return;
    if (!sheet.parts.some((one) => one.id === open)) open = "case";
    const now = shape();
    if (anew || now !== built) build(now);
    else
      for (const each of sheet.parts.filter((one) => one.id === open))
        for (const group of each.groups)
          for (const field of group.fields)
            for (const cell of field.cells) {
              const one = shown.get(idOf(cell) + keyOf(field, group));
              if (!one || one.dirty) continue;
              const changed = JSON.stringify([one.cell.value, one.cell.hint]) !== JSON.stringify([cell.value, cell.hint]);
              one.cell = cell;
              one.field = field;
              if (changed) one.control.show(cell);
            }
    tell();
    history();
  }

  /** @param {string} now */
  function build(now) {
    const held = document.activeElement && document.activeElement.id;
    const drafts = Array.from(shown)
      .filter(([, one]) => one.dirty && (one.field.kind === "line" || one.field.kind === "prose"))
      .map(([id, one]) => /** @type {[string, string]} */ ([id, String(one.control.value())]));
    shown.clear();
    built = now;
    const one = sheet && sheet.parts.find((each) => each.id === open);
    if (!one || !sheet) return;
    const select = /** @type {HTMLSelectElement} */ (made("select", { id: "bn-part" }));
    select.append(...sheet.parts.map((each) => new Option(nameOf(each), each.id)));
    select.value = open;
    select.addEventListener("change", () => show(select.value));
    const at = sheet.parts.indexOf(one);
    const step = (/** @type {number} */ by) => sheet && sheet.parts[at + by] && show(sheet.parts[at + by].id);
    const nav = made(
      "nav",
      { class: "bn-nav", "aria-label": word("ui_parts") },
      button("←", () => step(-1), { disabled: at === 0, "aria-label": "←" }),
      made("label", {}, made("span", {}, word("ui_parts")), select),
      button("→", () => step(1), { disabled: at === sheet.parts.length - 1, "aria-label": "→" })
    );
    if (open.startsWith("scene."))
      nav.append(button(word("ui_jump"), () => play(open.slice("scene.".length))));
    const groups = one.groups.map((group) =>
      made(
        "section",
        { class: "bn-group", "data-group": group.name },
        heading(group),
        ...group.fields.map((field) => fieldOf(field, group)),
        ...(group.own_id ? [renamer(group)] : []),
        ...group.adds.map((what) => adder(what, group))
      )
    );
    const head = made("h2", { tabindex: "-1" }, nameOf(one));
    const found = made("ul", { class: "bn-findings", "data-part": open });
    const next = sheet.parts[at + 1];
    const on = next ? [button(word("ui_next", { what: nameOf(next) }), () => step(1), { "data-next": true })] : [];
    write.replaceChildren(nav, head, found, ...groups, ...on);
    for (const [id, text] of drafts) {
      const again = shown.get(id);
      if (!again) continue;
      again.control.show({ ...again.cell, value: text });
      again.dirty = true;
    }
    if (held) document.getElementById(held)?.focus();
  }

  /** @param {import("../bench/messages").PartMessage} one */
  function nameOf(one) {
    const count = errorsOf(one.id);
    const title = one.title ? word(one.name) + ": " + one.title : word(one.name);
    return title + (count ? " (" + count + ")" : "");
  }

  /**
   * What a field, or a part, is called in a list.
   * @param {string} to
   * @param {string} field
   */
  function titleOf(to, field) {
    const one = sheet && sheet.parts.find((each) => each.id === to);
    if (!one) return "";
    const title = one.title ? word(one.name) + ": " + one.title : word(one.name);
    for (const group of one.groups)
      for (const own of group.fields)
        if (own.id === field) return [title, group.title, word("label_" + own.name)].filter(Boolean).join(" › ");
    return title;
  }

  /** Put each finding and each open comment beside its field, and the number of errors beside the name of each part. */
  function tell() {
    const held = document.activeElement && document.activeElement.id;
    for (const place of Array.from(write.querySelectorAll(".bn-findings"))) place.replaceChildren();
    for (const one of findings.filter((each) => each.part === open)) {
      const field = one.field && write.querySelector(`[data-field="${CSS.escape(one.field)}"]`);
      const place = (field || write).querySelector(field ? ".bn-findings" : ".bn-findings[data-part]");
      const level = word(one.level === "error" ? "ui_error" : "ui_warning");
      place?.append(
        made("li", { "data-level": one.level }, made("b", {}, level + ": "), one.found[language] + ". " + one.remedy[language] + ".")
      );
    }
    for (const one of round.open().filter((each) => each.part === open)) {
      const field = one.field && write.querySelector(`[data-field="${CSS.escape(one.field)}"]`);
      (field || write).querySelector(field ? ".bn-findings" : ".bn-findings[data-part]")?.append(round.item(one));
    }
    if (view === "round") places.round.replaceChildren(...round.page());
    if (held) document.getElementById(held)?.focus();
    const select = /** @type {HTMLSelectElement | null} */ (write.querySelector("#bn-part"));
    for (const option of select ? Array.from(select.options) : []) {
      const one = sheet && sheet.parts.find((each) => each.id === option.value);
      if (one) option.textContent = nameOf(one);
    }
    if (view === "map" && sheet) places.map.replaceChildren(mapOf(sheet.map, errorsOf, show, word));
  }

  /**
   * Open a part, and in it a field.
   * @param {string} to
   * @param {string} [field]
   */
  function show(to, field = "") {
    open = to;
    view = "write";
    draw();
    refresh();
    const place = field && write.querySelector(`[data-field="${CSS.escape(field)}"]`);
    const target = place ? place.querySelector("input, textarea, select, summary") : write.querySelector("h2");
    /** @type {HTMLElement | null} */ (target)?.focus();
    place && place.scrollIntoView({ block: "center" });
  }

  /** @param {string} scene */
  async function play(scene) {
    await ask({ do: "play", scene: scene });
    status.textContent = "";
    view = "play";
    draw();
  }

  /** @param {Record<string, unknown>} content */
  async function act(content) {
    const { refused, part: to } = await ask(content);
    status.textContent = refused ? refused.why[language] : word("ui_saved");
    if (!refused && to && to !== open && sheet && sheet.parts.some((one) => one.id === to)) show(to);
    else refresh();
  }

  /** The author's guide: each heading with its paragraphs. */
  function guide() {
    const names = Object.keys(books ? books.words : {}).filter((name) => /^how_[a-z]+$/.test(name));
    return names.map((name) =>
      made(
        "section",
        { class: "bn-group" },
        made("h2", {}, word(name)),
        ...word(name + "_text").split("\n\n").map((text) => made("p", {}, text))
      )
    );
  }

  // The bar

  function draw() {
    const has = Boolean(sheet);
    start.hidden = has || Boolean(nothing && nothing.case);
    for (const [name, place] of Object.entries(places)) place.hidden = !(has || name === "play") || view !== name || !start.hidden;
    if (!has && nothing && nothing.case) places.play.hidden = false;
    const tabs = [["write", "ui_write"], ["map", "ui_map"], ["play", "ui_play"], ["round", "ui_round"], ["how", "ui_how"]].map(([name, text]) =>
      button(
        word(text),
        () => {
          view = name;
          draw();
          tell();
        },
        { "aria-pressed": String(view === name) }
      )
    );
    redraw(part(document, "#bn-tabs"), has ? tabs : []);
    const languages = Object.entries(books ? books.languages : {}).map(([tag, name]) =>
      button(name, () => line.speaks(tag), { lang: tag, "aria-pressed": String(tag === language) })
    );
    const bar = part(document, "#bn-languages");
    bar.setAttribute("aria-label", word("ui_language"));
    redraw(bar, languages);
    places.how.replaceChildren(...guide());
    places.round.replaceChildren(...round.page());
    part(document, "#bn-again").replaceChildren(button(word("ui_restart"), () => play("")));
    history();
  }

  /**
   * Put new buttons into a bar; that which was in use stays so.
   * @param {HTMLElement} bar
   * @param {HTMLElement[]} buttons
   */
  function redraw(bar, buttons) {
    const held = Array.from(bar.children).indexOf(/** @type {Element} */ (document.activeElement));
    bar.replaceChildren(...buttons);
    if (held >= 0 && buttons[held]) buttons[held].focus();
  }

  function history() {
    const state = sheet || nothing;
    const steps = [["undo", Boolean(state && state.undo)], ["redo", Boolean(state && state.redo)]];
    const bar = part(document, "#bn-history");
    redraw(
      bar,
      state && (state.case || state.undo)
        ? steps.map(([name, can]) => button(word("ui_" + name), () => act({ do: String(name) }), { disabled: !can }))
        : []
    );
  }

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
    event.preventDefault();
    for (const [id, one] of shown) if (one.dirty) void save(id);
  });
  window.addEventListener("beforeunload", (event) => {
    if (Array.from(shown.values()).some((one) => one.dirty)) event.preventDefault();
  });

  return {
    /** @param {BenchMessage} message */
    hear(message) {
      if (message.kind === "done" || message.kind === "not_done") {
        const tell_ = waiting.get(message.request);
        waiting.delete(message.request);
        if (tell_) tell_(message.kind === "not_done" ? message : null, message.kind === "done" ? message.part : "");
      } else if (message.kind === "problems") {
        findings = message.problems;
        tell();
      } else if (message.kind === "round") {
        round.hear(message);
        tell();
      } else if (message.kind === "books") {
        books = message;
        draw();
        refresh(true);
      } else if (message.kind === "sheet") {
        const first = !sheet;
        sheet = message;
        nothing = null;
        part(document, "#pv-name").textContent = ": " + message.case;
        if (wanted) open = wanted;
        wanted = "";
        if (first) draw();
        refresh();
      } else {
        nothing = message;
        sheet = null;
        built = "";
        write.replaceChildren(made("p", {}, word("ui_broken")));
        start.replaceChildren(...(message.case ? [] : [...startOf(message, asking), ...guide()]));
        draw();
      }
    },
    /** @param {string} to */
    speak(to) {
      language = to;
      draw();
      if (nothing && !nothing.case) start.replaceChildren(...startOf(nothing, asking), ...guide());
      refresh();
    },
    /** @param {boolean} is */
    connected(is) {
      if (is) {
        if (status.textContent === word("ui_offline")) status.textContent = "";
        return;
      }
      for (const [request, tell_] of waiting) {
        waiting.delete(request);
        tell_({ kind: "not_done", request: request, why: books ? books.words.ui_offline : {} }, "");
      }
      status.textContent = word("ui_offline");
    },
    /** @param {FindingMessage} finding */
    way(finding) {
      if (!finding.part) return null;
      return button(word("ui_go_there"), () => show(finding.part, finding.field));
    },
  };
}

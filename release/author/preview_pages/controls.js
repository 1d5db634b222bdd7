// @ts-check
// What a value is written with: one control a kind of field. Words of an author are always set as text.

import { button, made } from "./elements.js";

/** @typedef {import("../bench/messages").ChoiceMessage} ChoiceMessage */
/** @typedef {import("../bench/messages").FieldMessage} FieldMessage */
/** @typedef {import("../bench/messages").CellMessage} CellMessage */

/**
 * What a control needs to know of the bench.
 * @typedef {object} Surroundings
 * @property {(name: string, values?: Record<string, string | number>) => string} word
 * @property {(name: string) => ChoiceMessage[]} list
 * @property {() => string} language
 * @property {() => string[]} conditions
 * @property {(kind: string) => HTMLElement | null} maker
 */

/**
 * A control: its element, what it holds, and how it is told what the file says.
 * @typedef {object} Control
 * @property {HTMLElement} el
 * @property {() => unknown} value
 * @property {(cell: CellMessage) => void} show
 */

/** @param {unknown} value */
const words = (value) => (typeof value === "string" ? value : value == null ? "" : String(value));
/** @param {unknown} value */
const items = (value) => (Array.isArray(value) ? value : []);

/**
 * @param {string} id
 * @param {boolean} long
 * @param {string} [type]  of an input that is not long
 * @returns {Control}
 */
function textControl(id, long, type = "text") {
  const el = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (
    made(long ? "textarea" : "input", { id: id, autocomplete: "off", spellcheck: "true", ...(long ? {} : { type: type }) })
  );
  if (long) el.addEventListener("input", () => grow(el));
  return {
    el: el,
    value: () => el.value,
    show(cell) {
      el.value = words(cell.value);
      el.placeholder = cell.hint;
      if (cell.language) el.lang = cell.language;
      if (long) grow(el);
    },
  };
}

/** @param {HTMLInputElement | HTMLTextAreaElement} el */
function grow(el) {
  const text = el.value || el.placeholder;
  const lines = text.split("\n").reduce((sum, line) => sum + Math.ceil((line.length + 1) / 48), 0);
  el.setAttribute("rows", String(Math.max(2, Math.min(lines + 1, 24))));
}

/**
 * @param {string} id
 * @returns {Control}
 */
function numberControl(id) {
  const el = /** @type {HTMLInputElement} */ (made("input", { id: id, type: "number", step: "any", class: "bn-number" }));
  return {
    el: el,
    value: () => (el.value === "" ? null : Number(el.value)),
    show: (cell) => void (el.value = words(cell.value)),
  };
}

/**
 * @param {HTMLSelectElement} el
 * @param {ChoiceMessage[]} choices
 * @param {string} chosen
 * @param {string | null} nothing  what stands for no code, null where one has to be chosen
 * @param {string} language
 */
function fill(el, choices, chosen, nothing, language) {
  const known = choices.map((one) => new Option(one.name[language], one.code));
  if (nothing !== null || chosen === "") known.unshift(new Option(nothing || "…", ""));
  if (chosen && !choices.some((one) => one.code === chosen)) known.push(new Option(chosen, chosen));
  el.replaceChildren(...known);
  el.value = chosen;
}

/**
 * @param {string} id
 * @param {FieldMessage} field
 * @param {Surroundings} here
 * @returns {Control}
 */
function choiceControl(id, field, here) {
  const select = /** @type {HTMLSelectElement} */ (made("select", { id: id }));
  const about = made("p", { class: "bn-about" });
  const explain = () => {
    const chosen = here.list(field.choices).find((one) => one.code === select.value);
    about.textContent = chosen ? chosen.about[here.language()] : "";
  };
  select.addEventListener("change", explain);
  return {
    el: made("div", {}, select, about),
    value: () => select.value || null,
    show(cell) {
      fill(select, here.list(field.choices), words(cell.value), field.optional ? here.word("ui_none") : null, here.language());
      explain();
    },
  };
}

/**
 * Several codes: those that are chosen, each to be taken out, and a list to search, which explains each.
 * @param {string} id
 * @param {FieldMessage} field
 * @param {Surroundings} here
 * @param {() => void} commit
 * @returns {Control}
 */
function codesControl(id, field, here, commit) {
  const uses = field.kind === "uses";
  /** @type {string[]} */
  let chosen = [];
  const chips = made("ul", { class: "bn-chips" });
  const search = /** @type {HTMLInputElement} */ (
    made("input", { type: "search", "aria-label": here.word("ui_search"), placeholder: here.word("ui_search") })
  );
  const rows = made("ul", { class: "bn-codes" });
  const summary = made("summary", { id: id }, here.word("ui_choose"));
  const maker = here.maker(field.choices);
  const box = /** @type {HTMLDetailsElement} */ (made("details", { class: "bn-picker" }, summary, search, rows));
  if (maker) box.append(maker);
  const set = (/** @type {string[]} */ next) => {
    chosen = next;
    draw();
    commit();
  };
  const bare = (/** @type {string} */ code) => (uses ? code.slice(1) : code);
  const name = (/** @type {string} */ code) => {
    const known = here.list(field.choices).find((one) => one.code === bare(code));
    const sign = uses ? (code[0] === "+" ? here.word("ui_follows") : here.word("ui_breaks")) + ": " : "";
    return sign + (known ? known.name[here.language()] : bare(code));
  };
  const row = (/** @type {ChoiceMessage} */ one) => {
    const text = made("span", {}, one.name[here.language()]);
    if (one.about[here.language()]) text.append(made("small", {}, one.about[here.language()]));
    if (!uses) {
      const tick = /** @type {HTMLInputElement} */ (made("input", { type: "checkbox" }));
      tick.checked = chosen.includes(one.code);
      tick.addEventListener("change", () =>
        set(tick.checked ? chosen.concat([one.code]) : chosen.filter((code) => code !== one.code))
      );
      return made("li", {}, made("label", {}, tick, text));
    }
    const select = /** @type {HTMLSelectElement} */ (made("select", {}));
    const is = chosen.find((code) => bare(code) === one.code);
    select.append(
      new Option(here.word("ui_none"), ""),
      new Option(here.word("ui_follows"), "+"),
      new Option(here.word("ui_breaks"), "-")
    );
    select.value = is ? is[0] : "";
    select.addEventListener("change", () => {
      const others = chosen.filter((code) => bare(code) !== one.code);
      set(select.value ? others.concat([select.value + one.code]) : others);
    });
    return made("li", {}, made("label", {}, select, text));
  };
  const draw = () => {
    chips.replaceChildren(
      ...chosen.map((code) => {
        const take = button("×", () => set(chosen.filter((other) => other !== code)), {
          "aria-label": here.word("ui_take", { what: name(code) }),
        });
        return made("li", {}, made("span", {}, name(code)), take);
      })
    );
    if (!box.open) return;
    const wanted = search.value.toLowerCase();
    const fits = here.list(field.choices).filter((one) => {
      const text = one.code + " " + one.name[here.language()] + " " + one.about[here.language()];
      return text.toLowerCase().includes(wanted);
    });
    const held = document.activeElement;
    const at = Array.from(rows.querySelectorAll("input, select")).indexOf(/** @type {Element} */ (held));
    rows.replaceChildren(...fits.map(row));
    if (at >= 0) /** @type {HTMLElement} */ (rows.querySelectorAll("input, select")[at])?.focus();
  };
  search.addEventListener("input", draw);
  box.addEventListener("toggle", draw);
  return {
    el: made("div", {}, chips, box),
    value: () => chosen,
    show(cell) {
      chosen = items(cell.value).map(words);
      draw();
    },
  };
}

/**
 * @param {string} id
 * @param {Surroundings} here
 * @returns {Control}
 */
function linesControl(id, here) {
  const inputs = [0, 1, 2, 3, 4].map((at) =>
    /** @type {HTMLInputElement} */ (made("input", { id: at ? id + at : id, "aria-label": String(at + 1) }))
  );
  void here;
  return {
    el: made("div", { class: "bn-lines" }, ...inputs),
    value: () => inputs.map((one) => one.value.trim()).filter(Boolean),
    show: (cell) => inputs.forEach((one, at) => void (one.value = words(items(cell.value)[at]))),
  };
}

/**
 * @param {string} id
 * @param {FieldMessage} field
 * @param {Surroundings} here
 * @param {() => void} commit
 * @returns {Control}
 */
function orderControl(id, field, here, commit) {
  /** @type {string[]} */
  let order = [];
  const el = made("ol", { id: id, class: "bn-order" });
  const name = (/** @type {string} */ code) => {
    const known = here.list(field.choices).find((one) => one.code === code);
    return known ? known.name[here.language()] : code;
  };
  const move = (/** @type {number} */ at, /** @type {number} */ by) => {
    const [one] = order.splice(at, 1);
    order.splice(at + by, 0, one);
    draw();
    commit();
    /** @type {HTMLElement} */ (el.children[at + by].querySelector("button:not([disabled])")).focus();
  };
  const draw = () =>
    el.replaceChildren(
      ...order.map((code, at) =>
        made(
          "li",
          {},
          made("span", {}, name(code)),
          button("↑", () => move(at, -1), { disabled: at === 0, "aria-label": here.word("ui_up", { what: name(code) }) }),
          button("↓", () => move(at, 1), {
            disabled: at === order.length - 1,
            "aria-label": here.word("ui_down", { what: name(code) }),
          })
        )
      )
    );
  return {
    el: el,
    value: () => order.slice(),
    show(cell) {
      order = items(cell.value).map(words);
      draw();
    },
  };
}

/**
 * @param {string} id
 * @param {FieldMessage} field
 * @param {Surroundings} here
 * @returns {Control}
 */
function standingControl(id, field, here) {
  const select = /** @type {HTMLSelectElement} */ (made("select", { id: id }));
  const weight = /** @type {HTMLInputElement} */ (
    made("input", { type: "number", step: "any", min: "0", class: "bn-number", "aria-label": here.word("ui_standing_weight") })
  );
  const weighs = () => {
    const of = field.choices.includes("wrong") ? ["right", "wrong"] : ["partial"];
    weight.hidden = !of.includes(select.value);
  };
  select.addEventListener("change", weighs);
  return {
    el: made("div", { class: "pv-row" }, select, weight),
    value: () => ({ is: select.value, weight: weight.value === "" ? null : Number(weight.value) }),
    show(cell) {
      const said = /** @type {{is: string, weight?: number}} */ (cell.value);
      const names = field.choices.split(",");
      // Where one answer is right, what is neither right nor partly right is wrong, to whoever plays and reviews.
      const shown = (/** @type {string} */ one) => (one === "neutral" && !names.includes("wrong") ? "wrong" : one);
      select.replaceChildren(...names.map((one) => new Option(here.word("ui_standing_" + shown(one)), one)));
      select.value = said.is;
      weight.value = said.weight == null ? "" : String(said.weight);
      weighs();
    },
  };
}

/**
 * Ways on, or changes of counters: a row each, with its condition.
 * @param {string} id
 * @param {FieldMessage} field
 * @param {Surroundings} here
 * @param {() => void} commit
 * @returns {Control}
 */
function rowsControl(id, field, here, commit) {
  const ways = field.kind === "ways";
  const rows = made("ul", { class: "bn-ways" });
  const known = made("datalist", { id: id + "-known" });
  /** @param {any} [said] */
  const add = (said = {}) => {
    const condition = /** @type {HTMLInputElement} */ (
      made("input", { list: id + "-known", "aria-label": here.word("ui_if"), placeholder: here.word("ui_always") })
    );
    condition.value = words(said.if);
    const goal = /** @type {HTMLSelectElement} */ (made("select", { "aria-label": here.word(ways ? "ui_go" : "label_effects") }));
    const [counter, by] = Object.entries(said.add || {})[0] || ["", 1];
    fill(goal, here.list(field.choices), ways ? words(said.go) : counter, null, here.language());
    const inside = [made("span", {}, here.word("ui_if")), condition, made("span", {}, here.word(ways ? "ui_go" : "ui_by")), goal];
    const amount = /** @type {HTMLInputElement} */ (
      made("input", { type: "number", step: "1", class: "bn-number", "aria-label": here.word("ui_by") })
    );
    amount.value = String(by);
    const more = Object.entries(said.add || {}).slice(1);
    if (!ways) inside.splice(2, 2, goal, made("span", {}, here.word("ui_by")), amount);
    const row = made("li", {}, ...inside);
    row.append(
      button("×", () => {
        row.remove();
        commit();
      }, { "aria-label": here.word("ui_take", { what: condition.value || here.word("ui_always") }) })
    );
    Object.assign(row, {
      said: () => {
        const asks = condition.value.trim() ? { if: condition.value.trim() } : {};
        if (ways) return { ...asks, go: goal.value };
        return { ...asks, add: { [goal.value]: Number(amount.value), ...Object.fromEntries(more) } };
      },
    });
    rows.append(row);
  };
  const el = made("div", { id: id }, known, rows, button(here.word(ways ? "ui_add_way" : "ui_add_move"), () => add()));
  return {
    el: el,
    value: () =>
      Array.from(rows.children)
        .map((row) => /** @type {any} */ (row).said())
        .filter((said) => (ways ? said.go : Object.keys(said.add)[0])),
    show(cell) {
      known.replaceChildren(...here.conditions().map((one) => new Option(one, one)));
      rows.replaceChildren();
      items(cell.value).forEach(add);
    },
  };
}

/**
 * @param {FieldMessage} field
 * @param {Surroundings} here
 * @returns {Control}
 */
function wordControl(field, here) {
  const text = made("p", {});
  const about = made("p", { class: "bn-about" });
  return {
    el: made("div", {}, text, about),
    value: () => null,
    show(cell) {
      const known = here.list(field.choices).find((one) => one.code === cell.value);
      text.textContent = known ? known.name[here.language()] : words(cell.value);
      about.textContent = known ? known.about[here.language()] : "";
    },
  };
}

/**
 * The control of a cell. commit: to be called where a change makes no event of its own.
 * @param {string} id
 * @param {FieldMessage} field
 * @param {Surroundings} here
 * @param {() => void} commit
 * @returns {Control}
 */
export function control(id, field, here, commit) {
  if (field.kind === "line" || field.kind === "prose") return textControl(id, field.kind === "prose");
  if (field.kind === "date") return textControl(id, false, "date");
  if (field.kind === "number") return numberControl(id);
  if (field.kind === "choice") return choiceControl(id, field, here);
  if (field.kind === "codes" || field.kind === "uses") return codesControl(id, field, here, commit);
  if (field.kind === "lines") return linesControl(id, here);
  if (field.kind === "order") return orderControl(id, field, here, commit);
  if (field.kind === "standing") return standingControl(id, field, here);
  if (field.kind === "ways" || field.kind === "moves") return rowsControl(id, field, here, commit);
  return wordControl(field, here);
}

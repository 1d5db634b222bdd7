// @ts-check
// The review round at the bench: what reviewers said, who agreed, what is lacking, and what changed since.

import { button, made } from "./elements.js";

/** @typedef {import("../bench/messages").RoundMessage} RoundMessage */
/** @typedef {import("../bench/messages").CommentMessage} CommentMessage */
/** @typedef {import("../bench/messages").SignerMessage} SignerMessage */

const SIGNS = { agrees: "✓", objects: "✗", changed: "↻", lacking: "–" };

/**
 * What the round needs to know of the bench.
 * @typedef {object} Around
 * @property {(name: string, values?: Record<string, string | number>) => string} word
 * @property {() => string} language
 * @property {(content: Record<string, unknown>) => Promise<string>} ask  what it was refused with, "" for nothing
 * @property {(part: string, field: string) => void} show
 * @property {(part: string, field: string) => string} nameOf
 */

/** @param {Around} around */
export function roundOf(around) {
  const { word, ask } = around;
  /** @type {RoundMessage | null} */
  let round = null;
  /**
   * Answers that were begun, by the number of their comment.
   * @type {Map<number, string>}
   */
  const begun = new Map();

  /** @param {Record<string, string>} texts */
  const said = (texts) => texts[around.language()] || "";

  /** @param {CommentMessage} one */
  const headOf = (one) =>
    [
      "#" + one.number,
      said(one.role),
      said(one.question) + (one.objects ? ", " + word("ui_objection") : ""),
      one.variant ? word("ui_variant", { name: one.variant }) : "",
      one.day,
    ]
      .filter(Boolean)
      .join(" · ");

  /**
   * A comment, with an answer to be written where it is open.
   * @param {CommentMessage} one
   * @param {boolean} [leads]  whether it leads to its place
   */
  function item(one, leads = false) {
    const lines = [made("b", {}, headOf(one)), made("p", { class: "bn-said" }, one.text)];
    if (one.has_changed) lines.push(made("p", { class: "bn-about" }, word("ui_text_changed")));
    if (leads && one.part)
      lines.push(button(around.nameOf(one.part, one.field), () => around.show(one.part, one.field)));
    if (one.answer) {
      lines.push(made("p", { class: "bn-said" }, word("ui_answer") + ": " + one.answer));
      return made("li", { "data-level": "comment" }, ...lines);
    }
    const label = word("ui_answer_to", { number: one.number });
    const id = (leads ? "answer-" : "beside-") + one.number;
    const answer = /** @type {HTMLTextAreaElement} */ (
      made("textarea", { id: id, rows: "2", maxlength: "4000", "aria-label": label, placeholder: word("ui_answer_how") })
    );
    answer.value = begun.get(one.number) || "";
    answer.addEventListener("input", () => void begun.set(one.number, answer.value));
    const refused = made("p", { role: "alert", class: "bn-refused" });
    const form = made("form", { class: "bn-answer" }, answer, made("button", {}, word("ui_settle")), refused);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      refused.textContent = await ask({ do: "settle", number: one.number, answer: answer.value });
      if (!refused.textContent) begun.delete(one.number);
    });
    return made("li", { "data-level": "comment" }, ...lines, form);
  }

  /**
   * @param {string} heading
   * @param {...(Node | string)} inside
   */
  const section = (heading, ...inside) => made("section", { class: "bn-group" }, made("h2", {}, heading), ...inside);

  /** @param {SignerMessage} one */
  const signer = (one) =>
    made("li", {}, SIGNS[one.state] + " " + said(one.role) + ": " + word("ui_sign_" + one.state));

  /**
   * A button that asks for something, and says beside itself why it was refused.
   * @param {string} text
   * @param {Record<string, unknown>} content
   */
  function asker(text, content) {
    const refused = made("span", { role: "alert", class: "bn-refused" });
    return made("p", {}, button(text, async () => void (refused.textContent = await ask(content))), " ", refused);
  }

  /** @param {RoundMessage} now */
  function standing(now) {
    const questions = now.questions.map((one) =>
      made("li", {}, made("b", {}, said(one.name) + ". "), said(one.asks) + ".", made("ul", {}, ...one.signers.map(signer)))
    );
    return section(
      word("ui_round_standing"),
      made("p", {}, word("ui_round_reviewers", { count: now.reviewers })),
      made("ul", {}, ...questions),
      made("h3", {}, word(now.lacking.length ? "ui_round_lacking" : "ui_round_whole")),
      made("ul", {}, ...now.lacking.map((one) => made("li", {}, said(one) + ".")))
    );
  }

  /** @param {RoundMessage} now */
  function changed(now) {
    const rows = now.since.map((one) =>
      made("li", {}, one.part ? button(around.nameOf(one.part, one.field), () => around.show(one.part, one.field)) : one.place)
    );
    if (now.law_changed) rows.push(made("li", {}, word("ui_round_law")));
    return section(
      word("ui_round_since"),
      ...(now.behind ? [made("p", { class: "bn-refused" }, word("ui_round_behind"))] : []),
      ...(rows.length ? [made("ul", {}, ...rows)] : [made("p", {}, word("ui_round_same"))])
    );
  }

  /** @param {RoundMessage} now */
  function link(now) {
    const share = asker(word(now.shared ? "ui_round_shut" : "ui_round_share"), { do: "share", shared: !now.shared });
    return section(
      word("ui_round_link"),
      made("p", {}, word("ui_round_link_how")),
      ...(now.link.includes("//127.0.0.1") ? [made("p", {}, word("ui_round_link_room"))] : []),
      made("p", { class: "bn-link" }, now.link),
      made("p", {}, word(now.shared ? "ui_round_shared" : "ui_round_own")),
      share
    );
  }

  return {
    /** @param {RoundMessage} message */
    hear(message) {
      round = message;
    },
    /** The comments that nobody has settled. */
    open: () => (round ? round.comments.filter((one) => !one.answer) : []),
    item: item,
    /** What is shown of the round as a whole. */
    page() {
      const now = round;
      if (!now) return [];
      if (said(now.fault)) return [section(word("ui_round"), made("p", { class: "bn-refused" }, said(now.fault)))];
      if (!now.open)
        return [section(word("ui_round"), made("p", {}, word("ui_round_none")), asker(word("ui_round_open"), { do: "open_round" }))];
      const open = now.comments.filter((one) => !one.answer);
      const settled = now.comments.filter((one) => one.answer);
      const rest = made("details", {}, made("summary", {}, word("ui_round_settled", { count: settled.length })));
      rest.append(made("ul", {}, ...settled.map((one) => item(one, true))));
      return [
        section(
          word("ui_round_comments", { count: open.length }),
          made("ul", { class: "bn-findings" }, ...open.map((one) => item(one, true))),
          ...(settled.length ? [rest] : [])
        ),
        standing(now),
        changed(now),
        link(now),
      ];
    },
  };
}

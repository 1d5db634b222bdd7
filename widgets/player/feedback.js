// @ts-check
// Feedback in two layers. First how it went, what was chosen and why, what was right, and the child, harm kindly
// before all; the other options, packets, rules, lessons and sources are unfolded by whoever wants them.

import { given, t } from "./app.js";
import { h } from "./dom.js";
import { kindOf } from "./forms.js";
import { lessonButtons } from "./lesson.js";
import { local } from "./paint.js";
import { actions, agreedMark, bar, fold, heading, listOf, primary, sourceList, tag } from "./parts.js";

/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("./dom.js").Child} Child */
/** @typedef {import("../messages").DecisionFeedback} DecisionFeedback */
/** @typedef {import("../messages").FlagNote} FlagNote */
/** @typedef {import("../messages").GistLine} GistLine */
/** @typedef {import("../messages").GistNote} GistNote */
/** @typedef {import("../messages").HandoverNote} HandoverNote */
/** @typedef {import("../messages").OptionNote} OptionNote */
/** @typedef {import("../messages").OrderLine} OrderLine */
/** @typedef {import("../messages").OtherFactsNote} OtherFactsNote */
/** @typedef {import("../messages").OwnNote} OwnNote */
/** @typedef {import("../messages").PartNote} PartNote */
/** @typedef {import("../messages").ReasonNote} ReasonNote */
/** @typedef {import("../messages").RightNote} RightNote */
/** @typedef {import("../messages").RoomNote} RoomNote */

const SIGNS = { right: "✓", partly: "~", wrong: "✗", neutral: "–", harmful: "!" };

/** @param {ShownApp} app */
export function drawFeedbackScreen(app) {
  const due = given(app.view.feedback);
  const onward = () => local(app, () => (app.seen = app.view.play + ":" + due.event));
  return [
    heading("h3", t(app, "feedback_title")),
    h("p", { class: "kl-feedback-ask" }, questionOf(due.note.ask)),
    drawNote(app, due.note),
    actions(app, primary("onward", t(app, "continue"), onward)),
  ];
}

/**
 * A question without the hints that stand after it on its form.
 * @param {string} ask
 */
function questionOf(ask) {
  const end = ask.indexOf("?");
  return end < 0 ? ask : ask.slice(0, end + 1);
}

/**
 * The feedback on one decision.
 * @param {ShownApp} app
 * @param {DecisionFeedback} note
 */
export function drawNote(app, note) {
  const sources = note.options.flatMap((each) => each.sources);
  return [
    note.own ? drawOwn(app, note.own) : null,
    drawGist(app, note.gist),
    agreedMark(app, sources),
    note.room ? fold(app, "room-" + note.decision, t(app, "room_title"), drawRoom(app, note, note.room)) : null,
    fold(app, "options-" + note.decision, t(app, "fold_options"), drawOptions(app, note)),
    fold(app, "basis-" + note.decision, t(app, "fold_basis"), drawBasis(app, note)),
    note.others
      ? fold(app, "others-" + note.decision, t(app, "fold_others"), note.others.map((each) => drawOtherFacts(app, each)))
      : null,
  ];
}

/**
 * In a team: what this member answered alone, before what the team settled on.
 * @param {ShownApp} app
 * @param {OwnNote} own
 */
function drawOwn(app, own) {
  return [
    h(
      "div",
      { class: "kl-team" },
      h("h4", { class: "kl-small-title" }, t(app, "team_own")),
      listOf(own.lines.map((line) => (line.place === null ? "" : line.place + ". ") + line.text)),
      h("p", {}, own.is_same ? t(app, "team_same") : own.words)
    ),
    own.is_same ? null : drawFlags(app, own.harm),
    h("h4", { class: "kl-small-title" }, t(app, "team_together_kicker")),
  ];
}

// The first layer

/**
 * @param {ShownApp} app
 * @param {GistNote} gist
 */
function drawGist(app, gist) {
  const isHarmful = gist.badge === "harm";
  const isToo = gist.chosen.some((line) => line.standing === "right");
  const part = (/** @type {string} */ kind, /** @type {string} */ title, /** @type {Child[]} */ ...content) =>
    h("div", { class: "kl-gist-part kl-gist-" + kind }, h("h4", { class: "kl-part-title" }, title), content);
  const chosen = gist.order.length ? drawOrder(app, gist.order) : gist.chosen.length ? drawLines(app, gist.chosen) : null;
  return [
    h("p", { class: "kl-verdict" }, tag(t(app, "badge_" + gist.badge), gist.badge), " ", gist.points),
    isHarmful ? h("p", { class: "kl-gist-kindly" }, t(app, "gist_harm")) : null,
    chosen ? part(gist.badge, chosenText(app), chosen, drawReason(gist.why)) : drawReason(gist.why),
    gist.right.length
      ? part("right", t(app, isToo ? "gist_right_too" : "gist_right"), drawLines(app, gist.right), drawReason(gist.why_right))
      : null,
    gist.child ? part("child", t(app, "gist_child"), drawReason(gist.child)) : null,
  ];
}

/**
 * @param {ShownApp} app
 * @param {GistLine[]} lines
 */
function drawLines(app, lines) {
  return h(
    "ul",
    { class: "kl-lines" },
    lines.map((line) =>
      h(
        "li",
        { class: "kl-line" },
        h("span", { class: "kl-sign kl-sign-" + line.standing, "aria-hidden": "true" }, SIGNS[line.standing]),
        h("span", { class: "kl-hidden" }, t(app, "standing_" + line.standing) + ": "),
        h("strong", {}, line.text),
        line.remark ? h("span", { class: "kl-muted" }, " (" + line.remark + ")") : null
      )
    )
  );
}

/**
 * An order beside that of the key.
 * @param {ShownApp} app
 * @param {OrderLine[]} lines
 */
function drawOrder(app, lines) {
  const places = /** @type {("yours" | "keys")[]} */ (["yours", "keys"]).filter((name) => lines[0][name] !== null);
  const head = (/** @type {string} */ name) => h("th", { scope: "col" }, t(app, "order_" + name));
  const row = (/** @type {OrderLine} */ line) =>
    h("tr", {}, h("th", { scope: "row" }, line.text), places.map((name) => h("td", {}, String(line[name]))));
  return h(
    "table",
    { class: "kl-order" },
    h("thead", {}, h("tr", {}, head("step"), places.map(head))),
    h("tbody", {}, lines.map(row))
  );
}

/** @param {ReasonNote | null} reason */
export function drawReason(reason) {
  if (!reason) return null;
  return h("p", {}, reason.about ? h("strong", {}, reason.about + ": ") : null, reason.text);
}

/**
 * What did harm, and what was missed: what it was, and why in the case's own words.
 * @param {ShownApp} app
 * @param {FlagNote[]} flags
 */
export function drawFlags(app, flags) {
  if (!flags.length) return null;
  const line = (/** @type {FlagNote} */ flag) =>
    h(
      "li",
      {},
      tag(t(app, "flag_" + flag.grade), flag.grade === "harm" ? "harmful" : "wrong"),
      h("p", {}, h("strong", {}, flag.text)),
      h("p", {}, flag.reason)
    );
  return h(
    "div",
    { class: "kl-flags" },
    h("h4", { class: "kl-small-title" }, t(app, "harm_title")),
    h("p", {}, t(app, "harm_text")),
    h("ul", {}, flags.map(line))
  );
}

// What is unfolded

/**
 * Discussion mode, after the reveal: what the class answered, as bars with their numbers.
 * @param {ShownApp} app
 * @param {DecisionFeedback} note
 * @param {RoomNote} room
 */
function drawRoom(app, note, room) {
  const kind = kindOf(note.kind);
  const counts = room.counts;
  const own = note.own ? note.own.lines.map((each) => each.id) : [];
  // In a team the bars count what each answered alone.
  const isYours = (/** @type {OptionNote} */ each) => (app.view.team ? own.indexOf(each.id) >= 0 : each.chosen);
  const line = (/** @type {OptionNote} */ each) => {
    const count = (counts && counts[each.id]) || 0;
    const percent = Math.round((100 * count) / room.n);
    return h(
      "li",
      { class: "kl-share-line" },
      h(
        "p",
        {},
        each.text,
        isYours(each) && !kind.ordered ? [" ", tag(t(app, "room_yours"))] : null,
        " ",
        h("strong", { class: "kl-share-count" }, t(app, "room_count", { count, n: room.n, percent }))
      ),
      bar(count / room.n)
    );
  };
  return [
    h("p", { class: "kl-muted" }, t(app, counts ? kind.room : "room_few", room)),
    counts && room.uncounted ? h("p", { class: "kl-muted" }, t(app, "room_uncounted")) : null,
    counts ? h("ul", { class: "kl-room" }, note.options.map(line)) : null,
  ];
}

/**
 * Every option, those first that were chosen or right.
 * @param {ShownApp} app
 * @param {DecisionFeedback} note
 */
function drawOptions(app, note) {
  const { ordered } = kindOf(note.kind);
  const telling = (/** @type {OptionNote} */ each) => ordered || each.chosen || each.standing === "right";
  const inOrder = note.options.filter(telling).concat(note.options.filter((each) => !telling(each)));
  return h("ul", { class: "kl-notes" }, inOrder.map((each) => drawOption(app, note, each)));
}

/**
 * Whose choice it was: a team's, or that of whoever plays alone.
 * @param {ShownApp} app
 */
function chosenText(app) {
  return t(app, app.view.team ? "team_chosen" : "gist_chosen");
}

/**
 * @param {ShownApp} app
 * @param {DecisionFeedback} note
 * @param {OptionNote} each
 */
function drawOption(app, note, each) {
  const { ordered } = kindOf(note.kind);
  const handover = note.handovers.find((one) => one.service === each.id);
  return h(
    "li",
    { class: "kl-note kl-note-" + each.standing },
    h(
      "p",
      { class: "kl-note-tags" },
      tag(t(app, "standing_" + each.standing), each.standing),
      each.chosen && !ordered ? [" ", tag(chosenText(app))] : null
    ),
    h("p", { class: "kl-note-text" }, each.text),
    each.why ? h("p", {}, each.why) : null,
    handover ? drawHandoverNote(app, handover) : null
  );
}

/**
 * @param {ShownApp} app
 * @param {HandoverNote} handover
 */
function drawHandoverNote(app, handover) {
  const part = (/** @type {PartNote} */ each) =>
    h(
      "li",
      {},
      each.text + " ",
      tag(t(app, "standing_" + each.standing), each.standing),
      each.chosen ? [" ", tag(chosenText(app))] : null
    );
  const group = (
    /** @type {string} */ title,
    /** @type {PartNote[]} */ parts,
    /** @type {string} */ why
  ) =>
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

/**
 * What the answer turned on: the rules, the lesson, the name of a mistake, the sources.
 * @param {ShownApp} app
 * @param {DecisionFeedback} note
 */
function drawBasis(app, note) {
  const named = note.harm.concat(note.missed).filter((flag) => flag.code);
  const group = (/** @type {string} */ title, /** @type {Child[]} */ content) =>
    content.length ? [h("p", { class: "kl-part-title" }, t(app, title)), content] : null;
  return [
    group(
      "basis_rules",
      note.rules.map((rule) => h("p", {}, rule.text, rule.lab_only ? h("span", { class: "kl-agreed" }, " (" + t(app, "agreed") + ")") : null))
    ),
    lessonButtons(app, [note.competency], note.decision),
    group(
      "basis_error",
      named.map((flag) => h("p", {}, h("strong", {}, flag.name + ". "), flag.why))
    ),
    sourceList(app, note.options.flatMap((each) => each.sources)),
  ];
}

/**
 * After the play: what would have been right had the story gone another way, and why.
 * @param {ShownApp} app
 * @param {OtherFactsNote} other
 */
function drawOtherFacts(app, other) {
  return h(
    "div",
    { class: "kl-others" },
    h("p", {}, other.facts),
    h("p", { class: "kl-part-title" }, t(app, "others_right")),
    h("ul", { class: "kl-notes" }, other.right.map((each) => drawRight(app, each)))
  );
}

/**
 * @param {ShownApp} app
 * @param {RightNote} each
 */
function drawRight(app, each) {
  const text = each.place === null ? each.text : each.place + ". " + each.text;
  return h(
    "li",
    { class: "kl-note kl-note-right" },
    h("p", { class: "kl-note-text" }, text),
    each.urgency ? h("p", {}, t(app, "feedback_urgency") + ": " + each.urgency) : null,
    each.packet.length
      ? [h("p", {}, t(app, "feedback_packet") + ":"), h("ul", {}, each.packet.map((fact) => h("li", {}, fact)))]
      : null,
    each.why.map((why) => h("p", {}, why))
  );
}

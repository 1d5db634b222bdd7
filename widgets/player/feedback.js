// @ts-check
// Feedback: what could hurt a child first, and kindly; then the score, then every option with its why.

import { given, t } from "./app.js";
import { h } from "./dom.js";
import { kindOf } from "./forms.js";
import { lessonButtons } from "./lesson.js";
import { local } from "./paint.js";
import { actions, agreedMark, bar, heading, listOf, primary, sourceLine, tag } from "./parts.js";

/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("../messages").DecisionFeedback} DecisionFeedback */
/** @typedef {import("../messages").FlagNote} FlagNote */
/** @typedef {import("../messages").HandoverNote} HandoverNote */
/** @typedef {import("../messages").OptionNote} OptionNote */
/** @typedef {import("../messages").OtherFactsNote} OtherFactsNote */
/** @typedef {import("../messages").OwnNote} OwnNote */
/** @typedef {import("../messages").PartNote} PartNote */
/** @typedef {import("../messages").RightNote} RightNote */
/** @typedef {import("../messages").RoomNote} RoomNote */

/** @param {ShownApp} app */
export function drawFeedbackScreen(app) {
  const due = given(app.view.feedback);
  const onward = () => local(app, () => (app.seen = app.view.play + ":" + due.event));
  return [
    heading("h3", t(app, "feedback_title")),
    h("p", { class: "kl-lead" }, due.note.ask),
    drawNote(app, due.note, due.score),
    actions(app, primary("onward", t(app, "continue"), onward)),
  ];
}

/**
 * The feedback on one decision. score: its figure in words, or "".
 * @param {ShownApp} app
 * @param {DecisionFeedback} note
 * @param {string} score
 */
export function drawNote(app, note, score) {
  return [
    note.own ? drawOwn(app, note.own) : null,
    drawFlags(app, note.harm.concat(note.missed)),
    note.score === null ? (score ? h("p", {}, score) : null) : drawScore(app, note.score, score),
    drawOptions(app, note),
    agreedMark(app, note.options.flatMap((each) => each.sources)),
    lessonButtons(app, [note.competency], note.decision),
    note.room ? drawRoom(app, note, note.room) : null,
    (note.others || []).map((each) => drawOtherFacts(app, each)),
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

/**
 * After the play: what would have been right had the story gone another way, and why.
 * @param {ShownApp} app
 * @param {OtherFactsNote} other
 */
function drawOtherFacts(app, other) {
  return h(
    "div",
    { class: "kl-others" },
    h("h4", { class: "kl-small-title" }, t(app, "others_title")),
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
    each.why.map((why) => h("p", {}, why)),
    sourceLine(app, each.sources)
  );
}

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
    h("h4", { class: "kl-small-title" }, t(app, "room_title")),
    h("p", { class: "kl-muted" }, t(app, counts ? kind.room : "room_few", room)),
    counts && room.uncounted ? h("p", { class: "kl-muted" }, t(app, "room_uncounted")) : null,
    counts ? h("ul", { class: "kl-room" }, note.options.map(line)) : null,
  ];
}

/**
 * What did harm, and what was missed, each of its grade.
 * @param {ShownApp} app
 * @param {FlagNote[]} flags
 */
export function drawFlags(app, flags) {
  const group = (
    /** @type {FlagNote["grade"]} */ grade,
    /** @type {string} */ title,
    /** @type {string} */ text
  ) => {
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

/**
 * @param {ShownApp} app
 * @param {FlagNote} flag
 */
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

/**
 * @param {ShownApp} app
 * @param {number} score from 0 to 1
 * @param {string} text
 */
function drawScore(app, score, text) {
  const name = h("span", { class: "kl-hidden" }, t(app, "feedback_score") + ": ");
  return h("div", { class: "kl-score" }, h("p", {}, name, text), bar(score));
}

/**
 * @param {ShownApp} app
 * @param {DecisionFeedback} note
 */
function drawOptions(app, note) {
  const { ordered } = kindOf(note.kind);
  const telling = (/** @type {OptionNote} */ each) => ordered || each.chosen || each.standing === "right";
  const rest = note.options.filter((each) => !telling(each));
  const draw = (/** @type {OptionNote} */ each) => drawOption(app, note, each);
  if (!note.options.length) return null;
  return [
    h("h4", { class: "kl-small-title" }, t(app, "feedback_options")),
    h("ul", { class: "kl-notes" }, note.options.filter(telling).map(draw)),
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

/**
 * Whose choice it was: a team's, or that of whoever plays alone.
 * @param {ShownApp} app
 * @param {boolean} chosen
 */
function chosenText(app, chosen) {
  if (app.view.team) return t(app, chosen ? "team_chosen" : "team_not_chosen");
  return t(app, chosen ? "feedback_chosen" : "feedback_not_chosen");
}

/**
 * @param {ShownApp} app
 * @param {object} places
 */
function placeText(app, places) {
  return app.view.team ? t(app, "team_position", places) : t(app, "feedback_position", places);
}

/**
 * @param {ShownApp} app
 * @param {DecisionFeedback} note
 * @param {OptionNote} each
 */
function drawOption(app, note, each) {
  const { ordered } = kindOf(note.kind);
  const handover = note.handovers.find((one) => one.service === each.id);
  const places = { yours: each.position, right: each.right_position };
  const placed = each.right_position !== null && each.right_position !== undefined;
  return h(
    "li",
    { class: "kl-note kl-note-" + each.standing },
    h(
      "p",
      { class: "kl-note-tags" },
      tag(t(app, "standing_" + each.standing), each.standing),
      ordered ? null : [" ", tag(chosenText(app, each.chosen))]
    ),
    h("p", { class: "kl-note-text" }, each.text),
    placed ? h("p", {}, each.position ? placeText(app, places) : t(app, "feedback_position_key", places)) : null,
    each.why ? h("p", {}, each.why) : null,
    handover ? drawHandoverNote(app, handover) : null,
    sourceLine(app, each.sources)
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
      each.chosen ? [" ", tag(chosenText(app, true))] : null
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

// The types of widgets.messages, written by tests/parts/typescript.py. Do not edit.

export type Mode = "practice" | "discussion" | "test" | "panel";

export type DecisionState = "ahead" | "open" | "locked" | "revealed";

export type FindingKind = "name" | "number" | "email" | "link" | "handle";

/** Where a player stands beside what it has kept: enough for another conversation to take it up. case: the id of the case that is open, None at the shelf, or TAKEN_OVER; again: whether it was opened anew by `Again` and has not begun yet. */
export interface Place {
  language: string;
  case: string | null;
  again: boolean;
}

/** A page is there (again) and wants labels and the view. labels: the digest of those in that language. */
export interface Ready {
  type: "ready";
  language?: string;
  labels?: string;
}

/** Show everything in this language. labels: the digest of those that the page has in it. */
export interface Speak {
  type: "language";
  language: string;
  labels?: string;
}

/** The content note was read; the play begins. `research`: it may be used for research. */
export interface Begin {
  type: "begin";
  n: number;
  research?: boolean;
}

/** A confirmed pick. `sure`: the trainee has looked at the text again for names and numbers. */
export interface Decide {
  type: "decide";
  n: number;
  decision: string;
  pick: unknown;
  sure?: boolean;
}

/** Skip this decision for one's own wellbeing. */
export interface Skip {
  type: "skip";
  n: number;
  decision: string;
}

/** In panel mode: of 100 colleagues who are just competent enough, so many would decide rightly. */
export interface Estimate {
  type: "estimate";
  n: number;
  decision: string;
  share: number;
}

/** In a team: what this member answers before the team does. `pick`: null to skip it. */
export interface AnswerAlone {
  type: "alone";
  n: number;
  decision: string;
  pick: unknown;
}

/** In a team: go on without those who have not answered alone. */
export interface Settle {
  type: "settle";
  n: number;
  decision: string;
}

/** A scene without a decision was read. */
export interface Continue {
  type: "continue";
  n: number;
  scene: string;
}

/** Pause the play. */
export interface Pause {
  type: "pause";
  n: number;
}

/** Go on after a pause. */
export interface Resume {
  type: "resume";
  n: number;
}

/** Take the last decision back, where its scene allows it. */
export interface Reopen {
  type: "reopen";
  n: number;
  decision: string;
}

/** Open a case of the shelf; also: try again, or take the record over here. */
export interface Choose {
  type: "choose";
  case: string;
}

/** Play a finished case once more, from its start. */
export interface Again {
  type: "again";
  case: string;
}

/** Back to the list of cases. */
export interface ToShelf {
  type: "shelf";
}

/** Write the file that is handed in. `participant`: the id in the course's roster, "" for none. */
export interface ToHandIn {
  type: "hand_in";
  participant: string;
}

/** One page of the result, to save, to print or to send. */
export interface ToKeepsake {
  type: "keepsake";
}

/** Show the lesson on this competency. */
export interface ReadLesson {
  type: "lesson";
  lesson: string;
}

/** Is anybody there? `at` comes back in the pong. */
export interface Ping {
  type: "ping";
  at: number;
}

export type Move = Begin | Decide | Skip | Estimate | Continue | Pause | Resume | Reopen;

export type TeamMove = AnswerAlone | Settle;

export type Message = Begin | Decide | Skip | Estimate | Continue | Pause | Resume | Reopen | AnswerAlone | Settle | Ready | Speak | Choose | Again | ToShelf | ToHandIn | ToKeepsake | ReadLesson | Ping;

/** Something that can be picked, or is known: its id and its text. */
export interface Choice {
  id: string;
  text: string;
}

/** A service of a referral: its name, and when it is the one to ask. */
export interface ServiceChoice {
  id: string;
  name: string;
  when: string;
}

/** A decision as a form. most: at most so many may be picked (None: no limit); words: advised length; revise: it may be changed until the next one. */
export interface DecisionForm {
  id: string;
  kind: string;
  ask: string;
  options: Choice[];
  most: number | null;
  services: ServiceChoice[];
  urgency: Choice[];
  facts: Choice[];
  words: number | null;
  revise: boolean;
}

/** Where a term stands in a story: the number of its paragraph, from 0, and its characters there. */
export interface TermSpot {
  paragraph: number;
  start: number;
  end: number;
}

/** A professional term of the scene, what it means, and the lessons that say more: their competencies. spot: where the story first has it; None where only the title, the decision or the note has it. */
export interface TermView {
  id: string;
  name: string;
  text: string;
  lessons: string[];
  spot: TermSpot | null;
}

/** The scene shown now. learned: the facts that became known with it; terms: those in its words. */
export interface SceneView {
  id: string;
  title: string;
  paragraphs: string[];
  decision: DecisionForm | null;
  learned: string[];
  own_note: string | null;
  terms: TermView[];
}

/** How many decisions of a play are settled, and how many it meets at most. */
export interface DecisionCount {
  settled: number;
  most: number;
}

/** One stage of the case on the way through it. */
export interface StageStep {
  id: string;
  name: string;
  state: "done" | "now" | "ahead";
}

/** What is said of a case before it begins, and of its status all along. law_due: why its law is to be read again, a sentence a reason; empty where it is not; status: who has reviewed it, or that nobody has. */
export interface CaseHead {
  id: string;
  title: string;
  level: string;
  minutes: number;
  intensity: string;
  note: string;
  role: string;
  you: string;
  law: string;
  law_due: string[];
  draft: boolean;
  status: string;
}

/** One way to reach a service. dial: what a phone can dial, or ""; checked: how surely it works. */
export interface ContactView {
  kind: string;
  value: string;
  dial: string;
  note: string;
  checked: string;
}

/** A service under “where to get help”. */
export interface HelpService {
  name: string;
  when: string;
  contacts: ContactView[];
}

/** Where to get help: first a person (None: not named yet), then services. */
export interface HelpView {
  person: string | null;
  services: HelpService[];
}

/** Feedback on the last decision. event: the number of the event that it is about. */
export interface DueFeedback {
  event: number;
  note: DecisionFeedback;
}

/** The result of an ended play, its figures in words. compared: with the play of this case before this one; total: "" for none; percents: by competency. */
export interface ResultView {
  summary: string[];
  compared: string[];
  total: string;
  percents: Record<string, string>;
  note: CaseFeedback;
}

/** A case on the shelf, in a row. heavy: how heavy it is, from 0 to 2, and as a word; own: of the reader's own sector; group: where it stands, “closed” while the room plays another one; decided, decisions: how many are settled, of how many. */
export interface ShelfRow {
  id: string;
  title: string;
  role: string;
  level: number;
  minutes: number;
  heavy: number;
  heaviness: string;
  draft: boolean;
  own: boolean;
  group: "begun" | "own" | "other" | "finished" | "closed";
  decided: number;
  decisions: number;
}

/** The shelf. rows: in their order; next_step: what is proposed, or None; drafts: how many there are. */
export interface ShelfView {
  rows: ShelfRow[];
  next_step: NextStep | null;
  drafts: number;
}

/** Why no case can be shown. retry: the case to open again, or None. */
export interface FaultView {
  code: string;
  title: string;
  text: string;
  detail: string;
  retry: string | null;
}

/** The last decision, which may still be taken back. */
export interface ReviseView {
  decision: string;
  ask: string;
}

/** What is told before a play begins: what is stored, how long, for whom. asks: for research, too. */
export interface BeforeView {
  told: string[];
  asks: boolean;
}

/** The estimate that a panel play owes: the decision just made, its question, and what was on offer. */
export interface EstimateView {
  decision: string;
  ask: string;
  options: string[];
}

/** The play can be handed in from here. participant: the id as typed the last time, or "". */
export interface HandInView {
  participant: string;
}

/** A section of a lesson. blocks: its paragraphs, and its lists as their lines. drawing: its diagram as SVG, or "". */
export interface LessonSectionView {
  title: string;
  blocks: (string | string[])[];
  sources: SourceNote[];
  drawing: string;
}

/** A lesson. note: what a reader may want to be prepared for, or ""; law: the day of its law, in words. law_due: why its law is to be read again, a sentence a reason; empty where it is not. */
export interface LessonView {
  competency: string;
  language: string;
  title: string;
  about: string;
  note: string;
  law: string;
  law_due: string[];
  draft: boolean;
  sections: LessonSectionView[];
}

/** The team that plays here. code: what it is joined with; answered: how many of its members have answered the decision of the scene alone; phase: “alone” while this member is to, “waiting” while others are, “together” where the team answers; own: what this member answered alone, in words. */
export interface TeamView {
  code: string;
  members: number;
  answered: number;
  phase: "alone" | "waiting" | "together";
  own: string[];
}

/** What the room does now. state: of the decision of the scene; seconds: left of its timer, or None. other: the case that the room plays, where it is another one. */
export interface RoomView {
  state: DecisionState;
  seconds: number | null;
  other: Choice | null;
}

export type Screen = "shelf" | "cover" | "scene" | "waiting" | "elsewhere" | "estimate" | "ended" | "paused" | "fault";

/** Everything that the browser shows; it keeps nothing of the play by itself. lessons: those that may be read now, by their competencies: none while a test or a panel plays; room: in a room that plays together; team: that which plays here, None where somebody plays alone. */
export interface View {
  screen: Screen;
  language: string;
  n: number;
  play: string;
  mode: Mode;
  case: CaseHead | null;
  stages: StageStep[];
  count: DecisionCount | null;
  scene: SceneView | null;
  known: Choice[];
  feedback: DueFeedback | null;
  result: ResultView | null;
  revise: ReviseView | null;
  before: BeforeView | null;
  estimate: EstimateView | null;
  hand_in: HandInView | null;
  shelf: ShelfView | null;
  lessons: Choice[];
  can_leave: boolean;
  can_again: boolean;
  read_only: boolean;
  notices: string[];
  help: HelpView;
  fault: FaultView | null;
  room: RoomView | null;
  team: TeamView | null;
}

/** The sentences of the page in one language, by their names. digest: of these sentences, see `Digest`. */
export interface PageLabels {
  language: string;
  digest: string;
  texts: Record<string, string>;
}

/** In which languages the page may be read, by what each calls itself, in their order. labels: the sentences in the language of the view that comes next; None where the page has them. */
export interface LabelsReply {
  type: "labels";
  languages: Record<string, string>;
  labels: PageLabels | null;
}

/** The current view. */
export interface ViewReply {
  type: "view";
  view: View;
}

/** A message that was not carried out; nothing was written. */
export interface RefusedReply {
  type: "refused";
  n: number;
  code: string;
  text: string;
}

/** Something in a free text that looks private. */
export interface FindingView {
  kind: FindingKind;
  text: string;
}

/** A free text looks as if it held something private; it waits for `sure`. */
export interface PrivateReply {
  type: "private";
  n: number;
  decision: string;
  findings: FindingView[];
}

/** The file that is handed in stands at `place`. data: its bytes, as base64, for a download. */
export interface HandedReply {
  type: "handed";
  name: string;
  place: string;
  data: string;
}

/** One page of the result. name: of the file; page: its HTML. */
export interface KeepsakeReply {
  type: "keepsake";
  name: string;
  page: string;
}

/** The lesson that was asked for. */
export interface LessonReply {
  type: "lesson";
  lesson: LessonView;
}

/** The answer to a ping. */
export interface PongReply {
  type: "pong";
  at: number;
}

export type Reply = LabelsReply | ViewReply | RefusedReply | PrivateReply | HandedReply | KeepsakeReply | LessonReply | PongReply;

/** The feedback on one decision. score: 0..1, None where skipped or where a panel contested it; weight: its points, 0 where contested; room: in discussion mode, after the reveal; others: of a play in practice mode that is over, the ways of the story in which something else is right; own: in a team, what this member answered alone. */
export interface DecisionFeedback {
  decision: string;
  ask: string;
  kind: string;
  status: "answered" | "skipped" | "unanswered";
  score: number | null;
  weight: number;
  competency: string;
  gist: GistNote;
  harm: FlagNote[];
  missed: FlagNote[];
  options: OptionNote[];
  handovers: HandoverNote[];
  rules: RuleNote[];
  room?: RoomNote;
  others?: OtherFactsNote[];
  own?: OwnNote;
}

/** The feedback on a whole play. S: 0..100 or None; meets: None where it may not be said (a draft). review: who has reviewed the case and when, in a sentence, "" for a draft; good: what went well, by its scene; child: what the play meant for the child; focus: the one thing to practise next, None where all was right; before: the play of the same case before this one, where there is one and it is over; next_step: None where nothing is left, missing where it is not known what else the person has played; persons: those who have read the reflection, where anybody has. */
export interface CaseFeedback {
  case: string;
  title: string;
  key_version: string;
  law_checked: string;
  draft: boolean;
  review: string;
  panel: boolean;
  S: number | null;
  H: number;
  M: number;
  incomplete: boolean;
  meets: boolean | null;
  cut: number;
  harm: FlagNote[];
  missed: FlagNote[];
  decisions: DecisionFeedback[];
  figures: PlayFigures;
  before?: PlayFigures;
  good: ReasonNote[];
  child: ReasonNote[];
  focus: PractiseNote | null;
  practise: PractiseNote[];
  next_step?: NextStep | null;
  persons?: PersonNote[];
}

/** What comes next on a person's path. kind: “case”, another case; “again”, the same one with other facts; “lesson”, where no case is left. case, title: of the case, "" for a lesson; lesson: the competency whose lesson is read before it, with the title of that lesson, both "" where none is; reason: why, as a whole sentence. */
export interface NextStep {
  kind: "case" | "again" | "lesson";
  case: string;
  title: string;
  lesson: string;
  lesson_title: string;
  reason: string;
}

/** A source as shown: its code, its title, and whether it is only an agreement of the lab. */
export interface SourceNote {
  code: string;
  title: string;
  lab_only: boolean;
}

/** The first layer of the feedback on a decision: what is read before anything is unfolded. points: what the answer is worth, as a person would say it, "" where nothing is; chosen: what was picked; order: in its place where the options have places; why: the reason that fits this pick, None where `child` says it; right: what would have been right and was left out, with a reason where the story gives none; child: what it meant for the child, from the story or else from the key, None where neither speaks of one. */
export interface GistNote {
  badge: "right" | "partly" | "learn" | "harm" | "missed" | "incomplete" | "contested";
  points: string;
  chosen: GistLine[];
  order: OrderLine[];
  why: ReasonNote | null;
  right: GistLine[];
  why_right: ReasonNote | null;
  child: ReasonNote | null;
}

/** A harmful pick or a missed must: which option, the critical error's code and name, its grade. reason: why, in the case's own words; why: what is said of that error wherever it is made, "" where it has no name. */
export interface FlagNote {
  option: string;
  text: string;
  code: string | null;
  name: string;
  grade: "harm" | "practice" | "must";
  reason: string;
  why: string;
}

/** One option: whether it was chosen, what the key says of it, and why. */
export interface OptionNote {
  id: string;
  text: string;
  chosen: boolean;
  standing: "right" | "partly" | "wrong" | "neutral" | "harmful";
  position: number | null;
  right_position: number | null;
  why: string;
  sources: SourceNote[];
}

/** For one service of a referral: the urgency and the packet, with their whys ("" where there is none). */
export interface HandoverNote {
  service: string;
  text: string;
  urgency: PartNote[];
  why_urgency: string;
  packet: PartNote[];
  why_packet: string;
}

/** A rule of the field that an answer turned on. lab_only: it is no more than an agreement of the lab. */
export interface RuleNote {
  text: string;
  lab_only: boolean;
}

/** What the room answered: how many people, and how many picked each option; None where 5 are too few. Of a case with variants, those who had the same facts. Of an order: how many put the option first. uncounted: the reader's own answer is not among them. */
export interface RoomNote {
  n: number;
  counts: Record<string, number> | null;
  uncounted?: boolean;
}

/** What would have been right had the story gone another way. facts: what differs there. */
export interface OtherFactsNote {
  facts: string;
  right: RightNote[];
}

/** What a member of a team answered alone, beside what the team settled on. lines: the answer in words; score: as in `DecisionFeedback`, and words: that in words, put in by whoever shows it; is_same: whether the team settled on the same. */
export interface OwnNote {
  lines: PickLine[];
  score: number | null;
  words: string;
  harm: FlagNote[];
  is_same: boolean;
}

/** A whole play, counted: the decisions of its key, how many were wholly right, harms, duties missed. */
export interface PlayFigures {
  decisions: number;
  right: number;
  harm: number;
  missed: number;
}

/** A text of the case or its key. about: the option or the scene that it is of, "" where that is plain. */
export interface ReasonNote {
  about: string;
  text: string;
}

/** A competency: its figure, the decisions behind it (None below the least number), what to practise. */
export interface PractiseNote {
  code: string;
  name: string;
  score: number | null;
  decisions: number;
  practise: string;
}

/** What a person who has read the reflection answers; with no word they have read it. sentences: of the rubric, for what they saw in it; comment: in words of their own, "" for none. */
export interface PersonNote {
  sentences: string[];
  comment: string;
}

/** One option in a line. remark: what else is to be said of it in a few words, "" for nothing. */
export interface GistLine {
  id: string;
  text: string;
  standing: "right" | "partly" | "wrong" | "neutral" | "harmful";
  remark: string;
}

/** One option of an order: its place in the reader's order and in the key's, None where there is none. */
export interface OrderLine {
  id: string;
  text: string;
  yours: number | null;
  keys: number | null;
  standing: "right" | "partly" | "wrong" | "neutral" | "harmful";
}

/** One line inside a handover: an urgency or a fact, whether chosen, and its standing. */
export interface PartNote {
  id: string;
  text: string;
  chosen: boolean;
  standing: "right" | "partly" | "wrong" | "neutral" | "harmful";
}

/** What would have been right: an option, or a service with how soon it is called and what it gets. place: in an order, from 1; urgency: "" where no service is called; packet: the facts; why: the reasons. */
export interface RightNote {
  id: string;
  text: string;
  place: number | null;
  urgency: string;
  packet: string[];
  why: string[];
  sources: SourceNote[];
}

/** One option of an answer, in words. place: where it stands in an order, from 1, else None. */
export interface PickLine {
  id: string;
  place: number | null;
  text: string;
}

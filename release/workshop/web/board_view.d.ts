// The types of release.workshop.web.board_view, written by tests/parts/typescript.py. Do not edit.

export type Pace = "free" | "alone" | "stepwise";

export type Tally = "one" | "several" | "first";

export type Mode = "practice" | "discussion" | "test" | "panel";

export type DecisionState = "ahead" | "open" | "locked" | "revealed";

export type Standing = "right" | "partly" | "wrong" | "neutral" | "harmful";

/** One option. count: None where few answered; standing, place, why: the key's word. */
export interface OptionBar {
  id: string;
  text: string;
  count: number | null;
  standing?: Standing;
  place?: number | null;
  why?: string;
}

/** A critical error, and how many people made it. */
export interface HarmView {
  name: string;
  count: number;
}

/** The people of a sector, or of several, and what they picked. */
export interface GroupView {
  name: string;
  n: number;
  counts: Record<string, number>;
}

/** One decision by sectors, of the first n answers; hidden: how many people stand in no group. */
export interface SectorsView {
  n: number;
  hidden: number;
  groups: GroupView[];
}

/** What n people answered. harm: None where it may not be told, or nothing is known of it. */
export interface Bars {
  n: number;
  options: OptionBar[];
  harm: HarmView[] | null;
}

/** What those answered who had the same facts. facts: what differs there. */
export interface VariantBars {
  n: number;
  options: OptionBar[];
  harm: HarmView[] | null;
  id: string;
  facts: string;
}

/** What talking changed at tables, as in `TalkChange`. before, after: mean scores of 100, "" for none. */
export interface TalkView {
  teams: number;
  people: number;
  settled: Record<string, number>;
  majorities: number;
  changed: number;
  before: string;
  after: string;
}

/** One decision as a chart: tally tells what its bars count. A decision without options has none. answered: how many have answered by now, of whom the bars count n; variants: where the room plays several variants of the case, the bars of each; left: how many that play the case have not come through it; seconds: left of its timer, or None; talk: None before the reveal, and where too few played at tables. */
export interface DecisionChart {
  n: number;
  options: OptionBar[];
  harm: HarmView[] | null;
  id: string;
  ask: string;
  answered: number;
  tally: Tally;
  state: DecisionState;
  left: number;
  seconds: number | null;
  sectors: SectorsView | null;
  variants: VariantBars[];
  talk: TalkView | null;
}

/** A decision on the board. scene: the title of its scene. */
export interface DecisionCard {
  n: number;
  options: OptionBar[];
  harm: HarmView[] | null;
  id: string;
  ask: string;
  answered: number;
  tally: Tally;
  state: DecisionState;
  left: number;
  seconds: number | null;
  sectors: SectorsView | null;
  variants: VariantBars[];
  talk: TalkView | null;
  scene: string;
}

/** A decision on the projector. case: the title of its case; review: as in `CaseBoard`, once revealed. */
export interface ProjectedDecision {
  n: number;
  options: OptionBar[];
  harm: HarmView[] | null;
  id: string;
  ask: string;
  answered: number;
  tally: Tally;
  state: DecisionState;
  left: number;
  seconds: number | null;
  sectors: SectorsView | null;
  variants: VariantBars[];
  talk: TalkView | null;
  case: string;
  review: string;
}

/** What the projector shows now: what was sent to it, else how the workshop is joined. */
export interface ProjectorView {
  shown: ProjectedDecision | null;
  join: JoinView | null;
  seats: number;
  closed: boolean;
}

/** A case of the workshop: how many began it, and how many of them are at its end. */
export interface CaseEntry {
  id: string;
  title: string;
  begun: number;
  finished: number;
}

/** A scene, and how many are in it now. */
export interface SceneEntry {
  id: string;
  title: string;
  count: number;
}

/** A phase of a debrief, and its questions. */
export interface PhaseView {
  phase: string;
  questions: string[];
}

/** The case that is open on the board. debrief: questions for its discussion by phase, in their order. review: by whom it was reviewed, or that it is a draft without a panel. */
export interface CaseBoard {
  id: string;
  title: string;
  review: string;
  scenes: SceneEntry[];
  decisions: DecisionCard[];
  debrief: PhaseView[];
}

/** What was sent to the projector, and its question. */
export interface OnProjector {
  case: string;
  decision: string;
  sectors: boolean;
  ask: string;
}

/** What the board shows. seats: who joined; pauses, skips: None where fewer than 5 have begun. closed: when the workshop was closed, or None; pace, pace_case: how the room goes through its cases; playing: the case that is played most now, "" for none; join: how the workshop is joined; refusals: how often somebody was held up who tried too much, or shares an address with one who did. */
export interface BoardView {
  mode: Mode;
  closed: string | null;
  pace: Pace;
  pace_case: string;
  playing: string;
  join: JoinView;
  seats: number;
  pauses: number | null;
  skips: number | null;
  cases: CaseEntry[];
  projector: OnProjector | null;
  case: CaseBoard | null;
  refusals: number;
}

/** How it is joined. code: "" where none is asked; cards: whether everybody has a card for it. */
export interface JoinView {
  address: string;
  code: string;
  qr: QrView;
  wifi: WifiView | null;
  cards: boolean;
}

/** A QR code as a page's script draws it. size: signs on a side, with the border; path: the black ones. */
export interface QrView {
  size: number;
  path: string;
}

/** The Wi-Fi that phones join first. password: "" where it has none. */
export interface WifiView {
  name: string;
  password: string;
  qr: QrView;
}

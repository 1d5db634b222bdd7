// The types of release.workshop.web.board_view, written by tests/parts/typescript.py. Do not edit.

export type RoomState = "open" | "locked" | "revealed";

export type Tally = "one" | "several" | "first";

export type Mode = "practice" | "discussion" | "test" | "panel";

export type Standing = "right" | "partly" | "wrong" | "neutral" | "harmful";

/** One option. count: None where few answered; standing, place: what the key says, once it may be seen. */
export interface OptionBar {
  id: string;
  text: string;
  count: number | null;
  standing?: Standing;
  place?: number | null;
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

/** One decision as a chart: tally tells what its bars count. A decision without options has none. answered: how many have answered by now, of whom the bars count n; variants: where the room plays several variants of the case, the bars of each. */
export interface DecisionChart {
  n: number;
  options: OptionBar[];
  harm: HarmView[] | null;
  id: string;
  ask: string;
  answered: number;
  tally: Tally;
  state: RoomState;
  sectors: SectorsView | null;
  variants: VariantBars[];
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
  state: RoomState;
  sectors: SectorsView | null;
  variants: VariantBars[];
  scene: string;
}

/** A decision on the projector. case: the title of its case. */
export interface ProjectedDecision {
  n: number;
  options: OptionBar[];
  harm: HarmView[] | null;
  id: string;
  ask: string;
  answered: number;
  tally: Tally;
  state: RoomState;
  sectors: SectorsView | null;
  variants: VariantBars[];
  case: string;
}

/** What the projector shows now. */
export interface ProjectorView {
  shown: ProjectedDecision | null;
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

/** The case that is open on the board. */
export interface CaseBoard {
  id: string;
  title: string;
  scenes: SceneEntry[];
  decisions: DecisionCard[];
}

/** What was sent to the projector, and its question. */
export interface OnProjector {
  case: string;
  decision: string;
  sectors: boolean;
  ask: string;
}

/** What the board shows. seats: who joined; pauses, skips: None where fewer than 5 have begun. refusals: how often somebody was held up who tried too much, or shares an address with one who did. */
export interface BoardView {
  mode: Mode;
  seats: number;
  pauses: number | null;
  skips: number | null;
  cases: CaseEntry[];
  projector: OnProjector | null;
  case: CaseBoard | null;
  refusals: number;
}

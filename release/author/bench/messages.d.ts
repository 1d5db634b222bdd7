// The types of release.author.bench.messages, written by tests/parts/typescript.py. Do not edit.

export type Level = "error" | "warning";

export type FieldKind = "line" | "prose" | "number" | "choice" | "codes" | "uses" | "standing" | "order" | "ways" | "moves" | "lines" | "word";

/** One code of a list: what it is called and what it is, in each language. */
export interface ChoiceMessage {
  code: string;
  name: Record<string, string>;
  about: Record<string, string>;
}

/** One value in a file. file: by its name here, see `CaseFiles`; path: where it stands in it, the fields that lead there; label: of the language and the variant, "" where there is one alone; value: what stands there, null for nothing; hint: what a skeleton says is to be written here, shown in place of the value. */
export interface CellMessage {
  file: string;
  path: (string | number)[];
  language: string;
  variant: string;
  value: unknown;
  hint: string;
}

/** One thing to fill in: its cells, one a language and variant. id: unlike any other of the case; name: under which the page's words know it; choices: the list that its codes come from; varies: whether its variants differ; splits: whether they may be told apart, or joined. */
export interface FieldMessage {
  id: string;
  name: string;
  kind: FieldKind;
  choices: string;
  optional: boolean;
  varies: boolean;
  splits: boolean;
  cells: CellMessage[];
}

/** Fields that belong together: of a scene, a decision, an option. title: its own words, or "". take, moves, adds: what can be done with it as a whole, see `changes`; place: what these act on; own_id: its id, which may be changed, see `rename`, "" where it has none of its own; what: what that is the id of. */
export interface GroupMessage {
  id: string;
  name: string;
  title: string;
  place: string[];
  take: string;
  moves: boolean;
  adds: string[];
  own_id: string;
  what: string;
  fields: FieldMessage[];
}

/** What is edited on one page: the case, a scene with its decision, the guide. */
export interface PartMessage {
  id: string;
  name: string;
  title: string;
  groups: GroupMessage[];
}

/** A way from one scene to another, on the map. condition: "" where it is the way on. */
export interface WayMessage {
  source: string;
  goal: string;
  condition: string;
}

/** A scene on the map: its column and row, counted from 0. */
export interface BoxMessage {
  part: string;
  title: string;
  column: number;
  row: number;
  ask: string;
  ends: boolean;
}

/** The scenes of the case as a map. */
export interface MapMessage {
  boxes: BoxMessage[];
  ways: WayMessage[];
}

/** All of the case that can be edited. lists: the codes to choose from that are its own, by the name of the list; undo, redo: whether there is anything; conditions: what a condition can ask. */
export interface SheetMessage {
  kind: "sheet";
  case: string;
  parts: PartMessage[];
  lists: Record<string, ChoiceMessage[]>;
  map: MapMessage;
  undo: boolean;
  redo: boolean;
  conditions: string[];
}

/** What is the same for every case: lists of codes, the words of the page, and what each field is for. */
export interface BooksMessage {
  kind: "books";
  lists: Record<string, ChoiceMessage[]>;
  words: Record<string, Record<string, string>>;
  help: Record<string, Record<string, string>>;
  languages: Record<string, string>;
}

/** The files cannot be edited as they are: no case is open, or a file is no YAML. cases: to open. */
export interface NoSheetMessage {
  kind: "no_sheet";
  case: string;
  cases: string[];
  undo: boolean;
  redo: boolean;
}

/** An edit was made. request: the number that the page gave it; part: where its result stands. */
export interface DoneMessage {
  kind: "done";
  request: number;
  part: string;
}

/** An edit was not made. why: in each language; now: what the file says in place of what the page saw. */
export interface NotDoneMessage {
  kind: "not_done";
  request: number;
  why: Record<string, string>;
  now?: unknown;
}

/** One problem, with its place on the bench. part, field: where it belongs, "" where nowhere; where: the file and the line; found: what stands there; remedy: what to do; both in each language. */
export interface FindingMessage {
  part: string;
  field: string;
  file: string;
  line: number;
  path: string;
  found: Record<string, string>;
  remedy: Record<string, string>;
  rule: string;
  level: Level;
}

/** What is wrong with the case now. loaded: whether it could be opened, so that the player shows it. */
export interface ProblemsMessage {
  kind: "problems";
  loaded: boolean;
  problems: FindingMessage[];
}

export type BenchMessage = BooksMessage | SheetMessage | NoSheetMessage | DoneMessage | NotDoneMessage | ProblemsMessage;

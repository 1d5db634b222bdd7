// The types of release.author.bench.messages, written by tests/parts/typescript.py. Do not edit.

export type Level = "error" | "warning";

export type FieldKind = "line" | "prose" | "date" | "number" | "choice" | "codes" | "uses" | "standing" | "order" | "ways" | "moves" | "lines" | "word";

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

/** A comment of a reviewer. number: by which it is settled; answer: "" while it is open. has_changed: whether what it is about is another text since they read it; place: as the round has it; part, field: where it belongs on the bench, "" where nowhere. */
export interface CommentMessage {
  number: number;
  role: Record<string, string>;
  question: Record<string, string>;
  objects: boolean;
  text: string;
  variant: string;
  day: string;
  answer: string;
  has_changed: boolean;
  place: string;
  part: string;
  field: string;
}

/** How a question stands with a role that has to sign it, see `graders.review.standing`. */
export interface SignerMessage {
  role: Record<string, string>;
  state: "agrees" | "objects" | "changed" | "lacking";
}

/** A question that is signed, and who has to. */
export interface RoundQuestionMessage {
  name: Record<string, string>;
  asks: Record<string, string>;
  signers: SignerMessage[];
}

/** Something that is other than reviewers were given; field: "" where it is no field of the bench. */
export interface ChangedMessage {
  part: string;
  field: string;
  place: string;
}

/** Where the review round of the case stands. fault: why that cannot be told, in each language, nothing where it can; link: for reviewers; shared: whether they read each other's comments; lacking: why the case cannot be called reviewed, a sentence each; law_changed: whether the day of its law is another than they were given; behind: whether all of this, and what reviewers read, is of before the last changes: the files cannot be read as they are. */
export interface RoundMessage {
  kind: "round";
  open: boolean;
  fault: Record<string, string>;
  link: string;
  shared: boolean;
  reviewers: number;
  comments: CommentMessage[];
  questions: RoundQuestionMessage[];
  lacking: (Record<string, string>)[];
  since: ChangedMessage[];
  law_changed: boolean;
  behind: boolean;
}

export type BenchMessage = BooksMessage | SheetMessage | NoSheetMessage | DoneMessage | NotDoneMessage | ProblemsMessage | RoundMessage;

// The types of release.author.reviewers.messages, written by tests/parts/typescript.py. Do not edit.

/** One line of what is said of something: what it is, and the text. */
export interface SaidMessage {
  name: string;
  text: string;
}

/** One option. place: where a comment on it stands; verdict: what the key says of it. */
export interface OptionMessage {
  place: string;
  text: string;
  verdict: string;
  lines: SaidMessage[];
}

/** One scene. place: where a comment on it stands; variant: of its story, "" where there is none. */
export interface SceneMessage {
  place: string;
  variant: string;
  heading: string;
  stage: string;
  paragraphs: string[];
  learned: string[];
  ask: string;
  options: OptionMessage[];
  notes: SaidMessage[];
  ways: string[];
}

/** The story of one variant. same: scenes that are as in the first chapter. */
export interface ChapterMessage {
  title: string;
  about: string;
  scenes: SceneMessage[];
  same: string[];
}

/** The case as a reviewer reads it, in one language. */
export interface StoryMessage {
  title: string;
  front: SaidMessage[];
  words: Record<string, string>;
  chapters: ChapterMessage[];
}

/** One question that is signed. own: whether the reviewer's role has to sign it. agrees: what this reviewer signed last, null for nothing; holds: whether that counts for what they read now. */
export interface QuestionMessage {
  code: string;
  name: Record<string, string>;
  asks: Record<string, string>;
  own: boolean;
  agrees: boolean | null;
  holds: boolean;
}

/** A comment. role: whose it is; answer: of the author, "" while it is open; is_other: somebody else's. has_changed: whether what it is about is another text by now. */
export interface RemarkMessage {
  place: string;
  variant: string;
  question: string;
  objects: boolean;
  text: string;
  role: Record<string, string>;
  answer: string;
  has_changed: boolean;
  is_other: boolean;
}

/** A role that somebody reviews a case in. */
export interface RoleMessage {
  code: string;
  name: Record<string, string>;
}

/** All that a reviewer's page shows. state: whether a round is open, and this browser is a reviewer of it; code: the reviewer's own, as this browser holds it; sight: the mark of the case as it is now; story: by language, left out where the page has it already; words: those of the page. */
export interface ReviewMessage {
  kind: "review";
  state: "no_round" | "nobody" | "reviewer";
  case: string;
  reviewer: string;
  code: string;
  role: Record<string, string>;
  roles: RoleMessage[];
  sight: string;
  questions: QuestionMessage[];
  remarks: RemarkMessage[];
  languages: Record<string, string>;
  words: Record<string, Record<string, string>>;
  story?: Record<string, StoryMessage>;
}

/** Something was not taken in. why: in each language. */
export interface RefusedMessage {
  kind: "refused";
  why: Record<string, string>;
}

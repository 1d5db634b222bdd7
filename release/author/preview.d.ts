// The types of release.author.preview, written by tests/parts/typescript.py. Do not edit.

import type { HandedReply, KeepsakeReply, LabelsReply, LessonReply, PongReply, PrivateReply, RefusedReply, ViewReply } from "../../widgets/messages";

export type Level = "error" | "warning";

export type Reply = LabelsReply | ViewReply | RefusedReply | PrivateReply | HandedReply | KeepsakeReply | LessonReply | PongReply;

/** Something for the player, as over a comm. */
export interface PlayerMessage {
  kind: "player";
  content: Reply;
}

/** One problem; found: what stands there. */
export interface ProblemMessage {
  file: string;
  line: number;
  path: string;
  found: string;
  remedy: string;
  rule: string;
  level: Level;
}

/** What is wrong with the case now. loaded: whether it could be opened, so that the player shows it. */
export interface ProblemsMessage {
  kind: "problems";
  loaded: boolean;
  problems: ProblemMessage[];
}

export type PageMessage = PlayerMessage | ProblemsMessage;

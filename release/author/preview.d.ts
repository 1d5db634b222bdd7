// The types of release.author.preview, written by tests/parts/typescript.py. Do not edit.

import type { BooksMessage, DoneMessage, NoSheetMessage, NotDoneMessage, ProblemsMessage, RoundMessage, SheetMessage } from "bench/messages";

import type { HandedReply, KeepsakeReply, LabelsReply, LessonReply, PongReply, PrivateReply, RefusedReply, ViewReply } from "../../widgets/messages";

export type BenchMessage = BooksMessage | SheetMessage | NoSheetMessage | DoneMessage | NotDoneMessage | ProblemsMessage | RoundMessage;

export type Reply = LabelsReply | ViewReply | RefusedReply | PrivateReply | HandedReply | KeepsakeReply | LessonReply | PongReply;

/** Something for the player, as over a comm. */
export interface PlayerMessage {
  kind: "player";
  content: Reply;
}

export type PageMessage = PlayerMessage | BooksMessage | SheetMessage | NoSheetMessage | DoneMessage | NotDoneMessage | ProblemsMessage | RoundMessage;

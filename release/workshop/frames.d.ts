// The types of release.workshop.frames, written by tests/parts/typescript.py. Do not edit.

import type { Again, AnswerAlone, Begin, Choose, Continue, Decide, Estimate, HandedReply, LabelsReply, LessonReply, Pause, Ping, Place, PongReply, PrivateReply, ReadLesson, Ready, RefusedReply, Reopen, Resume, Settle, Skip, Speak, ToHandIn, ToShelf, ViewReply } from "../../widgets/messages";

export type Message = Begin | Decide | Skip | Estimate | Continue | Pause | Resume | Reopen | AnswerAlone | Settle | Ready | Speak | Choose | Again | ToShelf | ToHandIn | ReadLesson | Ping;

export type Reply = LabelsReply | ViewReply | RefusedReply | PrivateReply | HandedReply | LessonReply | PongReply;

export type WorkshopState = "goes_on" | "paused" | "closed";

/** A page says something. seq: from 1 on for each page; at: the latest place that it was given. */
export interface PageFrame {
  seq: number;
  at: Place | null;
  message: Message;
}

/** The answer to the frame of that number. at: where the page stands now. */
export interface AnswerFrame {
  seq: number;
  at: Place;
  replies: Reply[];
}

/** What is sent unasked: how the workshop stands, or a request. refresh: ask for the view anew; resend: send what is unanswered again, once, in order. */
export interface PushFrame {
  push: "refresh" | "resend" | WorkshopState;
}

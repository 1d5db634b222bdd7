"""The shelf of a seat: the cases of the workshop, and plays that the writer keeps for that seat.

Imported by every kernel, so it imports no database and no grader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from release.workshop.kernel.client import WriterClient
from release.workshop.kernel.seat_store import SeatStore
from release.workshop.kernel.team import SeatTeam
from release.workshop.wire import FeedbackAnswer, Request
from release.workshop.writer_line import WriterSilentError
from scenarios.case import Case
from scenarios.directory.services import Directory, load_directory
from scenarios.engine.draw import Draw
from scenarios.engine.event import EVENT
from scenarios.engine.play import Play
from scenarios.feedback import CaseFeedback, DecisionFeedback, RoomCue
from scenarios.language import Language
from scenarios.library import case_folder
from scenarios.loader import load_case
from widgets.shelf import CaseProgress, OpenPlay, ShelfState


@dataclass(frozen=True, slots=True)
class WriterFeedback:
    """Feedback that the writer works out from what is on disk; see FeedbackSource."""

    writer: WriterClient
    seat_pass: str

    def on_decision(self, play: Play, decision_id: str, language: Language) -> DecisionFeedback | None:
        """The feedback on a decision that was made."""
        return self._ask(play, language, decision_id)["decision"]

    def on_case(self, play: Play, language: Language) -> CaseFeedback | None:
        """The feedback on an ended play."""
        return self._ask(play, language)["case"]

    def on_reveal(self, play: Play, language: Language) -> DecisionFeedback | None:
        """The feedback on the decision of `play` that was revealed to the room last."""
        return self._ask(play, language, ask="revealed")["decision"]

    def cue(self, play: Play, decided: str | None) -> RoomCue | None:
        """What the room does now; None where the writer is out of reach: the play goes on without it."""
        here = play.scene.decision
        request: Request = {
            "ask": "cue",
            "seat_pass": self.seat_pass,
            "case": play.case.id,
            "decided": decided,
            "here": here.id if here is not None else None,
        }
        try:
            answer = self.writer.ask(request)
        except WriterSilentError:
            return None
        return answer["cue"] if answer["answer"] == "cue" else None

    def _ask(
        self,
        play: Play,
        language: Language,
        decision: str | None = None,
        *,
        ask: Literal["feedback", "revealed"] = "feedback",
    ) -> FeedbackAnswer:
        nothing: FeedbackAnswer = {"answer": "feedback", "decision": None, "case": None}
        try:
            answer = self.writer.ask(
                {
                    "ask": ask,
                    "seat_pass": self.seat_pass,
                    "case": play.case.id,
                    "play": play.started.play if play.started else "",
                    "decision": decision,
                    "language": language,
                }
            )
        except WriterSilentError:
            return nothing  # the scene goes on without it, and shows it when the page is next drawn
        return answer if answer["answer"] == "feedback" else nothing


class WorkshopShelf:
    """The cases of the workshop and the plays of one seat; see Shelf."""

    def __init__(self, writer: WriterClient, seat_pass: str, directory: Directory | None = None) -> None:
        """Ask `writer` for the seat of that pass. directory: the services, the library's where left out."""
        self._writer, self._seat_pass, self._directory = writer, seat_pass, directory

    @cached_property
    def _cases(self) -> Mapping[str, Case]:
        offer = self._writer.offer()
        return {case_id: read_case(Path(offer["folder"]), case_id) for case_id in offer["cases"]}

    @property
    def person(self) -> str | None:
        """Who can be spoken to."""
        return self._writer.offer()["person"]

    @property
    def directory(self) -> Directory:
        """The services of the workshop."""
        return self._directory or load_directory()

    def cases(self) -> Sequence[Case]:
        """The cases on offer."""
        return tuple(self._cases.values())

    def state(self, language: Language) -> ShelfState:
        """How far the seat's latest plays have come, and what comes next. Raises WriterSilentError."""
        request: Request = {"ask": "statuses", "seat_pass": self._seat_pass, "language": language}
        answer = self._writer.ask(request)
        if answer["answer"] != "statuses":
            return ShelfState()
        begun = {
            case: CaseProgress(status, answer["decided"].get(case, 0))
            for case, status in answer["statuses"].items()
        }
        closed = dict.fromkeys(answer["closed"], CaseProgress("closed"))
        hidden = dict.fromkeys(answer["hidden"], CaseProgress("hidden"))
        return ShelfState({**begun, **closed, **hidden}, answer["sector"], answer["next_step"])

    def open(self, case_id: str, *, again: bool = False) -> OpenPlay:
        """Open the seat's latest play of a case, or a new one; whoever had it open loses it.

        Raises WriterSilentError.
        """
        answer = self._writer.ask(
            {"ask": "open", "seat_pass": self._seat_pass, "case": case_id, "again": again}
        )
        if answer["answer"] != "opened":
            raise WriterSilentError(f"The workshop's writer does not open the case “{case_id}”.")
        events = tuple(EVENT.validate_python(event) for event in answer["events"])
        store = SeatStore(self._writer, self._seat_pass, case_id, answer["lease"], events)
        return OpenPlay(
            case=self._cases[case_id],
            store=store,
            course=answer["course"],
            mode=answer["mode"],
            feedback=WriterFeedback(self._writer, self._seat_pass),
            read_only=False,
            notices=(),
            person=self.person,
            keep_days=answer.get("keep_days"),
            draw=Draw(chosen=answer["variant"]),
            team=SeatTeam(store) if answer["is_team"] else None,
        )


@lru_cache(maxsize=128)
def read_case(folder: Path, case_id: str) -> Case:
    """A case of the workshop, read once a process, whoever plays it. Raises ProblemsError."""
    return load_case(case_folder(case_id, folder))

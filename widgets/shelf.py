"""The shelf: where a player finds its cases and keeps their plays; and the shelf of one notebook folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from scenarios.case import Case
from scenarios.course_card import CourseCard, case_of, directory_of, read_course_card
from scenarios.directory.services import Directory
from scenarios.engine.draw import Draw
from scenarios.engine.event import Event, Mode
from scenarios.engine.play import Play
from scenarios.engine.record import RECORD_NAME, RecordClosedError, RecordFile, Store, parse_record
from scenarios.engine.team import OwnTeam
from scenarios.feedback import FeedbackSource, NextStep
from scenarios.language import Language
from scenarios.library import CASE_FOLDER
from widgets.hand_in import FolderDesk, HandInDesk

PlayStatus = Literal["new", "begun", "finished", "closed", "hidden"]
"""How far a play has come; “closed”: the room plays another case now; “hidden”: not to be seen now."""
FeedbackFor: TypeAlias = Callable[[Case], FeedbackSource | None]


@dataclass(frozen=True, slots=True)
class CaseProgress:
    """How far somebody's latest play of a case has come. decided: how many of its decisions are settled."""

    status: PlayStatus = "new"
    decided: int = 0


@dataclass(frozen=True, slots=True)
class ShelfState:
    """What is known of whoever stands before a shelf.

    progress: by case id, of those that were begun or are closed; sector: their own, or None; next_step: what
    is proposed to them, or None.
    """

    progress: Mapping[str, CaseProgress] = field(default_factory=dict)
    sector: str | None = None
    next_step: NextStep | None = None


class CaseMissingError(Exception):
    """No case stands where a notebook looks for it; `place` says where that is."""

    def __init__(self, place: str) -> None:
        """place: the folder in which the case was wanted."""
        self.place = place
        super().__init__(f"There is no case at {place}.")


@dataclass(frozen=True, slots=True)
class OpenPlay:
    """One play that was opened.

    course, mode: what a play that begins now is marked with; feedback: who gives it when it is due;
    notices: names of sentences in texts.yaml (``notice_…``) to be told once; person: who can be
    spoken to, None where nobody was named yet and no play may begin; can_again: whether a finished
    play may be played once more; keep_days: how long the course keeps a play, None where what is
    stored was told before and the use for research is not asked for; desk: where the play is handed
    in, None where it is not; draw: which variant of the case a play that begins now gets; team: that which
    plays, None where somebody plays alone.
    """

    case: Case
    store: Store
    course: str
    mode: Mode
    feedback: FeedbackSource | None
    read_only: bool
    notices: tuple[str, ...]
    person: str | None
    can_again: bool = True
    keep_days: int | None = None
    desk: HandInDesk | None = None
    draw: Draw = field(default_factory=Draw)
    team: OwnTeam | None = None


class Shelf(Protocol):
    """Where a player finds cases and keeps plays."""

    @property
    def person(self) -> str | None:
        """Who can be spoken to, or None."""
        ...

    @property
    def directory(self) -> Directory:
        """The services, and those named under “where to get help”. Raises ProblemsError."""
        ...

    def cases(self) -> Sequence[Case]:
        """The cases on offer; one alone opens at once. Raises CaseMissingError, ProblemsError, OSError."""
        ...

    def state(self, language: Language) -> ShelfState:
        """What is known of whoever stands here, in words of `language`. Raises what `open` does."""
        ...

    def open(self, case_id: str, *, again: bool = False) -> OpenPlay:
        """Open the play of a case; with `again` a new one after a finished one.

        Raises RecordInUseError, RecordClosedError, RecordError, ProblemsError, CaseMissingError, OSError.
        """
        ...


@dataclass(frozen=True, slots=True)
class ReadStore:
    """The events of a record that is only read."""

    events: tuple[Event, ...]

    def append(self, event: Event) -> None:
        """Refuse: nothing is written here."""
        raise RecordClosedError(event.event)


def close_store(store: Store) -> None:
    """Give the record of `store` up, where it is a file with a lock."""
    if isinstance(store, RecordFile):
        store.close()


@dataclass(frozen=True, slots=True)
class NotebookShelf:
    """The one case in ``case/`` beside a notebook, with its record in ``decisions.jsonl``.

    read_only: the record is read without a lock and never written, as while nbgrader grades.
    locks: the folder of the record's lock, see RecordFile. feedback: who gives feedback on the case.
    """

    folder: Path
    read_only: bool = False
    locks: Path | None = None
    feedback: FeedbackFor = lambda _case: None

    @classmethod
    def beside(
        cls,
        folder: Path,
        environ: Mapping[str, str] = os.environ,
        *,
        feedback: FeedbackFor = lambda _case: None,
    ) -> NotebookShelf:
        """The shelf of `folder`; read-only where nbgrader runs the notebook (NBGRADER_EXECUTION)."""
        return cls(folder.resolve(), bool(environ.get("NBGRADER_EXECUTION")), feedback=feedback)

    @property
    def person(self) -> str | None:
        """Who can be spoken to, from the course card."""
        return self._card().person

    @property
    def directory(self) -> Directory:
        """The assignment's own services; the library's where it carries none."""
        return directory_of(self.folder)

    def cases(self) -> Sequence[Case]:
        """The one case."""
        place = self.folder / CASE_FOLDER
        if not (place / "case.yaml").exists():
            raise CaseMissingError(f"{self.folder.name}/{CASE_FOLDER}/case.yaml")
        return (case_of(self.folder),)

    def state(self, language: Language) -> ShelfState:
        """How far the play has come, read from its record."""
        del language
        (case,), events = self.cases(), self._read()
        if not events:
            return ShelfState()
        play = Play.replay(case, events)
        return ShelfState({case.id: CaseProgress("finished" if play.finished else "begun", len(play.picks))})

    def open(self, case_id: str, *, again: bool = False) -> OpenPlay:
        """Open the record; whoever had it loses it. A notebook has one play, so `again` opens the same."""
        del again
        case = next(case for case in self.cases() if case.id == case_id)
        card = self._card()
        store: Store
        notices: tuple[str, ...] = ()
        if self.read_only:
            store = ReadStore(self._read())
        else:
            store = record = RecordFile(self.folder / RECORD_NAME, locks=self.locks)
            notices = ("notice_torn",) if record.was_torn else ()
        feedback = self.feedback(case)
        return OpenPlay(
            case,
            store,
            card.course,
            card.mode,
            feedback,
            self.read_only,
            notices,
            card.person,
            can_again=False,
            keep_days=card.keep_days,
            desk=None if self.read_only else FolderDesk(self.folder),
            draw=Draw(chosen=card.variants.get(case.id)),
        )

    def _card(self) -> CourseCard:
        return read_course_card(self.folder / CASE_FOLDER)

    def _read(self) -> tuple[Event, ...]:
        file = self.folder / RECORD_NAME
        return parse_record(file.read_bytes()).events if file.exists() else ()

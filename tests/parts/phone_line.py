"""Phones without a server: conversations on a writer in this process; and the same beside a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from shutil import copytree
from typing import Any

from release.workshop.carried_course import read_carried_course
from release.workshop.data_folder import database_of
from release.workshop.kernel.client import WriterClient
from release.workshop.kernel.shelf import WorkshopShelf
from release.workshop.plan import WorkshopPlan
from release.workshop.seats.seat import maker_in
from release.workshop.seats.seat_pass import seat_pass
from release.workshop.wire import Address, Answer, Request
from release.workshop.writer.lines import Caller
from release.workshop.writer.writer import Writer, make_writer
from release.workshop.writer_config import WriterConfig
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.engine.draw import Draw
from scenarios.engine.event import Decided, Started
from scenarios.pick import Pick
from tests.parts.carried import CASE, NAME
from tests.places import KEYS
from widgets.conversation import Conversation
from widgets.shelf import NotebookShelf, OpenPlay, Shelf

Picks = Mapping[str, Pick | None]
BEGAN = datetime(2026, 11, 2, 1, tzinfo=UTC)
_SKIPPED_SHARE = 0.05
SECRET = "of this run"  # noqa: S105 -- of this test


@dataclass(frozen=True, slots=True)
class AnyPicks(Mapping[str, Pick | None]):
    """What somebody picks in a case, by chance: one decision in twenty is skipped.

    The same person picks the same, wherever they play.
    """

    case: Case
    person: str

    def __getitem__(self, decision: str) -> Pick | None:
        """The pick of a decision, None where it is skipped."""
        chance = Random(f"{self.case.id} {decision} {self.person}")
        return None if chance.random() < _SKIPPED_SHARE else self._decisions[decision].any_pick(chance)

    def __iter__(self) -> Iterator[str]:
        """The ids of the decisions."""
        return iter(self._decisions)

    def __len__(self) -> int:
        """How many decisions there are."""
        return len(self._decisions)

    @property
    def _decisions(self) -> Mapping[str, Decision]:
        return {decision.id: decision for _, decision in self.case.decisions()}


class PhoneLine(WriterClient):
    """A line to a writer in this process."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(Address(port=0))
        self.writer = writer

    def ask(self, request: Request) -> Answer:
        """The writer's answer."""
        return self.writer.answer(request, Caller())


@contextmanager
def phones(
    course: Path, data: Path, keys: Path = KEYS, **options: object
) -> Iterator[Callable[[str], Shelf]]:
    """The shelves of people's phones, by their ids, in a workshop that carries the course.

    options: further ones of its plan.
    """
    data.mkdir(exist_ok=True)
    carried = read_carried_course(course)
    plan = carried.settled(WorkshopPlan.model_validate({"course": course, **options}))
    config = WriterConfig(
        plan=plan, address="tcp:1", secret=SECRET, database=database_of(data), lock=None, person="Ibu R.",
        cases=plan.cases, cases_folder=carried.copy_cases(data / "cases"), keys_folder=keys, data=data,
    )  # fmt: skip
    writer, maker = make_writer(config), maker_in(data)
    line = PhoneLine(writer)
    yield lambda person: WorkshopShelf(line, seat_pass(SECRET, maker.trainee_seat(NAME, person)))
    writer.store.close()


@dataclass(frozen=True)
class DrawnShelf(NotebookShelf):
    """The shelf beside a notebook where chance has drawn this variant; as its course has it where None."""

    variant: str | None = None

    def open(self, case_id: str, *, again: bool = False) -> OpenPlay:
        """Open the play, to begin in the variant."""
        opened = super().open(case_id, again=again)
        return opened if self.variant is None else replace(opened, draw=Draw(chosen=self.variant))


def notebook(
    course: Path, person: str, locks: Path, case: str = CASE, *, variant: str | None = None
) -> Shelf:
    """The shelf beside the notebook that a person was handed, in the place where it is handed in.

    variant: the one that a play of it begins in; as its course has it where None.
    """
    folder = course / "submitted" / person / case
    if not folder.exists():
        copytree(course / "release" / case, folder)
    return DrawnShelf(folder, locks=locks, variant=variant)


def begun_variant(shelf: Shelf, case: str) -> str | None:
    """The variant that the latest play of a case was begun in."""
    started = shelf.open(case).store.events[0]
    assert isinstance(started, Started)
    return started.variant


def play(
    shelf: Shelf,
    picks: Picks,
    *,
    name: str,
    case: str = CASE,
    research: bool = False,
    most: int = 100,
    began: datetime = BEGAN,
) -> Conversation:
    """Play a case of a shelf, at most so many moves; a decision without a pick is skipped.

    name: of the play, any text; began: when it was opened, a moment before its first event; a move takes
    twenty seconds, and no more where a case had to be chosen first.
    """
    moves = 0

    def clock() -> datetime:
        return began + timedelta(seconds=20 * moves)

    conversation = Conversation(shelf, "id", clock, lambda: name.encode().hex().rjust(32, "0")[-32:])
    view = _view(conversation, {"type": "ready"})
    if view["screen"] == "shelf":
        view = _view(conversation, {"type": "choose", "case": case})
    while moves < most:
        move = _move(view, picks, research=research)
        if move is None:
            break
        moves += 1
        view = _view(conversation, move)
    conversation.close()
    return conversation


def _view(conversation: Conversation, message: Mapping[str, object]) -> Mapping[str, Any]:
    reply = conversation.answer(message)[-1]
    assert reply["type"] == "view", reply
    return reply["view"]


def _move(view: Mapping[str, Any], picks: Picks, *, research: bool) -> Mapping[str, object] | None:
    scene = view["scene"]
    if view["screen"] == "cover":
        return {"type": "begin", "n": view["n"], "research": research}
    if view["screen"] != "scene" or scene is None:
        return None
    if scene["decision"] is None:
        return {"type": "continue", "n": view["n"], "scene": scene["id"]}
    decision = scene["decision"]["id"]
    pick = picks.get(decision)
    if pick is None:
        return {"type": "skip", "n": view["n"], "decision": decision}
    event = Decided(at=f"{BEGAN:%Y-%m-%dT%H:%M:%SZ}", decision=decision, pick=pick).model_dump(mode="json")
    return {"type": "decide", "n": view["n"], "decision": decision, "pick": event["pick"], "sure": True}

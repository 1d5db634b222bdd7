"""How an assignment stands with its trainee: due, handed in, changed since, feedback there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

from release.assignment_page.assignment import Assignment, assignment_at, is_assignment
from release.assignment_page.exchange import Exchange, Offer
from scenarios.course_card import read_course_card
from scenarios.documents.problem import ProblemsError
from scenarios.library import CASE_FOLDER

HandInWay: TypeAlias = Literal["exchange", "file"]


@dataclass(frozen=True, slots=True)
class LastHandIn:
    """What was handed in last, and by which way. is_whole: nothing was decided since."""

    way: HandInWay
    moment: datetime
    is_whole: bool


@dataclass(frozen=True, slots=True)
class AssignmentStanding:
    """How an assignment stands. way: how it is handed in from here."""

    due: datetime | None
    way: HandInWay
    hand_in: LastHandIn | None
    has_feedback: bool


def standing_of(assignment: Assignment, exchange: Exchange, offer: Offer | None) -> AssignmentStanding:
    """How `assignment` stands. offer: what the exchange has of it. Raises ProblemsError."""
    last = exchange.last_submission(offer, assignment.folder) if offer is not None else None
    record = assignment.record
    ways: list[LastHandIn] = []
    if last is not None:
        ways.append(LastHandIn("exchange", last.moment, last.record == record))
    if (file := assignment.newest_file()) is not None:
        ways.append(LastHandIn("file", datetime.fromisoformat(file[0].made), file[1] == record))
    return AssignmentStanding(
        due=_due(assignment, offer),
        way="file" if offer is None else "exchange",
        hand_in=max(ways, key=lambda each: each.moment, default=None),
        has_feedback=last is not None and last.feedback,
    )


def offer_of(assignment: Assignment, offers: Iterable[Offer]) -> Offer | None:
    """The offer that an assignment was fetched from: of the same name, and of the same course."""
    course = assignment.card.course
    same = (each for each in offers if each.name == assignment.folder.name)
    return next((each for each in same if _course_of(each.folder) == course), None)


def new_offers(root: Path, offers: Iterable[Offer]) -> dict[str, Offer]:
    """Those of the lab's assignments on offer that this server has not, by their names."""
    return {each.name: each for each in offers if is_assignment(each.folder) and own_copy(root, each) is None}


def own_copy(root: Path, offer: Offer) -> Assignment | None:
    """The assignment as it was fetched: in the folder of its name, or below that of its course."""
    return assignment_at(root, offer.name) or assignment_at(root, f"{offer.course}/{offer.name}")


def _due(assignment: Assignment, offer: Offer | None) -> datetime | None:
    """When it is due: by the card that the exchange holds, which may be newer, or by its own."""
    with contextlib.suppress(ProblemsError):
        if offer is not None:
            return read_course_card(offer.folder / CASE_FOLDER).due.get(assignment.case.id)
    return assignment.due


def _course_of(folder: Path) -> str | None:
    with contextlib.suppress(ProblemsError):
        return read_course_card(folder / CASE_FOLDER).course
    return None

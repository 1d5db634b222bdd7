"""The view of the shelf: which case stands where, and what is proposed, as plain data.

What was begun stands first; then the cases of the reader's own sector and the warm-up, then all others, each
from the lowest level to the highest; at the end what is finished, and what is closed now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, TypeAlias

from scenarios.case import Case
from scenarios.directory.sectors import roles_of
from widgets.messages import ShelfRow, ShelfView, View
from widgets.shelf import CaseProgress, PlayStatus, ShelfState
from widgets.view import Surroundings, blank_view, lesson_choices, role_name, sentence

Group: TypeAlias = Literal["begun", "own", "other", "finished", "closed"]
_GROUPS: tuple[Group, ...] = ("begun", "own", "other", "finished", "closed")
_BY_STATUS: Mapping[PlayStatus, Group] = {"begun": "begun", "finished": "finished", "closed": "closed"}


def shelf_view(around: Surroundings, cases: Sequence[Case], state: ShelfState) -> View:
    """The list of cases for whoever stands before it."""
    view = blank_view(around)
    view["screen"] = "shelf"
    view["lessons"] = lesson_choices(view["mode"], around.language)
    rows = shelf_rows(around, cases, state)
    view["shelf"] = ShelfView(rows=rows, next_step=state.next_step, drafts=sum(row["draft"] for row in rows))
    return view


def shelf_rows(around: Surroundings, cases: Sequence[Case], state: ShelfState) -> list[ShelfRow]:
    """A row for each case that may be seen now, in the order of the shelf."""
    roles = roles_of(state.sector)
    progress = {case.id: state.progress.get(case.id, CaseProgress()) for case in cases}
    rows = [
        _row(case, around, progress[case.id], roles) for case in cases if progress[case.id].status != "hidden"
    ]
    warm_ups = {case.id for case in cases if case.is_warm_up}
    return sorted(
        rows, key=lambda row: (_GROUPS.index(row["group"]), row["level"], row["id"] not in warm_ups)
    )


def _row(case: Case, around: Surroundings, progress: CaseProgress, roles: Collection[str]) -> ShelfRow:
    return ShelfRow(
        id=case.id,
        title=case.in_language(around.language).title,
        role=role_name(case.role, around),
        level=case.level,
        minutes=case.minutes,
        heavy=case.intensity,
        heaviness=sentence(f"heaviness_{case.intensity}", around.language),
        draft=case.is_draft,
        own=case.role in roles,
        group=_group(case, progress, roles),
        decided=progress.decided,
        decisions=sum(1 for _ in case.decisions()),
    )


def _group(case: Case, progress: CaseProgress, roles: Collection[str]) -> Group:
    if progress.status in _BY_STATUS:
        return _BY_STATUS[progress.status]
    return "own" if roles and (case.is_warm_up or case.role in roles) else "other"

"""What the course pages tell of each programme before one is chosen: how long it is, and its tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from graders.key.guide import GUIDES, load_guide
from release.course.programmes.programme import Programme, lacking_tests, load_programme, load_programmes
from release.course.programmes.programme_length import ProgrammeLength, programme_length
from release.course_desk.web.course_view import CourseView
from release.workshop.desk.form import playable_cases
from scenarios.documents.problem import BadInputError

_SHORT_DAYS = 2
_MIXED_ROLES = 3


@dataclass(frozen=True, slots=True)
class ProgrammeView:
    """A programme. length: None where no guides tell it; has_tests: whether both can be played here."""

    plan: Programme
    length: ProgrammeLength | None
    has_tests: bool

    @property
    def is_short_and_mixed(self) -> bool:
        """Whether it is for people of several services who have two days."""
        is_short = self.length is not None and not self.length.is_weekly and self.length.days <= _SHORT_DAYS
        return is_short and len(self.plan.roles) >= _MIXED_ROLES


def programme_views(keys: Path | None) -> tuple[ProgrammeView, ...]:
    """Every programme, by its code. keys: their folder, None where there is none."""
    return tuple(
        ProgrammeView(plan, _length(code), keys is not None and not lacking_tests(plan, keys))
        for code, plan in load_programmes().items()
    )


def standing_programme(view: CourseView) -> str:
    """The code of the programme that a course was made of, by its plan and its cases; "" for none."""
    standing = {case.id for case in view.cases}
    made_of = (code for code, plan in load_programmes().items() if standing.issuperset(plan.cases))
    return next(made_of, "") if view.has_plan else ""


@lru_cache
def _length(code: str) -> ProgrammeLength | None:
    plan = load_programme(code)
    played = {name: case.minutes for name, case in playable_cases().items()}
    try:
        debriefed = {name: load_guide(name, GUIDES).minutes for name in plan.cases}
    except BadInputError:
        return None
    return programme_length(plan, played, debriefed)

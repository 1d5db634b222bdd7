"""The activity report: what was done, with whom, and what the class's figures say, with charts.

It leaves the room, so it holds no name and no figure of fewer than five people (scoring.md, “A class of 30
to 70”). What a participant wrote stands nowhere in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graders.people.cohort import Cohort, Member
from graders.people.groups import LEAST, Groups, by_sector, by_text
from graders.report.charts import ChartWords, Dot, dot_chart
from graders.report.data import ReportData, Skill, report_of
from graders.report.decision import ReportLibrary
from graders.report.statistics import PairedChange
from release.papers.form import ItemFigures
from release.papers.training import Training
from release.papers.words import PaperWords
from scenarios.directory.competencies import load_competencies
from scenarios.language import Texts

_LONGEST_LABEL = 34
_TICKS = 5  # of a chart's axis, which so has whole people


@dataclass(frozen=True, slots=True)
class PractisedCase:
    """A case of the training: how many played it to its end."""

    title: Texts
    minutes: int
    played: int
    draft: bool


@dataclass(frozen=True, slots=True)
class Activity:
    """All that the report says.

    people: of the roster; played: of them, who played a case to its end; skills: those with a figure; change:
    None below five people; received: the evaluation's items with a figure.
    """

    training: Training
    people: int
    played: int
    sectors: Groups
    provinces: Groups
    cases: tuple[PractisedCase, ...]
    skills: tuple[Skill, ...]
    change: PairedChange | None
    received: tuple[ItemFigures, ...]
    plans: int

    @property
    def drafts(self) -> bool:
        """Whether a case of it is still a draft."""
        return any(case.draft for case in self.cases)


def activity_of(
    training: Training, received: Sequence[ItemFigures], library: ReportLibrary, *, made: date
) -> Activity:
    """The report of a training. received: what the evaluation's forms say, nothing where there are none."""
    members = [
        Member(one.person.id, one.person.sector, one.person.province, one.person.kabupaten)
        for one in training.attendees
    ]
    report = _report(training.cohort, library, made)
    enough = sum(bool(one.practised) for one in training.attendees) >= LEAST
    change = report.compared.change if report and report.compared else None
    return Activity(
        training=training,
        people=len(members),
        played=sum(bool(one.practised) for one in training.attendees),
        sectors=by_sector(members),
        provinces=by_text(members, lambda member: member.province),
        cases=tuple(_cases(training)),
        skills=tuple(skill for skill in report.skills if skill.mean is not None) if report and enough else (),
        change=change if change and change.n >= LEAST else None,
        received=tuple(item for item in received if item.mean is not None),
        plans=sum(bool(kabupaten) for _, kabupaten in training.by_kabupaten),
    )


def _report(cohort: Cohort | None, library: ReportLibrary, made: date) -> ReportData | None:
    if cohort is None:
        return None
    return report_of(cohort, {}, library, load_competencies(), made=made)


def _cases(training: Training) -> Sequence[PractisedCase]:
    parts = training.cohort.cases if training.cohort else {}
    played = {name: sum(name in one.practised for one in training.attendees) for name in parts}
    return [
        PractisedCase(part.case.titles, part.case.minutes, played[name], part.case.is_draft)
        for name, part in parts.items()
        if part.case.use == "practice"
    ]


def activity_charts(activity: Activity, words: PaperWords) -> Mapping[str, str]:
    """The charts of the report as SVG, by name; none where there is nothing to draw."""
    most = float(_TICKS * math.ceil(max(activity.people, 1) / _TICKS))
    skills = [
        Dot(f"{skill.code}: {words.number(100 * mean, 0)}", 100 * mean)
        for skill in activity.skills
        if (mean := skill.mean) is not None
    ]
    change = activity.change
    both = [("before", change.before), ("after", change.after)] if change else []
    received = [
        Dot(f"{_short(one.item.ask[words.language])}: {words.number(one.mean)}", one.mean)
        for one in activity.received
        if one.mean is not None
    ]
    scale = float(max((len(one.counts) for one in activity.received), default=2))
    charts = {
        "sectors": _chart(_counts(activity.sectors, words), words, "sectors", (0.0, most)),
        "provinces": _chart(_counts(activity.provinces, words), words, "provinces", (0.0, most)),
        "skills": _chart(skills, words, "skills", (0.0, 100.0)),
        "change": _chart(
            [Dot(f"{words.t(name)}: {words.number(value)}", value) for name, value in both],
            words,
            "change",
            (0.0, 100.0),
        ),
        "received": _chart(received, words, "received", (1.0, scale)),
    }
    return {name: chart for name, chart in charts.items() if chart}


def _counts(groups: Groups, words: PaperWords) -> list[Dot]:
    return [
        Dot(f"{_short(group.name[words.language])}: {group.size}", float(group.size))
        for group in groups.visible
    ]


def _chart(dots: Sequence[Dot], words: PaperWords, name: str, span: tuple[float, float]) -> str:
    if not dots:
        return ""
    about = ChartWords(
        f"{words.language}-{name}", words.t(f"chart_{name}"), "; ".join(dot.label for dot in dots)
    )
    return dot_chart(dots, about, words.language, span=span, form=".1~f")


def _short(text: str) -> str:
    """A text that fits on a line of a chart; the table beside it has the whole."""
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1].rstrip()}…"

"""What talking changed in a case that teams played, decision by decision, with the words of the case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from graders.people.cohort import CourseCase, TeamAnswer
from graders.people.teams import TalkChange, talk_change
from graders.report.decision import LETTERS, ReportLibrary
from scenarios.decision import Decision
from scenarios.language import Texts


@dataclass(frozen=True, slots=True)
class TalkOption:
    """One option: how many people picked it alone, and how many teams settled on it."""

    letter: str
    text: Texts
    alone: int
    settled: int


@dataclass(frozen=True, slots=True)
class TalkReport:
    """One decision of a case. change: None where fewer than five teams or people are in it."""

    number: int
    ask: Texts
    change: TalkChange | None
    options: tuple[TalkOption, ...] = ()


def talk_reports(
    part: CourseCase, answers: Sequence[TeamAnswer], library: ReportLibrary
) -> Iterator[TalkReport]:
    """What talking changed in each key decision of a case; nothing of a case that no team has played."""
    case = part.case
    heard = [one for one in answers if one.case == case.id]
    if not heard:
        return
    for number, decision in enumerate(case.key_decisions(), start=1):
        change = talk_change(decision, part.key, heard)
        options = tuple(_options(part, decision, change, library)) if change is not None else ()
        yield TalkReport(number, _spoken(part, decision, lambda same: same.ask), change, options)


def _options(
    part: CourseCase, decision: Decision, change: TalkChange, library: ReportLibrary
) -> Iterator[TalkOption]:
    for letter, option in zip(LETTERS, decision.option_ids, strict=False):
        if option in decision.service_ids:
            text = library.services[option].name
        else:
            text = _spoken(part, decision, partial(_option_text, option))
        yield TalkOption(letter, text, change.alone[option], change.settled[option])


def _option_text(option: str, decision: Decision) -> str:
    return decision.option_texts[option]


def _spoken(part: CourseCase, decision: Decision, text: Callable[[Decision], str]) -> Texts:
    spoken = {tag: part.case.in_language(tag).decision(decision.id) for tag in part.case.languages}
    return Texts({tag: text(same) for tag, same in spoken.items() if same is not None})

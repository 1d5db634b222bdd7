"""The class report as data: what it says of a cohort, before anybody decides how it looks.

Everything is counted on first attempts (scoring.md, “A case”) and about the class: no name, no e-mail,
no reflection and no order of persons is in it, and who skipped is told to nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graders.feedback.key_feedback import LEAST_DECISIONS
from graders.key.guide import Guide
from graders.people.cohort import Cohort, CourseCase, JudgedPlay
from graders.people.groups import by_sector
from graders.report.debrief import Script, script_of
from graders.report.decision import (
    DecisionReport,
    FlagShare,
    PeopleShare,
    ReportLibrary,
    choices_of,
    decision_reports,
    share_of,
)
from graders.report.sensitivity import Sensitivity, sensitivities
from graders.report.statistics import (
    REVIEW_BELOW,
    Agreement,
    PairedChange,
    Reliability,
    agreement,
    cronbach,
    item_rest,
    paired_change,
)
from graders.report.teams import TalkReport, talk_reports
from scenarios.directory.competencies import Competency
from scenarios.directory.reviewer_roles import review_sentence
from scenarios.language import LANGUAGES, Language, Texts

FORMS = 2


@dataclass(frozen=True, slots=True)
class GroupAgreement:
    """How alike one group chose in a case, None where it cannot be compared. n: its people."""

    name: Texts
    n: int
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class ItemReview:
    """A decision that its author should look at: its correlation with the others of its case."""

    number: int
    ask: Texts
    correlation: float


@dataclass(frozen=True, slots=True)
class RefusedSubmissions:
    """Submissions of one case that were not judged for the same reason, by the ids of who handed them in."""

    case: str
    title: Texts
    reason: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseReport:
    """One case in the class.

    reviewers: who has reviewed it and when, "" for a draft; judged: plays that were judged; incomplete: those
    that are not whole, together with what was not handed in; mean: mean S, 0..100, of whole plays; harmed,
    neglected: how many plays have a harmful pick or a missed must; harms, missed: how many of them there are;
    agreement: of the whole class; hidden: people in groups too small to be shown; talks: what talking changed
    at tables.
    """

    id: str
    title: Texts
    version: str
    key_version: str
    is_class_key: bool
    draft: bool
    reviewers: Texts
    test: bool
    panel: int | None
    cut: int
    minutes: int
    judged: int
    incomplete: int
    refused: int
    mean: float | None
    harmed: PeopleShare | None
    neglected: PeopleShare | None
    harms: int
    missed: int
    decisions: tuple[DecisionReport, ...]
    agreement: Agreement | None
    groups: tuple[GroupAgreement, ...]
    hidden: int
    reliability: Reliability | None
    reviews: tuple[ItemReview, ...]
    script: Script
    sensitivities: tuple[Sensitivity, ...] = ()
    talks: tuple[TalkReport, ...] = ()

    @property
    def flags(self) -> tuple[tuple[DecisionReport, FlagShare], ...]:
        """Harms of the harm grade that were made, and missed musts, most frequent first."""
        made = [
            (decision, flag)
            for decision in self.decisions
            for flag in (*decision.harms, *decision.missed)
            if flag.grade != "practice" and flag.share.count
        ]
        return tuple(sorted(made, key=lambda one: (one[1].grade != "harm", -one[1].share.value)))


@dataclass(frozen=True, slots=True)
class Skill:
    """A competency: the class's mean s (0..1), None below five decisions; decisions: how many there are."""

    code: str
    name: Texts
    practise: Texts
    decisions: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Before and after on two forms. change: None where nobody did both; one, other: the forms' titles."""

    one: Texts
    other: Texts
    change: PairedChange | None


@dataclass(frozen=True, slots=True)
class ReportData:
    """All that the class report says. trainees: of the roster and of those who handed in without it.

    is_interim: whether it is told while the class still plays.
    """

    course: str
    made: date
    trainees: int
    cases: tuple[CaseReport, ...]
    refused: tuple[RefusedSubmissions, ...]
    skills: tuple[Skill, ...]
    compared: Compared | None
    is_interim: bool = False

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages that all of its cases have."""
        return tuple(language for language in LANGUAGES if all(language in one.title for one in self.cases))

    @property
    def judged(self) -> int:
        """All plays that were judged."""
        return sum(case.judged for case in self.cases)

    @property
    def not_judged(self) -> int:
        """All submissions that could not be judged."""
        return sum(len(one.ids) for one in self.refused)

    @property
    def harms(self) -> int:
        """All harmful picks."""
        return sum(case.harms for case in self.cases)

    @property
    def missed(self) -> int:
        """All missed musts."""
        return sum(case.missed for case in self.cases)

    @property
    def drafts(self) -> bool:
        """Whether a case is still a draft."""
        return any(case.draft for case in self.cases)

    @property
    def grouped(self) -> bool:
        """Whether there are two groups that may be shown beside each other."""
        return any(len(case.groups) > 1 for case in self.cases)

    @property
    def has_teams(self) -> bool:
        """Whether people played at tables."""
        return any(case.talks for case in self.cases)

    @property
    def incomplete(self) -> int:
        """All plays that are not whole, whatever the reason."""
        return sum(case.incomplete for case in self.cases)


def report_of(  # noqa: PLR0913 -- the books that a report quotes
    cohort: Cohort,
    guides: Mapping[str, Guide],
    library: ReportLibrary,
    competencies: Mapping[str, Competency],
    *,
    made: date,
    case_ids: Sequence[str] = (),
) -> ReportData:
    """The report of `cohort`: of `case_ids`, of all its cases where there are none.

    guides: by case id; a case without one gets the questions of every debrief. Before and after is about
    all cases of the course, whichever are asked for. Raises KeyError for a case that the cohort lacks.
    """
    wanted = {case_id: cohort.cases[case_id] for case_id in case_ids or cohort.cases}
    refused = tuple(_refused(cohort, wanted))
    return ReportData(
        course=cohort.course,
        made=made,
        trainees=len(cohort.members),
        cases=tuple(_case(cohort, part, guides.get(name), library) for name, part in wanted.items()),
        refused=refused,
        skills=tuple(_skills(cohort, wanted, competencies)),
        compared=compared_of(cohort),
    )


def compared_of(cohort: Cohort) -> Compared | None:
    """Before and after by when each person began each of the two test cases; None where there are not two."""
    forms = [part for part in cohort.cases.values() if part.case.use == "test"]
    if len(forms) != FORMS:
        return None
    begun: dict[str, list[tuple[str, JudgedPlay]]] = {}
    for one in cohort.handed:
        if one.case in {part.case.id for part in forms} and not one.first.incomplete and one.play.started:
            begun.setdefault(one.member.id, []).append((one.play.started.at, one))
    both = [sorted(pair, key=lambda one: one[0]) for pair in begun.values() if len(pair) == FORMS]
    change = paired_change(
        [before.first.S for (_, before), _ in both],
        [after.first.S for _, (_, after) in both],
        [before.case for (_, before), _ in both],
    )
    return Compared(title_of(forms[0]), title_of(forms[1]), change)


def title_of(part: CourseCase) -> Texts:
    """The title of a case in its languages."""
    return part.case.titles


def _case(cohort: Cohort, part: CourseCase, guide: Guide | None, library: ReportLibrary) -> CaseReport:
    plays, case, key = cohort.of_case(part.case.id), part.case, part.key
    decisions = tuple(decision_reports(part, plays, library))
    whole = [one.first.S for one in plays if one.first.S is not None and not one.first.incomplete]
    groups = by_sector(one.member for one in plays)
    scores = _scores(plays)
    return CaseReport(
        id=case.id,
        title=title_of(part),
        version=case.version,
        key_version=key.version,
        is_class_key=part.is_class_key,
        draft=case.is_draft,
        reviewers=Texts.of(lambda language: review_sentence(case.valid_review, language)),
        test=case.use == "test",
        panel=None if key.panel == "none" else key.panel.size,
        cut=key.cut,
        minutes=case.minutes,
        judged=len(plays),
        incomplete=cohort.missing.get(case.id, 0) + sum(one.first.incomplete for one in plays),
        refused=sum(one.case == case.id for one in cohort.not_judged),
        mean=sum(whole) / len(whole) if whole else None,
        harmed=share_of(sum(one.first.H > 0 for one in plays), len(plays)),
        neglected=share_of(sum(one.first.M > 0 for one in plays), len(plays)),
        harms=sum(one.first.H for one in plays),
        missed=sum(one.first.M for one in plays),
        decisions=decisions,
        agreement=_agreement(part, plays),
        groups=tuple(
            GroupAgreement(
                group.name,
                group.size,
                _agreement(part, [one for one in plays if one.member.id in group.members]),
            )
            for group in groups.visible
        ),
        hidden=groups.hidden,
        reliability=cronbach(scores),
        reviews=tuple(_reviews(decisions, scores)),
        script=script_of(decisions, guide),
        sensitivities=tuple(sensitivities(part, plays)),
        talks=tuple(talk_reports(part, cohort.teams, library)),
    )


def _agreement(part: CourseCase, plays: Iterable[JudgedPlay]) -> Agreement | None:
    decisions = part.case.key_decisions()
    rows = [
        [answer for decision in decisions for answer in choices_of(decision, one.play.first.get(decision.id))]
        for one in plays
    ]
    return agreement(rows) if rows else None


def _scores(plays: Sequence[JudgedPlay]) -> list[list[float | None]]:
    """Persons × decisions that weigh something: s, None where it was not answered."""
    return [
        [
            verdict.s if verdict.status == "answered" else None
            for verdict in one.first.verdicts
            if verdict.weight
        ]
        for one in plays
    ]


def _reviews(
    decisions: Sequence[DecisionReport], scores: Sequence[Sequence[float | None]]
) -> Iterator[ItemReview]:
    # Of a case with variants each decision stands there once for each of them, and is one item all the same.
    each = {decision.number: decision for decision in reversed(decisions)}
    weighed = [decision for _, decision in sorted(each.items()) if not decision.contested]
    for decision, correlation in zip(weighed, item_rest(scores), strict=False):
        if correlation is not None and correlation < REVIEW_BELOW:
            yield ItemReview(decision.number, decision.ask, correlation)


def _refused(cohort: Cohort, wanted: Mapping[str, CourseCase]) -> Iterator[RefusedSubmissions]:
    members: dict[tuple[str, str], list[str]] = {}
    for one in cohort.not_judged:
        if one.case in wanted:
            members.setdefault((one.case, one.reason), []).append(one.member.id)
    for (case_id, reason), ids in members.items():
        yield RefusedSubmissions(case_id, title_of(wanted[case_id]), reason, tuple(sorted(ids)))


def _skills(
    cohort: Cohort, wanted: Mapping[str, CourseCase], competencies: Mapping[str, Competency]
) -> Iterator[Skill]:
    """Each competency that a decision stands behind, with the weighted mean of all answers to these."""
    keys = [key for part in wanted.values() for key in part.key.decisions.values() if key.weight]
    behind = Counter(key.competency for key in keys)
    earned: dict[str, list[tuple[float, float]]] = {}
    for one in cohort.handed:
        if one.case in wanted:
            for verdict in one.first.verdicts:
                if verdict.status == "answered" and verdict.s is not None and verdict.weight:
                    code = wanted[one.case].key.decisions[verdict.decision].competency
                    earned.setdefault(code, []).append((verdict.weight, verdict.s))
    for code in sorted(behind):
        pairs = earned.get(code, [])
        weight = sum(each for each, _ in pairs)
        enough = behind[code] >= LEAST_DECISIONS and weight > 0
        mean = sum(each * s for each, s in pairs) / weight if enough else None
        named = competencies[code]
        yield Skill(code, named.name, named.practise, behind[code], mean)

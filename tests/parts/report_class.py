"""A class in memory for the tests of the report: people of several sectors who play the small case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from graders.key.guide import Guide, load_guide
from graders.key.key import load_key
from graders.people.cohort import Cohort, CourseCase, JudgedPlay, Member, NotJudged
from graders.report.data import ReportData, report_of
from graders.report.decision import ReportLibrary
from graders.score import score
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.directory.competencies import load_competencies
from scenarios.engine.event import Continued, Decided, Event, Reopened, Skipped, Started
from scenarios.engine.play import Play
from scenarios.kinds.referral import Handover, ReferralDecision
from scenarios.loader import load_case
from scenarios.pick import Pick
from tests.places import CASES, TESTS

CASE, KEYS, GUIDES = CASES / "daftar-nilai", TESTS / "keys", TESTS / "guides"
DAY = date(2026, 11, 22)
HOSTILE = "<script>window.hit=1</script><img src=x onerror=window.hit=1>"
REFLECTION = "Rahasia-renungan-saya"

RIGHT: Mapping[str, Pick | None] = {
    "mendesak": "sedang",
    "bicara": "dengar",
    "langkah": ("catat", "sandi", "minta"),
    "urutan": ("aman", "setuju", "sekolah", "pantau"),
    "serah": (
        Handover(service="sekolah", urgency="jam", packet=("tindakan",)),
        Handover(service="psikolog", urgency="hari", packet=("usia", "tidur")),
    ),
    "refleksi": REFLECTION,
}
WRONG: Mapping[str, Pick | None] = {
    "mendesak": "rendah",
    "bicara": "catat",
    "langkah": ("kabar",),
    "urutan": ("pantau", "sekolah", "setuju", "aman"),
    "serah": (Handover(service="puspaga", urgency="pekan", packet=()),),
    "refleksi": REFLECTION,
}
HARMFUL: Mapping[str, Pick | None] = {
    **RIGHT,
    "bicara": "marah",
    "langkah": ("umumkan",),
    "serah": (Handover(service="sekolah", urgency="jam", packet=("konseling",)),),
}

Picks = Mapping[str, Pick | None]


@dataclass(frozen=True)
class ReportClass:
    """A class of one case, or of more; `of` makes its people, `cohort` and `data` what comes of it."""

    parts: tuple[CourseCase, ...]
    members: tuple[Member, ...] = ()
    handed: tuple[JudgedPlay, ...] = ()
    refused: tuple[NotJudged, ...] = ()
    missing: Mapping[str, int] = field(default_factory=dict)
    course: str = "kelas-uji"

    def plus(
        self, count: int, sector: str | None, picks: Picks, *, again: Picks | None = None, name: str = ""
    ) -> ReportClass:
        """The class with so many more people of a sector who all chose `picks` in the first case.

        again: what they changed a decision to, where it can be taken back.
        """
        case = self.parts[0]
        begun = len(self.members)
        people = tuple(Member(name or f"p{number:02}", sector) for number in range(begun, begun + count))
        handed = tuple(played(case, member, picks, again=again) for member in people)
        return replace(self, members=(*self.members, *people), handed=(*self.handed, *handed))

    def cohort(self) -> Cohort:
        """The class as the report reads it."""
        cases = {part.case.id: part for part in self.parts}
        missing = {name: self.missing.get(name, 0) for name in cases}
        return Cohort(self.course, cases, self.members, self.handed, self.refused, missing)

    def data(self, *, case_ids: Sequence[str] = (), guides: Mapping[str, Guide] | None = None) -> ReportData:
        """The report of the class; the small case has its guide."""
        loaded = {"daftar-nilai": load_guide("daftar-nilai", GUIDES)} if guides is None else guides
        cohort = self.cohort()
        return report_of(
            cohort, loaded, ReportLibrary.of_the_lab(), load_competencies(), made=DAY, case_ids=case_ids
        )


def empty_class(*folders: Path) -> ReportClass:
    """A class in which nobody is yet, of the small case where no other is named."""
    return ReportClass(tuple(part_of(load_case(folder)) for folder in folders or (CASE,)))


def part_of(case: Case) -> CourseCase:
    """A case with its key of the tests."""
    return CourseCase(case, load_key(case, KEYS))


def mixed_class() -> ReportClass:
    """Twenty-four people: police and social workers who differ, few of the health sector and a village."""
    return (
        empty_class()
        .plus(7, "police", WRONG)
        .plus(6, "social", RIGHT)
        .plus(3, "health", HARMFUL)
        .plus(2, "village", RIGHT)
        .plus(4, "school", {**RIGHT, "bicara": "catat"})
        .plus(1, "school", {**RIGHT, "serah": None})
        .plus(1, None, {**RIGHT, "mendesak": None})
    )


def played(
    part: CourseCase, member: Member, picks: Picks, *, again: Picks | None = None, hour: int = 7
) -> JudgedPlay:
    """One play: `picks` by decision, None for what is skipped; the first option where nothing is said."""
    at = f"2026-11-22T{hour:02}:00:00Z"
    case = part.case
    started = Started(
        at=at,
        play="0" * 32,
        case=case.id,
        version=case.version,
        course="kelas-uji",
        mode="test",
        variant=case.variant,
    )
    play = Play.replay(case, (started,))
    while not play.ended:
        taken_back = play.revisable or ""
        if again and taken_back in again and play.picks[taken_back] != again[taken_back]:
            play = play.after(Reopened(at=at, decision=taken_back)).after(_settled(taken_back, at, again))
        else:
            play = play.after(next_event(play, at, picks))
    first = score(case, play, part.key, attempt="first")
    return JudgedPlay(member, case.id, play, score(case, play, part.key), first)


def next_event(play: Play, at: str, picks: Picks) -> Event:
    """What comes next in a play: what `picks` say, or the first option."""
    decision = play.scene.decision
    if decision is None:
        return Continued(at=at, scene=play.scene_id)
    if decision.id not in picks:
        return Decided(at=at, decision=decision.id, pick=_any_pick(decision))
    return _settled(decision.id, at, picks)


def _settled(decision_id: str, at: str, picks: Picks) -> Event:
    pick = picks[decision_id]
    if pick is None:
        return Skipped(at=at, decision=decision_id)
    return Decided(at=at, decision=decision_id, pick=pick)


def _any_pick(decision: Decision) -> Pick:
    options = decision.option_ids
    if decision.kind == "text":
        return REFLECTION
    if isinstance(decision, ReferralDecision):
        urgency = next(iter(decision.urgency))
        return (Handover(service=options[0], urgency=urgency, packet=()),)
    if decision.kind == "multi":
        return options[:1]
    if isinstance(decision, ReferralDecision):
        return (Handover(service=options[0], urgency=next(iter(decision.urgency)), packet=()),)
    return options if decision.kind == "rank" else options[0]


def varied_class(part: CourseCase, picks: Mapping[str, Picks]) -> ReportClass:
    """Six police officers in each variant of a case, who chose these."""
    made = ReportClass((part,))
    for variant, chosen in picks.items():
        own = CourseCase(part.case.in_variant(variant), part.key)
        people = [Member(f"{variant}-{number}", "police") for number in range(6)]
        plays = tuple(played(own, person, chosen) for person in people)
        made = replace(made, members=(*made.members, *people), handed=(*made.handed, *plays))
    return made

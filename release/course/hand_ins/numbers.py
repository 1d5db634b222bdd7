"""Moodle's numbers: which are remembered of a download, and what is told where they do not fit.

Feedback goes back by the number alone, and a wrong one gives a person the feedback of another. So two
numbers for one person and case are believed neither, and none takes the place of another unsaid.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from release.archive import Unread
from release.course.hand_ins.moodle_places import MoodlePlace, Places
from release.course.hand_ins.persons import Owner
from release.course.hand_ins.records import HandedRecord, Rank, RecordHead, sentence
from scenarios.sentence import Sentence


@dataclass(frozen=True, slots=True)
class MatchedRecord:
    """A record with its person and case."""

    file: HandedRecord
    head: RecordHead
    owner: Owner

    @property
    def person(self) -> str:
        """Whose it is."""
        return self.owner.person

    @property
    def case(self) -> str:
        """Of which case."""
        return self.head.case

    @property
    def rank(self) -> Rank:
        """What makes it newer than another."""
        return self.head.rank

    @property
    def number(self) -> str | None:
        """Moodle's number, None where it did not come from Moodle."""
        return self.owner.moodle.number if self.owner.moodle is not None else None


@dataclass(slots=True)
class Numbers:
    """What the numbers of some records come to.

    good: the records that may be placed; left: those that may not, and why; remarks: what else is to be
    told; places: the place of each person and case, to be remembered once its record stands.
    """

    good: list[MatchedRecord] = field(default_factory=list)
    left: list[Unread] = field(default_factory=list)
    remarks: list[Unread] = field(default_factory=list)
    places: dict[tuple[str, str], MoodlePlace] = field(default_factory=dict)


def settled_numbers(records: Sequence[MatchedRecord], before: Places, *, renumber: bool) -> Numbers:
    """Sort records by whether their numbers fit each other, and those that are remembered (`before`).

    renumber: whether new numbers take the places of those that are remembered.
    """
    outcome = Numbers()
    strays = _strays(records)
    groups: dict[tuple[str, str], list[MatchedRecord]] = defaultdict(list)
    for at, one in enumerate(records):
        if at in strays:
            outcome.good.append(one)
            parts = {"case": one.case, "main": strays[at], "person": one.person}
            outcome.remarks.append(Unread(one.file.label, sentence("stray", **parts)))
        else:
            groups[one.person, one.case].append(one)
    for (person, case), group in groups.items():
        place = before.get(person, {}).get(case)
        _settle(outcome, group, place, renumber=renumber)
    return outcome


def _settle(
    outcome: Numbers, group: Sequence[MatchedRecord], before: MoodlePlace | None, *, renumber: bool
) -> None:
    """Sort the records of one person and case; `before` is the place that is remembered."""
    chosen = [one for one in group if one.owner.is_settled and one.number is not None]
    numbered = chosen or [one for one in group if one.number is not None]
    numbers = sorted({one.number for one in numbered if one.number is not None})
    why: Sentence | None = None
    if len(numbers) > 1:
        why = _refusal("two_numbers", numbered[0], numbers=", ".join(numbers))
    elif numbers and before is not None and before.number != numbers[0] and not (renumber or chosen):
        why = _refusal("other_number", numbered[0], before=before.number, number=numbers[0])
    if why is not None:
        outcome.left += [Unread(one.file.label, why) for one in group if one.number is not None]
        outcome.good += [one for one in group if one.number is None]
        return
    outcome.good += group
    if not numbered:
        return
    first = numbered[0]
    if before is not None and before.number != numbers[0]:
        parts = {"person": first.person, "case": first.case, "before": before.number, "number": numbers[0]}
        outcome.remarks.append(Unread(first.file.label, sentence("renumbered", **parts)))
    if first.owner.moodle is not None:
        outcome.places[first.person, first.case] = MoodlePlace.of(first.owner.moodle)


def _refusal(key: str, one: MatchedRecord, **parts: str) -> Sentence:
    folder = next(part for part in one.file.parts if one.number is not None and f"_{one.number}_" in part)
    remedy = sentence("whole_folder", folder=folder, who=sentence("the_right_id"))
    return sentence(key, person=one.person, case=one.case, remedy=remedy, **parts)


def _strays(records: Sequence[MatchedRecord]) -> Mapping[int, str]:
    """Which records were handed in at the assignment of another case; that case by their places."""
    downloads: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, one in enumerate(records):
        if one.number is not None and not one.owner.is_settled:
            downloads[one.owner.download].append(at)
    strays: dict[int, str] = {}
    for places in downloads.values():
        main = _main_case([records[at] for at in places])
        if main is not None:
            strays |= {at: main[0] for at in places if records[at].case in main[1]}
    return strays


def _main_case(records: Iterable[MatchedRecord]) -> tuple[str, frozenset[str]] | None:
    """The case of an assignment, and the cases that do not belong there; None where nobody can tell.

    Nobody can where an assignment takes several cases of a person, where several downloads lie in one
    folder, or where no case is that of more than half of the people.
    """
    of_case: dict[str, set[str]] = defaultdict(set)
    of_person: dict[str, set[str]] = defaultdict(set)
    of_number: dict[str, set[str]] = defaultdict(set)
    for one in records:
        number = one.number or ""
        of_case[one.case].add(number)
        of_person[one.person].add(number)
        of_number[number].add(one.case)
    is_mixed = any(len(numbers) > 1 for numbers in of_person.values())
    takes_several = sum(len(cases) > 1 for cases in of_number.values()) > 1
    (main, count), *_ = Counter({case: len(numbers) for case, numbers in of_case.items()}).most_common(1)
    if is_mixed or takes_several or 2 * count <= len(of_number):
        return None
    return main, frozenset(case for case, numbers in of_case.items() if 2 * len(numbers) <= count)

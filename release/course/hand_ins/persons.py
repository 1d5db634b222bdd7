"""Whose a record is: by a folder that the facilitator named, by whom Moodle names, or by the id typed in it.

Whoever Moodle names has logged in there, while an id in a hand-in was typed by anybody. So what Moodle
handed out goes to none but the people of the name that Moodle gives, and an id chooses among these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import PurePosixPath

from graders.people.roster import Roster, folded
from release.archive import printable
from release.course.hand_ins.moodle_name import MoodleName, moodle_name
from release.course.hand_ins.moodle_places import Places
from release.course.hand_ins.names import NOBODY, Ids, NameBook
from release.course.hand_ins.records import CannotPlaceError, HandedRecord, sentence
from scenarios.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a record is.

    download: where the folders of one download of Moodle stand, None where Moodle named nobody; moodle: its
    name there; is_settled: whether a folder that the facilitator named by an id says so.
    """

    person: str
    moodle: MoodleName | None = None
    download: tuple[str, ...] = ()
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class Persons:
    """The persons of a course by all that names them.

    numbers: who has which of Moodle's numbers, as its grading worksheets say; places: what was remembered
    of earlier downloads; prefixes: by download, what stands before “-” in the names of several of its
    folders, as Moodle writes a group; teams: whether Moodle's names are those of groups.
    """

    ids: Mapping[str, str]
    book: NameBook
    numbers: Mapping[str, str] = field(default_factory=dict)
    places: Places = field(default_factory=dict)
    prefixes: Mapping[tuple[str, ...], Collection[str]] = field(default_factory=dict)
    teams: bool = False

    @classmethod
    def of(cls, roster: Roster) -> Persons:
        """The persons of a roster."""
        return cls({folded(ident): ident for ident in roster}, NameBook.of(roster.values()))

    def owner(self, file: HandedRecord, case: str) -> Owner:
        """Whose a record of `case` is. Raises CannotPlaceError."""
        at = _moodles_part(file.parts)
        typed = file.card.participant if file.card is not None else None
        if at is None:
            for part in reversed(_on_disk(file.parts[:-1])):
                if (person := self.ids.get(folded(part))) is not None:
                    return Owner(person, is_settled=True)
            return Owner(self._unnamed(typed, file.parts))
        moodle = moodle_name(file.parts[at])
        assert moodle is not None  # noqa: S101 -- so was `at` chosen
        download = file.parts[:at]
        for part in reversed(_on_disk(download)):
            if (person := self.ids.get(folded(part))) is not None:
                return Owner(person, moodle, download, is_settled=True)
        for part in reversed(download):
            if (person := self.ids.get(folded(part))) is not None:
                # A folder in a ZIP says whose it is, and not whose number Moodle's is.
                return Owner(person)
        if self.teams:
            # The number is the group's, by which nobody's feedback goes back.
            return Owner(self._in_team(typed, moodle.who))
        return Owner(self._named(file.parts[at], moodle, typed, case, download), moodle, download)

    def _named(
        self, folder: str, moodle: MoodleName, typed: str | None, case: str, download: tuple[str, ...]
    ) -> str:
        """Who of the people of the name that Moodle gives."""
        if (known := self.numbers.get(moodle.number)) is not None:
            ids: Ids = frozenset({known})
        else:
            ids = self._called(moodle.who, download)
            before = {person for person in self.places if self._number(person, case) == moodle.number}
            if moodle.is_blind:
                ids = frozenset(before)
            elif len(ids & before) == 1:
                ids &= before
        if not ids:
            raise CannotPlaceError(_nobody(moodle, typed, folder))
        by_id = self._typed(typed)
        if by_id is not None and by_id not in ids:
            named, remedy = ", ".join(sorted(ids)), sentence("by_folder", who=sentence("the_right_id"))
            raise CannotPlaceError(sentence("disagree", typed=by_id, named=named, remedy=remedy))
        if len(ids) == 1:
            return next(iter(ids))
        if by_id is None:
            parts = {"name": printable(moodle.who), "ids": ", ".join(sorted(ids)), "number": moodle.number}
            raise CannotPlaceError(sentence("several", **parts, remedy=_whole_folder(folder)))
        return by_id

    def _called(self, name: str, download: tuple[str, ...]) -> Ids:
        if ids := self.book.called(name):
            return ids
        for prefix in self.prefixes.get(download, ()):
            if name.startswith(f"{prefix}-") and (ids := self.book.called(name[len(prefix) + 1 :])):
                return ids
        return NOBODY

    def _number(self, person: str, case: str) -> str | None:
        place = self.places.get(person, {}).get(case)
        return place.number if place is not None else None

    def _typed(self, typed: str | None) -> str | None:
        if typed is None:
            return None
        return self.ids.get(folded(typed)) or _only(self.book.called(typed))

    def _in_team(self, typed: str | None, team: str) -> str:
        person = self._typed(typed)
        if person is None:
            remedy = sentence("by_folder", who=sentence("the_id"))
            if typed is not None:
                raise CannotPlaceError(sentence("unknown_id", typed=printable(typed), remedy=remedy))
            raise CannotPlaceError(sentence("team_without_id", name=printable(team), remedy=remedy))
        return person

    def _unnamed(self, typed: str | None, parts: tuple[str, ...]) -> str:
        """Whose a record is that came by another way than Moodle."""
        person = self._typed(typed) or self._by_path(parts)
        if person is not None:
            return person
        remedy = sentence("by_folder", who=sentence("the_id"))
        if typed is None:
            raise CannotPlaceError(sentence("whose", remedy=remedy))
        if several := sorted(self.book.called(typed)):
            parts_ = {"name": printable(typed), "ids": ", ".join(several)}
            raise CannotPlaceError(sentence("several_typed", **parts_, remedy=remedy))
        raise CannotPlaceError(sentence("unknown_id", typed=printable(typed), remedy=remedy))

    def _by_path(self, parts: tuple[str, ...]) -> str | None:
        """Whom the file, or the nearest folder, is called after."""
        names = (name for part in reversed(parts) for name in (part, PurePosixPath(part).stem))
        return next((person for name in names if (person := _only(self.book.called(name))) is not None), None)


def group_prefixes(files: Iterable[HandedRecord]) -> Mapping[tuple[str, ...], Collection[str]]:
    """What may be groups: by download, what stands before a “-” in the names of two or more of its numbers.

    One name alone may well have a “-” of its own; the shortest is tried first.
    """
    numbers: dict[tuple[str, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file in files:
        at = _moodles_part(file.parts)
        name = moodle_name(file.parts[at]) if at is not None else None
        if name is None:
            continue
        pieces = name.who.split("-")
        for count in range(1, len(pieces)):
            numbers[file.parts[:at]]["-".join(pieces[:count])].add(name.number)
    return {
        download: sorted((prefix for prefix, own in of_download.items() if len(own) > 1), key=len)
        for download, of_download in numbers.items()
    }


def _moodles_part(parts: tuple[str, ...]) -> int | None:
    return next((at for at, part in enumerate(parts) if moodle_name(part) is not None), None)


def _on_disk(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The folders before the first ZIP."""
    return tuple(takewhile(lambda part: not part.lower().endswith(".zip"), parts))


def _only(ids: Ids) -> str | None:
    return next(iter(ids)) if len(ids) == 1 else None


def _whole_folder(folder: str) -> Sentence:
    return sentence("whole_folder", folder=printable(folder), who=sentence("the_id"))


def _nobody(moodle: MoodleName, typed: str | None, folder: str) -> Sentence:
    name = printable(moodle.who)
    if moodle.is_blind:
        return sentence("blind", name=name, number=moodle.number, remedy=_whole_folder(folder))
    if typed is None:
        return sentence("unknown_name", name=name, remedy=_whole_folder(folder))
    return sentence("unknown_name_typed", name=name, typed=printable(typed), remedy=_whole_folder(folder))

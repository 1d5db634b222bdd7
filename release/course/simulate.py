"""Simulated trainees for a course: submissions that the real engine played, with no person behind them.

They differ in skill, sector and language, and some hand in nothing, half a case, or too late. All is
a function of the seed but the moments, which lie around the assignment's due date, and those of a
record never ahead of the clock.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Literal, TypeAlias, get_args

from graders.grading.submission import TIMESTAMP
from graders.key.key import Key, keys_folder, load_key
from graders.people.roster import Person, course_roster, write_roster
from graders.score import score
from release.course.course import CourseError, assignments, read_course
from release.course.gradebook import add_assignments, add_students, due_date, generate_assignment
from scenarios.case import Case
from scenarios.course_card import case_of
from scenarios.decision import Decision
from scenarios.engine.draw import Draw
from scenarios.engine.event import (
    Continued,
    Decided,
    Estimated,
    Event,
    Mode,
    Paused,
    Reopened,
    Resumed,
    Skipped,
    Started,
)
from scenarios.engine.play import Play
from scenarios.engine.record import RECORD_NAME, record_bytes
from scenarios.language import LANGUAGES, TRANSLATIONS, Language, read_catalogue
from scenarios.pick import Pick
from scenarios.sentence import sentences_of

Manner: TypeAlias = Literal["whole", "half", "empty", "late", "skips", "harmful"]
MANNERS: tuple[Manner, ...] = get_args(Manner)
SECTORS = ("police", "social", "health", "school", "village", "legal_aid")
LIST = "simulated.csv"
TEXTS = Path(__file__).parents[1] / "texts.yaml"

_sentence = sentences_of(Path(__file__).with_name("texts.yaml"))
_PAUSES = 0.1
_THINKS_AGAIN = 0.3
_MOST_TRIES = 12
_A_DAY = timedelta(days=1)
_HARM_TRIES = 60
_SPOKEN = (3, *(1 for _ in TRANSLATIONS))  # most write in the language of the cases


@dataclass(frozen=True, slots=True)
class Trainee:
    """A simulated trainee. skill: 0..1, how many picks are weighed for one; manner: how they play."""

    name: str
    sector: str
    language: Language
    skill: float
    manner: Manner


def simulate(
    directory: Path,
    trainees: int,
    seed: int,
    *,
    keys: Path | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[Trainee, ...]:
    """Write the submissions of `trainees` for every case of the course at `directory`; give who they are.

    Makes the assignments where they were not generated yet. One that has no due date is given one:
    the last full hour of `clock`. Who they are stands in ``simulated.csv`` of the course, and
    their sectors in its roster.

    Raises CourseError where this is no course, it has submissions already, or there would be nobody.
    """
    card = read_course(directory)
    _refuse(directory, trainees)
    people = _people(trainees, seed)
    folder = keys or keys_folder()
    for name in assignments(directory):
        due = _due(directory, name, clock)
        released = directory / "release" / name
        if not (released / f"{name}.ipynb").exists():
            generate_assignment(directory, name)
        case = case_of(released)
        key = load_key(case, folder)
        for person in people:
            chance = Random(f"{seed}/{name}/{person.name}")  # noqa: S311 -- a seed, not a secret
            player = _SimulatedPlayer(
                case, key, person, chance, card.course, card.mode, card.variants.get(name)
            )
            hand_in = player.played(due, clock().astimezone(UTC))
            _write(directory / "submitted" / person.name / name, released, hand_in)
    add_students(directory, (person.name for person in people))
    _write_list(directory / LIST, people)
    if not course_roster(directory):
        write_roster(directory, {person.name: Person(person.name, sector=person.sector) for person in people})
    return people


def _refuse(directory: Path, trainees: int) -> None:
    if trainees < 1:
        raise CourseError(_sentence("no_trainees", count=trainees))
    if any((directory / "submitted").glob("*/*")):
        raise CourseError(_sentence("has_submissions", directory=directory))


def _people(count: int, seed: int) -> tuple[Trainee, ...]:
    chance = Random(f"{seed}/people")  # noqa: S311 -- a seed, not a secret
    manners = [*MANNERS[:count], *["whole"] * (count - len(MANNERS))]
    chance.shuffle(manners)
    people = []
    for number, manner in enumerate(manners, start=1):
        sector, language = chance.choice(SECTORS), chance.choices(LANGUAGES, _SPOKEN)[0]
        skill = round(chance.uniform(0.1, 0.95), 2)
        people.append(Trainee(f"peserta-{number:02}", sector, language, skill, _manner(manner)))
    return tuple(people)


def _manner(name: str) -> Manner:
    return next(manner for manner in MANNERS if manner == name)


def _due(directory: Path, name: str, clock: Callable[[], datetime]) -> datetime:
    due = due_date(directory, name)
    if due is None:
        due = clock().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        add_assignments(directory, {name: due})
    return due


@dataclass(frozen=True, slots=True)
class _SimulatedHandIn:
    """What one trainee hands in for one case: the events, and when."""

    events: tuple[Event, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class _SimulatedPlayer:
    """One trainee before one case; variant: the one that the course sets, None where it is drawn."""

    case: Case
    key: Key
    person: Trainee
    chance: Random
    course: str
    mode: Mode
    variant: str | None

    def played(self, due: datetime, today: datetime) -> _SimulatedHandIn:
        """The whole play, begun one to six days before `due`, or up to two days after it.

        One that would not be over by `today` is played the day before it, and handed in all the same
        when it would have been: grading judges no record from the future.
        """
        hours = self.chance.randint(24, 140)
        late = self.person.manner == "late"
        now = due + timedelta(hours=hours // 3) if late else due - timedelta(hours=hours)
        ahead = max(now - (today - _A_DAY), timedelta())
        events: list[Event] = []
        play = Play.of(self.case)
        if self.person.manner != "empty":
            for make in self._steps():
                now += timedelta(seconds=self.chance.randint(15, 150))
                event = make(play, f"{now - ahead:%Y-%m-%dT%H:%M:%SZ}")
                if event is not None:
                    play = play.after(event)
                    events.append(event)
                if self._done(play):
                    break
        return _SimulatedHandIn(tuple(events), now + timedelta(minutes=self.chance.randint(1, 90)))

    def _done(self, play: Play) -> bool:
        if self.person.manner == "half" and 2 * len(play.picks) >= len(self.case.key_decisions()):
            return True
        return play.finished

    def _steps(self) -> Iterator[Callable[[Play, str], Event | None]]:
        identity = f"{self.chance.getrandbits(128):032x}"
        version, course, mode = self.case.version, self.course, self.mode
        case, variant = self.case.id, Draw(self.variant).variant(self.case, identity)
        yield lambda _, at: Started(
            at=at, play=identity, case=case, version=version, course=course, mode=mode, variant=variant
        )
        skipped = self.chance.choice(self.case.key_decisions()).id if self.person.manner == "skips" else None
        while True:
            if self.chance.random() < _PAUSES:
                yield lambda _, at: Paused(at=at)
                yield lambda _, at: Resumed(at=at)
            yield lambda play, at: self._move(play, at, skipped)
            if self.chance.random() < _THINKS_AGAIN:
                yield lambda play, at: Reopened(at=at, decision=play.revisable) if play.revisable else None

    def _move(self, play: Play, at: str, skipped: str | None) -> Event:
        if play.owed is not None:
            return Estimated(at=at, decision=play.owed, share=self.chance.randrange(30, 95, 5))
        decision = play.scene.decision
        if decision is None:
            return Continued(at=at, scene=play.scene_id)
        if decision.id == skipped:
            return Skipped(at=at, decision=decision.id)
        return Decided(at=at, decision=decision.id, pick=self._pick(play, at, decision))

    def _pick(self, play: Play, at: str, decision: Decision) -> Pick:
        if decision.is_free_text:
            return self._reflection()
        tries = 1 + round(self.person.skill * _MOST_TRIES)
        if decision.is_wide:
            tries *= tries
        picks = [decision.any_pick(self.chance) for _ in range(tries)]
        best = max(picks, key=lambda pick: self._worth(play, at, decision, pick))
        if self.person.manner == "harmful" and not self._harmed(play):
            more = (decision.any_pick(self.chance) for _ in range(_HARM_TRIES))
            return next((pick for pick in more if self._worth(play, at, decision, pick)[1] < 0), best)
        return best

    def _worth(self, play: Play, at: str, decision: Decision, pick: Pick) -> tuple[float, int]:
        """The score of `pick`, and minus its harmful parts."""
        after = play.after(Decided(at=at, decision=decision.id, pick=pick))
        result = score(self.case, after, self.key)
        verdict = next(verdict for verdict in result.verdicts if verdict.decision == decision.id)
        return verdict.s or 0.0, -len(verdict.harm)

    def _harmed(self, play: Play) -> bool:
        return score(self.case, play, self.key).H > 0

    def _reflection(self) -> str:
        texts = read_catalogue(TEXTS)
        names = sorted(name for name in texts if name.startswith("simulate_reflection_"))
        chosen = self.chance.sample(names, self.chance.randint(1, 3))
        return " ".join(texts[name][self.person.language] for name in chosen)


def _write(folder: Path, released: Path, hand_in: _SimulatedHandIn) -> None:
    shutil.copytree(released, folder)
    if hand_in.events:
        (folder / RECORD_NAME).write_bytes(record_bytes(hand_in.events))
    (folder / TIMESTAMP).write_text(f"{hand_in.at:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")


def _write_list(file: Path, people: Sequence[Trainee]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("trainee", "sector", "language", "skill", "manner"))
        writer.writerows(
            (person.name, person.sector, person.language, person.skill, person.manner) for person in people
        )

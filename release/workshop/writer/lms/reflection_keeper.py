"""Reflections for the teachers of a course: who may read which, what stands beside them, what is answered.

A teacher reads what somebody wrote in a play that they began after they came from her course, and once they
knew that she reads it. She learns whose it is only by asking, where somebody is in danger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graders.reflections.danger import TEXTS as DANGER
from graders.reflections.danger import contacts_in_danger
from graders.reflections.reading_order import shuffled
from graders.reflections.ready_comments import name_in, quote_in, ready_comments
from graders.reflections.rubric import load_rubric
from release.course.programmes.activity_cases import activity_cases
from release.course.programmes.programme import Programme
from release.lms.services.course_place import CoursePlace
from release.workshop.lms_wire import (
    AskAnswerReflection,
    AskNotice,
    AskReflection,
    AskReflections,
    CriterionNote,
    DangerNote,
    ReflectionAnswerNote,
    ReflectionCounts,
    ReflectionLine,
)
from release.workshop.wire import Answer
from release.workshop.writer.lms.arrival_store import ArrivalStore, first_moments
from release.workshop.writer.lms.grade_store import GradeStore
from release.workshop.writer.lms.reflection_store import (
    ReflectionAnswer,
    ReflectionStore,
    StoredReflection,
)
from release.workshop.writer.playable import Playable
from scenarios.case import Case
from scenarios.directory.services import Directory, load_directory
from scenarios.engine.event import Decided, Event, Started
from scenarios.engine.play import Play
from scenarios.feedback import PersonNote
from scenarios.language import LANGUAGES, SOURCE, Language, read_catalogue
from scenarios.pick import RefusedError

ReflectionRequest = AskNotice | AskReflections | AskReflection | AskAnswerReflection
MOST_SIGNS = 2000
# How many of the latest answers are looked through for comments that fit anybody.
MOST_USED = 20
_DANGER = ("child", "self", "always")
_STEPS = ("1", "2", "3")


@dataclass(frozen=True, slots=True)
class CourseReflection:
    """A reflection as a course's teachers find it. ref: what it is called in their addresses."""

    ref: str
    stored: StoredReflection
    answer: ReflectionAnswer | None

    @property
    def is_read(self) -> bool:
        """Whether it was answered, or marked as read, since it was written last."""
        return self.answer is not None and self.answer.at >= self.stored.at


@dataclass(frozen=True, slots=True)
class ReflectionKeeper:
    """The reflections of one workshop. Each raises DatabaseError.

    is_on: whether teachers read any; plays: the events of each play of a seat; pseudonym: of a seat.
    """

    store: ReflectionStore
    arrivals: ArrivalStore
    grades: GradeStore
    cases: Mapping[str, Playable]
    programmes: Mapping[str, Programme]
    plays: Callable[[str], Sequence[Sequence[Event]]]
    pseudonym: Callable[[str], str]
    is_on: bool
    directory: Directory | None = None

    def begin(self) -> None:
        """Take up what was left: a play may have ended in the moment before the writer did."""
        if not self.is_on:
            return
        known = {one.play for one in self.store.reflections()}
        for seat in self.store.seats_with_notice():
            for events in self.plays(seat):
                play = self._played(events)
                if play is not None and play.started is not None and play.started.play not in known:
                    self.note(seat, play, events[-1])

    def note(self, seat: str, play: Play, happened: Event) -> None:
        """See whether what has reached the disk is a reflection that may be read: of a play that is over.

        happened: what was kept last.
        """
        if not self.is_on or play.ended is None or play.started is None or play.case.use == "test":
            return
        notice = self.store.notice_at(seat)
        if notice is None or play.started.at < notice:
            return
        if reflection_texts(play, play.case):
            is_news = isinstance(happened, Decided) and _is_text(play.case, happened.decision)
            self.store.note_written(play.started.play, happened.at, anew=is_news)
        else:
            self.store.note_taken_back(play.started.play)

    def answer(self, request: ReflectionRequest) -> Answer:
        """The answer to one request of the server's."""
        match request["ask"]:
            case "notice":
                return {"answer": "done" if self.store.notice_at(request["seat"]) else "nobody"}
            case "keep_notice":
                self.store.keep_notice(request["seat"])
                return {"answer": "done"}
            case _:
                return self._for_teacher(request) if self.is_on else {"answer": "nobody"}

    def _for_teacher(self, request: AskReflections | AskReflection | AskAnswerReflection) -> Answer:
        course = CoursePlace.model_validate(request["course"])
        if request["ask"] == "reflections":
            lines = self._lines(course, _language(request["language"]))
            return {"answer": "reflections", "reflections": lines}
        match = next((one for one in self.of_course(course) if one.ref == request["ref"]), None)
        if match is None:
            return {"answer": "nobody"}
        if request["ask"] == "reflection":
            return self._one(course, match, _language(request["language"]), author=request["author"])
        comment = request["comment"].strip()[:MOST_SIGNS]
        self.store.answer(course.id, match.stored.play, fitting_levels(request["levels"]), comment)
        return {"answer": "done"}

    def counts(self, course: CoursePlace) -> ReflectionCounts | None:
        """How many there are of a course, and how many are to be read; None where nobody reads any."""
        if not self.is_on:
            return None
        reflections = self.of_course(course)
        return {"all": len(reflections), "to_read": sum(not one.is_read for one in reflections)}

    def of_course(self, course: CoursePlace) -> list[CourseReflection]:
        """The reflections of a course, in an order that tells nothing of who wrote them, and stays."""
        arrivals = self.arrivals.of(course)
        everything = list(self.cases)
        since = first_moments(arrivals, lambda item: activity_cases(item, everything, self.programmes))
        answers = self.store.answers(course.id)
        by_play: dict[str, CourseReflection] = {}
        for one in self.store.reflections({arrival.seat for arrival in arrivals}):
            first = since.get((one.seat, one.case))
            if first is not None and datetime.fromisoformat(one.began) >= first:
                by_play[one.play] = CourseReflection(_ref(course, one.play), one, answers.get(one.play))
        return [by_play[play] for play in shuffled(by_play, grader=course.id, assignment="")]

    def person_notes(self, play: Play, language: Language) -> list[PersonNote]:
        """What teachers have answered to a play, for whoever played it."""
        if play.started is None:
            return []
        rubric = load_rubric()
        return [
            {
                "sentences": [
                    criterion.sentences[one.levels[name]][language]
                    for name, criterion in rubric.criteria.items()
                    if one.levels.get(name) in criterion.sentences
                ],
                "comment": one.comment,
            }
            for one in self.store.answers_to(play.started.play)
        ]

    def _lines(self, course: CoursePlace, language: Language) -> list[ReflectionLine]:
        return [
            {
                "ref": one.ref,
                "title": self._spoken(one.stored.case, language).title,
                "is_read": one.is_read,
                "is_answered": one.answer is not None,
            }
            for one in self.of_course(course)
            if one.stored.case in self.cases
        ]

    def _one(
        self, course: CoursePlace, match: CourseReflection, language: Language, *, author: bool
    ) -> Answer:
        play = self._play_of(match.stored)
        if play is None:
            return {"answer": "nobody"}
        spoken = self._spoken(match.stored.case, language)
        note: ReflectionAnswerNote = {
            "answer": "reflection",
            "title": spoken.title,
            "written": reflection_texts(play, spoken),
            "levels": dict(match.answer.levels) if match.answer is not None else {},
            "comment": match.answer.comment if match.answer is not None else "",
            "is_read": match.is_read,
            "criteria": rubric_notes(language),
            "ready": list(ready_comments(language)),
            "used": self._used_comments(course),
            "danger": danger_note(self.directory or load_directory(), language),
            "author": self._author(course, match.stored.seat) if author else "",
        }
        return note

    def _used_comments(self, course: CoursePlace) -> list[str]:
        """What its teachers commented before, the latest first, where it fits anybody: see `ready_comments`.

        What was answered about one person names them nowhere else, and repeats their words to nobody.
        """
        used: dict[str, None] = {}
        answered = [one for one in self.of_course(course) if one.answer is not None and one.answer.comment]
        answered.sort(key=lambda one: one.answer.at if one.answer is not None else "", reverse=True)
        for one in answered[:MOST_USED]:
            comment, play = one.answer.comment if one.answer is not None else "", self._play_of(one.stored)
            texts = [text for _, text in reflection_texts(play, play.case)] if play is not None else []
            if not name_in(comment, [self._author(course, one.stored.seat)]) and not quote_in(comment, texts):
                used[comment] = None
        return list(used)

    def _author(self, course: CoursePlace, seat: str) -> str:
        """The platform's own id of a person, where a grade goes there; else what the lab knows them by."""
        here = (course.platform, course.deployment)
        ids = (one.plan for one in self.grades.all(seat))
        subject = next((one.subject for one in ids if (one.platform, one.deployment) == here), "")
        return subject or self.pseudonym(seat)

    def _spoken(self, case: str, language: Language) -> Case:
        playable = self.cases[case].case
        return playable.in_language(language if language in playable.languages else SOURCE)

    def _play_of(self, stored: StoredReflection) -> Play | None:
        for events in self.plays(stored.seat):
            started = events[0] if events else None
            if isinstance(started, Started) and started.play == stored.play:
                return self._played(events)
        return None

    def _played(self, events: Sequence[Event]) -> Play | None:
        """A play of the version that is played now; None of any other."""
        started = events[0] if events else None
        playable = self.cases.get(started.case) if isinstance(started, Started) else None
        if playable is None or not isinstance(started, Started) or started.version != playable.case.version:
            return None
        try:
            return Play.replay(playable.case, events)
        except RefusedError:
            return None


def reflection_texts(play: Play, spoken: Case) -> list[tuple[str, str]]:
    """What somebody wrote in a play, each with what was asked, in the language of `spoken`."""
    return [
        (decision.ask, pick)
        for _, decision in spoken.decisions()
        if decision.is_free_text and isinstance(pick := play.picks.get(decision.id), str)
    ]


def _is_text(case: Case, name: str) -> bool:
    return any(one.id == name and one.is_free_text for _, one in case.decisions())


def rubric_notes(language: Language) -> list[CriterionNote]:
    """The lab's own rubric for reflections, in one language."""
    rubric = load_rubric()
    return [
        {
            "id": name,
            "name": criterion.name[language],
            "look_for": criterion.look_for[language],
            "levels": [
                {"id": level, "name": text[language], "sentence": criterion.sentences[level][language]}
                for level, text in rubric.levels.items()
            ],
        }
        for name, criterion in rubric.criteria.items()
    ]


def fitting_levels(chosen: Mapping[str, str]) -> dict[str, str]:
    """The levels that the rubric has, of those that were chosen."""
    rubric = load_rubric()
    return {
        name: level for name, level in chosen.items() if name in rubric.criteria and level in rubric.levels
    }


def danger_note(directory: Directory, language: Language) -> DangerNote:
    """What is done where a reflection tells of real danger, and whom a reader calls."""
    texts = read_catalogue(DANGER)
    return {
        "title": texts["danger"][language],
        "first": texts["danger_first"][language],
        "parts": [
            (texts[part][language], [texts[f"{part}_{step}"][language] for step in _STEPS])
            for part in _DANGER
        ],
        "contacts_title": texts["contacts"][language],
        "contacts": [
            (one.name[language], [line[language] for line in one.lines])
            for one in contacts_in_danger(directory)
        ],
    }


def _ref(course: CoursePlace, play: str) -> str:
    return hashlib.sha256(f"{course.id} {play}".encode()).hexdigest()[:20]


def _language(wanted: str) -> Language:
    return wanted if wanted in LANGUAGES else SOURCE

"""How long a programme is: its sessions, the days that they take, and the hours of them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from release.course.programmes.programme import Programme, ProgrammeSession

WEEK = 7


@dataclass(frozen=True, slots=True)
class ProgrammeLength:
    """How long a programme is as its plan has it, without its tests.

    sessions: how many; days: on how many of them sessions are; every: days from one such day to the next;
    minutes: of all sessions.
    """

    sessions: int
    days: int
    every: int
    minutes: int

    @property
    def hours(self) -> int:
        """The same in hours, to the nearest."""
        return (self.minutes + 30) // 60

    @property
    def is_weekly(self) -> bool:
        """Whether a week lies between its days."""
        return self.every == WEEK


def programme_length(
    programme: Programme, played: Mapping[str, int], debriefed: Mapping[str, int]
) -> ProgrammeLength:
    """How long a programme is. played, debriefed: minutes of each case, and of its debrief."""
    sessions = programme.sessions
    minutes = sum(
        session_minutes(
            programme, one, (played[case] + talk_minutes(programme, debriefed[case]) for case in one.cases)
        )
        for one in sessions
    )
    return ProgrammeLength(len(sessions), -(-len(sessions) // programme.a_day), programme.every, minutes)


def talk_minutes(programme: Programme, debriefed: int) -> int:
    """Minutes of a case's debrief, or of reading its feedback where everybody learns alone."""
    return debriefed if programme.feedback is None else programme.feedback


def session_minutes(programme: Programme, session: ProgrammeSession, cases: Iterable[int]) -> int:
    """How long a session takes without a test. cases: minutes of each of its cases, debrief and all."""
    exercise = session.exercise.minutes if session.exercise else 0
    return session.other + sum(cases) + exercise + programme.lesson * len(session.lessons)

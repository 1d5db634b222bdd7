"""The writer: the one process that holds the workshop's database and the keys.

`Writer` answers requests and knows nothing of sockets; `main` puts it behind lines. Feedback is worked out
here from what is on disk, so that no kernel ever holds a key.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import os
import secrets
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from filelock import FileLock, Timeout

from graders.exports.xapi import Teller
from graders.key.key import keys_folder
from graders.path import step_note
from release.course.programmes.activity_cases import activity_cases
from release.course.programmes.programme import Programme, lacking_tests, load_programmes
from release.lms.services.course_place import CoursePlace
from release.local_time import now_in
from release.settings import settled_language
from release.workshop.carried_course import CarriedCourse, carried_sentence, read_carried_course
from release.workshop.data_folder import cards_of, keep_to_oneself, seal_of
from release.workshop.failure import WorkshopRefusedError, failure_sentence, refusal_line
from release.workshop.hall.board_memory import BoardMemory
from release.workshop.hall_wire import HallRequest
from release.workshop.lms_wire import AskCourseBoard
from release.workshop.log import FORM as LOG_FORM
from release.workshop.log import tell_the_time
from release.workshop.seats.seat import Seat, maker_in
from release.workshop.seats.seat_pass import seat_of
from release.workshop.wire import (
    Address,
    Answer,
    AskCases,
    AskCue,
    AskDueStatements,
    AskFeedback,
    AskJoinTeam,
    AskLeaveTeam,
    AskMakeTeam,
    AskOpen,
    AskOutbox,
    AskSeat,
    AskSeatByCode,
    AskSetPace,
    AskSetRoom,
    AskStatementsSent,
    AskStatuses,
    AskTally,
    AskTeam,
    AskTeamPlay,
    AskWorkshop,
    DueStatement,
    FeedbackAnswer,
    HelloServer,
    Request,
    SeatAnswer,
)
from release.workshop.writer.course.open_test import OpenTest
from release.workshop.writer.course.trainees import TraineeSeats
from release.workshop.writer.database import is_postgresql, named_url, open_database
from release.workshop.writer.lines import Call, Caller, Turn
from release.workshop.writer.lms.arrival_store import first_moments
from release.workshop.writer.lms.class_keeper import ClassKeeper, ClassRequest
from release.workshop.writer.lms.grade_keeper import GradeKeeper
from release.workshop.writer.lms.reflection_keeper import ReflectionKeeper, ReflectionRequest
from release.workshop.writer.lms.registry import LmsRegistry, LmsRequest
from release.workshop.writer.outbox.statement_keeper import StatementKeeper
from release.workshop.writer.playable import Playable, playables
from release.workshop.writer.plays.group_keeper import TEAM_CHANGES, GroupKeeper
from release.workshop.writer.plays.lease import Leases, leased
from release.workshop.writer.plays.path_keeper import PathKeeper
from release.workshop.writer.plays.trouble import Trouble
from release.workshop.writer.programmes.form_keeper import FormKeeper
from release.workshop.writer.programmes.programme_keeper import ProgrammeKeeper
from release.workshop.writer.room_keeper import RoomKeeper
from release.workshop.writer.servers.door import WriterDoors, serve_near
from release.workshop.writer.servers.hall import RoomHall, keep_presence
from release.workshop.writer.servers.helm import Helm, session_name
from release.workshop.writer.servers.steering import lifeline_end, steer
from release.workshop.writer.store import Clock, WorkshopStore
from release.workshop.writer.sweep import refuse_longer, sweep, sweep_hourly
from release.workshop.writer.tally import Attempt
from release.workshop.writer.teams.own_answer import with_own
from release.workshop.writer.teams.team_keeper import TEAM_MODES, TeamKeeper, refuse_teams_in, team_answer
from release.workshop.writer_config import WriterConfig
from scenarios.case import Case
from scenarios.course_card import CourseCard
from scenarios.directory.services import Directory, load_directory
from scenarios.documents.problem import BadInputError
from scenarios.engine.draw import Draw
from scenarios.engine.event import Event, Mode, Started
from scenarios.engine.play import Play
from scenarios.feedback import CaseFeedback, DecisionFeedback, NextStep
from scenarios.language import Language, terminal_speaks
from scenarios.library import NoSuchCaseError

if TYPE_CHECKING:
    from release.workshop.writer.programmes.certifier import Certifier

# A server that was killed a moment ago: its writer ends within so many seconds.
LOCK_SECONDS = 2.0

TeamRequest: TypeAlias = AskTeam | AskMakeTeam | AskJoinTeam | AskLeaveTeam
ServerRequest: TypeAlias = AskSeat | AskSeatByCode | AskWorkshop | AskTally
SeatRequest: TypeAlias = AskStatuses | AskOpen | AskFeedback | AskCue | AskTeamPlay
SenderRequest: TypeAlias = AskDueStatements | AskStatementsSent | AskOutbox
PlatformRequest: TypeAlias = LmsRequest | ClassRequest | AskCourseBoard | ReflectionRequest | SenderRequest
RoomRequest: TypeAlias = AskSetRoom | AskSetPace
# The server at the helm sends what is due; the others are told that nothing is.
_NOTHING_DUE: Mapping[str, Answer] = {
    "due_statements": {"answer": "due_statements", "statements": []},
    "due_grades": {"answer": "due_grades", "grades": []},
}

AnyServerRequest: TypeAlias = ServerRequest | RoomRequest | PlatformRequest | TeamRequest | HallRequest
Enquiry: TypeAlias = HelloServer | AskCases | AnyServerRequest | SeatRequest


@dataclass(slots=True)
class Writer:
    """Answers requests; keeps who writes which play.

    secret: what the server says hello with, and passes are made with; mode: the mode of every play of this
    workshop; card, trainees: of the course that it carries, None where it carries none; test: which of its
    tests is open; programmes: those that somebody may go through alone, by code; data: the folder of what an
    organiser settles of certificates, None where none are given; seal: the file that they are signed by, None
    for that of this machine; statements: what a learning record store is
    told, None where there is none; variants: by case id, the one that the whole
    room plays; team_size: how many may sit at one table, None where everybody plays alone; term: see
    `Leases`; reads_reflections: whether teachers of courses do; directory: of the services, None for the
    library's.
    """

    store: WorkshopStore
    cases: Mapping[str, Playable]
    cases_folder: Path
    person: str
    secret: str
    mode: Mode = "practice"
    card: CourseCard | None = None
    trainees: TraineeSeats | None = None
    test: OpenTest | None = None
    programmes: Mapping[str, Programme] = field(default_factory=dict)
    data: Path | None = None
    seal: Path | None = None
    statements: StatementKeeper | None = None
    keeper: RoomKeeper = field(init=False)
    leases: Leases = field(init=False)
    trouble: Trouble = field(default_factory=Trouble)
    groups: GroupKeeper = field(init=False)
    path: PathKeeper = field(init=False)
    variants: Mapping[str, str] = field(default_factory=dict)
    team_size: int | None = None
    term: int = 0
    reads_reflections: bool = False
    directory: Directory | None = None
    teams: TeamKeeper = field(init=False)
    registry: LmsRegistry = field(init=False)
    reflections: ReflectionKeeper = field(init=False)
    classes: ClassKeeper = field(init=False)
    forms: FormKeeper = field(init=False)
    hall: RoomHall = field(init=False)

    def __post_init__(self) -> None:
        """Keep the room of this mode, and the plays in it."""
        rests = self.card is not None or self.mode not in TEAM_MODES
        self.teams = TeamKeeper(self.store.teams, self.team_size, rests=rests)
        self.keeper = RoomKeeper(self.store, self.cases, self.mode, self.variants, self.teams)
        self.leases = Leases(self.store, self.cases, self.mode, self.term)
        played = f"{self.mode} {self.card.course if self.card is not None else ''}"
        self.hall = RoomHall(BoardMemory.read(self.store.board(), played), self._keep_board)
        self.path = PathKeeper(self.store, self.cases, self.mode)
        self.forms = FormKeeper(self.store.progress, self._pairs(), self.store.sectors, seed=self.store.name)
        programmes = ProgrammeKeeper(
            self.programmes,
            self.cases,
            self.store.progress,
            self.forms,
            self.path.offers,
            self.path.walked,
            self._events_of,
            self._sector,
        )
        grades = GradeKeeper(self.store.grades, self.cases, self.mode, self._events_of, programmes)
        certifier = (
            partial(_certifier, programmes, self.data, self.seal, self.store.now) if self.data else None
        )
        self.registry = LmsRegistry(self.store.platforms, self.store.arrivals, grades, certifier)
        self.reflections = ReflectionKeeper(
            self.store.reflections,
            self.store.arrivals,
            self.store.grades,
            self.cases,
            self.programmes,
            self._events_of,
            self._pseudonym,
            is_on=self.reads_reflections,
            directory=self.directory,
        )
        self.classes = ClassKeeper(
            self.store.arrivals, self.store.grades, self._attempts_in, self._forget_seats, self.reflections
        )
        self.groups = GroupKeeper(
            self.store,
            self.leases,
            self.keeper,
            self.teams,
            self.mode,
            self.secret,
            self.trouble,
            self.course,
            self.registry.grades,
            self.statements,
            self.reflections,
        )

    def _keep_board(self, memory: BoardMemory) -> None:
        self.store.keep_board(memory.model_dump_json())

    def _pairs(self) -> Mapping[str, tuple[str, str]]:
        """The tests of the programmes whose both forms are played here, by the first of them."""
        pairs = {one.tests[0]: one.tests for one in self.programmes.values()}
        return {test: pair for test, pair in pairs.items() if set(pair) <= self.cases.keys()}

    def _events_of(self, seat: str) -> list[tuple[Event, ...]]:
        """The events of each play of a seat."""
        return [stored.events for _, stored in self.store.plays(self.mode, seat)]

    def _forget_seats(self, seats: Collection[str]) -> None:
        """Know nothing more of seats that are gone from the database."""
        self.leases.drop(seats)
        self.keeper.count_anew()
        for seat in seats:
            self.registry.grades.graded.pop(seat, None)

    def _attempts_in(self, case_id: str) -> Mapping[str, Attempt]:
        """The attempts at a case, by seat."""
        return self.keeper.tally().attempts.get(case_id, {})

    @property
    def course(self) -> str:
        """What every play is marked with: the course that is carried, or else the workshop."""
        return self.card.course if self.card is not None else self.store.name

    def enquire(self, calls: Sequence[Call]) -> list[Call]:
        """Answer what only asks, and a change of a team; give back what is to be kept, or waits for that."""
        if self.trouble.has_broken:
            self._look_up()
        news: list[Call] = []
        has_changed = False
        for call in calls:
            request = call.request
            changes = request["ask"] in TEAM_CHANGES
            if request["ask"] == "news" and call.caller.server:
                self.hall.hear(call, request["since"])
            elif (
                request["ask"] == "news"
                or request["ask"] == "append"
                or request["ask"] == "new_seat"
                or request["ask"] == "answer_alone"
                or request["ask"] == "settle"
                or self.groups.is_waited_for(request)
                # The disk is waited for by all: of those who sit down at once, one has it in each turn.
                or (changes and has_changed)
            ):
                news.append(call)
            else:
                has_changed = has_changed or changes
                call.reply(self.trouble.guarded(partial(self._answer, request, call.caller)))
        return news

    def _look_up(self) -> None:
        """Know no more than the database does, whose connection broke in the middle of something."""
        self.trouble.has_broken = False
        self.teams.look_up()
        self.keeper.look_up()
        self.begin()

    def begin(self) -> None:
        """Take up what was left, and count the room. What cannot be read now is read at its first use."""
        self.trouble.guarded(self.registry.grades.begin)
        self.trouble.guarded(self.reflections.begin)
        if self.statements is not None:
            self.trouble.guarded(self.statements.begin)
        self.trouble.guarded(self.keeper.tally)  # now, while nobody waits for an answer

    def answer_turn(self, calls: Sequence[Call]) -> list[Call]:
        """Answer what arrived in one turn, but those of `calls` that are given back for the next one."""
        return self.groups.keep(self.enquire(calls))

    def answer(self, request: Request, caller: Caller) -> Answer:
        """The answer to one request, asked alone."""
        answers: list[Answer] = []
        self.answer_turn([Call(request, caller, answers.append)])
        return answers[0]

    def _answer(self, request: Enquiry, caller: Caller) -> Answer:
        match request["ask"]:
            case "hello_server":
                return self._hello_server(request, caller)
            case "cases":
                return self._cases()
            case "statuses" | "open" | "feedback" | "revealed" | "cue" | "team_play":
                seat = seat_of(self.secret, request["seat_pass"])
                return self._for_seat(request, seat) if seat else {"answer": "stranger"}
            case _:
                return self._for_any_server(request, caller) if caller.server else {"answer": "stranger"}

    def _for_any_server(self, request: AnyServerRequest, caller: Caller) -> Answer:
        match request["ask"]:
            case "team" | "make_team" | "join_team" | "leave_team":
                return self._for_team(request)
            case "set_room" | "set_pace":
                return self._for_room(request, caller)
            case "seat" | "seat_by_code" | "current" | "workshop" | "tally":
                return self._for_server(request)
            case "offer" | "come" | "open_page" | "close_page" | "leave_room" | "hall" | "tell":
                return self.hall.answer(request, caller)
            case "try" | "give_back" | "lift" | "board" | "project" | "end_session" | "hand_out" | "coded":
                return self.hall.answer(request, caller)
            case _:
                return self._for_platform(request, caller)

    def _for_platform(self, request: PlatformRequest, caller: Caller) -> Answer:
        if not caller.is_near and request["ask"] in _NOTHING_DUE:
            return _NOTHING_DUE[request["ask"]]
        match request["ask"]:
            case "class" | "learners" | "send_again" | "forget_class":
                return self.classes.answer(request)
            case "notice" | "keep_notice" | "reflections" | "reflection" | "answer_reflection":
                return self.reflections.answer(request)
            case "course_board":
                return self._course_board(request)
            case "due_statements" | "statements_sent" | "outbox":
                return self._for_sender(request)
            case _:
                return self.registry.answer(request)

    def _course_board(self, request: AskCourseBoard) -> Answer:
        course = CoursePlace.model_validate(request["course"])
        cases = list(self.cases)
        arrivals = self.store.arrivals.of(course)
        since = first_moments(arrivals, lambda item: activity_cases(item, cases, self.programmes))
        return self.keeper.course_board(course.id, since, request["case"])

    def _for_sender(self, request: SenderRequest) -> Answer:
        statements = self.store.statements
        if request["ask"] == "outbox":
            grades = self.store.grades.waiting()
            return {"answer": "outbox", "grades": grades, "statements": statements.waiting()}
        if request["ask"] == "due_statements":
            rows: list[DueStatement] = [{"number": one.number, "body": one.body} for one in statements.due()]
            return {"answer": "due_statements", "statements": rows}
        if request["trouble"]:
            statements.note_trouble(request["numbers"], request["trouble"])
        else:
            statements.note_sent(request["numbers"])
        return {"answer": "done"}

    def _for_server(self, request: ServerRequest) -> Answer:
        match request["ask"]:
            case "seat":
                return _seat_answer(self.store.seat(request["seat"]))
            case "seat_by_code":
                return _seat_answer(self._seat_by_code(request["code"]))
            case "current":
                return self._current(request["seat"])
            case "workshop":
                return self.store.workshop()
            case "tally":
                return self.keeper.board(request)

    def _for_room(self, request: RoomRequest, caller: Caller) -> Answer:
        if request["ask"] == "set_pace":
            answer = self.keeper.set_pace(request)
        else:
            answer = self.keeper.set_room(request)
        if answer["answer"] == "done":
            self.hall.tell({"team": "", "seat": ""}, caller)
        return answer

    def _seat_by_code(self, code: str) -> Seat | None:
        if self.trainees is not None:
            return self.trainees.seat_by_code(code)
        return self.store.seat_by_code(code)

    def _for_seat(self, request: SeatRequest, seat: str) -> Answer:
        match request["ask"]:
            case "statuses":
                return self._statuses(request, seat)
            case "open":
                return self._open(request, seat)
            case "feedback" | "revealed":
                return self._feedback(request, seat)
            case "cue":
                return {"answer": "cue", "cue": self.keeper.cue(request)}
            case "team_play":
                return self._team_play(request, seat)

    def _for_team(self, request: TeamRequest) -> Answer:
        if request["ask"] == "team":
            team = self.teams.of_seat(request["seat"])
            return {"answer": "nobody"} if team is None else team_answer(team)
        if self.store.workshop()["closed"] is not None:
            return {"answer": "ended"}
        if request["ask"] == "make_team":
            return self.teams.make(request["seat"])
        if request["ask"] == "leave_team":
            return self.teams.leave(request["seat"])
        team = self.teams.by_code(request["code"])
        played = self.store.cases_of(team.id) if team is not None else ()
        plays = (self._latest_play(team.id, case_id) for case_id in played) if team is not None else ()
        return self.teams.join(request, [play for play in plays if play is not None])

    def _team_play(self, request: AskTeamPlay, seat: str) -> Answer:
        team, playable = self.teams.of_seat(seat), self.cases.get(request["case"])
        if team is None or playable is None:
            return {"answer": "closed"}
        lease = self.leases.shared(team.id, playable.case)
        is_same = not request["play"] or request["play"] == lease.play_id
        is_news = is_same and lease.play.length > request["n"]
        stored = self.store.play(team.id, request["case"], lease.play_id) if is_news else None
        # What is on disk, and no more yet than the writer knows of: the state is of the same moment.
        events = stored.events[request["n"] : lease.play.length] if stored is not None else ()
        return {
            "answer": "team_play",
            "state": self.teams.state(team, lease.play, seat),
            "events": [happened.model_dump(mode="json") for happened in events],
        }

    def _cases(self) -> Answer:
        ids, folder = list(self.cases), str(self.cases_folder)
        return {"answer": "cases", "folder": folder, "cases": ids, "person": self.person}

    def _hello_server(self, request: HelloServer, caller: Caller) -> Answer:
        caller.server = hmac.compare_digest(request["secret"].encode(), self.secret.encode())
        return {"answer": "done"} if caller.server else {"answer": "stranger"}

    def _current(self, seat: str) -> Answer:
        seat = self.teams.player(seat)
        case_id = self.store.last_played(seat)
        if case_id is None:
            return {"answer": "current", "case": self._warm_up()}
        play = self._latest_play(seat, case_id)
        return {"answer": "current", "case": case_id if play else None}

    def _warm_up(self) -> str | None:
        """The case that whoever has played nothing yet is led to, None where there is none to practise."""
        pace = self.keeper.pace()
        fitting = (one.case for one in self.cases.values() if one.case.is_warm_up)
        warm_ups = [case.id for case in fitting if not pace.is_closed(case.id)]
        return warm_ups[0] if warm_ups and self.mode == "practice" else None

    def _statuses(self, request: AskStatuses, seat: str) -> Answer:
        player = self.teams.player(seat)
        plays = {case_id: self._latest_play(player, case_id) for case_id in self.store.cases_of(player)}
        statuses: dict[str, Literal["begun", "finished"]] = {
            case_id: "finished" if play.finished else "begun" for case_id, play in plays.items() if play
        }
        return {
            "answer": "statuses",
            "statuses": statuses,
            "decided": {case_id: len(play.picks) for case_id, play in plays.items() if play},
            "closed": list(self._closed()),
            "hidden": list(self._hidden_from(seat)),
            "sector": self._sector(seat),
            "next_step": self._next_step(seat, request["language"]),
        }

    def _closed(self) -> tuple[str, ...]:
        """The cases that the room does not play now."""
        pace = self.keeper.pace()
        return tuple(case_id for case_id in self.cases if pace.is_closed(case_id))

    def _hidden_from(self, seat: str) -> tuple[str, ...]:
        """The forms of a test that a seat does not see now: a trainee plays them another time."""
        who = self.store.seat(seat) if self.test is not None else None
        if self.test is not None and who is not None and who.trainee is not None:
            return self.test.hidden_from(who.trainee)
        return self.forms.hidden_from(seat)

    def _not_given(self, seat: str) -> tuple[str, ...]:
        """The forms of a test that whoever is no trainee was not given yet."""
        who = self.store.seat(seat)
        return self.forms.hidden_from(seat) if who is None or who.trainee is None else ()

    def _sector(self, seat: str) -> str | None:
        sitter = self.store.seat(seat)
        return sitter.sector if sitter is not None else None

    def _pseudonym(self, seat: str) -> str:
        sitter = self.store.seat(seat)
        return sitter.pseudonym if sitter is not None else ""

    def _next_step(self, seat: str, language: Language) -> NextStep | None:
        no_step = (*self._closed(), *self._hidden_from(seat))
        step = self.path.step(self.teams.player(seat), self._sector(seat), no_step)
        return step_note(step, language) if step is not None else None

    def _latest_play(self, seat: str, case_id: str) -> Play | None:
        lease, playable = self.leases.get(seat, case_id), self.cases.get(case_id)
        if lease is not None and lease.play_id:
            return lease.play
        stored = self.leases.latest(seat, playable.case) if playable else None
        return Play.replay(playable.case, stored.events) if playable and stored else None

    def _open(self, request: AskOpen, seat: str) -> Answer:
        playable = self.cases.get(request["case"])
        if playable is None:
            return {"answer": "refused", "text": f"This workshop does not play the case “{request['case']}”."}
        if playable.case.use == "test" and request["case"] in self._not_given(seat):
            return {
                "answer": "refused",
                "text": f"The form “{request['case']}” is not open to that seat.",
            }
        case, team = playable.case, self.teams.of_seat(seat)
        if team is not None:
            lease = self.leases.shared(team.id, case, anew=request["again"])
            stored = self.store.play(team.id, case.id, lease.play_id) if lease.play_id else None
        else:
            before = self.store.latest_play(seat, case.id, case.version)
            stored = None if request["again"] else self.leases.gone_on(before)
            lease = leased(self.leases.new_token(before), case, stored)
        if lease.play.started is None and lease.variant is None:
            player, chance = seat if team is None else team.id, secrets.token_hex(8)
            lease = replace(lease, variant=self._draw(player, case, chance))
        self.leases.put(self.teams.player(seat), case.id, lease)
        return {
            "answer": "opened",
            "lease": lease.token,
            "course": self.course,
            "mode": self.mode,
            "events": [happened.model_dump(mode="json") for happened in (stored.events if stored else ())],
            "variant": lease.variant,
            "is_team": team is not None,
            "keep_days": self.card.keep_days if self.card is not None else None,
        }

    def _draw(self, seat: str, case: Case, token: str) -> str | None:
        """The variant for a play that `seat` may now begin, balanced over all that began or may begin."""
        if not case.tellings:
            return None
        begun = self.keeper.tally().variants.get(case.id, {})
        begun_by_all = (variant for variants in begun.values() for variant in variants)
        room = [*self.leases.variants_to_begin(case.id, spare=seat), *begun_by_all]
        return Draw(self.variants.get(case.id), begun.get(seat, ()), room).variant(case, token)

    def _feedback(self, request: AskFeedback, seat: str) -> Answer:
        play, language = self._play_on_disk(request, seat), request["language"]
        decision, member = request.get("decision"), seat if self.teams.of_seat(seat) is not None else None
        due: FeedbackAnswer = {"answer": "feedback", "decision": None, "case": None}
        if play is None:
            return due
        if request["ask"] == "revealed":
            due["decision"] = self.keeper.on_reveal(play, language, member)
        elif decision is None:
            due["case"] = self._on_case(play, seat, language) if play.ended else None
        elif decision in play.picks:
            due["decision"] = self.keeper.on_decision(play, decision, language, member)
        return self._with_own(due, play, seat, language)

    def _on_case(self, play: Play, seat: str, language: Language) -> CaseFeedback | None:
        """The feedback on a play that is over, beside the one before, and what comes next for its reader."""
        note = self.keeper.on_case(play, language)
        if note is None:
            return None
        whole: CaseFeedback = {**note, "next_step": self._next_step(seat, language)}
        if persons := self.reflections.person_notes(play, language):
            whole["persons"] = persons
        before = self._play_before(play, seat)
        if before is not None:
            whole["before"] = self.cases[play.case.id].feedback.figures(before)
        return whole

    def _play_before(self, play: Play, seat: str) -> Play | None:
        """The play of the same case that came before `play`, where it is over, too, and in the same mode."""
        if play.started is None:
            return None
        case = self.cases[play.case.id].case
        stored = self.store.play_before(self.teams.player(seat), case.id, case.version, play.started.play)
        before = Play.replay(case, stored.events) if stored is not None else None
        return before if before is not None and before.ended and before.mode == play.mode else None

    def _with_own(self, due: FeedbackAnswer, play: Play, seat: str, language: Language) -> FeedbackAnswer:
        """Feedback of a team with what this member answered alone: theirs and nobody else's."""
        team = self.teams.of_seat(seat)
        if team is None:
            return due
        voices, playable = self.teams.voices(team, play).of(seat), self.cases[play.case.id]

        def own(note: DecisionFeedback) -> DecisionFeedback:
            return with_own(note, play, voices, playable, language)

        whole = due["case"].copy() if due["case"] is not None else None
        if whole is not None:
            whole["decisions"] = [own(note) for note in whole["decisions"]]
        one = due["decision"]
        return {"answer": "feedback", "decision": own(one) if one is not None else None, "case": whole}

    def _play_on_disk(self, request: AskFeedback, seat: str) -> Play | None:
        seat = self.teams.player(seat)
        lease = self.leases.get(seat, request["case"])
        if lease is not None and lease.play_id == request["play"]:
            return lease.play
        stored = self.store.play(seat, request["case"], request["play"])
        playable = self.cases.get(request["case"])
        if stored is None or playable is None:
            return None
        started = stored.events[0]
        if not isinstance(started, Started) or started.version != playable.case.version:
            return None
        return Play.replay(playable.case, stored.events)


def _seat_answer(seat: Seat | None) -> Answer:
    if seat is None:
        return {"answer": "nobody"}
    answer: SeatAnswer = {
        "answer": "seat",
        "seat": seat.id,
        "pseudonym": seat.pseudonym,
        "sector": seat.sector,
        "typed": seat.typed,
    }
    if seat.trainee is not None:
        answer["trainee"] = seat.trainee
    return answer


def _chosen_variants(config: WriterConfig, cases: Mapping[str, Playable]) -> Mapping[str, str]:
    """What the plan sets for the whole room; refused now, not when the first person opens a case."""
    variants = config.plan.chosen_variants
    for case_id, variant in variants.items():
        if case_id not in cases:
            raise NoSuchCaseError(failure_sentence("case_not_played", case=case_id))
        cases[case_id].case.in_variant(variant)
    return variants


def _certifier(
    programmes: ProgrammeKeeper, place: Path, seal: Path | None, now: Callable[[], datetime]
) -> Certifier:
    """Who certifies for a workshop. seal: the file of it, None for that of this machine."""
    # What makes badges takes a third of a second to import, and few ask for one.
    from release.papers.certificates.seal import seal_file  # noqa: PLC0415
    from release.workshop.writer.programmes.certifier import Certifier  # noqa: PLC0415

    return Certifier(programmes, place, seal or seal_file(), now)


def _programmes(
    config: WriterConfig, cases: dict[str, Playable], directory: Directory | None
) -> Mapping[str, Programme]:
    """The programmes whose cases are all played here; their tests join `cases` where their keys are there.

    In a workshop that carries a course, those that stand in it alone. Raises ProblemsError.
    """
    keys = config.keys_folder or keys_folder()
    programmes: dict[str, Programme] = {
        code: one for code, one in load_programmes().items() if set(one.cases) <= cases.keys()
    }
    for one in programmes.values():
        is_theirs = config.plan.course is None and not lacking_tests(one, keys, config.cases_folder)
        if is_theirs and not set(one.tests) <= cases.keys():
            cases.update(playables(config.cases_folder, one.tests, keys, directory, tests=True))
    return programmes


def _statements(
    config: WriterConfig, store: WorkshopStore, cases: Mapping[str, Playable], directory: Directory | None
) -> StatementKeeper | None:
    """What a learning record store is told: of the cases for practice, whose feedback is due at once."""
    if config.plan.record_store is None:
        return None
    services = directory or load_directory()
    tellers = {
        name: Teller(store.name, one.case, one.key, services)
        for name, one in cases.items()
        if one.case.use == "practice"
    }

    def plays() -> list[tuple[str, Sequence[Event]]]:
        return [(seat, play.events) for seat, play in store.plays("practice")]

    def events_of(seat: str, case: str, name: str) -> Sequence[Event]:
        play = store.play(seat, case, name)
        return play.events if play is not None else ()

    return StatementKeeper(store.statements, tellers, plays, events_of)


@dataclass(frozen=True, slots=True)
class Books:
    """What a writer reads before it looks at any database.

    course: the one that is carried, None for none; variants: see `Writer`; directory: the services, None for
    the library's.
    """

    course: CarriedCourse | None
    cases: dict[str, Playable]
    variants: Mapping[str, str]
    directory: Directory | None


def read_books(config: WriterConfig) -> Books:
    """The books as configured. Raises BadInputError for a case, its key or its use."""
    directory = load_directory(config.services) if config.services else None
    course = read_carried_course(config.plan.course) if config.plan.course else None
    if course is not None and config.plan.team_size is not None:
        refuse_teams_in(course.card.mode, course.card.course)
    tests = course is not None and course.card.mode != "discussion"
    keys = config.keys_folder or keys_folder()
    cases = playables(config.cases_folder, config.cases, keys, directory, tests=tests)
    return Books(course, cases, _chosen_variants(config, cases), directory)


def make_writer(
    config: WriterConfig,
    *,
    clock: Clock | None = None,
    books: Books | None = None,
    helm: Helm | None = None,
) -> Writer:
    """A writer as configured, that has taken up what was left. See `assembled_writer`."""
    writer = assembled_writer(config, clock=clock, books=books, helm=helm)
    writer.begin()
    return writer


def assembled_writer(
    config: WriterConfig,
    *,
    clock: Clock | None = None,
    books: Books | None = None,
    helm: Helm | None = None,
) -> Writer:
    """A writer as configured, which has done nothing yet. clock: the moment; that of this machine by default.

    books: where they were read already; helm: where others may write to the same database. Raises
    BadInputError: a DatabaseError, or for a case, its key or its use.
    """
    books = books or read_books(config)
    course, directory, cases = books.course, books.directory, {**books.cases}
    moment = clock or partial(now_in, config.plan.zone)
    store = WorkshopStore(
        config.database, workshop=config.workshop, clock=moment, fence=helm.fence if helm else None
    )
    store.settle(config.plan)
    if not config.workshop:  # else this writer takes the place of one that has died, in a pause or not
        store.go_on()
    mode = store.workshop()["mode"]
    programmes = _programmes(config, cases, directory) if config.plan.lms and mode == "practice" else {}
    if config.plan.team_size is not None:
        refuse_teams_in(mode)
    card, trainees = (course.card, _trainees(course, config, store)) if course is not None else (None, None)
    return Writer(
        store,
        cases,
        config.cases_folder,
        config.person,
        config.secret,
        mode,
        card,
        trainees,
        test=OpenTest(course.place, config.plan.test) if course is not None else None,
        programmes=programmes,
        data=config.plan.lms_folder or config.data,
        seal=seal_of(config.plan.lms_folder) if config.plan.lms_folder else None,
        statements=_statements(config, store, cases, directory),
        variants=books.variants,
        team_size=config.plan.team_size,
        term=helm.term if helm else 0,
        reads_reflections=config.plan.lms and config.plan.lms_reflections,
        directory=directory,
    )


def _trainees(course: CarriedCourse, config: WriterConfig, store: WorkshopStore) -> TraineeSeats:
    if config.data is None:
        raise WorkshopRefusedError(carried_sentence("no_data"))
    maker, cards = maker_in(config.data), cards_of(config.data)
    seats = TraineeSeats(course.place, course.card.course, maker, cards, store)
    seats.seat_everybody()
    return seats


async def _run(writer: Writer, config: WriterConfig) -> None:
    """Answer the one server there is, until it ends."""
    ended = lifeline_end()
    sweeping = asyncio.create_task(sweep_hourly(partial(_sweep_around, config, writer.store.name)))
    door = WriterDoors(turn=_turn(writer))
    ready = partial(print, "ready", flush=True)
    await serve_near(door, Address.parse(config.address), ready=ready, ended=ended)
    sweeping.cancel()


def _turn(writer: Writer) -> Turn:
    return Turn(writer.enquire, writer.groups.keep_aside, writer.hall.end_line)


async def _sweep_around(config: WriterConfig, workshop: str) -> None:
    sweep(config, spare=workshop)  # not in a thread: it would hold up what is to be kept


async def _run_at_helm(config: WriterConfig) -> None:
    """Answer as the room's writer once this is it, and pass on until then. Raises BadInputError."""
    tasks: list[asyncio.Task[None]] = []
    reading = asyncio.create_task(asyncio.to_thread(read_books, config))

    async def begin(helm: Helm, workshop: str) -> Turn:
        """Begin to write, for the workshop of that name, "" for the open one or a new one."""
        books = await reading
        if not workshop:
            sweep(config)
        own = {"workshop": workshop, "database": named_url(config.database, session_name(helm.server))}
        writer = make_writer(config.model_copy(update=own), books=books, helm=helm)
        helm.workshop = writer.store.name
        tasks.append(asyncio.create_task(sweep_hourly(partial(_sweep_around, config, writer.store.name))))
        if config.plan.peer_address:
            tasks.append(asyncio.create_task(keep_presence(writer.hall, writer.store.presence())))
        return _turn(writer)

    async def prepared() -> None:
        """Return once this writer could begin."""
        await reading

    await steer(config, _common(config), begin, prepared, trouble=Trouble().tell, ended=lifeline_end())


def _common(config: WriterConfig) -> str:
    """What all servers of a room have in common: the same where their options and their secret are."""
    plan = config.plan
    options = {
        "software": version("kasuslab"),
        "cases": config.cases,
        "person": config.person,
        **{name: getattr(plan, name) for name in ("mode", "variants", "team_size", "keep_days", "title")},
    }
    text = json.dumps(options, sort_keys=True).encode()
    return hmac.new(config.secret.encode(), text, "sha256").hexdigest()


def main() -> int:
    """Run until standard input ends. Standard output says “ready”, or why not: see `refusal_line` too."""
    with terminal_speaks(settled_language()):
        return _main()


def _main() -> int:
    tell_the_time("writer", os.environ.get(LOG_FORM))
    keep_to_oneself()
    line = sys.stdin.buffer.readline()
    if not line:  # its server ended before it could say what to keep
        return 1
    config = WriterConfig.model_validate_json(line)
    lock = FileLock(config.lock) if config.lock else contextlib.nullcontext()
    sys.setswitchinterval(0.001)  # whoever only asks waits no longer for the thread that keeps
    try:
        if isinstance(lock, FileLock):
            lock.acquire(timeout=LOCK_SECONDS)
        if is_postgresql(config.database):
            open_database(config.database, make=True).dispose()
            refuse_longer(config)
            asyncio.run(_run_at_helm(config))
            return 0
        sweep(config)
        refuse_longer(config)
        writer = make_writer(config)
    except Timeout:
        return _refused(WorkshopRefusedError(failure_sentence("another_runs")))
    except BadInputError as error:
        return _refused(error)
    asyncio.run(_run(writer, config))
    writer.store.close()
    return 0


def _refused(error: BadInputError) -> int:
    print(str(error).replace("\n", " "), refusal_line(error), sep="\n")  # noqa: T201 -- to the server
    return 1


if __name__ == "__main__":
    sys.exit(main())

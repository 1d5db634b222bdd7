"""The writer: the one process that holds the workshop's database and the keys.

`Writer` answers requests and knows nothing of sockets; `main` puts it behind lines. Feedback is worked out
here from what is on disk, so that no kernel ever holds a key.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from filelock import FileLock, Timeout

from graders.key.key import keys_folder
from graders.path import step_note
from release.local_time import now_in
from release.settings import settled_language
from release.workshop.carried_course import CarriedCourse, carried_sentence, read_carried_course
from release.workshop.data_folder import cards_of, keep_to_oneself
from release.workshop.failure import WorkshopRefusedError, failure_sentence, refusal_line
from release.workshop.log import tell_the_time
from release.workshop.seats.seat import Seat, maker_in
from release.workshop.seats.seat_pass import seat_of
from release.workshop.wire import (
    Address,
    Answer,
    AskCases,
    AskCue,
    AskFeedback,
    AskOpen,
    AskSeat,
    AskSeatByCode,
    AskSetPace,
    AskSetRoom,
    AskStatuses,
    AskTally,
    AskWorkshop,
    FeedbackAnswer,
    HelloServer,
    Request,
    SeatAnswer,
)
from release.workshop.writer.course.trainees import TraineeSeats
from release.workshop.writer.lines import Call, Caller, Turn, serve_lines
from release.workshop.writer.playable import Playable, playables
from release.workshop.writer.plays.group_keeper import GroupKeeper
from release.workshop.writer.plays.lease import Leases, leased
from release.workshop.writer.plays.path_keeper import PathKeeper
from release.workshop.writer.plays.trouble import Trouble
from release.workshop.writer.room_keeper import RoomKeeper
from release.workshop.writer.store import StoredPlay, WorkshopStore
from release.workshop.writer.sweep import refuse_longer, sweep, sweep_hourly
from release.workshop.writer_config import WriterConfig
from scenarios.case import Case
from scenarios.course_card import CourseCard
from scenarios.directory.services import load_directory
from scenarios.documents.problem import BadInputError
from scenarios.engine.draw import Draw
from scenarios.engine.event import Mode, Started
from scenarios.engine.play import Play
from scenarios.feedback import CaseFeedback, NextStep
from scenarios.language import Language, terminal_speaks
from scenarios.library import NoSuchCaseError

# A server that was killed a moment ago: its writer ends within so many seconds.
LOCK_SECONDS = 2.0

ServerRequest: TypeAlias = AskSeat | AskSeatByCode | AskWorkshop | AskSetRoom | AskSetPace | AskTally
SeatRequest: TypeAlias = AskStatuses | AskOpen | AskFeedback | AskCue
Enquiry: TypeAlias = HelloServer | AskCases | ServerRequest | SeatRequest


@dataclass(slots=True)
class Writer:
    """Answers requests; keeps who writes which play.

    secret: what the server says hello with, and passes are made with; mode: the mode of every play of this
    workshop; card, trainees: of the course that it carries, None where it carries none; variants: by case id,
    the one that the whole room plays.
    """

    store: WorkshopStore
    cases: Mapping[str, Playable]
    cases_folder: Path
    person: str
    secret: str
    mode: Mode = "practice"
    card: CourseCard | None = None
    trainees: TraineeSeats | None = None
    keeper: RoomKeeper = field(init=False)
    leases: Leases = field(init=False)
    trouble: Trouble = field(default_factory=Trouble)
    groups: GroupKeeper = field(init=False)
    path: PathKeeper = field(init=False)
    variants: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep the room of this mode, and the plays in it."""
        self.keeper = RoomKeeper(self.store, self.cases, self.mode, self.variants)
        self.leases = Leases(self.store, self.cases)
        self.path = PathKeeper(self.store, self.cases, self.mode)
        self.groups = GroupKeeper(
            self.store, self.leases, self.keeper, self.mode, self.secret, self.trouble, self.course
        )

    @property
    def course(self) -> str:
        """What every play is marked with: the course that is carried, or else the workshop."""
        return self.card.course if self.card is not None else self.store.name

    def enquire(self, calls: Sequence[Call]) -> list[Call]:
        """Answer what only asks, and give back what is to be kept, or asks for what just gets kept."""
        news: list[Call] = []
        for call in calls:
            request = call.request
            if (
                request["ask"] == "append"
                or request["ask"] == "new_seat"
                or self.groups.is_waited_for(request)
            ):
                news.append(call)
            else:
                call.reply(self.trouble.guarded(partial(self._answer, request, call.caller)))
        return news

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
            case "statuses" | "open" | "feedback" | "revealed" | "cue":
                seat = seat_of(self.secret, request["seat_pass"])
                return self._for_seat(request, seat) if seat else {"answer": "stranger"}
            case _:
                return self._for_server(request) if caller.server else {"answer": "stranger"}

    def _for_server(self, request: ServerRequest) -> Answer:  # noqa: PLR0911 -- an answer for each
        match request["ask"]:
            case "seat":
                return _seat_answer(self.store.seat(request["seat"]))
            case "seat_by_code":
                return _seat_answer(self._seat_by_code(request["code"]))
            case "current":
                return self._current(request["seat"])
            case "workshop":
                return self.store.workshop()
            case "set_room":
                return self.keeper.set_room(request)
            case "set_pace":
                return self.keeper.set_pace(request)
            case "tally":
                return self.keeper.board(request)

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

    def _cases(self) -> Answer:
        ids, folder = list(self.cases), str(self.cases_folder)
        return {"answer": "cases", "folder": folder, "cases": ids, "person": self.person}

    def _hello_server(self, request: HelloServer, caller: Caller) -> Answer:
        caller.server = hmac.compare_digest(request["secret"].encode(), self.secret.encode())
        return {"answer": "done"} if caller.server else {"answer": "stranger"}

    def _current(self, seat: str) -> Answer:
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
        plays = {case_id: self._latest_play(seat, case_id) for case_id in self.store.cases_of(seat)}
        statuses: dict[str, Literal["begun", "finished"]] = {
            case_id: "finished" if play.finished else "begun" for case_id, play in plays.items() if play
        }
        closed = [case_id for case_id in self.cases if self.keeper.pace().is_closed(case_id)]
        sector = self._sector(seat)
        return {
            "answer": "statuses",
            "statuses": statuses,
            "decided": {case_id: len(play.picks) for case_id, play in plays.items() if play},
            "closed": closed,
            "sector": sector,
            "next_step": self._next_step(seat, sector, request["language"], closed),
        }

    def _sector(self, seat: str) -> str | None:
        sitter = self.store.seat(seat)
        return sitter.sector if sitter is not None else None

    def _next_step(
        self, player: str, sector: str | None, language: Language, closed: Sequence[str] = ()
    ) -> NextStep | None:
        step = self.path.step(player, sector, closed)
        return step_note(step, language) if step is not None else None

    def _latest_play(self, seat: str, case_id: str) -> Play | None:
        lease, playable = self.leases.get(seat, case_id), self.cases.get(case_id)
        if lease is not None and lease.play_id:
            return lease.play
        stored = self._latest(seat, playable.case) if playable else None
        return Play.replay(playable.case, stored.events) if playable and stored else None

    def _open(self, request: AskOpen, seat: str) -> Answer:
        playable = self.cases.get(request["case"])
        if playable is None:
            return {"answer": "refused", "text": f"This workshop does not play the case “{request['case']}”."}
        case = playable.case
        stored = None if request["again"] else self._latest(seat, case)
        lease = leased(secrets.token_hex(8), case, stored)
        if lease.play.started is None:
            lease = replace(lease, variant=self._draw(seat, case, lease.token))
        self.leases.put(seat, case.id, lease)
        return {
            "answer": "opened",
            "lease": lease.token,
            "course": self.course,
            "mode": self.mode,
            "events": [happened.model_dump(mode="json") for happened in (stored.events if stored else ())],
            "variant": lease.variant,
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

    def _latest(self, seat: str, case: Case) -> StoredPlay | None:
        # A play of another mode is not gone on with: its feedback would be due at another time.
        stored = self.store.latest_play(seat, case.id, case.version)
        started = stored.events[0] if stored and stored.events else None
        return stored if isinstance(started, Started) and started.mode == self.mode else None

    def _feedback(self, request: AskFeedback, seat: str) -> Answer:
        play, language = self._play_on_disk(request, seat), request["language"]
        decision = request.get("decision")
        due: FeedbackAnswer = {"answer": "feedback", "decision": None, "case": None}
        if play is None:
            return due
        if request["ask"] == "revealed":
            due["decision"] = self.keeper.on_reveal(play, language)
        elif decision is None:
            due["case"] = self._on_case(play, seat, language) if play.ended else None
        elif decision in play.picks:
            due["decision"] = self.keeper.on_decision(play, decision, language)
        return due

    def _on_case(self, play: Play, seat: str, language: Language) -> CaseFeedback | None:
        """The feedback on an ended play, with what comes next for whoever reads it."""
        note = self.keeper.on_case(play, language)
        if note is None:
            return None
        return {**note, "next_step": self._next_step(seat, self._sector(seat), language)}

    def _play_on_disk(self, request: AskFeedback, seat: str) -> Play | None:
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


def make_writer(config: WriterConfig) -> Writer:
    """A writer as configured. Raises BadInputError: a DatabaseError, or for a case, its key or its use."""
    folder = config.cases_folder
    directory = load_directory(config.services) if config.services else None
    course = read_carried_course(config.plan.course) if config.plan.course else None
    tests = course is not None and course.card.mode != "discussion"
    cases = playables(folder, config.cases, config.keys_folder or keys_folder(), directory, tests=tests)
    variants = _chosen_variants(config, cases)
    clock = partial(now_in, config.plan.zone)
    store = WorkshopStore(config.database, workshop=config.workshop, clock=clock)
    store.settle(config.plan)
    if not config.workshop:  # else this writer takes the place of one that has died, in a pause or not
        store.go_on()
    mode = store.workshop()["mode"]
    card, trainees = (course.card, _trainees(course, config, store)) if course is not None else (None, None)
    writer = Writer(
        store, cases, folder, config.person, config.secret, mode, card, trainees, variants=variants
    )
    writer.keeper.tally()  # now, while nobody waits for an answer
    return writer


def _trainees(course: CarriedCourse, config: WriterConfig, store: WorkshopStore) -> TraineeSeats:
    if config.data is None:
        raise WorkshopRefusedError(carried_sentence("no_data"))
    maker, cards = maker_in(config.data), cards_of(config.data)
    seats = TraineeSeats(course.place, course.card.course, maker, cards, store)
    seats.seat_everybody()
    return seats


async def _run(writer: Writer, config: WriterConfig) -> None:
    address = Address.parse(config.address)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait_for_the_server_to_end() -> None:
        # Standard input stays open as long as the server lives, however it ends.
        sys.stdin.buffer.read()
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(ended.set)

    async def sweep_around_this_workshop() -> None:
        sweep(config, spare=writer.store.name)  # not in a thread: it would hold up what is to be kept

    waiting = loop.run_in_executor(None, wait_for_the_server_to_end)
    sweeping = asyncio.create_task(sweep_hourly(sweep_around_this_workshop))
    turn = Turn(writer.enquire, writer.groups.keep_aside)
    await serve_lines(turn, address, ready=lambda: print("ready", flush=True), ended=ended)  # noqa: T201 -- to the server
    sweeping.cancel()
    await waiting


def main() -> int:
    """Run until standard input ends. Standard output says “ready”, or why not: see `refusal_line` too."""
    with terminal_speaks(settled_language()):
        return _main()


def _main() -> int:
    tell_the_time()
    keep_to_oneself()
    config = WriterConfig.model_validate_json(sys.stdin.buffer.readline())
    lock = FileLock(config.lock) if config.lock else contextlib.nullcontext()
    try:
        if isinstance(lock, FileLock):
            lock.acquire(timeout=LOCK_SECONDS)
        sweep(config)
        refuse_longer(config)
        writer = make_writer(config)
    except Timeout:
        return _refused(WorkshopRefusedError(failure_sentence("another_runs")))
    except BadInputError as error:
        return _refused(error)
    sys.setswitchinterval(0.001)  # whoever only asks waits no longer for the thread that keeps
    asyncio.run(_run(writer, config))
    writer.store.close()
    return 0


def _refused(error: BadInputError) -> int:
    print(str(error).replace("\n", " "), refusal_line(error), sep="\n")  # noqa: T201 -- to the server
    return 1


if __name__ == "__main__":
    sys.exit(main())

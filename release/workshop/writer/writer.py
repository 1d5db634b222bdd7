"""The writer: the one process that holds the workshop's database and the keys.

`Writer` answers requests and knows nothing of sockets; `main` puts it behind one. An append is
answered after its commit, and feedback is worked out here from what is on disk, so that no kernel
ever holds a key.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias

from filelock import FileLock, Timeout
from pydantic import ValidationError

from graders.key.key import keys_folder
from release.workshop.log import LOG, tell_the_time
from release.workshop.seats.seat import Seat
from release.workshop.wire import (
    MAX_LINE,
    REQUEST,
    Address,
    Answer,
    AskAppend,
    AskBind,
    AskCurrent,
    AskFeedback,
    AskNewSeat,
    AskOpen,
    AskRevealed,
    AskRoom,
    AskSeat,
    AskSeatByCode,
    AskSetRoom,
    AskStatus,
    AskTally,
    AskUnbind,
    AskWorkshop,
    HelloKernel,
    HelloServer,
    Request,
    hash_of,
    line_of,
)
from release.workshop.writer.database import DatabaseError
from release.workshop.writer.playable import Playable, playables
from release.workshop.writer.room_keeper import RoomKeeper
from release.workshop.writer.store import StoredPlay, WorkshopStore
from release.workshop.writer.sweep import refuse_longer, sweep, sweep_hourly
from release.workshop.writer_config import WriterConfig
from scenarios.case import Case
from scenarios.directory.services import load_directory
from scenarios.documents.problem import BadInputError
from scenarios.engine.draw import Draw
from scenarios.engine.event import EVENT, Event, Mode, Started
from scenarios.engine.play import Play
from scenarios.library import NoSuchCaseError
from scenarios.pick import RefusedError


@dataclass(frozen=True, slots=True)
class Lease:
    """Who writes a seat's play of a case: the token of the writer, and the play as it is on disk.

    variant: the one that it was opened for, where it had not begun.
    """

    token: str
    play: Play
    last: Event | None
    chain: str
    variant: str | None = None

    @property
    def play_id(self) -> str:
        """The id of the play; "" before its first event."""
        return self.play.started.play if self.play.started else ""


@dataclass(slots=True)
class Caller:
    """One connection: whether it is the server, and the seat that its kernel plays for."""

    server: bool = False
    key: str = ""


ServerRequest: TypeAlias = (
    AskNewSeat
    | AskSeat
    | AskSeatByCode
    | AskCurrent
    | AskBind
    | AskUnbind
    | AskWorkshop
    | AskRoom
    | AskSetRoom
    | AskTally
)
SeatRequest: TypeAlias = AskStatus | AskOpen | AskAppend | AskFeedback | AskRevealed


@dataclass(slots=True)
class Writer:
    """Answers requests; keeps who writes which play, and which kernel plays for which seat.

    mode: the mode of every play of this workshop; variants: by case id, the one that the whole room plays.
    """

    store: WorkshopStore
    cases: Mapping[str, Playable]
    cases_folder: Path
    person: str
    secret: str
    mode: Mode = "practice"
    seats: dict[str, str] = field(default_factory=dict)
    leases: dict[tuple[str, str], Lease] = field(default_factory=dict)
    keeper: RoomKeeper = field(init=False)
    trouble: str = ""
    variants: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep the room of this mode."""
        self.keeper = RoomKeeper(self.store, self.cases, self.mode, self.variants)

    def answer(self, request: Request, caller: Caller) -> Answer:
        """Answer one request; an error of the database is an answer too."""
        try:
            match request["ask"]:
                case "hello_server":
                    return self._hello_server(request, caller)
                case "hello_kernel":
                    return self._hello_kernel(request, caller)
                case "cases":
                    return self._cases()
                case "status" | "open" | "append" | "feedback" | "revealed":
                    seat = self._seat_of(caller)
                    return self._for_seat(request, seat) if seat else {"answer": "stranger"}
                case _:
                    return self._for_server(request) if caller.server else {"answer": "stranger"}
        except DatabaseError as error:
            self._tell_trouble(error.reason)
            return {"answer": "unwritable", "reason": error.reason}

    def _tell_trouble(self, reason: str) -> None:
        # One line when it begins, and one when it is over.
        if reason and not self.trouble:
            LOG.error("The database cannot be used (%s); whoever decides something is told so.", reason)
        elif self.trouble and not reason:
            LOG.error("The database can be used again.")
        self.trouble = reason

    def _for_server(self, request: ServerRequest) -> Answer:  # noqa: C901, PLR0911 -- an answer for each
        match request["ask"]:
            case "new_seat":
                return self._new_seat(request)
            case "seat":
                return _seat_answer(self.store.seat(request["seat"]))
            case "seat_by_code":
                return _seat_answer(self.store.seat_by_code(request["code"]))
            case "current":
                return self._current(request["seat"])
            case "bind":
                return self._bind(request)
            case "unbind":
                self.seats.pop(request["key"], None)
                return {"answer": "done"}
            case "workshop":
                return self._workshop()
            case "room":
                steps = self.store.steps_of(request["case"])
                return {"answer": "room", "states": {name: step.state for name, step in steps.items()}}
            case "set_room":
                return self.keeper.set_room(request)
            case "tally":
                return self.keeper.board(request)

    def _for_seat(self, request: SeatRequest, seat: str) -> Answer:
        match request["ask"]:
            case "status":
                return self._status(request, seat)
            case "open":
                return self._open(request, seat)
            case "append":
                return self._append(request, seat)
            case "feedback":
                return self._feedback(request, seat)
            case "revealed":
                return self._revealed(request, seat)

    def _cases(self) -> Answer:
        ids, folder = list(self.cases), str(self.cases_folder)
        return {"answer": "cases", "folder": folder, "cases": ids, "person": self.person}

    def _seat_of(self, caller: Caller) -> str:
        return self.seats.get(caller.key, "")

    def _hello_server(self, request: HelloServer, caller: Caller) -> Answer:
        caller.server = hmac.compare_digest(request["secret"].encode(), self.secret.encode())
        return {"answer": "done"} if caller.server else {"answer": "stranger"}

    def _hello_kernel(self, request: HelloKernel, caller: Caller) -> Answer:
        caller.key = hash_of(bytes.fromhex(request["key"]))
        return {"answer": "done"} if self._seat_of(caller) else {"answer": "stranger"}

    def _new_seat(self, request: AskNewSeat) -> Answer:
        if self.store.workshop().closed is not None:
            return {"answer": "ended"}
        sector, typed = request.get("sector"), request.get("typed", False)
        seat = Seat(request["seat"], request["pseudonym"], sector, typed)
        is_new = self.store.add_seat(seat, request["code"])
        return {"answer": "done"} if is_new else {"answer": "taken"}

    def _workshop(self) -> Answer:
        workshop = self.store.workshop()
        return {
            "answer": "workshop",
            "name": workshop.name,
            "code": workshop.code,
            "mode": workshop.mode,
            "closed": workshop.closed,
            "keep_days": workshop.keep_days,
        }

    def _bind(self, request: AskBind) -> Answer:
        # The first seat that claims a kernel keeps it.
        if self.seats.setdefault(request["key"], request["seat"]) != request["seat"]:
            return {"answer": "taken"}
        return {"answer": "done"}

    def _current(self, seat: str) -> Answer:
        case_id = self.store.last_played(seat)
        going_on = case_id is not None and self._how_far(seat, case_id) == "begun"
        return {"answer": "current", "case": case_id if going_on else None}

    def _status(self, request: AskStatus, seat: str) -> Answer:
        return {"answer": "status", "status": self._how_far(seat, request["case"])}

    def _how_far(self, seat: str, case_id: str) -> Literal["new", "begun", "finished"]:
        playable = self.cases.get(case_id)
        stored = self._latest(seat, playable.case) if playable else None
        if playable is None or stored is None:
            return "new"
        return "finished" if Play.replay(playable.case, stored.events).finished else "begun"

    def _open(self, request: AskOpen, seat: str) -> Answer:
        playable = self.cases.get(request["case"])
        if playable is None:
            return {"answer": "refused", "text": f"This workshop does not play the case “{request['case']}”."}
        case = playable.case
        stored = None if request["again"] else self._latest(seat, case)
        lease = leased(secrets.token_hex(8), case, stored)
        if lease.play.started is None:
            lease = replace(lease, variant=self._draw(seat, case, lease.token))
        self.leases[seat, case.id] = lease
        return {
            "answer": "opened",
            "lease": lease.token,
            "course": self.store.name,
            "mode": self.mode,
            "events": [happened.model_dump(mode="json") for happened in (stored.events if stored else ())],
            "variant": lease.variant,
        }

    def _draw(self, seat: str, case: Case, token: str) -> str | None:
        """The variant for a play that `seat` may now begin, balanced over all that began or may begin."""
        if not case.tellings:
            return None
        begun = self.keeper.tally().variants.get(case.id, {})
        waiting = [
            lease.variant
            for (other, name), lease in self.leases.items()
            if name == case.id and other != seat and lease.play.started is None and lease.variant
        ]
        room = [*waiting, *(variant for variants in begun.values() for variant in variants)]
        return Draw(self.variants.get(case.id), begun.get(seat, ()), room).variant(case, token)

    def _latest(self, seat: str, case: Case) -> StoredPlay | None:
        # A play of another mode is not gone on with: its feedback would be due at another time.
        stored = self.store.latest_play(seat, case.id, case.version)
        started = stored.events[0] if stored and stored.events else None
        return stored if isinstance(started, Started) and started.mode == self.mode else None

    def _append(self, request: AskAppend, seat: str) -> Answer:  # noqa: PLR0911 -- an answer for each
        lease = self._lease(request, seat)
        if lease is None or lease.token != request["lease"]:
            return {"answer": "closed"}
        try:
            happened = EVENT.validate_python(request["event"])
            if request["n"] == lease.play.length - 1 and happened == lease.last:
                return {"answer": "done"}  # the answer to its first sending was lost on the way
            play = lease.play.after(happened)
        except (ValidationError, RefusedError):
            return {"answer": "closed"}
        if request["n"] != lease.play.length or not self._belongs(play, request):
            return {"answer": "closed"}
        if self.store.workshop().closed is not None:
            return {"answer": "ended"}
        if not self.keeper.takes(request["case"], happened):
            return {"answer": "locked"}
        chain = self.store.append(seat, request["play"], request["n"], happened, lease.chain)
        self._tell_trouble("")
        self.leases[seat, request["case"]] = replace(lease, play=play, last=happened, chain=chain)
        self.keeper.note(seat, play, happened)
        return {"answer": "done"}

    def _belongs(self, play: Play, request: AskAppend) -> bool:
        started = play.started
        if started is None or started.play != request["play"]:
            return False
        return started.mode == self.mode and started.course == self.store.name

    def _lease(self, request: AskAppend, seat: str) -> Lease | None:
        """The lease on a play; that of the caller where this writer has just been started again."""
        lease = self.leases.get((seat, request["case"]))
        playable = self.cases.get(request["case"])
        if lease is not None or playable is None:
            return lease
        stored = self.store.play(seat, request["case"], request["play"])
        lease = leased(request["lease"], playable.case, stored)
        self.leases[seat, request["case"]] = lease
        return lease

    def _feedback(self, request: AskFeedback, seat: str) -> Answer:
        nothing: Answer = {"answer": "feedback", "decision": None, "case": None}
        play = self._play_on_disk(request, seat)
        if play is None:
            return nothing
        keeper, language, decision = self.keeper, request["language"], request["decision"]
        if decision is None:
            due = keeper.on_case(play, language) if play.ended else None
            return {"answer": "feedback", "decision": None, "case": due}
        if decision not in play.picks:
            return nothing
        return {"answer": "feedback", "decision": keeper.on_decision(play, decision, language), "case": None}

    def _revealed(self, request: AskRevealed, seat: str) -> Answer:
        play = self._play_on_disk(request, seat)
        note = self.keeper.on_reveal(play, request["language"]) if play is not None else None
        return {"answer": "feedback", "decision": note, "case": None}

    def _play_on_disk(self, request: AskFeedback | AskRevealed, seat: str) -> Play | None:
        lease = self.leases.get((seat, request["case"]))
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


def leased(token: str, case: Case, stored: StoredPlay | None) -> Lease:
    """The lease of the writer `token` on a play of `case`, a new one where nothing was kept."""
    events = stored.events if stored else ()
    last, chain = (events[-1], stored.chain) if stored and events else (None, "")
    return Lease(token, Play.replay(case, events), last, chain)


def _seat_answer(seat: Seat | None) -> Answer:
    if seat is None:
        return {"answer": "nobody"}
    return {
        "answer": "seat",
        "seat": seat.id,
        "pseudonym": seat.pseudonym,
        "sector": seat.sector,
        "typed": seat.typed,
    }


async def _converse(writer: Writer, reader: asyncio.StreamReader, stream: asyncio.StreamWriter) -> None:
    caller = Caller()
    with contextlib.suppress(ConnectionError, asyncio.LimitOverrunError, ValueError):
        while line := await reader.readline():
            stream.write(line_of(_answer(writer, line, caller)))
            await stream.drain()
    stream.close()


def _answer(writer: Writer, line: bytes, caller: Caller) -> Answer:
    try:
        request = REQUEST.validate_json(line)
    except ValidationError as error:
        return {"answer": "refused", "text": f"The request cannot be read: {error.errors()[0]['msg']}."}
    return writer.answer(request, caller)


async def serve_writer(
    writer: Writer, address: Address, *, ready: Callable[[], None], ended: asyncio.Event
) -> None:
    """Answer at `address`; call `ready` once it listens, and return when `ended` is set."""

    async def converse(reader: asyncio.StreamReader, stream: asyncio.StreamWriter) -> None:
        await _converse(writer, reader, stream)

    if address.path is not None:
        address.path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(converse, address.path, limit=MAX_LINE)
    else:
        server = await asyncio.start_server(converse, "127.0.0.1", address.port, limit=MAX_LINE)
    ready()
    await ended.wait()
    server.close()


def _chosen_variants(config: WriterConfig, cases: Mapping[str, Playable]) -> Mapping[str, str]:
    """What the plan sets for the whole room; refused now, not when the first person opens a case."""
    variants = config.plan.chosen_variants
    for case_id, variant in variants.items():
        if case_id not in cases:
            raise NoSuchCaseError(f"A variant is set of “{case_id}”, which this workshop does not play.")
        cases[case_id].case.in_variant(variant)
    return variants


def make_writer(config: WriterConfig) -> Writer:
    """A writer as configured. Raises BadInputError: a DatabaseError, or for a case, its key or its use."""
    folder = config.cases_folder
    directory = load_directory(config.services) if config.services else None
    cases = playables(folder, config.cases, config.keys_folder or keys_folder(), directory)
    variants = _chosen_variants(config, cases)
    store = WorkshopStore(config.database, workshop=config.workshop)
    store.settle(config.plan)
    mode = store.workshop().mode
    writer = Writer(store, cases, folder, config.person, config.secret, mode, variants=variants)
    writer.keeper.tally()  # now, while nobody waits for an answer
    return writer


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
        sweep(config, spare=writer.store.name)  # not in a thread: nothing else may write meanwhile

    waiting = loop.run_in_executor(None, wait_for_the_server_to_end)
    sweeping = asyncio.create_task(sweep_hourly(sweep_around_this_workshop))
    await serve_writer(writer, address, ready=lambda: print("ready", flush=True), ended=ended)  # noqa: T201 -- to the server
    sweeping.cancel()
    await waiting


def main() -> int:
    """Run until standard input ends. Standard output says “ready”, or in a sentence why not."""
    tell_the_time()
    os.umask(0o077)  # what people wrote is this user's alone, whoever else has an account here
    config = WriterConfig.model_validate_json(sys.stdin.buffer.readline())
    lock = FileLock(config.lock) if config.lock else contextlib.nullcontext()
    try:
        if isinstance(lock, FileLock):
            lock.acquire(timeout=0)
        sweep(config)
        refuse_longer(config)
        writer = make_writer(config)
    except Timeout:
        print("Another workshop is running on this data. End it first, or name another --data folder.")  # noqa: T201
        return 1
    except BadInputError as error:
        print(str(error).replace("\n", " "))  # noqa: T201
        return 1
    asyncio.run(_run(writer, config))
    writer.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

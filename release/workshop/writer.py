"""The writer: the one process that holds the workshop's database and the keys.

`Writer` answers requests and knows nothing of sockets; `main` puts it behind one. An append is
answered after its commit, and feedback is worked out here from what is on disk, so that no kernel
ever holds a key.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias

from filelock import FileLock, Timeout
from pydantic import ValidationError

from graders.feedback import KeyFeedback
from graders.key import load_key
from release.workshop.seat import Seat
from release.workshop.store import DatabaseError, KeptPlay, WorkshopStore
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
    AskSeat,
    AskSeatByCode,
    AskStatus,
    AskUnbind,
    HelloKernel,
    HelloServer,
    Request,
    hash_of,
    line_of,
)
from release.workshop.writer_config import WriterConfig, read_config
from scenarios.case import Case
from scenarios.event import EVENT, Event, Mode, Started
from scenarios.library import case_folder
from scenarios.loader import load_case
from scenarios.play import Play, RefusedError
from scenarios.problem import BadInputError
from scenarios.services import Directory, load_directory


@dataclass(frozen=True, slots=True)
class Playable:
    """A case with its feedback."""

    case: Case
    feedback: KeyFeedback


@dataclass(frozen=True, slots=True)
class Lease:
    """Who writes a seat's play of a case: the token of the writer, and the play as it is on disk."""

    token: str
    play: Play
    last: Event | None
    chain: str

    @property
    def play_id(self) -> str:
        """The id of the play; "" before its first event."""
        return self.play.started.play if self.play.started else ""


@dataclass(slots=True)
class Caller:
    """One connection: whether it is the server, and the seat that its kernel plays for."""

    server: bool = False
    key: str = ""


class NotForPracticeError(BadInputError):
    """A case for a test may not be opened where its feedback would be seen before it is due."""


def playables(
    cases_folder: Path, cases: tuple[str, ...], keys_folder: Path, directory: Directory | None = None
) -> dict[str, Playable]:
    """The cases and their keys by id; `directory` names the services in feedback.

    Raises ProblemsError, NoSuchCaseError or NotForPracticeError.
    """
    found: dict[str, Playable] = {}
    for case_id in cases:
        case = load_case(case_folder(case_id, cases_folder))
        if case.use != "practice":
            raise NotForPracticeError(f"“{case_id}” is a case for a test. Leave it out of this workshop.")
        feedback = KeyFeedback(case, load_key(case, keys_folder), directory=directory)
        found[case_id] = Playable(case, feedback)
    return found


ServerRequest: TypeAlias = AskNewSeat | AskSeat | AskSeatByCode | AskCurrent | AskBind | AskUnbind
SeatRequest: TypeAlias = AskStatus | AskOpen | AskAppend | AskFeedback


@dataclass(slots=True)
class Writer:
    """Answers requests; keeps who writes which play, and which kernel plays for which seat.

    mode: the mode of every play of this workshop.
    """

    store: WorkshopStore
    cases: Mapping[str, Playable]
    cases_folder: Path
    person: str
    secret: str
    mode: Mode = "practice"
    seats: dict[str, str] = field(default_factory=dict)
    leases: dict[tuple[str, str], Lease] = field(default_factory=dict)

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
                case "status" | "open" | "append" | "feedback":
                    seat = self._seat_of(caller)
                    return self._for_seat(request, seat) if seat else {"answer": "stranger"}
                case _:
                    return self._for_server(request) if caller.server else {"answer": "stranger"}
        except DatabaseError as error:
            return {"answer": "unwritable", "reason": str(error)}

    def _for_server(self, request: ServerRequest) -> Answer:
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
        kept = self.store.add_seat(Seat(request["seat"], request["pseudonym"]), request["code"])
        return {"answer": "done"} if kept else {"answer": "taken"}

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
        kept = self.store.latest_play(seat, case_id, playable.case.version) if playable else None
        if playable is None or kept is None:
            return "new"
        return "finished" if Play.replay(playable.case, kept.events).finished else "begun"

    def _open(self, request: AskOpen, seat: str) -> Answer:
        playable = self.cases.get(request["case"])
        if playable is None:
            return {"answer": "refused", "text": f"This workshop does not play the case “{request['case']}”."}
        case = playable.case
        kept = None if request["again"] else self.store.latest_play(seat, case.id, case.version)
        lease = leased(secrets.token_hex(8), case, kept)
        self.leases[seat, case.id] = lease
        return {
            "answer": "opened",
            "lease": lease.token,
            "course": self.store.name,
            "mode": self.mode,
            "events": [happened.model_dump(mode="json") for happened in (kept.events if kept else ())],
        }

    def _append(self, request: AskAppend, seat: str) -> Answer:
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
        chain = self.store.append(seat, request["play"], request["n"], happened, lease.chain)
        self.leases[seat, request["case"]] = replace(lease, play=play, last=happened, chain=chain)
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
        kept = self.store.play(seat, request["case"], request["play"])
        lease = leased(request["lease"], playable.case, kept)
        self.leases[seat, request["case"]] = lease
        return lease

    def _feedback(self, request: AskFeedback, seat: str) -> Answer:
        nothing: Answer = {"answer": "feedback", "decision": None, "case": None}
        playable = self.cases.get(request["case"])
        play = self._play_on_disk(request, seat)
        if playable is None or play is None:
            return nothing
        source, language, decision = playable.feedback, request["language"], request["decision"]
        if decision is None:
            due = source.on_case(play, language) if play.ended else None
            return {"answer": "feedback", "decision": None, "case": due}
        if decision not in play.picks:
            return nothing
        return {"answer": "feedback", "decision": source.on_decision(play, decision, language), "case": None}

    def _play_on_disk(self, request: AskFeedback, seat: str) -> Play | None:
        lease = self.leases.get((seat, request["case"]))
        if lease is not None and lease.play_id == request["play"]:
            return lease.play
        kept = self.store.play(seat, request["case"], request["play"])
        playable = self.cases.get(request["case"])
        if kept is None or playable is None:
            return None
        started = kept.events[0]
        if not isinstance(started, Started) or started.version != playable.case.version:
            return None
        return Play.replay(playable.case, kept.events)


def leased(token: str, case: Case, kept: KeptPlay | None) -> Lease:
    """The lease of the writer `token` on a play of `case`, a new one where nothing was kept."""
    events = kept.events if kept else ()
    last, chain = (events[-1], kept.chain) if kept and events else (None, "")
    return Lease(token, Play.replay(case, events), last, chain)


def _seat_answer(seat: Seat | None) -> Answer:
    if seat is None:
        return {"answer": "nobody"}
    return {"answer": "seat", "seat": seat.id, "pseudonym": seat.pseudonym}


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


def make_writer(config: WriterConfig) -> Writer:
    """A writer as configured. Raises DatabaseError, or BadInputError for a case, its key or its use."""
    folder = Path(config.cases_folder)
    directory = load_directory(Path(config.services)) if config.services else None
    cases = playables(folder, config.cases, Path(config.keys_folder), directory)
    return Writer(WorkshopStore(config.database), cases, folder, config.person, config.secret)


async def _run(writer: Writer, address: Address) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait_for_the_server_to_end() -> None:
        # Standard input stays open as long as the server lives, however it ends.
        sys.stdin.buffer.read()
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(ended.set)

    waiting = loop.run_in_executor(None, wait_for_the_server_to_end)
    await serve_writer(writer, address, ready=lambda: print("ready", flush=True), ended=ended)  # noqa: T201 -- to the server
    await waiting


def main() -> int:
    """Run until standard input ends. Standard output says “ready”, or in a sentence why not."""
    config = read_config(sys.stdin.buffer.readline())
    lock = FileLock(config.lock) if config.lock else contextlib.nullcontext()
    try:
        if isinstance(lock, FileLock):
            lock.acquire(timeout=0)
        writer = make_writer(config)
    except Timeout:
        print("Another workshop is running on this data. End it first, or name another --data folder.")  # noqa: T201
        return 1
    except (DatabaseError, BadInputError) as error:
        print(str(error).replace("\n", " "))  # noqa: T201
        return 1
    asyncio.run(_run(writer, Address.parse(config.address)))
    writer.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

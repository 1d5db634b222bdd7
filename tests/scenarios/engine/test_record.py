"""The record: append-only, chained, one writer, and nothing confirmed is ever lost."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from scenarios.engine.event import Estimated, Event, Started
from scenarios.engine.record import (
    RecordClosedError,
    RecordError,
    RecordFile,
    RecordInUseError,
    RecordUnwritableError,
    parse_record,
    record_bytes,
)

Steps = Callable[..., tuple[Event, ...]]


@pytest.fixture
def events(started: Started, steps: Steps) -> tuple[Event, ...]:
    return (started, *steps(("mendesak", "sedang"), ("bicara", "dengar"), ("langkah", ["catat", "minta"])))


def test_a_record_is_read_back_as_it_was_written(events: tuple[Event, ...]) -> None:
    assert parse_record(record_bytes(events)).events == events


def test_an_event_is_on_disk_when_append_returns(tmp_path: Path, events: tuple[Event, ...]) -> None:
    with RecordFile(tmp_path / "decisions.jsonl") as record:
        for count, event in enumerate(events, start=1):
            record.append(event)
            assert (tmp_path / "decisions.jsonl").read_bytes() == record_bytes(events[:count])


def test_opening_again_goes_on_where_it_stood(tmp_path: Path, events: tuple[Event, ...]) -> None:
    with RecordFile(tmp_path / "decisions.jsonl") as first:
        for event in events[:2]:
            first.append(event)

    with RecordFile(tmp_path / "decisions.jsonl") as second:
        second.append(events[2])

    assert second.events == events[:3]
    assert (tmp_path / "decisions.jsonl").read_bytes() == record_bytes(events[:3])


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_torn_last_line_is_set_aside_and_costs_nothing_else(
    tmp_path: Path, events: tuple[Event, ...], cut: int
) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_bytes(record_bytes(events)[:-cut])

    with RecordFile(path) as record:
        record.append(events[-1])

    assert record.was_torn
    assert record.events == events
    assert path.read_bytes() == record_bytes(events)
    assert (tmp_path / "decisions.torn").read_bytes().strip()


@pytest.mark.parametrize(
    ("spoil", "line", "fault"),
    [
        (lambda data: data.replace(b"sedang", b"tinggi"), 2, "the chain breaks here"),
        (lambda data: b"\n".join(data.split(b"\n")[:1] + data.split(b"\n")[2:]), 2, "not the event number 1"),
        (lambda data: data.replace(b'"n":1', b'"n":1,'), 2, "the line is not JSON"),
        (lambda data: b"\n".join(data.split(b"\n")[1:]), 1, "not the event number 0"),
        (lambda data: data.replace(b'"format":1', b'"format":2'), 1, "the record has the format 2, not 1"),
        (lambda data: b"\xff\xfe" + data, 1, "the line is not JSON"),
        (lambda _: b"[" * 100_000 + b"\n", 1, "the line is not JSON"),
        (lambda data: data * 9000, 1, "the record has"),
    ],
)
def test_a_spoilt_record_is_refused_with_its_line(
    events: tuple[Event, ...], spoil: Callable[[bytes], bytes], line: int, fault: str
) -> None:
    with pytest.raises(RecordError) as caught:
        parse_record(spoil(record_bytes(events)))

    assert caught.value.line == line
    assert fault in caught.value.fault


def test_a_record_that_does_not_start_is_refused(events: tuple[Event, ...]) -> None:
    with pytest.raises(RecordError, match="does not begin with “started”"):
        parse_record(record_bytes(events[1:]))


def test_a_record_that_starts_twice_is_refused(events: tuple[Event, ...]) -> None:
    with pytest.raises(RecordError, match="“started” stands here again"):
        parse_record(record_bytes((*events, events[0])))


# Opens a record; then, for each line it is sent, writes an event again, and says whether that was let.
WRITE = """
import sys
from pathlib import Path
from scenarios.engine.record import RecordClosedError, RecordFile, parse_record
record = RecordFile(Path(sys.argv[1]))
event = parse_record(Path(sys.argv[2]).read_bytes()).events[0]
print("open", flush=True)
for _ in sys.stdin:
    try:
        record.append(event)
        print("written", flush=True)
    except RecordClosedError:
        print("closed", flush=True)
"""


@contextmanager
def writing_process(record: Path, event: Event) -> Iterator[Callable[[str], str]]:
    """Another process that has opened `record`; what it answers to a line."""
    one = record.with_name("one.jsonl")
    one.write_bytes(record_bytes((event,)))
    command = [sys.executable, "-c", WRITE, str(record), str(one)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        line_in, line_out = process.stdin, process.stdout
        assert line_out.readline() == "open\n"

        def ask(line: str) -> str:
            line_in.write(f"{line}\n")
            line_in.flush()
            return line_out.readline().strip()

        yield ask
        line_in.close()


def test_whoever_opens_a_record_last_has_it_and_the_process_that_had_it_finds_out(
    tmp_path: Path, events: tuple[Event, ...]
) -> None:
    path = tmp_path / "decisions.jsonl"
    with writing_process(path, events[0]) as ask:
        assert ask("write") == "written"
        with RecordFile(path) as record:
            assert record.events == events[:1]
            assert ask("write") == "closed"
            record.append(events[1])

        assert ask("write") == "closed"

    assert path.read_bytes() == record_bytes(events[:2])


def test_a_process_that_lost_a_record_is_in_nobodys_way(tmp_path: Path, events: tuple[Event, ...]) -> None:
    path = tmp_path / "decisions.jsonl"
    with writing_process(path, events[0]):
        for event in events[:2]:
            with RecordFile(path) as record:
                record.append(event)

    assert path.read_bytes() == record_bytes(events[:2])


def test_a_record_is_given_up_in_another_thread_than_it_was_opened_in(
    tmp_path: Path, events: tuple[Event, ...]
) -> None:
    path = tmp_path / "decisions.jsonl"
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(RecordFile, path).result()

        with RecordFile(path) as record:
            record.append(events[0])
        with pytest.raises(RecordClosedError):
            first.append(events[1])


def test_a_process_that_knew_no_marks_keeps_its_record(tmp_path: Path) -> None:
    path, locks = tmp_path / "decisions.jsonl", tmp_path / "locks"
    with RecordFile(path, locks=locks):
        (lock,) = locks.glob("*.lock")

    with FileLock(lock, is_singleton=False), pytest.raises(RecordInUseError):
        RecordFile(path, locks=locks)


def test_a_second_writer_in_one_process_takes_the_record_over(
    tmp_path: Path, events: tuple[Event, ...]
) -> None:
    path = tmp_path / "decisions.jsonl"
    with RecordFile(path) as first, RecordFile(path) as second:
        second.append(events[0])

        with pytest.raises(RecordClosedError):
            first.append(events[0])


def test_a_refused_write_leaves_the_record_whole(tmp_path: Path, events: tuple[Event, ...]) -> None:
    path = tmp_path / "decisions.jsonl"
    record = RecordFile(path)
    record.append(events[0])
    size = path.stat().st_size
    before, ceiling = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, ceiling))
    try:
        with pytest.raises(RecordUnwritableError):
            record.append(events[1])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, ceiling))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)

    with record:
        record.append(events[1])
    assert path.read_bytes() == record_bytes(events[:2])


# Written before a record could hold a yes to research and the estimates of a panel.
OLD = (
    b'{"n":0,"at":"2026-11-22T07:00:00Z","event":"started","format":1,'
    b'"play":"00000000000000000000000000000000","case":"daftar-nilai","version":"1.0.0",'
    b'"course":"uji","mode":"test","chain":"4a32485113ebb247"}\n'
)


def test_what_an_older_version_wrote_is_read_and_written_again_the_same() -> None:
    record = parse_record(OLD)

    assert record.events[0] == Started(
        at="2026-11-22T07:00:00Z",
        play="0" * 32,
        case="daftar-nilai",
        version="1.0.0",
        course="uji",
        mode="test",
        research=False,
    )
    assert record_bytes(record.events) == OLD


def test_a_yes_to_research_and_an_estimate_are_kept(started: Started) -> None:
    yes = started.model_copy(update={"mode": "panel", "research": True})
    estimate = Estimated(at=yes.at, decision="mendesak", share=0)

    assert parse_record(record_bytes((yes, estimate))).events == (yes, estimate)

"""Processes: those that the lab starts, waits for and ends, and how this one is asked to end itself."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TypeVar

from scenarios.documents.problem import BadInputError
from scenarios.sentence import sentences_of

T = TypeVar("T")

LOOK_SECONDS = 0.1
_sentence = sentences_of(Path(__file__).with_name("texts.yaml"))


class ProcessEndedError(BadInputError):
    """A process that was to go on has ended; a sentence with the last line that it wrote."""

    def __init__(self, child: ChildProcess) -> None:
        """Keep the process."""
        self.child = child
        last = child.last_words() or _sentence("process_silent")
        super().__init__(_sentence("process_ended", name=child.name, last=last, log=child.log))


@dataclass(frozen=True, slots=True)
class ChildProcess:
    """A process that this one has started, in a session of its own.

    So a Ctrl-C in the terminal reaches this process alone, which ends the others in order. name: what it is
    called in a sentence; log: the file that it writes to, None for none; lifeline: whether it ends once its
    standard input does, however that comes; else it ends on SIGTERM.
    """

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None = None
    lifeline: bool = False

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self.process.pid

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def words(self) -> str:
        """All that it has written into its log."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log else ""

    def last_words(self) -> str:
        """The last line of its log that says something, "" for none."""
        lines = [line.strip() for line in self.words().splitlines()]
        return next((line for line in reversed(lines) if any(map(str.isalpha, line))), "")

    def ask(self, line: bytes) -> str:
        """Send it a line and read one; "" where it has ended. For a process with a lifeline alone."""
        if self.process.stdin is None or self.process.stdout is None:
            return ""
        with contextlib.suppress(OSError):
            self.process.stdin.write(line)
            self.process.stdin.flush()
        return self.process.stdout.readline().decode("utf-8", "replace").strip()

    def end(self, patience: float) -> None:
        """Ask it to end, and kill it where it has not within `patience` seconds; at once for 0."""
        end_all([self], patience)


def start_process(  # noqa: PLR0913 -- each by its name
    name: str,
    module: str,
    *arguments: str,
    log: Path | None = None,
    line: bytes | None = None,
    lifeline: bool = False,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
    files: Sequence[int] = (),
) -> ChildProcess:
    """Start a module of this Python as a process.

    name: see `ChildProcess`; log: the file for all that it writes; line: what it reads first on its standard
    input, and no more without a lifeline; lifeline: keep its standard input open until it is to end, and
    without a log read its standard output (`ask`), while its standard error is ours; folder: where it runs;
    environ: its environment, ours where left out; files: descriptors that it inherits.
    """
    is_asked = lifeline and log is None
    with log.open("wb") if log else contextlib.nullcontext() as written:
        output = written or subprocess.DEVNULL
        # -P: what stands in the folder where it runs is no module.
        process = subprocess.Popen(  # noqa: S603 -- this Python, and a module that we name
            [sys.executable, "-P", "-m", module, *arguments],
            cwd=folder,
            env=None if environ is None else dict(environ),
            stdin=subprocess.PIPE if lifeline or line is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE if is_asked else output,
            stderr=None if is_asked else output,
            pass_fds=files,
            start_new_session=True,
        )
    if line is not None and process.stdin is not None:
        with contextlib.suppress(OSError):  # it has ended already, and its log says why
            process.stdin.write(line)
            process.stdin.flush()
            if not lifeline:
                process.stdin.close()
    return ChildProcess(name, process, log, lifeline)


def wait_until(ready: Callable[[], T | None], children: Sequence[ChildProcess], seconds: float) -> T | None:
    """What `ready` gives once it gives something; None where that took longer than `seconds`.

    Raises ProcessEndedError where one of `children` ends meanwhile.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (value := ready()) is not None:
            return value
        refuse_ended(children)
        time.sleep(LOOK_SECONDS)
    return None


def refuse_ended(children: Sequence[ChildProcess]) -> None:
    """Raise ProcessEndedError where one of `children` has ended."""
    for child in children:
        if not child.runs:
            raise ProcessEndedError(child)


def end_all(children: Sequence[ChildProcess], patience: float) -> None:
    """End processes, all within the same `patience` seconds; see `ChildProcess.end`."""
    for child in children:
        if child.lifeline and child.process.stdin is not None:
            with contextlib.suppress(OSError):
                child.process.stdin.close()
        elif patience > 0:
            child.process.terminate()
    deadline = time.monotonic() + patience
    for child in children:
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        if child.process.stdout is not None:
            child.process.stdout.close()


@contextmanager
def interrupted_by_sigterm() -> Iterator[None]:
    """Within it, SIGTERM does as Ctrl-C does: it raises KeyboardInterrupt."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def ended_by_signal() -> asyncio.Event:
    """An event that Ctrl-C, SIGTERM and the closing of the terminal's window set.

    To be called in the loop that waits for it.
    """
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    ends = (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))
    for number in ends:
        try:
            loop.add_signal_handler(number, ended.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended.set))
    return ended

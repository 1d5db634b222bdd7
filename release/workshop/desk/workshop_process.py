"""The workshop's server as a process of its own, for the start page, the room check and ``kasuslab run``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from release.processes import ChildProcess, ProcessEndedError, start_process, wait_until
from release.workshop.data_folder import log_of, own_folder
from release.workshop.failure import failure_sentence, refusal_in
from release.workshop.kernels.capacity import Capacity, capacity_in
from release.workshop.plan import WorkshopPlan
from scenarios.documents.problem import BadInputError

START_SECONDS = 150.0
END_SECONDS = 20.0
# From its first line to its last before anybody comes.
ANNOUNCE_SECONDS = 5.0
_READY = re.compile(r"^ready (https?://\S+/)$", re.MULTILINE)


class NotStartedError(BadInputError):
    """The server does not start; the last sentence of its log."""


@dataclass(frozen=True, slots=True)
class WorkshopProcess:
    """A server that runs. url: the address of its lobby."""

    child: ChildProcess
    url: str

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.child.runs

    def capacity(self) -> Capacity:
        """How many seats there is room for, as the server has measured it. Raises ProcessEndedError."""
        capacity = wait_until(lambda: capacity_in(self.child.words()), [self.child], ANNOUNCE_SECONDS)
        return capacity or Capacity(0, "memory")

    def stop(self) -> None:
        """End it; it has kept everything that it confirmed."""
        self.child.end(END_SECONDS)


def begin_workshop(
    data: Path, plan: WorkshopPlan, environ: Mapping[str, str] | None = None, *, folder: Path | None = None
) -> ChildProcess:
    """Start the server of a plan on a data folder. It reads the plan on its standard input, password and all.

    It ends with this process, however that ends.

    environ: what it finds in its environment beside ours; folder: where it runs.
    """
    own_folder(data)
    line = plan.model_copy(update={"data": data}).to_line()
    surroundings = {**os.environ, **(environ or {})}
    return start_process(
        "workshop",
        "release.workshop.serve",
        log=log_of(data),
        line=line,
        lifeline=True,
        folder=folder,
        environ=surroundings,
    )


def start_workshop(
    data: Path, plan: WorkshopPlan, environ: Mapping[str, str] | None = None
) -> WorkshopProcess:
    """Start the server of a plan, see `begin_workshop`, and wait until it serves. Raises NotStartedError."""
    child = begin_workshop(data, plan, environ)
    try:
        url = wait_until(lambda: _address(child), [child], START_SECONDS)
    except ProcessEndedError:
        url = None
    if url is None:
        child.end(0)
        silent = failure_sentence("not_started", log=child.log)
        raise NotStartedError(refusal_in(child.words()) or child.last_words() or silent)
    return WorkshopProcess(child, url)


def _address(child: ChildProcess) -> str | None:
    ready = _READY.search(child.words())
    return ready.group(1) if ready else None

"""The process that has imported all a participant's kernel needs, and forks a kernel on request.

It runs no thread and opens no zmq context, so that a fork is whole. Each kernel watches the workshop's
server, not this process: a pipe of which only the server holds the other end. Linux only.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import random
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypedDict

MAX_REQUEST = 256 * 1024
# What a kernel imports while it starts: imported once, before it is forked, its memory is shared.
IMPORTED = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "encodings.idna",
    "encodings.latin_1",
    "faulthandler",
    "http.client",
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "ipywidgets",
    "pdb",
    "psutil",
    "pydoc",
    "tornado.gen",
    "tornado.locks",
    "tornado.platform.asyncio",
    "tornado.queues",
    "widgets.player",
)
# What one kernel may take beyond what it was forked with: a play needs a tenth of it.
MAX_GROWTH = 512 * 1024 * 1024


class Preload(TypedDict):
    """What every kernel finds in its memory already: the cases of a folder, and the directory's file."""

    folder: str
    cases: list[str]
    services: str


class ForkRequest(TypedDict):
    """One kernel, please. arguments: those of the kernel's application; environ, cwd: where it is to run."""

    arguments: list[str]
    environ: dict[str, str]
    cwd: str


class ForkReply(TypedDict):
    """The kernel's process; its pidfd travels beside this."""

    pid: int


def preload(what: Preload) -> None:
    """Import all that a kernel imports, and read what it reads."""
    # The debugger costs each kernel 10 MB, and nobody debugs a participant's.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    for name in IMPORTED:
        importlib.import_module(name)
    from release.workshop.kernel.client import read_case, read_directory  # noqa: PLC0415 -- after the debugger is out
    from release.workshop.kernel.rehearsal import rehearse  # noqa: PLC0415 -- the same

    directory = read_directory(Path(what["services"]))
    for case_id in what["cases"]:
        rehearse(read_case(Path(what["folder"]), case_id), directory)


def serve(channel: socket.socket, life: int, run: Callable[[Sequence[str]], None]) -> None:
    """Fork a kernel for each request on `channel`, until the server is gone.

    life: the reading end of the pipe that ends when the server does; run: what a kernel does.
    """
    signal.signal(signal.SIGCHLD, _reap)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while request := channel.recv(MAX_REQUEST):
        wanted: ForkRequest = json.loads(request)
        pid = os.fork()
        if pid == 0:
            _become_kernel(channel, life, wanted, run)
        handle = os.pidfd_open(pid)
        reply: ForkReply = {"pid": pid}
        socket.send_fds(channel, [json.dumps(reply).encode()], [handle])
        os.close(handle)


def _become_kernel(
    channel: socket.socket, life: int, wanted: ForkRequest, run: Callable[[Sequence[str]], None]
) -> NoReturn:
    # Whatever happens here, the process ends here: it must never go back to forking.
    try:
        channel.close()
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _take_on(wanted["environ"], wanted["cwd"])
        _limit_memory()
        random.seed()
        threading.Thread(target=_end_with_server, args=(life,), daemon=True).start()
        run(wanted["arguments"])
    finally:
        os._exit(0)


def _take_on(environ: Mapping[str, str], cwd: str) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(cwd)


def _limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    now = pages * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = now + MAX_GROWTH
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))


def _end_with_server(life: int) -> None:
    with contextlib.suppress(OSError):
        os.read(life, 1)
    os._exit(0)


def _reap(_number: int, _frame: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def run_kernel(arguments: Sequence[str]) -> None:
    """Run an IPython kernel in this process until it is shut down."""
    import ipywidgets  # noqa: PLC0415 -- imported long before the fork
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415

    app: Any = IPKernelApp.instance()
    app.initialize(list(arguments))
    ipywidgets.register_comm_target()
    app.start()


def main() -> None:
    """Serve on the two descriptors that the command line names: the channel, and the pipe."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    what: Preload = json.loads(channel.recv(MAX_REQUEST))
    preload(what)
    gc.collect()
    gc.freeze()
    channel.send(b"ready")
    serve(channel, int(sys.argv[2]), run_kernel)


if __name__ == "__main__":
    main()

"""The server's side of forking: the fork server's life, and Jupyter's provisioner that asks it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from release.processes import ChildProcess, start_process
from release.workshop.kernel.fork_server import MAX_REQUEST, ForkReply, ForkRequest, Preload
from release.workshop.log import LOG

PROVISIONER = "kasuslab-fork"
FORK_SERVER = "release.workshop.kernel.fork_server"
START_SECONDS = 60.0
FORK_SECONDS = 10.0


class ForkFailedError(OSError):
    """The fork server does not start, or forks no kernel; a sentence."""


def can_fork(platform: str = sys.platform) -> bool:
    """Whether kernels can be forked here: only Linux tells of a process by a descriptor."""
    return platform == "linux" and hasattr(os, "pidfd_open")


class ForkedProcess:
    """A forked kernel as ``subprocess.Popen`` would show it: what LocalProvisioner asks of a process.

    It is no child of ours, so its exit status is not known: 0 stands for “ended”.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, handle: int) -> None:
        """Watch the process by its pidfd `handle`, which is closed once it has ended."""
        self.pid, self._handle = pid, handle
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """0 once it has ended, None before."""
        if self.returncode is None:
            ended = select.poll()
            ended.register(self._handle, select.POLLIN)
            if ended.poll(0):
                os.close(self._handle)
                self.returncode = 0
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return once it has ended. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        if self.poll() is None:
            ended = select.poll()
            ended.register(self._handle, select.POLLIN)
            if not ended.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired("kernel", timeout or 0.0)
        return self.poll() or 0

    def send_signal(self, number: int) -> None:
        """Signal it, where it still lives."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """The fork server's process; started again where it has died, which no running kernel notices."""

    def __init__(self, what: Preload, environ: Mapping[str, str]) -> None:
        """Prepare; `start` starts the process. environ: its environment, without any secret."""
        self._what, self._environ = what, dict(environ)
        self._turn = threading.Lock()
        self._process: ChildProcess | None = None
        self._channel: socket.socket | None = None
        # Every kernel waits on its reading end; the writing end is closed when this process ends, however.
        self._life, self._own_end = os.pipe()

    @property
    def pid(self) -> int:
        """The id of its process; 0 where it does not run."""
        return self._process.pid if self._process is not None else 0

    async def start(self) -> None:
        """Start it, and return once it has imported all. Raises ForkFailedError."""
        await asyncio.to_thread(self._ensure)

    async def fork(self, request: ForkRequest) -> ForkedProcess:
        """A new kernel's process. Raises ForkFailedError."""
        return await asyncio.to_thread(self._fork, request)

    def stop(self) -> None:
        """End it; kernels are ended by whoever started them."""
        with self._turn:
            self._hang_up()
        for end in (self._life, self._own_end):
            with contextlib.suppress(OSError):
                os.close(end)

    def _fork(self, request: ForkRequest) -> ForkedProcess:
        with self._turn:
            for _ in range(2):
                with contextlib.suppress(OSError, ValueError, IndexError):
                    return self._ask(self._ready(), request)
                LOG.error("The process that forks kernels ended; it is started again.")
                self._hang_up()
        raise ForkFailedError("No kernel could be forked.")

    def _ask(self, channel: socket.socket, request: ForkRequest) -> ForkedProcess:
        channel.send(json.dumps(request).encode())
        answer, handles, _, _ = socket.recv_fds(channel, MAX_REQUEST, 1)
        reply: ForkReply = json.loads(answer)
        return ForkedProcess(reply["pid"], handles[0])

    def _ensure(self) -> None:
        with self._turn:
            self._ready()

    def _ready(self) -> socket.socket:
        if self._channel is None:
            self._channel = self._start()
        return self._channel

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            files = theirs.fileno(), self._life
            self._process = start_process(
                "fork server", FORK_SERVER, *map(str, files), files=files, environ=self._environ
            )
        ours.settimeout(START_SECONDS)
        try:
            ours.send(json.dumps(self._what).encode())
            reply = ours.recv(64)
        except OSError:
            reply = b""
        if reply != b"ready":
            ours.close()
            self._end()
            raise ForkFailedError("The process that forks kernels did not start.")
        ours.settimeout(FORK_SECONDS)
        return ours

    def _hang_up(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.end(0)
            self._process = None


class ForkProvisioner(LocalProvisioner):
    """Jupyter's local kernels, but forked: named ``kasuslab-fork`` in a kernel spec.

    The fork server is that of the kernel manager's own manager, `WorkshopKernels.fork_server`.
    """

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401
        """Have a kernel forked with the arguments that `cmd` has behind the module's name."""
        manager: Any = self.parent
        server: ForkServer = manager.parent.fork_server
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        cwd = str(kwargs.get("cwd") or os.getcwd())  # noqa: PTH109 -- as text
        request: ForkRequest = {"arguments": arguments, "environ": dict(kwargs["env"]), "cwd": cwd}
        process: Any = await server.fork(request)
        self.process = process
        self.pid = self.pgid = process.pid
        self.cwd = kwargs.get("cwd")
        return self.connection_info

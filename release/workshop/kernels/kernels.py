"""The kernels of the workshop as Jupyter has them: one spec, this Python, an environment without secrets."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager
from traitlets import Dict, DottedObjectName

from release.workshop.log import FORM

SPEC = "python3"
HOST = "release.workshop.kernel"
_SECRET = ("KASUSLAB_", "PG", "JUPYTER_TOKEN", "JUPYTERHUB_")


def kernel_environ(environ: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The environment of a kernel: `environ` without what tells of keys, databases and tokens, and `own`."""
    harmless = {
        name: value for name, value in environ.items() if name == FORM or not name.startswith(_SECRET)
    }
    return {**harmless, **own}


class WorkshopSpecs(KernelSpecManager):
    """The one spec, whatever other kernels are installed."""

    def find_kernel_specs(self) -> dict[str, str]:
        """The one name, and no folder: it has no resources."""
        return {SPEC: ""}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The spec. Raises NoSuchKernel for any other name."""
        if kernel_name != SPEC:
            raise NoSuchKernel(kernel_name)
        options = [
            "--IPKernelApp.ignore_cwd=True",
            "--IPKernelApp.capture_fd_output=False",
            "--HistoryManager.enabled=False",
            # By ports it warns of whoever listens on this machine's own network: its administrator alone can.
            f"--IPKernelApp.log_level={logging.ERROR}",
        ]
        argv = [sys.executable, "-P", "-m", HOST, "-f", "{connection_file}", *options]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


class WorkshopKernel(ServerKernelManager):
    """One kernel, whose clients speak over the zmq context of the whole server.

    Jupyter makes each client a context of its own, with two threads, and where no more files may be opened
    ZeroMQ answers the start of a context by ending the process.
    """

    def client(self, **kwargs: Any) -> Any:  # noqa: ANN401 -- Jupyter's own
        """A client; see ServerKernelManager."""
        return super().client(**{"context": self.context, **kwargs})


@dataclass(frozen=True, slots=True)
class KernelProcess:
    """The process of one kernel. process: as Jupyter has started it."""

    kernels: WorkshopKernels
    kernel_id: str
    process: Any

    def lives(self) -> bool:
        """Whether it runs: the machine knows of its death some seconds before Jupyter does."""
        return self.process.poll() is None

    def size(self) -> int:
        """The bytes of memory that it has; 0 where it has ended."""
        try:
            return int(psutil.Process(self.process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    async def end(self) -> None:
        """End it, where it still runs."""
        await self.kernels.end(self.kernel_id)


class WorkshopKernels(AsyncMappingKernelManager):
    """Jupyter's kernels, each started with the environment of the workshop."""

    kernel_manager_class = DottedObjectName(f"{__name__}.{WorkshopKernel.__name__}")
    own_environ = Dict(help="What every kernel finds in its environment.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        """Begin without any kernel."""
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self._starting: set[asyncio.Task[str]] = set()
        self._ending: dict[str, asyncio.Task[None]] = {}

    async def start_kernel(self, **kwargs: Any) -> str:  # type: ignore[override]  # noqa: ANN401
        """Start a kernel; see AsyncMappingKernelManager.

        A start goes on where whoever asked for it is cancelled: Jupyter would know half of the kernel.
        """
        environ = kernel_environ(kwargs.pop("env", None) or os.environ, self.own_environ)
        start = asyncio.create_task(super().start_kernel(env=environ, **kwargs))
        self._starting.add(start)
        start.add_done_callback(self._starting.discard)
        return await asyncio.shield(start)

    async def end_all(self) -> None:
        """End every kernel, also one that is just being started."""
        if self._starting:
            await asyncio.wait(self._starting)
        await asyncio.gather(*map(self.end, self.list_kernel_ids()))

    async def end(self, kernel_id: str) -> None:
        """End a kernel, where it is still known.

        Whoever asks for it meanwhile waits for the same end, where Jupyter would fail.
        """
        if kernel_id in self and kernel_id not in self._ending:
            # nbclient ends the kernel of a notebook that is cancelled while it runs, and may be cut short.
            kernel: Any = self.get_kernel(kernel_id)
            if not kernel.ready.done():
                kernel.ready.cancel()
            end = asyncio.create_task(self.shutdown_kernel(kernel_id, now=True))  # type: ignore[no-untyped-call]
            self._ending[kernel_id] = end
            end.add_done_callback(lambda _: self._ending.pop(kernel_id))
        if kernel_id in self._ending:
            await asyncio.shield(self._ending[kernel_id])

    def process(self, kernel_id: str) -> KernelProcess:
        """The process of a kernel that was started."""
        kernel: Any = self.get_kernel(kernel_id)
        return KernelProcess(self, kernel_id, kernel.provisioner.process)

    def start_watching_activity(self, kernel_id: str) -> None:
        """Watch nothing: Jupyter's own would read every message of every kernel a second time."""
        kernel: Any = self.get_kernel(kernel_id)
        kernel.execution_state = "idle"

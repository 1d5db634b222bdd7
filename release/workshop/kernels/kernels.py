"""The kernels of the workshop: one spec, this Python, and an environment that holds no secret."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager
from traitlets import Bool, Dict, DottedObjectName, Instance

from release.workshop.kernels.forking import PROVISIONER, ForkServer
from release.workshop.kernels.kernel_channels import KernelChannels

SPEC = "python3"
_SECRET = ("KASUSLAB_", "PG", "JUPYTER_TOKEN", "JUPYTERHUB_")


def kernel_environ(environ: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The environment of a kernel: `environ` without what tells of keys, databases and tokens, and `own`."""
    return {**{name: value for name, value in environ.items() if not name.startswith(_SECRET)}, **own}


class WorkshopSpecs(KernelSpecManager):
    """The one spec, whatever other kernels are installed."""

    forks = Bool(help="Whether kernels are forked, or each started anew.").tag(config=True)

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
        ]
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *options]
        metadata = {"kernel_provisioner": {"provisioner_name": PROVISIONER}} if self.forks else {}
        return KernelSpec(argv=argv, display_name="Python 3", language="python", metadata=metadata)

    def get_all_specs(self) -> dict[str, Any]:
        """The one spec by its name."""
        return {SPEC: {"resource_dir": "", "spec": self.get_kernel_spec(SPEC).to_dict()}}


class WorkshopKernel(ServerKernelManager):
    """One kernel, whose clients speak over the zmq context of the whole server.

    Jupyter makes each client a context of its own, with two threads, and where no more files may be opened
    ZeroMQ answers the start of a context by ending the process.
    """

    def client(self, **kwargs: Any) -> Any:  # noqa: ANN401 -- Jupyter's own
        """A client; see ServerKernelManager."""
        return super().client(**{"context": self.context, **kwargs})


class WorkshopKernels(AsyncMappingKernelManager):
    """Jupyter's kernels, each started with the environment of the workshop."""

    kernel_manager_class = DottedObjectName(f"{__name__}.{WorkshopKernel.__name__}")
    own_environ = Dict(help="What every kernel finds in its environment.").tag(config=True)
    fork_server = Instance(ForkServer, allow_none=True)
    waits: Callable[[str], bool] = staticmethod(lambda _kernel_id: False)
    channels = Instance(KernelChannels, ())

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

    async def shutdown_kernel(self, kernel_id: str, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401
        """End a kernel; whoever asks for it meanwhile waits for the same end, where Jupyter would fail."""
        if kernel_id not in self._ending:
            end = asyncio.create_task(super().shutdown_kernel(kernel_id, **kwargs))  # type: ignore[no-untyped-call]
            self._ending[kernel_id] = end
            end.add_done_callback(lambda _: self._ending.pop(kernel_id))
        await asyncio.shield(self._ending[kernel_id])

    async def end_all(self) -> None:
        """End every kernel, also one that is just being started."""
        if self._starting:
            await asyncio.wait(self._starting)
        await asyncio.gather(*map(self.end, self.list_kernel_ids()))

    def lives(self, kernel_id: str) -> bool:
        """Whether a kernel runs: the machine knows of its death some seconds before Jupyter does."""
        if kernel_id not in self:
            return False
        kernel: Any = self.get_kernel(kernel_id)
        process = getattr(kernel.provisioner, "process", None)
        return process is not None and process.poll() is None

    async def end(self, kernel_id: str) -> None:
        """End a kernel, where it still runs, and tell its pages."""
        if kernel_id not in self:
            return
        pages = tuple(self.channels[kernel_id].pages) if kernel_id in self.channels else ()
        await self.shutdown_kernel(kernel_id, now=True)
        for page in pages:
            page.on_kernel_ended()

    def remove_kernel(self, kernel_id: str) -> Any:  # noqa: ANN401 -- Jupyter's own
        """Know a kernel no more, and hang up."""
        self.channels.close(kernel_id)
        return super().remove_kernel(kernel_id)

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that was left behind, but none that waits for its first page."""
        if not self.waits(kernel_id):
            await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]

    def start_watching_activity(self, kernel_id: str) -> None:
        """Watch nothing: a kernel is left behind once its page is closed, which the connection notes.

        Jupyter's own would read every message of every kernel a second time.
        """
        kernel: Any = self.get_kernel(kernel_id)
        kernel.execution_state = "idle"

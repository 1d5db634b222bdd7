"""The kernels of the workshop: one spec, this Python, and an environment that holds no secret."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Bool, Dict, Instance

from release.workshop.forking import PROVISIONER, ForkServer

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


class WorkshopKernels(AsyncMappingKernelManager):
    """Jupyter's kernels, each started with the environment of the workshop."""

    own_environ = Dict(help="What every kernel finds in its environment.").tag(config=True)
    fork_server = Instance(ForkServer, allow_none=True)
    waits: Callable[[str], bool] = staticmethod(lambda _kernel_id: False)

    async def start_kernel(self, **kwargs: Any) -> str:  # type: ignore[override]  # noqa: ANN401
        """Start a kernel; see AsyncMappingKernelManager."""
        environ = kernel_environ(kwargs.pop("env", None) or os.environ, self.own_environ)
        return await super().start_kernel(env=environ, **kwargs)

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that was left behind, but none that waits for its first page."""
        if not self.waits(kernel_id):
            await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]

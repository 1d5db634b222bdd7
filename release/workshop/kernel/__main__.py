"""A host's process, ``python -m release.workshop.kernel``: Jupyter's kernel, without its debugger."""

from __future__ import annotations

import sys

from release.workshop.log import tell_the_time


def main() -> None:
    """Run a kernel with the arguments of this process, until it is shut down or the server has ended."""
    # 10 MB, and nobody debugs what plays for a room. It has to be out before the kernel looks for it.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    # Before the kernel takes standard error for what goes to a notebook.
    tell_the_time()
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415 -- after the debugger is out

    IPKernelApp.launch_instance()


if __name__ == "__main__":
    main()

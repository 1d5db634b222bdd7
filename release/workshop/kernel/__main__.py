"""A host's process, ``python -m release.workshop.kernel``: Jupyter's kernel, without what no host needs."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from release.workshop.log import FORM as LOG_FORM
from release.workshop.log import tell_the_time


def main() -> None:
    """Run a kernel with the arguments of this process, until it is shut down or the server has ended."""
    # 10 MB, and nobody debugs what plays for a room. It has to be out before the kernel looks for it.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    tell_the_time("kernel", os.environ.get(LOG_FORM))
    # Jupyter makes three records of each message, which none of its handlers then writes.
    logging.disable(logging.DEBUG)
    # A thread that works on a page's view would hold up what comes and goes for five times as long.
    sys.setswitchinterval(0.001)
    from ipykernel.ipkernel import IPythonKernel  # noqa: PLC0415 -- after the debugger is out
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415 -- the same

    class HostKernel(IPythonKernel):
        """Of a comm message it does not tell that it is busy and idle again: half of what one costs."""

        def _publish_status(self, status: str, channel: str, parent: Any = None) -> None:  # noqa: ANN401
            message: Any = parent or self.get_parent(channel)  # type: ignore[no-untyped-call]
            if not str(message.get("header", {}).get("msg_type")).startswith("comm_"):
                super()._publish_status(status, channel, parent)  # type: ignore[no-untyped-call]

    class HostApp(IPKernelApp):
        """Its messages come to the main thread at once: there are no subshells to send them to."""

        def init_control(self, context: Any) -> None:  # noqa: ANN401
            super().init_control(context)  # type: ignore[no-untyped-call]
            self.shell_channel_thread = None

    # Nobody reads what a host would print: no stream is to be emptied after each message.
    HostApp.launch_instance(kernel_class=HostKernel, outstream_class=None)


if __name__ == "__main__":
    main()

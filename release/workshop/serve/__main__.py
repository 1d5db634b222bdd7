"""The server as a process of its own, ``python -m release.workshop.serve``; its input is its plan.

It serves as long as its standard input stays open: whoever started it may be killed, or its window closed.
"""

from __future__ import annotations

import os
import signal
import sys
from threading import Thread

from release.settings import settled_language
from release.workshop.failure import refusal_line
from release.workshop.plan import WorkshopPlan
from release.workshop.serve.server import serve
from scenarios.documents.problem import BadInputError
from scenarios.language import terminal_speaks


def main() -> int:
    """Serve until Ctrl-C, SIGTERM or the end of standard input.

    Prints “ready” and the address, or on standard error why not.
    """
    line = sys.stdin.buffer.readline()
    Thread(target=_end_with_the_input, daemon=True).start()
    with terminal_speaks(settled_language()):
        try:
            serve(WorkshopPlan.from_line(line))
        except BadInputError as error:
            print(error, refusal_line(error), sep="\n", file=sys.stderr)  # noqa: T201 -- to whoever started it
            return 1
    return 0


def _end_with_the_input() -> None:
    # Not through the buffer: a thread that waits there stops the interpreter from ending.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())

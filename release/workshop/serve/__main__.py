"""The server as a process of its own, ``python -m release.workshop.serve``; its input is its plan."""

from __future__ import annotations

import sys

from release.workshop.plan import WorkshopPlan
from release.workshop.serve.server import serve
from scenarios.documents.problem import BadInputError


def main() -> int:
    """Serve until Ctrl-C or SIGTERM. Prints “ready” and the address, or on standard error why not."""
    try:
        serve(WorkshopPlan.from_line(sys.stdin.buffer.readline()))
    except BadInputError as error:
        print(error, file=sys.stderr)  # noqa: T201 -- to whoever started it
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

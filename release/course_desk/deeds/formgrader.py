"""nbgrader's formgrader on one course, ``python -m release.course_desk.deeds.formgrader``.

It serves as long as its standard input stays open: whoever started it may be killed, or its window closed.
"""

from __future__ import annotations

import os
import signal
import sys
from threading import Thread

from jupyterlab.labapp import main


def _end_with_the_input() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    Thread(target=_end_with_the_input, daemon=True).start()
    main(sys.argv[1:])

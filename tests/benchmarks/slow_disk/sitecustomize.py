"""A slow disk: where PYTHONPATH names this folder, each commit of the writer takes SLOW_COMMIT seconds more.

The disk of this machine answers in a tenth of a millisecond; a laptop's takes ten.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

if any(word.startswith("release.workshop.writer") for word in sys.orig_argv):
    from sqlalchemy.engine.default import DefaultDialect

    _commit = DefaultDialect.do_commit

    def _slowly(self: DefaultDialect, connection: Any) -> None:  # noqa: ANN401 -- a driver's own
        time.sleep(float(os.environ["SLOW_COMMIT"]))
        _commit(self, connection)  # type: ignore[no-untyped-call]

    DefaultDialect.do_commit = _slowly  # type: ignore[method-assign]

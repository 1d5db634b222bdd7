"""A short hash of plain data: by it a thing that was changed is told from one that stands as it was."""

from __future__ import annotations

import hashlib
import json

_DIGITS = 12


def digest(data: object) -> str:
    """A short hash of plain data; the same data gives the same hash on any machine.

    The order in which a mapping names its parts counts for nothing.
    """
    packed = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode("utf-8")).hexdigest()[:_DIGITS]

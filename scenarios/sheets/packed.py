"""What a ZIP may unpack to, proven from its list of members before any of it is unpacked.

Python's `zipfile` unpacks no member further than the size that the list gives it; so a list that lies
makes a member shorter and never longer.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from scenarios.sentence import Sentence, sentences_of

_sentence = sentences_of(Path(__file__).with_name("packed.yaml"))
MOST_RATIO = 100
# Below this a ratio says nothing: an empty form packs very small.
_SMALL = 1_000_000


def packed_problem(
    members: Sequence[zipfile.ZipInfo], size: int, *, most_members: int, most_bytes: int
) -> Sentence | None:
    """Why a ZIP of `size` bytes is not unpacked, as “it holds ...”; None where it may be.

    most_members, most_bytes: how many members it may hold, and how many bytes all of them together.
    What unpacks to more than `MOST_RATIO` times its size (text packs to a tenth, a record too) was made
    to fill a machine.
    """
    if len(members) > most_members:
        return _sentence("members", count=len(members), most=most_members)
    unpacked = sum(member.file_size for member in members)
    if unpacked > most_bytes:
        return _sentence("size", unpacked=unpacked, most=most_bytes)
    if unpacked > max(_SMALL, MOST_RATIO * size):
        return _sentence("ratio", unpacked=unpacked, most=MOST_RATIO)
    return None

"""The personal codes of reviewers: by one of them, without a name, somebody comes back to what they wrote.

They stand beside the rounds, in ``reviews/codes/<case-id>.json``, as digests: who reads the file cannot come
in by it. A code is good for one round; the next one begins without any.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graders.key.earlier import EARLIER
from graders.review.round import ReviewRound
from graders.review.round_file import round_file
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read as something else
_GROUPS, _LETTERS = 4, 4


@dataclass(frozen=True, slots=True)
class ReviewCodes:
    """The codes of the round of a case. keys: the folder of its key."""

    case_id: str
    keys: Path

    def new(self, round_: ReviewRound, reviewer: str) -> str:
        """A code for a reviewer of a round, in place of one that they had. Raises OSError."""
        groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))
        code = "-".join(groups)
        here = self._round_id(round_)
        others = {name: digest for name, digest in self._digests(here).items() if name != reviewer}
        data = {"round": here, "codes": {**others, reviewer: _digest(code)}}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._file, json.dumps(data, indent=1) + "\n", mode=OWNER_ALONE)
        return code

    def reviewer(self, round_: ReviewRound, typed: str) -> str:
        """Whose code that is, however it was typed; "" where it is nobody's of this round."""
        own, whose = _digest(typed), ""
        for reviewer, digest in self._digests(self._round_id(round_)).items():
            if hmac.compare_digest(digest, own) and reviewer in round_.reviewers:
                whose = reviewer
        return whose

    @property
    def _file(self) -> Path:
        place = round_file(self.case_id, self.keys)
        return place.with_name("codes") / f"{self.case_id}.json"

    def _round_id(self, round_: ReviewRound) -> str:
        """Unlike that of any earlier round of the case, one of the same day too."""
        earlier = (round_file(self.case_id, self.keys).parent / EARLIER).glob("*/*.yaml")
        own = f"\ncase: {self.case_id}\n"
        count = sum(own in file.read_text("utf-8", errors="replace") for file in earlier)
        return f"{round_.opened.isoformat()}-{count}"

    def _digests(self, round_id: str) -> Mapping[str, str]:
        try:
            data = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(data, dict) or data.get("round") != round_id or not isinstance(data["codes"], dict):
            return {}
        return {str(name): str(digest) for name, digest in data["codes"].items()}


def code_of(typed: str) -> str:
    """A code as it is written, of whatever was typed: letters and figures alone, in groups."""
    letters = [letter for letter in typed.lower() if letter in _ALPHABET][: _GROUPS * _LETTERS]
    return "-".join("".join(letters[at : at + _LETTERS]) for at in range(0, len(letters), _LETTERS))


def _digest(typed: str) -> str:
    return hashlib.sha256(code_of(typed).encode()).hexdigest()

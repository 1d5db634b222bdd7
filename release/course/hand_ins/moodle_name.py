"""The names that Moodle gives to what it hands out of an assignment, and by which it takes feedback back.

Moodle's “Download all submissions” writes ``Full Name_123456_assignsubmission_file_/<file>`` (from 4.1
on without the last “_”), or ``Full Name_123456_assignsubmission_file_<file>`` where it was told to make
no folders. Its upload of feedback looks at the number and at the two words after it, and at nothing
else of the name (Moodle, mod/assign/feedback/file/importziplib.php).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(
    r"(?P<who>.*?)_(?P<number>[0-9]{1,12})_assignsubmission_(?P<plugin>[a-z]+)(?P<rest>_.*)?", re.DOTALL
)
# What Moodle writes for everybody where it hides the names (mod/assign, “hiddenuser”).
_BLIND = frozenset(("participant", "peserta"))
# What Moodle takes out of a name before it stands in that of a file (clean_param, PARAM_FILE).
_DROPPED = re.compile(r"[\x00-\x1f\x7f&<>\"`|':\\/]")


@dataclass(frozen=True, slots=True)
class MoodleName:
    """who: the name as it stands before the number; number: of the participant in the assignment.

    tail: what follows the number up to the file's own name; flat: whether that name follows at once.
    """

    who: str
    number: str
    tail: str
    flat: bool

    @property
    def is_blind(self) -> bool:
        """Whether Moodle hides the name (blind marking)."""
        return self.who.strip().casefold() in _BLIND


def moodle_name(part: str) -> MoodleName | None:
    """What a folder or a file is called by Moodle; None where Moodle did not name it."""
    match = _NAME.fullmatch(part)
    if match is None:
        return None
    rest = match["rest"] or ""
    tail = f"_assignsubmission_{match['plugin']}{rest[:1]}"
    return MoodleName(match["who"], match["number"], tail, flat=len(rest) > 1)


def cleaned_name(name: str) -> str:
    """A person's name as Moodle writes it there."""
    return _DROPPED.sub("", name.replace("_", " "))


def feedback_path(name: str, number: str, tail: str, file: str, *, flat: bool) -> str:
    """Where a file stands in a ZIP so that Moodle gives it to the participant of this number."""
    # Moodle takes what stands after the first “_” for the number.
    return f"{cleaned_name(name) or 'peserta'}_{number}{tail}{'' if flat else '/'}{file}"

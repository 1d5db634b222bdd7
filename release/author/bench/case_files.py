"""The files of a case as the bench has them: read anew each time, written whole, and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from release.author.bench.edit import Edit, EditError, edited, read
from scenarios.documents.document import MAX_BYTES, Data
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import write_whole
from scenarios.language import TRANSLATIONS
from scenarios.sentence import Sentence, sentences_of

CASE, KEY, GUIDE = "case", "key", "guide"
HISTORY_MOST = 200

_BOM = b"\xef\xbb\xbf"
_sentence = sentences_of(Path(__file__).with_name("bench.yaml"))


class NotEditedError(BadInputError):
    """An edit cannot be made; the text says why, in each language. Nothing was written."""

    def __init__(self, why: Sentence, now: object = None) -> None:
        """Keep why; now: what stands in the file instead of what was expected there."""
        self.why, self.now = why, now
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done: what each file held before and after; None where there was no file."""

    before: Mapping[Path, bytes | None]
    after: Mapping[Path, bytes | None]


@dataclass(slots=True)
class CaseFiles:
    """The files of one case by their names here: case, key, guide, and the translations of the first two.

    A translation is called as its file begins: ``en`` and ``key.en``.
    """

    places: Mapping[str, Path]
    done: list[Deed] = field(default_factory=list)
    undone: list[Deed] = field(default_factory=list)

    def data(self) -> Mapping[str, Data]:
        """What each file says; nothing of one that is missing. Raises NotEditedError where one is no YAML."""
        return {name: self._data(place) for name, place in self.places.items()}

    def _data(self, place: Path) -> Data:
        content = _bytes(place)
        if content is None:
            return None
        try:
            return read(_text(content, place)[1])
        except yaml.YAMLError:
            raise NotEditedError(_sentence("not_yaml", file=place.name)) from None

    def edit(self, edits: Mapping[str, Sequence[Edit]]) -> None:
        """Make edits in the files of these names, all or none, and remember how to take them back.

        Raises NotEditedError where one cannot be made, or a file cannot be written.
        """
        before: dict[Path, bytes | None] = {}
        after: dict[Path, bytes | None] = {}
        for name, own in edits.items():
            place = self.places[name]
            content = _bytes(place)
            mark, text = _text(content or b"", place)
            try:
                made = mark + edited(text, own).encode()
            except (EditError, yaml.YAMLError):
                raise NotEditedError(_sentence("no_place", file=place.name)) from None
            if made != content:
                before[place], after[place] = content, made
        if after:
            self.write(Deed(before, after))

    def write(self, written: Deed) -> None:
        """Write what was made of several files. Raises NotEditedError."""
        _put(written.before, written.after)
        self.done = [*self.done, written][-HISTORY_MOST:]
        self.undone = []

    def undo(self) -> None:
        """Take back what was done last. Raises NotEditedError where another hand changed a file since."""
        if self.done:
            _put(self.done[-1].after, self.done[-1].before)
            self.undone.append(self.done.pop())

    def redo(self) -> None:
        """Do again what was taken back last. Raises NotEditedError as `undo`."""
        if self.undone:
            _put(self.undone[-1].before, self.undone[-1].after)
            self.done.append(self.undone.pop())


def case_files(folder: Path, case_id: str, keys: Path, guides: Path) -> CaseFiles:
    """The files of the case `case_id` in `folder`."""
    return CaseFiles(
        {
            CASE: folder / "case.yaml",
            **{tag: folder / f"{tag}.yaml" for tag in TRANSLATIONS},
            KEY: keys / f"{case_id}.yaml",
            **{f"{KEY}.{tag}": keys / f"{case_id}.{tag}.yaml" for tag in TRANSLATIONS},
            GUIDE: guides / f"{case_id}.yaml",
        }
    )


def _bytes(place: Path) -> bytes | None:
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotEditedError(_sentence("not_read", file=place.name, reason=error.strerror)) from None


def _text(content: bytes, place: Path) -> tuple[bytes, str]:
    """The mark that a file may begin with, and its text."""
    mark = _BOM if content.startswith(_BOM) else b""
    try:
        return mark, content[len(mark) :].decode()
    except UnicodeDecodeError:
        raise NotEditedError(_sentence("not_utf8", file=place.name)) from None


def _put(before: Mapping[Path, bytes | None], after: Mapping[Path, bytes | None]) -> None:
    """Let each file hold what it has in `after`, where it still holds what it has in `before`."""
    for place, content in before.items():
        if _bytes(place) != content:
            raise NotEditedError(_sentence("changed_since", file=place.name))
    for place, made in after.items():
        if made is not None and len(made) > MAX_BYTES:
            raise NotEditedError(_sentence("too_large", file=place.name))
    for place, made in after.items():
        try:
            if made is None:
                place.unlink(missing_ok=True)
            else:
                write_whole(place, made, parents=True)
        except OSError as error:
            raise NotEditedError(_sentence("not_written", file=place.name, reason=error.strerror)) from None

"""A source that has changed, or was read again, written where it stands; all around it stays as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from release.author.bench.edit import Edit, Put, edited
from release.author.sources.register import SourceRegister
from scenarios.directory.sources import Reading, Source, load_sources
from scenarios.documents.document import Data
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import write_whole
from scenarios.language import LANGUAGES, Language, card_of
from scenarios.sentence import sentences_of

SAYINGS: Final = Path(__file__).with_name("listing.yaml")

_sentence = sentences_of(SAYINGS)
_SEPARATOR: Final = "="


class RevisionError(BadInputError):
    """What is said of a source cannot be written down; the text says why, and what to do."""


def source_changed(
    file: Path, code: str, day: date, what: Mapping[Language, str], register: SourceRegister
) -> tuple[str, ...]:
    """Write into `file` that the source `code` says something else from `day` on; the cases that rest on it.

    what: the change, in a sentence of each language; register: what rests on it, as far as keys are here, by
    which the cases are named on whose covers it is told. Raises RevisionError, and then nothing was written.
    """
    source = _known(code, register.sources)
    _prove_day(source, code, day, register.today)
    lacking = [card_of(language).name for language in LANGUAGES if not what.get(language, "").strip()]
    if lacking:
        raise RevisionError(_sentence("change_lacks", code=code, languages=", ".join(lacking)))
    if any(len(text.splitlines()) > 1 for text in what.values()):
        raise RevisionError(_sentence("change_in_lines"))
    resting = [one.id for one in register.resting if one.kind == "case" and code in one.places]
    # Of a case whose key is elsewhere nobody here knows: one that is named stays named.
    named = () if source.changed is None else source.changed.cases
    cases = sorted({*resting, *(case for case in named if case in register.unread)})
    texts: dict[str, Data] = {language: what[language].strip() for language in LANGUAGES}
    change: dict[str, Data] = {"day": day.isoformat(), "what": texts, "cases": list(cases)}
    _write(file, [Put(("sources", code, "changed"), change, after="read" if source.how is None else "how")])
    return tuple(cases)


def source_read(file: Path, code: str, day: date, how: Reading, today: date) -> None:
    """Write into `file` that the source `code` was read on `day`: its own text opened, or excerpts of it.

    A change that was told of it stays: what rests on it is still to be read again.
    Raises RevisionError, and then nothing was written.
    """
    source = _known(code, load_sources(file))
    if day > today:
        raise RevisionError(_sentence("read_ahead", day=day))
    if source.read is not None and day < source.read:
        raise RevisionError(_sentence("read_before", code=code, day=day, read=source.read))
    if source.changed is not None and day <= source.changed.day:
        raise RevisionError(_sentence("read_before_change", code=code, day=day, changed=source.changed.day))
    root = ("sources", code)
    _write(file, [Put((*root, "read"), day.isoformat()), Put((*root, "how"), how, after="read")])


def texts_of(given: Iterable[str]) -> Mapping[Language, str]:
    """What was typed as TAG=SENTENCE, by language. Raises RevisionError."""
    texts: dict[Language, str] = {}
    for one in given:
        tag, separator, text = one.partition(_SEPARATOR)
        if not separator or tag.strip() not in LANGUAGES:
            raise RevisionError(_sentence("no_tag", text=one, tags=", ".join(LANGUAGES)))
        texts[tag.strip()] = text
    return texts


def _prove_day(source: Source, code: str, day: date, today: date) -> None:
    """Refuse a change that is yet to come, and one that says nothing beside what stands there."""
    if day > today:
        raise RevisionError(_sentence("read_ahead", day=day))
    if source.changed is not None and day < source.changed.day:
        raise RevisionError(_sentence("changed_later", code=code, day=day, changed=source.changed.day))
    if source.read is not None and day < source.read:
        raise RevisionError(_sentence("changed_before_reading", code=code, day=day, read=source.read))


def _known(code: str, sources: Mapping[str, Source]) -> Source:
    if code not in sources:
        raise RevisionError(_sentence("no_source", code=code))
    return sources[code]


def _write(file: Path, edits: Sequence[Edit]) -> None:
    text = file.read_bytes().decode()
    try:
        write_whole(file, edited(text, edits).encode())
    except OSError as error:
        raise RevisionError(_sentence("not_written", file=file, reason=error.strerror or error)) from None
    load_sources.cache_clear()

"""A source or a rule that the lab does not have yet, written where the others stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from graders.key.critical_errors import load_critical_errors
from graders.key.rules import KeyRule, load_rules
from release.author.bench.case_files import Deed, NotEditedError
from release.author.bench.edit import Put, edited, read, value_at
from scenarios.directory.sources import Source, load_sources
from scenarios.documents.document import Data
from scenarios.sentence import sentences_of

_CODE, _ID = re.compile(r"[A-Z][A-Z0-9]{0,7}"), re.compile(r"[a-z][a-z0-9_]{1,39}")
_READ = frozenset({"seen", "second_hand"})
_sentence = sentences_of(Path(__file__).with_name("bench.yaml"))


def new_source(file: Path, code: str, data: Mapping[str, Data], today: date) -> Deed:
    """A source under `code`; what is data of it is read as `Source`.

    One that somebody has read says when, not later than `today`, and how: what rests on it is to be read
    again by that. Raises NotEditedError.
    """
    if not _CODE.fullmatch(code):
        raise NotEditedError(_sentence("bad_source_code", code=code))
    written = _new(file, "sources", code, data, Source)
    source = Source.model_validate(data)
    if source.mark in _READ and (source.read is None or source.how is None):
        raise NotEditedError(_sentence("read_when_and_how"))
    if source.read is not None and source.read > today:
        raise NotEditedError(_sentence("read_later", day=source.read.isoformat()))
    return written


def new_rule(file: Path, name: str, data: Mapping[str, Data], sources: Path) -> Deed:
    """A rule under `name`; what is data of it is read as `KeyRule`. Raises NotEditedError."""
    if not _ID.fullmatch(name):
        raise NotEditedError(_sentence("bad_rule_name", name=name))
    known = load_sources(sources)
    named = data.get("sources")
    unknown = [str(code) for code in named if code not in known] if isinstance(named, list) else []
    if unknown:
        raise NotEditedError(_sentence("no_source", code=", ".join(unknown)))
    return _new(file, "rules", name, data, KeyRule)


def forget_books() -> None:
    """Have sources, errors and rules read anew: one of them was changed."""
    for load in (load_sources, load_rules, load_critical_errors):
        load.cache_clear()


def _new(file: Path, root: str, code: str, data: Mapping[str, Data], model: type[Source | KeyRule]) -> Deed:
    try:
        model.model_validate(data)
    except ValidationError as error:
        places = [".".join(map(str, one["loc"])) for one in error.errors()]
        raise NotEditedError(_sentence("not_whole", places=", ".join(dict.fromkeys(places)))) from None
    before = file.read_bytes()
    text = before.decode()
    if value_at(read(text), (root, code)) is not None:
        raise NotEditedError(_sentence("code_taken", code=code))
    after = edited(text, [Put((root, code), dict(data))]).encode()
    return Deed({file: before}, {file: after})

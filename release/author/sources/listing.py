"""The register of sources as lines of text: each source with its uses, or what is to be read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from release.author.sources.register import Resting, SourceEntry, SourceRegister, UseKind
from release.author.sources.words import speaks_of
from scenarios.directory.law_age import MONTHS, Aged
from scenarios.directory.sources import Source
from scenarios.language import Language, read_catalogue

_INDENT: Final = "    "
_READ_AGAIN: Final[tuple[UseKind, ...]] = ("case", "rule", "lesson")


def register_text(register: SourceRegister, words: Sequence[str], language: Language) -> str:
    """Each source that speaks of all `words`, and all that rests on it: a source a block."""
    say = _sayings(language)
    entries = [entry for entry in register.entries if speaks_of(entry.texts, words)]
    blocks = ["\n".join(_entry_lines(entry, say, language)) for entry in entries] or [say["none"]]
    if register.unread:
        blocks.append(say["keys_elsewhere"].format(cases=", ".join(register.unread)))
    return "\n\n".join(blocks) + "\n"


def due_text(register: SourceRegister, words: Sequence[str], language: Language) -> str:
    """What is to be read again, and why: sources that speak of all `words`, then what rests on them."""
    return _due_text(register, [one for one in register.entries if speaks_of(one.texts, words)], language)


def source_due_text(register: SourceRegister, code: str, language: Language) -> str:
    """The same of one source alone."""
    return _due_text(register, [one for one in register.entries if one.code == code], language)


def _due_text(register: SourceRegister, entries: Sequence[SourceEntry], language: Language) -> str:
    say, sources = _sayings(language), register.sources
    wanted = {entry.code for entry in entries}
    blocks: list[tuple[str, list[str]]] = [
        (
            say["due_sources"],
            [
                f"{entry.code}  {entry.source.title[language]}: {aged_words(entry.aged, sources, language)}"
                for entry in entries
                if entry.aged is not None
            ],
        )
    ]
    for kind in _READ_AGAIN:
        aged = [one for one in register.due if one.kind == kind and not wanted.isdisjoint(one.places)]
        blocks.append((say[f"due_{kind}"], [_due_line(one, sources, language) for one in aged]))
    sections = [
        "\n".join([head.format(count=len(lines)), *(_INDENT + line for line in lines)])
        for head, lines in blocks
        if lines
    ]
    if not sections:
        return say["due_none"].format(day=register.today) + "\n"
    if register.unread:
        sections.append(say["keys_elsewhere"].format(cases=", ".join(register.unread)))
    return "\n\n".join([*sections, say["after"]]) + "\n"


def aged_words(aged: Aged, sources: Mapping[str, Source], language: Language) -> str:
    """Why something is to be read again, as part of a line."""
    say = _sayings(language)
    change = sources[aged.code].changed if aged.code else None
    if change is None:
        return say["aged"].format(day=aged.day, months=MONTHS)
    return say["aged_by"].format(code=aged.code, changed=change.day, day=aged.day)


def reading_words(source: Source, language: Language) -> str:
    """When a source was read, and how: the day, what was opened, what was read in its place."""
    say = _sayings(language)
    if source.read is None:
        return say["unread"]
    day: date = source.read
    how = say[f"how_{source.how}" if source.how else "how_none"]
    parts = [say["read"].format(day=day), how, source.reading[language] if source.reading else ""]
    return ", ".join(part for part in parts if part)


def _sayings(language: Language) -> Mapping[str, str]:
    texts = read_catalogue(Path(__file__).with_name("listing.yaml"))
    return {name: text[language] for name, text in texts.items()}


def _entry_lines(entry: SourceEntry, say: Mapping[str, str], language: Language) -> Iterator[str]:
    source = entry.source
    yield f"{entry.code}  {source.title[language]}"
    kind, mark = say[f"kind_{source.kind}"], say[f"mark_{source.mark}"]
    yield f"{_INDENT}{kind}; {mark}; {reading_words(source, language)}"
    if source.changed is not None:
        change = say["changed"].format(day=source.changed.day, what=source.changed.what[language])
        yield f"{_INDENT}{change}"
    for link in source.links:
        yield f"{_INDENT}{link}"
    if not entry.uses:
        yield f"{_INDENT}{say['unused']}"
    for use in entry.uses:
        places = ", ".join(use.places[entry.code])
        where = f" ({places})" if places else ""
        yield f"{_INDENT}- {say[f'use_{use.kind}']} {use.id}: {use.name[language]}{where}"


def _due_line(one: Resting, sources: Mapping[str, Source], language: Language) -> str:
    reasons = "; ".join(dict.fromkeys(aged_words(aged, sources, language) for aged in one.aged))
    return f"{one.id}  {one.name[language]}: {reasons}"

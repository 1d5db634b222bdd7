"""A lesson: what there is to know of one competency, in two to four screens of a phone.

Each section rests on the sources that it names. One that rests on ``LAB`` or ``KNOWN`` is the lab's own
agreement: whoever shows it marks the section, and no sentence of it says so again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from scenarios.directory.sources import Source
from scenarios.documents.part import Id, Part, Text
from scenarios.lessons.diagram import Diagram

_BULLET = "- "


class LessonSection(Part):
    """One section. text: paragraphs with an empty line between; “- ” begins a line of a list.

    diagram: which one of the lesson is drawn below the text.
    """

    title: Text
    text: Text
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    diagram: Id | None = None

    @property
    def blocks(self) -> Iterator[tuple[str, ...] | str]:
        """The paragraphs as text, and the lists as tuples of their lines, in the order of the section."""
        for block in self.text.split("\n\n"):
            rows = [row.strip() for row in block.splitlines() if row.strip()]
            points: list[str] = []
            for row in rows:
                if row.startswith(_BULLET):
                    points.append(row.removeprefix(_BULLET))
                elif points:
                    points[-1] += f" {row}"
            lead = " ".join(
                rows[: next((at for at, row in enumerate(rows) if row.startswith(_BULLET)), None)]
            )
            if lead:
                yield lead
            if points:
                yield tuple(points)

    def is_agreement(self, sources: Mapping[str, Source]) -> bool:
        """Whether it says what this lab has agreed on, and no rule that stands elsewhere."""
        return any(sources[code].kind == "lab" for code in self.sources if code in sources)


class Lesson(Part):
    """The lesson on one competency, in one language.

    about: what it is for, in one or two sentences; note: what it speaks of that a reader may want to be
    prepared for, or None; words: the ids of the terms of the glossary that it
    explains; law_checked: the day up to which its law was read.
    """

    competency: str
    status: Literal["draft", "reviewed", "retired"]
    law_checked: date
    title: Text
    about: Text
    note: Text | None = None
    words: Annotated[tuple[Id, ...], Field(min_length=1)]
    sections: Annotated[Mapping[Id, LessonSection], Field(min_length=2)]
    diagrams: Mapping[Id, Diagram] = {}

    @property
    def sources(self) -> tuple[str, ...]:
        """The codes that its sections name, each once, in the order in which they are first named."""
        return tuple(dict.fromkeys(code for section in self.sections.values() for code in section.sources))

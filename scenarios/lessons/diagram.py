"""A diagram of a lesson as data: what kind it is, and the texts of its parts. `scenarios/drawing/` draws it.

Each kind gives its parts as panels, so that the picture and the text for a screen reader say the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from scenarios.documents.part import Id, Part, Text

Word: TypeAlias = Callable[[str], str]
"""Gives a label of the catalogue of diagrams, such as “Mulai”, in the language that is drawn."""


@dataclass(frozen=True, slots=True)
class PanelLine:
    """A line of a panel. label: what it tells, such as “Mulai”, or nothing."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class DiagramPanel:
    """One part of a diagram as it is drawn and read: a heading, and lines of text below it.

    sign: what stands beside the heading. For a step its number, for a level how many of its marks are
    full, for a time limit a bar of three days; to: whom an arrow leads to from the heading.
    """

    heading: str
    lines: tuple[PanelLine, ...] = ()
    sign: Literal["number", "marks", "days", "tick", "none"] = "none"
    number: int = 0
    of: int = 0
    to: str = ""


class DiagramBase(Part, ABC):
    """What all diagrams have. title: its name; desc: what it shows, in a sentence for who cannot see it."""

    title: Text
    desc: Text

    @abstractmethod
    def panels(self, word: Word) -> Iterator[DiagramPanel]:
        """Its parts from top to bottom."""

    @property
    def follows(self) -> bool:
        """Whether an arrow leads from each part to the next."""
        return False


class NamedPart(Part):
    """A part with a name and, where it needs one, a note."""

    name: Text
    note: Text | None = None

    @property
    def lines(self) -> tuple[PanelLine, ...]:
        """The note, where there is one."""
        return (PanelLine(self.note),) if self.note else ()


class StepsDiagram(DiagramBase):
    """Steps in the order in which they are taken."""

    kind: Literal["steps"]
    parts: Annotated[Mapping[Id, NamedPart], Field(min_length=2)]

    @property
    def follows(self) -> bool:
        """One step leads to the next."""
        return True

    def panels(self, word: Word) -> Iterator[DiagramPanel]:  # noqa: ARG002 -- a step has no label
        """The steps, numbered."""
        for number, part in enumerate(self.parts.values(), start=1):
            yield DiagramPanel(part.name, part.lines, "number", number, len(self.parts))


class LevelPart(Part):
    """A level: what it is called, what is seen there, and what is done."""

    name: Text
    seen: Text
    act: Text


class LevelsDiagram(DiagramBase):
    """Levels from the lowest to the highest."""

    kind: Literal["levels"]
    parts: Annotated[Mapping[Id, LevelPart], Field(min_length=2)]

    def panels(self, word: Word) -> Iterator[DiagramPanel]:
        """The levels, each with as many full marks as it is high."""
        for number, part in enumerate(self.parts.values(), start=1):
            lines = (PanelLine(part.seen, word("seen")), PanelLine(part.act, word("act")))
            yield DiagramPanel(part.name, lines, "marks", number, len(self.parts))


class DutyPart(Part):
    """Who tells whom, and when or under which condition."""

    who: Text
    to: Text
    when: Text


class DutiesDiagram(DiagramBase):
    """Who tells whom."""

    kind: Literal["duties"]
    parts: Annotated[Mapping[Id, DutyPart], Field(min_length=2)]

    def panels(self, word: Word) -> Iterator[DiagramPanel]:  # noqa: ARG002 -- an arrow says it
        """Each pair with an arrow between the two."""
        for part in self.parts.values():
            yield DiagramPanel(part.who, (PanelLine(part.when),), to=part.to)


class ClockPart(Part):
    """A time limit of three days: what it is for, when it begins, who has to act, and towards whom."""

    name: Text
    begins: Text
    who: Text
    to: Text


class ClocksDiagram(DiagramBase):
    """Time limits of three times 24 hours, side by side."""

    kind: Literal["clocks"]
    parts: Annotated[Mapping[Id, ClockPart], Field(min_length=2)]

    def panels(self, word: Word) -> Iterator[DiagramPanel]:
        """Each limit with a bar of three days."""
        for part in self.parts.values():
            lines = (
                PanelLine(part.begins, word("begins")),
                PanelLine(part.who, word("who")),
                PanelLine(part.to, word("to")),
            )
            yield DiagramPanel(part.name, lines, "days", 3, 3)


class ReceiverPart(Part):
    """Who is told, what they need in order to help, and what they are not told."""

    name: Text
    gets: Text
    never: Text


class ReceiversDiagram(DiagramBase):
    """Who needs to know what."""

    kind: Literal["receivers"]
    parts: Annotated[Mapping[Id, ReceiverPart], Field(min_length=2)]

    def panels(self, word: Word) -> Iterator[DiagramPanel]:
        """Each receiver with what is handed over, and what is not."""
        for part in self.parts.values():
            lines = (PanelLine(part.gets, word("gets")), PanelLine(part.never, word("never")))
            yield DiagramPanel(part.name, lines)


class ConditionsDiagram(DiagramBase):
    """Conditions that all have to hold, and what follows from it. all_hold, one_fails: what is done then."""

    kind: Literal["conditions"]
    parts: Annotated[Mapping[Id, NamedPart], Field(min_length=2)]
    all_hold: Text
    one_fails: Text

    def panels(self, word: Word) -> Iterator[DiagramPanel]:
        """The conditions with a box to tick, then what follows."""
        for part in self.parts.values():
            yield DiagramPanel(part.name, part.lines, "tick")
        yield DiagramPanel(word("all_hold"), (PanelLine(self.all_hold),))
        yield DiagramPanel(word("one_fails"), (PanelLine(self.one_fails),))


Diagram: TypeAlias = Annotated[
    StepsDiagram | LevelsDiagram | DutiesDiagram | ClocksDiagram | ReceiversDiagram | ConditionsDiagram,
    Field(discriminator="kind"),
]

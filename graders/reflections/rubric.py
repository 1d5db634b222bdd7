"""The rubric for reflections: what a reader looks for, and a kind sentence for each level, without points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from scenarios.course_card import CARD_NAME, read_course_card
from scenarios.documents.part import Id, Part
from scenarios.language import LANGUAGES, Language, Texts
from scenarios.library import read_model
from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).parents[1] / "texts.yaml")

RUBRIC = "rubric.yaml"
OWN = Path(__file__).with_name(RUBRIC)

Levels: TypeAlias = Annotated[Mapping[Id, Texts], Field(min_length=2, max_length=5)]


class Criterion(Part):
    """One thing to look for. look_for: where it shows; sentences: what to answer, by level."""

    name: Texts
    look_for: Texts
    sentences: Mapping[Id, Texts]


class Rubric(Part):
    """Levels and criteria by id, in the order in which they are shown."""

    levels: Levels
    criteria: Annotated[Mapping[Id, Criterion], Field(min_length=1, max_length=8)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for name, criterion in self.criteria.items():
            if criterion.sentences.keys() != self.levels.keys():
                wanted = ", ".join(self.levels)
                raise ValueError(_sentence("rubric_other_levels", name=name, wanted=wanted))
        for language in next(iter(self.levels.values())):
            # A page tells by its sentence which level was chosen.
            texts = [text[language] for part in self.criteria.values() for text in part.sentences.values()]
            if len(set(texts)) < len(texts) or not all(text.strip() for text in texts):
                raise ValueError(_sentence("rubric_alike", language=language))
        return self


def load_rubric(file: Path = OWN, languages: Sequence[Language] = LANGUAGES) -> Rubric:
    """The rubric in `file`, the lab's own by default. Raises ProblemsError with all that is wrong in it.

    languages: those that its texts have to stand in.
    """
    return read_model(file, Rubric, languages)


def course_rubric(course: Path) -> Rubric:
    """The rubric that stands in the course at `course`, else the lab's own. Raises ProblemsError."""
    file = course / RUBRIC
    if not file.exists():
        return load_rubric()
    carded = (course / CARD_NAME).exists()
    return load_rubric(file, read_course_card(course).spoken if carded else LANGUAGES)

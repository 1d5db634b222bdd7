"""What the models of all documents are made of: the base of their parts, and the texts that stand in them."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema

CaseId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Version: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
Text: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]


class Part(BaseModel):
    """What all parts of a document share: they are frozen, and an unknown key in them is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ReadAs:
    """Reads and writes a field as another type than it is annotated with: one that is made when it runs.

    The annotation is what a reader and a type checker may rely on, such as the class that all kinds of
    decisions have in common; the type is the union of those that there are.
    """

    def __init__(self, type_: object) -> None:
        """type_: anything that pydantic can read, and whose values the annotation allows."""
        self._type = type_

    def __get_pydantic_core_schema__(self, _annotation: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema of the type, in place of that of the annotation."""
        return handler.generate_schema(self._type)

"""Options of a command from the fields of a record, where name, default, bounds and help stand once."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, TypeAlias

import typer
from pydantic import BaseModel, SecretStr

from release.workshop.plan import bounds_of

Command: TypeAlias = Callable[..., None]
# What Typer knows of neither: typed as text, which the record reads.
_TEXT = (tuple[str, ...], SecretStr | None)


def takes_options_of(record: type[BaseModel], parameter: str) -> Callable[[Command], Command]:
    """Let a command take each field of `record` as an option, and give it the record as `parameter`.

    The options stand behind the command's own. What the record raises where its fields do not fit goes on.
    """

    def decorate(command: Command) -> Command:
        own = [
            each for each in signature(command, eval_str=True).parameters.values() if each.name != parameter
        ]
        options = [_parameter(record, name) for name in record.model_fields]

        def run(**options_given: Any) -> None:  # noqa: ANN401 -- whatever the command line says
            fields = {option.name: options_given.pop(option.name) for option in options}
            command(**options_given, **{parameter: record.model_validate(fields)})

        run.__doc__, run.__annotations__ = command.__doc__, {}
        run.__signature__ = Signature([*own, *options])  # type: ignore[attr-defined]
        return run

    return decorate


def option_of(record: type[BaseModel], name: str) -> Any:  # noqa: ANN401 -- what Typer describes an option by
    """The option that stands for the field `name` of a record."""
    least, largest = bounds_of(record, name)
    return typer.Option(help=record.model_fields[name].description, min=least, max=largest)


def _parameter(record: type[BaseModel], name: str) -> Parameter:
    field = record.model_fields[name]
    kind, default = field.annotation, field.default
    if kind in _TEXT:
        kind, default = str | None, default or None
    annotation = Annotated[kind, option_of(record, name)]  # type: ignore[valid-type]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)

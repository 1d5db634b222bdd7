"""The flags of ``kasuslab export`` for forms of grades: one a form, asked of the table of forms."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from graders.exports.formats import GRADE_FORMATS


def with_format_flags(command: Callable[..., None]) -> Callable[..., None]:
    """`command`, which takes whatever flags there are as ``**``, with a flag for each form of grades."""
    signature = inspect.signature(command, eval_str=True)
    flags = [_flag(name, form.about) for name, form in GRADE_FORMATS.items()]
    own = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
    at = sum(one.kind < one.KEYWORD_ONLY for one in own)
    flagged: Any = command
    flagged.__signature__ = signature.replace(parameters=[*own[:at], *flags, *own[at:]])
    return command


def _flag(name: str, about: str) -> inspect.Parameter:
    option = typer.Option(f"--{name}", help=about)
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Annotated[bool, option]
    )

"""Fill in a template of a page: what it shows is escaped, and what it lacks is an error."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def template_environment(*folders: Path, **filters: Callable[..., object]) -> Environment:
    """The templates of some folders, of which the first that has a name is taken. filters: by name."""
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # else every page looks at the files of its templates
    )
    environment.filters.update(filters)
    return environment


def template_page(template: Path, /, **values: object) -> str:
    """The page that a template makes of `values`; what it includes stands beside it."""
    return _environment(template.parent).get_template(template.name).render(**values)


_environment = lru_cache(maxsize=None)(template_environment)

"""The cases that an activity of a learning management system leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from release.course.programmes.programme import Programme


def activity_cases(item: str, cases: Sequence[str], programmes: Mapping[str, Programme]) -> Sequence[str]:
    """The cases by their ids; those of a programme with its tests, of a test both of its forms.

    item: what the activity plays, see `release.lms.items`; cases: all that there are.
    """
    kind, _, name = item.partition(":")
    match kind:
        case "":
            return cases
        case "case":
            return [name]
        case "programme" if name in programmes:
            return [*programmes[name].cases, *programmes[name].tests]
        case "test":
            test = name.rpartition("-")[0]
            return next((one.tests for one in programmes.values() if one.tests[0] == test), ())
        case _:
            return []

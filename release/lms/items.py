"""What a platform's activity plays, named in its custom parameter: all of the lab, or one thing of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

from release.lms.refusal import LtiRefusedError

ItemKind = Literal["case", "test", "lesson", "programme"]
_NAMED = re.compile(rf"({'|'.join(get_args(ItemKind))}):([A-Za-z0-9-]{{1,40}})")


@dataclass(frozen=True, slots=True)
class LmsItem:
    """One thing that an activity plays. kind: what it is; id: of the case, the lesson or the programme."""

    kind: ItemKind
    id: str

    def __str__(self) -> str:
        """The item as it stands in an activity, such as ``case:teman-gim``."""
        return f"{self.kind}:{self.id}"


def item_named(text: str) -> LmsItem | None:
    """The item that an activity names; None for all of the lab. Raises LtiRefusedError."""
    if not text:
        return None
    named = _NAMED.fullmatch(text)
    if named is None:
        raise LtiRefusedError("not_played")
    return LmsItem(cast("ItemKind", named[1]), named[2])

"""Trouble: what is answered, and told in the log, where a request fails for no fault of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from release.workshop.failure import kind_and_place
from release.workshop.log import LOG
from release.workshop.wire import Unwritable
from release.workshop.writer.database import DatabaseError

T = TypeVar("T")


@dataclass(slots=True)
class Trouble:
    """Why the database cannot be used, "" while it can.

    has_broken: whether its connection broke, so that what is known of it is to be looked up anew.
    """

    reason: str = ""
    has_broken: bool = False

    def tell(self, reason: str) -> None:
        """Keep it in mind. The log gets one line when trouble begins, and one when it is over."""
        if reason and not self.reason:
            LOG.error("The database cannot be used (%s); whoever decides something is told so.", reason)
        elif self.reason and not reason:
            LOG.error("The database can be used again.")
        self.reason = reason

    def guarded(self, work: Callable[[], T]) -> T | Unwritable:
        """What `work` gives, or why it could not be done: one request that fails ends no other."""
        try:
            return work()
        except DatabaseError as error:
            self.tell(error.reason)
            self.has_broken = self.has_broken or error.is_broken
            return {"answer": "unwritable", "reason": error.reason}
        except Exception as error:  # noqa: BLE001 -- whatever it is, the others of its turn are answered
            LOG.error("The writer failed at a request (%s).", kind_and_place(error))
            return {"answer": "unwritable", "reason": type(error).__name__}

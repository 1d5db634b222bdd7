"""What a learning record store is to know of each play, worked out from what is on disk as it grows.

A decision is told once another follows it, or the play is over: until then it may be taken back. Of a play in
which something was skipped no more is told than of one that was left there (graders/exports/xapi.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graders.exports.xapi import Teller
from release.workshop.writer.outbox.statement_store import StatementStore
from scenarios.engine.event import Event, Started
from scenarios.engine.play import Play


@dataclass(frozen=True, slots=True)
class StatementKeeper:
    """The statements of one workshop.

    tellers: who tells the plays of each case; plays: the events of each play, with its seat; events_of: those
    of a play, by its seat, its case and its id.
    """

    statements: StatementStore
    tellers: Mapping[str, Teller]
    plays: Callable[[], Iterable[tuple[str, Sequence[Event]]]]
    events_of: Callable[[str, str, str], Sequence[Event]]

    def begin(self) -> None:
        """Take up what was left: a decision may have been kept in the moment before the writer ended.

        What was told once is not told anew, so that a new key changes nothing unasked.
        """
        for seat, events in self.plays():
            self._tell(seat, events)

    def note(self, seat: str, play: Play) -> None:
        """See whether an event that has reached the disk adds to what is told."""
        started = play.started
        if started is not None and started.mode == "practice" and play.length > 1:
            self._tell(seat, self.events_of(seat, play.case.id, started.play))

    def _tell(self, seat: str, events: Sequence[Event]) -> None:
        first = events[0] if events else None
        teller = self.tellers.get(first.case) if isinstance(first, Started) else None
        # Of a version that is not played here any more there is no key.
        if not isinstance(first, Started) or teller is None or first.version != teller.case.version:
            return
        play = Play.replay(teller.case, events)
        statements = list(teller.in_variant(play.case.variant).of_play(account_of(seat), first, play, events))
        settled = statements if play.ended is not None else statements[:-1]
        known = self.statements.count(first.play)
        if news := settled[known:]:
            bodies = [json.dumps(one, ensure_ascii=False) for one in news]
            self.statements.add(first.play, known, bodies)


def account_of(seat: str) -> str:
    """What a store knows a seat by: neither its pseudonym, which somebody may have typed, nor its id."""
    return hashlib.sha256(f"xapi {seat}".encode()).hexdigest()[:20]

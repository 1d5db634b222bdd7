"""A lease: who writes a seat's play of a case, and the play as it is on disk."""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from release.workshop.writer.playable import Playable
from release.workshop.writer.store import StoredPlay, WorkshopStore
from scenarios.case import Case
from scenarios.engine.event import Decided, Event, Mode, Paused, Resumed, Started
from scenarios.engine.play import Play

SHARED = "shared"
"""The token of a lease that all members of a team have: who acts first is told by the number of the event."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who writes a seat's play of a case: the token of the writer, and the play as it is on disk.

    decided: the decision that was made last, None where the play has gone on since; variant: the one that it
    was opened for, where it had not begun.
    """

    token: str
    play: Play
    last: Event | None
    chain: str
    decided: str | None = None
    variant: str | None = None

    @property
    def play_id(self) -> str:
        """The id of the play; "" before its first event."""
        return self.play.started.play if self.play.started else ""

    def after(self, happened: Event, play: Play, chain: str) -> Lease:
        """The lease once an event is on disk. play, chain: as that event leaves them."""
        decided = decided_after(self.decided, (happened,))
        return replace(self, play=play, last=happened, chain=chain, decided=decided)


@dataclass(frozen=True, slots=True)
class Leases:
    """The leases in force: one on each seat's play of a case.

    mode: of the plays of this workshop; term: that of the writer, see `servers.helm`; in_case: by case id,
    then by seat.
    """

    store: WorkshopStore
    cases: Mapping[str, Playable]
    mode: Mode
    term: int = 0
    in_case: defaultdict[str, dict[str, Lease]] = field(default_factory=lambda: defaultdict(dict))

    def get(self, seat: str, case_id: str) -> Lease | None:
        """The lease on a seat's play of a case, or None."""
        return self.in_case[case_id].get(seat)

    def put(self, seat: str, case_id: str, lease: Lease) -> None:
        """From now on this lease is in force, and an earlier one is not."""
        self.in_case[case_id][seat] = lease

    def drop(self, seats: Collection[str]) -> None:
        """No lease of these seats is in force any more."""
        for leases in self.in_case.values():
            for seat in seats:
                leases.pop(seat, None)

    def new_token(self, before: StoredPlay | None) -> str:
        """The token of a lease that comes into force now: later ones are greater, also a later writer's.

        before: the play that the seat began last; the token bears its id.
        """
        moment = f"{self.term:08d}-{time.time_ns():020d}"
        return f"{moment}-{secrets.token_hex(8)}-{before.id if before else ''}"

    def of_token(self, token: str, seat: str, case_id: str, play_id: str) -> Lease | None:
        """The lease that `token` names, if it is in force; or was before this writer was started again.

        Of two that were, the one that came into force later is; but a play that the other began meanwhile
        stays the only one. Raises DatabaseError.
        """
        playable = self.cases.get(case_id)
        if playable is None:
            return None
        case, lease = playable.case, self.get(seat, case_id)
        if lease is None or lease.token < token:
            stored = self.store.play(seat, case_id, play_id)
            if stored is None:
                latest = self.store.latest_play(seat, case_id, case.version)
                if not token.endswith(f"-{latest.id if latest else ''}"):
                    return None
            lease = leased(token, case, stored)
            self.put(seat, case_id, lease)
        return lease if lease.token == token else None

    def shared(self, team: str, case: Case, *, anew: bool = False) -> Lease:
        """The lease of all members of a team, on its latest play of a case.

        anew: on a new play where the latest has ended; it begins once, however many of them begin it. Raises
        DatabaseError.
        """
        lease = self.get(team, case.id)
        if lease is None:
            lease = leased(SHARED, case, self.latest(team, case))
            self.put(team, case.id, lease)
        return leased(SHARED, case, None) if anew and lease.play.ended else lease

    def latest(self, seat: str, case: Case) -> StoredPlay | None:
        """The play of a case that a seat began last, and may go on with. Raises DatabaseError."""
        return self.gone_on(self.store.latest_play(seat, case.id, case.version))

    def gone_on(self, stored: StoredPlay | None) -> StoredPlay | None:
        """A play, if a seat may go on with it: in another mode its feedback would be due at another time."""
        started = stored.events[0] if stored and stored.events else None
        return stored if isinstance(started, Started) and started.mode == self.mode else None

    def variants_to_begin(self, case_id: str, spare: str) -> list[str]:
        """The variants of plays of a case that were opened and have not begun, the seat `spare` left out."""
        leases = self.in_case[case_id].items()
        return [one.variant for seat, one in leases if seat != spare and one.variant and not one.play_id]


def decided_after(decided: str | None, events: Iterable[Event]) -> str | None:
    """The decision that was made last, None where the play went on after it: a pause is no going on."""
    for happened in events:
        if isinstance(happened, Decided):
            decided = happened.decision
        elif not isinstance(happened, Paused | Resumed):
            decided = None
    return decided


def leased(token: str, case: Case, stored: StoredPlay | None) -> Lease:
    """The lease of the writer `token` on a play of `case`, a new one where nothing was kept."""
    events = stored.events if stored else ()
    last, chain = (events[-1], stored.chain) if stored and events else (None, "")
    return Lease(token, Play.replay(case, events), last, chain, decided_after(None, events))

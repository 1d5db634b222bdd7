"""The path of a seat: what comes next for whoever sits there, by what they have played."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from graders.path import CaseOffer, PathStep, Walked, next_step, offer_of, practice_of
from release.workshop.writer.playable import Playable
from release.workshop.writer.store import WorkshopStore
from scenarios.directory.sectors import roles_of
from scenarios.engine.event import Mode, Started
from scenarios.engine.play import Play
from scenarios.pick import RefusedError


@dataclass(frozen=True)
class PathKeeper:
    """Finds the next step of a seat, by `graders.path`. mode: of the workshop; only practice has a path."""

    store: WorkshopStore
    cases: Mapping[str, Playable]
    mode: Mode

    @cached_property
    def offers(self) -> tuple[CaseOffer, ...]:
        """The cases for practice, in the order of the workshop."""
        playables = self.cases.values()
        return tuple(offer_of(one.case, one.key) for one in playables if one.case.use == "practice")

    def step(self, player: str, sector: str | None, closed: Collection[str] = ()) -> PathStep | None:
        """What comes next, None where nothing does, or the room does not practise. Raises DatabaseError.

        player: the seat whose plays count; sector: of whoever reads it; closed: cases that are not open now.
        """
        if self.mode != "practice":
            return None
        walked = self.walked(player)
        return next_step(walked.practised, self.offers, roles_of(sector), {*walked.begun, *closed})

    def walked(self, player: str) -> Walked:
        """What a seat has practised. Raises DatabaseError."""
        plays = list(self._plays(player))
        ended = sorted((end, place) for place, (end, play) in enumerate(plays) if play.ended)
        practised = tuple(
            practice_of(play.case, play, self.cases[play.case.id].key)
            for _, play in (plays[place] for _, place in ended)
        )
        latest: dict[str, Play] = {}
        for _, play in plays:
            latest.pop(play.case.id, None)  # the one that was begun last stands last
            latest[play.case.id] = play
        return Walked(practised, tuple(case for case, play in latest.items() if not play.ended))

    def _plays(self, player: str) -> Iterator[tuple[str, Play]]:
        """The plays of a seat as they were begun, each with the moment of its last event."""
        for _, stored in self.store.plays(self.mode, player):
            started = stored.events[0]
            playable = self.cases.get(started.case) if isinstance(started, Started) else None
            if playable is None or playable.case.use != "practice":
                continue
            try:
                yield stored.events[-1].at, Play.replay(playable.case, stored.events)
            except RefusedError:  # it is of another version of its case
                continue

"""The team of a seat, as the writer keeps it: see `scenarios.engine.team`.

Imported by every kernel, so it imports no database and no grader.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from release.workshop.kernel.seat_store import SeatStore
from release.workshop.writer_line import WriterSilentError
from scenarios.engine.event import EVENT
from scenarios.engine.record import RecordClosedError
from scenarios.engine.team import TeamState
from scenarios.pick import Pick

_JSON: TypeAdapter[object] = TypeAdapter(object)


@dataclass(frozen=True, slots=True)
class SeatTeam:
    """The team of a seat, whose play `store` keeps; see OwnTeam."""

    store: SeatStore

    def look(self) -> TeamState:
        """How the team stands; the store has what others have decided since.

        Raises RecordClosedError where the seat is no member any more, and WriterSilentError.
        """
        store = self.store
        answer = store.writer.ask(
            {
                "ask": "team_play",
                "seat_pass": store.seat_pass,
                "case": store.case,
                "play": store.play,
                "n": len(store.events),
            }
        )
        if answer["answer"] == "closed":
            raise RecordClosedError
        if answer["answer"] != "team_play":
            raise WriterSilentError("The workshop's writer does not say how the team stands.")
        store.events = (*store.events, *(EVENT.validate_python(event) for event in answer["events"]))
        return answer["state"]

    def answer_alone(self, decision: str, pick: Pick | None) -> None:
        """Keep the member's own answer, None for a skip."""
        store = self.store
        store.keep(
            {
                "ask": "answer_alone",
                "seat_pass": store.seat_pass,
                "case": store.case,
                "play": store.play,
                "n": len(store.events),
                "decision": decision,
                "pick": _JSON.dump_python(pick, mode="json"),
            }
        )

    def settle(self, decision: str) -> None:
        """Go on without those who have not answered alone."""
        store = self.store
        store.keep(
            {
                "ask": "settle",
                "seat_pass": store.seat_pass,
                "case": store.case,
                "play": store.play,
                "n": len(store.events),
                "decision": decision,
            }
        )

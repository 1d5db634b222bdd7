"""What became of each move: looked up in the database once a room has played, event by event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import NullPool, create_engine, text

from scenarios.engine.event import EVENT
from scenarios.engine.record import event_line
from tests.benchmarks.page import Move, PagePhone

_EVENTS = "select play.id, event.n, event.body, event.chain from event join play on play.number = event.play"
# The event that each move is kept as, and what of the move stands in it.
_KEPT_AS = {
    "begin": ("started", ()),
    "continue": ("continued", ("scene",)),
    "decide": ("decided", ("decision", "pick")),
}


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was found. confirmed: moves behind which a view came; kept: events on disk.

    lost: confirmed moves that are not there; doubled: events that nobody's move stands for, and plays that
    nobody was shown; broken: plays whose chain breaks.
    """

    confirmed: int
    kept: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    broken: tuple[str, ...]

    def __str__(self) -> str:
        """One line."""
        told = f"{self.confirmed} confirmed, {self.kept} on disk"
        return f"{told}; {len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.broken)} chains broken"


def ledger_of(url: str, phones: Iterable[PagePhone]) -> Ledger:
    """Look every move up in the database at `url` that was made on those phones, and there on no other."""
    events, broken = _events(url)
    moves: dict[tuple[str, int], list[Move]] = {}
    shown: set[str] = set()
    unnamed: list[Move] = []
    for phone in phones:
        shown |= phone.plays
        for move in phone.moves:
            moves.setdefault((move.play, move.n), []).append(move)
    unnamed = moves.pop(("", 0), [])
    lost = tuple(
        f"{move.play} {move.n}: {move.message}; on disk: {events.get((play, n))}"
        for (play, n), there in moves.items()
        for move in there
        if move.is_confirmed and not _stands_for(move, events.get((play, n)))
    )
    doubled = [
        f"{play} {n}: {body}"
        for (play, n), body in events.items()
        if not any(
            _stands_for(move, body) for move in (*moves.get((play, n), ()), *(unnamed if not n else ()))
        )
    ]
    doubled += sorted(f"{play} was shown to nobody" for play in {play for play, _ in events} - shown)
    confirmed = sum(move.is_confirmed for there in moves.values() for move in there)
    return Ledger(confirmed, len(events), lost, tuple(doubled), broken)


def _events(url: str) -> tuple[dict[tuple[str, int], Mapping[str, Any]], tuple[str, ...]]:
    """Every event by its play and number, and the plays whose chain of events breaks."""
    events: dict[tuple[str, int], Mapping[str, Any]] = {}
    chains: dict[str, tuple[int, str]] = {}
    broken: set[str] = set()
    with create_engine(url, poolclass=NullPool).connect() as connection:
        for play, n, body, chain in connection.execute(text(f"{_EVENTS} order by event.play, event.n")):
            happened = EVENT.validate_json(body)
            count, before = chains.get(play, (0, ""))
            _, link = event_line(happened, count, before)
            if (n, chain) != (count, link):
                broken.add(play)
            chains[play] = n + 1, chain
            events[play, n] = happened.model_dump(mode="json")
    return events, tuple(sorted(broken))


def _stands_for(move: Move, body: Mapping[str, Any] | None) -> bool:
    kind, names = _KEPT_AS[move.message["type"]]
    if body is None or body["event"] != kind:
        return False
    return all(body[name] == move.message[name] for name in names)

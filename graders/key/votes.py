"""What experts' picks in one decision say: how far they agree, on what, and what key that makes.

Agreement on the mode is, for a single or a rating, the share of the option that most chose (scoring.md).
For picks of several it is the mean overlap with what more than half picked, for an order the mean closeness
to the consensus by the score's own formula: rules of this lab, made so that each is the share of the mode
where one option is picked, and 1 where all agree.

A panel settles which option is keyed and the partial credit of others, and weighs no option by votes alone:
n_i / n_mode rewards the middle and whoever avoids extremes (scoring.md, “A decision”). So where three
quarters agree, a single, a rating and a rank follow the mode. In a single the credit that the key gives
others by their reasons stays as it is, and the option that was keyed before earns half where an expert still
chose it; credit that no expert's choice supports is told to the authors. The rest are rules of this lab in
the same spirit: in a multi, and among the services of a referral, what three quarters picked is right, with
the weight that the key gave it, or 1 where it gave none; what the key calls wrong stays wrong where at most a
quarter picked it; everything else is neutral. The urgency and the packet of a right service follow those who
chose it, fact by fact as in a multi; where one urgency is contested, that part of the referral weighs 0.
Where they do not agree the weight is 0, and nothing else changes.

How each kind of decision is read so stands with its key, in `graders/key/kinds/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from scenarios.documents.document import Data
from scenarios.pick import Pick

AGREEMENT = 0.75
AGAINST = 1 - AGREEMENT

Place: TypeAlias = tuple[str, ...]
Change: TypeAlias = tuple[Place, Data, Data]


@dataclass(frozen=True, slots=True)
class Count:
    """How many experts chose one thing. place: what, such as (``sekolah``, ``urgency``, ``jam``)."""

    place: Place
    count: int
    n: int

    @property
    def share(self) -> float:
        """0..1."""
        return self.count / self.n


@dataclass(frozen=True, slots=True)
class PanelReading:
    """What the picks of one decision say.

    agreement: 0..1, None for nobody; mode: the option that most chose, where a pick is one option; changes,
    reread, written, unsupported: see `graders.panel.settle.Settled`; unusable: no key can be made of it,
    agreed or not.
    """

    agreement: float | None
    counts: tuple[Count, ...]
    mode: str | None = None
    changes: tuple[Change, ...] = ()
    reread: tuple[Place, ...] = ()
    written: Mapping[Place, Count] = field(default_factory=dict)
    unusable: bool = False
    unsupported: tuple[str, ...] = ()


def mode_of(votes: Mapping[str, int], keyed: str | None) -> str:
    """What most chose; of several, what the key says, else the first."""
    most = max(votes.values())
    modes = [name for name, count in votes.items() if count == most]
    return keyed if keyed in modes else modes[0]


def votes_for(options: Iterable[str], picks: Sequence[Pick]) -> Mapping[str, int]:
    """How many experts picked each option as the one."""
    return {option: sum(pick == option for pick in picks) for option in options}


def counts_of(votes: Mapping[str, int], n: int) -> tuple[Count, ...]:
    """The votes of `n` experts for each option; nothing where there is no expert."""
    return tuple(Count((option,), count, n) for option, count in votes.items() if n)


def changed(place: Place, old: Data, new: Data) -> Iterable[Change]:
    """The change of one part of the key, where it is one."""
    if old != new:
        yield place, old, new


def plain(values: Mapping[str, float]) -> Data:
    """A mapping as a key's file holds it."""
    return dict(values)


def listed(names: Iterable[str]) -> Data:
    """A list as a key's file holds it."""
    return list(names)

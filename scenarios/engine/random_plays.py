"""Many seeded random plays of a case, and how often each scene, option and way was met in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.engine.moves import Moves, moves_of

PLAYS = 10_000
SEED = 1
SKIPPED_SHARE = 0.05

Picked: TypeAlias = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Hits:
    """What `plays` random plays have met, in how many of them.

    options: by decision, how often each was picked; none where no condition can ask for them;
    skips: decisions skipped; ways: from one scene to the next; endings: by their id.
    """

    plays: int
    scenes: Mapping[str, int]
    options: Mapping[str, Mapping[str, int]]
    skips: Mapping[str, int]
    ways: Mapping[tuple[str, str], int]
    endings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Trace:
    """One random play: its scenes in order, what was picked (None: skipped), and the counters at its end."""

    path: tuple[str, ...]
    picks: Mapping[str, Picked]
    counters: Mapping[str, int]


class RandomPlayer:
    """Plays a case at random, without events: the same seed gives the same plays.

    One decision in twenty is skipped; else each option is as likely as any other.
    """

    def __init__(self, case: Case, seed: int = SEED) -> None:
        """Compile `case`, whose graph has no circle."""
        self.case = case
        self._random = Random(f"{case.id} {seed}")  # noqa: S311 -- chance that can be repeated, no secret
        self._moves: Mapping[str, Moves] = moves_of(case)
        self._decisions = {scene_id: decision for scene_id, decision in case.decisions()}  # noqa: C416
        self._start = {name: counter.start for name, counter in case.counters.items()}

    def play(self) -> Trace:
        """The next random play, to its ending."""
        counts, picked = dict(self._start), dict[str, tuple[str, ...]]()
        picks: dict[str, Picked] = {}
        scene_id, path = self.case.start, [self.case.start]
        while self.case.scenes[scene_id].end is None:
            decision = self._decisions.get(scene_id)
            if decision is not None:
                picks[decision.id] = chosen = self._pick(decision)
                picked[decision.id] = chosen or ()
            moves = self._moves[scene_id]
            moves.apply(picked, counts)
            rule = moves.rule(picked, counts)
            if rule is None:
                raise AssertionError(scene_id)  # the walk has proven that there is a way on
            scene_id = moves.rules[rule][1]
            path.append(scene_id)
        return Trace(tuple(path), picks, counts)

    def _pick(self, decision: Decision) -> Picked:
        chance = self._random.random
        return None if chance() < SKIPPED_SHARE else decision.any_options(chance)


def random_plays(case: Case, count: int = PLAYS, seed: int = SEED) -> Hits:
    """Play `case` `count` times at random."""
    player = RandomPlayer(case, seed)
    scenes: Counter[str] = Counter()
    ways: Counter[tuple[str, str]] = Counter()
    endings: Counter[str] = Counter()
    skips: Counter[str] = Counter()
    options = {
        decision.id: Counter(dict.fromkeys(decision.option_ids if decision.verb else (), 0))
        for _, decision in case.decisions()
    }
    for _ in range(count):
        trace = player.play()
        scenes.update(trace.path)
        ways.update(zip(trace.path, trace.path[1:], strict=False))
        endings[case.scenes[trace.path[-1]].end or ""] += 1
        for decision_id, chosen in trace.picks.items():
            if chosen is None:
                skips[decision_id] += 1
            else:
                options[decision_id].update(chosen)
    return Hits(count, scenes, options, skips, ways, endings)

"""What the cases of a library practise together, and what none of them does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from graders.key.critical_errors import OVERSHARING, CriticalError
from graders.key.decision import DecisionKey
from graders.key.key import Key
from scenarios.case import PROGRAMMES, STAGES, TRAITS, Case
from scenarios.directory.competencies import Competency
from scenarios.documents.problem import Problem
from scenarios.kinds import KINDS
from scenarios.sentence import Sentence, sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

Group = Literal[
    "stage",
    "kind",
    "competency",
    "critical error",
    "level",
    "programme",
    "role",
    "programme and role",
    "trait",
]
LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One thing to be covered: the cases that do, and how many scenes, decisions or flags do it there."""

    group: Group
    item: str
    cases: tuple[str, ...]
    count: int


def coverage(
    pairs: Sequence[tuple[Case, Key | None]],
    competencies: Mapping[str, Competency],
    errors: Mapping[str, CriticalError],
) -> tuple[CoverageRow, ...]:
    """The coverage by the cases for practice, but retired ones; a case without its key counts too.

    Of roles those are listed that occur: which of them a programme has to have, its plan says.
    """
    cases: dict[tuple[Group, str], Counter[str]] = {}
    for case, key in pairs:
        if case.use != "practice" or case.status == "retired":
            continue
        for group, item in (*_of_case(case), *(_of_key(key) if key is not None else ())):
            cases.setdefault((group, item), Counter())[case.id] += 1
    wanted: Mapping[Group, Iterable[str]] = {
        "stage": STAGES,
        "kind": KINDS,
        "competency": competencies,
        "critical error": errors,
        "level": map(str, LEVELS),
        "programme": PROGRAMMES,
        "role": _occurring("role", cases),
        "programme and role": _occurring("programme and role", cases),
        "trait": TRAITS,
    }
    return tuple(
        CoverageRow(group, item, tuple(sorted(counts)), counts.total())
        for group, items in wanted.items()
        for item in items
        for counts in [cases.get((group, item), Counter())]
    )


def group_name(group: Group) -> Sentence:
    """What a group is called in a sentence and in a table."""
    return _finding(f"group_{group.replace(' ', '_')}")


def _occurring(wanted: Group, cases: Iterable[tuple[Group, str]]) -> list[str]:
    return sorted(item for group, item in cases if group == wanted)


def _of_case(case: Case) -> Iterator[tuple[Group, str]]:
    for scene in case.scenes.values():
        yield "stage", scene.stage
    for _, decision in case.decisions():
        yield "kind", decision.kind
    yield "level", str(case.level)
    yield "role", case.role
    for programme in case.programmes:
        yield "programme", programme
        yield "programme and role", f"{programme} {case.role}"
    for trait in case.traits:
        yield "trait", trait


def _of_key(key: Key) -> Iterator[tuple[Group, str]]:
    for name, part in key.decisions.items():
        yield "competency", part.competency
        codes: Counter[str] = Counter()
        for each in key.in_each_variant():
            codes |= Counter(_codes(each.decisions[name]))
        for code in codes.elements():
            yield "critical error", code


def _codes(part: DecisionKey) -> Iterator[str]:
    yield from (harm.code for harm in part.harms.values())
    yield from (must.code for must in part.musts.values() if must.code)
    if any(part.nevers.values()):
        yield OVERSHARING


def coverage_problems(rows: Iterable[CoverageRow], cases: Path) -> Iterator[Problem]:
    """A hole: something that no case of the library in `cases` covers."""
    here = Path.cwd()
    place = cases.relative_to(here) if cases.is_relative_to(here) else cases
    for row in rows:
        if not row.cases:
            fault = _finding("no_case_for_practice", group=group_name(row.group), item=row.item)
            remedy = _finding("write_one_or_say")
            yield Problem(str(place), 1, "", fault, remedy, "coverage")

"""Checks that prove what a case promises, beyond the shape that the loader asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scenarios.case import Case, ReferralDecision
from scenarios.document import Document, read_document
from scenarios.graph import Graph, graph_of
from scenarios.problem import Problem
from scenarios.services import Directory

KEY_DECISIONS = range(6, 9)


def case_problems(folder: Path, case: Case, directory: Directory) -> Iterator[Problem]:
    """Every problem of a case that the loader let through; `folder` holds its ``case.yaml``."""
    document = read_document(folder / "case.yaml")
    graph = graph_of(case)
    if graph.circle:
        way = " → ".join(graph.circle)
        remedy = "Let the story go forward only"
        path = ("scenes", graph.circle[0], "next")
        yield document.problem(path, f"the scenes lead back to themselves: {way}", remedy, "circle")
        return
    yield from _path_problems(document, case, graph)
    yield from _packet_problems(document, case, graph)
    yield from _service_problems(document, case, directory)
    yield from _whole_problems(document, case)


def _path_problems(document: Document, case: Case, graph: Graph) -> Iterator[Problem]:
    for scene_id in case.scenes:
        if scene_id not in graph.order:
            remedy = "Let a scene lead here, or take it out"
            yield document.problem(("scenes", scene_id), "no scene leads here", remedy, "reachable")
    wanted = {decision.id for decision in case.key_decisions()}
    for scene_id in graph.order:
        if case.scenes[scene_id].end is None:
            continue
        for decision_id in sorted(wanted - graph.decided[scene_id]):
            found = f"a path ends here without the key decision “{decision_id}”"
            remedy = "Let every branch fold back before that decision"
            yield document.problem(("scenes", scene_id), found, remedy, "every-path")


def _packet_problems(document: Document, case: Case, graph: Graph) -> Iterator[Problem]:
    for scene_id, decision in case.decisions():
        if not isinstance(decision, ReferralDecision) or scene_id not in graph.order:
            continue
        for index, fact in enumerate(decision.facts):
            if fact not in graph.learned[scene_id]:
                found = f"the fact “{fact}” is offered, but some path has not learned it"
                remedy = "Let a scene that every path meets learn it"
                path = ("scenes", scene_id, "decision", "facts", index)
                yield document.problem(path, found, remedy, "learned")


def _service_problems(document: Document, case: Case, directory: Directory) -> Iterator[Problem]:
    for scene_id, decision in case.decisions():
        if not isinstance(decision, ReferralDecision):
            continue
        for index, service in enumerate(decision.services):
            if service not in directory.services:
                remedy = "Use one of scenarios/services.yaml, or add it there"
                path = ("scenes", scene_id, "decision", "services", index)
                yield document.problem(path, f"there is no service “{service}”", remedy, "link")


def _whole_problems(document: Document, case: Case) -> Iterator[Problem]:
    count = len(case.key_decisions())
    if count not in KEY_DECISIONS:
        found = f"the case has {count} key decisions"
        yield document.problem(("scenes",), found, "A case has 6 to 8", "key-decisions")
    if case.status == "reviewed" and case.fiction.confirmed_by is None:
        found = "the case is reviewed, but no second person has confirmed that it is fiction"
        yield document.problem(
            ("fiction", "confirmed_by"), found, "Name the person's role and the day", "fiction"
        )

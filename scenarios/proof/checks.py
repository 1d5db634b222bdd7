"""Checks that prove what a case promises, beyond the shape that the loader asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from scenarios.case import Case
from scenarios.condition import CounterTest, PickTest, atoms, parse_condition
from scenarios.directory.services import Directory
from scenarios.directory.sources import Source
from scenarios.documents.document import DataPath, Document
from scenarios.documents.problem import Level, Problem
from scenarios.engine.graph import Graph, graph_of
from scenarios.engine.random_plays import Hits
from scenarios.engine.walk import MAX_STATES, Walk, conditions, walk
from scenarios.language import SOURCE, Language, card_of
from scenarios.loader import case_documents
from scenarios.proof.fingerprints import confirmed_case, fingerprint_problems
from scenarios.proof.private import private_problems
from scenarios.proof.prose import prose_of, prose_problems
from scenarios.proof.texts import TextKind, Written, case_texts
from scenarios.proof.wording import Wording, note_problems, term_problems

KEY_DECISIONS = range(6, 9)
HELPLINE_DAYS = timedelta(days=180)
LAW_DAYS = timedelta(days=365)
RAREST_SHARE = 0.005

_READ: frozenset[TextKind] = frozenset({"scene", "ask", "option"})


def counts_in_all(problem: Problem) -> bool:
    """Whether a problem of a variant is one only where all variants of the case have it.

    What one variant has no use for is there for another one.
    """
    idle = problem.rule == "counter" and problem.level == "warning"
    return idle or problem.rule in {"reachable", "dead-rule", "dead-effect", "rare"}


def case_problems(folder: Path, case: Case, directory: Directory) -> Iterator[Problem]:
    """Every problem of the story of a case, in its variant, that the loader let through.

    folder: where its ``case.yaml`` stands.
    """
    document = case_documents(folder, (SOURCE,), case.variant)[SOURCE]
    graph = graph_of(case)
    if graph.circle:
        way = " → ".join(graph.circle)
        remedy = "Let the story go forward only"
        path = ("scenes", graph.circle[0], "next")
        yield document.problem(path, f"the scenes lead back to themselves: {way}", remedy, "circle")
        return
    yield from _path_problems(document, case, graph)
    yield from _packet_problems(document, case, graph)
    yield from _condition_problems(document, case, graph)
    yield from walk_problems(document, case, graph, walk(case, graph))
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
            fault = f"a path ends here without the key decision “{decision_id}”"
            remedy = "Let every branch fold back before that decision"
            yield document.problem(("scenes", scene_id), fault, remedy, "every-path")


def _packet_problems(document: Document, case: Case, graph: Graph) -> Iterator[Problem]:
    for scene_id, decision in case.decisions():
        if scene_id not in graph.order:
            continue
        for index, fact in enumerate(decision.fact_ids):
            if fact not in graph.learned[scene_id]:
                fault = f"the fact “{fact}” is offered, but some path has not learned it"
                remedy = "Let a scene that every path meets learn it"
                path = ("scenes", scene_id, "decision", "facts", index)
                yield document.problem(path, fault, remedy, "learned")


def _condition_problems(document: Document, case: Case, graph: Graph) -> Iterator[Problem]:
    """Conditions that ask for what is not settled yet, or for a number that a counter never has."""
    for scene_id in graph.order:
        scene = case.scenes[scene_id]
        own = {scene.decision.id} if scene.decision is not None else set()
        settled = graph.decided[scene_id] | own
        for path, text in conditions(scene):
            at: DataPath = ("scenes", scene_id, *path)
            for atom in atoms(parse_condition(text)):
                if isinstance(atom, PickTest) and atom.decision not in settled:
                    fault = f"“{atom.decision}” is tested, but some path has not met it yet"
                    remedy = "Test it after its scene, on ways that all come from there"
                    yield document.problem(at, fault, remedy, "not-yet")
                if isinstance(atom, CounterTest):
                    counter = case.counters[atom.counter]
                    if not counter.low <= atom.number <= counter.high:
                        fault = f"“{atom.counter}” never gets to {atom.number}"
                        remedy = f"It runs from {counter.low} to {counter.high}: change one of the two"
                        yield document.problem(at, fault, remedy, "counter")


def walk_problems(document: Document, case: Case, graph: Graph, reach: Walk) -> Iterator[Problem]:
    """What no play, or not every play, can do, as a walk through all states has shown."""
    if not reach.complete:
        fault = f"the case has more than {MAX_STATES} states, too many to prove"
        remedy = "Let fewer conditions ahead ask for picks made long before"
        yield document.problem(("scenes",), fault, remedy, "states")
        return
    for scene_id in graph.order:
        scene = case.scenes[scene_id]
        path: DataPath = ("scenes", scene_id)
        if scene_id in reach.stuck:
            fault = "in some play no rule leads on from here"
            yield document.problem(path, fault, "Let the last rule have no “if”", "exit")
        if scene_id not in reach.scenes:
            remedy = "Look at the conditions before it, or take it out"
            yield document.problem(path, "no play comes here", remedy, "reachable")
            continue
        for index in range(len(scene.next)):
            if (scene_id, index) not in reach.taken:
                fault, remedy = "no play takes this rule", "Look at its condition and at those above it"
                yield document.problem((*path, "next", index), fault, remedy, "dead-rule")
        for index in range(len(scene.effects)):
            if (scene_id, index) not in reach.moved:
                fault = "no play has a counter changed by this effect"
                remedy = "Look at its condition, and at the range of the counter"
                yield document.problem((*path, "effects", index), fault, remedy, "dead-effect")
    yield from _counter_problems(document, case, reach)


def _counter_problems(document: Document, case: Case, reach: Walk) -> Iterator[Problem]:
    tested = {
        atom.counter
        for scene in case.scenes.values()
        for _, text in conditions(scene)
        for atom in atoms(parse_condition(text))
        if isinstance(atom, CounterTest)
    }
    for name, counter in case.counters.items():
        path: DataPath = ("counters", name)
        if any(not counter.low <= value <= counter.high for value in reach.values[name]):
            fault = f"the counter leaves its range: {sorted(reach.values[name])}"
            yield document.problem(path, fault, "Widen its range", "counter")
        if name not in tested:
            fault = "no condition asks for this counter"
            remedy = "Let the story turn on it, or take it out"
            yield _warning(document, path, fault, remedy, "counter")


def _service_problems(document: Document, case: Case, directory: Directory) -> Iterator[Problem]:
    for scene_id, decision in case.decisions():
        for index, service in enumerate(decision.service_ids):
            if service not in directory.services:
                remedy = "Use one of scenarios/services.yaml, or add it there"
                path = ("scenes", scene_id, "decision", "services", index)
                yield document.problem(path, f"there is no service “{service}”", remedy, "link")


def _whole_problems(document: Document, case: Case) -> Iterator[Problem]:
    count = len(case.key_decisions())
    if count not in KEY_DECISIONS:
        fault = f"the case has {count} key decisions"
        yield document.problem(("scenes",), fault, "A case has 6 to 8", "key-decisions")
    if case.status == "reviewed" and case.fiction.confirmed_by is None:
        fault = "the case is reviewed, but no second person has confirmed that it is fiction"
        yield document.problem(
            ("fiction", "confirmed_by"), fault, "Name the person's role and the day", "fiction"
        )


def play_problems(document: Document, case: Case, hits: Hits) -> Iterator[Problem]:
    """Scenes and options that many random plays have hardly met."""
    for scene_id in case.scenes:
        count = hits.scenes.get(scene_id, 0)
        if count < RAREST_SHARE * hits.plays:
            fault = f"only {count} of {hits.plays} random plays come here"
            remedy = "Ask whether a scene that hardly anybody meets is worth its place"
            yield _warning(document, ("scenes", scene_id), fault, remedy, "rare")
    for scene_id, decision in case.decisions():
        for option in hits.options.get(decision.id, {}):
            if hits.options[decision.id][option] == 0:
                path = ("scenes", scene_id, "decision", "options", option)
                fault = f"none of {hits.plays} random plays has picked “{option}”"
                yield _warning(document, path, fault, "Look at what leads here", "rare")


def text_problems(folder: Path, case: Case, wording: Wording) -> Iterator[Problem]:
    """Every problem of the texts of a case in its languages, and of what was confirmed of them."""
    documents = case_documents(folder, case.languages)
    for language, file in case_documents(folder, case.languages, case.variant).items():
        texts = tuple(case_texts(file, language))
        yield from written_problems(texts, wording)
        yield from note_problems(case, texts, wording)
        yield from _ease_problems(file, texts, language)
    confirmed = confirmed_case(folder, documents, case)
    yield from fingerprint_problems(confirmed, reviewed=case.status == "reviewed")


def written_problems(texts: tuple[Written, ...], wording: Wording) -> Iterator[Problem]:
    """What holds for every text of the lab: words not used, nothing private, sentences of human length."""
    yield from term_problems(texts, wording)
    yield from private_problems(texts, wording)
    yield from prose_problems(texts)


def _ease_problems(document: Document, texts: tuple[Written, ...], language: Language) -> Iterator[Problem]:
    prose = prose_of(text.text for text in texts if text.kind in _READ)
    hardest = card_of(language).ease
    if prose.lix > hardest:
        fault = f"the reading ease (LIX, lower is easier) is {prose.lix:.0f}, over {hardest}"
        remedy = "Shorter sentences and everyday words bring it down"
        yield _warning(document, ("scenes",), fault, remedy, "reading-ease")


def dated_problems(document: Document, case: Case, today: date) -> Iterator[Problem]:
    """A law that was read long ago, or will have been read one day."""
    path: DataPath = ("law_checked",)
    if case.law_checked > today:
        fault = f"the law was checked on {case.law_checked}, which is still to come"
        yield document.problem(path, fault, "Write the day up to which it was read", "law-date")
    elif today - case.law_checked > LAW_DAYS:
        fault = f"the law was checked on {case.law_checked}, over {LAW_DAYS.days} days ago"
        yield _warning(document, path, fault, "Have it read again, then write the day", "law-date")


def helpline_problems(document: Document, directory: Directory, today: date) -> Iterator[Problem]:
    """Contacts shown under “where to get help” that nobody has called lately: warnings only."""
    for name in directory.help:
        service = directory.services.get(name)
        if service is None:
            fault = f"there is no service “{name}”"
            yield document.problem(("help",), fault, "Use one of the services above", "link")
            continue
        for index, contact in enumerate(service.contacts):
            path: DataPath = ("services", name, "contacts", index)
            checked = _day(contact.checked)
            remedy = "Call it, then write the day and the role of whoever called under “checked”"
            if checked is None:
                fault = f"nobody has called {contact.value} yet"
                yield _warning(document, path, fault, remedy, "helpline")
            elif today - checked > HELPLINE_DAYS:
                days = (today - checked).days
                fault = f"{contact.value} was last called {days} days ago"
                yield _warning(document, path, fault, remedy, "helpline")


def source_problems(
    document: Document, directory: Directory, sources: Mapping[str, Source]
) -> Iterator[Problem]:
    """Every code under the `sources` of a service that is none of a source; `document` holds the services."""
    for name, service in directory.services.items():
        for index, code in enumerate(service.sources):
            if code not in sources:
                path: DataPath = ("services", name, "sources", index)
                remedy = "Use a code of scenarios/sources.yaml"
                yield document.problem(path, f"there is no source “{code}”", remedy, "link")


def _day(checked: str | date | None) -> date | None:
    # “2026-11-02, petugas piket”: the day stands first.
    if checked is None or isinstance(checked, date):
        return checked
    try:
        return date.fromisoformat(checked.strip()[:10])
    except ValueError:
        return None


def _warning(document: Document, path: DataPath, fault: str, remedy: str, rule: str) -> Problem:
    level: Level = "warning"
    line, name = document.place(path)
    return Problem(str(document.file), line, name, fault, remedy, rule, level)


def hit_table(case: Case, hits: Hits) -> Iterator[tuple[str, str, int]]:
    """Rows of (scene, option or "", count): how often each was met in the random plays."""
    decisions: Mapping[str, str] = {scene_id: decision.id for scene_id, decision in case.decisions()}
    for scene_id in case.scenes:
        yield scene_id, "", hits.scenes.get(scene_id, 0)
        decision_id = decisions.get(scene_id)
        if decision_id is None:
            continue
        for option, count in hits.options[decision_id].items():
            yield scene_id, option, count
        yield scene_id, "(skipped)", hits.skips.get(decision_id, 0)

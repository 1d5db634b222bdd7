"""Checks that prove what a case promises, beyond the shape that the loader asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from scenarios.case import Case
from scenarios.condition import CounterTest, PickTest, atoms, parse_condition
from scenarios.directory.law_age import MONTHS, aged_text
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
from scenarios.proof.unfinished import count_problems, unfinished_problems, untranslated_problems
from scenarios.proof.wording import Wording, note_problems, term_problems
from scenarios.sentence import Sentence, sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

KEY_DECISIONS = range(6, 9)
HELPLINE_DAYS = timedelta(days=180)
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
        remedy = _finding("let_story_go_forward")
        path = ("scenes", graph.circle[0], "next")
        yield document.problem(path, _finding("scenes_lead_back_themselves", way=way), remedy, "circle")
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
            remedy = _finding("let_scene_lead_here")
            yield document.problem(("scenes", scene_id), _finding("no_scene_leads_here"), remedy, "reachable")
    wanted = {decision.id for decision in case.key_decisions()}
    for scene_id in graph.order:
        if case.scenes[scene_id].end is None:
            continue
        for decision_id in sorted(wanted - graph.decided[scene_id]):
            fault = _finding("path_ends_here_without", decision_id=decision_id)
            remedy = _finding("let_every_branch_fold")
            yield document.problem(("scenes", scene_id), fault, remedy, "every-path")


def _packet_problems(document: Document, case: Case, graph: Graph) -> Iterator[Problem]:
    for scene_id, decision in case.decisions():
        if scene_id not in graph.order:
            continue
        for index, fact in enumerate(decision.fact_ids):
            if fact not in graph.learned[scene_id]:
                fault = _finding("fact_offered_some_path", fact=fact)
                remedy = _finding("let_scene_every_path")
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
                    fault = _finding("tested_some_path_has", decision=atom.decision)
                    remedy = _finding("test_after_its_scene")
                    yield document.problem(at, fault, remedy, "not-yet")
                if isinstance(atom, CounterTest):
                    counter = case.counters[atom.counter]
                    if not counter.low <= atom.number <= counter.high:
                        fault = _finding("never_gets", counter=atom.counter, number=atom.number)
                        remedy = _finding("runs_from_change_one", low=counter.low, high=counter.high)
                        yield document.problem(at, fault, remedy, "counter")


def walk_problems(document: Document, case: Case, graph: Graph, reach: Walk) -> Iterator[Problem]:
    """What no play, or not every play, can do, as a walk through all states has shown."""
    if not reach.complete:
        fault = _finding("case_has_more_than", max_states=MAX_STATES)
        remedy = _finding("let_fewer_conditions_ahead")
        yield document.problem(("scenes",), fault, remedy, "states")
        return
    for scene_id in graph.order:
        scene = case.scenes[scene_id]
        path: DataPath = ("scenes", scene_id)
        if scene_id in reach.stuck:
            fault = _finding("some_play_no_rule")
            yield document.problem(path, fault, _finding("let_last_rule_have"), "exit")
        if scene_id not in reach.scenes:
            remedy = _finding("look_at_conditions_before")
            yield document.problem(path, _finding("no_play_comes_here"), remedy, "reachable")
            continue
        for index in range(len(scene.next)):
            if (scene_id, index) not in reach.taken:
                fault, remedy = _finding("no_play_takes_this"), _finding("look_at_its_condition")
                yield document.problem((*path, "next", index), fault, remedy, "dead-rule")
        for index in range(len(scene.effects)):
            if (scene_id, index) not in reach.moved:
                fault = _finding("no_play_has_counter")
                remedy = _finding("look_at_its_condition_2")
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
            fault = _finding("counter_leaves_its_range", sorted=sorted(reach.values[name]))
            yield document.problem(path, fault, _finding("widen_its_range"), "counter")
        if name not in tested:
            fault = _finding("no_condition_asks_for")
            remedy = _finding("let_story_turn_on")
            yield _warning(document, path, fault, remedy, "counter")


def _service_problems(document: Document, case: Case, directory: Directory) -> Iterator[Problem]:
    for scene_id, decision in case.decisions():
        for index, service in enumerate(decision.service_ids):
            if service not in directory.services:
                remedy = _finding("use_one_scenarios_services")
                path = ("scenes", scene_id, "decision", "services", index)
                yield document.problem(path, _finding("there_no_service_2", service=service), remedy, "link")


def _whole_problems(document: Document, case: Case) -> Iterator[Problem]:
    count = len(case.key_decisions())
    if count not in KEY_DECISIONS:
        fault = _finding("case_has_key_decisions", count=count)
        yield document.problem(("scenes",), fault, _finding("case_has_6_8"), "key-decisions")
    if case.status == "reviewed" and case.fiction.confirmed_by is None:
        fault = _finding("case_reviewed_no_second")
        yield document.problem(("fiction", "confirmed_by"), fault, _finding("name_person_s_role"), "fiction")


def play_problems(document: Document, case: Case, hits: Hits) -> Iterator[Problem]:
    """Scenes and options that many random plays have hardly met."""
    for scene_id in case.scenes:
        count = hits.scenes.get(scene_id, 0)
        if count < RAREST_SHARE * hits.plays:
            fault = _finding("only_random_plays_come", count=count, plays=hits.plays)
            remedy = _finding("ask_whether_scene_hardly")
            yield _warning(document, ("scenes", scene_id), fault, remedy, "rare")
    for scene_id, decision in case.decisions():
        for option in hits.options.get(decision.id, {}):
            if hits.options[decision.id][option] == 0:
                path = ("scenes", scene_id, "decision", "options", option)
                fault = _finding("none_random_plays_has", plays=hits.plays, option=option)
                yield _warning(document, path, fault, _finding("look_at_what_leads"), "rare")


def text_problems(folder: Path, case: Case, wording: Wording) -> Iterator[Problem]:
    """Every problem of the texts of a case in its languages, and of what was confirmed of them."""
    documents = case_documents(folder, case.languages)
    settled = case_documents(folder, case.languages, case.variant)
    originals = tuple(case_texts(settled[SOURCE], SOURCE))
    for language, file in settled.items():
        texts = tuple(case_texts(file, language))
        yield from written_problems(texts, wording)
        yield from count_problems(case, texts, wording)
        if language != SOURCE:
            yield from untranslated_problems(originals, texts)
        yield from note_problems(case, texts, wording)
        yield from _ease_problems(file, texts, language)
    confirmed = confirmed_case(folder, documents, case)
    yield from fingerprint_problems(confirmed, reviewed=case.status == "reviewed")


def written_problems(texts: tuple[Written, ...], wording: Wording) -> Iterator[Problem]:
    """What holds for every text of the lab: words not used, nothing private, sentences of human length."""
    yield from unfinished_problems(texts)
    yield from term_problems(texts, wording)
    yield from private_problems(texts, wording)
    yield from prose_problems(texts)


def _ease_problems(document: Document, texts: tuple[Written, ...], language: Language) -> Iterator[Problem]:
    prose = prose_of(text.text for text in texts if text.kind in _READ)
    hardest = card_of(language).ease
    if prose.lix > hardest:
        fault = _finding("reading_ease_lix_lower", lix=f"{prose.lix:.0f}", hardest=hardest)
        remedy = _finding("shorter_sentences_everyday_words")
        yield _warning(document, ("scenes",), fault, remedy, "reading-ease")


@dataclass(frozen=True, slots=True)
class LawBasis:
    """What the law of a text rests on. codes: of its sources; is_reviewed: it is no draft any more."""

    codes: tuple[str, ...]
    sources: Mapping[str, Source]
    is_reviewed: bool


def dated_problems(document: Document, law_checked: date, today: date, basis: LawBasis) -> Iterator[Problem]:
    """A law that was read long ago, that has changed since, or will have been read one day.

    Time alone, and a change under a draft, is a warning.
    """
    path: DataPath = ("law_checked",)
    if law_checked > today:
        fault = _finding("law_was_checked_on", law_checked=law_checked)
        yield document.problem(path, fault, _finding("write_day_up_which"), "law-date")
    for aged in aged_text(basis.codes, basis.sources, law_checked, today):
        change = basis.sources[aged.code].changed if aged.code else None
        remedy = _finding("have_read_again_then")
        if change is None:
            fault = _finding("law_was_checked_on_2", law_checked=law_checked, months=MONTHS)
            yield _warning(document, path, fault, remedy, "law-date")
            continue
        fault = _finding(
            "source_has_changed",
            code=aged.code,
            day=change.day,
            law_checked=law_checked,
            what=Sentence(change.what),
        )
        if basis.is_reviewed:
            yield document.problem(path, fault, remedy, "law-changed")
        else:
            yield _warning(document, path, fault, remedy, "law-changed")


def helpline_problems(document: Document, directory: Directory, today: date) -> Iterator[Problem]:
    """Contacts shown under “where to get help” that nobody has called lately: warnings only."""
    for name in directory.help:
        service = directory.services.get(name)
        if service is None:
            fault = _finding("there_no_service", name=name)
            yield document.problem(("help",), fault, _finding("use_one_services_above"), "link")
            continue
        for index, contact in enumerate(service.contacts):
            path: DataPath = ("services", name, "contacts", index)
            checked = _day(contact.checked)
            remedy = _finding("call_then_write_day")
            if checked is None:
                fault = _finding("nobody_has_called_yet", value=contact.value)
                yield _warning(document, path, fault, remedy, "helpline")
            elif today - checked > HELPLINE_DAYS:
                days = (today - checked).days
                fault = _finding("was_last_called_days", value=contact.value, days=days)
                yield _warning(document, path, fault, remedy, "helpline")


def source_problems(
    document: Document, directory: Directory, sources: Mapping[str, Source]
) -> Iterator[Problem]:
    """Every code under the `sources` of a service that is none of a source; `document` holds the services."""
    for name, service in directory.services.items():
        for index, code in enumerate(service.sources):
            if code not in sources:
                path: DataPath = ("services", name, "sources", index)
                remedy = _finding("use_code_scenarios_sources")
                yield document.problem(path, _finding("there_no_source", code=code), remedy, "link")


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

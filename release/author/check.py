"""Prove cases and their keys: every problem of every file, told at once."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeAlias, TypeVar

from graders.key.critical_errors import load_critical_errors
from graders.key.guide import GUIDES, guide_problems, load_guide
from graders.key.key import KEYS, Key, key_documents, load_key, settled_key_documents
from graders.key.rule_checks import names_rules
from graders.key.rules import RULES, load_rules
from graders.key.texts import confirmed_key, guide_texts, key_texts
from graders.proof.case_proof import proof_problems
from graders.proof.coverage import CoverageRow, coverage, coverage_problems
from graders.proof.guessing.case_gate import CaseGuessing, case_guessing, guessing_problems
from graders.proof.guessing.figures import GuessFigure, WordHits, library_figures, word_hits
from graders.proof.guessing.library_gate import library_problems
from graders.proof.guessing.question import pairs_of
from graders.proof.parallel_forms import form_pairs, key_problems, story_problems
from graders.proof.rule_uses import applied_options, opposite_problems, unused_problems
from graders.proof.source_uses import aged_rule_problems, change_problems, key_sources
from graders.review.review_proof import ReviewState, review_problems, unreviewed_problems
from graders.review.round_file import load_round
from graders.review.sight import sight_of
from release.author.case_statistics import Statistics, minutes_problems, statistics_of
from release.author.lab_texts import lab_text_problems
from release.author.lessons import CheckedLessons, check_lessons
from release.course.programmes.programme import PLANS
from release.course.programmes.programme_proof import programmes_problems
from scenarios.case import Case
from scenarios.directory.competencies import load_competencies
from scenarios.directory.services import Directory, load_directory
from scenarios.directory.sources import SOURCES, load_sources
from scenarios.documents.document import Document, read_document
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.documents.variants import once
from scenarios.engine.graph import graph_of
from scenarios.engine.random_plays import PLAYS, Hits, random_plays
from scenarios.engine.walk import Walk, walk
from scenarios.language import LANGUAGES, SOURCE
from scenarios.lessons.lesson_files import LESSONS
from scenarios.library import SCENARIOS
from scenarios.loader import case_documents, load_case
from scenarios.proof.checks import (
    LawBasis,
    case_problems,
    counts_in_all,
    dated_problems,
    helpline_problems,
    play_problems,
    source_problems,
    text_problems,
    written_problems,
)
from scenarios.proof.fingerprints import confirm, confirmed_case, fingerprint_problems
from scenarios.proof.unfinished import untranslated_problems
from scenarios.proof.wording import Wording, load_wording
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

T = TypeVar("T")

SERVICES = SCENARIOS / "services.yaml"

_Books: TypeAlias = tuple[Directory | None, Wording | None]


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven of a case in one of its variants: its problems, and what could be counted."""

    case: Case
    problems: tuple[Problem, ...]
    hits: Hits | None = None
    statistics: Statistics | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """One case that was checked: its folder, what could be loaded, its problems, the proof of each variant.

    proofs: one alone of a case without variants.
    """

    folder: Path
    case: Case | None
    problems: tuple[Problem, ...]
    key: Key | None = None
    proofs: tuple[Proof, ...] = ()
    guessing: CaseGuessing | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """With what is checked: keys, guides, lessons, programmes, sources, the day, how many random plays."""

    keys: Path
    today: date
    guides: Path = GUIDES
    plays: int = PLAYS
    lessons: Path = LESSONS
    programmes: Path = PLANS
    sources: Path = SOURCES


@dataclass(frozen=True, slots=True)
class CheckedLibrary:
    """Cases and lessons that were checked together, the problems that none has alone, and the coverage.

    guessing: what can be guessed of them without their stories, where they are a whole library; words: what
    the words of all others hit in each.
    """

    cases: tuple[Checked, ...]
    problems: tuple[Problem, ...]
    coverage: tuple[CoverageRow, ...]
    guessing: tuple[GuessFigure, ...] = ()
    words: tuple[WordHits, ...] = ()
    lessons: CheckedLessons = field(default_factory=CheckedLessons)

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Every problem, errors first."""
        problems = [*self.problems, *self.lessons.problems]
        problems += [problem for one in self.cases for problem in one.problems]
        return tuple(sorted(problems, key=lambda problem: (problem.level != "error", problem)))


def check_library(  # noqa: PLR0913 -- what is checked, with what, and who is told of it
    folders: Sequence[Path],
    bench: Bench,
    *,
    whole: bool,
    lessons: Sequence[str] = (),
    done: Callable[[Checked], None] = lambda _: None,
    workers: int | None = None,
) -> CheckedLibrary:
    """Check the cases in `folders`, several at a time, and the lessons on the competencies `lessons`.

    whole: they are all cases and lessons of a library, so that what none of them covers is a hole; done:
    told of each case as it is checked, in any order.
    """
    if whole and (lacking := tuple(lab_text_problems())):
        return CheckedLibrary((), lacking, ())  # nothing that reads these texts can be proven
    checked = tuple(_checked(folders, bench, done, workers or os.cpu_count() or 1))
    problems: list[Problem] = []
    directory = _collected(problems, load_directory)
    if directory is not None:
        problems.extend(service_problems(directory, bench.today))
    pairs = [(one.case, one.key) for one in checked if one.case is not None]
    rows = coverage(pairs, load_competencies(), load_critical_errors())
    guessing: tuple[GuessFigure, ...] = ()
    hits: tuple[WordHits, ...] = ()
    keyed = [pair for case, key in pairs if key is not None for pair in pairs_of(case, key)]
    problems.extend(_collected_from(problems, lambda: rule_problems(keyed, bench.keys, whole=whole)))
    whole_keys = {case.id: (case, key) for case, key in pairs if key is not None}
    problems.extend(_collected_from(problems, lambda: law_problems(whole_keys, bench, whole=whole)))
    problems.extend(_collected_from(problems, lambda: form_problems(checked, bench.keys)))
    if whole and folders:
        problems.extend(coverage_problems(rows, folders[0].parent))
        problems.extend(_collected_from(problems, lambda: _programme_problems(checked, bench)))
        figures = [one.guessing for one in checked if one.guessing is not None]
        if keyed:
            # What is wrong with all keys together is told at the first of them.
            place = read_document(bench.keys / f"{keyed[0][0].id}.yaml")
            problems.extend(library_problems(place, keyed, figures))
            guessing, hits = library_figures(keyed, figures), word_hits(keyed)
    read = check_lessons(lessons, bench.today, whole=whole, folder=bench.lessons)
    return CheckedLibrary(checked, tuple(sorted(problems)), rows, guessing, hits, read)


def _programme_problems(checked: Sequence[Checked], bench: Bench) -> Iterator[Problem]:
    cases = [one.case for one in checked if one.case is not None]
    unread = [one.folder.name for one in checked if one.case is None]
    yield from programmes_problems(cases, unread, bench.programmes)


def service_problems(directory: Directory, today: date, file: Path = SERVICES) -> Iterator[Problem]:
    """What is wrong with the services of the lab, which stand in `file`. Raises ProblemsError."""
    document = read_document(file)
    yield from source_problems(document, directory, load_sources())
    yield from helpline_problems(document, directory, today)


def rule_problems(keyed: Sequence[tuple[Case, Key]], keys: Path, *, whole: bool) -> Iterator[Problem]:
    """Whether one rule gets one answer in these cases, whose keys stand in `keys`.

    whole: they are all cases of a library; once each of its keys names rules, none of the rules is unused.
    Raises ProblemsError.
    """
    rules, errors = load_rules(), load_critical_errors()
    documents = {case.id: read_document(keys / f"{case.id}.yaml") for case, _ in keyed}
    options = [option for case, key in keyed for option in applied_options(case, key)]
    yield from opposite_problems(options, rules, errors, documents)
    if whole and keyed and all(map(names_rules, documents.values())):
        yield from unused_problems(read_document(RULES), rules, errors, options)


def form_problems(checked: Sequence[Checked], keys: Path) -> Iterator[Problem]:
    """Whether the test forms among these cases are parallel; their keys only where both are here.

    Raises ProblemsError.
    """
    by_id = {one.case.id: one for one in checked if one.case is not None}
    for first, second in form_pairs([one.case for one in by_id.values() if one.case is not None]):
        yield from story_problems(read_document(by_id[second.id].folder / "case.yaml"), first, second)
        first_key, second_key = by_id[first.id].key, by_id[second.id].key
        if first_key is not None and second_key is not None:
            document = read_document(keys / f"{second.id}.yaml")
            yield from key_problems(document, (first, first_key), (second, second_key))


def _checked(
    folders: Sequence[Path], bench: Bench, done: Callable[[Checked], None], workers: int
) -> Iterator[Checked]:
    if workers == 1 or len(folders) <= 1:
        for folder in folders:
            one = check_case(folder, bench)
            done(one)
            yield one
        return
    checked: dict[Path, Checked] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(folders) or 1), mp_context=context) as pool:
        for future in as_completed([pool.submit(check_case, folder, bench) for folder in folders]):
            one = future.result()
            checked[one.folder] = one
            done(one)
    yield from (checked[folder] for folder in folders)


def check_case(folder: Path, bench: Bench) -> Checked:
    """Check the case in `folder`, its key and its guide."""
    problems: list[Problem] = []
    case = _collected(problems, lambda: load_case(folder))
    if case is None:
        return Checked(folder, None, tuple(sorted(problems)))
    document = read_document(folder / "case.yaml")
    key = _key(problems, document, case, bench)
    problems.extend(_collected_from(problems, lambda: _dated_problems(document, case, key, bench)))
    problems.extend(_collected_from(problems, lambda: _guide_problems(case, bench)))
    problems.extend(_collected_from(problems, lambda: _review_problems(folder, case, key, bench)))
    books = _collected(problems, load_directory), _collected(problems, load_wording)
    proofs = tuple(_proof(folder, each, key, books, bench) for each in case.in_each_variant())
    problems.extend(once({proof.case.variant: proof.problems for proof in proofs}, counts_in_all))
    guessing = None if key is None else case_guessing(case, key)
    if key is not None and guessing is not None:
        problems.extend(_collected_from(problems, lambda: _guessing_problems(case, key, guessing, bench)))
    return Checked(folder, case, tuple(sorted(set(problems))), key, proofs, guessing)


def _proof(folder: Path, case: Case, key: Key | None, books: _Books, bench: Bench) -> Proof:
    """What is proven of `case` in its variant."""
    (directory, wording), problems = books, list[Problem]()
    if directory is not None:
        problems.extend(case_problems(folder, case, directory))
    if wording is not None:
        problems.extend(_collected_from(problems, lambda: text_problems(folder, case, wording)))
    graph = graph_of(case)
    if graph.circle:
        return Proof(case, tuple(problems))
    document = case_documents(folder, (SOURCE,), case.variant)[SOURCE]
    reach = walk(case, graph)
    hits = random_plays(case, bench.plays) if bench.plays and reach.complete and not reach.stuck else None
    if hits is not None:
        problems.extend(play_problems(document, case, hits))
    own_key = None if key is None else key.in_variant(case.variant)
    if own_key is not None:
        problems.extend(_collected_from(problems, lambda: _key_problems(case, own_key, reach, bench)))
    statistics = statistics_of(folder, case, reach, hits, own_key)
    problems.extend(minutes_problems(document, case, statistics))
    return Proof(case, tuple(problems), hits, statistics)


def _collected(problems: list[Problem], load: Callable[[], T]) -> T | None:
    try:
        return load()
    except ProblemsError as error:
        problems.extend(error.problems)
        return None


def _collected_from(problems: list[Problem], find: Callable[[], Iterable[Problem]]) -> Sequence[Problem]:
    return _collected(problems, lambda: tuple(find())) or ()


def _key(problems: list[Problem], document: Document, case: Case, bench: Bench) -> Key | None:
    file = bench.keys / f"{case.id}.yaml"
    if case.use == "practice":
        return _collected(problems, lambda: load_key(case, bench.keys))
    line, path = document.place(("use",))
    if not file.is_file():
        fault = _finding("this_case_for_tests")
        remedy = _finding("whoever_keeps_key_checks")
        problems.append(Problem(str(document.file), line, path, fault, remedy, "key-elsewhere", "warning"))
        return None
    if bench.keys.resolve() == KEYS:
        fault = _finding("this_case_for_tests_2")
        problems.append(
            Problem(str(document.file), line, path, fault, _finding("keep_elsewhere"), "key-elsewhere")
        )
    return _collected(problems, lambda: load_key(case, bench.keys))


def _dated_problems(document: Document, case: Case, key: Key | None, bench: Bench) -> Iterator[Problem]:
    codes = () if key is None else tuple(key_sources(case, key, load_rules()))
    basis = LawBasis(codes, load_sources(bench.sources), case.status == "reviewed")
    yield from dated_problems(document, case.law_checked, bench.today, basis)


def review_state(folder: Path, case: Case, bench: Bench) -> ReviewState:
    """A case in `folder`, whose key is here, with all that its review rests on. Raises ProblemsError."""
    now = sight_of(case, folder, bench.keys, bench.today, bench.sources)
    sources = load_sources(bench.sources)
    return ReviewState.of(case, now, load_round(case.id, bench.keys), sources, bench.today)


def _review_problems(folder: Path, case: Case, key: Key | None, bench: Bench) -> Iterator[Problem]:
    document = read_document(folder / "case.yaml")
    if key is None or case.status != "reviewed":
        yield from unreviewed_problems(document, case)
    else:
        yield from review_problems(document, review_state(folder, case, bench))


def law_problems(keyed: Mapping[str, tuple[Case, Key]], bench: Bench, *, whole: bool) -> Iterator[Problem]:
    """What no case has alone: changes of sources that do not name their cases, rules to be read again.

    keyed: the cases whose keys are here, by their ids; whole: they are all of a library.
    Raises ProblemsError.
    """
    rules, sources = load_rules(), load_sources(bench.sources)
    resting = {name: key_sources(case, key, rules) for name, (case, key) in keyed.items()}
    yield from change_problems(read_document(bench.sources), sources, resting, whole=whole)
    if whole:
        yield from aged_rule_problems(read_document(RULES), rules, sources, bench.today)


def _guide_problems(case: Case, bench: Bench) -> Iterator[Problem]:
    file = bench.guides / f"{case.id}.yaml"
    if case.use == "test" and not file.is_file():
        return
    guide, document, wording = load_guide(case.id, bench.guides), read_document(file), load_wording()
    yield from guide_problems(case.id, guide, bench.guides)
    for language in LANGUAGES:
        texts = guide_texts(document, language)
        yield from written_problems(texts, wording)
        if language != SOURCE:
            yield from untranslated_problems(guide_texts(document, SOURCE), texts)


def _key_problems(case: Case, key: Key, reach: Walk, bench: Bench) -> Iterator[Problem]:
    as_written = key_documents(case, bench.keys)
    documents = settled_key_documents(case, as_written)[case.variant]
    document = documents[SOURCE]
    wording = load_wording()
    yield from proof_problems(document, case, key, reach, wording)
    for language, file in documents.items():
        texts = key_texts(file, language)
        yield from written_problems(texts, wording)
        if language != SOURCE:
            yield from untranslated_problems(key_texts(document, SOURCE), texts)
    confirmed = confirmed_key(bench.keys, as_written, case, key)
    yield from fingerprint_problems(confirmed, reviewed=case.status == "reviewed")


def _guessing_problems(case: Case, key: Key, guessing: CaseGuessing, bench: Bench) -> Iterator[Problem]:
    document = read_document(bench.keys / f"{case.id}.yaml")
    yield from guessing_problems(document, case, key, guessing)


def confirm_case(folder: Path, bench: Bench) -> tuple[Path, ...]:
    """Write down that this version and its translations were looked at; the files that were written.

    Raises ProblemsError where the case or its key has errors other than what is confirmed here, and
    NotConfirmedError where a version was not raised.
    """
    checked = check_case(folder, replace(bench, plays=0))
    left = [p for p in checked.problems if p.level == "error" and p.rule not in {"stale", "version-bump"}]
    if left or checked.case is None:
        raise ProblemsError(left)
    case = checked.case
    parts = [confirmed_case(folder, case_documents(folder, case.languages), case)]
    if checked.key is not None:
        parts.append(confirmed_key(bench.keys, key_documents(case, bench.keys), case, checked.key))
    return tuple(part.file for part in parts if confirm(part))


def errors(problems: Iterable[Problem]) -> int:
    """How many of these problems are errors."""
    return sum(problem.level == "error" for problem in problems)

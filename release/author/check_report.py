"""How the findings of a check are printed: errors, warnings, figures, coverage; or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from graders.proof.coverage import CoverageRow, group_name
from graders.proof.guessing.figures import GuessFigure, WordHits
from release.author.check import Checked, CheckedLibrary, Proof, errors
from release.author.lessons import CheckedLesson
from scenarios.case import Case
from scenarios.documents.problem import Level, Problem
from scenarios.language import SOURCE, TRANSLATIONS, terminal_language
from scenarios.proof.checks import hit_table
from scenarios.sentence import Sentence, in_language, problem_text, sentences_of

_word = sentences_of(Path(__file__).with_name("author.yaml"))

MOST_NAMED = 5

_FIGURES = ("case", "version", "scenes", "decisions", "branches", "endings", "states", "plays")
# The fields of a problem by their names in JSON, which editors and CI read.
_FIELDS = {
    "file": "file",
    "line": "line",
    "path": "path",
    "found": "fault",
    "remedy": "remedy",
    "rule": "rule",
    "level": "level",
}


def problems_json(problems: Sequence[Problem]) -> str:
    """The problems as a JSON list, for editors and CI."""
    language = terminal_language()
    data = [
        {name: in_language(getattr(problem, field), language) for name, field in _FIELDS.items()}
        for problem in problems
    ]
    return json.dumps(data, ensure_ascii=False)


def print_library(library: CheckedLibrary, out: Console, *, whole: bool, hits: bool) -> None:
    """Print what was found; the coverage where the whole library was checked, hit counts where asked."""
    problems = library.all_problems
    for level in ("error", "warning"):
        _print_problems(problems, level, out)
    figures = _figures(library.cases)
    if len(figures) > 1:
        _print_table(_word("cases"), figures, out, left=2)
    guessing = _guessing(library.cases)
    if len(guessing) > 1:
        _print_table(_word("guessed_of_cases"), guessing, out, left=1)
    if library.guessing:
        _print_table(_word("guessed_in_library"), _library_guessing(library.guessing), out, left=2)
        _print_table(_word("hit_by_words"), _word_hits(library.words), out, left=2)
    lessons = _lesson_figures(library.lessons.lessons)
    if len(lessons) > 1:
        _print_table(_word("lessons"), lessons, out, left=1)
    if hits:
        for proof in (proof for one in library.cases for proof in one.proofs):
            _print_hits(proof, out)
    if whole and library.coverage:
        _print_table(_word("coverage"), _coverage(library.coverage), out, left=2)
    count = len(library.cases)
    wrong, doubtful = errors(problems), len(problems) - errors(problems)
    counts = {"errors": _many(wrong, "error"), "warnings": _many(doubtful, "warning")}
    read = len(library.lessons.lessons)
    beside = _word("and_lessons", lessons=_many(read, "lesson")) if read else ""
    out.print()
    out.print(_word("all_checked", cases=_many(count, "case"), beside=beside, **counts), markup=False)


def _many(count: int, noun: str) -> Sentence:
    which = "no" if count == 0 else "one" if count == 1 else "many"
    return _word(f"{which}_{noun}", count=count)


def _each(figure: str) -> tuple[str, ...]:
    """The heads of a figure that each language has: its name with the first of them."""
    return f"{_word(figure)} {SOURCE}", *TRANSLATIONS


def _print_problems(problems: Sequence[Problem], level: Level, out: Console) -> None:
    listed = [problem for problem in problems if problem.level == level]
    if not listed:
        return
    out.print(_word(f"{level}s"), style="bold red" if level == "error" else "bold yellow")
    for problem in listed:
        # One line each, never wrapped, so that an editor can follow file and line.
        out.print(problem_text(problem, terminal_language()), markup=False, soft_wrap=True)


def _print_table(title: str, rows: Sequence[Sequence[str]], out: Console, *, left: int) -> None:
    # Plain columns: the same on a terminal, in a file and in the log of a build.
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    out.print(f"\n{title}", style="bold")
    for row in rows:
        cells = (
            cell.ljust(width) if at < left or at == len(row) - 1 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        out.print("  ".join(cells).rstrip(), markup=False, soft_wrap=True)


def _figures(checked: Sequence[Checked]) -> list[tuple[str, ...]]:
    heads = (
        *map(_word, _FIGURES),
        *_each("words"),
        *_each("lix"),
        *map(_word, ("minutes", "reading", "status")),
    )
    rows: list[tuple[str, ...]] = [heads]
    for one in (proof for case in checked for proof in case.proofs):
        case, figures = one.case, one.statistics
        if figures is None:
            continue
        counts = (figures.scenes, figures.decisions, figures.branches, figures.endings, figures.states)
        plays = one.hits.plays if one.hits is not None else 0
        prose = figures.prose.values()
        words = tuple(str(part.words) for part in prose)
        ease = tuple(f"{part.lix:.0f}" for part in prose)
        minutes = (str(case.minutes), str(figures.minutes or "–"))
        status = "draft" if case.status == "reviewed" and case.is_draft else case.status
        rows.append((_name(case), case.version, *map(str, (*counts, plays)), *words, *ease, *minutes, status))
    return rows


def _guessing(checked: Sequence[Checked]) -> list[tuple[str, ...]]:
    heads = ("case", "variants", "any_pick", "away_from_effects", "same_answer", "changing_decisions")
    rows: list[tuple[str, ...]] = [tuple(map(_word, heads))]
    for one in checked:
        if (figures := one.guessing) is None:
            continue
        same, points = figures.same, figures.avoidance
        ceiling = f"{same.ceiling:.1f}" if same is not None else "–"
        changing = (
            _word("changing_of", some=same.changing, all=len(same.decisions)) if same is not None else "–"
        )
        numbers = (str(figures.variants), f"{points.chance:.1f}", f"{points.reader:.1f}")
        rows.append((figures.case, *numbers, ceiling, changing))
    return rows


def _library_guessing(figures: Sequence[GuessFigure]) -> list[tuple[str, ...]]:
    return [
        tuple(map(_word, ("measure", "over", "guesser", "any_pick", "allowed"))),
        *((one.measure, one.over, one.value, one.chance, one.allowed) for one in figures),
    ]


def _word_hits(rows: Sequence[WordHits]) -> list[tuple[str, ...]]:
    none = _word("none")
    return [
        (_word("case"), "", *map(_word, ("hits", "of", "picked_decisions"))),
        *(
            (row.case, row.language, str(len(row.hits)), str(row.decisions), ", ".join(row.hits) or none)
            for row in rows
        ),
    ]


def _name(case: Case) -> str:
    return case.id if case.variant is None else f"{case.id} ({case.variant})"


def _lesson_figures(lessons: Sequence[CheckedLesson]) -> list[tuple[str, ...]]:
    heads = (_word("lesson"), *_each("words"), *_each("screens"), *_each("lix"))
    rows: list[tuple[str, ...]] = [heads]
    for lesson in lessons:
        if not lesson.figures:
            continue
        figures = lesson.figures.values()
        words = tuple(str(one.words) for one in figures)
        screens = tuple(f"{one.screens:.1f}" for one in figures)
        rows.append((lesson.competency, *words, *screens, *(f"{one.ease:.0f}" for one in figures)))
    return rows


def _coverage(rows: Sequence[CoverageRow]) -> list[tuple[str, ...]]:
    return [
        ("", "", *map(_word, ("in_cases", "times", "where"))),
        *(
            (group_name(row.group), row.item, str(len(row.cases)), str(row.count), _where(row.cases))
            for row in rows
        ),
    ]


def _where(cases: tuple[str, ...]) -> str:
    if len(cases) > MOST_NAMED:
        return _word("and_more", names=", ".join(cases[:MOST_NAMED]), more=len(cases) - MOST_NAMED)
    return ", ".join(cases) or _word("nowhere")


def _print_hits(one: Proof, out: Console) -> None:
    if one.hits is None:
        return
    rows = [
        ("" if option else scene_id, option, str(count))
        for scene_id, option, count in hit_table(one.case, one.hits)
    ]
    title = _word("hits_of_case", case=_name(one.case), plays=one.hits.plays)
    _print_table(title, [tuple(map(_word, ("scene", "option", "hits"))), *rows], out, left=2)

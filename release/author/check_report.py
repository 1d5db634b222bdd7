"""How the findings of a check are printed: errors, warnings, figures, coverage; or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Console

from graders.proof.coverage import CoverageRow
from graders.proof.guessing.figures import GuessFigure, WordHits
from release.author.check import Checked, CheckedLibrary, Proof, errors
from release.author.lessons import CheckedLesson
from scenarios.case import Case
from scenarios.documents.problem import Level, Problem
from scenarios.language import SOURCE, TRANSLATIONS, terminal_language
from scenarios.proof.checks import hit_table
from scenarios.sentence import in_language, problem_text

MOST_NAMED = 5

_FIGURES = (
    *("case", "version", "scenes", "decisions", "branches", "endings", "states", "plays"),
    *(f"words {SOURCE}", *TRANSLATIONS, f"LIX {SOURCE}", *TRANSLATIONS, "minutes", "reading", "status"),
)
_LESSON_FIGURES = (
    *("lesson", f"words {SOURCE}", *TRANSLATIONS, f"screens {SOURCE}", *TRANSLATIONS),
    *(f"LIX {SOURCE}", *TRANSLATIONS),
)
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
        _print_table("Cases", figures, out, left=2)
    guessing = _guessing(library.cases)
    if len(guessing) > 1:
        _print_table("What is guessed without the story, in points of S", guessing, out, left=1)
    if library.guessing:
        _print_table("What is guessed in the library", _library_guessing(library.guessing), out, left=2)
        _print_table("Hit by the words of all other cases", _word_hits(library.words), out, left=2)
    lessons = _lesson_figures(library.lessons.lessons)
    if len(lessons) > 1:
        _print_table("Lessons", lessons, out, left=1)
    if hits:
        for proof in (proof for one in library.cases for proof in one.proofs):
            _print_hits(proof, out)
    if whole and library.coverage:
        _print_table("Coverage by the cases for practice", _coverage(library.coverage), out, left=2)
    count = len(library.cases)
    wrong, doubtful = errors(problems), len(problems) - errors(problems)
    counts = f"{_many(wrong, 'error')}, {_many(doubtful, 'warning')}"
    read = len(library.lessons.lessons)
    beside = f" and {_many(read, 'lesson')}" if read else ""
    out.print(f"\n{_many(count, 'case')}{beside} checked, {counts}.")


def _many(count: int, noun: str) -> str:
    number = "no" if count == 0 else str(count)
    return f"{number} {noun}{'' if count == 1 or (count == 0 and noun == 'error') else 's'}"


def _print_problems(problems: Sequence[Problem], level: Level, out: Console) -> None:
    listed = [problem for problem in problems if problem.level == level]
    if not listed:
        return
    out.print(f"{level.capitalize()}s", style="bold red" if level == "error" else "bold yellow")
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
    rows: list[tuple[str, ...]] = [_FIGURES]
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
        rows.append(
            (_name(case), case.version, *map(str, (*counts, plays)), *words, *ease, *minutes, case.status)
        )
    return rows


def _guessing(checked: Sequence[Checked]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        ("case", "variants", "any pick", "away from effects and next", "same answer", "changing decisions")
    ]
    for one in checked:
        if (figures := one.guessing) is None:
            continue
        same, points = figures.same, figures.avoidance
        ceiling = f"{same.ceiling:.1f}" if same is not None else "–"
        changing = f"{same.changing} of {len(same.decisions)}" if same is not None else "–"
        numbers = (str(figures.variants), f"{points.chance:.1f}", f"{points.reader:.1f}")
        rows.append((figures.case, *numbers, ceiling, changing))
    return rows


def _library_guessing(figures: Sequence[GuessFigure]) -> list[tuple[str, ...]]:
    return [
        ("measure", "over", "guesser", "any pick", "allowed"),
        *((one.measure, one.over, one.value, one.chance, one.allowed) for one in figures),
    ]


def _word_hits(rows: Sequence[WordHits]) -> list[tuple[str, ...]]:
    return [
        ("case", "", "hits", "of", "decisions, with what was picked"),
        *(
            (row.case, row.language, str(len(row.hits)), str(row.decisions), ", ".join(row.hits) or "none")
            for row in rows
        ),
    ]


def _name(case: Case) -> str:
    return case.id if case.variant is None else f"{case.id} ({case.variant})"


def _lesson_figures(lessons: Sequence[CheckedLesson]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [_LESSON_FIGURES]
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
        ("", "", "cases", "times", "where"),
        *((row.group, row.item, str(len(row.cases)), str(row.count), _where(row.cases)) for row in rows),
    ]


def _where(cases: tuple[str, ...]) -> str:
    if len(cases) > MOST_NAMED:
        return f"{', '.join(cases[:MOST_NAMED])} and {len(cases) - MOST_NAMED} more"
    return ", ".join(cases) or "nowhere"


def _print_hits(one: Proof, out: Console) -> None:
    if one.hits is None:
        return
    rows = [
        ("" if option else scene_id, option, str(count))
        for scene_id, option, count in hit_table(one.case, one.hits)
    ]
    title = f"{_name(one.case)}: hits in {one.hits.plays} random plays"
    _print_table(title, [("scene", "option", "hits"), *rows], out, left=2)

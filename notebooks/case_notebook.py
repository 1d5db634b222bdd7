"""The case notebook: what a course hands out for one case, as nbgrader's source.

It holds the player, one locked cell for each key decision, and one cell that a person answers. Of
the key it carries only the weights, as the points that nbgrader needs in its metadata; no option,
reason or source.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NotRequired, TypeAlias, TypedDict

from graders.feedback.plain import entities
from graders.grading.cell_names import PLAYER, REFLECTION, decision_cell
from scenarios.case import Case
from scenarios.language import SOURCE, Catalogue, Texts, card_of, read_catalogue

TEXTS = Path(__file__).parent / "texts.yaml"

_PLAYER_SOURCE = "from widgets import CasePlayer\n\nCasePlayer.beside()"
_SCORE_SOURCE = "from graders.cell import decision_score\n\ndecision_score({name})"
_READABLE = " ,.:;()-"


NbgraderData: TypeAlias = dict[str, str | bool | int | float]


# JupyterLab's own word for a heading below which nothing is to be seen until somebody opens it.
Folded = TypedDict("Folded", {"jp-MarkdownHeadingCollapsed": bool}, total=False)


class CellMetadata(Folded):
    """What is known of a cell besides its content; ``nbgrader`` is its part in grading."""

    deletable: bool
    editable: NotRequired[bool]
    nbgrader: NbgraderData


class Cell(TypedDict):
    """One cell of a notebook file."""

    id: str
    cell_type: str
    metadata: CellMetadata
    source: str
    outputs: NotRequired[list[object]]
    execution_count: NotRequired[None]


class NotebookMetadata(TypedDict):
    """What is known of a notebook: its title, and what runs it."""

    title: str
    kernelspec: dict[str, str]
    language_info: dict[str, str]


class Notebook(TypedDict):
    """A notebook file, nbformat 4.5."""

    cells: list[Cell]
    metadata: NotebookMetadata
    nbformat: int
    nbformat_minor: int


def no_answer(texts: Catalogue | None = None) -> str:
    """What stands in the reflection's cell before there is an answer, in every language."""
    return "\n\n".join(
        _plain(words) if language == SOURCE else f'<span lang="{language}">{_plain(words)}</span>'
        for language, words in (texts or read_catalogue(TEXTS))["no_answer"].items()
    )


def case_notebook(case: Case, points: Mapping[str, float]) -> Notebook:
    """The notebook of `case`.

    points: the weight of each key decision. Raises KeyError where one is missing.
    """
    texts = read_catalogue(TEXTS)
    cells = [
        _markdown("heading", _heading(case, texts)),
        _code(PLAYER, _PLAYER_SOURCE),
        _folded("scoring", _scoring(case, texts)),
    ]
    for decision in case.key_decisions():
        source = _SCORE_SOURCE.format(name=json.dumps(decision.id))
        cells.append(_code(decision_cell(decision.id), source, points=points[decision.id]))
    if any(decision.is_free_text for _, decision in case.decisions()):
        cells.append(_answer(REFLECTION, no_answer(texts)))
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata: NotebookMetadata = {
        "title": case.title,
        "kernelspec": kernel,
        "language_info": {"name": "python"},
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def notebook_text(notebook: Notebook) -> str:
    """The notebook as it stands in a file."""
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _heading(case: Case, texts: Catalogue) -> str:
    # Five lines: the player stands below them, and says the rest before the case begins.
    note = Texts.of(lambda language: case.in_language(language).note, case.languages)
    opening = [texts["practice"], texts["note"].format(note=note), texts["start"]]
    return _unfolding(case, "#", case.titles, *opening)


def _scoring(case: Case, texts: Catalogue) -> str:
    return _unfolding(case, "##", texts["scoring"], texts["scoring_note"])


def _unfolding(case: Case, sign: str, title: Texts, *paragraphs: Texts) -> str:
    """A title and what it heads, in the first language; whoever reads another unfolds the same in theirs."""
    rows = [f"{sign} {_plain(title[SOURCE])}", *(_plain(text[SOURCE]) for text in paragraphs)]
    for language in case.translations:
        words = [
            f"<strong>{_plain(title[language])}</strong>",
            *(_plain(text[language]) for text in paragraphs),
        ]
        folded = "".join(f"<p>{one}</p>" for one in words)
        name = card_of(language).name
        rows.append(f'<details lang="{language}"><summary>{_plain(name)}</summary>{folded}</details>')
    return "\n\n".join(rows)


def _plain(text: str) -> str:
    # The texts are plain; entities keep a star or an underscore in them from becoming Markdown.
    return entities(text, keep=_READABLE)


def _nbgrader(name: str, *, points: float | None = None, solution: bool = False) -> NbgraderData:
    kind: NbgraderData = {"grade": points is not None, "solution": solution, "locked": not solution}
    if points is not None:
        kind["points"] = int(points) if float(points).is_integer() else points
    return {"grade_id": name, "schema_version": 3, "task": False, **kind}


def _code(name: str, source: str, *, points: float | None = None) -> Cell:
    metadata: CellMetadata = {
        "deletable": False,
        "editable": False,
        "nbgrader": _nbgrader(name, points=points),
    }
    outputs: list[object] = []
    return {
        "id": name,
        "cell_type": "code",
        "metadata": metadata,
        "source": source,
        "outputs": outputs,
        "execution_count": None,
    }


def _markdown(name: str, source: str) -> Cell:
    metadata: CellMetadata = {"deletable": False, "editable": False, "nbgrader": _nbgrader(name)}
    return {"id": name, "cell_type": "markdown", "metadata": metadata, "source": source}


def _folded(name: str, heading: str) -> Cell:
    """A heading below which nothing is seen in JupyterLab: what is scored is not for whoever plays."""
    cell = _markdown(name, heading)
    cell["metadata"]["jp-MarkdownHeadingCollapsed"] = True
    return cell


def _answer(name: str, source: str) -> Cell:
    metadata: CellMetadata = {"deletable": False, "nbgrader": _nbgrader(name, points=0, solution=True)}
    return {"id": name, "cell_type": "markdown", "metadata": metadata, "source": source}

"""What a grading puts into the cells of a notebook, as plain data: outputs, and the reflection's source."""

from __future__ import annotations

from typing import TypeAlias

from graders.feedback.plain import entities, preformatted
from graders.grading.case_grader import Grading
from graders.grading.cell_names import PLAYER, decision_cell

Output: TypeAlias = dict[str, object]


def cell_outputs(grading: Grading) -> dict[str, list[Output]]:
    """The outputs of the player's cell and of each score cell, by the cell's name, in nbformat 4's form.

    Each score cell ends with its points as a plain float, the one output that nbgrader reads as partial
    credit, and with the explanation beside it.
    """
    outputs: dict[str, list[Output]] = {
        PLAYER: [{"output_type": "display_data", "metadata": {}, "data": {"text/html": grading.result}}]
    }
    for name, points in grading.points.items():
        outputs[decision_cell(name)] = [_scored(points, grading.explanations[name])]
    return outputs


def reflection_source(answers: tuple[tuple[str, str], ...]) -> str:
    """Questions and answers as a Markdown cell in which nothing of theirs is Markdown or HTML."""
    blocks = []
    for ask, text in answers:
        blocks += [question_block(entities(ask, keep=" ,.")), preformatted(text)]
    return "\n\n".join(blocks)


def question_block(ask: str) -> str:
    """The question of a reflection as it stands in that cell. ask: as HTML."""
    return f"<p><strong>{ask}</strong></p>"


def _scored(points: float, html: str) -> Output:
    # repr of a plain float is what nbgrader reads as partial credit; anything else is full marks to it.
    data = {"text/plain": repr(float(points)), "text/html": html}
    return {"output_type": "execute_result", "metadata": {}, "execution_count": None, "data": data}

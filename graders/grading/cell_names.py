"""The ids of the cells of a case notebook, by which grading finds them again."""

from __future__ import annotations

PLAYER = "player"
REFLECTION = "reflection"
_DECISION = "decision-"


def decision_cell(decision_id: str) -> str:
    """The id of the cell that carries a decision's points."""
    return f"{_DECISION}{decision_id}"


def decision_of(cell_id: str) -> str:
    """The decision whose points a cell carries; the id itself where it carries none."""
    return cell_id.removeprefix(_DECISION)


def is_decision(cell_id: str) -> bool:
    """Whether a cell carries a decision's points."""
    return cell_id.startswith(_DECISION)

"""Why a class is not graded as it was asked for."""

from __future__ import annotations

from scenarios.documents.problem import BadInputError


class GradeError(BadInputError):
    """A class cannot be graded as it was asked for; the text says why, and what to do."""

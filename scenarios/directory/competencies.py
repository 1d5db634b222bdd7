"""The eight competencies that the decisions of the cases practise."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from scenarios.documents.part import Part
from scenarios.language import Texts
from scenarios.library import SCENARIOS, read_model


class Competency(Part):
    """One competency: its name, and what to practise next."""

    name: Texts
    practise: Texts


class Competencies(Part):
    """All competencies by their code, K1 to K8."""

    competencies: Mapping[str, Competency]


@lru_cache(maxsize=8)
def load_competencies(file: Path = SCENARIOS / "competencies.yaml") -> Mapping[str, Competency]:
    """Load the competencies by code. Raises ProblemsError."""
    return read_model(file, Competencies).competencies

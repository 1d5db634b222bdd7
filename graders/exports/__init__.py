"""What leaves a course: grades, xAPI statements, and the decisions of those who said yes to research."""

from __future__ import annotations

from typing import Final

EXPORTS: Final = "exports"
"""The folder of a course in which exports stand."""

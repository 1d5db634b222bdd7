"""The room of what a trainee touches: one widget, `CasePlayer`."""

from widgets.player import CasePlayer

__all__ = ["CasePlayer"]

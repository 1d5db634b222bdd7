"""Where the documents stand that tests of several rooms read."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parent
CASES = TESTS / "cases"
KEYS = TESTS / "keys"
GUIDES = TESTS / "guides"

VARIANTS = TESTS / "variants"  # a case that is told in two variants, and its key
EARLIER = TESTS / "earlier"  # cases as they were before they were written anew, each with its key kept

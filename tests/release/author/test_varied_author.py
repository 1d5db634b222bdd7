"""What an author of a case in variants works with: its picture, its preview, its simulated class."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from graders.key.key import load_key
from release.author.check import Bench
from release.author.graph.svg import graph_svg
from release.author.preview import PreviewDesk
from scenarios.case import Case, NoSuchVariantError
from tests.conftest import CommandResult
from tests.places import GUIDES, VARIANTS

ID = "berkas-beredar"
CASES, KEYS = VARIANTS / "cases", VARIANTS / "keys"


def test_a_picture_shows_the_scenes_and_the_ways_of_its_variant(varied_case: Case) -> None:
    key = load_key(varied_case, KEYS)
    early, late = (graph_svg(case, key=key, plays=50) for case in varied_case.in_each_variant())

    assert "Dua hari kemudian" in early
    assert "Dua hari kemudian" not in late
    assert "bila mendesak: rendah" in early
    assert "variant is" not in early
    assert "sejak kemarin, dan masih menyebar" in early
    assert "sebulan yang lalu, dan tidak ada" in late


def test_each_variant_is_drawn_into_a_file_of_its_own(
    kasuslab: Callable[..., CommandResult], tmp_path: Path
) -> None:
    words = ("graph", ID, "--cases-dir", CASES, "--keys", KEYS)
    kasuslab(*words, "-o", tmp_path / "a.svg")
    kasuslab(*words, "-o", tmp_path / "b.svg", "--variant", "lama")

    assert sorted(file.name for file in tmp_path.iterdir()) == ["a-baru.svg", "a-lama.svg", "b.svg"]
    assert (tmp_path / "b.svg").read_text("utf-8") == (tmp_path / "a-lama.svg").read_text("utf-8")
    assert kasuslab(*words, "--variant", "besok").returncode == 1


def desk(variant: str | None = None) -> PreviewDesk:
    return PreviewDesk(
        CASES / ID,
        Bench(KEYS, date(2026, 11, 22), GUIDES, plays=10),
        variant=variant,
        new_id=lambda: "0" * 32,
    )


def scene(preview: PreviewDesk) -> str:
    """What the page shows after a play was begun."""
    return str(preview.answer({"type": "begin", "n": 0}))


def test_a_preview_plays_the_first_variant_or_the_one_asked_for() -> None:
    first, late = desk(), desk("lama")
    for one in (first, late):
        one.answer({"type": "ready"})

    assert "sejak kemarin" in scene(first)
    assert "sebulan yang lalu" in scene(late)
    with pytest.raises(NoSuchVariantError):
        desk("besok")

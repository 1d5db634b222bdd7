"""The key of a case in variants: each play is judged by the key of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from graders.feedback.key_feedback import KeyFeedback
from graders.key.key import Key, load_key
from graders.score import score
from scenarios.case import Case, NoSuchVariantError
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.engine.event import Event, Started
from scenarios.engine.play import Play
from tests.conftest import MOMENT
from tests.places import VARIANTS

KEYS = VARIANTS / "keys"
Steps = Callable[..., Iterable[Event]]
Changed = Callable[..., tuple[Problem, ...]]


@pytest.fixture(scope="module")
def key(varied_case: Case) -> Key:
    return load_key(varied_case, KEYS)


def played(case: Case, variant: str | None, *events: Event) -> Play:
    started = Started(
        at=MOMENT,
        play="0" * 32,
        case=case.id,
        version=case.version,
        course="uji",
        mode="practice",
        variant=variant,
    )
    return Play.replay(case, (started, *events))


@pytest.fixture
def changed(varied_case: Case, tmp_path: Path) -> Changed:
    """A factory: the problems of the key, after one text of a file was replaced by another."""

    def problems(old: str, new: str, file: str = "berkas-beredar.yaml") -> tuple[Problem, ...]:
        folder = shutil.copytree(KEYS, tmp_path / "keys", dirs_exist_ok=True)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {file}"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ProblemsError) as caught:
            load_key(varied_case, folder)
        return caught.value.problems

    return problems


def test_each_variant_has_a_whole_key(key: Key) -> None:
    late = key.in_variant("lama")

    assert (key.variant, late.variant) == ("baru", "lama")
    assert [each.decisions["mendesak"].best_pick() for each in (key, late)] == ["sedang", "rendah"]
    assert late.why("mendesak", "rendah", "en") == "The spread ended a month ago. A note is enough for now."
    assert late.decisions["langkah"] == key.decisions["langkah"]
    assert late.in_variant(None) == key
    with pytest.raises(NoSuchVariantError):
        key.in_variant("besok")


@pytest.mark.parametrize(("variant", "s"), [("baru", 0.0), ("lama", 1.0), (None, 0.0)])
def test_a_play_is_judged_by_the_key_of_its_variant(
    varied_case: Case, key: Key, steps: Steps, variant: str | None, s: float
) -> None:
    play = played(varied_case, variant, *steps(("mendesak", "rendah")))

    for loaded in (key, key.in_variant("lama")):
        assert score(varied_case, play, loaded).verdicts[0].s == s


def test_feedback_is_that_of_the_variant(varied_case: Case, key: Key, steps: Steps) -> None:
    play = played(varied_case, "lama", *steps(("mendesak", "rendah")))
    note = KeyFeedback(varied_case, key).on_decision(play, "mendesak", "en")

    assert note is not None
    low = note["options"][0]
    assert (low["standing"], low["why"]) == (
        "right",
        "The spread ended a month ago. A note is enough for now.",
    )


def test_a_part_of_the_key_that_lacks_a_variant_is_an_error(changed: Changed) -> None:
    (problem,) = changed("right: {baru: sedang, lama: rendah}", "right: {baru: sedang}")

    assert problem.path == "decisions.mendesak.right"
    assert problem.fault == "some variants are named here, but not exactly all: “lama”"


def test_a_problem_of_one_variant_is_told_with_its_name(changed: Changed) -> None:
    (problem,) = changed("lama: {sekolah: pekan, psikolog: hari}", "lama: {sekolah: tahun, psikolog: hari}")

    assert problem.fault.startswith("in the variant “lama”, there is no ")
    assert problem.path.startswith("decisions.serah.urgency.lama")


def test_a_decision_has_one_weight_in_all_variants(changed: Changed) -> None:
    (problem,) = changed("    weight: 2\n", "    weight: {baru: 2, lama: 1}\n")

    assert (problem.path, problem.fault) == (
        "decisions.mendesak.weight",
        "the weight is not the same in all variants",
    )


def test_a_why_varies_in_all_languages_or_in_none(changed: Changed) -> None:
    (problem,) = changed(
        "      tinggi: Child A",
        "      tinggi: {baru: a, lama: b}\n      xx: Child A",
        "berkas-beredar.en.yaml",
    )

    assert problem.path == "decisions.mendesak.why.tinggi"
    assert problem.fault == "this varies here, but not in the key"

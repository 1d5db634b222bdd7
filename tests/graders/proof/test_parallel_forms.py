"""Parallel test forms: what holds of the pairs of the library, and what a check says of a broken pair."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from graders.key.key import load_key
from graders.proof.guessing.same_answer import same_answer
from graders.proof.parallel_forms import LEAST_CHANGING, form_pairs, key_problems, story_problems
from release.author.check import Bench, check_library
from scenarios.case import Case
from scenarios.documents.document import read_document
from scenarios.documents.problem import Problem
from scenarios.library import CASES, case_ids
from scenarios.loader import load_case
from tests.places import KEYS

PAIRS = tuple(form_pairs([load_case(CASES / case_id) for case_id in case_ids()]))
FIRST, SECOND = "bentuk-a", "bentuk-b"


class Pair:
    """A copy of the two forms of the service office with their sample keys, to be broken."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in (FIRST, SECOND):
            shutil.copytree(CASES / name, root / name)
            for file in (f"{name}.yaml", f"{name}.en.yaml"):
                shutil.copy(KEYS / file, root / file)

    def edit(self, file: str, old: str, new: str) -> None:
        text = (self.root / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {file}"
        (self.root / file).write_text(text.replace(old, new), encoding="utf-8")

    def problems(self) -> list[str]:
        first, second = (load_case(self.root / name) for name in (FIRST, SECOND))
        found: list[Problem] = list(
            story_problems(read_document(self.root / SECOND / "case.yaml"), first, second)
        )
        keys = [load_key(case, self.root) for case in (first, second)]
        document = read_document(self.root / f"{SECOND}.yaml")
        found += key_problems(document, (first, keys[0]), (second, keys[1]))
        return [str(problem) for problem in found]


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def test_the_library_has_a_pair_for_three_roles() -> None:
    assert {first.id: first.role for first, _ in PAIRS} == {
        "bentuk-a": "uptd_ppa",
        "bentuk-polisi-a": "police",
        "bentuk-warga-a": "patbm",
    }
    assert {case.id for both in PAIRS for case in both} == {
        case_id for case_id in case_ids() if load_case(CASES / case_id).use == "test"
    }


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda case: case.id)
def test_the_forms_of_a_pair_ask_the_same_and_have_other_answers(first: Case, second: Case) -> None:
    keys = [load_key(case, KEYS) for case in (first, second)]
    answer = same_answer(((first, keys[0]), (second, keys[1])))

    assert list(story_problems(read_document(CASES / second.id / "case.yaml"), first, second)) == []
    document = read_document(KEYS / f"{second.id}.yaml")
    assert list(key_problems(document, (first, keys[0]), (second, keys[1]))) == []
    assert answer is not None
    assert answer.changing >= LEAST_CHANGING * len(answer.decisions)
    assert [decision.kind for decision in first.key_decisions()] == [
        decision.kind for decision in second.key_decisions()
    ]
    assert all(first.scenes[name].text != second.scenes[name].text for name, _ in first.decisions())


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("bentuk-b/case.yaml", "role: uptd_ppa", "role: police", "“role” is not that of bentuk-a"),
        ("bentuk-b/case.yaml", "level: 2", "level: 3", "“level” is not that of bentuk-a"),
        ("bentuk-b/case.yaml", "Kamis, bersama ibunya", "Kamis, dengan ibunya",
         "“lapor” asks or offers something else than in bentuk-a (id)"),
        ("bentuk-b/en.yaml", "What do you advise", "What would you advise",
         "“alat” asks or offers something else than in bentuk-a (en)"),
        ("bentuk-b/case.yaml", "keluhan: Keluhan badannya", "keluhan: Keadaan badannya",
         "the facts are not those of bentuk-a (id)"),
        ("bentuk-b/case.yaml", "Belum ada yang melapor.", "Belum ada yang melapor. " * 20,
         "Keep both within a tenth"),
        ("bentuk-b.yaml", "weight: 3", "weight: 4", "the weight is not that of the same item of bentuk-a"),
        ("bentuk-b.yaml", "competency: K7", "competency: K6", "the competency is not that of the same item"),
    ],
)  # fmt: skip
def test_what_makes_two_forms_measure_differently_is_told(
    pair: Pair, file: str, old: str, new: str, words: str
) -> None:
    pair.edit(file, old, new)

    assert any(words in problem for problem in pair.problems()), pair.problems()


def test_forms_that_do_not_ask_the_same_are_told_once(pair: Pair) -> None:
    pair.edit("bentuk-b/case.yaml", "id: akhir", "id: usai")
    for file in ("bentuk-b.yaml", "bentuk-b.en.yaml"):
        pair.edit(file, "akhir:", "usai:")

    (message,) = pair.problems()
    assert "the decisions are tempo, lapor, rencana, alat, serah, usai, and in bentuk-a" in message


def test_forms_with_the_same_answers_are_told(pair: Pair) -> None:
    for name in (f"{FIRST}.yaml", f"{FIRST}.en.yaml"):
        text = (pair.root / name).read_text(encoding="utf-8")
        (pair.root / name.replace(FIRST, SECOND)).write_text(text.replace(FIRST, SECOND), encoding="utf-8")

    (message,) = pair.problems()
    assert "only 0 of 6 items have another answer than in bentuk-a (alike: tempo, lapor" in message
    assert "so that 4 of them have" in message


def test_a_check_of_both_forms_tells_it_and_of_one_alone_does_not(pair: Pair) -> None:
    pair.edit("bentuk-b/case.yaml", "level: 2", "level: 3")
    bench = Bench(pair.root, date(2026, 11, 22), plays=0)

    both = check_library([pair.root / FIRST, pair.root / SECOND], bench, whole=False, workers=1)
    alone = check_library([pair.root / SECOND], bench, whole=False, workers=1)

    assert [problem.path for problem in both.problems if problem.rule == "parallel"] == ["level"]
    assert not [problem for problem in alone.problems if problem.rule == "parallel"]


def test_without_their_keys_the_stories_are_compared_all_the_same(pair: Pair, tmp_path: Path) -> None:
    pair.edit("bentuk-b/case.yaml", "minutes: 12", "minutes: 14")
    bench = Bench(tmp_path / "none", date(2026, 11, 22), plays=0)

    checked = check_library([pair.root / FIRST, pair.root / SECOND], bench, whole=False, workers=1)

    assert [problem.path for problem in checked.problems if problem.rule == "parallel"] == ["minutes"]

"""The figures are counted right, on a checkout of a few files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests import figures

DOCUMENTED = 'def three() -> int:\n    """Three\n    lines of words.\n    """\n    return 3\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Callable[..., figures.Checkout]:
    """A factory: a checkout that holds these files, each by its path and its text."""

    def write(files: Mapping[str, str]) -> figures.Checkout:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
        return figures.Checkout(tmp_path)

    return write


def test_a_function_is_as_long_as_it_is_without_its_docstring(
    checkout: Callable[..., figures.Checkout],
) -> None:
    made = checkout({"scenarios/a.py": DOCUMENTED})

    assert figures.functions(made.modules) == "1, 2"


def test_a_name_with_an_underscore_is_the_twin_of_the_name_without(
    checkout: Callable[..., figures.Checkout],
) -> None:
    made = checkout(
        {"scenarios/a.py": "class Place: ...", "graders/b.py": "class _Place: ...\nclass Own: ..."}
    )

    assert figures.class_twins(made) == "1 (Place ×2)"


def test_modules_that_import_each_other_are_a_cycle(checkout: Callable[..., figures.Checkout]) -> None:
    made = checkout(
        {
            "scenarios/a.py": "from scenarios.b import x",
            "scenarios/b.py": "from scenarios import a",
            "scenarios/c.py": "from scenarios import a",
        }
    )

    assert figures.cycles(made) == "2"


def test_a_test_is_found_in_the_same_place_of_the_tests_tree(
    checkout: Callable[..., figures.Checkout],
) -> None:
    made = checkout(
        {
            "graders/report/page.py": "",
            "graders/report/data.py": "",
            "tests/graders/report/test_page.py": "",
            "tests/graders/test_data.py": "",
        }
    )

    assert figures.named_tests(made, made.modules) == "1/2 = 50 %"


def test_a_kind_touches_who_names_it_and_not_the_module_that_is_its_own(
    checkout: Callable[..., figures.Checkout],
) -> None:
    made = checkout(
        {
            "graders/kinds/rank.py": 'KIND = "rank"',
            "graders/score.py": "from graders.kinds.rank import formula",
            "graders/debrief.py": 'ORDERED = {"rank", "referral"}',
            "graders/prose.py": '"""What a rank is."""',
            "graders/keys/teman-gim.yaml": "kind: rank",
            "widgets/player.js": "const FORMS = { rank: drawRank };",
            "widgets/player.css": ".quiet {}",
        }
    )

    assert [path.as_posix() for path in figures.kind_files(made)] == [
        "graders/debrief.py",
        "graders/score.py",
        "widgets/player.js",
    ]
    assert figures.kind_count(made) == "1 of its own, 3 other"


def test_an_option_touches_the_workshop_and_the_command_that_takes_it(
    checkout: Callable[..., figures.Checkout],
) -> None:
    made = checkout(
        {
            "release/commands/workshop.py": "keep_days: int = 30",
            "release/workshop/web/pages/lobby.html": "{{ keep_days }}",
            "release/workshop/web/lobby.py": "",
            "release/course/course.py": "keep_days: int = 180",
        }
    )

    assert [path.as_posix() for path in figures.option_files(made)] == [
        "release/commands/workshop.py",
        "release/workshop/web/pages/lobby.html",
    ]


def test_blank_lines_and_exceptions_to_the_linter_are_counted(
    checkout: Callable[..., figures.Checkout],
) -> None:
    made = checkout(
        {"scenarios/a.py": "x = 1  # noqa: S101\n\ny = 2\n", "pyproject.toml": "[project]\ndependencies = []"}
    )

    assert figures.lines(made.modules) == "3 (2)"
    assert figures.FIGURES["noqa"](made) == "1"
    assert figures.FIGURES["runtime dependencies"](made) == "0"

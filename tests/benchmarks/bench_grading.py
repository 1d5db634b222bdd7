"""How fast a class is graded: nbgrader as it comes, running every notebook, and with the lab's preprocessor.

Both grade the same submissions in the same run. A rate is a slope: the time for a larger class less
the time for a smaller one, over the difference in submissions, so that start-up does not count.
Run by ``make bench``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from graders.key import keys_folder
from release.course import make_course
from release.simulate import simulate

CASE = "teman-gim"
SMALL, LARGE = 4, 16
FIRST = ("ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata")
SECOND = ("Execute", "LimitOutput", "SaveAutoGrades", "AssignLatePenalties", "CheckCellMetadata")


def stock(names: tuple[str, ...]) -> str:
    """nbgrader's own preprocessors of these names, as an option's value."""
    return str([f"nbgrader.preprocessors.{name}" for name in names])


STOCK = (
    f"--Autograde.sanitize_preprocessors={stock(FIRST)}",
    f"--Autograde.autograde_preprocessors={stock(SECOND)}",
)


def seconds_to_grade(course: Path, options: tuple[str, ...]) -> float:
    """How long ``nbgrader autograde`` takes over the whole class of `course`, in seconds."""
    shutil.rmtree(course / "autograded", ignore_errors=True)
    command = [sys.executable, "-m", "nbgrader", "autograde", CASE, *options]
    environ = {**os.environ, "KASUSLAB_KEYS": str(keys_folder())}
    begun = time.perf_counter()
    subprocess.run(command, cwd=course, env=environ, check=True, capture_output=True)
    return time.perf_counter() - begun


def course_of(trainees: int, place: Path) -> Path:
    """A course of one case with so many simulated trainees."""
    make_course(place, [CASE], person="–")
    simulate(place, trainees, 1)
    return place


def main() -> None:
    """Measure, and print one table."""
    with tempfile.TemporaryDirectory(prefix="kasuslab-bench-") as folder:
        small, large = (course_of(count, Path(folder) / f"class-{count}") for count in (SMALL, LARGE))
        rates = {}
        for name, options in (("stock", STOCK), ("kasuslab", ())):
            spent = seconds_to_grade(large, options) - seconds_to_grade(small, options)
            rates[name] = (LARGE - SMALL) / spent
    table = Table("nbgrader autograde", "submissions a second", "ratio to stock")
    for name, rate in rates.items():
        table.add_row(name, f"{rate:.2f}", f"{rate / rates['stock']:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()

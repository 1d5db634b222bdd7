"""How fast a class is graded: by nbgrader as it comes, with the lab's steps, and by ``kasuslab grade``.

All three grade the same kind of class in the same run. A rate is a slope on one core: the time for a
larger class less the time for a smaller one, over the difference in submissions, so that start-up does
not count. Beside the clock stands the processor's time, which other work on the machine changes less;
it leaves out what nbgrader spends waiting for kernels. After that the whole of ``kasuslab grade``,
start-up and all, on two cores, up to a thousand trainees; no two submissions in it are the same play.
Run by ``make bench``.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from graders.key.key import keys_folder
from release.course.course import make_course
from release.course.simulate import simulate
from scenarios.engine.record import RECORD_NAME, parse_record, record_bytes

CASE = "teman-gim"
CASES = (CASE, "data-anak", "foto-palsu", "gambar-sendiri", "grup-kelas", "hari-ketiga")
TRAINEES = 68
LINE = (68, 284, 1134)
WITHIN = 8.0
FIRST = ("ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata")
SECOND = ("Execute", "LimitOutput", "SaveAutoGrades", "AssignLatePenalties", "CheckCellMetadata")
MEGABYTE = 1024  # of the kilobytes in which Linux counts memory

# In a process of its own: what starts a process lends it its own peak of memory.
MEASURE = """
import json, resource, subprocess, sys, time
begun = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps((time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss)))
sys.exit(done.returncode)
"""


def stock(names: tuple[str, ...]) -> str:
    """nbgrader's own preprocessors of these names, as an option's value."""
    return str([f"nbgrader.preprocessors.{name}" for name in names])


AUTOGRADE = ("-m", "nbgrader", "autograde", CASE)
STOCK = (
    *AUTOGRADE,
    "--Autograde.exporter_class=nbconvert.exporters.NotebookExporter",
    f"--Autograde.sanitize_preprocessors={stock(FIRST)}",
    f"--Autograde.autograde_preprocessors={stock(SECOND)}",
)
GRADE = ("-m", "release.cli", "grade", ".")


@dataclass(frozen=True, slots=True)
class Way:
    """A way to grade: its command, and the sizes of the two classes."""

    name: str
    command: tuple[str, ...]
    small: int
    large: int


WAYS = (
    Way("nbgrader autograde, as it comes", STOCK, 4, 16),
    Way("nbgrader autograde, the lab's steps", AUTOGRADE, 17, 68),
    Way("kasuslab grade", (*GRADE, CASE, "--jobs", "1"), 68, 680),
)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock, seconds of the processors, and the memory of the largest process in MB."""

    clock: float
    work: float
    memory: float


def run(course: Path, command: Sequence[str]) -> Spent:
    """Run a command over the class of `course`, which nobody has graded yet."""
    environ = {**os.environ, "KASUSLAB_KEYS": str(keys_folder()), "PYTHONPATH": os.pathsep.join(sys.path)}
    measured = [sys.executable, "-c", MEASURE, sys.executable, *command]
    done = subprocess.run(measured, cwd=course, env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stderr[-4000:])
    clock, work, memory = json.loads(done.stdout.splitlines()[-1])
    return Spent(clock, work, memory / MEGABYTE)


def base_course(place: Path) -> Path:
    """A course of six cases with a class of simulated trainees."""
    make_course(place, CASES, person="–")
    simulate(place, TRAINEES, 1)
    return place


def class_of(base: Path, trainees: int, place: Path, cases: Sequence[str]) -> Path:
    """A class of so many, who play what those of `base` played, each as a play of its own."""
    shutil.copytree(base, place, ignore=shutil.ignore_patterns("submitted", "autograded"))
    people = sorted((base / "submitted").iterdir())
    for number in range(trainees):
        person = people[number % len(people)]
        for case in cases:
            hand_in(person / case, place / "submitted" / f"peserta-{number:05}" / case, number)
    return place


def hand_in(folder: Path, goal: Path, number: int) -> None:
    """Hand in a folder once more: other files are linked, the record gets a play id of its own."""
    shutil.copytree(folder, goal, copy_function=os.link)
    record = goal / RECORD_NAME
    if record.exists():
        first, *rest = parse_record(record.read_bytes()).events
        play = hashlib.sha256(f"{goal.name}/{number}".encode()).hexdigest()[:32]
        record.unlink()
        record.write_bytes(record_bytes((first.model_copy(update={"play": play}), *rest)))


@contextmanager
def one_core() -> Iterator[None]:
    """Let this process and those that it starts use one core, where the system can say so."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def slope(base: Path, place: Path, way: Way) -> Spent:
    """What one submission more costs."""
    spent = []
    for size in (way.small, way.large):
        course = class_of(base, size, place / f"slope-{size}", [CASE])
        with one_core():
            spent.append(run(course, way.command))
        shutil.rmtree(course)
    small, large = spent
    more = way.large - way.small
    return Spent((large.clock - small.clock) / more, (large.work - small.work) / more, large.memory)


def slopes(base: Path, place: Path) -> Table:
    """The table of the three ways."""
    table = Table(
        *("one core, one case", "ms a submission", "of them working", "submissions a second"),
        *("ratio to the first", "ratio, working"),
    )
    first: Spent | None = None
    for way in WAYS:
        each = slope(base, place, way)
        first = first or each
        ratios = (f"{first.clock / each.clock:.0f}", f"{first.work / each.work:.0f}")
        figures = (f"{1000 * each.clock:.1f}", f"{1000 * each.work:.1f}", f"{1 / each.clock:.1f}")
        table.add_row(way.name, *figures, *ratios)
    return table


def line(base: Path, place: Path) -> Table:
    """The table of whole classes with two processes: once, and again when all is up to date."""
    table = Table(
        *("kasuslab grade --jobs 2, six cases", "seconds", "ms a submission", "of them working"),
        *("peak memory, MB", "seconds, once more"),
    )
    for size in LINE:
        course = class_of(base, size, place / f"line-{size}", CASES)
        first, again = (run(course, (*GRADE, "--jobs", "2")) for _ in range(2))
        shutil.rmtree(course)
        count = size * len(CASES)
        each = (f"{1000 * first.clock / count:.2f}", f"{1000 * first.work / count:.2f}")
        told = f"{first.clock:.1f} (wanted: {WITHIN:g})" if size == TRAINEES else f"{first.clock:.1f}"
        table.add_row(f"{count} submissions", told, *each, f"{first.memory:.0f}", f"{again.clock:.1f}")
    return table


def main() -> None:
    """Measure, and print the two tables."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="kasuslab-bench-") as folder:
        place = Path(folder)
        base = base_course(place / "base")
        console.print(slopes(base, place))
        console.print(line(base, place))


if __name__ == "__main__":
    main()

"""Where on the bench each problem of a case belongs: beside the field that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from release.author.bench.case_files import CASE, GUIDE, KEY
from release.author.bench.messages import FindingMessage, PartMessage
from scenarios.documents.problem import Problem
from scenarios.language import LANGUAGES
from scenarios.sentence import in_language


@dataclass(frozen=True, slots=True)
class BenchPlace:
    """A part of the case, and a field in it; "" where it is about the part as a whole."""

    part: str
    field: str


@dataclass(frozen=True, slots=True)
class BenchIndex:
    """Where on the bench each value of each file stands. cells: by file and path."""

    parts: Sequence[PartMessage]
    cells: Mapping[tuple[str, str], BenchPlace]

    @classmethod
    def of(cls, parts: Sequence[PartMessage]) -> BenchIndex:
        """That of these parts."""
        return cls(parts, dict(_cells(parts)))

    def place_of(self, place: str) -> BenchPlace:
        """The place of what a review names as ``case:scenes.telepon.text``; the case as a whole for ""."""
        file, _, path = place.partition(":")
        return self.place(file or CASE, path)

    def place(self, file: str, path: str) -> BenchPlace:
        """The field at the path, the nearest one above it, or the only one in it; else the part alone."""
        steps = path.split(".") if path else []
        for length in range(len(steps), 0, -1):
            match = self.cells.get((file, ".".join(steps[:length])))
            if match is not None:
                return match
        # A field below the place, as an option that is missing as a whole, stands for it.
        part = _part(file, steps, self.parts)
        inside = [
            place
            for (name, own), place in self.cells.items()
            if name == file and path and own.startswith(f"{path}.") and place.part == part
        ]
        return inside[0] if inside and len({place.field for place in inside}) == 1 else BenchPlace(part, "")


def findings_of(
    problems: Iterable[Problem], parts: Sequence[PartMessage], files: Mapping[str, Path]
) -> list[FindingMessage]:
    """Each problem with its place, errors first. files: those of the case by their names."""
    index = BenchIndex.of(parts)
    names = {place.resolve(): name for name, place in files.items()}
    ordered = sorted(problems, key=lambda problem: (problem.level != "error", problem))
    return [_finding(problem, index, names) for problem in ordered]


def _finding(
    problem: Problem,
    index: BenchIndex,
    names: Mapping[Path, str],
) -> FindingMessage:
    file = names.get(Path(problem.file).resolve(), "")
    place = index.place(file, problem.path)
    return FindingMessage(
        part=place.part,
        field=place.field,
        file=problem.file,
        line=problem.line,
        path=problem.path,
        found={tag: in_language(problem.fault, tag) for tag in LANGUAGES},
        remedy={tag: in_language(problem.remedy, tag) for tag in LANGUAGES},
        rule=problem.rule,
        level=problem.level,
    )


def _cells(parts: Sequence[PartMessage]) -> Iterator[tuple[tuple[str, str], BenchPlace]]:
    for part in parts:
        for group in part["groups"]:
            for field in group["fields"]:
                place = BenchPlace(part["id"], field["id"])
                for cell in field["cells"]:
                    path = ".".join(map(str, cell["path"]))
                    if field["kind"] != "standing":
                        yield (cell["file"], path), place
                        continue
                    option = group["place"][-1]
                    for name in ("right", "wrong", "partial"):
                        own = ".".join(
                            (*map(str, cell["path"][:2]), name, *map(str, cell["path"][3:]), option)
                        )
                        yield (cell["file"], own), place


def _part(file: str, steps: Sequence[str], parts: Sequence[PartMessage]) -> str:
    if file == GUIDE:
        return "guide"
    known = {part["id"] for part in parts}
    if len(steps) > 1 and steps[0] == "scenes" and f"scene.{steps[1]}" in known:
        return f"scene.{steps[1]}"
    if file.startswith(KEY) and len(steps) > 1:
        for part in parts:
            decided = {group["title"] for group in part["groups"] if group["name"] == "group_decision"}
            if steps[1] in decided:
                return part["id"]
    return CASE if file else ""

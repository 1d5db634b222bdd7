"""A stand-in for Windows' cmd: it runs the few statements that `Mulai.bat` is made of, and no others."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# What a program is called with, where it stands, and its exit status; None where there is no such program.
Program = Callable[[Sequence[str], Path], int | None]
NOT_FOUND = 9009


@dataclass
class Batch:
    """A batch file that runs.

    variables: what was set; parameter: what the part that was called got; words: what it echoed; paused:
    whether it waited.
    """

    file: Path
    program: Program
    arguments: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    parameter: str = ""
    words: list[str] = field(default_factory=list)
    paused: bool = False
    status: int = 0

    def run(self) -> int:
        """Run it from its first line; its exit status."""
        content = self.file.read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n"), "cmd misses labels where lines end otherwise"
        self.lines = content.decode("ascii").splitlines()
        self._run_from(0)
        return self.status

    def _run_from(self, place: int) -> None:
        while place < len(self.lines):
            target = self._line(self.lines[place].strip())
            if target == ":eof":
                return
            place = place + 1 if target is None else self.lines.index(f":{target}")

    def _line(self, line: str) -> str | None:  # noqa: C901 -- a statement, a branch
        """Run one statement; the label to go on at, or None for the next line."""
        line = line.removeprefix("@").replace("%*", self.arguments).replace("%~dp0", f"{self.file.parent}/")
        line = line.replace("%~1", self.parameter)
        line = re.sub(r"(?<!%)%(\w+)%", lambda name: self.variables.get(name[1], ""), line)
        word, _, rest = line.partition(" ")
        match word.lower():
            case "" | "rem" | "setlocal" | "title" | "popd" | "pushd":
                return None
            case "echo":
                self.words += [] if rest == "off" else [rest]
            case "pause":
                self.paused = True
            case "set":
                name, _, value = rest.strip('"').partition("=")
                self.variables[name] = value
            case "goto":
                return rest
            case "exit":
                self.status = int(rest.removeprefix("/b "))
                return ":eof"
            case "call":
                label, _, parameter = rest.partition(" ")
                before, self.parameter = self.parameter, parameter.strip('"')
                self._run_from(self.lines.index(label))
                self.parameter = before
            case "if":
                return self._if(rest)
            case "for":
                self._for(rest)
            case _ if word.startswith(":"):
                return None
            case _:
                self._call(line)
        return None

    def _if(self, rest: str) -> str | None:
        conditions: tuple[tuple[str, Callable[[str], bool]], ...] = (
            (r'not exist "([^"]+)" (.*)', lambda name: not self._there(name).exists()),
            (r"not defined (\w+) (.*)", lambda name: not self.variables.get(name)),
            (r"defined (\w+) (.*)", lambda name: bool(self.variables.get(name))),
            (r"not errorlevel (\d+) (.*)", lambda least: self.status < int(least)),
            (r"errorlevel (\d+) (.*)", lambda least: self.status >= int(least)),
        )
        for pattern, holds in conditions:
            if match := re.fullmatch(pattern, rest):
                return self._line(match[2]) if holds(match[1]) else None
        raise AssertionError(f"the stand-in knows no “if {rest}”")

    def _for(self, rest: str) -> None:
        match = re.fullmatch(r"%%(\w) in \((.*?)\) do (.*)", rest)
        assert match, rest
        for value in shlex.split(match[2]):
            self._line(match[3].replace(f"%%~{match[1]}", value))

    def _call(self, line: str) -> None:
        parts = [word for word in shlex.split(line, posix=False) if word not in {">nul", "2>nul"}]
        status = self.program([word.strip('"') for word in parts], self.file.parent)
        self.status = NOT_FOUND if status is None else status

    def _there(self, name: str) -> Path:
        return self.file.parent / name.replace("\\", "/")

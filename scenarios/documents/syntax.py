"""What is wrong with a file that is no YAML: in place of the parser's words, the line as it was meant."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from scenarios.documents.mistake import Mistake, mistake
from scenarios.documents.problem import Problem

LONGEST_LINE = 100
"""Letters of a line that a remedy writes out."""

_NAMED = re.compile(r"(?P<name>\s*(?:- )?[\w-]+): +(?P<text>.+)")
_TIGHT = re.compile(r"(?P<name>\s*(?:- )?[a-z_][\w-]*):(?P<text>[^\s:].*)")
_DASH = re.compile(r"(?P<indent>\s*)(?P<dash>[–—−•·*])\s*(?P<text>.*)")
_GOES_ON = re.compile(
    r"(?P<name>\s*(?:- )?[\w-]+): +(?P<quote>[\"'])(?:(?!(?P=quote)).)*(?P=quote)\s*[^\s#,}\]].*"
)
_SMART = "“”„‟‘’"

Diagnosis = tuple[Mistake, Mistake]


def shortened(line: str) -> str:
    """A line to show: with its indentation, and no longer than it can be taken in."""
    text = line.rstrip()
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE].rstrip()} …"


def syntax_problem(error: yaml.YAMLError, name: Path, text: str) -> Problem:
    """What the parser stumbled over. name: of the file, as its reader sees it; text: what stands in it."""
    mark = getattr(error, "problem_mark", None)
    rows = text.split("\n")
    at = min(mark.line, len(rows) - 1) if mark is not None else 0
    # The parser often stumbles one line after what is wrong.
    for line in (at, at - 1):
        if line >= 0 and (diagnosis := _diagnosis(rows, line, error)) is not None:
            return Problem(str(name), line + 1, "", *diagnosis, "yaml")
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not YAML"
    fault = mistake("yaml", reason=reason, line=shortened(rows[at].strip()))
    return Problem(str(name), at + 1, "", fault, mistake("yaml_do"), "yaml")


def _diagnosis(rows: Sequence[str], line: int, error: yaml.YAMLError) -> Diagnosis | None:
    """What is wrong with a line, and the line as it was meant; None where it looks right."""
    row, reason = rows[line], str(getattr(error, "problem", "") or "")
    dash, tight, goes_on = _DASH.fullmatch(row), _TIGHT.fullmatch(row), _GOES_ON.fullmatch(row)
    named = _NAMED.fullmatch(row)
    if dash is not None:
        written = f"{dash['indent']}- {dash['text']}"
        return mistake("dash", dash=dash["dash"]), mistake("write_line", line=shortened(written))
    if goes_on is not None:
        return mistake("quoted_start"), _written(goes_on["name"], row)
    if named is not None and re.search(r":(\s|$)", named["text"]) and named["text"][0] not in "{[|>#":
        return mistake("colon"), _written(named["name"], row)
    if tight is not None and not tight["text"].startswith("//"):
        written = f"{tight['name']}: {tight['text']}"
        return mistake("no_space"), mistake("write_line", line=shortened(written))
    if "end of stream" in reason or "quoted scalar" in str(getattr(error, "context", "")):
        return _unclosed(rows, error)
    return _indented(rows, line)


def _written(name: str, row: str) -> Mistake:
    """The line with quotes round its text."""
    text = row[len(name) + 1 :].strip().strip(_SMART).strip()
    quoted = "'" + text.replace("'", "''") + "'" if '"' in text else json.dumps(text, ensure_ascii=False)
    return mistake("write_line", line=shortened(f"{name}: {quoted}"))


def _unclosed(rows: Sequence[str], error: yaml.YAMLError) -> Diagnosis | None:
    del rows
    context = str(getattr(error, "context", ""))
    if "quoted scalar" in context:
        return mistake("quote_open"), mistake("close_quote_do")
    if "flow" in context:
        return mistake("bracket_open"), mistake("close_bracket_do")
    return None


def _indented(rows: Sequence[str], line: int) -> Diagnosis | None:
    """A line that is indented as nothing above it is."""
    row = rows[line]
    here = len(row) - len(row.lstrip(" "))
    above = [other for other in rows[:line] if other.strip() and not other.lstrip().startswith("#")]
    known = [len(other) - len(other.lstrip(" ")) for other in above]
    if not row.strip() or not known or here in known:
        return None
    near = min(reversed(known), key=lambda one: abs(one - here))
    fault = mistake("indent", here=here, above=known[-1])
    return fault, mistake("write_line", line=shortened(" " * near + row.strip()))

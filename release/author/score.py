"""Score one record: what a facilitator asks when a single trainee's points are in question."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from graders.key.key import load_key
from graders.score import Result, score
from scenarios.case import Case
from scenarios.documents.problem import BadInputError
from scenarios.engine.play import Play
from scenarios.engine.record import RecordError, parse_record
from scenarios.pick import RefusedError
from scenarios.sentence import sentences_of

_word = sentences_of(Path(__file__).with_name("author.yaml"))


class ScoreError(BadInputError):
    """A record cannot be scored; the text says where, why, and what to do."""


def score_record(file: Path, case: Case, keys: Path) -> Result:
    """The result of the record in `file`, a play of `case`, by the key in the folder `keys`.

    Raises ScoreError for a record that cannot be read or is no play of this case, ProblemsError for a key.
    """
    key = load_key(case, keys)
    try:
        events = parse_record(file.read_bytes(), file=str(file)).events
        play = Play.replay(case, events)
    except OSError as error:
        raise ScoreError(_word("record_unreadable", file=file, reason=error.strerror)) from None
    except RecordError as error:
        raise ScoreError(error.args[0]) from None
    except RefusedError as error:
        parts = {"case": case.id, "version": case.version, "reason": error}
        raise ScoreError(_word("record_misfit", file=file, **parts)) from None
    return score(case, play, key)


def result_data(result: Result) -> dict[str, object]:
    """A result as plain data for JSON; its keys are the fields of `Result`, `Verdict` and `Flag`."""
    return asdict(result)


def print_result(result: Result, out: Console) -> None:
    """A result for a person: one verdict a decision, then the figures of the whole."""
    heads = ("decision", "status", "share", "weight", "points", "harm", "missed")
    table = Table(*map(_word, heads))
    for verdict in result.verdicts:
        share = "–" if verdict.s is None else f"{verdict.s:.2f}"
        harm = ", ".join(flag.code or flag.option for flag in (*verdict.harm, *verdict.practice))
        missed = ", ".join(flag.option for flag in verdict.missed)
        numbers = (share, f"{verdict.weight:g}", f"{verdict.points:g}")
        table.add_row(verdict.decision, _word(f"status_{verdict.status}"), *numbers, harm, missed)
    out.print(table)
    whole = _word("incomplete" if result.incomplete else "complete")
    story = _word("no_variant") if result.variant is None else _word("story", variant=result.variant)
    points = "–" if result.S is None else f"{result.S:.1f}"
    figures = {"raw": f"{result.raw:g}", "most": f"{result.max:g}", "harm": result.H, "missed": result.M}
    out.print(_word("result", points=points, whole=whole, story=story, **figures), markup=False)

"""Score one record: what a facilitator asks when a single trainee's points are in question."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from graders.key.key import load_key
from graders.score import Result, score
from scenarios.case import Case
from scenarios.documents.problem import BadInputError
from scenarios.engine.play import Play
from scenarios.engine.record import RecordError, parse_record
from scenarios.pick import RefusedError


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
        raise ScoreError(f"{file} cannot be read ({error.strerror}). Name a decisions.jsonl.") from None
    except RecordError as error:
        raise ScoreError(str(error)) from None
    except RefusedError as error:
        wanted = f"the case {case.id} {case.version}"
        raise ScoreError(f"{file} is no play of {wanted} ({error}). Name the case that was played.") from None
    return score(case, play, key)


def result_data(result: Result) -> dict[str, object]:
    """A result as plain data for JSON; its keys are the fields of `Result`, `Verdict` and `Flag`."""
    return asdict(result)

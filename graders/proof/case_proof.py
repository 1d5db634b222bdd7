"""What a case and its key prove together: that the best play is safe, and that no danger goes unflagged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from graders.key.decision import DecisionKey
from graders.key.key import Key
from graders.score import score
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.documents.document import DataPath, Document
from scenarios.documents.problem import Problem
from scenarios.engine.event import Continued, Decided, Skipped, Started
from scenarios.engine.play import Play
from scenarios.engine.walk import Walk
from scenarios.language import SOURCE
from scenarios.pick import RefusedError, picked_ids
from scenarios.proof.wording import Wording
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

REPORT_DUTY = "E07"
FULL = 100.0

_MOMENT = "2000-01-01T00:00:00Z"  # any: no score looks at a clock
_CODE_NAME = re.compile(r"\b[A-ZÀ-Þ][\w’-]+ [A-Z]\b")


def proof_problems(
    document: Document, case: Case, key: Key, walk: Walk, wording: Wording
) -> Iterator[Problem]:
    """Every problem of a key that needs the story too; `document` is the key's, `met` a walk of the case."""
    yield from _maximum_problems(document, case, key)
    yield from _report_problems(document, case, key, walk, wording)
    for decision in case.key_decisions():
        part = key.decisions[decision.id]
        yield from _order_problems(document, decision, part)
        yield from _danger_problems(document, decision, part, wording)
        yield from part.safety_problems(document, decision.id, key.decisions)


def _maximum_problems(document: Document, case: Case, key: Key) -> Iterator[Problem]:
    """The full score is reachable without harm and without a missed duty: it is played and scored."""
    try:
        play = best_play(case, key)
    except RefusedError as error:
        fault = _finding("story_refuses_what_key", error=error)
        yield document.problem(("decisions",), fault, _finding("compare_right_with_options"), "maximum")
        return
    result = score(case, play, key)
    if result.S is not None and (result.S < FULL or result.H or result.M):
        short = ", ".join(verdict.decision for verdict in result.verdicts if (verdict.s or 0) < 1)
        fault = _finding(
            "best_play_gets_s",
            s=f"{result.S:g}",
            h=result.H,
            m=result.M,
            value=short or _finding("the_flags"),
        )
        remedy = _finding("let_everything_right_be")
        yield document.problem(("decisions",), fault, remedy, "maximum")


def best_play(case: Case, key: Key) -> Play:
    """The play that follows the key in all. Raises RefusedError where the story does not let it."""
    started = Started(
        at=_MOMENT,
        play="0" * 32,
        case=case.id,
        version=case.version,
        course="",
        mode="practice",
        variant=case.variant,
    )
    play = Play.of(case).after(started)
    while play.ended is None:
        decision = play.scene.decision
        if decision is None:
            play = play.after(Continued(at=_MOMENT, scene=play.scene_id))
        elif decision.id in key.decisions:
            pick = key.decisions[decision.id].best_pick()
            play = play.after(Decided(at=_MOMENT, decision=decision.id, pick=pick))
        else:
            play = play.after(Skipped(at=_MOMENT, decision=decision.id))
    return play


def _report_problems(
    document: Document, case: Case, key: Key, walk: Walk, wording: Wording
) -> Iterator[Problem]:
    """A case that grades the 3x24 hours says who reported, to whom and when.

    Looked for is one paragraph, in a scene that every path to the decision meets, that holds a code
    name, a verb of reporting, a receiver and a time, from the lists of wording.yaml.
    """
    for scene_id, decision in case.decisions():
        part = key.decisions.get(decision.id)
        place = None if part is None else _graded(part)
        if place is None:
            continue
        before = (*walk.before.get(scene_id, frozenset()), scene_id)
        if not any(_tells_report(case.scenes[name].text, wording) for name in before):
            fault = _finding("3x24_hours_are_graded")
            remedy = _finding("say_one_paragraph_every")
            yield document.problem(("decisions", decision.id, *place), fault, remedy, "report")


def _graded(part: DecisionKey) -> DataPath | None:
    for option, harm in part.harms.items():
        if harm.code == REPORT_DUTY:
            return ("harm", option)
    for option, must in part.musts.items():
        if must.code == REPORT_DUTY:
            return ("must", option)
    return None


def _tells_report(text: str, wording: Wording) -> bool:
    reports = wording.reports
    return any(
        _CODE_NAME.search(paragraph)
        and all(words.pattern(SOURCE).search(paragraph) for words in (reports.verb, reports.to, reports.when))
        for paragraph in re.split(r"\n\s*\n", text)
    )


def _order_problems(document: Document, decision: Decision, part: DecisionKey) -> Iterator[Problem]:
    if part.order and decision.option_ids in {part.order, part.order[::-1]}:
        fault = _finding("options_stand_case_right")
        path = ("decisions", decision.id, "right")
        yield document.problem(path, fault, _finding("shuffle_them_case"), "shown-order")


def _danger_problems(
    document: Document, decision: Decision, part: DecisionKey, wording: Wording
) -> Iterator[Problem]:
    """Options whose why speaks of danger or of a law broken, and that carry no flag. A hint, no proof."""
    if part.order:
        return
    right = picked_ids(part.best_pick())
    for option, why in part.why.items():
        match = wording.dangers.pattern(SOURCE).search(why)
        if match is None or option in right or option in part.harms or part.nevers.get(option):
            continue
        line, path = document.place(("decisions", decision.id, "why", option))
        fault = _finding("why_says_option_carries", option=option, group=match.group())
        remedy = _finding("ask_whether_critical_error")
        yield Problem(str(document.file), line, path, fault, remedy, "unflagged", "warning")

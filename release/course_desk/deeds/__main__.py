"""Do one order, ``python -m release.course_desk.deeds``, which stands on its input; say what became of it.

A deed that may be broken off is, once its standard input ends: whoever started it was ended, or asked for it.
Any other is done to its end.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from threading import Thread
from typing import TypeAlias

from release.course_desk.message import DeedName, DeedOutcome, DeedProgress, Order, Remark, remark, words_of
from scenarios.documents.problem import BadInputError, ProblemsError
from scenarios.language import LANGUAGES
from scenarios.sentence import Sentence, problem_text

OnProgress: TypeAlias = Callable[[int, int], None]
Deed: TypeAlias = Callable[[Order, OnProgress], DeedOutcome]

# In which module each stands, and as what: one that needs little starts sooner than nbgrader is imported.
DEEDS: Mapping[DeedName, str] = {
    "make": "making.make",
    "take_keys": "keys.take_keys",
    "roster_trial": "roster.try_roster_file",
    "roster": "roster.take_roster",
    "collect": "handing_in.collect_files",
    "grade": "grading.grade",
    "key_trial": "grading.try_new_key",
    "key": "grading.take_new_key",
    "key_back": "grading.try_way_back",
    "key_return": "grading.go_back",
    "report": "handing_on.report",
    "worksheet": "handing_on.worksheet",
    "feedback": "handing_on.feedback",
    "moodle": "handing_on.moodle",
    "panel": "panel_key.panel",
    "research": "handing_on.research",
    "export": "people.export",
    "forget_trial": "people.try_forgetting",
    "forget": "people.forget",
    "delete_trial": "people.try_deleting",
    "delete": "people.delete",
    "cards": "phones.cards",
    "new_card": "phones.replace_card",
    "phone_trial": "phones.try_hand_in",
    "phone_hand_in": "phones.hand_in",
    "phone_feedback": "handing_on.phone_feedback",
    "attendance": "phones.attendance",
    "papers": "papers.papers",
}
# What keeps all that was done so far when it is broken off, and goes on from there the next time.
MAY_BE_BROKEN_OFF: frozenset[DeedName] = frozenset({"grade"})


def main() -> int:
    """Do the order that stands on standard input, and say what became of it."""
    order = Order.model_validate_json(sys.stdin.buffer.readline())
    # Where the desk was started in the background, that would be ignored here too, and nothing broken off.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if order.deed in MAY_BE_BROKEN_OFF:
            Thread(target=_end_with_the_input, daemon=True).start()
        outcome = _deed(order.deed)(order, _say_progress)
    except BadInputError as error:
        outcome = DeedOutcome(remarks=failure(error))
    except KeyboardInterrupt:
        outcome = DeedOutcome(remarks=(remark("look", "broken_off"),))
    _say(outcome)
    return 0


def _deed(name: DeedName) -> Deed:
    module, _, function = DEEDS[name].partition(".")
    deed: Deed = getattr(import_module(f"release.course_desk.deeds.{module}"), function)
    return deed


def failure(error: BadInputError) -> tuple[Remark, ...]:
    """What an error says, in each language as far as it has words in it; a remark for each problem."""
    if isinstance(error, ProblemsError):
        return tuple(
            Remark(level="bad", words={one: problem_text(problem, one) for one in LANGUAGES})
            for problem in error.problems
        )
    message = error.args[0] if error.args else ""
    if isinstance(message, Sentence):
        return (Remark(level="bad", words=words_of(message)),)
    return (remark("bad", "failed", detail=str(error)),)


def _say_progress(done: int, whole: int) -> None:
    _say(DeedProgress(done=done, whole=whole))


def _say(message: DeedOutcome | DeedProgress) -> None:
    # On a line of its own, whatever nbgrader has written before it.
    sys.stdout.write(f"\n{message.model_dump_json()}\n")
    sys.stdout.flush()


def _end_with_the_input() -> None:
    # Not through the buffer: a thread that waits there stops the interpreter from ending.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())

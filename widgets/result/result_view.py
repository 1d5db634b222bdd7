"""The result of a play that is over, as plain data: every figure in words, without letters or decimals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scenarios.feedback import CaseFeedback
from scenarios.language import Language, read_catalogue
from widgets.messages import ResultView

TEXTS = Path(__file__).with_name("result.yaml")


def result_sentence(name: str, language: Language, **filled: object) -> str:
    """The text `name` of the result in `language`. Raises KeyError where there is none."""
    return read_catalogue(TEXTS)[name][language].format(**filled)


def result_view(note: CaseFeedback, language: Language) -> ResultView:
    """What is shown of `note`, which is in `language`."""
    figures = {each["code"]: each["score"] for each in note["practise"]}
    return ResultView(
        summary=result_sentences(note, language),
        compared=list(compared_sentences(note, language)),
        total="" if note["S"] is None else whole(note["S"]),
        percents={code: whole(figure) for code, figure in figures.items() if figure is not None},
        note=note,
    )


def result_sentences(note: CaseFeedback, language: Language) -> list[str]:
    """What may be said of a result: met or not, or why that is not said; and where the cut comes from."""
    sentences: list[str] = []
    if note["incomplete"]:
        sentences.append(result_sentence("incomplete", language))
    if note["draft"]:
        return [*sentences, result_sentence("draft", language)]
    if note["meets"] is not None and not note["incomplete"]:
        sentences.append(result_sentence("meets" if note["meets"] else "meets_not", language))
    name = "cut_panel" if note["panel"] else "cut"
    sentences.append(result_sentence(name, language, cut=note["cut"]))
    return [*sentences, note["review"]] if note["review"] else sentences


def compared_sentences(note: CaseFeedback, language: Language) -> Iterator[str]:
    """How the play stands beside the one before it; nothing where there is none."""
    now, before = note["figures"], note.get("before")
    if before is None:
        return
    more = now["right"] - before["right"]
    name = "compared_more" if more > 0 else "compared_less" if more < 0 else "compared_same"
    yield result_sentence(name, language, **now, before=before["right"])
    if before["harm"] and not now["harm"]:
        yield result_sentence("compared_no_harm", language)
    if before["missed"] and not now["missed"]:
        yield result_sentence("compared_no_missed", language)


def whole(value: float) -> str:
    """A figure of 0 to 100 as a whole number."""
    return str(round(value))

"""The explanation beside a score: what was chosen, what the key says of it, why, and by which source.

Written for nbgrader's own pages, as HTML that holds nothing of a trainee's text, and with every text
escaped all the same. Harm and missed duties come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from scenarios.feedback import (
    TERMS,
    CaseFeedback,
    DecisionFeedback,
    FlagNote,
    HandoverNote,
    OptionNote,
    PartNote,
    SourceNote,
)
from scenarios.language import LANGUAGES, Language, read_catalogue, with_decimal_sign

TEXTS = Path(__file__).parents[1] / "texts.yaml"


def sentence(name: str, language: Language, **values: str) -> str:
    """One sentence of the score cells, or a term of feedback. Raises KeyError for an unknown name."""
    own = read_catalogue(TEXTS)
    return (own[name] if name in own else read_catalogue(TERMS)[name])[language].format(**values)


def in_each(parts: Iterable[tuple[Language, str]]) -> str:
    """Blocks of HTML in several languages, each marked with its own."""
    return "".join(f'<section lang="{language}">{html}</section>' for language, html in parts)


def not_judged_html(reason: str) -> str:
    """That a submission was not judged, and why, in every language."""
    parts = []
    for language in LANGUAGES:
        why = sentence(f"reason_{reason}", language)
        parts.append((language, _p(sentence("not_judged", language, reason=why))))
    return in_each(parts)


def not_judged_text(reason: str) -> str:
    """The same as plain text, for a comment in the gradebook."""
    texts = read_catalogue(TEXTS)
    return texts["not_judged"].format(reason=texts[f"reason_{reason}"]).joined(" / ")


def decision_html(feedback: DecisionFeedback, points: float, language: Language) -> str:
    """The explanation of one decision that earned `points`, in `language`, the language of `feedback`."""
    chosen = [option for option in feedback["options"] if option["chosen"]]
    chosen.sort(key=lambda option: option["position"] or 0)
    others = [option for option in feedback["options"] if not option["chosen"]]
    rows = [_flag(flag, language) for flag in (*feedback["harm"], *feedback["missed"])]
    rows.append(_p(_standing(feedback, points, language)))
    contested = feedback["weight"] == 0
    rows.append(_items("chosen", chosen, language, contested=contested))
    rows.extend(_handover(handover, language) for handover in feedback["handovers"])
    rows.append(_items("not_chosen", others, language, contested=contested))
    rows.append(_agreed(feedback["options"], language))
    return f"<p><strong>{escape(feedback['ask'])}</strong></p>{''.join(rows)}"


def result_html(feedback: CaseFeedback, language: Language) -> str:
    """The result of a case in two or three sentences."""
    score = "–" if feedback["S"] is None else number(feedback["S"], language)
    harm, missed = str(feedback["H"]), str(feedback["M"])
    rows = [sentence("result", language, score=score, harm=harm, missed=missed)]
    if feedback["incomplete"]:
        rows.append(sentence("result_incomplete", language))
    name = "result_meets" if feedback["meets"] else "result_below"
    if feedback["draft"]:
        name = "result_draft"
    if feedback["draft"] or feedback["meets"] is not None:
        rows.append(sentence(name, language, version=feedback["key_version"]))
    if feedback["review"]:
        rows.append(feedback["review"])
    return "".join(_p(row) for row in rows)


def number(value: float, language: Language) -> str:
    """A number with at most two decimals, written as `language` writes it."""
    return with_decimal_sign(f"{value:.2f}".rstrip("0").rstrip("."), language)


def _p(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _standing(feedback: DecisionFeedback, points: float, language: Language) -> str:
    # One word for a decision that was skipped and one that was never met: nobody is to learn who skipped.
    if feedback["status"] != "answered":
        return sentence("incomplete", language)
    if feedback["weight"] == 0:
        return sentence("contested", language)
    weight = number(feedback["weight"], language)
    return sentence("points", language, points=number(points, language), weight=weight)


def _flag(flag: FlagNote, language: Language) -> str:
    name = f"{flag['name']} ({flag['code']})" if flag["code"] else flag["name"]
    parts = dict.fromkeys((sentence(f"flag_{flag['grade']}", language), flag["text"], name))
    text = ": ".join(part.rstrip(".") for part in parts if part)
    return f"<p><strong>{escape(text)}.</strong> {escape(flag['reason'])}</p>"


def _items(heading: str, options: Sequence[OptionNote], language: Language, *, contested: bool) -> str:
    if not options:
        return ""
    rows = "".join(f"<li>{_option(option, language, contested=contested)}</li>" for option in options)
    return f"<p>{escape(sentence(heading, language))}:</p><ul>{rows}</ul>"


def _option(option: OptionNote, language: Language, *, contested: bool) -> str:
    sources = _sources(option["sources"], language)
    head = f"<strong>{escape(option['text'])}</strong>"
    # Where experts disagreed no option has a standing, but what harms harms all the same.
    if not contested or option["standing"] == "harmful":
        standing = sentence(f"standing_{option['standing']}", language).lower()
        head += f" ({escape(standing)}{_place(option, language)})"
    return " ".join(part for part in (head, escape(option["why"]), sources) if part)


def _place(option: OptionNote, language: Language) -> str:
    if option["right_position"] is None:
        return ""
    right = str(option["right_position"])
    if option["position"] is None:
        return escape(f"; {sentence('key_position', language, right=right)}")
    return escape(f"; {sentence('position', language, yours=str(option['position']), right=right)}")


def _agreed(options: Sequence[OptionNote], language: Language) -> str:
    # Once a decision, however many of its options rest on no more than that.
    if not any(source["lab_only"] for option in options for source in option["sources"]):
        return ""
    return f"<p><em>{escape(sentence('agreed', language))}</em></p>"


def _sources(sources: Sequence[SourceNote], language: Language) -> str:
    names = [
        f"{source['code']}, {source['title'].rstrip('.')}" for source in sources if not source["lab_only"]
    ]
    if not names:
        return ""
    return f"<small>{escape(sentence('sources', language, sources='; '.join(names)))}.</small>"


def _handover(handover: HandoverNote, language: Language) -> str:
    rows = [
        _parts("feedback_urgency", handover["urgency"], handover["why_urgency"], language),
        _parts("feedback_packet", handover["packet"], handover["why_packet"], language),
    ]
    items = "".join(f"<li>{row}</li>" for row in rows if row)
    return f"<p><strong>{escape(handover['text'])}</strong></p><ul>{items}</ul>" if items else ""


def _parts(heading: str, parts: Sequence[PartNote], why: str, language: Language) -> str:
    items = []
    for part in parts:
        if part["chosen"] or part["standing"] == "right":
            mark = "chosen" if part["chosen"] else "not_chosen"
            standing = sentence(f"standing_{part['standing']}", language).lower()
            items.append(f"{part['text'].rstrip('.')} ({sentence(mark, language)}; {standing})")
    if not items and not why:
        return ""
    listed = f"{sentence(heading, language)}: {'; '.join(items)}."
    return escape(f"{listed} {why}".strip())

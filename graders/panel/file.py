"""The files of a panel's key, written from those of the key before it, and a summary for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from graders.key.kinds import WHYS
from graders.key.votes import Change, Count, Place
from graders.panel.key_edit import Edits, edited
from graders.panel.settle import PanelKey, Settled
from graders.panel.varied_edits import varied_edits
from graders.report.statistics import Interval
from scenarios.documents.document import Data, DataPath
from scenarios.language import SOURCE, Language, read_catalogue

TEXTS = Path(__file__).with_name("panel.yaml")
ORDER = (
    "case",
    "case_version",
    "version",
    "panel",
    "cut",
    "weight",
    "competency",
    "parts",
    "right",
    "partial",
    "votes",
    "line",
    "ceiling",
    "wrong",
    "must",
    "harm",
    "urgency",
    "packet",
    "why",
    "why_urgency",
    "why_packet",
    "sources",
)


def key_text(panel: PanelKey, text: str, language: Language = SOURCE) -> str:
    """The panel's key, or its texts in another language, from `text`, the file before it.

    Its comments and its order stay, save for a part that had to be written anew to say one thing for each
    variant.
    """
    by_variant = {variant: _edits(panel, variant, language) for variant in panel.variants}
    if language != SOURCE:
        by_variant = {
            variant: {path: value for path, value in edits.items() if path[2] in WHYS}
            for variant, edits in by_variant.items()
        }
    edits = by_variant[None] if None in by_variant else varied_edits(text, by_variant)
    if language != SOURCE:
        return edited(text, edits, ORDER)
    head: dict[DataPath, Data] = {
        ("version",): panel.version,
        ("panel",): {"size": panel.size, "played": panel.played.isoformat()},
    }
    if panel.cut is not None:
        head["cut",] = panel.cut.points
    return edited(text, {**head, **edits}, ORDER)


def _edits(panel: PanelKey, variant: str | None, language: Language) -> Edits:
    texts = read_catalogue(TEXTS)
    edits: dict[DataPath, Data] = {}
    for settled in panel.decisions:
        if settled.variant != variant:
            continue
        head: DataPath = ("decisions", settled.decision)
        for place, _, new in settled.changes:
            edits[*head, *place] = new
        for place, count in settled.written.items():
            text = texts[place[0]][language]
            edits[*head, *place] = text.format(count=count.count, n=count.n)
    return edits


def summary(panel: PanelKey) -> Mapping[str, Data]:
    """All that the panel settled, as plain data."""
    cut: Data = None
    if panel.cut is not None:
        parts = panel.cut
        cut = {"points": parts.points, "mean": parts.mean, "error": parts.error, "experts": parts.experts}
    return {
        "case": panel.case,
        "case_version": panel.case_version,
        "old_version": panel.old_version,
        "version": panel.version,
        "size": panel.size,
        "variants": {name: size for name, size in panel.variants.items() if name is not None},
        "played": panel.played.isoformat(),
        "old_cut": panel.old_cut,
        "cut": cut,
        "decisions": [_decision(settled) for settled in panel.decisions],
    }


def summary_text(panel: PanelKey) -> str:
    """The summary as JSON."""
    return json.dumps(summary(panel), ensure_ascii=False, indent=1) + "\n"


def _decision(settled: Settled) -> Data:
    against: list[Data] = [
        {
            "kind": one.kind,
            "place": dotted(one.place),
            "code": one.code,
            "count": one.count,
            "n": one.n,
            "on_law": one.on_law,
        }
        for one in settled.against
    ]
    return {
        "decision": settled.decision,
        "variant": settled.variant,
        "kind": settled.kind,
        "weight": settled.weight,
        "experts": settled.n,
        "agreement": settled.agreement,
        "interval": _interval(settled.interval),
        "standing": settled.standing,
        "counts": [_count(count) for count in settled.counts],
        "against": against,
        "changes": [_change(change) for change in settled.changes],
        "reread": [dotted(place) for place in settled.reread],
        "written": [dotted(place) for place in settled.written],
        "unsupported": list(settled.unsupported),
    }


def _interval(interval: Interval | None) -> Data:
    return None if interval is None else [interval.low, interval.high]


def _count(count: Count) -> Data:
    return {"place": dotted(count.place), "count": count.count, "n": count.n}


def _change(change: Change) -> Data:
    place, old, new = change
    return {"place": dotted(place), "old": old, "new": new}


def dotted(place: Place) -> str:
    """A place as one word."""
    return ".".join(place)

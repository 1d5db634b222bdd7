"""Text in an SVG: escaped, measured without a font, and broken into lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import fsum
from xml.sax.saxutils import escape

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NARROW, _SLIM, _WIDE = frozenset("iljI|!.,:;'’‘"), frozenset('ftr()[]-/“”" '), frozenset("mwMW@%—…")
_WIDTHS: Mapping[str, float] = {"narrow": 0.28, "slim": 0.37, "wide": 0.9, "upper": 0.72, "other": 0.61}
_BOLD = 1.07
_ELLIPSIS = "…"


def escaped(text: str) -> str:
    """`text` as the content of an element or of a quoted attribute."""
    return escape(_NOT_XML.sub("", text), {'"': "&quot;", "'": "&#39;"})


def width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide `text` is, in the unit of `size`; generous, since nobody knows the reader's font."""
    return fsum(_WIDTHS[_class(letter)] for letter in text) * size * (_BOLD if bold else 1)


def _class(letter: str) -> str:
    if letter in _NARROW:
        return "narrow"
    if letter in _SLIM:
        return "slim"
    if letter in _WIDE:
        return "wide"
    return "upper" if letter.isupper() else "other"


def lines(text: str, size: float, most_width: float, *, most: int = 99, bold: bool = False) -> list[str]:
    """`text` broken at spaces into at most `most` lines of at most `most_width`; a cut one ends in “…”."""
    broken: list[str] = []
    for word in text.split():
        longer = f"{broken[-1]} {word}" if broken else word
        if broken and width(longer, size, bold=bold) <= most_width:
            broken[-1] = longer
        else:
            broken.append(word)
    if len(broken) > most:
        broken = [*broken[: most - 1], f"{broken[most - 1]} {_ELLIPSIS}"]
    return [_cut(line, size, most_width, bold=bold) for line in broken]


def _cut(line: str, size: float, most_width: float, *, bold: bool) -> str:
    if width(line, size, bold=bold) <= most_width:
        return line
    while line and width(line + _ELLIPSIS, size, bold=bold) > most_width:
        line = line[:-1]
    return line.rstrip(f" {_ELLIPSIS}") + _ELLIPSIS

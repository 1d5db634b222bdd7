"""Certificates as pages: those to print, and the one that verifies what is printed."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from release.papers.certificates.certificate import Certificate
from release.papers.certificates.seal import Seal
from release.papers.organiser import LOGOS
from release.papers.words import PaperError, PaperWords, paper_sentence
from scenarios.directory.competencies import load_competencies
from scenarios.documents.template import template_page
from scenarios.language import LANGUAGES
from scenarios.palette import with_palette

MOST_LOGO = 500 * 1024

_PAGES = Path(__file__).parents[1] / "pages"
_STYLE, _SCRIPT = _PAGES / "papers.css", _PAGES / "verify.js"
_SIGNS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def certificate_fields(
    certificates: Sequence[Certificate], *, own_name: bool = False
) -> Mapping[str, object]:
    """What the page of certificates is filled with. own_name: whether their owners wrote their names."""
    # Drawn by segno, of squares alone.
    pictures = {one.code: Markup(one.picture) for one in certificates}  # noqa: S704
    return {"certificates": certificates, "pictures": pictures, "own_name": own_name}


def verify_page(seal: Seal) -> str:
    """The page that verifies the code of a certificate by this seal: one file, for any server or disk.

    Its script is let through by its hash alone, and reaches no network.
    """
    script = _SCRIPT.read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    skills = {
        code: {language: one.name[language] for language in LANGUAGES}
        for code, one in load_competencies().items()
    }
    data = json.dumps({"key": dict(seal.jwk), "skills": skills}, ensure_ascii=False)
    # "<" would end the element that holds the data; the script is the lab's own.
    return paper_page(
        "verify.html.j2",
        pages=[PaperWords(language) for language in LANGUAGES],
        data=Markup(data.replace("<", "\\u003c")),  # noqa: S704
        script=Markup(script),  # noqa: S704
        digest=digest,
    )


def logo_address(file: Path | None) -> str:
    """The logo as an address that holds it, "" for none. Raises PaperError for what is no such picture."""
    if file is None:
        return ""
    try:
        picture = file.read_bytes()
    except OSError:
        picture = b""
    kind = LOGOS.get(file.suffix.lower())
    if kind is None or len(picture) > MOST_LOGO or not picture.startswith(_SIGNS):
        raise PaperError(paper_sentence("logo_unread", file=file.name, most=MOST_LOGO // 1024))
    return f"data:{kind};base64,{base64.b64encode(picture).decode()}"


def paper_page(template: str, **values: object) -> str:
    """A paper: the page of a template, with the style sheet of all of them."""
    style = Markup(with_palette(_STYLE))  # noqa: S704 -- the lab's own
    return template_page(_PAGES / template, style=style, **values)

"""One page of a result, to save, to print or to send: a file of HTML that loads nothing and names nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from scenarios.directory.people import JOINT, PEOPLE_SHEET, pieces
from scenarios.feedback import TERMS, CaseFeedback, DecisionFeedback, FlagNote, GistLine, ReasonNote
from scenarios.language import Language, read_catalogue
from scenarios.palette import with_palette
from widgets.messages import ResultView
from widgets.result.result_view import result_sentence

SHEET = Path(__file__).with_name("keepsake.css")


def keepsake_name(case_id: str, language: Language) -> str:
    """The name of the file."""
    return f"{result_sentence('keepsake_name', language)}-{case_id}.html"


def keepsake_page(result: ResultView, about: Mapping[str, str], language: Language) -> str:
    """The page of a result that is in `language`.

    about: ``date``, the day in words; ``law``, of which day the law is; ``safety``, that this is practice and
    where a child in danger is helped; and ``status``, that it is a draft or who has reviewed it.
    """
    return _Keepsake(result["note"], result["compared"], about, language).page()


class _Keepsake:
    """The page as it is written, a part after the other; every text enters it as text."""

    def __init__(
        self, note: CaseFeedback, compared: list[str], about: Mapping[str, str], language: Language
    ) -> None:
        self.note, self.compared, self.about, self.language = note, compared, about, language
        self.main = Element("main")

    def page(self) -> str:
        title = result_sentence("keepsake_title", self.language, title=self.note["title"])
        html = Element("html", lang=self.language)
        head = SubElement(html, "head")
        SubElement(head, "meta", charset="utf-8")
        SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
        SubElement(head, "title").text = title
        SubElement(head, "style").text = with_palette(PEOPLE_SHEET, SHEET)
        SubElement(html, "body", {"class": "kasuslab-colours kasuslab-printed"}).append(self.main)
        self._text("h1", title)
        self._text("p", result_sentence("keepsake_about", self.language, date=self.about["date"]), "quiet")
        self._flags()
        self._good()
        self._child()
        self._focus()
        self._decisions()
        for name in ("status", "law", "safety"):
            self._text("p", self.about[name], "quiet")
        return "<!DOCTYPE html>\n" + tostring(html, encoding="unicode", method="html")

    def _term(self, name: str, **filled: object) -> str:
        return read_catalogue(TERMS)[name][self.language].format(**filled)

    def _text(self, tag: str, text: str, kind: str = "") -> None:
        if text:
            _write(SubElement(self.main, tag, {"class": kind} if kind else {}), text)

    def _list(self, lines: Iterator[tuple[str, str]]) -> None:
        """Lines with what each is about before it, and nothing where there are none."""
        items = list(lines)
        place = SubElement(self.main, "ul") if items else self.main
        for about, text in items:
            item = SubElement(place, "li")
            _write(SubElement(item, "strong"), about)
            _write(item, f" {text}")

    def _flags(self) -> None:
        flags = [*self.note["harm"], *self.note["missed"]]
        if not flags:
            return
        self._text("h2", self._term("harm_title"))
        self._text("p", self._term("harm_text"))
        self._list((f"{self._kind(flag)}: {flag['text']}.", flag["reason"]) for flag in flags)

    def _kind(self, flag: FlagNote) -> str:
        return self._term(f"flag_{flag['grade']}")

    def _good(self) -> None:
        figures = self.note["figures"]
        self._text("h2", self._term("good_title"))
        count = self._term("good_count", **figures) if figures["right"] else self._term("good_none")
        self._text("p", " ".join((count, *self.compared)))
        self._list(map(_about, self.note["good"]))

    def _child(self) -> None:
        if self.note["child"]:
            self._text("h2", self._term("child_title"))
            self._list(map(_about, self.note["child"]))

    def _focus(self) -> None:
        focus = self.note["focus"]
        self._text("h2", self._term("practise_title"))
        if focus is None:
            has_any = self.note["figures"]["right"] > 0
            self._text("p", self._term("practise_none" if has_any else "practise_skipped"))
        else:
            self._list(iter([(f"{focus['name']}.", focus["practise"])]))

    def _decisions(self) -> None:
        self._text("h2", self._term("decisions_title"))
        table = SubElement(self.main, "table")
        heads = ("gist_chosen", "gist_right")
        row = SubElement(SubElement(table, "thead"), "tr")
        for name in (result_sentence("keepsake_went", self.language), *map(self._term, heads)):
            SubElement(row, "th", scope="col").text = name
        body = SubElement(table, "tbody")
        for note in self.note["decisions"]:
            row = SubElement(body, "tr")
            for cell in self._cells(note):
                _write(SubElement(row, "td"), cell)

    def _cells(self, note: DecisionFeedback) -> tuple[str, str, str]:
        gist = note["gist"]
        chosen = _lines(gist["chosen"]) or gist["points"]
        return (
            self._term(f"badge_{gist['badge']}"),
            f"{note['ask']} {chosen}".rstrip(),
            _lines(gist["right"]),
        )


def _write(place: Element, text: str) -> None:
    """Write a text behind what stands in `place` already; the letters of the people are chips."""
    for piece in pieces(text):
        *_, last = (None, *place)
        if last is None:
            place.text = (place.text or "") + piece.text
        else:
            last.tail = (last.tail or "") + piece.text
        if piece.letter:
            SubElement(place, "span", {"class": JOINT}).text = " "
            SubElement(place, "span", {"class": piece.chip}).text = piece.letter


def _about(note: ReasonNote) -> tuple[str, str]:
    return f"{note['about']}:", note["text"]


def _lines(lines: list[GistLine]) -> str:
    return "; ".join(line["text"] for line in lines)

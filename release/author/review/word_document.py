"""The paper of a case as a Word document: written by python-docx, a bookmark at each part for comments."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final, cast

from release.author.review.paper import Anchor, PaperChapter, PaperLine, PaperOption, PaperScene, ReviewPaper

SIGNS: Final = "signs_"  # what the bookmark of a row to sign begins with, before its question
SHOWS: Final = "shows_"  # and that of what the document shows, before its mark

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph


def document_bytes(paper: ReviewPaper) -> bytes:
    """The paper as DOCX."""
    import docx  # noqa: PLC0415 -- only who wants a document waits for its import

    document = docx.Document()
    document.core_properties.title = paper.title
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.language = paper.language
    _lay_out(document)
    _DocumentWriter(document, paper).write()
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def _lay_out(document: WordDocument) -> None:
    """A4 with narrow margins, and lines close enough that a case of eight decisions stays readable."""
    from docx.shared import Mm, Pt  # noqa: PLC0415 -- as above

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(18)
    for name in ("Normal", "List Bullet"):
        style = cast("ParagraphStyle", document.styles[name])
        style.font.size, style.paragraph_format.space_after = Pt(10), Pt(3)


class _DocumentWriter:
    """A document that a paper is written into, and the number of the next bookmark."""

    def __init__(self, document: WordDocument, paper: ReviewPaper) -> None:
        self.document, self.paper, self.next_bookmark = document, paper, 1

    def write(self) -> None:
        paper, words = self.paper, self.paper.words
        self.document.add_heading(paper.title, level=0)
        self._bold(paper.warning)
        self.document.add_paragraph(words["paper_how"])
        for line in paper.front:
            self._line(line)
        self._bookmark(self.document.add_heading(words["sign_off"], level=1), f"{SHOWS}{paper.mark}")
        self.document.add_paragraph(words["sign_how"])
        self._table((words["sign_for"], words["sign_agrees"], words["sign_comment"], words["sign_day"]))
        for chapter in paper.chapters:
            self._chapter(chapter)

    def _chapter(self, chapter: PaperChapter) -> None:
        self.document.add_heading(chapter.title, level=1).paragraph_format.page_break_before = True
        if chapter.about:
            self.document.add_paragraph(chapter.about)
        if chapter.same:
            self.document.add_paragraph(f"{self.paper.words['same']} {'; '.join(chapter.same)}")
        for scene in chapter.scenes:
            self._scene(scene)

    def _scene(self, scene: PaperScene) -> None:
        words = self.paper.words
        self._mark(self.document.add_heading(scene.heading, level=2), scene.anchor)
        self.document.add_paragraph(scene.stage)
        for text in scene.paragraphs:
            self.document.add_paragraph(text)
        for fact in scene.learned:
            self._line(PaperLine(words["learned"], fact))
        if scene.ask:
            self._bold(scene.ask)
        for option in scene.options:
            self._option(option)
        for line in scene.notes:
            self._line(line)
        for way in scene.ways:
            self._line(PaperLine(words["leads"], way))
        self._line(PaperLine(words["room"], "_" * 60))

    def _option(self, option: PaperOption) -> None:
        paragraph = self.document.add_paragraph(option.text, style="List Bullet")
        if option.verdict:
            paragraph.add_run(f"  [{option.verdict}]").bold = True
        self._mark(paragraph, option.anchor)
        for line in option.lines:
            self._line(line, indent=True)

    def _line(self, line: PaperLine, *, indent: bool = False) -> None:
        from docx.shared import Cm  # noqa: PLC0415 -- as above

        paragraph = self.document.add_paragraph()
        paragraph.add_run(f"{line.name}: ").italic = True
        paragraph.add_run(line.text)
        if indent:
            paragraph.paragraph_format.left_indent = Cm(1.3)

    def _bold(self, text: str) -> None:
        self.document.add_paragraph().add_run(text).bold = True

    def _table(self, header: tuple[str, ...]) -> None:
        """The table to sign, a row for each question, with a bookmark by which its row is known again."""
        table = self.document.add_table(rows=1, cols=len(header), style="Table Grid")
        for cell, text in zip(table.rows[0].cells, header, strict=True):
            cell.text = text
        for question, line in self.paper.signers.items():
            cell = table.add_row().cells[0]
            cell.text = line.name
            self._bookmark(cell.paragraphs[0], f"{SIGNS}{question}")
            cell.add_paragraph(line.text)

    def _mark(self, paragraph: Paragraph, anchor: Anchor) -> None:
        self._bookmark(paragraph, anchor.bookmark)

    def _bookmark(self, paragraph: Paragraph, name: str) -> None:
        """Let a bookmark begin and end around what a paragraph says."""
        from docx.oxml import OxmlElement  # noqa: PLC0415 -- as above
        from docx.oxml.ns import qn  # noqa: PLC0415 -- as above

        number, self.next_bookmark = str(self.next_bookmark), self.next_bookmark + 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        start.set(qn("w:id"), number)
        start.set(qn("w:name"), name)
        end.set(qn("w:id"), number)
        paragraph.runs[0]._r.addprevious(start)  # noqa: SLF001 -- python-docx writes no bookmark by itself
        paragraph.runs[-1]._r.addnext(end)  # noqa: SLF001 -- the same

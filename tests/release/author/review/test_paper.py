"""A case on paper: what its reviewers read, and how their comments come back to their place."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from release.author.bench.case_files import CaseFiles, case_files
from release.author.review.comments import NoReviewDocumentError, comment_findings, read_comments
from release.author.review.page import paper_page
from release.author.review.paper import Anchor, ReviewPaper, read_paper
from release.author.review.word_document import document_bytes
from release.cli import app
from scenarios.case import Case
from scenarios.documents.problem import Problem
from scenarios.loader import load_case
from tests.parts.word_processor import comment_on, lacking
from tests.places import CASES, GUIDES, KEYS, VARIANTS

OPTION = Anchor("", "key", ("decisions", "bicara", "why", "marah"))


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(CASES / "daftar-nilai")


@pytest.fixture(scope="module")
def paper(case: Case) -> ReviewPaper:
    return read_paper(case, CASES / "daftar-nilai", KEYS, "en")


@pytest.fixture
def files() -> CaseFiles:
    return case_files(CASES / "daftar-nilai", "daftar-nilai", KEYS, GUIDES)


@pytest.fixture
def document(tmp_path: Path, paper: ReviewPaper) -> Path:
    file = tmp_path / "daftar-nilai.docx"
    file.write_bytes(document_bytes(paper))
    return file


def with_comment(file: Path, anchor: Anchor, text: str) -> None:
    """Put a comment at an anchor into the XML, as LibreOffice writes one."""
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    comments = (
        f'<w:comments xmlns:w="{name}"><w:comment w:id="0" w:author="Ibu R" w:date="2026-07-01T09:00:00Z" '
        f'w:initials="R"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:comment></w:comments>'
    )
    with zipfile.ZipFile(file) as packed:
        parts = {part: packed.read(part) for part in packed.namelist()}
    body = parts["word/document.xml"].decode()
    at = body.index("</w:p>", body.index(anchor.bookmark))
    mark = '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'
    parts["word/document.xml"] = (body[:at] + mark + body[at:]).encode()
    parts["word/comments.xml"] = comments.encode()
    with zipfile.ZipFile(file, "w") as packed:
        for part, content in parts.items():
            packed.writestr(part, content)


def findings(file: Path, paper: ReviewPaper, files: CaseFiles) -> tuple[Problem, ...]:
    return comment_findings(read_comments(file), paper, files)


def test_the_first_page_says_that_the_key_is_in_it(paper: ReviewPaper, document: Path) -> None:
    with zipfile.ZipFile(document) as packed:
        body = packed.read("word/document.xml").decode()

    assert body.index(paper.warning) < body.index(paper.chapters[0].title)
    assert (
        paper.warning == "This paper holds the answer key. It is for reviewers only: keep it from trainees."
    )


def test_each_option_stands_with_its_verdict_why_and_sources_by_their_titles(paper: ReviewPaper) -> None:
    options = [option for scene in paper.chapters[0].scenes for option in scene.options]
    [harmful] = [option for option in options if option.anchor == OPTION]

    assert harmful.verdict == "harmful, critical error E05"
    assert [line.name for line in harmful.lines] == ["Why", "Source"]
    assert "Law 12/2022" in harmful.lines[-1].text
    assert "L2" not in harmful.lines[-1].text


def test_a_reviewer_is_asked_for_law_practice_language_safety_and_the_child(paper: ReviewPaper) -> None:
    page = paper_page(paper)

    assert [line.name for line in paper.signers.values()] == [
        *("Law", "Practice", "Language", "Safety", "The child's voice"),
    ]
    assert page.count('class="sign"') == len(paper.signers)
    assert "<script" not in page


def test_a_scene_that_is_the_same_in_all_variants_is_printed_once() -> None:
    varied = load_case(VARIANTS / "cases" / "berkas-beredar")
    paper = read_paper(varied, VARIANTS / "cases" / "berkas-beredar", VARIANTS / "keys", "id")
    first, second = paper.chapters

    assert (first.title, second.title) == ("Cerita 1", "Cerita 2")
    assert {scene.heading for scene in first.scenes} >= set(second.same)
    assert second.same


def test_each_anchor_has_a_bookmark_of_its_own(paper: ReviewPaper, document: Path) -> None:
    with zipfile.ZipFile(document) as packed:
        body = packed.read("word/document.xml").decode()

    names = [anchor.bookmark for anchor in paper.anchors]
    assert len(set(names)) == len(names)
    assert [body.count(f'"{name}"') for name in names] == [1] * len(names)


def test_a_comment_comes_back_at_the_line_of_the_option_that_it_stands_at(
    document: Path, paper: ReviewPaper, files: CaseFiles
) -> None:
    with_comment(document, OPTION, "Terlalu keras.")
    [finding] = findings(document, paper, files)
    line = Path(finding.file).read_text("utf-8").splitlines()[finding.line - 1]

    assert Path(finding.file).name == "daftar-nilai.yaml"
    assert finding.path == "decisions.bicara.why.marah"
    assert line.strip().startswith("marah:")
    assert finding.fault == "Terlalu keras"


def test_who_wrote_a_comment_is_not_read(document: Path, paper: ReviewPaper, files: CaseFiles) -> None:
    with_comment(document, OPTION, "Terlalu keras.")

    assert "Ibu R" not in repr(findings(document, paper, files))


def test_a_comment_whose_place_is_gone_is_told_all_the_same(
    document: Path, paper: ReviewPaper, files: CaseFiles
) -> None:
    with_comment(document, OPTION, "Terlalu keras.")
    elsewhere = replace(paper, chapters=())
    [finding] = comment_findings(read_comments(document), elsewhere, files)

    assert finding.fault == "Terlalu keras"
    assert "find it by its words" in getattr(finding.remedy, "texts")["en"]  # noqa: B009 -- a sentence


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 torn"])
def test_what_is_no_document_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(content)

    with pytest.raises(NoReviewDocumentError, match=r"a\.docx"):
        read_comments(file)


def test_a_document_that_declares_entities_is_refused(document: Path) -> None:
    with_comment(document, OPTION, "x")
    with zipfile.ZipFile(document) as packed:
        parts = {part: packed.read(part) for part in packed.namelist()}
    parts["word/comments.xml"] = b'<!DOCTYPE a [<!ENTITY b "c">]>' + parts["word/comments.xml"]
    with zipfile.ZipFile(document, "w") as packed:
        for part, content in parts.items():
            packed.writestr(part, content)

    with pytest.raises(NoReviewDocumentError):
        read_comments(document)


@pytest.mark.skipif(bool(lacking()), reason=lacking() or "LibreOffice Writer is here")
def test_comments_written_in_libreoffice_come_back_beside_their_place(tmp_path: Path, case: Case) -> None:
    places = ["--cases-dir", str(CASES), "--keys", str(KEYS), "--guides", str(GUIDES), "--language", "en"]
    out = CliRunner().invoke(app, ["review", case.id, "-o", str(tmp_path), *places])
    document = tmp_path / "daftar-nilai-en.docx"
    translated = case.in_language("en")
    decision = translated.decision("bicara")
    assert out.exit_code == 0
    assert decision is not None

    harsh, scene_title = decision.option_texts["marah"], translated.scenes["telepon"].title
    comment_on(document, {harsh: "Too harsh for a first call.", scene_title: "Who is calling?"})
    lines = CliRunner().invoke(app, ["review", case.id, "--take", str(document), *places]).output.splitlines()

    [scene, option, count] = lines
    assert "case.yaml:" in scene
    assert "scenes.telepon" in scene
    assert "Who is calling?" in scene
    assert "daftar-nilai.yaml:" in option
    assert "decisions.bicara.why.marah" in option
    assert "Too harsh for a first call" in option
    assert count.startswith("Comments: 2, signatures: 0.")

"""`kasuslab review`: the papers of a case into a folder, and what comes back of them told or taken in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from release.author.bench.case_files import CaseFiles
from release.author.review.comments import comment_findings, read_comments
from release.author.review.page import paper_page
from release.author.review.paper import read_paper
from release.author.review.text_sheet import ReadBack, read_text_sheet, write_text_sheet
from release.author.review.word_document import document_bytes
from scenarios.case import Case
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.language import Language
from scenarios.sentence import Sentence, problem_text, sentences_of

_sentence = sentences_of(Path(__file__).with_name("review.yaml"))


def write_papers(case: Case, files: CaseFiles, keys: Path, folder: Path, language: Language) -> Iterator[str]:
    """Write document, page and sheet of a case, for their owner's eyes: they hold the key; a line for each.

    Raises ProblemsError, NotEditedError, and BadInputError where a file cannot be written.
    """
    paper = read_paper(case, keys, language)
    papers = {
        folder / f"{case.id}-{language}.docx": document_bytes(paper),
        folder / f"{case.id}-{language}.html": paper_page(paper).encode(),
    }
    for file, content in papers.items():
        try:
            write_whole(file, content, mode=OWNER_ALONE, parents=True)
        except OSError as error:
            raise BadInputError(_sentence("not_written", file=file, reason=error.strerror)) from None
        yield _in_words(_sentence("paper_written", file=file), language)
    sheet = folder / f"{case.id}-texts.xlsx"
    write_text_sheet(sheet, files)
    yield _in_words(_sentence("paper_written", file=sheet), language)


def comment_lines(
    file: Path, case: Case, files: CaseFiles, keys: Path, language: Language
) -> tuple[str, ...]:
    """The comments of a document that came back, a line each. Raises ProblemsError, NoReviewDocumentError."""
    comments = read_comments(file)
    findings = comment_findings(comments, read_paper(case, keys, language), files)
    report = [problem_text(finding, language) for finding in findings]
    return tuple(report) or (_sentence("no_comments", file=file.name).texts[language],)


def take_texts(
    file: Path, case: Case, files: CaseFiles, *, write: bool, language: Language
) -> tuple[ReadBack, tuple[str, ...]]:
    """What a sheet that came back changes, and the lines that tell it; written into the case where asked for.

    Raises ProblemsError, NotEditedError.
    """
    read = read_text_sheet(file, files)
    lines = [problem_text(problem, language) for problem in read.problems]
    for change in read.changes:
        lines += [
            f"{change.id} ({change.language})",
            f"    {_say('was', language)}: {change.place.plain}",
            f"    {_say('becomes', language)}: {change.new}",
        ]
    count = len(read.changes)
    if not write:
        lines += [_in_words(_sentence("would_change", count=count), language)]
        lines += [_say("nothing_written", language)] if count else []
    else:
        files.edit(read.edits)
        lines += [_in_words(_sentence("written", count=count, case=case.id), language)]
    return read, tuple(lines)


def _say(name: str, language: Language) -> str:
    return _in_words(_sentence(name), language)


def _in_words(sentence: Sentence, language: Language) -> str:
    return sentence.texts[language]

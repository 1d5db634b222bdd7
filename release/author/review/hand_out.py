"""`kasuslab review`: the papers of a case into a folder, and what comes back of them told or taken in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graders.review.demands import load_demands
from graders.review.round import ReviewRound, ReviewRoundError, give
from graders.review.round_file import change_round, load_round
from graders.review.sight import Sight, sight_of
from release.author.bench.case_files import CASE, CaseFiles
from release.author.review.comments import comment_findings, read_comments
from release.author.review.page import paper_page
from release.author.review.paper import read_paper
from release.author.review.round_intake import (
    Entering,
    entered_before,
    prove_mark,
    reviewer_of,
    with_document,
)
from release.author.review.sign_table import SignRow, read_sign_table
from release.author.review.text_sheet import ReadBack, read_text_sheet, write_text_sheet
from release.author.review.word_document import document_bytes
from scenarios.case import Case
from scenarios.directory.reviewer_roles import role_names
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.language import Language
from scenarios.sentence import Sentence, in_language, problem_text, sentences_of

_sentence = sentences_of(Path(__file__).with_name("review.yaml"))


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """A case that is reviewed. keys: the folder of its key; language: in which it is told; day: today."""

    case: Case
    files: CaseFiles
    keys: Path
    language: Language
    day: date

    @property
    def folder(self) -> Path:
        """The folder of the case."""
        return self.files.places[CASE].parent

    def sight(self) -> Sight:
        """The case as its reviewers see it now. Raises ProblemsError."""
        return sight_of(self.case, self.folder, self.keys, self.day)

    def say(self, sentence: Sentence | str) -> str:
        """A sentence in the language of the desk."""
        return in_language(sentence, self.language)

    def write_papers(self, folder: Path) -> Iterator[str]:
        """Write document, page and sheet, for their owner's eyes: they hold the key; a line for each.

        Where a review round is open, what they show is entered into it as what its reviewers see now.
        Raises ProblemsError, NotEditedError, and BadInputError where a file cannot be written, or is there:
        it may have come back with what somebody wrote.
        """
        case, language = self.case, self.language
        paper = read_paper(case, self.folder, self.keys, language)
        papers = {
            folder / f"{case.id}-{language}.docx": document_bytes(paper),
            folder / f"{case.id}-{language}.html": paper_page(paper).encode(),
        }
        sheet = folder / f"{case.id}-texts.xlsx"
        if standing := [file for file in (*papers, sheet) if file.exists()]:
            raise BadInputError(_sentence("paper_there", file=standing[0]))
        for file, content in papers.items():
            try:
                write_whole(file, content, mode=OWNER_ALONE, parents=True)
            except OSError as error:
                raise BadInputError(_sentence("not_written", file=file, reason=error.strerror)) from None
            yield self.say(_sentence("paper_written", file=file))
        write_text_sheet(sheet, self.files)
        yield self.say(_sentence("paper_written", file=sheet))
        if load_round(case.id, self.keys) is None:
            yield self.say(_sentence("no_round_yet", case=case.id))
            return
        sight = self.sight()
        change_round(case.id, self.keys, lambda round_: give(round_, sight))
        yield self.say(_sentence("shown_now"))

    def document_lines(self, file: Path) -> tuple[str, ...]:
        """What a document that came back says: its comments and what was signed, a line each.

        Raises ProblemsError, NoReviewDocumentError.
        """
        comments, table = read_comments(file), read_sign_table(file)
        paper = read_paper(self.case, self.folder, self.keys, self.language)
        findings = comment_findings(comments, paper, self.files)
        lines = [problem_text(finding, self.language) for finding in findings]
        lines += [self.say(line) for row in table.rows for line in _row_sentences(row)]
        if not lines:
            return (self.say(_sentence("nothing_in_it", file=file.name)),)
        remarks = len(comments) + sum(bool(row.comment) for row in table.rows)
        counts = {"comments": remarks, "signatures": _signatures(table.rows)}
        return (*lines, self.say(_sentence("would_take", **counts)))

    def take_document(self, file: Path, reviewer: str | None) -> tuple[str, ...]:
        """Enter what a document says into the review round of the case; the lines that tell it.

        reviewer: who sent it, an id of the round or a role. Raises ReviewRoundError, ProblemsError,
        NoReviewDocumentError; nothing is entered then.
        """
        comments, table = read_comments(file), read_sign_table(file)
        if not comments and not any(row.text or row.comment for row in table.rows):
            return (self.say(_sentence("nothing_in_it", file=file.name)),)
        names: list[str] = []

        def entered(round_: ReviewRound) -> ReviewRound:
            seen = prove_mark(round_, table, file)
            joined, name = reviewer_of(round_, reviewer)
            names.append(name)
            after = with_document(joined, Entering(name, seen, "document", self.day), comments, table.rows)
            if whose := entered_before(round_, after.comments[len(round_.comments) :]):
                raise ReviewRoundError(_sentence("twice", file=file.name, reviewer=whose))
            return after

        after = change_round(self.case.id, self.keys, entered)
        (name,), (role,) = names, role_names((after.reviewers[names[0]],), self.language)
        counts = {
            "comments": len(comments) + sum(bool(row.comment) for row in table.rows),
            "signatures": _signatures(table.rows),
        }
        unclear = [line for row in table.rows if row.word == "unclear" for line in _row_sentences(row)]
        done = _sentence("taken_in", file=file.name, reviewer=name, role=role, **counts)
        return tuple(self.say(one) for one in (*unclear, done))

    def take_texts(self, file: Path, *, write: bool) -> tuple[ReadBack, tuple[str, ...]]:
        """What a sheet that came back changes, and the lines that tell it; written where asked for.

        Raises ProblemsError, NotEditedError.
        """
        read = read_text_sheet(file, self.files)
        lines = [problem_text(problem, self.language) for problem in read.problems]
        for change in read.changes:
            lines += [
                f"{change.id} ({change.language})",
                f"    {self.say(_sentence('was'))}: {change.place.plain}",
                f"    {self.say(_sentence('becomes'))}: {change.new}",
            ]
        count = len(read.changes)
        if not write:
            lines += [self.say(_sentence("would_change", count=count))]
            lines += [self.say(_sentence("nothing_written"))] if count else []
        else:
            self.files.edit(read.edits)
            lines += [self.say(_sentence("written", count=count, case=self.case.id))]
        return read, tuple(lines)


def _signatures(rows: tuple[SignRow, ...]) -> int:
    return sum(row.word in {"agrees", "objects"} for row in rows)


def _row_sentences(row: SignRow) -> Iterator[Sentence]:
    """What is told of a row of the table; nothing of one that was left empty."""
    question = Sentence(load_demands().questions[row.question].name)
    if row.word in {"agrees", "objects"}:
        yield _sentence(f"signed_{row.word}", question=question)
    elif row.word == "unclear":
        yield _sentence("sign_unclear", question=question, text=row.text)
    if row.comment:
        yield _sentence("sign_remark", question=question, text=row.comment)

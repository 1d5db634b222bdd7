"""`kasuslab round` and what comes back of `kasuslab review`: a round played by commands and by documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from graders.review.round import ReviewRound
from graders.review.round_file import load_round
from release.author.review.sign_table import read_sign_table, sign_word
from release.cli import app
from tests.parts.review_round import CASE, CaseInReview
from tests.parts.word_processor import comment_on, lacking

Run = Callable[..., str]


@pytest.fixture
def case(tmp_path: Path) -> CaseInReview:
    return CaseInReview.in_folder(tmp_path)


@pytest.fixture
def run(case: CaseInReview) -> Run:
    """What a command says in English that ends with `status`."""

    def invoke(*words: str | Path, status: int = 0) -> str:
        places = ["--cases-dir", str(case.root / "cases"), "--keys", str(case.keys), "--language", "en"]
        result = CliRunner().invoke(app, [*map(str, words), *places])
        assert result.exit_code == status, result.output
        return str(result.output) if result.exception is None else f"{result.output}{result.exception}"

    return invoke


@pytest.fixture
def document(case: CaseInReview, run: Run) -> Path:
    """The document of a case whose round is open."""
    run("round", "open", CASE)
    run("review", CASE, "-o", case.root / "papers", "--guides", case.root / "guides")
    return case.root / "papers" / f"{CASE}-en.docx"


def round_of(case: CaseInReview) -> ReviewRound:
    """The round of the case, which is open."""
    round_ = load_round(CASE, case.keys)
    assert round_ is not None
    return round_


def fill(document: Path, *rows: tuple[str, str]) -> None:
    """Write a word and a comment into the first rows of the table to sign, as a reviewer does."""
    opened = docx.Document(str(document))
    for row, (word, comment) in zip(opened.tables[0].rows[1:], rows, strict=False):
        row.cells[1].text, row.cells[2].text = word, comment
    opened.save(str(document))


def test_whoever_agrees_is_named_beside_another_of_the_role_who_objects(run: Run) -> None:
    run("round", "open", CASE)
    for _ in range(2):
        run("round", "sign", CASE, "law", "--as", "lawyer")
    run("round", "sign", CASE, "law", "--objects", "--as", "lawyer_1")

    assert "Law, lawyer: OBJECTS (lawyer_1); agrees (lawyer_2)" in run("round", "show", CASE)


def test_a_round_is_opened_filled_settled_and_told_by_commands(case: CaseInReview, run: Run) -> None:
    run("round", "open", CASE)
    run("round", "sign", CASE, "law", "--as", "lawyer")
    place = ("--question", "law", "--place", "case:scenes.telepon")
    run("round", "comment", CASE, "Pasal mana?", *place, "--objects", "--as", "lawyer_1")
    objecting = run("round", "show", CASE)
    settled = run("round", "settle", CASE, "1", "Pasal 39.")
    run("round", "sign", CASE, "law", "--as", "lawyer_1")
    agreeing = run("round", "show", CASE)

    assert "1. OBJECTION by lawyer_1, Law, case:scenes.telepon: Pasal mana?" in objecting
    assert "Law, lawyer: OBJECTS (lawyer_1)" in objecting
    assert "ends when lawyer_1 signs" in settled
    assert "Law, lawyer: agrees (lawyer_1)" in agreeing
    assert "Settled comments: 1" in agreeing
    assert "no expert panel" in agreeing
    assert round_of(case).comments[0].way == "paper"


def test_a_round_tells_which_texts_have_changed_since_they_were_given(case: CaseInReview, run: Run) -> None:
    run("round", "open", CASE)
    case.edit(case.story, "    title: ", "    title: Baru ")
    changed = run("round", "show", CASE)
    given = run("round", "open", CASE)

    assert "  case:scenes.telepon.title\n" in changed
    assert "The case has changed" in given
    assert "case:scenes.telepon.title" not in run("round", "show", CASE)


def test_a_new_round_stores_the_one_before_it(case: CaseInReview, run: Run) -> None:
    run("round", "open", CASE)
    run("round", "sign", CASE, "law", "--as", "lawyer")
    assert "has been open since" in run("round", "open", CASE)

    run("round", "open", CASE, "--anew")

    assert round_of(case).signatures == ()
    assert len([*(case.keys / "reviews" / "earlier").rglob(f"{CASE}.yaml")]) == 1


def test_a_panel_is_entered_by_the_sectors_of_its_experts(case: CaseInReview, run: Run) -> None:
    case.give_panel()
    run("round", "open", CASE)
    experts = [word for one in ("police=4", "uptd_ppa=4", "legal_aid=2") for word in ("--experts", one)]
    run("round", "panel", CASE, *experts)

    assert "Panel: 10 experts, 2026-03-20 (Police 4, UPTD PPA 4, Legal aid 2)" in run("round", "show", CASE)
    assert "is no SECTOR=NUMBER" in run("round", "panel", CASE, "--experts", "police", status=1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("round", "show", CASE), "kasuslab round open"),
        (("round", "sign", CASE, "law", "--as", "lawyer"), "kasuslab round open"),
    ],
)
def test_where_no_round_is_open_it_is_said_how_one_is(run: Run, words: tuple[str, ...], message: str) -> None:
    assert message in run(*words, status=1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sign", CASE, "law", "--as", "hakim"), "“hakim” is no reviewer of this round"),
        (("sign", CASE, "hukum", "--as", "lawyer"), "“hukum” is none of"),
        (("sign", CASE, "--as", "lawyer"), "Name what is signed: law, practice"),
        (("sign", CASE, "law", "--as", "lawyer", "--seen", "0" * 12), "was not given to reviewers"),
        (
            ("comment", CASE, "Apa?", "--question", "law", "--as", "lawyer", "--place", "case:x"),
            "no “case:x”",
        ),
        (("settle", CASE, "3", "Ya"), "no comment 3"),
        (("panel", CASE, "--experts", "police=4"), "of no panel yet"),
    ],
)
def test_what_is_typed_wrongly_is_refused_in_a_sentence_and_enters_nothing(
    case: CaseInReview, run: Run, words: tuple[str, ...], message: str
) -> None:
    run("round", "open", CASE)
    before = round_of(case)

    assert message in run("round", *words, status=1)
    assert round_of(case) == before


def test_what_was_signed_in_a_document_comes_back_into_the_round(
    case: CaseInReview, run: Run, document: Path
) -> None:
    fill(document, ("Agrees", ""), ("objects.", "No police post here."), ("perhaps", ""))
    before = run("review", CASE, "--take", document)
    entered = run("review", CASE, "--take", document, "--write", "--as", "police")
    round_ = round_of(case)

    assert "Comments: 1, signatures: 2." in before
    assert "“perhaps”: not entered" in entered
    assert [(one.question, one.agrees) for one in round_.last_signatures] == [
        ("law", True),
        ("practice", False),
    ]
    assert [(one.question, one.objects, one.text) for one in round_.comments] == [
        ("practice", True, "No police post here.")
    ]
    assert round_.reviewers == {"police_1": "police"}


def test_a_document_of_another_state_is_refused_once_the_round_has_never_given_it(
    case: CaseInReview, run: Run, document: Path
) -> None:
    fill(document, ("Agrees", ""))
    run("round", "open", CASE, "--anew")
    case.edit(case.story, "    title: ", "    title: Baru ")
    run("round", "open", CASE, "--anew")

    refused = run("review", CASE, "--take", document, "--write", "--as", "lawyer", status=1)

    assert "was never given out in this round" in refused
    assert round_of(case).reviewers == {}


def test_a_document_that_was_signed_before_a_change_counts_for_what_it_showed(
    case: CaseInReview, run: Run, document: Path
) -> None:
    fill(document, ("Agrees", ""))
    case.edit(case.story, "    title: ", "    title: Baru ")
    run("round", "open", CASE)
    run("review", CASE, "--take", document, "--write", "--as", "lawyer")

    assert "Law, lawyer: agreed to an earlier state (lawyer_1)" in run("round", "show", CASE)


def test_a_paper_that_came_back_is_not_written_over(case: CaseInReview, run: Run, document: Path) -> None:
    fill(document, ("agree", "Pasal 39."))
    before = document.read_bytes()

    message = run("review", CASE, "-o", case.root / "papers", "--guides", case.root / "guides", status=1)

    assert "a reviewer may have filled it in" in message
    assert document.read_bytes() == before


@pytest.mark.parametrize("text", ["Objection: no.", "Objection, its language: no.", "Keberatan: tidak."])
def test_what_begins_as_an_objection_is_one(case: CaseInReview, run: Run, document: Path, text: str) -> None:
    opened = docx.Document(str(document))
    opened.add_comment(opened.paragraphs[-1].runs, text=text)
    opened.save(str(document))
    run("review", CASE, "--take", document, "--write", "--as", "lawyer", "--guides", case.root / "guides")

    assert [one.objects for one in round_of(case).comments] == [True]


def test_a_document_is_entered_once(case: CaseInReview, run: Run, document: Path) -> None:
    fill(document, ("agree", "Pasal 39."))
    take = ("review", CASE, "--take", document, "--write", "--as", "lawyer")
    run(*take, "--guides", case.root / "guides")
    before = round_of(case)

    assert "entered already, from lawyer_1" in run(*take, "--guides", case.root / "guides", status=1)
    assert round_of(case) == before


@pytest.mark.parametrize("words", [("--write",), ("--as", "lawyer"), ("--take", "tidak-ada.docx")])
def test_what_is_to_be_taken_in_is_named_and_there(run: Run, words: tuple[str, ...]) -> None:
    assert run("review", CASE, *words, status=1).strip() in {
        "--write and --as are about a file that came back: name it by --take.",
        "tidak-ada.docx is not there.",
    }


def test_an_answer_is_put_in_the_place_of_another_only_where_that_is_asked_for(
    case: CaseInReview, run: Run
) -> None:
    run("round", "open", CASE)
    run("round", "comment", CASE, "Pasal mana?", "--question", "law", "--as", "lawyer")
    run("round", "settle", CASE, "1", "Pasal 39.")

    assert "“Pasal 39.”" in run("round", "settle", CASE, "1", "Lagi.", status=1)
    run("round", "settle", CASE, "1", "Pasal 40.", "--replace")
    settlement = round_of(case).comments[0].settled
    assert settlement is not None
    assert settlement.answer == "Pasal 40."


def test_who_is_new_in_a_round_is_told_and_what_they_signed(run: Run) -> None:
    run("round", "open", CASE)

    assert "new in this round" in run("round", "sign", CASE, "law", "--as", "lawyer")
    again = run("round", "sign", CASE, "law", "--objects", "--as", "lawyer_1")
    assert ("new in this round" in again, "Law: objects" in again) == (False, True)


def test_papers_that_are_given_out_while_a_round_is_open_show_what_it_knows(
    case: CaseInReview, run: Run, document: Path
) -> None:
    case.edit(case.story, "    title: ", "    title: Baru ")
    run("review", CASE, "-o", case.root / "again", "--guides", case.root / "guides")

    assert read_sign_table(case.root / "again" / document.name).mark == round_of(case).sight.mark
    assert len(round_of(case).sights) == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Setuju", "agrees"),
        (" ya. ", "agrees"),
        ("AGREED", "agrees"),
        ("tidak setuju", "objects"),
        ("Keberatan", "objects"),
        ("objects!", "objects"),
        ("", ""),
        ("setuju dengan catatan", "unclear"),
        ("?", "unclear"),
    ],
)
def test_what_stands_in_the_cell_to_sign_is_read_as_it_was_meant_or_not_at_all(text: str, word: str) -> None:
    assert sign_word(text) == word


@pytest.mark.skipif(bool(lacking()), reason=lacking() or "LibreOffice Writer is here")
def test_comments_and_signatures_of_libreoffice_come_into_the_round_at_their_places(
    case: CaseInReview, run: Run, document: Path
) -> None:
    translated = case.case.in_language("en")
    decision = translated.decision("bicara")
    assert decision is not None
    fill(document, ("Agrees", ""))
    harsh, title = decision.option_texts["marah"], translated.scenes["telepon"].title
    comment_on(document, {harsh: "Objection, practice: too harsh.", title: "Who is calling?"})
    run("review", CASE, "--take", document, "--write", "--as", "lawyer")
    round_ = round_of(case)

    assert [(one.place, one.question, one.objects) for one in round_.comments] == [
        ("case:scenes.telepon", "law", False),
        ("key:decisions.bicara.why.marah", "practice", True),
    ]
    assert round_.comments[1].text == f"“{harsh}”: too harsh."
    assert [(one.question, one.agrees) for one in round_.last_signatures] == [
        ("law", True),
        ("practice", False),
    ]

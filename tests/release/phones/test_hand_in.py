"""What is played on phones becomes a submission like any other: the same record, the same grades."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook, SubmittedNotebook
from typer.testing import CliRunner

from graders.grading.submission import TIMESTAMP
from graders.key.key import keys_folder
from release.cli import app
from release.course.grade.grade import grade_class
from release.course.gradebook import generate_feedback
from release.phones.hand_in import PhoneHandIn, PhoneSubmission, hand_in
from release.phones.words import PhonesError
from release.workshop.data_folder import database_of
from scenarios.engine.event import Mode, Started
from scenarios.engine.record import RECORD_NAME, event_line, parse_record
from scenarios.library import case_folder
from scenarios.loader import load_case
from scenarios.sentence import in_language
from tests.parts.carried import CASE, PEOPLE, carried_course, course_of
from tests.parts.nbgrader_course import exported, nbgrader
from tests.parts.phone_line import BEGAN, AnyPicks, Picks, begun_variant, notebook, phones, play
from tests.parts.report_class import RIGHT, WRONG
from tests.places import KEYS
from tests.release.course.grade.test_grade import dumped, files_of, url_of

ANA, BEO, CICI = PEOPLE
# Who played what: all right, wrong with a skip and with a yes to research, and half of it.
ROOM: dict[str, tuple[Picks, bool, int]] = {
    ANA: (RIGHT, False, 100),
    BEO: ({**WRONG, "bicara": None}, True, 100),
    CICI: (RIGHT, False, 4),
}


TEN = tuple(f"peserta-{number:02}" for number in range(1, 11))
LIBRARY_CASES = ("grup-kelas", "sakit-perut", "teman-gim")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "satu").mkdir()
    return carried_course(tmp_path / "satu", mode="test")


def record_of(course: Path, person: str) -> bytes:
    return (course / "submitted" / person / CASE / RECORD_NAME).read_bytes()


def from_phones(course: Path) -> PhoneHandIn:
    data = course.parent / "data"
    return hand_in(course, data, database_of(data))


def on_phones(course: Path, *, most: int = 100, people: tuple[str, ...] = PEOPLE) -> None:
    with phones(course, course.parent / "data") as phone:
        for person in people:
            picks, research, moves = ROOM[person]
            play(phone(person), picks, name=person, research=research, most=min(most, moves))


def played_in(course: Path) -> dict[tuple[str, str], tuple[str | None, bytes]]:
    """The variant and the record of each submission, by person and case."""
    played = {}
    for file in course.glob(f"submitted/*/*/{RECORD_NAME}"):
        first = parse_record(file.read_bytes()).events[0]
        assert isinstance(first, Started)
        played[file.parts[-3], file.parts[-2]] = (first.variant, file.read_bytes())
    return played


def cells_of(course: Path) -> dict[tuple[str, str, str], tuple[object, ...]]:
    """Score, most, whether a person is waited for, and feedback, by person, case and cell."""
    cells: dict[tuple[str, str, str], tuple[object, ...]] = {}
    with Gradebook(url_of(course)) as gradebook:
        for submission in gradebook.db.query(SubmittedNotebook).all():
            place = (submission.student.id, submission.assignment.name)
            comments = {one.name: (one.auto_comment, one.manual_comment) for one in submission.comments}
            for one in submission.grades:
                grade = (one.auto_score, one.manual_score, one.max_score, one.needs_manual_grade)
                cells[*place, one.name] = (*grade, *comments.pop(one.name, (None, None)))
            cells |= {(*place, name): (None, comment) for name, comment in comments.items()}
    return cells


def pages_of(course: Path) -> dict[str, bytes]:
    """The feedback pages."""
    return {
        str(file.relative_to(course / "feedback")): file.read_bytes()
        for file in course.glob("feedback/*/*/*.html")
    }


def graded_with_pages(course: Path) -> None:
    """Grade the cases of the library, and have nbgrader make the feedback pages."""
    grade_class(course, jobs=1)
    for case in LIBRARY_CASES:
        generate_feedback(course, case, keys_folder())


def change(course: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(course.parent / "data" / "workshop.sqlite")) as database, database:
        database.execute(statement, values)


def sentences(report: PhoneHandIn) -> list[str]:
    return [in_language(one.message, "en") for one in report.refused]


@pytest.mark.parametrize("mode", ["practice", "test"])
def test_the_same_plays_graded_through_phones_and_through_notebooks_give_equal_gradebooks(
    tmp_path: Path, mode: Mode
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    by_phone = carried_course(tmp_path / "a", mode=mode)
    by_notebook = carried_course(tmp_path / "b", mode=mode)
    on_phones(by_phone)
    for person, (picks, research, most) in ROOM.items():
        shelf = notebook(by_notebook, person, tmp_path / "locks")
        play(shelf, picks, name=person, research=research, most=most)

    report = from_phones(by_phone)
    for person in ROOM:
        moment = by_phone / "submitted" / person / CASE / TIMESTAMP
        (by_notebook / "submitted" / person / CASE / TIMESTAMP).write_bytes(moment.read_bytes())
        assert record_of(by_phone, person) == record_of(by_notebook, person)
    for place in (by_phone, by_notebook):
        grade_class(place, keys=KEYS, jobs=1)

    assert (len(report.placed), report.refused) == (3, ())
    assert dumped(url_of(by_phone)) == dumped(url_of(by_notebook))
    assert len(dumped(url_of(by_phone))["submissions"]) == 3
    assert files_of(by_phone) == files_of(by_notebook)


@pytest.mark.timeout(900)  # nbgrader makes a page for each of sixty hand-ins
def test_ten_people_with_three_cases_of_the_library_have_the_same_cells_and_feedback_by_both_ways(
    tmp_path: Path,
) -> None:
    by_phone, by_notebook = (
        course_of(tmp_path / way, LIBRARY_CASES, TEN, mode="test") for way in ("phones", "notebooks")
    )
    data, locks = tmp_path / "data", tmp_path / "locks"
    with phones(by_phone, data, keys_folder()) as phone:
        for number, case in enumerate(LIBRARY_CASES):
            known = load_case(case_folder(case))
            for person in TEN:
                picks, name, began = (
                    AnyPicks(known, person),
                    f"{number}/{person}",
                    BEGAN + timedelta(days=number),
                )
                play(phone(person), picks, name=name, case=case, began=began)
                # A room draws in turn, by chance who comes first; a notebook draws from the play id alone.
                variant = begun_variant(phone(person), case)
                beside = notebook(by_notebook, person, locks, case, variant=variant)
                play(beside, picks, name=name, began=began)

    report = hand_in(by_phone, data, database_of(data))
    assert (len(report.placed), report.refused) == (30, ())
    assert played_in(by_phone) == played_in(by_notebook)
    for course in (by_phone, by_notebook):
        graded_with_pages(course)

    cells = cells_of(by_phone)
    assert cells == cells_of(by_notebook)
    assert len({(person, case) for person, case, _ in cells}) == 30
    assert len({score for score, *_ in cells.values()}) > 5
    assert len({variant for variant, _ in played_in(by_phone).values()}) == 6
    pages = pages_of(by_phone)
    assert len(pages) == 30
    assert pages == pages_of(by_notebook)


def test_nbgrader_itself_grades_what_came_from_phones(course: Path) -> None:
    on_phones(course, people=(ANA, BEO))
    from_phones(course)

    nbgrader(course, "autograde", CASE)
    nbgrader(course, "export")

    scores = {person: row["score"] for (_, person), row in exported(course).items()}
    most = exported(course)[CASE, ANA]["max_score"]
    assert scores[ANA] == most
    assert float(scores[BEO]) < float(most)


def test_a_submission_holds_the_released_notebook_and_the_moment_of_the_last_event(course: Path) -> None:
    on_phones(course, people=(ANA,))
    from_phones(course)

    place = course / "submitted" / ANA / CASE
    released = course / "release" / CASE
    last = parse_record(record_of(course, ANA)).events[-1]
    assert (place / f"{CASE}.ipynb").read_bytes() == (released / f"{CASE}.ipynb").read_bytes()
    assert (place / TIMESTAMP).read_text("utf-8").strip() == f"{last.at[:10]} {last.at[11:19]} UTC"


def test_it_is_handed_in_again_only_where_the_record_grew(course: Path) -> None:
    on_phones(course, most=3, people=(ANA, BEO))
    first = from_phones(course)
    same = from_phones(course)
    with phones(course, course.parent / "data") as phone:
        play(phone(ANA), RIGHT, name="of no account", began=BEGAN + timedelta(hours=5))
    grown = from_phones(course)

    assert first.placed == (PhoneSubmission(ANA, CASE), PhoneSubmission(BEO, CASE))
    assert (same.placed, len(same.unchanged)) == ((), 2)
    assert (grown.placed, grown.unchanged) == ((PhoneSubmission(ANA, CASE),), (PhoneSubmission(BEO, CASE),))
    assert len(parse_record(record_of(course, ANA)).events) > 3


def test_in_practice_the_first_play_counts_and_a_second_one_is_only_practice(tmp_path: Path) -> None:
    course = carried_course(tmp_path)
    with phones(course, tmp_path / "data") as phone:
        play(phone(ANA), WRONG, name="first")
        again = phone(ANA).open(CASE, again=True)
        second = Started(
            at="2026-11-03T07:00:00Z", play="9" * 32, case=CASE, version="1.0.0", course=again.course,
            mode=again.mode,
        )  # fmt: skip
        again.store.append(second)

    from_phones(course)

    started = parse_record(record_of(course, ANA)).events[0]
    assert isinstance(started, Started)
    assert started.play == b"first".hex().rjust(32, "0")


def test_a_record_that_the_database_has_changed_is_refused_and_told(course: Path) -> None:
    on_phones(course, people=(ANA, BEO))
    change(course, "update event set body = replace(body, 'rendah', 'sedang') where body like '%rendah%'")

    report = from_phones(course)

    assert report.placed == (PhoneSubmission(ANA, CASE),)
    assert len(report.refused) == 1
    assert "its chain breaks at event 1" in sentences(report)[0]
    assert sentences(report)[0].startswith(f"{BEO}, {CASE}: not handed in. Its record was changed")
    assert not (course / "submitted" / BEO).exists()


def test_a_record_that_was_cut_off_after_it_was_handed_in_takes_nothing_away(course: Path) -> None:
    on_phones(course, people=(ANA,))
    from_phones(course)
    before = record_of(course, ANA)
    change(course, "delete from event where n > 3")

    report = from_phones(course)

    assert "does not go on from the one that was handed in" in sentences(report)[0]
    assert record_of(course, ANA) == before


def test_a_record_that_was_forged_with_its_chain_does_not_replace_the_one_handed_in(course: Path) -> None:
    on_phones(course, people=(BEO,))
    from_phones(course)
    before, chain = record_of(course, BEO), ""
    for number, event in enumerate(parse_record(before).events):
        forged = event.model_copy(update={"pick": "sedang"}) if number == 1 else event
        _, chain = event_line(forged, number, chain)
        statement = "update event set body = ?, chain = ? where n = ?"
        change(course, statement, forged.model_dump_json(), chain, number)

    report = from_phones(course)

    assert "does not go on from the one that was handed in" in sentences(report)[0]
    assert record_of(course, BEO) == before


def test_a_seat_that_the_database_gives_to_another_is_still_its_own_persons(course: Path) -> None:
    on_phones(course, people=(ANA,))
    change(course, "update seat set trainee = ? where trainee = ?", BEO, ANA)

    report = from_phones(course)

    assert report.placed == (PhoneSubmission(ANA, CASE),)


def test_a_submission_from_elsewhere_stays_as_it_is(course: Path, tmp_path: Path) -> None:
    play(notebook(course, ANA, tmp_path / "locks"), WRONG, name="in a notebook")
    before = record_of(course, ANA)
    on_phones(course, people=(ANA,))

    report = from_phones(course)

    assert "another submission of this case, not from a phone" in sentences(report)[0]
    assert record_of(course, ANA) == before


def test_a_submission_that_is_a_link_is_not_followed(course: Path, tmp_path: Path) -> None:
    on_phones(course, people=(ANA,))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (course / "submitted" / ANA).mkdir(parents=True)
    (course / "submitted" / ANA / CASE).symlink_to(elsewhere)

    report = from_phones(course)

    assert "cannot be read" in sentences(report)[0]
    assert list(elsewhere.iterdir()) == []


def test_a_course_without_a_roster_has_nobody_to_hand_in_for(course: Path) -> None:
    (course / "roster.csv").unlink()

    with pytest.raises(PhonesError, match="--roster"):
        from_phones(course)


@pytest.mark.parametrize(("language", "sentence"), [("id", "1 diserahkan"), ("en", "1 handed in")])
def test_the_command_says_what_it_did(course: Path, language: str, sentence: str) -> None:
    on_phones(course, people=(ANA,))
    data = str(course.parent / "data")

    done = CliRunner().invoke(app, ["hand-in", str(course), "--data", data, "--language", language])

    assert (done.exit_code, sentence in done.output) == (0, True), done.output


def test_the_command_ends_with_one_where_a_play_is_refused(course: Path) -> None:
    on_phones(course, people=(ANA,))
    change(course, "update event set chain = '0' where n = 1")

    done = CliRunner().invoke(app, ["hand-in", str(course), "--data", str(course.parent / "data")])

    assert done.exit_code == 1
    assert ANA in done.output

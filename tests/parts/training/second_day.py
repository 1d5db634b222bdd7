"""The second day of a training: another address, the test after, and all that leaves a course."""

from __future__ import annotations

import csv

from playwright.sync_api import expect

from graders.people.roster import course_roster
from release.papers.words import PAPERS
from tests.parts.course_browser import WORKSHEET_HEAD
from tests.parts.training.first_day import address_of, board_of, choose_course, play_test
from tests.parts.training.training import NAME, ORGANISER, Steps, TrainingRun


def open_again(training: TrainingRun) -> None:
    """Another address; the same double click, and the workshop goes on with its course."""
    training.hall.change_address()
    desk, t = training.desk, training.t
    desk.page.goto(training.hall.double_click())
    expect(desk.page.get_by_role("heading", name=t("start_heading"))).to_be_visible()
    desk.look("start page on the second day")
    choose_course(training)
    desk.page.get_by_label(t("start_test_after"), exact=True).check()
    desk.press_for("start_run_button", t.notice("start_run_started"))
    desk.look("workshop runs again")
    for page in (training.board.page, training.board.projector):
        page.close()
    training.board = board_of(training)
    training.look(training.board.projector, "projector on the second day")


def come_back(training: TrainingRun) -> None:
    """The cards' QR codes have the address of yesterday: one opens the new one, and types the card's code."""
    address = address_of(training)
    first, *others = training.phones
    phone = training.real_phones[0]
    phone.page.goto(address)
    phone.speak()
    phone.page.get_by_label(training.t("lobby_card_label")).fill(first.code)
    phone.page.get_by_role("button", name=training.t("lobby_resume_button")).click()
    expect(phone.page.locator(".ws-who")).to_contain_text(first.code)
    for other in others:
        other.come_in(address)


def play_second_test(training: TrainingRun) -> None:
    """Each person the other form."""
    play_test(training, 1)


def hand_plays_in(training: TrainingRun) -> None:
    """Who has played is seen first; then what was played on phones becomes what is handed in."""
    desk, t = training.desk, training.t
    desk.page.bring_to_front()
    desk.open_course(NAME)
    desk.unfold("course_part_ponsel")
    desk.press_for("course_phone_trial_button", t.outcome("phone_trial"))
    desk.look("who has played")
    desk.press_for("course_offer_phone_hand_in", t.outcome("phone_handed_in"))
    desk.look("handed in")
    desk.unfold("course_part_ponsel")
    desk.press_for("course_attendance_button", t.outcome("attendance_made"))
    desk.look("attendance")


def grade(training: TrainingRun) -> None:
    """Grade the class."""
    training.desk.unfold("course_part_nilai")
    training.desk.press_for("course_grade_button", training.t.outcome("graded"))
    training.desk.look("course graded")


def read_reflections(training: TrainingRun) -> None:
    """Read one, answer it, and come back."""
    desk, t = training.desk, training.t
    desk.unfold("course_part_renungan")
    desk.press_for("course_reading_open", t.outcome("reading_open"))
    desk.look("reading desk prepared")
    page = desk.popup(desk.page.get_by_role("link", name=t("course_reading_link"), exact=True))
    page.get_by_role("link", name=t.reading("manual_grading"), exact=True).first.click()
    case = training.plan.cases[0]
    page.locator(f'a[href$="/gradebook/{case}"]').click()
    page.locator(f'a[href$="/gradebook/{case}/{case}"]').click()
    notes = page.get_by_role("link", name=t.reading("read_reflections"), exact=True)
    expect(notes).to_be_visible()
    training.look(page, "reflections to read")
    notes.click()
    page.locator(".desk textarea").fill(t.reading("rubric_hint"))
    page.get_by_role("button", name=t.reading("mark_read"), exact=True).click()
    expect(page.locator("[data-state]")).to_contain_text(t.reading("saved"))
    training.look(page, "a reflection")
    page.close()
    desk.page.bring_to_front()
    desk.press_for("course_reading_close", t.outcome("reading_closed"))


def make_feedback(training: TrainingRun) -> None:
    """A page for each person and case, opened on the phones, each on its owner's alone."""
    desk, t = training.desk, training.t
    desk.unfold("course_part_ponsel")
    desk.press_for("course_phone_feedback_button", t.outcome("phone_feedback_given"))
    desk.look("feedback on phones")
    phone = training.real_phones[0]
    phone.go("/")
    training.look(phone.page, "phone has feedback")
    phone.page.get_by_role("link", name=training.title(training.plan.cases[0]), exact=True).click()
    training.look(phone.page, "feedback page")


def make_report(training: TrainingRun) -> None:
    """The class report."""
    desk, t = training.desk, training.t
    desk.unfold("course_part_laporan")
    desk.press_for("course_report_button", t.outcome("report_made"))
    report = desk.popup(desk.page.get_by_role("link", name=t.notice("course_report_link")))
    training.read(report, "class report")


def prepare_papers(training: TrainingRun) -> None:
    """All papers of the training, of what the organiser settles; each is looked at."""
    desk, t = training.desk, training.t
    desk.unfold("course_part_berkas")
    desk.unfold("course_organiser_heading")
    for name, text in ORGANISER.items():
        desk.fill(f"course_organiser_{name}", text)
    desk.press_for("course_papers_all", t.outcome("papers_made"))
    desk.look("papers made")
    for name in PAPERS:
        title = t(f"course_paper_{name.replace('-', '_')}")
        paper = desk.popup(desk.page.locator(f'a[href*="/papers/{t.language}/{name}.html"]').last)
        training.read(paper, f"paper {title}")


def fill_in_moodle(training: TrainingRun) -> None:
    """Moodle's own sheet of a case, filled in and taken; then the grades as a CSV."""
    desk, t = training.desk, training.t
    sheet = training.files / "Grades.csv"
    rows = [WORKSHEET_HEAD]
    for at, one in enumerate(course_roster(training.course).values(), 41):
        rows.append(f'"Participant {at}","{one.name}",{one.email},Submitted,,100.00,Yes,-,-,""')
    sheet.write_text("\r\n".join(rows), encoding="utf-8")
    desk.unfold("course_part_moodle")
    desk.unfold("course_sheet_heading")
    desk.drop("course_sheet_label", sheet)
    desk.unfold("course_sheet_more")
    chosen = desk.page.locator("#lembar-kasus")
    chosen.select_option(value=training.plan.cases[0])
    desk.press_for("course_sheet_button", t.outcome("worksheet_filled"))
    desk.look("sheet for Moodle")
    (filled,) = desk.take(desk.page.locator("#said ~ ul a, .st-links a").first, training.files)
    with filled.open(encoding="utf-8-sig", newline="") as opened:
        assert all(row["Grade"] for row in csv.DictReader(opened))
    desk.unfold("course_part_moodle")
    desk.unfold("course_csv_heading")
    desk.press_for("course_csv_button", t.outcome("moodle_made"))
    desk.look("grades for Moodle")
    training.graded = graded_in(training)


def graded_in(training: TrainingRun) -> dict[str, int]:
    """How many have a grade of each case, by what the CSV for Moodle says."""
    (file,) = (training.course / "exports").glob("moodle.csv")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    cases = [*training.plan.cases, *training.tests]
    return {case: sum(bool(row.get(case)) for row in rows) for case in cases}


def close_workshop(training: TrainingRun) -> None:
    """Asked first, then closed; its report and files are taken, and it is deleted."""
    desk, t = training.desk, training.t
    phone = training.real_phones[0]
    phone.go("/kasus")
    desk.go_to("start_room")
    workshop = desk.page.locator(".st-held").first
    workshop.get_by_role("button", name=t("start_close_button")).click()
    heading = desk.page.get_by_role("heading", level=1)
    expect(heading).to_have_text(t("start_close_heading", name=NAME))
    desk.look("asked before closing")
    desk.press_for("start_close_sure", t.notice("start_close_done"), name=NAME)
    desk.look("workshop closed")
    expect(training.board.projector.get_by_text(t.board("idle_closed"))).to_be_visible()
    training.look(training.board.projector, "projector closed")
    expect(phone.page.get_by_text(t("workshop_closed"))).to_be_visible()
    training.look(phone.page, "phone closed")
    report = desk.popup(desk.page.get_by_role("link", name=t("start_report_link")))
    training.read(report, "workshop report")
    assert desk.take(desk.page.get_by_role("link", name=t("start_export_link")), training.files)
    desk.press_for("start_stop_button", t.notice("start_stop_done"))
    desk.page.get_by_label(t("start_delete_sure", name=NAME)).check()
    desk.press_for("start_delete_button", t.notice("start_delete_done"))
    desk.look("workshop deleted")


def forget_everybody(training: TrainingRun) -> None:
    """Asked first, then all personal data of the course are gone."""
    desk, t = training.desk, training.t
    desk.open_course(NAME)
    desk.unfold("course_part_data")
    form = desk.page.locator("#who-lupakan")
    form.select_option(value="")
    desk.press_for("course_forget_button", t.outcome("forget_elsewhere"))
    desk.look("asked before forgetting")
    desk.page.get_by_label(t("course_sure_forget")).check()
    desk.press_for("course_offer_forget", t.outcome("forgotten"))
    desk.look("forgotten")
    training.hall.close_terminal()


SECOND_DAY: Steps = {
    "morning": open_again,
    "phones come back": come_back,
    "test after": play_second_test,
    "hand-in": hand_plays_in,
    "grades": grade,
    "reflections": read_reflections,
    "feedback": make_feedback,
    "report": make_report,
    "papers": prepare_papers,
    "Moodle": fill_in_moodle,
    "workshop's end": close_workshop,
    "end": forget_everybody,
}

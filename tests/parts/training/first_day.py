"""The first day of a training: from the double click to the evening."""

from __future__ import annotations

import re
from itertools import chain
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.parts.training.desk import BoardTab, DeskPage
from tests.parts.training.phones import HeldPhone, RealPhone, is_asked, tables_of
from tests.parts.training.training import (
    DISCUSSED,
    NAME,
    PERSON,
    WIFI,
    WIFI_PASSWORD,
    Steps,
    TrainingRun,
    written_roster,
)

PROGRAMME = "A3"
BOARD_PASSWORD = re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}")


def open_archive(training: TrainingRun) -> None:
    """Double-click, and choose a language."""
    page = training.hall.page("laptop", width=1366)
    page.goto(training.hall.double_click())
    training.desk = DeskPage(page, training.t, training.eye)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    training.desk.speak(training.own_name())
    training.desk.look("start page")


def make_course(training: TrainingRun) -> None:
    """A course of a programme, in which feedback comes at once."""
    desk = training.desk
    desk.go_to("course_room")
    desk.look("courses")
    desk.fill("course_name_label", NAME)
    desk.page.locator(f"#programme-{PROGRAMME}").check()
    desk.fill("start_person_label", PERSON)
    desk.unfold("start_more")
    desk.page.get_by_label(training.t("course_mode_what_practice"), exact=True).check()
    desk.press_for("courses_make_button", training.t.outcome("made"))
    desk.look("course made")


def drop_roster(training: TrainingRun) -> None:
    """A list as an office has it: read first, then taken."""
    desk = training.desk
    desk.unfold("course_part_peserta")
    desk.drop("course_roster_label", written_roster(training.files / "peserta.csv", training.plan.people))
    desk.press_for("course_roster_button", training.t.outcome("roster_read"))
    desk.look("roster read")
    desk.press_for("course_offer_roster", training.t.outcome("roster_taken"))
    desk.look("roster taken")


def run_workshop(training: TrainingRun) -> None:
    """The workshop that carries the course, with its join sheet."""
    desk, t = training.desk, training.t
    desk.go_to("start_room")
    choose_course(training)
    desk.fill("start_person_label", PERSON)
    desk.fill("start_title_label", NAME)
    desk.unfold("start_wifi_heading")
    desk.fill("start_wifi_name", WIFI)
    desk.fill("start_wifi_password", WIFI_PASSWORD)
    desk.press_for("start_run_button", t.notice("start_run_started"))
    desk.look("workshop runs")
    sheet = desk.popup(desk.page.get_by_role("button", name=t("start_sheet_button")))
    training.look(sheet, "join sheet")
    sheet.close()


def choose_course(training: TrainingRun) -> None:
    """Of the courses of this machine."""
    courses = training.desk.page.get_by_label(training.t("start_course"), exact=True)
    courses.select_option(value=str(training.course))


def open_board(training: TrainingRun) -> None:
    """By its link and password; then the projector."""
    training.board = board_of(training)
    training.look(training.board.projector, "projector idle")
    training.look(training.board.page, "board")


def board_of(training: TrainingRun) -> BoardTab:
    """The board and its projector, opened from the start page."""
    desk, t = training.desk, training.t
    (password,) = BOARD_PASSWORD.findall(desk.page.locator("#st-join").inner_text())
    board = desk.popup(desk.page.get_by_role("link", name=t("start_run_board_link")))
    if board.get_by_label(t.board("login_label")).count():
        board.get_by_label(t.board("login_label")).fill(password)
        board.get_by_role("button", name=t.board("login_button")).click()
    expect(board.get_by_role("heading", level=1)).to_have_text(t.board("name"))
    projector = desk.popup(board.get_by_role("link", name=t.board("projector_link")))
    return BoardTab(board, projector, t, training.eye)


def make_cards(training: TrainingRun) -> None:
    """Cards to print and cut, with the address of the workshop that runs."""
    desk, t = training.desk, training.t
    desk.open_course(NAME)
    desk.unfold("course_part_ponsel")
    tongue = desk.page.get_by_label(t("course_card_language"), exact=True)
    tongue.select_option(value=t.language)
    desk.press_for("course_cards_button", t.outcome("cards_made"))
    desk.look("cards made")
    cards = desk.popup(desk.page.get_by_role("link", name=t("course_print_cards"), exact=True))
    training.phones = training.new_phones(codes_on(cards))
    training.read(cards, "cards")


def codes_on(cards: Page) -> dict[str, str]:
    """The codes that are printed on cards, by the names."""
    names = cards.locator("article h2").all_inner_texts()
    codes = cards.locator("article .code").all_inner_texts()
    return dict(zip(names, codes, strict=True))


def address_of(training: TrainingRun) -> str:
    """The address that phones open."""
    training.desk.go_to("start_room")
    parts = urlsplit(training.link)
    return f"{parts.scheme}://{parts.netloc}/"


def come_in(training: TrainingRun) -> None:
    """Everybody scans their card; one has none yet, and sees the lobby."""
    address = address_of(training)
    first = training.real_phones[0]
    first.page.goto(address)
    first.speak()
    training.look(first.page, "phone without card")
    for phone in training.phones:
        phone.come_in(address)
    training.look(first.page, "phone cases")


def play_first_test(training: TrainingRun) -> None:
    """Each person the form that they begin with."""
    play_test(training, 0)


def play_test(training: TrainingRun, turn: int) -> None:
    """Each person their form; of the first page each screen is looked at on the first time."""
    first = training.real_phones[0]
    forms = training.forms[first.person]
    first.choose(forms[turn], but=forms[1 - turn])
    if turn == 0:
        training.look(first.page, "test cover")
        first.press_key(first.key("begin"))
        training.look(first.page, "test question")
    first.press_on()
    training.look(first.page, f"test end {turn + 1}")
    for phone in training.phones:
        if phone is not first:
            phone.play(training.forms[phone.person][turn])


def play_cases(training: TrainingRun) -> None:
    """What everybody plays alone; the board is looked at meanwhile."""
    first = training.real_phones[0]
    for at, case in enumerate(training.plan.cases):
        first.choose(case)
        if at == 0:
            see_screens(training, first)
        first.press_on()
        if at == 0:
            training.look(first.page, "case result")
        for phone in training.phones:
            if phone is not first:
                phone.play(case)
    show_on_projector(training, training.plan.cases[0])


def see_screens(training: TrainingRun, phone: RealPhone) -> None:
    """The screens of a case, once."""
    training.look(phone.page, "case cover")
    phone.press_key(phone.key("begin"))
    phone.read_on()
    training.look(phone.page, "case decision")
    phone.answer()
    training.look(phone.page, "case feedback")


def show_on_projector(training: TrainingRun, case: str) -> None:
    """Open a case on the board, and send its first decision to the projector."""
    board = training.board
    board.open_case(training.title(case))
    ask = board.asks()[0]
    board.press_in(ask, "project")
    expect(board.projector.get_by_role("heading", level=1)).to_have_text(ask)
    training.look(board.page, "board of a case")
    training.look(board.projector, "projector shows a decision")
    board.press("clear")


def discuss(training: TrainingRun) -> None:
    """A case that tables discuss, a decision at a time, as the facilitator opens it."""
    settle_discussion(training)
    tables = list(tables_of(training.phones, training.plan.table))
    for table in tables:
        sit_down(training, table)
    board = training.board
    board.page.reload()
    board.open_case(training.title(DISCUSSED))
    board.press("pace_set_stepwise")
    for phone in training.phones:
        phone.open_case()
    training.look(training.real_phones[0].page, "table cover")
    for at, ask in enumerate(board.asks()[: training.plan.decisions]):
        discuss_decision(training, tables, ask, is_first=at == 0)
    for phone in training.phones:
        if not isinstance(phone, RealPhone):
            phone.close()


def settle_discussion(training: TrainingRun) -> None:
    """No course for now, one case, at tables: applied to the workshop that runs."""
    desk, t = training.desk, training.t
    desk.page.bring_to_front()
    desk.go_to("start_room")
    desk.page.get_by_label(t("start_course"), exact=True).select_option(value="")
    desk.unfold("start_cases_show")
    desk.press("start_cases_none")
    desk.page.get_by_label(training.title(DISCUSSED), exact=True).check()
    desk.page.get_by_label(t("start_mode_discussion"), exact=True).check()
    desk.unfold("start_more")
    desk.fill("start_team_label", str(training.plan.table))
    desk.press_for("start_plan_button", t.notice("start_plan_running"))
    desk.look("discussion planned")
    desk.press_for("start_apply_button", t.notice("start_run_started"))


def sit_down(training: TrainingRun, table: list[HeldPhone]) -> None:
    """One of the table makes it, the others join."""
    first, *others = table
    if first is training.phones[0]:
        page = training.real_phones[0]
        page.go("/")
        training.look(page.page, "lobby without table")
    code = first.make_table()
    for phone in others:
        phone.sit_at(code)
    if first is training.phones[0]:
        training.look(training.real_phones[0].page, "lobby with table")


def discuss_decision(
    training: TrainingRun, tables: list[list[HeldPhone]], ask: str, *, is_first: bool
) -> None:
    """Alone first, then together, then revealed to the room. is_first: each step is looked at."""
    board, phone = training.board, training.real_phones[0].page

    def look(page: Page, step: str) -> None:
        if is_first:
            training.look(page, step)

    for each in chain.from_iterable(tables):
        each.read_on()
    look(phone, "decision not open yet")
    board.press_in(ask, "open")
    expect(board.card(ask)).to_contain_text(training.t.board("state_open"))
    asked = [table for table in tables if is_asked(table, ask)]
    assert asked or not is_first, f"nobody is asked “{ask}”"
    look(phone, "alone at the table")
    for each in chain.from_iterable(asked):
        each.answer()
    look(phone, "together at the table")
    for table in asked:
        table[0].answer()
    look(phone, "waits for the discussion")
    look(board.page, "board in discussion")
    for button in ("lock", "project", "reveal"):
        board.press_in(ask, button)
    for each in chain.from_iterable(asked):
        each.await_reveal()
    expect(board.projector.get_by_role("heading", level=1)).to_have_text(ask)
    look(phone, "revealed to the table")
    look(board.page, "board revealed")
    look(board.projector, "projector revealed")


def end_the_day(training: TrainingRun) -> None:
    """A report of how it stands; then stopped for the night, and the window closed."""
    desk, t = training.desk, training.t
    desk.page.bring_to_front()
    desk.go_to("start_room")
    desk.press_for("start_report_button", t.notice("start_report_done"))
    desk.look("interim report made")
    report = desk.popup(desk.page.get_by_role("link", name=t.notice("start_interim_link")))
    training.read(report, "interim report")
    desk.press_for("start_pause_button", t.notice("start_pause_done"))
    phone = training.real_phones[0].page
    expect(phone.get_by_text(t("workshop_paused"))).to_be_visible()
    training.look(phone, "phone paused")
    desk.press_for("start_stop_button", t.notice("start_stop_done"))
    desk.look("stopped for the night")
    training.hall.close_terminal()


FIRST_DAY: Steps = {
    "double click": open_archive,
    "course": make_course,
    "roster": drop_roster,
    "workshop": run_workshop,
    "board": open_board,
    "cards": make_cards,
    "phones come in": come_in,
    "test before": play_first_test,
    "cases": play_cases,
    "discussion": discuss,
    "evening": end_the_day,
}

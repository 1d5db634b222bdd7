"""Phones that count: cards for the people of a course, what they have played, who was there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from graders.exports import EXPORTS
from release.course_desk.message import (
    Cell,
    DeedOutcome,
    Order,
    Remark,
    ShownTable,
    Words,
    heading,
    remark,
    remark_of,
    words_of,
)
from release.phones.attendance import Attendance, course_attendance, write_attendance
from release.phones.hand_in import PhoneHandIn, PhoneSubmission, RefusedPlay, hand_in_outlook
from release.phones.hand_in import hand_in as hand_in_plays
from release.phones.seat_cards import write_seat_cards
from release.phones.seats import CourseSeats, course_seats
from release.phones.words import phone_sentence
from release.workshop.data_folder import database_of
from release.workshop.writer.workshops import workshop_named, workshops_in
from scenarios.course_card import case_of
from scenarios.language import LANGUAGES, SOURCE

OnProgress = Callable[[int, int], None]


def cards(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Write a card for each person of the course. Raises BadInputError."""
    del on_progress
    return _written_cards(order, (), "cards_made")


def replace_card(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Write a new card for whoever has lost theirs, which opens nothing then. Raises BadInputError."""
    del on_progress
    return _written_cards(order, (order.person,), "new_card_made")


def try_hand_in(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Say who has played what, and what of it would be handed in. Nothing is. Raises BadInputError."""
    del on_progress
    data, seats = order.workshops, course_seats(order.course, order.workshops)
    if elsewhere := _elsewhere(order, seats):
        return DeedOutcome(remarks=elsewhere)
    outlook = hand_in_outlook(order.course, data, database_of(data))
    if outlook.is_empty:
        return DeedOutcome(remarks=(remark("look", "phone_no_plays"),))
    counts = {"placed": len(outlook.placed), "unchanged": len(outlook.unchanged)}
    remarks = [
        remark("good", "phone_trial", **counts, missing=len(outlook.missing)),
        *_remarks_of(outlook),
        remark("good", "phone_not_yet" if outlook.placed else "phone_all_there"),
    ]
    titles = _titles(seats)
    tables = (*_refused(outlook.refused, titles), _people(seats, outlook, titles))
    return DeedOutcome(
        remarks=tuple(remarks), tables=tables, offer="phone_hand_in" if outlook.placed else None
    )


def hand_in(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Make submissions of what was played on phones. Raises BadInputError."""
    data = order.workshops
    seats = course_seats(order.course, data)
    if elsewhere := _elsewhere(order, seats):
        return DeedOutcome(remarks=elsewhere)
    report = hand_in_plays(order.course, data, database_of(data), on_progress=on_progress)
    counts = {"placed": len(report.placed), "unchanged": len(report.unchanged)}
    remarks = (remark("good", "phone_handed_in", **counts), *_remarks_of(report))
    return DeedOutcome(remarks=remarks, tables=tuple(_refused(report.refused, _titles(seats))))


def attendance(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Write who was there, by day and session, as their phones tell it. Raises BadInputError."""
    del on_progress
    data = order.workshops
    who = course_attendance(order.course, data, database_of(data), order.fields.get("zone", "WIB"))
    if not who.presences:
        return DeedOutcome(remarks=(remark_of("look", phone_sentence("attendance_none")),))
    file = write_attendance(order.course, who, language=order.language)
    made = remark("good", "attendance_made", people=len(who.people), sessions=len(who.sessions))
    return DeedOutcome(remarks=(made,), tables=(_sessions(who),), files=(f"{EXPORTS}/{file.name}",))


def _written_cards(order: Order, lost: tuple[str, ...], made: str) -> DeedOutcome:
    address = order.fields.get("address", "")
    written = write_seat_cards(order.course, order.workshops, address, replace=lost, language=order.language)
    remarks = [remark("good", made, count=written.count), remark("look", "cards_safe")]
    if lost:
        remarks.append(remark_of("look", phone_sentence("cards_replaced")))
    if not address:
        remarks.append(remark("look", "cards_no_address"))
    return DeedOutcome(remarks=tuple(remarks), files=(f"{EXPORTS}/{written.file.name}",))


def _elsewhere(order: Order, seats: CourseSeats) -> tuple[Remark, ...]:
    """Why nothing is handed in of the workshop that was chosen; nothing where it carries this course."""
    url, name = database_of(order.workshops), order.fields.get("workshop", "")
    carriers = seats.workshops(url)
    if carriers.get(name):
        return ()
    here = [one.label for one in workshops_in(url) if carriers.get(one.name)]
    where = remark("look", "phone_sit_in", name=here[0]) if here else remark("look", "phone_sit_nowhere")
    if not name:
        return (where,)
    label = workshop_named(url, name).label
    wrong = "phone_other_course" if name in carriers else "phone_no_course"
    return (remark("bad", wrong, name=label), where)


def _remarks_of(report: PhoneHandIn) -> Iterator[Remark]:
    if report.unfinished:
        yield remark("look", "phone_unfinished", count=len(report.unfinished))
    if report.refused:
        yield remark("bad", "phone_refused", count=len(report.refused))


def _titles(seats: CourseSeats) -> Mapping[str, Words]:
    """What each case of the course is called, in each language. Raises BadInputError."""
    cases = {name: case_of(seats.course.place / "source" / name) for name in seats.course.cases}
    return {
        name: {
            tongue: case.in_language(tongue if tongue in case.languages else SOURCE).title
            for tongue in LANGUAGES
        }
        for name, case in cases.items()
    }


def _refused(plays: tuple[RefusedPlay, ...], titles: Mapping[str, Words]) -> Iterator[ShownTable]:
    if plays:
        header = (heading("column_id"), heading("column_case"), heading("column_why"))
        rows = tuple((one.person, titles.get(one.case, one.case), words_of(one.why)) for one in plays)
        yield ShownTable(title=heading("phone_refused_table"), header=header, rows=rows)


def _people(seats: CourseSeats, outlook: PhoneHandIn, titles: Mapping[str, Words]) -> ShownTable:
    """Who has played how much, those first who have played least."""
    missing, unfinished = _by_person(outlook.missing), _by_person(outlook.unfinished)
    refused = Counter(one.person for one in outlook.refused)
    whole = len(seats.course.cases)
    header = tuple(heading(f"column_{name}") for name in ("id", "name", "played", "unfinished", "missing"))

    def row(person: str) -> tuple[Cell, ...]:
        played = whole - len(missing.get(person, ())) - refused[person]
        lists = (_named(cases.get(person, ()), titles) for cases in (unfinished, missing))
        return (person, seats.roster[person].name, f"{played} / {whole}", *lists)

    people = sorted(seats.roster, key=lambda person: -len(missing.get(person, ())))
    return ShownTable(title=heading("phone_people"), header=header, rows=tuple(map(row, people)))


def _named(cases: Sequence[str], titles: Mapping[str, Words]) -> Cell:
    if not cases:
        return "–"
    return {tongue: ", ".join(titles[case][tongue] for case in cases) for tongue in LANGUAGES}


def _by_person(submissions: Iterable[PhoneSubmission]) -> dict[str, list[str]]:
    cases: dict[str, list[str]] = {}
    for one in submissions:
        cases.setdefault(one.person, []).append(one.case)
    return cases


def _sessions(who: Attendance) -> ShownTable:
    """How many were there in each session, and from when to when."""
    header = tuple(heading(f"column_{name}") for name in ("day", "session", "present", "time"))
    rows = []
    for day, session in who.sessions:
        here = [one for one in who.presences if (one.day, one.session) == (day, session)]
        span = f"{min(one.first for one in here):%H.%M}–{max(one.last for one in here):%H.%M}"
        rows.append((f"{day:%Y-%m-%d}", str(session), f"{len(here)} / {len(who.people)}", span))
    return ShownTable(title=heading("attendance_table"), header=header, rows=tuple(rows))

"""What the addresses of the course pages answer: a page, a deed begun, a file to take."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from tornado import web

from graders.exports import EXPORTS
from graders.key.key import KeysMissingError, keys_folder
from graders.people.roster import write_roster_template
from release.course.retention import PAPERS_FOLDER
from release.course_desk.message import DeedName, Order, Remark, remark, words_of
from release.course_desk.web.course_list import CourseList, CourseListError, ListedCourse, course_id
from release.course_desk.web.course_view import PLAN, course_view, report_file
from release.course_desk.web.due_step import PARTS, due_step, unfolded_parts
from release.course_desk.web.grade_table import grade_table
from release.course_desk.web.paper_view import paper_view
from release.course_desk.web.phone_view import phone_view
from release.course_desk.web.programme_view import programme_views, standing_programme
from release.course_desk.web.reading_room import ReadingRoom
from release.course_desk.web.upload import MOST_BYTES, TooLargeError, UploadHandler, put_files
from release.course_desk.web.work import DeedBench, DeedWork
from release.local_time import ZONES, likely_zone, written
from release.papers.organiser import Organiser
from release.papers.words import PAPERS
from release.settings import (
    MAX_PERSON,
    SettingsError,
    one_line,
    read_settings,
    settings_file,
    write_settings,
)
from release.workshop.desk.form import playable_cases
from release.workshop.desk.start import StartPage
from scenarios.course_card import CARD_NAME, KEEP_DAYS, MAX_KEEP_DAYS
from scenarios.directory.reviewer_roles import review_sentence
from scenarios.documents.problem import BadInputError
from scenarios.engine.event import MAX_COURSE_NAME
from scenarios.language import LANGUAGES

ROOM = "kasuslab_course_room"
HOME = "/kursus"
ID = r"([0-9a-f]{12})"
WAIT_SECONDS = 4.0
# A course with its gradebook takes some seconds to make.
MAKE_SECONDS = 90.0
DEEDS: Mapping[str, DeedName] = {
    "daftar": "roster_trial",
    "serahan": "collect",
    "nilai": "grade",
    "laporan": "report",
    "lembar": "worksheet",
    "umpanbalik": "feedback",
    "moodle": "moodle",
    "kuncibaru": "key_trial",
    "kembali": "key_back",
    "panel": "panel",
    "penelitian": "research",
    "ekspor": "export",
    "lupakan": "forget_trial",
    "hapus": "delete_trial",
    "ubah": "make",
    "kartu": "cards",
    "kartuhilang": "new_card",
    "ponsel": "phone_trial",
    "umpanponsel": "phone_feedback",
    "hadir": "attendance",
    "berkas": "papers",
}
# Of how many files a deed is, and whether of one case alone.
ONE_FILE = frozenset({"roster_trial", "worksheet"})
FILES = frozenset({*ONE_FILE, "collect", "take_keys"})
ONE_CASE = frozenset({"key_trial", "key_back", "panel"})
NEEDS_KEYS = frozenset(
    {"grade", "report", "feedback", "key_trial", "key", "panel", "research", "phone_feedback", "papers"}
)
# Done only once it was ticked that one is sure.
ASKED = frozenset({"forget", "delete"})
MARKS = ("draw", "teams", "renumber", "before_due", "no_logo", "with_others")
_PAPER_FIELDS = ("paper", *(name for name in Organiser.model_fields if name != "logo"))
FIELDS = frozenset(
    {
        *("name", "programme", "mode", "days", "begins", "zone", "person", "workshop", "address"),
        *_PAPER_FIELDS,
    }
)
# Files that a form has beside others, each in a folder of its name.
NAMED_FILES = ("logo", "answers")
TAKEN_FROM = {"unduh": EXPORTS, "berkas": PAPERS_FOLDER}
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
TEMPLATES_OF_ROSTER = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.ms-excel"}


@dataclass(slots=True)
class CourseRoom:
    """What the course pages share.

    typed: for papers, by course, as long as it is not taken; unmade: the new course that was asked for
    last, if it was not made.
    """

    courses: CourseList
    bench: DeedBench
    reading: ReadingRoom
    environ: Mapping[str, str]
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    typed: dict[Path, Mapping[str, str]] = field(default_factory=dict)
    unmade: Order | None = None

    @property
    def keys(self) -> Path | None:
        """The folder of the keys, None where there is none."""
        try:
            return keys_folder(self.environ)
        except KeysMissingError:
            return None

    @property
    def person(self) -> str:
        """Who can be spoken to, as the start page has it."""
        try:
            return one_line(read_settings(settings_file(self.environ)).person)
        except BadInputError:
            return ""

    def remember(self, person: str) -> None:
        """Have this machine know who can be spoken to, where nobody is named yet. Raises SettingsError."""
        file = settings_file(self.environ)
        settings = read_settings(file)
        if person and not one_line(settings.person):
            write_settings(file, settings.model_copy(update={"person": person}))

    def typed_in(self, course: Path) -> Mapping[str, str] | None:
        """What was typed for the papers of a course and was not taken; None for nothing."""
        work, typed = self.bench.last.get(course), self.typed.get(course)
        outcome = work.look() if work is not None and work.order.fields == typed else None
        if outcome is not None and outcome.level != "bad":
            self.typed.pop(course)
        return self.typed.get(course)

    def end(self) -> None:
        """End all that was started here."""
        self.reading.end()
        self.bench.end()


class CoursePage(StartPage):
    """What the course pages share: they stand behind the start page's door."""

    @property
    def room(self) -> CourseRoom:
        """What the course pages share."""
        room: CourseRoom = self.settings[ROOM]
        return room

    async def course(self, ident: str) -> ListedCourse:
        """The course of an address. Raises HTTPError 404."""
        course = await asyncio.to_thread(self.room.courses.course, ident)
        if course is None:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        return course

    def lead_to(self, address: str) -> None:
        """Lead to a page of ours, with another request."""
        self.redirect(address, status=HTTPStatus.SEE_OTHER)


class CourseListHandler(CoursePage):
    """The courses of this machine, and the form of a new one."""

    async def get(self) -> None:
        """Show them."""
        room, language, unmade = self.room, self.language, self.room.unmade
        draft = self.context.desk.draft
        courses = await asyncio.to_thread(room.courses.courses)
        cases = sorted(playable_cases(language).values(), key=lambda case: (case.level, case.title))
        values = {
            "courses": courses,
            "is_named": room.courses.is_named,
            "work": self._making({one.folder for one in courses}),
            "programmes": programme_views(room.keys),
            "cases": cases,
            "review_of": lambda case: review_sentence(case.valid_review, language),
            "typed": {
                "person": room.person or one_line(draft.person if draft is not None else ""),
                "days": str(KEEP_DAYS),
                "zone": likely_zone(self.context.desk.plan.zone),
                **(unmade.fields if unmade else {}),
            },
            "chosen": unmade.cases if unmade else (),
            "most_days": MAX_KEEP_DAYS,
            "most_name": MAX_COURSE_NAME,
            "most_person": MAX_PERSON,
            "zones": tuple(ZONES),
            "home": room.courses.home,
            "most_bytes": MOST_BYTES,
            "here": HOME,
        }
        self.show("courses.html", **values)

    def _making(self, there: Collection[Path]) -> DeedWork | None:
        """A course that is being made or could not be, else what the page has to say."""
        bench = self.room.bench
        work = bench.work
        if work is None or work.order.deed != "make" or work.order.course in there:
            work = bench.last.get(self.room.courses.home)
        if work is not None:
            work.look()
        return work


class CourseHandler(CoursePage):
    """A course."""

    async def get(self, ident: str) -> None:
        """Show it. Raises HTTPError 404."""
        course, room, language = await self.course(ident), self.room, self.language
        view = await asyncio.to_thread(course_view, course, room.keys, language)
        work = room.bench.last.get(course.folder)
        outcome = work.look() if work is not None else None
        typed = room.typed_in(course.folder)
        phones = await asyncio.to_thread(phone_view, self.context.desk, view, language)
        reading = room.reading.link(course.folder)
        values = {
            "view": view,
            "grades": grade_table(view),
            "phones": phones,
            "due_step": due_step(view, phones),
            "parts": PARTS,
            "unfolded": unfolded_parts(
                view, None if work is None else work.order.deed, is_read=bool(reading)
            ),
            "zone_here": likely_zone(self.context.desk.plan.zone),
            "papers": await asyncio.to_thread(paper_view, course.folder, typed, language),
            "paper_names": PAPERS,
            "course": course,
            "work": work,
            "outcome": outcome,
            "is_busy": work is not None and outcome is None,
            "reading": reading,
            "has_keys": room.keys is not None,
            "programmes": programme_views(room.keys),
            "programme": standing_programme(view),
            "cases": sorted(playable_cases(language).values(), key=lambda case: (case.level, case.title)),
            "review_of": lambda case: review_sentence(case.valid_review, language),
            "when": partial(written, zone=self.context.desk.plan.zone),
            "most_bytes": MOST_BYTES,
            "most_days": MAX_KEEP_DAYS,
            "most_person": MAX_PERSON,
            "zones": tuple(ZONES),
            "here": f"{HOME}/{ident}",
        }
        self.show("course.html", **values)


class ProgressHandler(CoursePage):
    """How far a deed is, for the page's script."""

    async def get(self, ident: str) -> None:
        """Answer in JSON: whether it goes on, and how many of how many are done. Raises HTTPError 404."""
        course = await self.course(ident)
        work = self.room.bench.last.get(course.folder)
        is_busy = work is not None and work.look() is None
        progress = work.progress if work is not None and is_busy else None
        self.set_header("Content-Type", "application/json")
        counts = {"done": progress.done, "whole": progress.whole} if progress is not None else {}
        self.finish({"busy": is_busy, **counts})


class CourseDeedHandler(UploadHandler, CoursePage):
    """The buttons of a course."""

    async def post(self, ident: str, deed: str) -> None:
        """Begin what a button says, wait a moment for it, and lead back. Raises HTTPError 404."""
        course = await self.course(ident)
        try:
            self.read_form()
            order = await asyncio.to_thread(self._order, DEEDS[deed], course.folder)
            await self.begin(order, self._wrong(order))
        except TooLargeError:
            too_large = remark("bad", "too_large", most=MOST_BYTES // 1_000_000)
            await self.begin(Order(deed=DEEDS[deed], course=course.folder), too_large)
        self.lead_to(f"{HOME}/{ident}#said")

    async def begin(
        self, order: Order, wrong: Remark | None, *, seconds: float = WAIT_SECONDS, page: Path | None = None
    ) -> None:
        """Begin an order where nothing is wrong with it and nothing else is under way, and wait a moment.

        page: which page says why not, that of the course where left out.
        """
        bench = self.room.bench
        async with self.room.turn:
            if bench.is_busy:
                if bench.work is not None and bench.work.order.course != (page or order.course):
                    bench.answer(page or order.course, remark("look", "busy"))
                return
            if wrong is not None:
                bench.answer(page or order.course, wrong)
                return
            await asyncio.to_thread(bench.begin, order)
        await asyncio.to_thread(bench.wait, seconds)

    def word(self, name: str) -> str:
        """What was typed in a field."""
        return self.get_body_argument(name, "").strip()

    def order_of(self, deed: DeedName, course: Path) -> Order:
        """The order that the form makes, without its files."""
        tongue = self.word("tongue")
        return Order(
            deed=deed,
            course=course,
            cases=tuple(filter(None, self.get_body_arguments("case"))),
            person=self.word("who"),
            marks=frozenset(mark for mark in MARKS if self.get_body_arguments(mark)),
            fields={name: self.word(name) for name in FIELDS if self.word(name)},
            language=tongue if tongue in LANGUAGES else self.language,
            workshops=self.context.desk.data,
        )

    def _order(self, deed: DeedName, course: Path) -> Order:
        order, sent = self.order_of(deed, course), self.files("file", "folder")
        if deed == "papers":
            self.room.typed[course] = order.fields
        named = {name: files for name in NAMED_FILES if (files := self.files(name))}
        if not (sent or named):
            return order
        folder = self.room.bench.new_folder()
        put = list(put_files(sent, folder))
        for name, files in named.items():
            put += put_files(files, folder / name)
        return order.model_copy(update={"files": tuple(put)})

    def _wrong(self, order: Order) -> Remark | None:
        deed = order.deed
        if deed in FILES and not order.files:
            return remark("bad", "no_file")
        if deed in ONE_FILE and (len(order.files) > 1 or any(file.is_dir() for file in order.files)):
            return remark("bad", "one_file")
        if deed in ONE_CASE and len(order.cases) != 1:
            return remark("bad", "no_choice")
        if deed == "new_card" and not order.person:
            return remark("bad", "no_person_chosen")
        if deed in NEEDS_KEYS and self.room.keys is None:
            return remark("bad", "no_keys")
        return wrong_days(order.fields.get("days", "")) if deed == "make" else None


class MakeHandler(CourseDeedHandler):
    """A new course or programme."""

    async def post(self) -> None:  # type: ignore[override]
        """Make it, and lead to it."""
        room, home = self.room, self.room.courses.home
        self.read_form()
        order = self.order_of("make", home)
        name = one_line(order.fields.get("name"))[:MAX_COURSE_NAME]
        wrong = wrong_days(order.fields.get("days", ""))
        if not (order.fields.get("programme") or order.cases):
            wrong = remark("bad", "no_cases")
        elif room.keys is None:
            wrong = remark("bad", "no_keys")
        try:
            folder = await asyncio.to_thread(room.courses.new_folder, name)
            order = order.model_copy(update={"course": folder, "fields": {**order.fields, "name": name}})
        except CourseListError as error:
            wrong = Remark(level="bad", words=words_of(error.args[0]))
        await self.begin(order, wrong, seconds=MAKE_SECONDS, page=home)
        courses = await asyncio.to_thread(room.courses.courses)
        made = next((one for one in courses if one.folder == order.course), None)
        room.unmade = order if made is None else None
        if made is not None:
            room.bench.last.pop(home, None)
            with contextlib.suppress(SettingsError):  # the start page says what is wrong with them
                room.remember(one_line(made.card.person))
        self.lead_to(f"{HOME}/{made.id}#said" if made is not None else f"{HOME}#said")


class KeysHandler(CourseDeedHandler):
    """Keys that whoever keeps them has given."""

    async def post(self) -> None:  # type: ignore[override]
        """Take them, and lead back to the page, which says what became of them."""
        home = self.room.courses.home
        try:
            self.read_form()
            order = await asyncio.to_thread(self._order, "take_keys", home)
            await self.begin(order, self._wrong(order), seconds=MAKE_SECONDS)
        except TooLargeError:
            too_large = remark("bad", "too_large", most=MOST_BYTES // 1_000_000)
            await self.begin(Order(deed="take_keys", course=home), too_large)
        self.lead_to(f"{HOME}#said")


class ListedHandler(CourseDeedHandler):
    """A course from elsewhere, put on the list."""

    async def post(self) -> None:  # type: ignore[override]
        """Put it there, and lead to it."""
        room = self.room
        self.read_form()
        try:
            listed = await asyncio.to_thread(room.courses.add, self.word("path"))
        except CourseListError as error:
            room.bench.answer(room.courses.home, Remark(level="bad", words=words_of(error.args[0])))
            self.lead_to(f"{HOME}#said")
            return
        room.bench.last.pop(room.courses.home, None)
        self.lead_to(f"{HOME}/{listed.id}")


class OfferHandler(CourseDeedHandler):
    """The second step of a deed that was tried first: what it said is done now."""

    async def post(self, ident: str) -> None:  # type: ignore[override]
        """Do it, where the question still stands. Raises HTTPError 404."""
        course, bench = await self.course(ident), self.room.bench
        self.read_form()
        work = bench.last.get(course.folder)
        outcome = work.look() if work is not None else None
        if work is None or outcome is None or outcome.offer is None or outcome.offer != self.word("offer"):
            await self.begin(Order(deed="make", course=course.folder), remark("look", "offer_over"))
        elif outcome.offer in ASKED and not self.get_body_arguments("sure"):
            bench.last[course.folder].outcome = outcome.model_copy(
                update={"remarks": (remark("bad", "unsure"), *outcome.remarks[-3:])}
            )
        elif outcome.offer == "delete":
            self.lead_to(await self._delete(work.order.model_copy(update={"deed": "delete"})))
            return
        else:
            await self.begin(work.order.model_copy(update={"deed": outcome.offer}), None)
        self.lead_to(f"{HOME}/{ident}#said")

    async def _delete(self, order: Order) -> str:
        """Delete a course that no workshop carries; the address of the page that says what became of it."""
        room, desk, folder = self.room, self.context.desk, order.course
        running = desk.running.course if desk.runs and desk.running is not None else ""
        is_carried = running != "" and Path(running) == folder
        await asyncio.to_thread(room.reading.close, folder)
        await self.begin(order, remark("bad", "delete_running") if is_carried else None, seconds=MAKE_SECONDS)
        if (folder / CARD_NAME).exists():
            return f"{HOME}/{course_id(folder)}#said"
        if (work := room.bench.last.pop(folder, None)) is not None:
            room.bench.last[room.courses.home] = work
        await asyncio.to_thread(room.courses.drop, folder)
        await asyncio.to_thread(desk.let_go_of, folder)
        return f"{HOME}#said"


class BreakHandler(CoursePage):
    """The button that ends a deed before it is done."""

    async def post(self, ident: str) -> None:
        """End it. Raises HTTPError 404."""
        await self.course(ident)
        await asyncio.to_thread(self.room.bench.break_off)
        self.lead_to(f"{HOME}/{ident}#said")


class ReflectionsHandler(CoursePage):
    """Into the formgrader of a course, and out of it."""

    async def post(self, ident: str, what: str) -> None:
        """Open or close it. Raises HTTPError 404."""
        course, room = await self.course(ident), self.room
        deed: Callable[[], Remark] = partial(room.reading.close, course.folder)
        if what == "buka":
            keys = room.keys
            back = f"{self.context.door.address.rstrip('/')}{HOME}/{ident}#h-renungan"
            deed = (
                partial(room.reading.begin, course.folder, keys, back, self.language)
                if keys is not None
                else partial(remark, "bad", "no_keys")
            )
        async with room.turn:
            sentence = await asyncio.to_thread(deed)
            if not room.bench.is_busy:
                room.bench.answer(course.folder, sentence)
        self.lead_to(f"{HOME}/{ident}#said")


class ListDropHandler(CoursePage):
    """A course from elsewhere, taken off the list; its folder stays."""

    async def post(self, ident: str) -> None:
        """Take it off. Raises HTTPError 404."""
        course = await self.course(ident)
        await asyncio.to_thread(self.room.courses.drop, course.folder)
        self.lead_to(HOME)


class TakeHandler(CoursePage):
    """A file of the course to be taken: of its exports, or of its papers."""

    async def get(self, ident: str, part: str, name: str) -> None:
        """Send it. Raises HTTPError 404."""
        folder = (await self.course(ident)).folder / TAKEN_FROM[part]
        file = _file_in(folder, name)
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(file.name)}")
        self.finish(await asyncio.to_thread(file.read_bytes))


class PrintHandler(CoursePage):
    """A page of the course to be printed: cards of its exports, or papers."""

    async def get(self, ident: str, part: str, name: str) -> None:
        """Show it. Raises HTTPError 404."""
        file = _file_in((await self.course(ident)).folder / part, name)
        if file.suffix != ".html":
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Security-Policy", REPORT_POLICY)
        self.finish(await asyncio.to_thread(file.read_bytes))


class CoursePaperHandler(CoursePage):
    """The class report, and the plan of a programme."""

    async def get(self, ident: str, kind: str) -> None:
        """Send it. Raises HTTPError 404."""
        folder = (await self.course(ident)).folder
        file = report_file(folder) if kind == "laporan" else folder / PLAN
        if file is None or not file.is_file():
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Security-Policy", REPORT_POLICY)
        self.finish(await asyncio.to_thread(file.read_bytes))


class RosterTemplateHandler(CoursePage):
    """A sheet for a roster, to be filled in."""

    async def get(self, kind: str) -> None:
        """Send it."""
        language = self.language

        def written_sheet() -> bytes:
            with TemporaryDirectory() as folder:
                file = Path(folder) / f"peserta.{kind}"
                write_roster_template(file, language)
                return file.read_bytes()

        data = await asyncio.to_thread(written_sheet)
        self.set_header("Content-Type", TEMPLATES_OF_ROSTER[kind])
        self.set_header("Content-Disposition", f'attachment; filename="peserta.{kind}"')
        self.finish(data)


class CourseLanguageHandler(CoursePage):
    """The choice of a language, which the terminal and the start page speak as well from then on."""

    async def post(self, language: str) -> None:
        """Settle it, and lead back to the page; where it cannot be, the page of all courses says so."""
        room, back = self.room, self.get_body_argument("back", HOME)
        is_ours = back == HOME or (back.startswith(f"{HOME}/") and back.count("/") == HOME.count("/") + 1)
        try:
            await asyncio.to_thread(self.choose_language, language)
        except BadInputError as error:
            room.bench.answer(room.courses.home, Remark(level="bad", words=words_of(error.args[0])))
            is_ours = False
        self.lead_to(back if is_ours else HOME)


def _file_in(folder: Path, name: str) -> Path:
    """The file of that name that stands in a folder, or below it. Raises HTTPError 404."""
    files = {
        file.relative_to(folder).as_posix(): file
        for file in folder.rglob("*")
        if file.is_file() and not file.is_symlink() and not file.name.startswith(".")
    }
    if name not in files:
        raise web.HTTPError(HTTPStatus.NOT_FOUND)
    return files[name]


def wrong_days(typed: str) -> Remark | None:
    """What is wrong with a number of days, None where it is one, or nothing was typed."""
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(MAX_KEEP_DAYS))
    if not typed or (is_number and 1 <= int(typed) <= MAX_KEEP_DAYS):
        return None
    return remark("bad", "bad_days", most=MAX_KEEP_DAYS)


def course_routes() -> list[tuple[str, type[web.RequestHandler]]]:
    """The addresses of the course pages."""
    deeds = "|".join(DEEDS)
    return [
        (HOME, CourseListHandler),
        (f"{HOME}/buat", MakeHandler),
        (f"{HOME}/tambah", ListedHandler),
        (f"{HOME}/kunci", KeysHandler),
        (rf"{HOME}/templat\.({'|'.join(TEMPLATES_OF_ROSTER)})", RosterTemplateHandler),
        (rf"{HOME}/bahasa/({'|'.join(LANGUAGES)})", CourseLanguageHandler),
        (f"{HOME}/{ID}", CourseHandler),
        (f"{HOME}/{ID}/kemajuan", ProgressHandler),
        (rf"{HOME}/{ID}/kerja/({deeds})", CourseDeedHandler),
        (f"{HOME}/{ID}/ya", OfferHandler),
        (f"{HOME}/{ID}/batal", BreakHandler),
        (rf"{HOME}/{ID}/renungan/(buka|tutup)", ReflectionsHandler),
        (f"{HOME}/{ID}/lepas", ListDropHandler),
        (rf"{HOME}/{ID}/({'|'.join(TAKEN_FROM)})/(.+)", TakeHandler),
        (rf"{HOME}/{ID}/cetak/({EXPORTS}|{PAPERS_FOLDER})/(.+)", PrintHandler),
        (rf"{HOME}/{ID}/(laporan|rencana)", CoursePaperHandler),
    ]

"""The plan of a programme as a page: each session in each language, and its sheets to fill in, printable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from markupsafe import Markup

from graders.key.guide import GUIDES, load_guide
from graders.key.key import load_key
from graders.people.forms import FORMS, Orders
from release.course.course import read_course
from release.course.programmes.deadlines import Calendar
from release.course.programmes.programme import PaperSheet, Programme, ProgrammeSession
from release.course.programmes.programme_length import session_minutes, talk_minutes
from scenarios.case import Case, common_languages
from scenarios.course_card import case_of
from scenarios.directory.competencies import load_competencies
from scenarios.directory.services import load_directory
from scenarios.documents.template import template_page
from scenarios.documents.whole_file import write_whole
from scenarios.language import Language, Texts, read_catalogue
from scenarios.lessons.lesson_files import lessons_of
from scenarios.palette import with_palette

PAGE = "programme.html"

_HERE = Path(__file__).parent
_TEXTS = _HERE / "programme_page.yaml"
_TEMPLATE = "programme_page.html.j2"


@dataclass(frozen=True, slots=True)
class PlannedCase:
    """A case in its session.

    talk: minutes of the debrief, or of reading the feedback where everybody learns alone; competencies:
    their codes, sorted.
    """

    case: Case
    talk: int
    competencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session with all that is said of it. minutes: of the whole; test: "before", "after", or ""."""

    number: int
    session: ProgrammeSession
    cases: tuple[PlannedCase, ...]
    minutes: int
    test: str
    day: date | None
    due: datetime | None

    @property
    def competencies(self) -> frozenset[str]:
        """The codes of what the session trains."""
        return frozenset(code for planned in self.cases for code in planned.competencies)


@dataclass(frozen=True, slots=True)
class ProgrammePlan:
    """What the page says. tests_due: when both tests are due, of a programme whose cases are not."""

    course: str
    programme: Programme
    sessions: tuple[PlannedSession, ...]
    with_tests: bool
    test_minutes: int
    orders: Orders
    zone: str
    form_titles: Mapping[str, Texts]
    tests_due: datetime | None

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages that all of its cases have."""
        return common_languages(planned.case for one in self.sessions for planned in one.cases)


def plan_of(  # noqa: PLR0913 -- the folders are there for tests and for other libraries
    course: Path,
    programme: Programme,
    calendar: Calendar | None,
    orders: Orders,
    *,
    with_tests: bool,
    keys: Path,
    guides: Path = GUIDES,
) -> ProgrammePlan:
    """The plan of the programme that stands as a course at `course`. Raises ProblemsError, CourseError."""
    tests = [case_of(course / "source" / test) for test in programme.tests] if with_tests else []
    longest = max((test.minutes for test in tests), default=0)
    test_minutes = longest + programme.explain if with_tests else 0
    places = [number for number, session in enumerate(programme.sessions) if session.test and with_tests]
    when = {places[0]: "before", places[-1]: "after"} if places else {}
    alone = programme.is_self_study
    sessions = []
    for number, session in enumerate(programme.sessions):
        cases = tuple(_planned(course, case, programme, keys, guides) for case in session.cases)
        test = when.get(number, "")
        length = session_minutes(programme, session, (one.case.minutes + one.talk for one in cases))
        minutes = length + (test_minutes if test else 0)
        day = calendar.day(number) if calendar and not alone else None
        due = calendar.due(number) if calendar and not alone else None
        sessions.append(PlannedSession(number + 1, session, cases, minutes, test, day, due))
    return ProgrammePlan(
        course=read_course(course).course,
        programme=programme,
        sessions=tuple(sessions),
        with_tests=with_tests,
        test_minutes=test_minutes,
        orders=orders,
        zone=str(calendar.zone) if calendar else "",
        form_titles={test.id: test.titles for test in tests},
        tests_due=calendar.due(len(sessions) - 1) if calendar and alone and with_tests else None,
    )


def write_plan(course: Path, plan: ProgrammePlan) -> Path:
    """Write the page into the course; give its file."""
    pages = [ProgrammeWords(language) for language in plan.languages]
    begin = Counter(first for first, _ in plan.orders.values())
    text = template_page(
        _HERE / _TEMPLATE,
        plan=plan,
        pages=pages,
        begin=begin,
        forms=FORMS,
        competencies=load_competencies(),
        palette=Markup(with_palette()),  # noqa: S704 -- the lab's own
    )
    file = course / PAGE
    write_whole(file, text)
    return file


@dataclass(frozen=True, slots=True)
class ProgrammeWords:
    """What the template says in one language."""

    language: Language

    def t(self, name: str, /, **values: object) -> str:
        """One sentence of the catalogue."""
        return read_catalogue(_TEXTS)[name][self.language].format(**values)

    def title(self, case: Case) -> str:
        """The title of a case."""
        return case.in_language(self.language).title

    def lesson(self, code: str) -> str:
        """The title of the lesson on a competency."""
        return lessons_of([code], self.language)[0].title

    def rows(self, sheet: PaperSheet) -> tuple[str, ...]:
        """What begins each row of a sheet."""
        services = load_directory().services
        names = (services[name].name[self.language] for name in sheet.services)
        return (*names, *(row[self.language] for row in sheet.rows), *("" for _ in range(sheet.blank)))

    def date(self, day: date) -> str:
        """A date with its month in words."""
        return f"{day.day} {self.t('months').split()[day.month - 1]} {day.year}"

    def moment(self, moment: datetime) -> str:
        """A moment in its own time zone."""
        return f"{self.date(moment.date())}, {self.t('hour', moment=moment)}"


def _planned(course: Path, case_id: str, programme: Programme, keys: Path, guides: Path) -> PlannedCase:
    case = case_of(course / "source" / case_id)
    codes = {part.competency for part in load_key(case, keys).decisions.values()}
    debriefed = 0 if programme.is_self_study else load_guide(case_id, guides).minutes
    return PlannedCase(case, talk_minutes(programme, debriefed), tuple(sorted(codes)))

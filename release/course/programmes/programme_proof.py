"""What a programme and the library prove together: its cases name it, and one is its participants' own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from graders.key.texts import guide_texts
from release.course.programmes.programme import PLANS, Programme, load_programme, plan_file
from scenarios.case import PROGRAMMES, Case
from scenarios.directory.services import load_directory
from scenarios.documents.document import DataPath, Document, read_document
from scenarios.documents.problem import Problem
from scenarios.language import LANGUAGES
from scenarios.lessons.lesson_files import lesson_competencies
from scenarios.proof.checks import written_problems
from scenarios.proof.wording import load_wording

FEWEST_CASES = 3

_RULE = "programme"


def programmes_problems(
    cases: Sequence[Case], unread: Collection[str] = (), folder: Path = PLANS
) -> Iterator[Problem]:
    """What is wrong with each programme in `folder`, where `cases` are all those of the library.

    unread: the ids of cases that could not be loaded, which is told elsewhere. Raises ProblemsError.
    """
    library = {case.id: case for case in cases}
    for code in PROGRAMMES:
        document = read_document(plan_file(code, folder))
        programme = load_programme(code, folder)
        if programme.code != code:
            fault = f"the programme is “{programme.code}”, but its file is that of “{code}”"
            yield document.problem(("code",), fault, "Give both the same code", _RULE)
            continue
        yield from _session_problems(document, programme, library, unread)
        yield from _test_problems(document, programme, library, unread)
        yield from _role_problems(document, programme, library, unread)
        yield from _sheet_problems(document, programme)
        for language in LANGUAGES:
            yield from written_problems(guide_texts(document, language), load_wording())


def _session_problems(
    document: Document, programme: Programme, library: Mapping[str, Case], unread: Collection[str]
) -> Iterator[Problem]:
    lessons = lesson_competencies()
    for number, session in enumerate(programme.sessions):
        for at, code in enumerate(session.lessons):
            if code not in lessons:
                path: DataPath = ("sessions", number, "lessons", at)
                remedy = f"Use one of: {', '.join(lessons)}"
                yield document.problem(path, f"there is no lesson on “{code}”", remedy, _RULE)
        for at, name in enumerate(session.cases):
            path = ("sessions", number, "cases", at)
            case = library.get(name)
            if case is None:
                if name not in unread:
                    remedy = "Write it, or take it out of the plan"
                    yield document.problem(path, f"the library has no case “{name}”", remedy, _RULE)
            elif case.use != "practice" or case.status == "retired":
                fault = f"“{name}” is no case for practice"
                yield document.problem(path, fault, "Take another one", _RULE)
            else:
                yield from _naming_problems(document, path, programme, case)
    for name, case in library.items():
        if programme.code in case.programmes and case.use == "practice" and name not in programme.cases:
            fault = f"the case “{name}” names {programme.code}, but no session plays it"
            remedy = f"Put it into a session, or take {programme.code} out of its “programmes”"
            line, place = document.place(("sessions",))
            yield Problem(str(document.file), line, place, fault, remedy, _RULE, "warning")


def _naming_problems(
    document: Document, path: DataPath, programme: Programme, case: Case
) -> Iterator[Problem]:
    if programme.code not in case.programmes:
        fault = f"the case “{case.id}” does not name {programme.code} in its “programmes”"
        remedy = f"Add {programme.code} there, or take the case out of the plan"
        yield document.problem(path, fault, remedy, _RULE)


def _test_problems(
    document: Document, programme: Programme, library: Mapping[str, Case], unread: Collection[str]
) -> Iterator[Problem]:
    for at, name in enumerate(programme.tests):
        path: DataPath = ("tests", at)
        case = library.get(name)
        if case is not None and case.use != "test":
            yield document.problem(path, f"“{name}” is no case for tests", "Take another one", _RULE)
        elif case is not None:
            yield from _naming_problems(document, path, programme, case)
        elif name not in unread:
            line, place = document.place(path)
            fault = f"the library has no test “{name}”, so that courses of {programme.code} have none"
            yield Problem(str(document.file), line, place, fault, "Write it", _RULE, "warning")


def _role_problems(
    document: Document, programme: Programme, library: Mapping[str, Case], unread: Collection[str]
) -> Iterator[Problem]:
    """A programme with too few cases, or none in the role of its own participants."""
    planned = dict.fromkeys(name for name in programme.cases if name in library or name in unread)
    if len(planned) < FEWEST_CASES:
        fault = f"{programme.code} has {len(planned)} cases, fewer than {FEWEST_CASES}"
        yield document.problem(("sessions",), fault, "Plan more of them", _RULE)
    roles = {library[name].role for name in planned if name in library}
    if roles.isdisjoint(programme.roles) and planned.keys().isdisjoint(unread):
        fault = f"no case of {programme.code} is in a role of its own participants"
        remedy = f"Plan one in a role of: {', '.join(programme.roles)}"
        yield document.problem(("roles",), fault, remedy, _RULE)


def _sheet_problems(document: Document, programme: Programme) -> Iterator[Problem]:
    services = load_directory().services
    for number, sheet in enumerate(programme.sheets):
        for at, name in enumerate(sheet.services):
            if name not in services:
                path: DataPath = ("sheets", number, "services", at)
                remedy = "Use a service of scenarios/services.yaml"
                yield document.problem(path, f"there is no service “{name}”", remedy, _RULE)

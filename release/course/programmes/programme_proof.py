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
from scenarios.sentence import sentences_of

_finding = sentences_of(PLANS / "findings.yaml")

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
            fault = _finding("other_programme", named=programme.code, file=code)
            yield document.problem(("code",), fault, _finding("give_both_same_code"), _RULE)
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
                remedy = _finding("use_one", choices=", ".join(lessons))
                yield document.problem(path, _finding("there_no_lesson", code=code), remedy, _RULE)
        for at, name in enumerate(session.cases):
            path = ("sessions", number, "cases", at)
            case = library.get(name)
            if case is None:
                if name not in unread:
                    remedy = _finding("write_or_take_out")
                    yield document.problem(path, _finding("library_has_no_case", case=name), remedy, _RULE)
            elif case.use != "practice" or case.status == "retired":
                fault = _finding("no_case_practice", case=name)
                yield document.problem(path, fault, _finding("take_another"), _RULE)
            else:
                yield from _naming_problems(document, path, programme, case)
    for name, case in library.items():
        if programme.code in case.programmes and case.use == "practice" and name not in programme.cases:
            fault = _finding("no_session_plays", case=name, code=programme.code)
            remedy = _finding("put_into_session_or", code=programme.code)
            line, place = document.place(("sessions",))
            yield Problem(str(document.file), line, place, fault, remedy, _RULE, "warning")


def _naming_problems(
    document: Document, path: DataPath, programme: Programme, case: Case
) -> Iterator[Problem]:
    if programme.code not in case.programmes:
        fault = _finding("case_does_not_name", case=case.id, code=programme.code)
        remedy = _finding("add_there_or_take", code=programme.code)
        yield document.problem(path, fault, remedy, _RULE)


def _test_problems(
    document: Document, programme: Programme, library: Mapping[str, Case], unread: Collection[str]
) -> Iterator[Problem]:
    for at, name in enumerate(programme.tests):
        path: DataPath = ("tests", at)
        case = library.get(name)
        if case is not None and case.use != "test":
            fault = _finding("no_case_tests", case=name)
            yield document.problem(path, fault, _finding("take_another"), _RULE)
        elif case is not None:
            yield from _naming_problems(document, path, programme, case)
        elif name not in unread:
            line, place = document.place(path)
            fault = _finding("library_has_no_test", case=name, code=programme.code)
            yield Problem(str(document.file), line, place, fault, _finding("write_it"), _RULE, "warning")


def _role_problems(
    document: Document, programme: Programme, library: Mapping[str, Case], unread: Collection[str]
) -> Iterator[Problem]:
    """A programme with too few cases, or none in the role of its own participants."""
    planned = dict.fromkeys(name for name in programme.cases if name in library or name in unread)
    if len(planned) < FEWEST_CASES:
        fault = _finding("too_few_cases", code=programme.code, count=len(planned), fewest=FEWEST_CASES)
        yield document.problem(("sessions",), fault, _finding("plan_more"), _RULE)
    roles = {library[name].role for name in planned if name in library}
    if roles.isdisjoint(programme.roles) and planned.keys().isdisjoint(unread):
        fault = _finding("no_case_own_role", code=programme.code)
        remedy = _finding("plan_one_role", roles=", ".join(programme.roles))
        yield document.problem(("roles",), fault, remedy, _RULE)


def _sheet_problems(document: Document, programme: Programme) -> Iterator[Problem]:
    services = load_directory().services
    for number, sheet in enumerate(programme.sheets):
        for at, name in enumerate(sheet.services):
            if name not in services:
                path: DataPath = ("sheets", number, "services", at)
                remedy = _finding("use_service")
                yield document.problem(path, _finding("there_no_service", service=name), remedy, _RULE)

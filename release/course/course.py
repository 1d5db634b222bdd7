"""Make a course: an nbgrader course directory with one assignment for each case.

A course is a folder of the facilitator's choosing. Every assignment carries its own copy of the
public case, so that a later change in the library changes no course that runs.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Template

import yaml

from graders.key.key import keys_folder, load_key
from notebooks.case_notebook import case_notebook, no_answer, notebook_text
from release.course.grade.course_settings import CONFIG
from scenarios.case import Case
from scenarios.course_card import CARD_NAME, KEEP_DAYS, MAX_KEEP_DAYS, CourseCard, case_of, read_course_card
from scenarios.directory.services import SERVICES_NAME, Directory, load_directory
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import whole_folder, write_whole
from scenarios.engine.event import MAX_COURSE_NAME, Mode
from scenarios.language import LANGUAGES
from scenarios.library import CASE_FOLDER, CASES, case_folder
from scenarios.loader import case_file, load_case
from scenarios.sentence import sentences_of

CHECKOUT = Path(__file__).resolve().parents[2]
_sentence = sentences_of(Path(__file__).with_name("texts.yaml"))
_PATTERN_SIGNS = frozenset("[]*?")
TEMPLATE = Path(__file__).parent / "nbgrader_config.txt"


class CourseError(BadInputError):
    """A course cannot be made as it was asked for; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Course:
    """A course that stands.

    added: the cases put in just now; standing: those that stood there already; variants: by case id, the one
    that everybody plays.
    """

    directory: Path
    name: str
    person: str | None
    added: tuple[str, ...]
    standing: tuple[str, ...]
    variants: Mapping[str, str]


def make_course(  # noqa: PLR0913 -- the folders are there for tests and for other libraries of cases
    directory: Path,
    case_ids: Sequence[str],
    *,
    person: str | None,
    name: str | None = None,
    mode: Mode | None = None,
    keep_days: int | None = None,
    variants: Mapping[str, str] | None = None,
    due: datetime | None = None,
    cases: Path = CASES,
    keys: Path | None = None,
    services: Directory | None = None,
) -> Course:
    """Make the course at `directory`, or add to the one that stands there.

    person: who can be spoken to, None keeps whoever was named; no play begins before someone is.
    name: the directory's own by default. mode: of its plays, test by default, panel for experts who
    make a key. keep_days: how long what is handed in is kept, KEEP_DAYS by default. variants: by case id, the
    one that every play which begins from now on gets, "" where it is drawn again; what the card says of other
    cases stays. due: when the assignments of `case_ids` are due, with its time zone. keys: the folder of the
    keys, which weigh the cells. services: the referral directory, the library's where left out. An assignment
    that stands there is left as it is, but for what its course card says.

    Raises CourseError, NoSuchCaseError, NoSuchVariantError, KeysMissingError, or ProblemsError of a case or
    its key.
    """
    from release.course.gradebook import add_assignments  # noqa: PLC0415 -- nbgrader takes seconds to import

    place = _place(directory)
    loaded = {case_id: load_case(case_folder(case_id, cases)) for case_id in dict.fromkeys(case_ids)}
    folder = keys or keys_folder()
    weights = {
        case_id: {decision: part.weight for decision, part in load_key(case, folder).decisions.items()}
        for case_id, case in loaded.items()
    }
    card = _with_variants(_card(place, name, person, mode, keep_days), place, loaded, variants or {})
    if due is not None:
        card = _with_due(card, dict.fromkeys(loaded, due))
    library = services or load_directory()
    directories = {case_id: _services(case, library) for case_id, case in loaded.items()}
    try:
        _write_course(place, card)
    except OSError as error:
        raise CourseError(_sentence("unwritable", file=error.filename, reason=error.strerror)) from None
    standing = tuple(case_id for case_id in loaded if (place / "source" / case_id).exists())
    added = tuple(case_id for case_id in loaded if case_id not in standing)
    for case_id in added:
        text = notebook_text(case_notebook(loaded[case_id], weights[case_id]))
        _write_assignment(place, loaded[case_id], case_folder(case_id, cases), text, directories[case_id])
    _write_cards(place, card)
    add_assignments(place, dict.fromkeys(loaded, due))
    return Course(place, card.course, card.person, added, standing, card.variants)


def set_due(place: Path, due: Mapping[str, datetime]) -> None:
    """Write when the cases of the course at `place` are due, for nbgrader and for whoever plays them."""
    from release.course.gradebook import add_assignments  # noqa: PLC0415 -- nbgrader takes seconds to import

    add_assignments(place, due)
    card = _with_due(read_course(place), due)
    _dump(place / CARD_NAME, card.written())
    _write_cards(place, card)


def read_course(directory: Path) -> CourseCard:
    """The course at `directory`: its name, and who can be spoken to. Raises CourseError for no course."""
    if not (directory / CARD_NAME).exists() or not (directory / CONFIG).exists():
        raise CourseError(_sentence("no_course", directory=directory))
    return read_course_card(directory)


def assignments(directory: Path) -> tuple[str, ...]:
    """The cases of the course at `directory`, sorted."""
    return tuple(sorted(file.parent.parent.name for file in directory.glob("source/*/case/case.yaml")))


def _place(directory: Path) -> Path:
    place = directory.expanduser().resolve()
    if place.is_relative_to(CHECKOUT):
        raise CourseError(_sentence("in_checkout", directory=directory, checkout=CHECKOUT))
    if set(str(place)) & _PATTERN_SIGNS:
        raise CourseError(_sentence("pattern", place=place))
    if place.exists() and not place.is_dir():
        raise CourseError(_sentence("is_file", directory=directory))
    if place.is_dir() and any(place.iterdir()) and not (place / CARD_NAME).exists():
        raise CourseError(_sentence("other_files", directory=directory))
    return place


def _card(
    place: Path, name: str | None, person: str | None, mode: Mode | None, keep_days: int | None
) -> CourseCard:
    if not (place / CARD_NAME).exists():
        days = KEEP_DAYS if keep_days is None else keep_days
        return _named(place.name if name is None else name, person, mode or "test", days, LANGUAGES)
    card = read_course(place)
    if name is not None and name != card.course:
        raise CourseError(_sentence("other_name", place=place, name=card.course))
    if mode is not None and mode != card.mode:
        raise CourseError(_sentence("other_mode", place=place, old=card.mode, new=mode))
    if keep_days is not None and keep_days > card.keep_days and any(place.glob("submitted/*")):
        raise CourseError(_sentence("longer", place=place, days=card.keep_days))
    spoken = card.person if person is None else person
    days = card.keep_days if keep_days is None else keep_days
    named = _named(card.course, spoken, card.mode, days, card.languages)
    return named.model_copy(update={"variants": card.variants, "due": card.due})


def _with_variants(
    card: CourseCard, place: Path, loaded: Mapping[str, Case], variants: Mapping[str, str]
) -> CourseCard:
    """The card with these variants set. An assignment that stands is asked by its own copy of the case."""
    standing = assignments(place)
    for case_id, variant in variants.items():
        if case_id not in standing and case_id not in loaded:
            known = ", ".join(dict.fromkeys((*standing, *loaded))) or "–"
            raise CourseError(_sentence("no_variant_case", case=case_id, choices=known))
        case = case_of(place / "source" / case_id) if case_id in standing else loaded[case_id]
        if variant:
            case.in_variant(variant)
    chosen = {case_id: variant for case_id, variant in {**card.variants, **variants}.items() if variant}
    return card.model_copy(update={"variants": chosen})


def _named(
    name: str, person: str | None, mode: Mode, keep_days: int, languages: tuple[str, ...]
) -> CourseCard:
    spoken = person.strip() if person is not None else None
    if not name.strip() or len(name) > MAX_COURSE_NAME or spoken == "":
        raise CourseError(_sentence("name", most=MAX_COURSE_NAME))
    if not 1 <= keep_days <= MAX_KEEP_DAYS:
        raise CourseError(_sentence("keep_days", most=MAX_KEEP_DAYS, days=keep_days))
    return CourseCard(course=name.strip(), mode=mode, person=spoken, keep_days=keep_days, languages=languages)


def _write_course(place: Path, card: CourseCard) -> None:
    (place / "source").mkdir(parents=True, exist_ok=True)
    (place / "exchange").mkdir(exist_ok=True)
    _dump(place / CARD_NAME, card.written())
    config = place / CONFIG
    if not config.exists():
        template = Template(TEMPLATE.read_text(encoding="utf-8"))
        course_id = re.sub(r"[^a-z0-9]+", "-", card.course.lower()).strip("-") or "kasuslab"
        text = template.substitute(course_id=repr(course_id), no_answer=repr(no_answer()))
        write_whole(config, text, parents=True)


def _write_assignment(place: Path, case: Case, library: Path, notebook: str, services: Directory) -> None:
    """Write one assignment; whatever lies in ``source/`` is taken for one, so that no draft may."""
    with whole_folder(place / "source" / case.id, drafts=place) as draft:
        folder = draft / CASE_FOLDER
        folder.mkdir()
        for file in map(case_file, case.languages):
            shutil.copyfile(library / file, folder / file)
        _dump(folder / SERVICES_NAME, services.model_dump(mode="json"))
        (draft / f"{case.id}.ipynb").write_text(notebook, encoding="utf-8", newline="\n")


def _services(case: Case, directory: Directory) -> Directory:
    """The part of the directory that a case uses, and the help that is shown on every screen."""
    wanted = set(directory.help)
    for _, decision in case.decisions():
        wanted.update(decision.service_ids)
    if missing := wanted - directory.services.keys():
        names = ", ".join(sorted(missing))
        raise CourseError(_sentence("no_service", names=names, case=case.id))
    services = {name: service for name, service in directory.services.items() if name in wanted}
    return Directory(services=services, help=directory.help)


def _with_due(card: CourseCard, due: Mapping[str, datetime]) -> CourseCard:
    moments = {case_id: moment.astimezone(UTC) for case_id, moment in due.items()}
    return card.model_copy(update={"due": {**card.due, **moments}})


def _write_cards(place: Path, card: CourseCard) -> None:
    """Write the course card into every assignment, as made and as released."""
    for step in ("source", "release"):
        for case in place.glob(f"{step}/*/case"):
            _dump(case / CARD_NAME, card.written())


def _dump(file: Path, data: object) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
    write_whole(file, text, parents=True)

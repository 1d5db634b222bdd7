"""The papers of a training, by the function of ``kasuslab papers``, and all of them as one ZIP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from graders.exports import EXPORTS
from release.course.retention import PAPERS_FOLDER
from release.course_desk.message import DeedOutcome, Order, Remark, remark
from release.papers.certificates.certificate_page import logo_address
from release.papers.certificates.seal import seal_file
from release.papers.organiser import Organiser, read_organiser, write_organiser
from release.papers.papers import PaperRequest, WrittenPapers, write_papers
from release.papers.words import PaperError, paper_sentence
from release.workshop.plan import bounds_of
from release.zipped_folder import zipped_folder
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

PACKED = "berkas-pelatihan.zip"
# What a form that carries several files calls each of them.
LOGO, ANSWERS = "logo", "answers"
_TYPED = tuple(name for name in Organiser.model_fields if name != LOGO)


def papers(order: Order, on_progress: Callable[[int, int], None]) -> DeedOutcome:
    """Keep what the organiser settles, and write the paper that is asked for, or all. Raises BadInputError.

    Fields: those of `Organiser`, and paper; person: whose certificate, everybody's where empty.
    """
    del on_progress
    course, seal, name = order.course, seal_file(), order.fields.get("paper", "")
    organiser = _organiser(order)
    # Before anything else can go wrong: what was typed is not typed again.
    write_organiser(course, organiser)
    only = (order.person,) if order.person else ()
    request = PaperRequest(seal, (name,) if name else (), answers=_dropped(order, ANSWERS), only=only)
    had_seal = seal.exists()
    written = write_papers(course, organiser, request, now=datetime.now(UTC))
    packed = course / EXPORTS / PACKED
    try:
        write_whole(packed, zipped_folder(course / PAPERS_FOLDER), mode=OWNER_ALONE, parents=True)
    except OSError as error:
        raise PaperError(paper_sentence("unwritable", file=packed, why=error.strerror)) from None
    remarks = [remark("good", "papers_made", count=len(written.files)), remark("look", "papers_names")]
    if name in {"", "certificates"}:
        remarks += _certificate_remarks(written, organiser, seal, had_seal=had_seal)
    pages = tuple(_pages(course, written, name)) if name else ()
    return DeedOutcome(remarks=tuple(remarks), files=(*pages, f"{EXPORTS}/{PACKED}"))


def _organiser(order: Order) -> Organiser:
    """What was typed, in place of all that was settled before. Raises PaperError."""
    typed = {name: order.fields.get(name, "") for name in _TYPED}
    try:
        return Organiser.model_validate({**typed, LOGO: _logo(order)})
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        least, most = bounds_of(Organiser, name)
        values = {"option": paper_sentence(f"option_{name}"), "value": typed[name][:40]}
        raise PaperError(paper_sentence("wrong_figure", **values, least=least, most=most)) from None


def _logo(order: Order) -> Path | None:
    """The logo: what was dropped, copied into the course, else the one of before. Raises PaperError."""
    own, file = sorted(order.course.glob("papers-logo.*")), _dropped(order, LOGO)
    target = order.course / f"papers-logo{file.suffix.lower()}" if file is not None else None
    try:
        if file is not None and target is not None:
            logo_address(file)
            write_whole(target, file.read_bytes())
        if target is not None or "no_logo" in order.marks:
            for other in set(own) - {target}:
                other.unlink()
            return target
    except OSError as error:
        place = target or order.course
        raise PaperError(paper_sentence("unwritable", file=place, why=error.strerror)) from None
    return own[0] if own else read_organiser(order.course).logo


def _dropped(order: Order, name: str) -> Path | None:
    return next((file for file in order.files if file.parent.name == name), None)


def _certificate_remarks(
    written: WrittenPapers, organiser: Organiser, seal: Path, *, had_seal: bool
) -> Iterator[Remark]:
    if written.verify is None:
        yield remark("look", "papers_no_certificates")
        return
    if not had_seal:
        yield remark("look", "papers_seal", file=seal)
    yield remark("look", "papers_no_address" if organiser.address is None else "papers_verify")
    for name, ids in (("without_name", written.without_name), ("without_play", written.without_play)):
        if ids:
            yield remark("look", f"papers_{name}", ids=", ".join(ids))


def _pages(course: Path, written: WrittenPapers, name: str) -> Iterator[str]:
    """The pages and workbooks of one paper, by their paths within the course."""
    for file in written.files:
        if file.stem == name and file.suffix in {".html", ".xlsx"}:
            yield file.relative_to(course).as_posix()

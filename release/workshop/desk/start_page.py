"""What the start page shows: the workshop that runs on top, the form as saved or typed, and the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from release.local_time import ZONES, local, written, zone_name
from release.settings import MAX_PERSON
from release.workshop.data_folder import exports_of, interim_of
from release.workshop.desk.course_choice import course_choices
from release.workshop.desk.desk import Desk, failure_notice
from release.workshop.desk.form import bounds_of_form, playable_cases, with_course
from release.workshop.desk.notice import Notice
from release.workshop.plan import MAX_TITLE
from release.workshop.serve.network import addresses
from release.workshop.writer.workshops import WorkshopSummary
from scenarios.directory.reviewer_roles import review_sentence
from scenarios.documents.problem import BadInputError
from scenarios.language import Language


@dataclass(frozen=True, slots=True)
class HeldWorkshop:
    """A workshop in the list.

    exported, reported: whether closing left files, and a report; interim: when a report was made before that.
    """

    summary: WorkshopSummary
    exported: bool
    reported: bool
    interim: datetime | None


def page_values(
    desk: Desk, message: Notice | None, language: Language, course: str = ""
) -> dict[str, object]:
    """What the page shows now.

    message: what the last deed did; course: the folder of one that another page leads here with, which then
    is chosen, with its person where nobody is named yet.
    """
    ended = desk.ended_by_itself()
    try:
        workshops, saved = [_in_list(desk, one) for one in desk.workshops()], desk.saved
    except BadInputError as error:
        return {"message": failure_notice(error), "held": [], "form": None}
    form = with_course(desk.with_address(desk.draft or saved), course)
    latest = workshops[0].summary if workshops else None
    zone = desk.plan.zone
    cases = playable_cases(language).values()
    return {
        "message": ended or message,
        "form": form.on_page(),
        "is_unsaved": (desk.draft is not None or course != "") and not form.says(saved),
        "is_behind": desk.is_behind,
        "runs_elsewhere": desk.runs_elsewhere,
        "most_signs": MAX_PERSON,
        "most_title": MAX_TITLE,
        "digits": lambda option: len(str(bounds_of_form(option)[1])),
        "cases": sorted(cases, key=lambda case: (case.level, case.title)),
        "review_of": lambda case: review_sentence(case.valid_review, language),
        "courses": course_choices(desk.environ, Path(form.course) if form.course else None),
        "minutes": sum(case.minutes for case in cases if case.id in form.on_page().cases),
        "addresses": addresses(),
        "findings": desk.findings,
        "running": latest if desk.runs else None,
        "next": None if desk.runs else desk.open_workshop(),
        "announcement": desk.announcement if desk.runs else None,
        "cards_at": desk.cards_at,
        "planned_at": f"{desk.plan.host}:{desk.plan.port}{desk.plan.public.base}",
        "carried": desk.plan.course,
        "password": desk.password,
        "held": workshops,
        "when": partial(written, zone=zone),
        "zones": tuple(ZONES),
        "here": zone_name(local(desk.now())),
    }


def _in_list(desk: Desk, workshop: WorkshopSummary) -> HeldWorkshop:
    folder = exports_of(desk.data) / workshop.name
    interim = interim_of(desk.data, workshop.name)
    made = datetime.fromtimestamp(interim.stat().st_mtime).astimezone() if interim.is_file() else None
    exported = (folder / "decisions.csv").is_file()
    return HeldWorkshop(workshop, exported, (folder / "report.html").is_file(), made)

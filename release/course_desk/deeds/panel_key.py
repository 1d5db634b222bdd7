"""A key of an expert panel, built from what the experts of a course handed in, to be taken."""

from __future__ import annotations

from collections.abc import Callable

from graders.exports import EXPORTS
from graders.key.key import keys_folder
from release.author.panel import build, write_key
from release.course_desk.message import DeedOutcome, Order, ShownTable, heading, remark, words_of
from release.zipped_folder import zipped_folder
from scenarios.course_card import case_of
from scenarios.documents.whole_file import OWNER_ALONE, remove_folder, write_whole

OnProgress = Callable[[int, int], None]


def panel(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Build a case's key from what the experts of this course handed in. Raises BadInputError."""
    del on_progress
    (case_id,) = order.cases
    course, keys = order.course, keys_folder()
    case = case_of(course / "source" / case_id)
    places = sorted(course.glob(f"submitted/*/{case_id}"))
    built, experts = build(case, keys, places) if places else (None, None)
    if built is None or experts is None:
        return DeedOutcome(remarks=(remark("look", "panel_nobody", case=case_id),))
    folder = course / EXPORTS / f"panel-{case_id}"
    remove_folder(folder)
    write_key(case, built, keys, folder, over=True)
    packed = folder.with_suffix(".zip")
    write_whole(packed, zipped_folder(folder), mode=OWNER_ALONE)
    remove_folder(folder)
    remarks = [remark("good", "panel_built", size=built.size, old=built.old_version, new=built.version)]
    header = tuple(
        heading(f"column_{name}") for name in ("decision", "experts", "agreement", "standing", "changes")
    )
    rows = tuple(
        (
            one.decision if one.variant is None else f"{one.decision} ({one.variant})",
            str(one.n),
            "–" if one.agreement is None else f"{100 * one.agreement:.0f} %",
            heading(f"panel_{one.standing}"),
            "; ".join(".".join(map(str, place)) for place, _, _ in one.changes) or "–",
        )
        for one in built.decisions
    )
    tables = [ShownTable(title=heading("panel_table"), header=header, rows=rows)]
    if experts.refused:
        refused = tuple((one.label, words_of(one.why)) for one in experts.refused)
        names = (heading("column_file"), heading("column_why"))
        tables.append(ShownTable(title=heading("panel_refused"), header=names, rows=refused))
    return DeedOutcome(remarks=tuple(remarks), tables=tuple(tables), files=(f"{EXPORTS}/{packed.name}",))

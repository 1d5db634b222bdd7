"""A cohort as pandas tables, for those who want to dig (notebooks/class_report.ipynb).

`decision_rows` is one row a person and pick: for the facilitator alone. `option_table` and `flag_table`
are counts, in which no group below 5 stands (graders/people/groups.py); these may be shown.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from graders.people.cohort import Cohort, JudgedPlay
from graders.people.groups import by_sector
from graders.report.data import title_of
from graders.report.decision import DecisionReport, ReportLibrary, decision_reports
from scenarios.language import SOURCE, Language
from scenarios.pick import ordered_ids

ROWS = ("member", "group", "case", "variant", "decision", "kind", "option", "s", "harm", "missed")
_DECISION = ("case", "variant", "decision")
OPTIONS = (*_DECISION, "letter", "option", "standing", "group", "n", "share", "low", "high")
FLAGS = (*_DECISION, "grade", "option", "fact", "name", "n", "count", "share", "low", "high", "bound")
ALL = "*"


def decision_rows(cohort: Cohort) -> pd.DataFrame:
    """First attempts, one row for each option that somebody picked. Raw rows: for the facilitator alone.

    Columns ROWS. member: the pseudonym; group: the id of the sector or family that may be shown for this
    case, "" where it may not; variant: of the play, "" where its case has none; s: 0..1, of the whole
    decision; harm, missed: its flags. What was skipped or not answered has no row.
    """
    rows = [row for case_id in cohort.cases for row in _rows(cohort, case_id)]
    return pd.DataFrame(rows, columns=list(ROWS))


def option_table(
    cohort: Cohort, language: Language = SOURCE, library: ReportLibrary | None = None
) -> pd.DataFrame:
    """Shares (0..1) of each option: of the class (group ``*``), with Wilson's interval, and of each group.

    Columns OPTIONS, each decision once for each variant. A group has no interval here, and none below 5
    people stands in it.
    """
    rows = [
        row for case, one in _decisions(cohort, language, library) for row in _options(case, one, language)
    ]
    return pd.DataFrame(rows, columns=list(OPTIONS))


def flag_table(
    cohort: Cohort, language: Language = SOURCE, library: ReportLibrary | None = None
) -> pd.DataFrame:
    """Every critical error and must of the keys, and how many of the class made or missed it.

    Columns FLAGS. bound: where nobody did, the share that is still possible.
    """
    rows = [row for case, one in _decisions(cohort, language, library) for row in _flags(case, one, language)]
    return pd.DataFrame(rows, columns=list(FLAGS))


def _rows(cohort: Cohort, case_id: str) -> Iterator[tuple[object, ...]]:
    plays = cohort.of_case(case_id)
    visible = by_sector(one.member for one in plays).visible
    groups = {member: group.id or group.level for group in visible for member in group.members}
    for one in plays:
        for row in _picks(cohort, one):
            variant = one.play.case.variant or ""
            yield (one.member.id, groups.get(one.member.id, ""), case_id, variant, *row)


def _picks(cohort: Cohort, one: JudgedPlay) -> Iterator[tuple[object, ...]]:
    decisions = {decision.id: decision for decision in cohort.cases[one.case].case.key_decisions()}
    for verdict in one.first.verdicts:
        pick, decision = one.play.first.get(verdict.decision), decisions[verdict.decision]
        if pick is None:
            continue
        picked = ordered_ids(pick)
        for option in picked if decision.is_ordered else decision.option_ids:
            if option in picked:
                flags = (len(verdict.harm), len(verdict.missed))
                yield (decision.id, decision.kind, option, verdict.s, *flags)


def _decisions(
    cohort: Cohort, language: Language, library: ReportLibrary | None
) -> Iterator[tuple[str, DecisionReport]]:
    books = ReportLibrary.of_the_lab() if library is None else library
    for case_id, part in cohort.cases.items():
        for one in decision_reports(part, cohort.of_case(case_id), books):
            yield title_of(part)[language], one


def _options(case: str, one: DecisionReport, language: Language) -> Iterator[tuple[object, ...]]:
    for option in one.options:
        text = (option.letter, option.text[language], option.standing)
        head = (case, one.variant or "", one.number, *text)
        share = option.share
        yield (*head, ALL, share.n, share.value, share.low, share.high)
        for group in one.groups:
            yield (*head, group.name[language], group.n, group.shares[option.letter], None, None)


def _flags(case: str, one: DecisionReport, language: Language) -> Iterator[tuple[object, ...]]:
    for flag in (*one.harms, *one.missed):
        fact = flag.fact[language] if flag.fact else ""
        name = flag.name[language] if flag.name else ""
        head = (case, one.variant or "", one.number, flag.grade, flag.text[language], fact, name)
        yield (
            *head,
            flag.share.n,
            flag.share.count,
            flag.share.value,
            flag.share.low,
            flag.share.high,
            flag.bound,
        )

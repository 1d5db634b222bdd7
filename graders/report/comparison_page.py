"""The comparison as one page: it opens without a network, holds no script, and prints one language.

Every text of a person or a case is escaped by the template; the only HTML let through is the charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from graders.people.groups import LEAST
from graders.report.charts import ChartWords, Dot, dot_chart
from graders.report.comparison import CaseComparison, Comparison, GroupChange
from graders.report.page import PAGES, ReportPage
from graders.report.statistics import Interval, ShareEstimate
from scenarios.documents.template import template_page
from scenarios.language import Language, Texts, read_catalogue
from scenarios.palette import with_palette

TEXTS = Path(__file__).with_name("comparison.yaml")
LONGEST_NAME = 28


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """What the template needs in one language. figures: how the class report writes days and numbers."""

    language: Language
    figures: ReportPage
    least: int = LEAST

    def t(self, name: str, /, **values: object) -> str:
        """One sentence of the catalogue."""
        return read_catalogue(TEXTS)[name][self.language].format(**values)

    def share(self, one: ShareEstimate) -> str:
        """A share with its people and its interval."""
        low, high = (self.figures.percent(end) for end in (one.interval.low, one.interval.high))
        return f"{one.count} / {one.n} ({self.figures.percent(one.share)}; {low.rstrip('%')}–{high})"

    def case_chart(self, case: CaseComparison, number: int) -> Markup:
        """The means of the groups of a case with their intervals."""
        dots = [self._dot(one.name, one.mean.n, one.mean.mean, one.mean.interval) for one in case.groups]
        title = self.t("chart_case", case=case.title[self.language])
        return self._chart(dots, f"case-{number}", title, (0.0, 100.0))

    def change_chart(self, changes: Sequence[GroupChange]) -> Markup:
        """The change of each group in points."""
        dots = [self._dot(one.name, one.change.n, one.change.change, one.change.interval) for one in changes]
        return self._chart(dots, "change", self.t("chart_change"), (-100.0, 100.0))

    def _dot(self, name: Texts, n: int, value: float, ends: Interval | None) -> Dot:
        label = f"{_short(name[self.language])} ({n}): {self.figures.number(value)}"
        return Dot(label, value, ends.low if ends else None, ends.high if ends else None)

    def _chart(self, dots: Sequence[Dot], name: str, title: str, span: tuple[float, float]) -> Markup:
        if not dots:
            return Markup()
        about = ChartWords(f"{self.language}-{name}", title, "; ".join(dot.label for dot in dots))
        # Made and escaped by graders.report.charts.
        return Markup(dot_chart(dots, about, self.language, span=span, form=".0f"))  # noqa: S704


def comparison_page(comparison: Comparison) -> str:
    """The page of a comparison, in its languages. Raises ProblemsError where a catalogue cannot be read."""
    pages = [ComparisonPage(language, ReportPage(language)) for language in comparison.languages]
    css = Markup(with_palette(PAGES / "report.css"))  # noqa: S704 -- the lab's own
    return template_page(PAGES / "comparison.html.j2", data=comparison, pages=pages, css=css)


def _short(text: str) -> str:
    """A name that fits on a line of a chart; the table beside it has the whole."""
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1].rstrip()}…"

"""The class report as one page: it opens without a network, holds no script, and prints one language.

Every text of a person or a case is escaped by the template; the only HTML let through is the charts,
which graders/report/charts.py makes and escapes itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from markupsafe import Markup

from graders.key.kinds import key_words
from graders.people.groups import LEAST
from graders.report import debrief
from graders.report.charts import SIGNS, Bar, ChartWords, Dot, Strip, dot_chart, option_chart, strip_chart
from graders.report.data import CaseReport, Compared, ItemReview, ReportData, Skill
from graders.report.debrief import PARTED, Phase, Script, Talk, percent, quoted
from graders.report.decision import DecisionReport, FlagShare, HandoverShare, OptionShare, PeopleShare
from graders.report.sensitivity import Sensitivity
from graders.report.statistics import REVIEW_BELOW, Agreement, Interval, PairedChange
from scenarios.directory.people import PEOPLE_SHEET, with_chips
from scenarios.documents.template import template_page
from scenarios.language import SOURCE, Language, card_of, read_catalogue, with_decimal_sign
from scenarios.palette import with_palette

TEXTS = Path(__file__).with_name("report.yaml")
PAGES = Path(__file__).with_name("pages")
SECTIONS = ("glance", "script", "decisions", "agreement", "change", "skills", "authors")
WORST = 5
MOST_PARTED = 2
_TELLING = frozenset({"right", "harmful"})

Kind = Literal["harm", "missed"]


def report_page(data: ReportData, first: Language = SOURCE) -> str:
    """The page of `data`, in its languages, of which it opens in `first` where that is one of them.

    Raises ProblemsError where a catalogue cannot be read.
    """
    css = with_palette(PEOPLE_SHEET, PAGES / "report.css")
    pages = [ReportPage(language) for language in sorted(data.languages, key=lambda tag: tag != first)]
    # The stylesheet is ours, and an escaped one would not be read.
    return template_page(PAGES / "report.html.j2", data=data, pages=pages, css=Markup(css))  # noqa: S704


@dataclass(frozen=True, slots=True)
class ReportPage:
    """What the template needs in one language: sentences, numbers as they are written, and charts."""

    language: Language
    sections: tuple[str, ...] = SECTIONS
    least: int = LEAST
    parted_from: float = PARTED
    review_below: float = REVIEW_BELOW
    numeric: frozenset[str] = frozenset(
        f"column_{name}"
        for name in (
            *("judged", "incomplete", "refused", "harmed", "neglected", "mean", "count", "share"),
            *(
                "in_time",
                "fitting",
                "interval",
                "people",
                "percent",
                "alpha",
                "decisions",
                "figure",
                "cut",
                "reliability",
            ),
        )
    )

    @property
    def name(self) -> str:
        """The name of the language in itself."""
        return card_of(self.language).name

    def t(self, name: str, /, **values: object) -> str:
        """One sentence of the catalogue. Raises KeyError for an unknown name."""
        return read_catalogue(TEXTS)[name][self.language].format(**values)

    def date(self, day: date) -> str:
        """A date with the month in words."""
        month = self.t("months").split()[day.month - 1]
        return self.t("day", day=day.day, month=month, year=day.year)

    def number(self, value: float | None, digits: int = 1) -> str:
        """A number with so many decimals, a dash where there is none."""
        if value is None:
            return self.t("none")
        # A minus sign, and none before a zero.
        text = f"{value + 0.0:z.{digits}f}".replace("-", "−")
        return with_decimal_sign(text, self.language)

    def signed(self, value: float) -> str:
        """A change, with its sign."""
        return ("+" if value > 0 else "") + self.number(value)

    def percent(self, share: float | None) -> str:
        """A share (0..1) in whole percent."""
        return self.t("none") if share is None else percent(share)

    def tenths(self, share: float) -> str:
        """A share (0..1) in percent with one decimal."""
        return f"{self.number(100 * share)}%"

    def interval(self, interval: Interval | None, digits: int = 1) -> str:
        """The ends of an interval."""
        if interval is None:
            return self.t("none")
        return self.t(
            "between", low=self.number(interval.low, digits), high=self.number(interval.high, digits)
        )

    def percent_of(self, share: PeopleShare | None) -> str:
        """A share in whole percent."""
        return self.percent(share.value if share else None)

    def interval_of(self, share: PeopleShare | None) -> str:
        """The interval of a share."""
        if share is None:
            return self.t("none")
        return f"{percent(share.low).rstrip('%')}–{percent(share.high)}"

    def share(self, share: PeopleShare) -> str:
        """A share with its people and its interval, as one phrase."""
        figures = {"percent": percent(share.value), "low": percent(share.low), "high": percent(share.high)}
        return self.t("share_line", count=share.count, n=share.n, **figures)

    @staticmethod
    def people(text: str) -> Markup:
        """A text of a case, in which the letter of each person is a chip."""
        return with_chips(text)

    def reason(self, reason: str) -> str:
        """Why a submission was not judged, in words."""
        name = f"reason_{reason}"
        known = name in read_catalogue(TEXTS)
        return self.t(name) if known else self.t("reason_other", reason=reason)

    def id(self, case: CaseReport, decision: DecisionReport) -> str:
        """The id of a decision in the page."""
        variant = "" if decision.variant is None else f"-{decision.variant}"
        return f"{self.language}-{case.id}-{decision.id}{variant}"

    def opening(self, phase: Phase, script: Script) -> str:
        """What to say at the opening of a phase."""
        return debrief.sentence(f"open_{phase}", self.language, minutes=str(script.whole))

    def why(self, talk: Talk) -> str:
        """Why a decision is in the script."""
        return debrief.sentence(f"why_{talk.why}", self.language)

    def worst(self, data: ReportData, kind: Kind) -> Sequence[tuple[CaseReport, DecisionReport, FlagShare]]:
        """The most frequent harms, or missed musts, of all cases."""
        flags = [
            (case, decision, flag)
            for case in data.cases
            for decision, flag in case.flags
            if (flag.grade == "harm") == (kind == "harm")
        ]
        return sorted(flags, key=lambda one: -one[2].share.value)[:WORST]

    def flag_text(self, flag: FlagShare) -> str:
        """What was picked, handed over or left out."""
        text = quoted(flag.text)[self.language]
        if flag.fact is None:
            return self.t("flag_option", text=text)
        return self.t("flag_fact", fact=quoted(flag.fact)[self.language], text=text)

    def standing(self, option: OptionShare) -> str:
        """What the key says of an option, with its sign."""
        if option.place is not None:
            return self.t("standing_place", place=option.place)
        words = f"{SIGNS[option.standing]} {self.t(f'standing_{option.standing}')}".strip()
        return f"{words}, {self.t('owed')}" if option.must else words

    def kind(self, decision: DecisionReport) -> str:
        """What a decision is called."""
        return key_words(decision.kind)["name"][self.language]

    def note(self, decision: DecisionReport) -> str:
        """What the figures of a decision count, where that is not simply who picked an option; else ""."""
        note = key_words(decision.kind).get("note")
        return "" if note is None else note[self.language]

    def reasoned(self, decision: DecisionReport, telling: bool) -> Sequence[OptionShare]:  # noqa: FBT001 -- jinja
        """The options whose why is shown at once, or those whose why is folded away."""
        ranked = decision.is_ordered and not decision.contested
        return [
            option
            for option in decision.options
            if (ranked or option.must or option.standing in _TELLING) == telling
        ]

    def sources_of(self, option: OptionShare) -> str:
        """The sources of an option, in one line."""
        return "; ".join(source[self.language].rstrip(".") for source in option.sources)

    def packet(self, handover: HandoverShare) -> str:
        """What the key wants a service to be told, in one line."""
        facts = "; ".join(fact[self.language].rstrip(".") for fact in handover.packet)
        return facts or self.t("packet_empty")

    def harm_lines(self, decision: DecisionReport) -> Sequence[str]:
        """Each harm that was made, the most frequent first; then what nobody did, with its bound."""
        made = sorted((flag for flag in decision.harms if flag.share.count), key=lambda one: -one.share.value)
        names = [flag.name for flag in made]
        lines = [self._harm(flag, again=flag.name in names[:place]) for place, flag in enumerate(made)]
        return [*lines, *self._bounds(decision)]

    def _harm(self, flag: FlagShare, *, again: bool) -> str:
        name = "harm_again" if again else "practice_line" if flag.grade == "practice" else "harm_line"
        error = flag.name[self.language] if flag.name else ""
        text = self.flag_text(flag)
        return self.t(name, letter=flag.letter, text=text, share=self.share(flag.share), name=error)

    def _bounds(self, decision: DecisionReport) -> Iterator[str]:
        never = [flag for flag in decision.harms if flag.bound is not None]
        letters = sorted({flag.letter for flag in never if flag.fact is None})
        facts = [flag for flag in never if flag.fact is not None]
        bound = self.tenths(never[0].bound or 0.0) if never else ""
        if letters:
            yield self.t("harm_bound", letters=", ".join(letters), n=decision.n, bound=bound)
        if facts:
            yield self.t("fact_bound", count=len(facts), n=decision.n, bound=bound)

    def missed_lines(self, decision: DecisionReport) -> Sequence[str]:
        """Each must: how many left it out, or the bound where nobody did."""
        return [self._missed(flag) for flag in decision.missed]

    def _missed(self, flag: FlagShare) -> str:
        text, share = quoted(flag.text)[self.language], flag.share
        if flag.bound is not None:
            return self.t(
                "missed_bound", letter=flag.letter, text=text, n=share.n, bound=self.tenths(flag.bound)
            )
        why = flag.why[self.language]
        return self.t("missed_line", letter=flag.letter, text=text, share=self.share(share), why=why)

    def alphas(self, case: CaseReport) -> Sequence[tuple[str, int, Agreement | None]]:
        """The whole class and each group that may be shown: name, people, agreement."""
        whole = (self.t("whole_class"), case.judged, case.agreement)
        return [whole, *((one.name[self.language], one.n, one.agreement) for one in case.groups)]

    def parted(self, data: ReportData) -> Sequence[tuple[CaseReport, DecisionReport]]:
        """In each case the decisions where two groups lie farthest apart, where that is far enough."""
        decisions: list[tuple[CaseReport, DecisionReport]] = []
        for case in data.cases:
            far = [one for one in case.decisions if one.apart and (one.distance or 0.0) >= PARTED]
            far.sort(key=lambda one: -(one.distance or 0.0))
            decisions.extend((case, one) for one in far[:MOST_PARTED])
        return decisions

    def placeholders(self, cases: Sequence[CaseReport]) -> Sequence[int]:
        """The cuts of cases that no panel has played."""
        return sorted({case.cut for case in cases if case.panel is None})

    def sensitive(self, cases: Sequence[CaseReport]) -> Sequence[tuple[CaseReport, Sensitivity]]:
        """How far the class told the variants of each case apart, decision by decision."""
        return [(case, one) for case in cases for one in case.sensitivities]

    def reviewed(self, cases: Sequence[CaseReport]) -> Sequence[tuple[CaseReport, ItemReview]]:
        """The items to look at, with their cases."""
        return [(case, item) for case in cases for item in case.reviews]

    def direction(self, change: PairedChange) -> str:
        """What may be concluded: ``up``, ``down``, or ``open`` where the interval holds zero."""
        if change.interval is None or change.interval.low <= 0 <= change.interval.high:
            return "open"
        return "up" if change.interval.low > 0 else "down"

    def change_line(self, compared: Compared) -> str:
        """The change in one sentence. Raises ValueError where nobody did both forms."""
        change = compared.change
        if change is None:
            raise ValueError("nobody did both forms")
        ends = change.interval
        sign = "+" if change.change > 0 else ""
        return self.t(
            "change_line",
            n=change.n,
            one=compared.one[self.language],
            other=compared.other[self.language],
            before=self.number(change.before),
            after=self.number(change.after),
            change=f"{sign}{self.number(change.change)}",
            low=self.number(ends.low if ends else None),
            high=self.number(ends.high if ends else None),
        )

    def option_chart(self, case: CaseReport, decision: DecisionReport, place: str = "chart") -> Markup:
        """The shares of a decision's options; place: tells it from the same chart elsewhere in the page."""
        bars = [
            Bar(one.letter, one.share.value, one.share.low, one.share.high, _drawn(one))
            for one in decision.options
        ]
        figures = [f"{bar.letter} {percent(bar.share)}" for bar in bars]
        title = self.t("chart_options", ask=decision.ask[self.language])
        return _safe(
            option_chart(bars, ChartWords(f"{self.id(case, decision)}-{place}", title, ", ".join(figures)))
        )

    def groups_chart(self, case: CaseReport, decision: DecisionReport) -> Markup:
        """The shares of each group that may be shown."""
        strips = [
            Strip(f"{_short(group.name[self.language])} ({group.n})", group.shares)
            for group in decision.groups
        ]
        summaries = [strip.summary for strip in strips]
        title = self.t("chart_groups", ask=decision.ask[self.language])
        return _safe(
            strip_chart(strips, ChartWords(f"{self.id(case, decision)}-groups", title, "; ".join(summaries)))
        )

    def harmed_chart(self, data: ReportData) -> Markup:
        """Of each case, the share of plays with a harmful pick."""
        dots = [
            Dot(
                self._label(case, percent(case.harmed.value)),
                case.harmed.value,
                case.harmed.low,
                case.harmed.high,
            )
            for case in data.cases
            if case.harmed
        ]
        return self._dots(dots, "harmed", self.t("chart_harmed"), (0.0, 1.0), form=".0%")

    def alpha_chart(self, case: CaseReport) -> Markup:
        """α of the class and of each group."""
        dots = [
            _dot(f"{_short(name)}: {self.number(agreement.alpha, 2)}", agreement.alpha, agreement.interval)
            for name, _, agreement in self.alphas(case)
            if agreement and agreement.alpha is not None
        ]
        title = self.t("chart_alpha", case=case.title[self.language])
        return self._dots(dots, f"{case.id}-alpha", title, _span(dots))

    def change_chart(self, change: PairedChange) -> Markup:
        """The means before and after."""
        parts = (("before", change.before), ("after", change.after))
        dots = [Dot(f"{self.t(name)}: {self.number(value)}", value) for name, value in parts]
        return self._dots(dots, "change", self.t("chart_change"), (0.0, 100.0), form=".0f")

    def skills_chart(self, skills: Sequence[Skill]) -> Markup:
        """The means of the competencies that have one."""
        dots = [
            Dot(f"{skill.code}: {self.number(100 * skill.mean, 0)}", 100 * skill.mean)
            for skill in skills
            if skill.mean is not None
        ]
        return self._dots(dots, "skills", self.t("chart_skills"), (0.0, 100.0), form=".0f")

    def reliability_chart(self, cases: Sequence[CaseReport]) -> Markup:
        """Cronbach's α of each case."""
        dots = [
            _dot(
                self._label(case, self.number(reliability.alpha, 2)), reliability.alpha, reliability.interval
            )
            for case in cases
            if (reliability := case.reliability)
        ]
        return self._dots(dots, "reliability", self.t("chart_reliability"), _span(dots))

    def _label(self, case: CaseReport, figure: str) -> str:
        return f"{_short(case.title[self.language])}: {figure}"

    def _dots(
        self, dots: Sequence[Dot], name: str, title: str, span: tuple[float, float], form: str = ".1~f"
    ) -> Markup:
        if not dots:
            return Markup()
        words = ChartWords(f"{self.language}-{name}-chart", title, "; ".join(dot.label for dot in dots))
        return _safe(dot_chart(dots, words, self.language, span=span, form=form))


def _dot(label: str, value: float, ends: Interval | None) -> Dot:
    return Dot(label, value, ends.low if ends else None, ends.high if ends else None)


def _span(dots: Sequence[Dot]) -> tuple[float, float]:
    """From 0 to 1, or from −1 where a figure or its interval lies below 0."""
    low = min((min(dot.value, dot.value if dot.low is None else dot.low) for dot in dots), default=0.0)
    return (0.0, 1.0) if low >= 0 else (-1.0, 1.0)


def _drawn(option: OptionShare) -> Literal["right", "partly", "wrong", "neutral", "harmful"]:
    # Every option of a rank has a right place, so that a sign beside it would say nothing.
    return "neutral" if option.place is not None else option.standing


LONGEST_LABEL = 34


def _short(text: str) -> str:
    """A text that fits on a line of a chart; the table beside it has the whole."""
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1].rstrip()}…"


def _safe(svg: str) -> Markup:
    # Made and escaped by graders.report.charts.
    return Markup(svg)  # noqa: S704

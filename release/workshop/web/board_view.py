"""What the board and the projector show: pure functions from the tally and the cases to plain data.

The board is for the facilitator's eyes; the projector is for everybody's, so that nothing of the key is
in its data before the reveal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from release.workshop.hall.board_memory import Projection
from release.workshop.web.invitation import Invitation, JoinView
from release.workshop.wire import (
    CaseTally,
    DecisionTally,
    HarmTally,
    Pace,
    SectorTally,
    TalkTally,
    TallyAnswer,
)
from scenarios.case import Case
from scenarios.decision import Decision, Tally
from scenarios.directory.services import Directory, option_text
from scenarios.engine.event import Mode
from scenarios.feedback import DecisionState, Standing
from scenarios.language import Language, with_decimal_sign
from widgets.view import status_sentence


class OptionBar(TypedDict):
    """One option. count: None where few answered; standing, place, why: the key's word."""

    id: str
    text: str
    count: int | None
    standing: NotRequired[Standing]
    place: NotRequired[int | None]
    why: NotRequired[str]


class HarmView(TypedDict):
    """A critical error, and how many people made it."""

    name: str
    count: int


class GroupView(TypedDict):
    """The people of a sector, or of several, and what they picked."""

    name: str
    n: int
    counts: dict[str, int]


class SectorsView(TypedDict):
    """One decision by sectors, of the first n answers; hidden: how many people stand in no group."""

    n: int
    hidden: int
    groups: list[GroupView]


class Bars(TypedDict):
    """What n people answered. harm: None where it may not be told, or nothing is known of it."""

    n: int
    options: list[OptionBar]
    harm: list[HarmView] | None


class VariantBars(Bars):
    """What those answered who had the same facts. facts: what differs there."""

    id: str
    facts: str


class TalkView(TypedDict):
    """What talking changed at tables, as in `TalkChange`. before, after: mean scores of 100, "" for none."""

    teams: int
    people: int
    settled: dict[str, int]
    majorities: int
    changed: int
    before: str
    after: str


class DecisionChart(Bars):
    """One decision as a chart: tally tells what its bars count. A decision without options has none.

    answered: how many have answered by now, of whom the bars count n; variants: where the room plays several
    variants of the case, the bars of each; left: how many that play the case have not come through it;
    seconds: left of its timer, or None; talk: None before the reveal, and where too few played at tables.
    """

    id: str
    ask: str
    answered: int
    tally: Tally
    state: DecisionState
    left: int
    seconds: int | None
    sectors: SectorsView | None
    variants: list[VariantBars]
    talk: TalkView | None


class DecisionCard(DecisionChart):
    """A decision on the board. scene: the title of its scene."""

    scene: str


class ProjectedDecision(DecisionChart):
    """A decision on the projector. case: the title of its case; review: as in `CaseBoard`, once revealed."""

    case: str
    review: str


class ProjectorView(TypedDict):
    """What the projector shows now: what was sent to it, else how the workshop is joined."""

    shown: ProjectedDecision | None
    join: JoinView | None
    seats: int
    closed: bool


class CaseEntry(TypedDict):
    """A case of the workshop: how many began it, and how many of them are at its end."""

    id: str
    title: str
    begun: int
    finished: int


class SceneEntry(TypedDict):
    """A scene, and how many are in it now."""

    id: str
    title: str
    count: int


class PhaseView(TypedDict):
    """A phase of a debrief, and its questions."""

    phase: str
    questions: list[str]


class CaseBoard(TypedDict):
    """The case that is open on the board. debrief: questions for its discussion by phase, in their order.

    review: by whom it was reviewed, or that it is a draft without a panel.
    """

    id: str
    title: str
    review: str
    scenes: list[SceneEntry]
    decisions: list[DecisionCard]
    debrief: list[PhaseView]


class OnProjector(TypedDict):
    """What was sent to the projector, and its question."""

    case: str
    decision: str
    sectors: bool
    ask: str


class BoardView(TypedDict):
    """What the board shows. seats: who joined; pauses, skips: None where fewer than 5 have begun.

    closed: when the workshop was closed, or None; pace, pace_case: how the room goes through its cases;
    playing: the case that is played most now, "" for none; join: how the workshop is joined; refusals: how
    often somebody was held up who tried too much, or shares an address with one who did.
    """

    mode: Mode
    closed: str | None
    pace: Pace
    pace_case: str
    playing: str
    join: JoinView
    seats: int
    pauses: int | None
    skips: int | None
    cases: list[CaseEntry]
    projector: OnProjector | None
    case: CaseBoard | None
    refusals: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """The cases of the workshop and its services, in the reader's language."""

    cases: Mapping[str, Case]
    directory: Directory
    language: Language

    def title(self, case_id: str) -> str:
        """The title of a case."""
        return self.cases[case_id].in_language(self.language).title

    def board(
        self,
        tally: TallyAnswer,
        case_id: str,
        sectors: str,
        projection: Projection | None,
        invitation: Invitation,
    ) -> BoardView:
        """The data of the board. case_id: the case that is open; sectors: the decision shown by sectors."""
        entries: list[CaseEntry] = [
            {"id": name, "title": self.title(name), **tally["cases"][name]}
            for name in self.cases
            if name in tally["cases"]
        ]
        return {
            "mode": tally["mode"],
            "closed": tally["closed"],
            "pace": tally["pace"],
            "pace_case": tally["pace_case"],
            "playing": case_played(tally),
            "join": invitation.view(),
            "seats": tally["seats"],
            "pauses": tally["pauses"],
            "skips": tally["skips"],
            "cases": entries,
            "projector": self._on_projector(projection),
            "case": self._open_case(tally, case_id, sectors),
            "refusals": 0,
        }

    def _open_case(self, tally: TallyAnswer, case_id: str, sectors: str) -> CaseBoard | None:
        counted = tally["case"]
        if counted is None or case_id not in self.cases:
            return None
        case = self._story(case_id, counted)
        scenes: list[SceneEntry] = [
            {"id": name, "title": scene.title, "count": counted["scenes"].get(name, 0)}
            for name, scene in case.scenes.items()
        ]
        decisions: list[DecisionCard] = []
        for scene_id, decision in case.decisions():
            table = tally["sectors"] if decision.id == sectors else None
            view = self.decision(case, decision, counted, table, with_key=True)
            decisions.append({**view, "scene": case.scenes[scene_id].title})
        debrief: list[PhaseView] = [
            {"phase": phase, "questions": [question[self.language] for question in questions]}
            for phase, questions in counted["debrief"].items()
        ]
        return {
            "id": case_id,
            "title": case.title,
            "review": status_sentence(self.cases[case_id], self.language),
            "scenes": scenes,
            "decisions": decisions,
            "debrief": debrief,
        }

    def projector(self, tally: TallyAnswer, projection: Projection) -> ProjectedDecision | None:
        """The data of the projector, with the key's word only where the decision was revealed."""
        counts = tally["case"]
        if counts is None or projection.case not in self.cases:
            return None
        case = self._story(projection.case, counts)
        decision = case.decision(projection.decision)
        if decision is None:
            return None
        state = counts["decisions"][decision.id]["state"]
        is_revealed = tally["mode"] == "discussion" and state == "revealed"
        table = tally["sectors"] if projection.sectors else None
        view = self.decision(case, decision, counts, table, with_key=is_revealed)
        review = status_sentence(self.cases[case.id], self.language) if is_revealed else ""
        return {**view, "case": self.title(case.id), "review": review}

    def decision(
        self,
        case: Case,
        decision: Decision,
        counted: CaseTally,
        table: SectorTally | None,
        *,
        with_key: bool,
    ) -> DecisionChart:
        """One decision of `case`, in the reader's language, as a chart.

        with_key: whether to add what the key says, and with it what other variants tell.
        """
        tally = counted["decisions"][decision.id]
        variants: list[VariantBars] = [
            {
                **self._bars(decision, own[decision.id], with_key=True),
                "id": name,
                "facts": case.variants[name],
            }
            for name, own in counted["variants"].items()
            if with_key and decision.is_scored
        ]
        return {
            **self._bars(decision, tally, with_key=with_key),
            "id": decision.id,
            "ask": decision.ask,
            "answered": tally["answered"],
            "tally": decision.tally,
            "state": tally["state"],
            "left": tally["left"],
            "seconds": tally["seconds"],
            "sectors": self._sectors(table),
            "variants": variants,
            "talk": self._talk(counted["talks"].get(decision.id)) if with_key else None,
        }

    def _story(self, case_id: str, counted: CaseTally) -> Case:
        """A case in the reader's language, as the room is told it; the first of several."""
        return self.cases[case_id].in_language(self.language).in_variant(counted["variant"])

    def _bars(self, decision: Decision, tally: DecisionTally, *, with_key: bool) -> Bars:
        harm = tally["harm"] if with_key else None
        return {
            "n": tally["n"],
            "options": [
                self._option(decision, option, tally, with_key=with_key) for option in decision.option_ids
            ],
            "harm": None if harm is None else [self._harm(error) for error in harm],
        }

    def _option(self, decision: Decision, option: str, tally: DecisionTally, *, with_key: bool) -> OptionBar:
        counts, order = tally["counts"], tally["order"]
        view: OptionBar = {
            "id": option,
            "text": self._text(decision, option),
            "count": counts[option] if counts is not None else None,
        }
        if with_key:
            view["standing"] = tally["standing"].get(option, "neutral")
            view["place"] = order.index(option) + 1 if option in order else None
            view["why"] = tally["why"].get(option, {}).get(self.language, "")
        return view

    def _talk(self, talk: TalkTally | None) -> TalkView | None:
        if talk is None:
            return None
        before, after = (self._of_100(share) for share in (talk["before"], talk["after"]))
        return {
            "teams": talk["teams"],
            "people": talk["people"],
            "settled": talk["settled"],
            "majorities": talk["majorities"],
            "changed": talk["changed"],
            "before": before,
            "after": after,
        }

    def _of_100(self, share: float | None) -> str:
        return "" if share is None else with_decimal_sign(f"{100 * share:.1f}", self.language)

    def _harm(self, error: HarmTally) -> HarmView:
        return {"name": error["name"][self.language], "count": error["count"]}

    def _sectors(self, table: SectorTally | None) -> SectorsView | None:
        """One decision by sectors."""
        if table is None:
            return None
        groups: list[GroupView] = [
            {"name": group["name"][self.language], "n": group["n"], "counts": group["counts"]}
            for group in table["groups"]
        ]
        return {"n": table["n"], "hidden": table["hidden"], "groups": groups}

    def _on_projector(self, projection: Projection | None) -> OnProjector | None:
        case = self.cases.get(projection.case) if projection else None
        decision = (
            case.in_language(self.language).decision(projection.decision) if case and projection else None
        )
        if projection is None or decision is None:
            return None
        return {
            "case": projection.case,
            "decision": projection.decision,
            "sectors": projection.sectors,
            "ask": decision.ask,
        }

    def _text(self, decision: Decision, option: str) -> str:
        services = self.directory.services
        if option in decision.service_ids and option not in services:
            return option.replace("_", " ")
        return option_text(decision, option, services, self.language)


def case_played(tally: TallyAnswer) -> str:
    """The case that the room plays, else that which most are in, of equals which most began; "" for none."""
    cases = tally["cases"]
    if tally["pace_case"] in cases:
        return tally["pace_case"]

    def crowd(name: str) -> tuple[int, int]:
        return cases[name]["begun"] - cases[name]["finished"], cases[name]["begun"]

    begun = [name for name in cases if cases[name]["begun"]]
    return max(begun, key=crowd, default="")

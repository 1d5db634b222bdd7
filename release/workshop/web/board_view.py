"""What the board and the projector show: pure functions from the tally and the cases to plain data.

The board is for the facilitator's eyes; the projector is for everybody's, so that nothing of the key is
in its data before the reveal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from release.workshop.wire import DecisionTally, JsonObject, SectorTally, TallyAnswer
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.directory.services import Directory, option_text
from scenarios.language import Language


@dataclass(frozen=True, slots=True)
class Shown:
    """What was sent to the projector: a decision, and whether its sectors stand side by side."""

    case: str
    decision: str
    sectors: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """The cases of the workshop and its services, in the reader's language."""

    cases: Mapping[str, Case]
    directory: Directory
    language: Language

    def title(self, case_id: str) -> str:
        """The title of a case."""
        return self.cases[case_id].in_language(self.language).title

    def board(self, tally: TallyAnswer, case_id: str, sectors: str, shown: Shown | None) -> JsonObject:
        """The data of the board. case_id: the case that is open; sectors: the decision shown by sectors."""
        head: JsonObject = {
            "mode": tally["mode"],
            "seats": tally["seats"],
            "pauses": tally["pauses"],
            "skips": tally["skips"],
            "cases": [
                {"id": name, "title": self.title(name), **tally["cases"][name]}
                for name in self.cases
                if name in tally["cases"]
            ],
            "projector": self._on_projector(shown),
            "case": None,
        }
        counted = tally["case"]
        if counted is None or case_id not in self.cases:
            return head
        case = self.cases[case_id].in_language(self.language)
        scenes = [
            {"id": name, "title": scene.title, "count": counted["scenes"].get(name, 0)}
            for name, scene in case.scenes.items()
        ]
        decisions: list[JsonObject] = []
        for scene, decision in case.decisions():
            view = self.decision(decision, counted["decisions"][decision.id], told=True)
            view["scene"] = case.scenes[scene].title
            view["sectors"] = self.sectors(tally["sectors"]) if decision.id == sectors else None
            decisions.append(view)
        head["case"] = {"id": case_id, "title": case.title, "scenes": scenes, "decisions": decisions}
        return head

    def projector(self, tally: TallyAnswer, shown: Shown) -> JsonObject | None:
        """The data of the projector, with the key's word only where the decision was revealed."""
        counted, case = tally["case"], self.cases.get(shown.case)
        decision = case.in_language(self.language).decision(shown.decision) if case else None
        if case is None or decision is None or counted is None:
            return None
        found = counted["decisions"][decision.id]
        told = tally["mode"] == "discussion" and found["state"] == "revealed"
        view = self.decision(decision, found, told=told)
        view["case"] = self.title(case.id)
        view["sectors"] = self.sectors(tally["sectors"]) if shown.sectors else None
        return view

    def decision(self, decision: Decision, found: DecisionTally, *, told: bool) -> JsonObject:
        """One decision as a chart; told: with what the key says. `decision` is in the reader's language."""
        counts, order = found["counts"], found["order"]
        options: list[JsonObject] = []
        for option in decision.option_ids:
            line: JsonObject = {"id": option, "text": self._text(decision, option)}
            line["count"] = counts[option] if counts is not None else None
            if told:
                line["standing"] = found["standing"].get(option, "neutral")
                line["place"] = order.index(option) + 1 if option in order else None
            options.append(line)
        view: JsonObject = {
            "id": decision.id,
            "ask": decision.ask,
            "kind": decision.kind,
            "state": found["state"],
            "n": found["n"],
            "options": options,
            "harm": None,
        }
        if told and found["harm"] is not None:
            view["harm"] = [
                {"name": made["name"][self.language], "count": made["count"]} for made in found["harm"]
            ]
        return view

    def sectors(self, table: SectorTally | None) -> JsonObject | None:
        """One decision by sectors."""
        if table is None:
            return None
        groups = [
            {"name": group["name"][self.language], "n": group["n"], "counts": group["counts"]}
            for group in table["groups"]
        ]
        return {"n": table["n"], "hidden": table["hidden"], "groups": groups}

    def _on_projector(self, shown: Shown | None) -> JsonObject | None:
        case = self.cases.get(shown.case) if shown else None
        decision = case.in_language(self.language).decision(shown.decision) if case and shown else None
        if shown is None or decision is None:
            return None
        found = {"case": shown.case, "decision": shown.decision, "sectors": shown.sectors}
        return {**found, "ask": decision.ask}

    def _text(self, decision: Decision, option: str) -> str:
        services = self.directory.services
        if option in decision.service_ids and option not in services:
            return option.replace("_", " ")
        return option_text(decision, option, services, self.language)

"""Decisions as xAPI 1.0.3 statements, for a learning record store.

Whoever decided is an account of the course under a pseudonym; no name, no address, no text of anybody's
own, and no time spent. What the key says beyond a score, such as the correct response, is not told.

A skip is told to nobody (scoring.md, “Skip”). Everybody meets the same key decisions, so that one that
is missing in the middle would tell of it: the statements of a play end before the first skip, as those
of a play that was left there.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from graders.key.decision import Component
from graders.key.key import Key
from graders.people.cohort import decisions_before_skip
from graders.score import Result, Verdict, score
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.directory.services import Directory, option_text
from scenarios.engine.event import Decided, Event, Started
from scenarios.engine.play import Play
from scenarios.language import Language, read_catalogue
from scenarios.pick import Pick, ordered_ids, parts_of

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json]"
Statement: TypeAlias = Mapping[str, Json]

VERSION = "1.0.3"
PLATFORM = "kasuslab"

# Names of our own, under which no address is to be found; “x-” marks them as such.
_URN = "urn:x-kasuslab"
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, _URN)
_VERBS = "http://adlnet.gov/expapi/verbs"
_ACTIVITIES = "http://adlnet.gov/expapi/activities"
_BETWEEN, _WITHIN = "[,]", "[.]"  # xAPI 1.0.3, part 2, “Response Patterns and Correct Responses Pattern”
_VERB_NAMES = Path(__file__).with_name("xapi.yaml")


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells the plays of one case of one course. directory: whose names the services go by."""

    course: str
    case: Case
    key: Key
    directory: Directory

    def statements(self, member: str, events: Sequence[Event]) -> Iterator[Statement]:
        """The statements of a play, in the order of its decisions.

        member: the pseudonym; events: the record, which fits the case. None for experts who play for a
        panel. Raises RefusedError or MismatchError where case, key and record do not belong together.
        """
        first = events[0] if events else None
        if not isinstance(first, Started) or first.mode == "panel":
            return
        play = Play.replay(self.case, events)
        yield from self.in_variant(play.case.variant).of_play(member, first, play, events)

    def in_variant(self, variant: str | None) -> Teller:
        """Who tells the plays of one variant."""
        return replace(self, case=self.case.in_variant(variant), key=self.key.in_variant(variant))

    def of_play(
        self, member: str, first: Started, play: Play, events: Sequence[Event]
    ) -> Iterator[Statement]:
        """The statements of `play`, which is of the teller's own variant; first: its first event."""
        result = score(self.case, play, self.key)
        moments = {each.decision: each.at for each in events if isinstance(each, Decided)}
        verdicts = {verdict.decision: verdict for verdict in result.verdicts}
        names = decisions_before_skip(play)
        for name in names:
            answer = _answer(verdicts[name], play.picks[name])
            yield self._statement(member, first, moments[name], self._decision(name), answer, "answered")
        if len(names) == len(verdicts) and play.ended is not None:
            last = max(event.at for event in events)
            yield self._statement(member, first, last, self._case(), _whole(result), "completed")

    def _statement(  # noqa: PLR0913, PLR0917 -- the parts that xAPI gives a statement
        self,
        member: str,
        first: Started,
        at: str,
        activity: Mapping[str, Json],
        result: Mapping[str, Json],
        verb: str,
    ) -> Statement:
        extensions = {
            _iri("case-version"): self.case.version,
            _iri("key-version"): self.key.version,
            _iri("mode"): first.mode,
        }
        if self.case.variant is not None:
            extensions[_iri("variant")] = self.case.variant
        context: dict[str, Json] = {
            "registration": str(uuid.UUID(hex=first.play)),
            "platform": PLATFORM,
            "revision": self.case.version,
            "contextActivities": self._around(verb),
            "extensions": extensions,
        }
        body: dict[str, Json] = {
            "actor": {"objectType": "Agent", "account": {"homePage": home_page(self.course), "name": member}},
            "verb": {"id": f"{_VERBS}/{verb}", "display": dict(read_catalogue(_VERB_NAMES)[verb].items())},
            "object": activity,
            "result": result,
            "context": context,
            "timestamp": at,
            "version": VERSION,
        }
        # The same content has the same id, so that what is sent twice is kept once; after a new key, or
        # another attempt, it is another statement.
        return {"id": str(uuid.uuid5(_NAMES, _canonical(body))), **body}

    def _around(self, verb: str) -> Mapping[str, Json]:
        course: dict[str, Json] = {
            "objectType": "Activity",
            "id": home_page(self.course),
            "definition": {"type": f"{_ACTIVITIES}/course"},
        }
        grouping: dict[str, Json] = {"grouping": [course]}
        return {"parent": [self._case()], **grouping} if verb == "answered" else grouping

    def _case(self) -> Mapping[str, Json]:
        name: dict[str, Json] = dict(self.case.titles.items())
        definition: dict[str, Json] = {"type": f"{_ACTIVITIES}/simulation", "name": name}
        return {"objectType": "Activity", "id": _iri("case", self.case.id), "definition": definition}

    def _decision(self, name: str) -> Mapping[str, Json]:
        spoken: Mapping[Language, Decision] = {
            language: _of(self.case.in_language(language), name) for language in self.case.languages
        }
        key = self.key.decisions[name]
        definition: dict[str, Json] = {
            "type": f"{_ACTIVITIES}/cmi.interaction",
            "name": {language: decision.ask for language, decision in spoken.items()},
            "interactionType": key.interaction,
            **{place: self._listed(part, spoken) for place, part in key.components.items()},
        }
        return {"objectType": "Activity", "id": _iri("case", self.case.id, name), "definition": definition}

    def _listed(self, part: Component, spoken: Mapping[Language, Decision]) -> Sequence[Json]:
        """What could be picked, or at what levels: each by its id, with its text in each language."""
        listed = {language: self._texts(part, decision, language) for language, decision in spoken.items()}
        ids = next(iter(listed.values()))
        return [
            {"id": name, "description": {language: texts[name] for language, texts in listed.items()}}
            for name in ids
        ]

    def _texts(self, part: Component, decision: Decision, language: Language) -> Mapping[str, str]:
        if part == "levels":
            return decision.level_texts
        services = self.directory.services
        return {name: option_text(decision, name, services, language) for name in decision.option_ids}


def home_page(course: str) -> str:
    """The home of a course's accounts: an opaque name, from which the course's own cannot be read."""
    return f"urn:uuid:{uuid.uuid5(_NAMES, f'course/{course}')}"


def json_lines(statements: Iterator[Statement]) -> str:
    """Statements as JSON Lines: one to a line, each with its newline."""
    return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in statements)


def _answer(verdict: Verdict, pick: Pick | None) -> Mapping[str, Json]:
    extensions: dict[str, Json] = {
        _iri("harmful-picks"): len(verdict.harm),
        _iri("missed-duties"): len(verdict.missed),
    }
    if parts := parts_of(pick):
        extensions[_iri("handed-over")] = {part.option: list(part.facts) for part in parts}
    answer: dict[str, Json] = {"response": _response(pick), "extensions": extensions}
    # Where a panel disagreed there is neither a score nor a success.
    if verdict.weight > 0 and verdict.s is not None:
        answer["score"] = {"scaled": round(verdict.s, 4)}
        answer["success"] = verdict.s == 1 and not verdict.missed
    return answer


def _whole(result: Result) -> Mapping[str, Json]:
    extensions = {_iri("harmful-picks"): result.H, _iri("missed-duties"): result.M}
    whole: dict[str, Json] = {"completion": True, "extensions": extensions}
    if result.S is not None:
        whole["score"] = {"scaled": round(result.S / 100, 4)}
    if result.meets is not None:
        whole["success"] = result.meets
    return whole


def _response(pick: Pick | None) -> str:
    """The ids of what was picked, as xAPI writes several of them, or each with what it was matched with."""
    parts = [_WITHIN.join(part.matched) for part in parts_of(pick)]
    return _BETWEEN.join(parts or ordered_ids(pick))


def _of(case: Case, name: str) -> Decision:
    return next(decision for decision in case.key_decisions() if decision.id == name)


def _iri(*parts: str) -> str:
    return ":".join((_URN, *parts))


def _canonical(body: Mapping[str, Json]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

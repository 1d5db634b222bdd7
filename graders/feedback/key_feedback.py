"""Feedback by a key: what was right in a play, why, on what it rests, and what to practise next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from graders.feedback.child import child_paragraph
from graders.feedback.consequence import Consequence, consequences_of
from graders.feedback.gist import Gist
from graders.feedback.summary import best_reasons, child_reasons, figures_of, focus_of
from graders.key.critical_errors import OVERSHARING, CriticalError, Grade, load_critical_errors
from graders.key.decision import DecisionKey, FeedbackWords
from graders.key.key import Key
from graders.key.kinds import key_words
from graders.key.rules import KeyRule, load_rules
from graders.score import Flag, Result, Verdict, score, verdict_of
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.directory.competencies import Competency, load_competencies
from scenarios.directory.reviewer_roles import review_sentence
from scenarios.directory.services import Directory, Service, load_directory, option_text, short_text
from scenarios.directory.sources import Source, load_sources
from scenarios.engine.play import Play
from scenarios.engine.team import is_same_pick, pick_lines
from scenarios.feedback import (
    TERMS,
    CaseFeedback,
    DecisionFeedback,
    FeedbackSource,
    FlagNote,
    HandoverNote,
    OptionNote,
    OtherFactsNote,
    OwnNote,
    PlayFigures,
    PractiseNote,
    ReasonNote,
    RightNote,
    RuleNote,
    SourceNote,
    Standing,
)
from scenarios.language import SOURCE, ByLanguage, Catalogue, Language, read_catalogue
from scenarios.pick import Pick, ordered_ids

LEAST_DECISIONS = 5
TEXTS = Path(__file__).parents[1] / "texts.yaml"


class KeyFeedback(FeedbackSource):
    """Feedback on the plays of one case.

    In practice mode it is due at once, unless the case is for tests; in discussion and test mode only
    where `due` says so, which is for the facilitator's reveal and for after the date. What would be right
    with other facts is told of a practice play that is over, and never otherwise.
    """

    def __init__(
        self, case: Case, key: Key, *, due: bool = False, directory: Directory | None = None
    ) -> None:
        """Keep the case in each of its languages, and its key.

        directory: whose names the services go by, the library's where left out.
        Raises ProblemsError where a catalogue of the lab cannot be read.
        """
        self._case, self._key, self._due = case, key, due
        books = _Catalogues.of_the_lab(directory or load_directory())
        self._writers = ByLanguage[_FeedbackWriter].of(
            lambda language: _FeedbackWriter(case.in_language(language), key, language, books), case.languages
        )

    def on_decision(self, play: Play, decision_id: str, language: Language) -> DecisionFeedback | None:
        """The feedback on a key decision of `play` that is decided or skipped; None where it is not due."""
        if not self._is_due(play) or decision_id not in play.picks:
            return None
        writer = self._writers[language].of_play(play)
        for verdict in score(self._case, play, self._key).verdicts:
            if verdict.decision == decision_id:
                return writer.decision(verdict, play.picks[decision_id])
        return None

    def on_case(self, play: Play, language: Language) -> CaseFeedback | None:
        """The feedback on a whole play; None where it is not due, or in practice mode has not ended."""
        if not self._is_due(play) or (play.ended is None and not self._due):
            return None
        writer = self._writers[language].of_play(play)
        note = writer.case(play)
        if play.ended is not None and self._is_practice(play):
            return {**note, "decisions": [writer.with_others(each) for each in note["decisions"]]}
        return note

    def figures(self, play: Play) -> PlayFigures:
        """A whole play, counted, whenever it was played."""
        return self._writers[SOURCE].of_play(play).figures(play)

    def on_own(self, play: Play, decision_id: str, pick: Pick, language: Language) -> OwnNote:
        """What a member of a team answered alone in a key decision that the team of `play` has decided.

        Whether it is due is the question of `on_decision`.
        """
        return self._writers[language].of_play(play).own(decision_id, pick, play.picks.get(decision_id))

    def _is_due(self, play: Play) -> bool:
        return self._due or self._is_practice(play)

    def _is_practice(self, play: Play) -> bool:
        return play.mode == "practice" and self._case.use == "practice"


def standing_of(
    decision: Decision, key: DecisionKey, option: str, pick: Pick | None, grades: Mapping[str, Grade]
) -> Standing:
    """What the key says of an option; in a rank, of the place that `pick` gave it.

    One place off is partly right. A pick of the practice grade is wrong, not harmful: no law stands
    behind that word. In a decision that a panel contested nothing is right or wrong, but harm stays
    (scoring.md, “A panel key”).
    """
    harm = key.harms.get(option)
    grade = None if harm is None else grades[harm.code]
    if grade == "harm" or key.weight == 0:
        return "harmful" if grade == "harm" else "neutral"
    return key.standing(decision, option, pick) if grade is None else "wrong"


def practise_notes(
    verdicts: Sequence[Verdict], key: Key, competencies: Mapping[str, Competency], language: Language
) -> list[PractiseNote]:
    """What to practise, weakest first: every competency whose answered decisions did not all score 1.

    score: the weighted mean s (0..1), None below five decisions, where it orders the list but is not
    shown (scoring.md, “A case”). What was skipped or left out says nothing of a competency, and what a
    panel contested neither.
    """
    behind: dict[str, list[tuple[float, float]]] = {}
    for verdict in verdicts:
        if verdict.status == "answered" and verdict.s is not None and verdict.weight > 0:
            code = key.decisions[verdict.decision].competency
            behind.setdefault(code, []).append((verdict.weight, verdict.s))
    figures = sorted((_mean(pairs), code) for code, pairs in behind.items())
    return [
        {
            "code": code,
            "name": competencies[code].name[language],
            "score": figure if len(behind[code]) >= LEAST_DECISIONS else None,
            "decisions": len(behind[code]),
            "practise": competencies[code].practise[language],
        }
        for figure, code in figures
        if figure < 1
    ]


def _mean(pairs: Sequence[tuple[float, float]]) -> float:
    """The mean s, weighted."""
    weight = sum(weight for weight, _ in pairs)
    return sum(weight * s for weight, s in pairs) / weight


@dataclass(frozen=True, slots=True)
class _Catalogues:
    """The catalogues that feedback quotes."""

    sources: Mapping[str, Source]
    services: Mapping[str, Service]
    competencies: Mapping[str, Competency]
    errors: Mapping[str, CriticalError]
    rules: Mapping[str, KeyRule]
    texts: Catalogue

    @classmethod
    def of_the_lab(cls, directory: Directory) -> _Catalogues:
        errors, texts = load_critical_errors(), {**read_catalogue(TERMS), **read_catalogue(TEXTS)}
        return cls(load_sources(), directory.services, load_competencies(), errors, load_rules(), texts)


@dataclass(frozen=True, slots=True)
class _FeedbackWriter:
    """Writes feedback in one language and variant; `spoken` is the case with its texts in them.

    consequences: of the play that it is about.
    """

    spoken: Case
    key: Key
    language: Language
    books: _Catalogues
    consequences: tuple[Consequence, ...] = ()

    def of_play(self, play: Play) -> _FeedbackWriter:
        """The writer for `play` and its variant."""
        variant = play.case.variant
        return replace(
            self,
            spoken=self.spoken.in_variant(variant),
            key=self.key.in_variant(variant),
            consequences=consequences_of(play),
        )

    def figures(self, play: Play) -> PlayFigures:
        result = score(self.spoken, play, self.key)
        return figures_of(result, self._notes(result, play))

    def _notes(self, result: Result, play: Play) -> list[DecisionFeedback]:
        return [self.decision(verdict, play.picks.get(verdict.decision)) for verdict in result.verdicts]

    def case(self, play: Play) -> CaseFeedback:
        case, key = self.spoken, self.key
        result, titles = score(case, play, key), self._scene_titles()
        notes = self._notes(result, play)
        harm = [flag for note in notes for flag in note["harm"]]
        practise = practise_notes(result.verdicts, key, self.books.competencies, self.language)
        return {
            "case": case.id,
            "title": case.title,
            "key_version": key.version,
            "law_checked": case.law_checked.isoformat(),
            "draft": case.is_draft,
            "review": review_sentence(case.valid_review, self.language),
            "panel": key.panel != "none",
            "S": result.S,
            "H": result.H,
            "M": result.M,
            "incomplete": result.incomplete,
            "meets": result.meets,
            "cut": key.cut,
            "harm": sorted(harm, key=lambda flag: flag["grade"] != "harm"),
            "missed": [flag for note in notes for flag in note["missed"]],
            "decisions": notes,
            "figures": figures_of(result, notes),
            "good": best_reasons(notes, titles),
            "child": child_reasons(notes, titles, self._stories(titles), self._outcomes()),
            "focus": focus_of(notes, practise),
            "practise": practise,
        }

    def decision(self, verdict: Verdict, pick: Pick | None) -> DecisionFeedback:
        key = self.key.decisions[verdict.decision]
        decision = self._decision(verdict.decision)
        gist = self._gist(decision, verdict, pick)
        return {
            "decision": decision.id,
            "ask": decision.ask,
            "kind": decision.kind,
            "status": verdict.status,
            "score": verdict.s if verdict.weight else None,
            "weight": verdict.weight,
            "competency": key.competency,
            "gist": gist.note(),
            "harm": list(gist.harm),
            "missed": list(gist.missed),
            "options": list(gist.options),
            "handovers": list(key.handover_notes(decision, pick, gist.words)),
            "rules": list(gist.rules),
        }

    def _gist(self, decision: Decision, verdict: Verdict, pick: Pick | None) -> Gist:
        key = self.key.decisions[decision.id]
        options = tuple(self._option(decision, key, option, pick) for option in decision.option_ids)
        return Gist(
            decision,
            key,
            pick,
            verdict.status,
            verdict.s if verdict.weight else None,
            options,
            tuple(self._harm_notes(decision, (*verdict.harm, *verdict.practice))),
            tuple(self._missed_note(decision, flag) for flag in verdict.missed),
            self._words(decision),
            self.language,
            tuple(self._rules(key, options)),
            self._story(decision.id),
        )

    def _story(self, decision_id: str) -> ReasonNote | None:
        """What the story tells of a child because of that decision alone."""
        alone = (each for each in self.consequences if each.is_of(decision_id))
        return next(filter(None, map(self._child_note, alone)), None)

    def _stories(self, decisions: Iterable[str]) -> dict[str, ReasonNote]:
        pairs = ((name, self._story(name)) for name in decisions)
        return {name: note for name, note in pairs if note is not None}

    def _outcomes(self) -> list[ReasonNote]:
        """What it tells of a child because of several decisions together."""
        together = (each for each in self.consequences if each.together)
        return [note for note in map(self._child_note, together) if note is not None]

    def _child_note(self, consequence: Consequence) -> ReasonNote | None:
        scene = self.spoken.scenes[consequence.scene]
        text = child_paragraph(scene.text, self.language)
        return {"about": scene.title, "text": text} if text else None

    def _scene_titles(self) -> dict[str, str]:
        scenes = self.spoken.scenes.values()
        return {scene.decision.id: scene.title for scene in scenes if scene.decision is not None}

    def _rules(self, key: DecisionKey, options: Sequence[OptionNote]) -> Iterator[RuleNote]:
        """The rules that what is right follows, and those that what was chosen breaks, each once."""
        uses = [
            use.rule
            for option in options
            for use in key.uses(option["id"])
            if (option["standing"] == "right" if use.is_followed else option["chosen"])
        ]
        for name in dict.fromkeys(uses):
            rule = self.books.rules.get(name)  # a key that a course took along may name one that is gone
            if rule is not None:
                yield {"text": rule.text[self.language], "lab_only": rule.mark in {"prop", "unread"}}

    def own(self, decision_id: str, pick: Pick, settled: Pick | None) -> OwnNote:
        decision = self._decision(decision_id)
        gist = self._gist(decision, verdict_of(decision, self.key, pick), pick)
        note = gist.note()
        badge = self.books.texts[f"badge_{note['badge']}"][self.language]
        return {
            "lines": pick_lines(self.spoken, decision, pick, self.books.services, self.language),
            "score": gist.score,
            "words": f"{badge}. {note['points']}".rstrip(),
            "harm": list(gist.harm),
            "is_same": is_same_pick(decision, pick, settled),
        }

    def with_others(self, note: DecisionFeedback) -> DecisionFeedback:
        """`note` with what would be right in each variant that asks something else, where one does."""
        decision, own = self._decision(note["decision"]), self.key.decisions[note["decision"]]
        others: list[OtherFactsNote] = []
        for each in self.key.in_each_variant():
            part = each.decisions[decision.id]
            # Where a panel contested a decision nothing is right.
            if part.weight and part.right_answer(decision) != own.right_answer(decision):
                other = replace(self, spoken=self.spoken.in_variant(each.variant), key=each)
                facts = self.spoken.variants[each.variant or ""]
                others.append({"facts": facts, "right": other.right_notes(decision.id)})
        return {**note, "others": others} if others else note

    def right_notes(self, decision_id: str) -> list[RightNote]:
        """What is right in a decision, in the order of its key where that has one."""
        decision, key = self._decision(decision_id), self.key.decisions[decision_id]
        best = key.best_pick()
        handovers = {
            note["service"]: note for note in key.handover_notes(decision, best, self._words(decision))
        }
        return [
            _right_note(self._option(decision, key, option, best), handovers.get(option))
            for option in ordered_ids(best)
        ]

    def _decision(self, decision_id: str) -> Decision:
        return next(part for part in self.spoken.key_decisions() if part.id == decision_id)

    def _option(self, decision: Decision, key: DecisionKey, option: str, pick: Pick | None) -> OptionNote:
        picked = ordered_ids(pick)
        places = picked if decision.is_ordered else ()
        order = key.order if key.weight > 0 else ()
        return {
            "id": option,
            "text": self._text(decision, option),
            "chosen": option in picked,
            "standing": standing_of(decision, key, option, pick, self.key.grades),
            "position": places.index(option) + 1 if places else None,
            "right_position": order.index(option) + 1 if order else None,
            "why": self.key.why(decision.id, option, self.language),
            "sources": [self._source(code) for code in key.sources[option]],
        }

    def _words(self, decision: Decision) -> FeedbackWords:
        return FeedbackWords(
            option=lambda option: short_text(decision, option, self.books.services, self.language),
            facts=self.spoken.facts,
            whys=self.key.whys(decision.id, self.language),
            oversharing="harmful" if self.key.grades[OVERSHARING] == "harm" else "wrong",
            sentence=lambda name: self._sentence(decision.kind, name),
        )

    def _sentence(self, kind: str, name: str) -> str:
        own = key_words(kind)
        return (own[name] if name in own else self.books.texts[name])[self.language]

    def _text(self, decision: Decision, option: str) -> str:
        return option_text(decision, option, self.books.services, self.language)

    def _source(self, code: str) -> SourceNote:
        source = self.books.sources[code]
        lab_only = source.kind == "lab" or source.mark in {"known", "prop"}
        return {"code": code, "title": source.title[self.language], "lab_only": lab_only}

    def _harm_notes(self, decision: Decision, flags: Sequence[Flag]) -> Iterator[FlagNote]:
        """Each harmful option, and all facts that one service must never get, as one."""
        facts: dict[Flag, list[str]] = {}
        for flag in flags:
            some = facts.setdefault(replace(flag, fact=None) if flag.fact is not None else flag, [])
            if flag.fact is not None:
                some.append(self.spoken.facts[flag.fact].rstrip("."))
        for flag, some in facts.items():
            yield self._harm_note(decision, flag, some)

    def _harm_note(self, decision: Decision, flag: Flag, facts: Sequence[str]) -> FlagNote:
        error = self.books.errors[flag.code or OVERSHARING]
        text = self._text(decision, flag.option)
        if facts:
            handed_over = self.books.texts["handed_over"][self.language]
            text = handed_over.format(service=text, fact=f"{'; '.join(facts)}.")
        return {
            "option": flag.option,
            "text": text,
            "code": flag.code,
            "name": error.name[self.language],
            "grade": flag.grade,
            "reason": self._words(decision).why("why_packet" if facts else "why", flag.option),
            "why": error.why[self.language],
        }

    def _missed_note(self, decision: Decision, flag: Flag) -> FlagNote:
        error = self.books.errors[flag.code] if flag.code else None
        name = error.name if error else self.books.texts["missed_duty"]
        return {
            "option": flag.option,
            "text": self._text(decision, flag.option),
            "code": flag.code,
            "name": name[self.language],
            "grade": flag.grade,
            "reason": self.key.why(decision.id, flag.option, self.language),
            "why": error.why[self.language] if error else "",
        }


def _right_note(option: OptionNote, handover: HandoverNote | None) -> RightNote:
    parts = (handover["urgency"], handover["packet"]) if handover else ((), ())
    urgency, packet = ([part["text"] for part in some if part["standing"] == "right"] for some in parts)
    whys = (option["why"], handover["why_urgency"], handover["why_packet"]) if handover else (option["why"],)
    return {
        "id": option["id"],
        "text": option["text"],
        "place": option["right_position"],
        "urgency": next(iter(urgency), ""),
        "packet": packet,
        "why": [why for why in whys if why],
        "sources": option["sources"],
    }

"""What the feedback page shows, in one language: the feedback of a key, the gradebook's points, the story.

Everything here is plain text and numbers; the page's template escapes all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from graders.feedback.child import paragraphs_of
from graders.feedback.consequence import Consequence, consequences_of
from graders.feedback.explanation import number
from graders.feedback.gist import SAME
from graders.feedback.lesson_part import FeedbackLesson, feedback_lessons
from scenarios.case import Case, Scene
from scenarios.engine.play import Play
from scenarios.feedback import (
    TERMS,
    Badge,
    CaseFeedback,
    DecisionFeedback,
    FlagNote,
    GistNote,
    HandoverNote,
    OptionNote,
    OtherFactsNote,
    PartNote,
    PractiseNote,
    ReasonNote,
    RightNote,
    RuleNote,
    SourceNote,
    Standing,
)
from scenarios.kinds import KINDS
from scenarios.language import Language, read_catalogue

TEXTS = Path(__file__).parent / "feedback_page.yaml"

_FLAGS_IN_ORDER = ("harm", "must", "practice")


@dataclass(frozen=True, slots=True)
class Marks:
    """What the gradebook holds of one submission.

    points, most: what each decision earned and could earn; total, maximum: the whole, late penalty
    taken off; comment: the facilitator's answer to the reflection, "" where there is none.
    """

    points: Mapping[str, float] = field(default_factory=dict)
    most: Mapping[str, float] = field(default_factory=dict)
    total: float = 0.0
    maximum: float = 0.0
    comment: str = ""


@dataclass(frozen=True, slots=True)
class StoryView:
    """A scene of the case as it was told, in paragraphs; led_by: the numbers of the decisions."""

    title: str
    paragraphs: tuple[str, ...]
    led_by: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FeedbackOptionView:
    """One option; standing: "" where nothing is to be said of it."""

    text: str
    standing: Standing | Literal[""]
    why: str


@dataclass(frozen=True, slots=True)
class HandoverView:
    """One service of a referral; packet: headings by their name in the catalogue, each with its facts."""

    service: str
    chosen: bool
    fast: str
    why_fast: str
    packet: tuple[tuple[str, tuple[str, ...]], ...]
    why_packet: str


@dataclass(frozen=True, slots=True)
class OtherFactsView:
    """What would have been right with other facts; right: each with when, what is handed over, and why."""

    facts: str
    right: tuple[RightView, ...]


@dataclass(frozen=True, slots=True)
class RightView:
    """One right option. details: how fast and what is handed over, as sentences, and then the reasons."""

    text: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlagView:
    """A harmful pick, a mistake of practice or a missed duty.

    text: what was picked, handed over or left out; why: in the case's own words; instead: what to do next
    time; name, about: of the critical error, and what is said of it wherever it is made, "" for none.
    """

    kind: Literal["harm", "practice", "must"]
    text: str
    why: str
    instead: tuple[str, ...]
    number: int
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class FeedbackDecisionView:
    """One decision: its first layer, and what is unfolded: options, packets, story, rules, sources.

    points: those of the gradebook, "" where none are shown; options: (name of the heading, options), without
    the empty ones; lesson: the one that it practises, None where there is none.
    """

    number: int
    scene: str
    ask: str
    gist: GistNote
    contested: bool
    points: str
    changed: bool
    options: tuple[tuple[str, tuple[FeedbackOptionView, ...]], ...]
    handovers: tuple[HandoverView, ...]
    story: tuple[StoryView, ...]
    others: tuple[OtherFactsView, ...]
    errors: tuple[FlagView, ...]
    rules: tuple[RuleNote, ...]
    sources: tuple[SourceNote, ...]
    lesson: FeedbackLesson | None

    @property
    def badge(self) -> Badge:
        """How it went, in one word."""
        return self.gist["badge"]

    @property
    def is_agreed(self) -> bool:
        """Whether anything in it rests on no more than what this lab has agreed on."""
        return any(source["lab_only"] for source in self.sources)


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """A whole feedback in one language.

    status: what is to be known before anything is read; good: what went well, and strong: how many decisions
    were wholly right; child: what the play meant for the child; focus: the one thing to practise, None where
    all was right; gradebook: its total, "" where it says what the page says.
    """

    language: Language
    title: str
    status: tuple[str, ...]
    flags: tuple[FlagView, ...]
    good: tuple[ReasonNote, ...]
    strong: str
    child: tuple[ReasonNote, ...]
    focus: PractiseNote | None
    focus_lesson: FeedbackLesson | None
    score: str
    harm: int
    missed: int
    statements: tuple[str, ...]
    gradebook: str
    decisions: tuple[FeedbackDecisionView, ...]
    outcomes: tuple[StoryView, ...]
    practise: tuple[tuple[PractiseNote, str], ...]
    lessons: tuple[FeedbackLesson, ...]
    reflections: tuple[tuple[str, str], ...]
    comment: str
    about: str


def feedback_view(play: Play, feedback: CaseFeedback, language: Language, marks: Marks) -> FeedbackView:
    """The view of `feedback` on `play`; both the feedback and the view are in `language`."""
    return _Viewer(play, feedback, language, marks, play.case.in_language(language)).view()


def page_sentence(name: str, language: Language, **values: object) -> str:
    """One sentence of the feedback page, or a term of feedback. Raises KeyError for an unknown name."""
    own = read_catalogue(TEXTS)
    return (own[name] if name in own else read_catalogue(TERMS)[name])[language].format(**values)


def is_contested(note: DecisionFeedback) -> bool:
    """Whether a panel disagreed on a decision: it has no weight, and nothing in it is right or wrong."""
    return note["weight"] == 0


@dataclass(frozen=True, slots=True)
class _Viewer:
    """One play, its feedback and its points; spoken: the case in the language of the view."""

    play: Play
    feedback: CaseFeedback
    language: Language
    marks: Marks
    spoken: Case

    def view(self) -> FeedbackView:
        feedback, marks = self.feedback, self.marks
        consequences = consequences_of(self.play)
        numbers = {note["decision"]: place for place, note in enumerate(feedback["decisions"], 1)}
        flags = [flag for note in feedback["decisions"] for flag in self._flags(note, numbers)]
        lessons = feedback_lessons((note["competency"] for note in feedback["decisions"]), self.language)
        lesson_on, focus = {lesson.competency: lesson for lesson in lessons}, feedback["focus"]
        return FeedbackView(
            language=self.language,
            title=feedback["title"],
            status=tuple(self._status()),
            flags=tuple(sorted(flags, key=lambda flag: _FLAGS_IN_ORDER.index(flag.kind))),
            good=tuple(feedback["good"]),
            strong=self._strong(),
            child=tuple(feedback["child"]),
            focus=focus,
            focus_lesson=lesson_on.get(focus["code"]) if focus else None,
            score=self._score(),
            harm=feedback["H"],
            missed=feedback["M"],
            statements=tuple(self._statements()),
            gradebook=self._gradebook(),
            decisions=tuple(
                self._decision(note, numbers, consequences, lesson_on) for note in feedback["decisions"]
            ),
            outcomes=tuple(self._story(each, numbers) for each in consequences if each.together),
            practise=tuple((note, self._behind(note)) for note in feedback["practise"]),
            lessons=lessons,
            reflections=tuple(self._reflections()),
            comment=marks.comment,
            about=self._about(),
        )

    def _say(self, name: str, **values: object) -> str:
        return page_sentence(name, self.language, **values)

    def _number(self, value: float) -> str:
        return number(value, self.language)

    # The whole

    def _score(self) -> str:
        points = self.feedback["S"]
        if points is None:
            return self._say("no_score")
        return self._say("score_of", score=self._number(round(points)))

    def _status(self) -> Iterator[str]:
        """What is not said of the play, and why."""
        for name, holds in (
            ("incomplete", self.feedback["incomplete"]),
            ("draft", self.feedback["draft"]),
            ("no_panel", not self.feedback["panel"]),
        ):
            if holds:
                yield self._say(name)

    def _statements(self) -> Iterator[str]:
        """What is said of the figures."""
        feedback, cut = self.feedback, str(self.feedback["cut"])
        yield self._say("apart")
        if feedback["meets"] is not None:
            yield self._say("meets" if feedback["meets"] else "below", cut=cut)
            if not feedback["panel"]:
                yield self._say("placeholder", cut=cut)

    def _gradebook(self) -> str:
        marks = self.marks
        own = sum(self._own_points(note) for note in self.feedback["decisions"])
        if not marks.maximum or abs(marks.total - own) <= SAME:
            return ""
        return self._say("gradebook", points=self._number(marks.total), most=self._number(marks.maximum))

    def _strong(self) -> str:
        figures = self.feedback["figures"]
        return self._say("good_count", **figures) if figures["right"] else ""

    def _about(self) -> str:
        feedback, version = self.feedback, self.spoken.version
        names = {"case": feedback["title"], "version": version, "key": feedback["key_version"]}
        about = self._say("about", **names, date=feedback["law_checked"])
        return f"{about} {feedback['review']}".rstrip()

    def _behind(self, note: PractiseNote) -> str:
        count = str(note["decisions"])
        if note["score"] is not None:
            return self._say("behind_figure", score=self._number(round(100 * note["score"])), count=count)
        return self._say("behind_one" if note["decisions"] == 1 else "behind", count=count)

    def _reflections(self) -> Iterator[tuple[str, str]]:
        for _, decision in self.spoken.decisions():
            pick = self.play.picks.get(decision.id)
            if decision.is_free_text and isinstance(pick, str):
                yield decision.ask, pick

    def _story(self, consequence: Consequence, numbers: Mapping[str, int]) -> StoryView:
        scene = self.spoken.scenes[consequence.scene]
        led_by = tuple(sorted(numbers[name] for name in consequence.decisions if name in numbers))
        return StoryView(scene.title, paragraphs_of(scene.text), led_by)

    # Harm and missed duties

    def _flags(self, note: DecisionFeedback, numbers: Mapping[str, int]) -> Iterator[FlagView]:
        options = {option["id"]: option for option in note["options"]}
        for flag in (*note["harm"], *note["missed"]):
            option = options[flag["option"]]
            # A fact that went to the wrong service is told with the service's name around it.
            handed = flag["grade"] != "must" and flag["text"] != option["text"]
            yield FlagView(
                kind=flag["grade"],
                text=flag["text"],
                why=flag["reason"],
                instead=tuple(self._instead(note, flag, option, handed=handed)),
                number=numbers[note["decision"]],
                name=flag["name"] if flag["code"] else "",
                about=flag["why"],
            )

    def _instead(
        self, note: DecisionFeedback, flag: FlagNote, option: OptionNote, *, handed: bool
    ) -> Iterator[str]:
        """What to do next time, in the key's own words."""
        handovers = {part["service"]: part for part in note["handovers"]}
        if handed:
            needed = _texts(handovers[option["id"]]["packet"], "right")
            if needed:
                facts = " ".join(_sentence(text) for text in needed)
                yield self._say("instead_packet", service=option["text"], facts=facts)
            else:
                yield self._say("instead_nothing", service=option["text"])
        elif flag["grade"] == "must":
            yield self._say("instead_duty", option=self._when(option, handovers.get(option["id"])))
        else:
            right = [each for each in note["options"] if each["standing"] == "right"]
            left = [each for each in right if not each["chosen"]] or right
            yield from (self._when(each, handovers.get(each["id"])) for each in left)

    def _when(self, option: OptionNote, handover: HandoverNote | None) -> str:
        when = _texts(handover["urgency"], "right") if handover else ()
        return self._say("instead_when", option=option["text"], when=when[0]) if when else option["text"]

    # One decision

    def _decision(
        self,
        note: DecisionFeedback,
        numbers: Mapping[str, int],
        consequences: Sequence[Consequence],
        lesson_on: Mapping[str, FeedbackLesson],
    ) -> FeedbackDecisionView:
        name = note["decision"]
        counted = note["status"] == "answered" and not is_contested(note)
        own = self._own_points(note)
        given = self.marks.points.get(name, own)
        most = self._number(self.marks.most.get(name, note["weight"]))
        alone = (each for each in consequences if each.is_of(name))
        return FeedbackDecisionView(
            number=numbers[name],
            scene=self._scene_of(name).title,
            ask=note["ask"],
            gist=note["gist"],
            contested=is_contested(note),
            points=self._say("points_of", points=self._number(given), most=most) if counted else "",
            changed=counted and abs(given - own) > SAME,
            options=tuple(_groups(note)),
            handovers=tuple(self._handover(note, part) for part in note["handovers"]),
            story=tuple(self._story(each, numbers) for each in alone),
            others=tuple(self._other_facts(each) for each in note.get("others", ())),
            errors=tuple({flag.name: flag for flag in self._flags(note, numbers) if flag.name}.values()),
            rules=tuple(note["rules"]),
            sources=tuple(
                {part["code"]: part for each in note["options"] for part in each["sources"]}.values()
            ),
            lesson=lesson_on.get(note["competency"]),
        )

    def _other_facts(self, other: OtherFactsNote) -> OtherFactsView:
        return OtherFactsView(other["facts"], tuple(self._right(each) for each in other["right"]))

    def _right(self, each: RightNote) -> RightView:
        text = each["text"] if each["place"] is None else f"{each['place']}. {each['text']}"
        details = [self._say("other_facts_fast", level=each["urgency"])] if each["urgency"] else []
        if each["packet"]:
            facts = " ".join(_sentence(fact) for fact in each["packet"])
            details.append(self._say("other_facts_packet", facts=facts))
        return RightView(text, (*details, *each["why"]))

    def _own_points(self, note: DecisionFeedback) -> float:
        """The points that grading gave: where nothing was answered for one's wellbeing, the share of S."""
        share = (self.feedback["S"] or 0.0) / 100 if note["status"] == "skipped" else note["score"]
        return note["weight"] * (share or 0.0)

    def _scene_of(self, decision_id: str) -> Scene:
        scenes = self.spoken.scenes.values()
        return next(scene for scene in scenes if scene.decision and scene.decision.id == decision_id)

    def _handover(self, note: DecisionFeedback, handover: HandoverNote) -> HandoverView:
        chosen = any(each["chosen"] for each in note["options"] if each["id"] == handover["service"])
        packet = [
            part
            for part in _packet(handover["packet"], chosen=chosen, contested=is_contested(note))
            if part[1]
        ]
        fast = self._fast(handover["urgency"], contested=is_contested(note))
        return HandoverView(
            handover["text"], chosen, fast, handover["why_urgency"], tuple(packet), handover["why_packet"]
        )

    def _fast(self, urgency: Sequence[PartNote], *, contested: bool) -> str:
        yours = next((part["text"] for part in urgency if part["chosen"]), None)
        right = next((part["text"] for part in urgency if part["standing"] == "right"), None)
        if yours and right:
            return self._say("fast_right" if yours == right else "fast_both", yours=yours, right=right)
        if right:
            return self._say("fast_key", right=right)
        return self._say("fast_only", yours=yours) if yours and contested else ""


def _groups(note: DecisionFeedback) -> Iterator[tuple[str, tuple[FeedbackOptionView, ...]]]:
    """The options under the names of their headings, without an empty heading."""
    notes, contested = note["options"], is_contested(note)
    if KINDS[note["kind"]].is_ordered:
        ordered = sorted(notes, key=lambda each: each["right_position"] or 0)
        yield "gist_chosen", tuple(_option(each, plain=True) for each in ordered)
        return
    chosen = [each for each in notes if each["chosen"]]
    expected = [each for each in notes if not each["chosen"] and each["standing"] == "right"]
    others = [each for each in notes if not each["chosen"] and each["standing"] != "right"]
    also = any(each["standing"] == "right" for each in chosen)
    groups = {"gist_chosen": chosen, "gist_right_too" if also else "gist_right": expected, "others": others}
    for name, part in groups.items():
        if part:
            yield (
                name,
                tuple(_option(each, plain=contested or name.startswith("gist_right")) for each in part),
            )


def _option(note: OptionNote, *, plain: bool) -> FeedbackOptionView:
    standing = "" if plain and note["standing"] != "harmful" else note["standing"]
    return FeedbackOptionView(note["text"], standing, note["why"])


def _packet(
    facts: Sequence[PartNote], *, chosen: bool, contested: bool
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What was handed over and what was not, under the names of the headings."""
    given = [part for part in facts if part["chosen"]]
    withheld = [part for part in facts if not part["chosen"]]
    yield "packet_harmful", _texts(given, "harmful")
    yield "packet_given", _texts(given, "right")
    yield "packet_lacking" if chosen else "packet_needed", _texts(withheld, "right")
    yield "packet_spare", _texts(given, "wrong")
    yield "packet_told" if contested else "packet_other", _texts(given, "neutral")
    yield "packet_never", _texts(withheld, "harmful")


def _texts(parts: Sequence[PartNote], standing: Standing) -> tuple[str, ...]:
    return tuple(part["text"] for part in parts if part["standing"] == standing)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."

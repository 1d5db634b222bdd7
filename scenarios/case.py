"""The case: one scenario as data. The public half only: the key stands in the graders' room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

from pydantic import AfterValidator, Field, create_model
from pydantic.json_schema import SkipJsonSchema

from scenarios.condition import ConditionError, holds_in, parse_condition
from scenarios.decision import Decision
from scenarios.documents.part import CaseId, Id, Part, ReadAs, Text, Version
from scenarios.documents.problem import BadInputError
from scenarios.kinds import AS_KIND, TRANSLATED
from scenarios.language import LANGUAGES, SOURCE, Language, NoSuchLanguageError, Texts
from scenarios.sentence import sentences_of

Stage = Literal[
    "identification", "assessment", "planning", "implementation", "follow_up", "closure", "reflection"
]
STAGES: tuple[Stage, ...] = get_args(Stage)
Programme = Literal["A0", "A1", "A2", "A3", "A4"]
PROGRAMMES: tuple[Programme, ...] = get_args(Programme)
Trait = Literal["boy", "under_12", "disability", "cross_border", "village", "strain"]
TRAITS: tuple[Trait, ...] = get_args(Trait)
WARM_UP_MINUTES = 10
_sentence = sentences_of(Path(__file__).with_name("library.yaml"))


class NoSuchVariantError(BadInputError, ValueError):
    """A case is asked for in a variant that it does not have; the text says which it has."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        """Keep the name that was asked for."""
        self.name = name
        listed = ", ".join(known)
        super().__init__(_sentence("no_variant" if listed else "no_variants", name=name, choices=listed))


def _is_condition(text: str) -> str:
    try:
        parse_condition(text)
    except ConditionError as error:
        raise ValueError(*error.args) from None
    return text


ConditionText: TypeAlias = Annotated[str, AfterValidator(_is_condition)]


class Fiction(Part):
    """The author's word that the case is no single real one, and the five traits that were changed."""

    composite: Literal[True]
    changed: Annotated[tuple[Text, ...], Field(min_length=5, max_length=5)]
    confirmed_by: Text | None


class Counter(Part):
    """A small number that the story moves; effects never take it out of ``from``..``to``."""

    start: int
    low: Annotated[int, Field(alias="from")]
    high: Annotated[int, Field(alias="to")]


class Effect(Part):
    """When the scene is left: add to counters, always or where the condition holds."""

    condition: Annotated[ConditionText | None, Field(alias="if")] = None
    add: Annotated[Mapping[Id, int], Field(min_length=1)]


class Rule(Part):
    """Where the story goes; the first rule of a scene that holds is taken."""

    condition: Annotated[ConditionText | None, Field(alias="if")] = None
    go: Id


class Scene(Part):
    """What is shown at one moment: a text, at most one decision, and then ``next`` or ``end``."""

    stage: Stage
    title: Text
    text: Text
    learn: tuple[Id, ...] = ()
    decision: Annotated[Decision, AS_KIND] | None = None
    effects: tuple[Effect, ...] = ()
    next: tuple[Rule, ...] = ()
    end: Id | None = None
    own_note: Text | None = None

    def ways(self, variant: str | None) -> Iterator[tuple[int, Rule]]:
        """The rules that a play of `variant` may take, each with its index: its picks and counters decide."""
        for index, rule in enumerate(self.next):
            certain = True if rule.condition is None else holds_in(parse_condition(rule.condition), variant)
            if certain is not False:
                yield index, rule
            if certain:
                return


class SpokenDecision(Part):
    """The question of a decision in another language; its other texts are those that its kind translates."""

    ask: Text


_TRANSLATED: Mapping[str, Any] = dict.fromkeys(TRANSLATED, (Mapping[Id, Text] | None, None))
DecisionTexts: Final = create_model("DecisionTexts", __base__=SpokenDecision, **_TRANSLATED)


class SceneTexts(Part):
    """The texts of one scene in another language."""

    title: Text
    text: Text
    decision: Annotated[SpokenDecision, ReadAs(DecisionTexts)] | None = None
    own_note: Text | None = None


class Translation(Part):
    """All texts of a case in another language, under the same ids."""

    title: Text
    note: Text
    you: Text
    variants: Mapping[Id, Text] = Field(default_factory=dict)
    facts: Mapping[Id, Text]
    scenes: Mapping[Id, SceneTexts]


class CaseReview(Part):
    """That people of the field have reviewed a case, as ``kasuslab check --review`` writes it.

    day: on which the last of them agreed; roles: theirs, as in ``scenarios/reviewer_roles.yaml``; experts:
    how many played it as a panel, 0 where no points count; law_checked: of the case, as they read it; story:
    the fingerprint of the story that they read. The round itself, which quotes the key, stands with the keys.
    """

    day: date
    roles: Annotated[tuple[Id, ...], Field(min_length=1)]
    experts: Annotated[int, Field(ge=0)] = 0
    law_checked: date
    story: Text


class Telling(Part):
    """All that a case tells in one of its variants where its variants may differ, in each language."""

    facts: Mapping[Id, Text]
    counters: Mapping[Id, Counter]
    start: Id
    scenes: Mapping[Id, Scene]
    translations: Mapping[Language, Translation]


class Case(Part):
    """One scenario: its public half, in one of its languages and variants, with all the others beside it.

    risk: the 4C class of the risk; level: difficulty, 1 to 3; minutes: advised time; intensity: how
    heavy the subject is, 0 to 2; note: the content note shown before the case; role: whose duties
    the key may flag; traits: whom and where it is about, for the coverage of the library;
    law_checked: the day up to which its law was read; variants: what differs in each of them, for
    facilitators, and for a trainee whose practice play is over; review: who has reviewed it. Put in by the
    loader: variant, the one whose story this is, None where it has none; language: that of its texts;
    tellings: the story of each variant; story: the fingerprint of all that is told, see `story_digest`.
    """

    id: CaseId
    version: Version
    status: Literal["draft", "reviewed", "retired"]
    review: CaseReview | None = None
    title: Text
    risk: Literal["content", "contact", "conduct", "contract"]
    level: Annotated[int, Field(ge=1, le=3)]
    minutes: Annotated[int, Field(ge=3, le=90)]
    use: Literal["practice", "test"]
    intensity: Annotated[int, Field(ge=0, le=2)]
    note: Text
    role: Id
    you: Text
    programmes: tuple[Programme, ...]
    traits: tuple[Trait, ...] = ()
    law_checked: date
    fiction: Fiction
    variants: Mapping[Id, Text] = Field(default_factory=dict)
    facts: Mapping[Id, Text]
    counters: Mapping[Id, Counter] = Field(default_factory=dict)
    start: Id
    scenes: Annotated[Mapping[Id, Scene], Field(min_length=1)]
    translations: Mapping[Language, Translation] = Field(default_factory=dict)
    variant: SkipJsonSchema[Id | None] = None
    language: SkipJsonSchema[Language] = SOURCE
    tellings: SkipJsonSchema[Mapping[Id, Telling]] = Field(default_factory=dict)
    story: SkipJsonSchema[str] = ""

    @property
    def valid_review(self) -> CaseReview | None:
        """Its review, where it says that it is reviewed and stands as its reviewers read it; else None.

        Everything that tells a reviewed case from a draft asks this, and nothing else.
        """
        review = self.review
        if self.status == "draft" or review is None or not self.story:
            return None
        is_same = review.story == self.story and review.law_checked == self.law_checked
        return review if is_same else None

    @property
    def is_draft(self) -> bool:
        """Whether no people of the field have reviewed it as it stands."""
        return self.valid_review is None

    def decisions(self) -> Iterator[tuple[str, Decision]]:
        """The scene id and the decision of every scene that has one, in the order of the file."""
        for scene_id, scene in self.scenes.items():
            if scene.decision is not None:
                yield scene_id, scene.decision

    def key_decisions(self) -> tuple[Decision, ...]:
        """The decisions that a key scores: all but the free texts."""
        return tuple(decision for _, decision in self.decisions() if decision.is_scored)

    def decision(self, decision_id: str) -> Decision | None:
        """The decision of that id, or None."""
        return next((decision for _, decision in self.decisions() if decision.id == decision_id), None)

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages that the case has its texts in, that which it is written in first."""
        return (SOURCE, *self.translations)

    @property
    def titles(self) -> Texts:
        """Its title in each of its languages."""
        others = {language: texts.title for language, texts in self.translations.items()}
        return Texts({SOURCE: self.title, **others})

    @property
    def is_warm_up(self) -> bool:
        """Whether it is a first case for everybody: of the lowest level, and done in ten minutes."""
        return self.use == "practice" and self.level == 1 and self.minutes <= WARM_UP_MINUTES

    def in_language(self, language: Language) -> Case:
        """The same case with its texts in `language`; itself where it is written in it.

        Raises NoSuchLanguageError where the case has no such translation.
        """
        if language == SOURCE:
            return self
        if language not in self.translations:
            raise NoSuchLanguageError(language, self.languages)
        texts = self.translations[language]
        scenes = {name: _scene_in(scene, texts.scenes[name]) for name, scene in self.scenes.items()}
        update = {
            "title": texts.title,
            "note": texts.note,
            "you": texts.you,
            "variants": texts.variants,
            "facts": texts.facts,
            "scenes": scenes,
            "language": language,
        }
        return self.model_copy(update=update)

    def in_variant(self, name: str | None) -> Case:
        """The same case as it is told in the variant `name`; in its first where None is asked for.

        Raises NoSuchVariantError where the case has no such variant.
        """
        wanted = next(iter(self.tellings), None) if name is None else name
        if wanted == self.variant:
            return self
        if wanted is None or wanted not in self.tellings:
            raise NoSuchVariantError(str(wanted), self.tellings)
        telling = self.tellings[wanted]
        return self.model_copy(update={**dict(telling), "variant": wanted}).in_language(self.language)

    def in_each_variant(self) -> tuple[Case, ...]:
        """The case as it is told in each of its variants; itself alone where it has none."""
        return tuple(self.in_variant(name) for name in self.tellings) or (self,)


def common_languages(cases: Iterable[Case]) -> tuple[Language, ...]:
    """The languages that each of these cases has its texts in, in the lab's order."""
    each = [case.languages for case in cases]
    return tuple(language for language in LANGUAGES if all(language in some for some in each))


def _scene_in(scene: Scene, texts: SceneTexts) -> Scene:
    update: dict[str, object] = {"title": texts.title, "text": texts.text}
    if scene.own_note is not None:
        update["own_note"] = texts.own_note
    if scene.decision is not None and texts.decision is not None:
        changes = {name: value for name, value in texts.decision if value is not None}
        update["decision"] = scene.decision.model_copy(update=changes)
    return scene.model_copy(update=update)

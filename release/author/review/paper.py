"""What a reviewer reads of a case on paper, as plain data: the story by variants, with all that the key says.

Each part has an anchor: the variant in which it stands and its id, such as ``case:scenes.telepon.text``. A
comment that comes back is told beside its file and line by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from graders.key.decision import DecisionKey
from graders.key.key import Key, load_key
from graders.key.kinds import WHYS
from graders.key.rule_checks import verdict_of
from graders.key.rules import KeyRule, load_rules
from graders.review.demands import Question, load_demands
from graders.review.sight import sight_of
from release.author.bench.case_files import CASE, KEY
from release.author.graph.condition_words import ConditionWords
from scenarios.case import Case, Scene
from scenarios.condition import parse_condition
from scenarios.decision import Decision
from scenarios.directory.law_words import long_date
from scenarios.directory.reviewer_roles import review_sentence
from scenarios.directory.services import Directory, load_directory, option_text
from scenarios.directory.sources import Source, load_sources
from scenarios.engine.graph import graph_of
from scenarios.language import Catalogue, Language, read_catalogue
from widgets.view import TEXTS as PLAYER_TEXTS
from widgets.view import story_paragraphs

TEXTS: Final = Path(__file__).with_name("review.yaml")
GRAPH_TEXTS: Final = Path(__file__).parents[1] / "graph" / "graph.yaml"
BOOKMARK: Final = "kasuslab_"


class Anchor(NamedTuple):
    """Where a part stands. file: its name among the files of the case; path: in that file, as words."""

    variant: str
    file: str
    path: tuple[str, ...]

    @property
    def bookmark(self) -> str:
        """Its name in a document: at most 40 letters, the same each time."""
        whole = "\0".join((self.variant, self.file, *self.path))
        return BOOKMARK + hashlib.sha256(whole.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line of what is said of something: what it is, and the text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PaperOption:
    """One option. verdict: what the key says of it, with its flags; lines: why, its rules and sources."""

    anchor: Anchor
    text: str
    verdict: str
    lines: tuple[PaperLine, ...]


@dataclass(frozen=True, slots=True)
class PaperScene:
    """One scene. ask: the question of its decision, or ""; ways: where it leads, and when."""

    anchor: Anchor
    heading: str
    stage: str
    paragraphs: tuple[str, ...]
    learned: tuple[str, ...]
    ask: str
    options: tuple[PaperOption, ...]
    notes: tuple[PaperLine, ...]
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperChapter:
    """The story of one variant. about: what differs in it, "" of a case without variants.

    same: the titles of scenes that are as in the first chapter, and are not printed again.
    """

    title: str
    about: str
    scenes: tuple[PaperScene, ...]
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewPaper:
    """A case on paper. words: those around it; front: what its first page says.

    mark: of what is shown in it, by which a review round knows what was signed.
    """

    language: Language
    words: Mapping[str, str]
    title: str
    warning: str
    mark: str
    front: tuple[PaperLine, ...]
    chapters: tuple[PaperChapter, ...]

    @property
    def anchors(self) -> Iterator[Anchor]:
        """Every anchor, in the order of the paper."""
        for chapter in self.chapters:
            for scene in chapter.scenes:
                yield scene.anchor
                yield from (option.anchor for option in scene.options)

    @property
    def signers(self) -> Mapping[Question, PaperLine]:
        """What is signed: the name of each question, and what whoever signs it has looked at."""
        language = self.language
        return {
            name: PaperLine(asked.name[language], asked.asks[language])
            for name, asked in load_demands().questions.items()
        }


def read_paper(case: Case, folder: Path, keys: Path, language: Language) -> ReviewPaper:
    """The paper of a case in `folder` whose key stands in the folder `keys`. Raises ProblemsError."""
    key, mark = load_key(case, keys), sight_of(case, folder, keys, case.law_checked).mark
    words = {name: text[language] for name, text in read_catalogue(TEXTS).items()}
    writer = _PaperWriter(words, language, load_rules(), load_sources(), load_directory())
    return writer.paper(case, key, mark)


@dataclass(frozen=True, slots=True)
class _PaperWriter:
    words: Mapping[str, str]
    language: Language
    rules: Mapping[str, KeyRule]
    sources: Mapping[str, Source]
    directory: Directory

    def paper(self, case: Case, key: Key, mark: str) -> ReviewPaper:
        translated, words = case.in_language(self.language), self.words
        status = review_sentence(case.valid_review, self.language) or words["status_draft"]
        front = (
            PaperLine(words["front_version"], f"{case.version}, {status}"),
            PaperLine(words["front_key"], key.version),
            PaperLine(words["front_law"], long_date(case.law_checked, self.language)),
            PaperLine(words["front_mark"], mark),
            PaperLine(_capital(words["field_you"]), translated.you),
            PaperLine(_capital(words["field_note"]), translated.note),
        )
        chapters: list[PaperChapter] = []
        for one, own in zip(case.in_each_variant(), key.in_each_variant(), strict=True):
            chapters.append(self._chapter(one.in_language(self.language), own, chapters))
        return ReviewPaper(
            self.language, words, translated.title, words["paper_warning"], mark, front, tuple(chapters)
        )

    def _chapter(self, case: Case, key: Key, before: Sequence[PaperChapter]) -> PaperChapter:
        scenes = [self._scene(case, key, scene_id) for scene_id in graph_of(case).order]
        variant = case.variant or ""
        first = {_unplaced(scene) for scene in before[0].scenes} if before else set()
        title = self.words["chapter"].format(number=len(before) + 1) if variant else self.words["story"]
        return PaperChapter(
            title,
            case.variants.get(variant, ""),
            tuple(scene for scene in scenes if _unplaced(scene) not in first),
            tuple(scene.heading for scene in scenes if _unplaced(scene) in first),
        )

    def _scene(self, case: Case, key: Key, scene_id: str) -> PaperScene:
        scene, decision = case.scenes[scene_id], case.scenes[scene_id].decision
        part = key.decisions.get(decision.id) if decision is not None else None
        stages: Catalogue = read_catalogue(PLAYER_TEXTS)
        return PaperScene(
            Anchor(case.variant or "", CASE, ("scenes", scene_id)),
            f"{scene.title} ({scene_id})",
            stages[f"stage_{scene.stage}"][self.language],
            tuple(story_paragraphs(scene.text)),
            tuple(case.facts[fact] for fact in scene.learn),
            decision.ask if decision is not None else "",
            tuple(self._options(case, key, scene_id, decision, part)) if decision is not None else (),
            tuple(self._notes(case, decision, part)) if decision is not None and part is not None else (),
            tuple(self._ways(case, scene)),
        )

    def _options(
        self, case: Case, key: Key, scene_id: str, decision: Decision, part: DecisionKey | None
    ) -> Iterator[PaperOption]:
        for option in decision.option_ids:
            text = option_text(decision, option, self.directory.services, self.language)
            variant = case.variant or ""
            if part is None:
                path = ("scenes", scene_id, "decision", "options", option)
                yield PaperOption(Anchor(variant, CASE, path), text, "", ())
                continue
            verdict = self.words[f"verdict_{verdict_of(part, decision, option)}"]
            flags = [self.words["must"]] if option in part.musts else []
            harm = part.harms.get(option)
            flags += [self.words["harm"].format(code=harm.code)] if harm is not None and harm.code else []
            lines = tuple(self._reasons(key, decision.id, option, part))
            anchor = Anchor(variant, KEY, ("decisions", decision.id, "why", option))
            yield PaperOption(anchor, text, ", ".join([verdict, *flags]), lines)

    def _reasons(self, key: Key, decision: str, option: str, part: DecisionKey) -> Iterator[PaperLine]:
        words, whys = self.words, key.whys(decision, self.language)
        for name in WHYS:
            if text := whys.text(name, option):
                yield PaperLine(_capital(words.get(f"field_{name}", name)), text)
        if option in part.rules:
            for use in part.uses(option):
                act = words["follows" if use.is_followed else "breaks"]
                if use.rule in self.rules:
                    yield PaperLine(act, self.rules[use.rule].text[self.language])
        titles = [self.sources[code].described(self.language) for code in part.sources.get(option, ())]
        yield PaperLine(words["source"], "; ".join(titles))

    def _notes(self, case: Case, decision: Decision, part: DecisionKey) -> Iterator[PaperLine]:
        if part.order:
            order = "; ".join(decision.option_texts[option] for option in part.order)
            yield PaperLine(self.words["order"], order)
        for call in part.handover_counts(decision, ()):
            service = self.directory.services[call.service].name[self.language]
            facts = "; ".join(case.facts[fact] for fact in call.facts)
            level = decision.level_texts.get(call.level, call.level)
            yield PaperLine(self.words["handover"].format(service=service, level=level), facts)
        for service, withheld in part.nevers.items():
            name = self.directory.services[service].name[self.language]
            facts = "; ".join(case.facts[fact] for fact in withheld)
            yield PaperLine(self.words["never"].format(service=name), facts)

    def _ways(self, case: Case, scene: Scene) -> Iterator[str]:
        texts = read_catalogue(GRAPH_TEXTS)
        clauses = ConditionWords(case, texts, self.language)
        ways = [rule for _, rule in scene.ways(case.variant)]
        for rule in ways:
            if len(ways) == 1:
                yield case.scenes[rule.go].title
                continue
            when = (
                texts["graph_else"][self.language]
                if rule.condition is None
                else texts["graph_if"][self.language].format(
                    condition=clauses.say(parse_condition(rule.condition))
                )
            )
            yield f"{when}: {case.scenes[rule.go].title}"
        if scene.end is not None:
            yield self.words["ending"]


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _unplaced(scene: PaperScene) -> PaperScene:
    """A scene as it is compared with that of another variant."""
    nowhere = Anchor("", "", ())
    options = tuple(PaperOption(nowhere, one.text, one.verdict, one.lines) for one in scene.options)
    fields = (scene.heading, scene.stage, scene.paragraphs, scene.learned, scene.ask, options)
    return PaperScene(nowhere, *fields, scene.notes, scene.ways)

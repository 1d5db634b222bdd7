"""Load a case from its files, or say everything that is wrong with them, each with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.case import Case, Telling, Translation
from scenarios.condition import (
    VARIANT,
    Condition,
    ConditionError,
    CounterTest,
    VariantTest,
    atoms,
    parse_condition,
)
from scenarios.documents.digest import digest
from scenarios.documents.document import Data, DataPath, Document, read_documents
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.documents.shape import validated
from scenarios.documents.variants import VARIANTS, Variations, once, variant_names
from scenarios.kinds import KINDS, TRANSLATED
from scenarios.language import LANGUAGES, SOURCE, Language, card_of
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("loader.yaml"))

_TRANSLATED = ("decision", "own_note")
VARIED = ("facts", "counters", "start", "scenes")
_SAME_IN_ALL = (_finding("same_all_variants"), _finding("only_question_may_differ"))
_LOADED = ("translations", "variant", "language", "tellings", "story")
STORY = (
    *("title", "note", "intensity", "role", "you", "use"),
    *(VARIANTS, "facts", "counters", "start", "scenes"),
)
"""The fields of a case that its reviewers read; all others say something about it."""


def case_file(language: Language) -> str:
    """The name of the file that holds a case's texts in `language`."""
    return "case.yaml" if language == SOURCE else f"{language}.yaml"


def case_documents(
    folder: Path, languages: Iterable[Language], variant: str | None = None
) -> Mapping[Language, Document]:
    """The files of a case by their languages, settled in `variant`; as they are where it is None.

    languages: that which cases are written in among them. Raises ProblemsError where one cannot be read.
    """
    files = {language: folder / case_file(language) for language in languages}
    documents = dict(zip(files, read_documents(*files.values()), strict=True))
    return documents if variant is None else settled_documents(documents)[variant]


def load_case(folder: Path, languages: Sequence[Language] = LANGUAGES) -> Case:
    """Load a case from its files in `folder`: ``case.yaml``, and its texts in the other languages.

    languages: those that it has to have, that which cases are written in among them. A case with variants
    is told in the first of them. Raises ProblemsError with every problem of all files and variants.
    """
    documents = case_documents(folder, languages)
    document = documents[SOURCE]
    if problems := list(_variant_problems(documents)):
        raise ProblemsError(problems)  # what they leave open cannot be read
    variants = settled_documents(documents)
    faults: dict[str | None, list[Problem]] = {name: [] for name in variants}
    cases = {name: _plain_case(each, faults[name]) for name, each in variants.items()}
    problems = [*once(faults), *_unlike_problems({name: each[SOURCE] for name, each in variants.items()})]
    first, *_ = cases.values()
    if problems or first is None:
        raise ProblemsError(problems)
    if folder.name not in {first.id, "case"}:
        fault = _finding("id_folder", id=first.id, name=folder.name)
        raise ProblemsError([document.problem(("id",), fault, _finding("give_both_same_name"), "id")])
    tellings = {name: _telling(case) for name, case in cases.items() if name is not None and case is not None}
    update = {
        "tellings": tellings,
        "variant": next(iter(tellings), None),
        "story": story_digest(documents),
    }
    return first.model_copy(update=update)


def story_digest(documents: Mapping[Language, Document]) -> str:
    """The fingerprint of a story as it stands in its files, by their languages: all variants, every text.

    The order of options counts, and so does that of all else.
    """
    return digest(
        [
            [language, [[name, in_order(mapping(document.data).get(name))] for name in STORY]]
            for language, document in documents.items()
        ]
    )


def in_order(data: Data) -> object:
    """`data` with each mapping as a list of its entries, so that a digest tells their order too."""
    if isinstance(data, dict):
        return [[name, in_order(part)] for name, part in data.items()]
    return [in_order(part) for part in data] if isinstance(data, list) else data


def case_variations(document: Document, language: Language = SOURCE) -> Variations:
    """Where the texts in `language` may vary; document: the ``case.yaml``, which names the variants."""
    names = variant_names(document)
    return Variations(names, VARIED if language == SOURCE else ("facts", "scenes"))


def settled_documents(
    documents: Mapping[Language, Document],
) -> Mapping[str | None, Mapping[Language, Document]]:
    """The files of a case in each of its variants; under None where it has none."""
    settled = {
        language: case_variations(documents[SOURCE], language).settled(document)
        for language, document in documents.items()
    }
    return {name: {language: settled[language][name] for language in documents} for name in settled[SOURCE]}


def _plain_case(documents: Mapping[Language, Document], problems: list[Problem]) -> Case | None:
    """A case without variants, or in one of them; every problem is added to `problems`."""
    document = documents[SOURCE]
    case = validated(document, Case, problems)
    problems.extend(link_problems(document))
    translations: dict[Language, Translation] = {}
    for language in documents:
        if language != SOURCE:
            beside = TranslationFile(documents[language], case_file(SOURCE), language)
            problems.extend(translation_problems(document, beside))
            translation = validated(beside.document, Translation, problems)
            if translation is not None:
                translations[language] = translation
    for name in _LOADED:
        if mapping(document.data).get(name) is not None:
            files = ", ".join(case_file(language) for language in documents if language != SOURCE)
            remedy = (
                _finding("put_them_into_files", files=files) if name == _LOADED[0] else _finding("take_out")
            )
            problems.append(
                document.problem((name,), _finding("do_not_stand_here", name=name), remedy, "shape")
            )
    return None if case is None else case.model_copy(update={"translations": translations})


def _telling(case: Case) -> Telling:
    return Telling.model_construct(**{name: getattr(case, name) for name in Telling.model_fields})


def _variant_problems(documents: Mapping[Language, Document]) -> Iterator[Problem]:
    """Variants that are none, and places in the files that say one thing for only some of them."""
    document = documents[SOURCE]
    names = variant_names(document)
    if VARIANTS in mapping(document.data) and len(names) < 2:  # noqa: PLR2004 -- one alone is no choice
        fault = _finding("there_are_fewer_than")
        yield document.problem((VARIANTS,), fault, _finding("name_two_or_more"), "variant")
        return
    if own := [*case_variations(document).problems(document), *_option_problems(document)]:
        yield from own
        return
    for language, each in documents.items():
        if language != SOURCE:
            variations = case_variations(document, language)
            yield from variations.problems(each)
            yield from variations.unlike_problems(document, each, case_file(SOURCE))
            sentences, texts = (mapping(one.data).get(VARIANTS) for one in (document, each))
            yield from TranslationFile(each, case_file(SOURCE), language).differences(
                (VARIANTS,), sentences, texts
            )
    if names and not case_variations(document).paths(document) and not _tests_variants(document):
        remedy = _finding("let_text_fact_or")
        yield document.problem((VARIANTS,), _finding("nothing_differs_between_variants"), remedy, "variant")


def _option_problems(document: Document) -> Iterator[Problem]:
    for path in case_variations(document).paths(document):
        match path:
            case ("scenes", _, "decision", part, *_) if part != "ask":
                yield document.problem(path, *_SAME_IN_ALL, "variant")


def _tests_variants(document: Document) -> bool:
    for scene in _outline(document.data).scenes.values():
        for part in (*_items(scene.get("next")), *_items(scene.get("effects"))):
            condition = _condition(mapping(part).get("if"))
            if condition and any(isinstance(atom, VariantTest) for atom in atoms(condition)):
                return True
    return False


def _unlike_problems(documents: Mapping[str | None, Document]) -> Iterator[Problem]:
    """Scenes and decisions that differ between variants: of a decision only the question may vary."""
    first, *others = documents.values()
    outlines = {name: _outline(document.data).scenes for name, document in documents.items()}
    wanted, *_ = outlines.values()
    for other, scenes in zip(others, [*outlines.values()][1:], strict=True):
        if scenes.keys() != wanted.keys():
            fault = _finding("not_every_variant_has")
            remedy = _finding("give_each_variant_all")
            yield other.problem(("scenes",), fault, remedy, "variant")
        for name in wanted.keys() & scenes.keys():
            mine, yours = mapping(wanted[name].get("decision")), mapping(scenes[name].get("decision"))
            for part in dict.fromkeys((*mine, *yours)):
                here, there = mine.get(part), yours.get(part)
                if part != "ask" and (here != there or list(mapping(here)) != list(mapping(there))):
                    at = other if part in yours else first
                    yield at.problem(("scenes", name, "decision", part), *_SAME_IN_ALL, "variant")


def mapping(data: Data) -> dict[str, Data]:
    """`data` where it is a mapping, else an empty one: problems of shape are told elsewhere."""
    return data if isinstance(data, dict) else {}


def _items(data: Data) -> list[Data]:
    return data if isinstance(data, list) else []


@dataclass(slots=True)
class _Outline:
    """The names that a case file defines, read as far as its shape allows."""

    scenes: dict[str, dict[str, Data]]
    facts: set[str]
    counters: set[str]
    variants: set[str] = field(default_factory=set)
    kinds: dict[str, str] = field(default_factory=dict)
    options: dict[str, set[str]] = field(default_factory=dict)


def _outline(data: Data) -> _Outline:
    top = mapping(data)
    scenes = {name: mapping(scene) for name, scene in mapping(top.get("scenes")).items()}
    facts, counters, variants = (set(mapping(top.get(part))) for part in ("facts", "counters", VARIANTS))
    outline = _Outline(scenes, facts, counters, variants)
    for scene in scenes.values():
        decision = mapping(scene.get("decision"))
        name = decision.get("id")
        if isinstance(name, str):
            outline.kinds[name] = str(decision.get("kind"))
            kind = KINDS.get(outline.kinds[name])
            outline.options[name] = kind.offered(decision) if kind else set()
    return outline


def link_problems(document: Document) -> Iterator[Problem]:
    """Every name in a case file that points to nothing, and every scene that leads nowhere."""
    outline = _outline(document.data)
    top = mapping(document.data)
    yield from _start_problems(document, outline, top.get("start"))
    seen: dict[str, str] = {}
    for scene_id, scene in outline.scenes.items():
        path: DataPath = ("scenes", scene_id)
        for index, fact in enumerate(_items(scene.get("learn"))):
            if fact not in outline.facts:
                yield _unknown(document, (*path, "learn", index), "fact", fact, outline.facts)
        yield from _way_out_problems(document, outline, path, scene)
        for index, effect in enumerate(_items(scene.get("effects"))):
            at = (*path, "effects", index)
            yield from _condition_problems(document, outline, at, mapping(effect).get("if"))
            for counter in mapping(mapping(effect).get("add")):
                if counter not in outline.counters:
                    yield _unknown(document, (*at, "add", counter), "counter", counter, outline.counters)
        decision = mapping(scene.get("decision"))
        yield from _decision_problems(document, outline, (*path, "decision"), decision)
        name = decision.get("id")
        if isinstance(name, str) and seen.setdefault(name, scene_id) != scene_id:
            fault = _finding("decision_stands_already_scene", name=name, seen=seen[name])
            yield document.problem(
                (*path, "decision", "id"), fault, _finding("give_another_id"), "duplicate-id"
            )
    for counter_id, bounds in mapping(top.get("counters")).items():
        values = (mapping(bounds).get(key) for key in ("from", "start", "to"))
        numbers = [value for value in values if isinstance(value, int)]
        if numbers != sorted(numbers):
            fault, remedy = _finding("counter_does_not_start"), _finding("let_start_lie_between")
            yield document.problem(("counters", counter_id), fault, remedy, "counter")


def _start_problems(document: Document, outline: _Outline, start: Data) -> Iterator[Problem]:
    if isinstance(start, str) and start not in outline.scenes:
        yield _unknown(document, ("start",), "scene", start, set(outline.scenes))


def _way_out_problems(
    document: Document, outline: _Outline, path: DataPath, scene: Mapping[str, Data]
) -> Iterator[Problem]:
    rules, end = _items(scene.get("next")), scene.get("end")
    if bool(rules) == (end is not None):
        fault = _finding("scene_has_both_next") if rules else _finding("scene_has_neither_next")
        yield document.problem(path, fault, _finding("give_exactly_one_two"), "exit")
    if end is not None and scene.get("decision") is not None:
        yield document.problem(
            path, _finding("ending_has_decision"), _finding("move_decision_one_scene"), "exit"
        )
    for index, rule in enumerate(rules):
        at = (*path, "next", index)
        goal = mapping(rule).get("go")
        if isinstance(goal, str) and goal not in outline.scenes:
            yield _unknown(document, (*at, "go"), "scene", goal, set(outline.scenes))
        condition = mapping(rule).get("if")
        yield from _condition_problems(document, outline, at, condition)
        last = index == len(rules) - 1
        if last and condition is not None:
            remedy = _finding("let_last_rule_have")
            yield document.problem(at, _finding("last_rule_has_condition"), remedy, "exit")
        if not last and condition is None:
            fault = _finding("no_rule_after_this")
            yield document.problem(at, fault, _finding("give_this_rule_if"), "exit")


def _decision_problems(
    document: Document, outline: _Outline, path: DataPath, decision: Mapping[str, Data]
) -> Iterator[Problem]:
    for index, fact in enumerate(_items(decision.get("facts"))):
        if fact not in outline.facts:
            yield _unknown(document, (*path, "facts", index), "fact", fact, outline.facts)
    limit, name = decision.get("pick"), decision.get("id")
    if name == VARIANT:
        fault = _finding("word_conditions_no_decision", variant=VARIANT)
        yield document.problem((*path, "id"), fault, _finding("give_another_id"), "condition")
    offered = len(outline.options.get(str(name), ()))
    if isinstance(limit, int) and limit > offered and str(decision.get("kind")) in KINDS:
        fault = _finding("may_be_picked_are", limit=limit, offered=offered)
        yield document.problem((*path, "pick"), fault, _finding("lower_pick"), "pick")


def _condition_problems(
    document: Document, outline: _Outline, path: DataPath, text: Data
) -> Iterator[Problem]:
    condition = _condition(text)
    at = (*path, "if")
    for atom in atoms(condition) if condition else ():
        if isinstance(atom, VariantTest):
            if atom.variant not in outline.variants:
                yield _unknown(document, at, "variant", atom.variant, outline.variants)
            continue
        if isinstance(atom, CounterTest):
            if atom.counter not in outline.counters:
                yield _unknown(document, at, "counter", atom.counter, outline.counters)
            continue
        if atom.decision not in outline.kinds:
            yield _unknown(document, at, "decision", atom.decision, set(outline.kinds))
            continue
        kind = outline.kinds[atom.decision]
        verb = KINDS[kind].verb if kind in KINDS else None
        if verb is None:
            fault = _finding("decision_which_no_condition", decision=atom.decision, kind=kind)
            yield document.problem(at, fault, _finding("test_another_decision_or"), "condition")
        elif verb != atom.verb:
            fault = _finding("tests_decision", decision=atom.decision, verb=atom.verb, kind=kind)
            yield document.problem(
                at, fault, _finding("write", decision=atom.decision, verb=verb), "condition"
            )
        elif atom.option not in outline.options[atom.decision]:
            yield _unknown(document, at, "option", atom.option, outline.options[atom.decision])


def _condition(text: Data) -> Condition | None:
    try:
        return parse_condition(text) if isinstance(text, str) else None
    except ConditionError:
        return None  # told with the shape of the file


def _unknown(document: Document, path: DataPath, kind: str, name: Data, known: set[str]) -> Problem:
    choices = ", ".join(sorted(known)) or "none"
    return document.problem(
        path,
        _finding("there_no", kind=_finding(f"kind_{kind}"), name=name),
        _finding("use_one", choices=choices),
        "link",
    )


@dataclass(frozen=True, slots=True)
class TranslationFile:
    """A file with texts in another language, to be held against what it translates.

    original: what that is called in a sentence, such as “case.yaml”.
    """

    document: Document
    original: str
    language: Language

    def differences(self, path: DataPath, wanted: Data, given: Data) -> Iterator[Problem]:
        """The names under `wanted`, of the original, that `given` lacks; and those that are not wanted."""
        here, there = mapping(wanted), mapping(given)
        for name in here:
            if name not in there:
                fault = _finding(
                    "has_no_text", name=name, original=self.original, name2=card_of(self.language).name
                )
                yield self.document.problem(
                    (*path, name), fault, _finding("add_here", name=name), "translation"
                )
        for name in there:
            if name not in here:
                fault, remedy = (
                    _finding("does_not_stand", name=name, original=self.original),
                    _finding("take_out_or_look"),
                )
                yield self.document.problem((*path, name), fault, remedy, "translation")


def translation_problems(original: Document, translation: TranslationFile) -> Iterator[Problem]:
    """Every text of the case that has no counterpart in the translation, and the other way round."""
    case, texts = mapping(original.data), mapping(translation.document.data)
    yield from translation.differences(("facts",), case.get("facts"), texts.get("facts"))
    scenes, translated = mapping(case.get("scenes")), mapping(texts.get("scenes"))
    yield from translation.differences(("scenes",), scenes, translated)
    for name in scenes.keys() & translated.keys():
        path: DataPath = ("scenes", name)
        scene, scene_texts = mapping(scenes[name]), mapping(translated[name])
        wanted: dict[str, Data] = {key: None for key in _TRANSLATED if scene.get(key) is not None}
        given: dict[str, Data] = {key: None for key in _TRANSLATED if scene_texts.get(key) is not None}
        yield from translation.differences(path, wanted, given)
        if "decision" not in wanted or "decision" not in given:
            continue
        decision, decision_texts = mapping(scene["decision"]), mapping(scene_texts["decision"])
        for part in TRANSLATED:
            at = (*path, "decision", part)
            yield from translation.differences(at, decision.get(part), decision_texts.get(part))

"""What is done to a case: a scene, a decision, an option, a fact, a variant put in, taken out or moved.

A change reaches all files of the case: what is put in stands in each of them, with words that say what is to
be written there; what is taken out leaves nothing behind in the key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_origin

from graders.key.kinds import KEY_KINDS, WHYS
from release.author.bench.case_files import CASE, GUIDE, KEY, NotEditedError
from release.author.bench.edit import Edit, Put, Shift, Take, value_at
from release.author.bench.fields import CaseText, may_vary
from release.author.bench.sheet import offered
from scenarios.documents.document import Data, DataPath
from scenarios.documents.variants import VARIANTS
from scenarios.kinds import KINDS
from scenarios.language import SOURCE, TRANSLATIONS, Texts, read_catalogue
from scenarios.loader import mapping
from scenarios.sentence import sentences_of

LONGEST_ID, ID_WORDS = 40, 3
FIRST_WEIGHT = 2
FEWEST_LEVELS = 2

_TEXTS = Path(__file__).with_name("bench.yaml")
_OPTION_MAPS = ("options", *WHYS)
_sentence = sentences_of(_TEXTS)


def identifier(words: str, taken: Sequence[str]) -> str:
    """An id made of the first words, unlike those that are taken: an author never writes one."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    parts = [part for part in re.findall(r"[a-z0-9]+", plain) if part]
    name = "_".join(parts[:ID_WORDS]).lstrip("0123456789_")[: LONGEST_ID - 3].rstrip("_") or "baru"
    made, number = name, 2
    while made in taken:
        made, number = f"{name}_{number}", number + 1
    return made


@dataclass(slots=True)
class Changes:
    """The edits of one change by the file, and the part of the case that shows its result."""

    text: CaseText
    edits: dict[str, list[Edit]] = field(default_factory=dict)
    part: str = ""

    def put(self, file: str, path: DataPath, value: Data, after: str | None = None) -> None:
        """Let a value stand at a place."""
        self.edits.setdefault(file, []).append(Put(path, value, after))

    def take(self, file: str, path: DataPath) -> None:
        """Take out what stands at a place, where anything does."""
        parent = value_at(self.text.data.get(file), path[:-1])
        there = isinstance(parent, dict) and path[-1] in parent
        if there or (isinstance(parent, list) and isinstance(path[-1], int) and path[-1] < len(parent)):
            self.edits.setdefault(file, []).append(Take(path))

    def say(self, path: DataPath, texts: Texts, *, file: str = CASE, after: str | None = None) -> None:
        """Put a text into a file and its translations."""
        self.put(file, path, texts[SOURCE], after)
        for tag in TRANSLATIONS:
            self.put(f"{KEY}.{tag}" if file == KEY else tag, path, texts[tag], after)

    def unsay(self, path: DataPath, *, file: str = CASE) -> None:
        """Take a text out of a file and its translations."""
        self.take(file, path)
        for tag in TRANSLATIONS:
            self.take(f"{KEY}.{tag}" if file == KEY else tag, path)


def to_write(name: str) -> Texts:
    """What a skeleton says is to be written at a place."""
    return read_catalogue(_TEXTS)[f"write_{name}"]


def own_words(words: str, name: str) -> Texts:
    """The author's words in the language of the case; in the others, that they are to be written."""
    there = to_write(name)
    return Texts.of(lambda tag: (words or there[tag]) if tag == SOURCE else there[tag])


def added(text: CaseText, what: str, place: Sequence[str], words: str, kind: str) -> Changes:
    """Put in one more. place: what it stands in; words: its first text; kind: of a decision.

    Raises NotEditedError where no such thing can stand there.
    """
    changes = Changes(text)
    path: DataPath
    if what == "scene":
        _add_scene(changes, place[0] if place else "", words)
    elif what == "decision":
        _add_decision(changes, place[0], words, kind)
    elif what == "option":
        _add_option(changes, place[0], words)
    elif what == "fact":
        name = identifier(words, [*mapping(text.case.get("facts"))])
        changes.say(("facts", name), own_words(words, "fact"))
    elif what == "counter":
        name = identifier(words, [*mapping(text.case.get("counters"))])
        changes.put(CASE, ("counters", name), {"start": 2, "from": 0, "to": 4})
    elif what == "level":
        path = ("scenes", place[0], "decision", "urgency")
        changes.say((*path, identifier(words, [*_levels(text, place[0])])), own_words(words, "level"))
    elif what == "variant":
        _add_variant(changes, words)
    elif what == "line":
        path = tuple(place)
        items = value_at(text.data.get(GUIDE), path)
        texts = own_words(words, "guide")
        at = len(items) if isinstance(items, list) else 0
        changes.put(GUIDE, (*path, at), dict(texts.items()))
    else:
        raise NotEditedError(_sentence("no_such_thing"))
    return changes


def taken(text: CaseText, what: str, place: Sequence[str]) -> Changes:
    """Take one out, and all that the key says of it. Raises NotEditedError."""
    changes = Changes(text)
    if what == "scene":
        decision = mapping(text.value(CASE, ("scenes", place[0], "decision")))
        if decision:
            changes.unsay(("decisions", str(decision.get("id"))), file=KEY)
        changes.unsay(("scenes", place[0]))
        changes.part = "case"
    elif what == "decision":
        decision = mapping(text.value(CASE, ("scenes", place[0], "decision")))
        changes.unsay(("decisions", str(decision.get("id"))), file=KEY)
        changes.unsay(("scenes", place[0], "decision"))
    elif what == "option":
        decision = mapping(text.value(CASE, ("scenes", place[0], "decision")))
        changes.unsay(("scenes", place[0], "decision", "options", place[1]))
        forget_option(changes, str(decision.get("id")), place[1])
    elif what in {"fact", "counter"}:
        changes.unsay((f"{what}s", place[0]))
    elif what == "level":
        _take_level(changes, place[0], place[1])
    elif what == "variant":
        _take_variant(changes, place[0])
    elif what == "line":
        changes.take(GUIDE, (*place[:-1], int(place[-1])))
    else:
        raise NotEditedError(_sentence("no_such_thing"))
    return changes


def moved(text: CaseText, what: str, place: Sequence[str], steps: int) -> Changes:
    """Put an entry so many places further down, or up where `steps` is negative. Raises NotEditedError."""
    roots: Mapping[str, DataPath] = {
        "scene": ("scenes",),
        "fact": ("facts",),
        "option": ("scenes", place[0], "decision", "options"),
        "level": ("scenes", place[0], "decision", "urgency"),
    }
    if what not in roots:
        raise NotEditedError(_sentence("no_such_thing"))
    changes, name = Changes(text), place[-1]
    for file in (CASE, *TRANSLATIONS):
        names = list(mapping(value_at(text.data.get(file), roots[what])))
        if name not in names:
            continue
        others = [other for other in names if other != name]
        at = min(max(names.index(name) + steps, 0), len(others))
        if at != names.index(name):
            move = Shift((*roots[what], name), others[at - 1] if at else None)
            changes.edits.setdefault(file, []).append(move)
    return changes


def _add_scene(changes: Changes, before: str, words: str) -> None:
    """A scene that stands after `before`, and is led to from there as that led on."""
    text = changes.text
    scenes = mapping(text.case.get("scenes"))
    name = identifier(words, [*scenes])
    after = before if before in scenes else next(reversed(scenes), None)
    first = text.variants[0] if text.variants else ""
    place, is_apart = text.place(CASE, ("scenes", str(after), "next"), first)
    rules = value_at(text.data.get(CASE), place)
    end = text.value(CASE, ("scenes", str(after), "end"))
    scene: dict[str, Data] = {
        "stage": text.value(CASE, ("scenes", str(after), "stage")) or "identification",
        "title": own_words(words, "scene_title")[SOURCE],
        "text": to_write("scene_text")[SOURCE] + "\n",
    }
    if isinstance(rules, list) and rules:
        goal = mapping(rules[-1]).get("go")
        scene["next"] = [{"go": goal}]
        if not is_apart:
            changes.put(CASE, (*place, len(rules) - 1, "go"), name)
    else:
        scene["end"] = end or "selesai"
        if end is not None:
            changes.take(CASE, ("scenes", str(after), "end"))
        if after is not None:
            changes.put(CASE, ("scenes", after, "next"), [{"go": name}])
    changes.put(CASE, ("scenes", name), scene, after)
    for tag in TRANSLATIONS:
        texts: Data = {"title": to_write("scene_title")[tag], "text": to_write("scene_text")[tag] + "\n"}
        changes.put(tag, ("scenes", name), texts, after)
    if not scenes:
        changes.put(CASE, ("start",), name)
    changes.part = f"scene.{name}"


def _add_decision(changes: Changes, scene: str, words: str, kind: str) -> None:
    """A decision of a kind, with two or three things to pick, and its key."""
    text = changes.text
    asked, keyed = KINDS.get(kind), KEY_KINDS.get(kind)
    if asked is None or scene not in mapping(text.case.get("scenes")):
        raise NotEditedError(_sentence("no_such_thing"))
    known = [*mapping(mapping(text.data.get(KEY)).get("decisions")), *_decision_ids(text)]
    name, ask, fields = identifier(words, known), own_words(words, "ask"), asked.model_fields
    decision: dict[str, Data] = {"id": name, "kind": kind}
    spoken: dict[str, dict[str, Data]] = {tag: {"ask": ask[tag]} for tag in TRANSLATIONS}
    decision["ask"] = ask[SOURCE]
    options = ["satu", "dua", "tiga"] if "options" in fields else []
    if "services" in fields:
        options = ["uptd_ppa", "sekolah"]
        services: list[Data] = [*options]
        decision["services"] = services
        levels = read_catalogue(_TEXTS)
        first = {level: levels[f"urgency_{level}"] for level in ("jam", "hari", "pekan")}
        decision["urgency"] = {level: texts[SOURCE] for level, texts in first.items()}
        for tag in TRANSLATIONS:
            spoken[tag]["urgency"] = {level: texts[tag] for level, texts in first.items()}
        facts: list[Data] = [*list(mapping(text.case.get("facts")))[:3]]
        decision["facts"] = facts
    elif options:
        decision["options"] = dict.fromkeys(options, to_write("option")[SOURCE])
        for tag in TRANSLATIONS:
            spoken[tag]["options"] = dict.fromkeys(options, to_write("option")[tag])
    if "pick" in fields and fields["pick"].is_required():
        decision["pick"] = 2
    changes.put(CASE, ("scenes", scene, "decision"), decision, "learn" if _learns(text, scene) else "text")
    for tag in TRANSLATIONS:
        changes.put(tag, ("scenes", scene, "decision"), spoken[tag], "text")
    if keyed is not None:
        changes.put(KEY, ("decisions", name), _first_key(kind, options, decision))
        for tag in TRANSLATIONS:
            whys: Data = {"why": dict.fromkeys(options, to_write("why")[tag])}
            changes.put(f"{KEY}.{tag}", ("decisions", name), whys)
    changes.part = f"scene.{scene}"


def _learns(text: CaseText, scene: str) -> bool:
    return "learn" in mapping(text.value(CASE, ("scenes", scene)))


def _decision_ids(text: CaseText) -> Iterator[str]:
    for scene in mapping(text.case.get("scenes")):
        decision = mapping(text.value(CASE, ("scenes", scene, "decision")))
        if decision:
            yield str(decision.get("id"))


def _first_key(kind: str, options: Sequence[str], decision: Mapping[str, Data]) -> Data:
    """A key that says something of each option, for its author to say what is so."""
    fields = KEY_KINDS[kind].model_fields
    key: dict[str, Data] = {"weight": FIRST_WEIGHT, "competency": "K1"}
    if "parts" in fields:
        key["parts"] = {"services": 2, "urgency": 1, "packet": 1}
    right = get_origin(fields["right"].annotation)
    if right is None:  # a code
        key["right"] = options[0]
    elif right is tuple:
        key["right"] = [*options[1:], options[0]]
    else:
        key["right"] = {options[0]: 1}
    if "packet" in fields:
        levels = [*mapping(decision.get("urgency"))]
        facts = decision.get("facts")
        key["urgency"] = {options[0]: levels[0]}
        first = facts[:1] if isinstance(facts, list) else []
        key["packet"] = {option: {"right": [*first]} for option in options}
    key["why"] = dict.fromkeys(options, to_write("why")[SOURCE])
    key["sources"] = {option: ["LAB"] for option in options}
    return key


def _add_option(changes: Changes, scene: str, words: str) -> None:
    text, path = changes.text, ("scenes", scene, "decision")
    decision = mapping(text.value(CASE, path))
    options = offered(decision)
    name = identifier(words, options)
    changes.say((*path, "options", name), own_words(words, "option"))
    key: DataPath = ("decisions", str(decision.get("id")))
    if value_at(text.data.get(KEY), key) is not None:
        remember_option(changes, key, name)
        right, place = text.value(KEY, (*key, "right")), text.place(KEY, (*key, "right"), "")
        if isinstance(right, list):
            for variant in text.variants or ("",):
                place = text.place(KEY, (*key, "right"), variant)
                order = value_at(text.data.get(KEY), place[0])
                if isinstance(order, list) and name not in order:
                    changes.put(KEY, place[0], [*order, name])
                if not place[1]:
                    break
    changes.part = f"scene.{scene}"


def remember_option(changes: Changes, key: DataPath, option: str) -> None:
    """Let a key say of an option why, and on what it rests. key: the path of its decision."""
    texts = to_write("why")
    for file, value in ((KEY, texts[SOURCE]), *((f"{KEY}.{tag}", texts[tag]) for tag in TRANSLATIONS)):
        for place in places_of(changes.text, file, (*key, "why", option)):
            changes.put(file, place, value)
    for place in places_of(changes.text, KEY, (*key, "sources", option)):
        changes.put(KEY, place, ["LAB"])


def places_of(text: CaseText, file: str, path: DataPath) -> tuple[DataPath, ...]:
    """Where a path stands: once, or once a variant where these are told apart above it."""
    each = [text.place(file, path, variant) for variant in text.variants]
    return tuple(dict.fromkeys(place for place, apart in each if apart)) or (path,)


def forget_option(changes: Changes, decision: str, option: str) -> None:
    """Take out all that the key of a decision says of an option."""
    for file in (KEY, *(f"{KEY}.{tag}" for tag in TRANSLATIONS)):
        key: DataPath = ("decisions", decision)
        for path, part in inside(value_at(changes.text.data.get(file), key), key):
            if isinstance(part, dict) and option in part and not changes.text.varies(part):
                changes.take(file, (*path, option))
            elif isinstance(part, list) and option in part and len(part) > 1 and path[2] == "right":
                changes.put(file, path, [one for one in part if one != option])


def inside(data: Data, path: DataPath) -> Iterator[tuple[DataPath, Data]]:
    """What stands at `path`, and all that stands in it, each with its own path."""
    yield path, data
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, part in parts:
        yield from inside(part, (*path, name))


def _levels(text: CaseText, scene: str) -> dict[str, Data]:
    return mapping(text.value(CASE, ("scenes", scene, "decision", "urgency")))


def _take_level(changes: Changes, scene: str, level: str) -> None:
    """Take an urgency out, unless the key says of a service that it is right."""
    text, path = changes.text, ("scenes", scene, "decision")
    levels, decision = [*_levels(text, scene)], str(mapping(text.value(CASE, path)).get("id"))
    key: DataPath = ("decisions", decision, "urgency")
    keyed = [
        str(at[-1]) for at, part in inside(value_at(text.data.get(KEY), key[:2]), key[:2]) if part == level
    ]
    if keyed:
        services = ", ".join(dict.fromkeys(keyed))
        raise NotEditedError(_sentence("level_used", level=level, decision=decision, services=services))
    if len(levels) <= FEWEST_LEVELS:
        raise NotEditedError(_sentence("levels_fewest", count=FEWEST_LEVELS))
    changes.unsay((*path, "urgency", level))


def _add_variant(changes: Changes, words: str) -> None:
    text, names = changes.text, changes.text.variants
    name = identifier(words, names)
    if not names:
        other = identifier("lain", [name])
        for file in (CASE, *TRANSLATIONS):
            tag = SOURCE if file == CASE else file
            mine = own_words(words, "variant")[tag]
            both: Data = {name: mine, other: to_write("variant")[tag]}
            changes.put(file, (VARIANTS,), both, _before_facts(text, file))
        return
    changes.say((VARIANTS, name), own_words(words, "variant"))
    for file, path in variations_of(text):
        last = value_at(text.data[file], (*path, names[-1]))
        changes.put(file, (*path, name), last, names[-1])


def _before_facts(text: CaseText, file: str) -> str | None:
    names = list(mapping(text.data.get(file)))
    at = names.index("facts") if "facts" in names else 0
    return names[at - 1] if at else None


def _take_variant(changes: Changes, name: str) -> None:
    text = changes.text
    left = [other for other in text.variants if other != name]
    for file, path in variations_of(text):
        if len(left) > 1:
            changes.take(file, (*path, name))
        elif left:
            changes.put(file, path, value_at(text.data[file], (*path, left[0])))
    if len(left) > 1:
        changes.unsay((VARIANTS, name))
    else:
        changes.unsay((VARIANTS,))


def variations_of(text: CaseText) -> Iterator[tuple[str, DataPath]]:
    """Where variants are told apart, with the name of the file."""
    for file, data in text.data.items():
        for path, part in inside(data, ()):
            if text.varies(part) and may_vary(path):
                yield file, path

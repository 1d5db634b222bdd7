"""Another id for a scene, a decision, an option, a fact, a counter, an urgency or a variant.

Whatever names it gets the new id in the same step: the case and its translations, the key and its texts, the
conditions. A guide names no ids.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from release.author.bench.case_files import CASE, KEY, NotEditedError
from release.author.bench.changes import Changes, identifier, inside, places_of, variations_of
from release.author.bench.edit import Rename, value_at
from release.author.bench.fields import CaseText
from scenarios.condition import RESERVED, VARIANT
from scenarios.documents.document import Data, DataPath
from scenarios.documents.variants import VARIANTS
from scenarios.language import TRANSLATIONS
from scenarios.loader import mapping
from scenarios.sentence import sentences_of

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NAMED_BY = {"learn", "facts"}  # the lists of a scene and of its decision that name facts
_PACKET = {"right", "wrong", "never"}
_sentence = sentences_of(Path(__file__).with_name("bench.yaml"))


def renamed(text: CaseText, what: str, place: Sequence[str], name: str) -> Changes:
    """Call what stands at `place` `name`, wherever it is named.

    what: scene, decision, option, fact, counter, level or variant; place: as in `changes`. Raises
    NotEditedError where nothing of the kind stands there, or `name` is no id or another's already.
    """
    doing: Mapping[str, Callable[[_Naming], None]] = {
        "scene": _scene,
        "decision": _decision,
        "option": _option,
        "fact": _fact,
        "counter": _counter,
        "level": _level,
        "variant": _variant,
    }
    if what not in doing:
        raise NotEditedError(_sentence("no_such_thing"))
    if not _ID.fullmatch(name) or name in RESERVED:
        raise NotEditedError(_sentence("bad_id", name=name, like=identifier(name, [*RESERVED])))
    naming = _Naming(text, tuple(place), name)
    doing[what](naming)
    return naming.changes()


@dataclass(slots=True)
class _Naming:
    """A new id, and the places that name the thing: as the name of an entry, or as a value."""

    text: CaseText
    place: tuple[str, ...]
    name: str
    entries: list[tuple[str, DataPath]] = field(default_factory=list)
    values: list[tuple[str, DataPath, str]] = field(default_factory=list)
    part: str = ""

    @property
    def decision(self) -> str:
        """The id of the decision in the scene at the place."""
        decision = mapping(self.text.value(CASE, ("scenes", self.place[0], "decision")))
        return str(decision.get("id"))

    def refuse_taken(self, old: str, taken: Sequence[str]) -> None:
        """Raise NotEditedError where there is no `old` among its like, or the new id is another's."""
        if old not in taken:
            raise NotEditedError(_sentence("no_such_thing"))
        if self.name in taken and self.name != old:
            raise NotEditedError(_sentence("id_taken", name=self.name))

    def entry(self, file: str, path: DataPath) -> None:
        """The entry at `path`, in each variant where these are told apart above it."""
        for parent in places_of(self.text, file, path[:-1]):
            above = value_at(self.text.data.get(file), parent)
            if isinstance(above, dict) and path[-1] in above:
                self.entries.append((file, (*parent, path[-1])))

    def spoken_entry(self, path: DataPath, file: str = CASE) -> None:
        """The entry at `path` in a file and in its translations."""
        self.entry(file, path)
        for tag in TRANSLATIONS:
            self.entry(f"{KEY}.{tag}" if file == KEY else tag, path)

    def value(self, file: str, path: DataPath, new: str | None = None) -> None:
        """The value at `path` becomes the new id, or a text that has it."""
        self.values.append((file, path, self.name if new is None else new))

    def conditions(self, pattern: str) -> None:
        """Each condition with the new id where `pattern` finds the old one."""
        for path, part in self.all_of(CASE, "scenes"):
            if path[-1] != "if" or not isinstance(part, str) or not {"next", "effects"} & {*path}:
                continue
            new = re.sub(pattern, lambda match: f"{match['before']}{self.name}", part)
            if new != part:
                self.value(CASE, path, new)

    def all_of(self, file: str, root: str) -> Iterator[tuple[DataPath, Data]]:
        """What stands in a file under `root`, each with its path."""
        yield from inside(mapping(self.text.data.get(file)).get(root), (root,))

    def changes(self) -> Changes:
        """One edit for each file that names it."""
        changes = Changes(self.text, part=self.part)
        for file in self.text.data:
            paths = tuple(dict.fromkeys(path for own, path in self.entries if own == file))
            values = tuple(dict.fromkeys((path, new) for own, path, new in self.values if own == file))
            if paths or values:
                changes.edits[file] = [Rename(paths, self.name, values)]
        return changes


def _scene(naming: _Naming) -> None:
    (old,), text = naming.place, naming.text
    naming.refuse_taken(old, [*mapping(text.case.get("scenes"))])
    naming.spoken_entry(("scenes", old))
    for path, part in naming.all_of(CASE, "start"):
        if part == old:
            naming.value(CASE, path)
    for path, part in naming.all_of(CASE, "scenes"):
        if path[-1] == "go" and "next" in path and part == old:
            naming.value(CASE, path)
    naming.part = f"scene.{naming.name}"


def _decision(naming: _Naming) -> None:
    old, text = naming.decision, naming.text
    known = [
        str(mapping(text.value(CASE, ("scenes", scene, "decision"))).get("id"))
        for scene in mapping(text.case.get("scenes"))
    ]
    naming.refuse_taken(old, [*known, *mapping(text.case.get("counters"))])
    for parent in places_of(text, CASE, ("scenes", naming.place[0], "decision")):
        naming.value(CASE, (*parent, "id"))
    naming.spoken_entry(("decisions", old), KEY)
    naming.conditions(rf"(?P<before>){_word(old)}(?=\s+(?:is|has)\b)")


def _option(naming: _Naming) -> None:
    scene, old = naming.place
    path: DataPath = ("scenes", scene, "decision", "options")
    naming.refuse_taken(old, [*mapping(naming.text.value(CASE, path))])
    naming.spoken_entry((*path, old))
    for file in (KEY, *(f"{KEY}.{tag}" for tag in TRANSLATIONS)):
        for key in places_of(naming.text, file, ("decisions", naming.decision)):
            for name in mapping(value_at(naming.text.data.get(file), key)):
                _option_in(naming, file, (*key, name))
    asked = rf"{_word(naming.decision)}\s+(?:is|has)\s+(?:not\s+)?"
    naming.conditions(rf"(?P<before>{asked}){_word(old)}")


def _option_in(naming: _Naming, file: str, path: DataPath) -> None:
    """A field of a key: options are the names of its entries, or its value, or parts of that."""
    part, old = value_at(naming.text.data.get(file), path), naming.place[-1]
    if naming.text.varies(part):
        for variant in naming.text.variants:
            _option_in(naming, file, (*path, variant))
    elif isinstance(part, dict) and old in part:
        naming.entries.append((file, (*path, old)))
    elif isinstance(part, list):
        for at, one in enumerate(part):
            if one == old:
                naming.value(file, (*path, at))
    elif part == old:
        naming.value(file, path)


def _fact(naming: _Naming) -> None:
    (old,) = naming.place
    naming.refuse_taken(old, [*mapping(naming.text.value(CASE, ("facts",)))])
    naming.spoken_entry(("facts", old))
    for file, root in ((CASE, "scenes"), (KEY, "decisions")):
        for path, part in naming.all_of(file, root):
            if part != old or not isinstance(path[-1], int):
                continue
            names = {str(step) for step in path[2:-1]}
            if names & _NAMED_BY if file == CASE else "packet" in names and names & _PACKET:
                naming.value(file, path)


def _counter(naming: _Naming) -> None:
    (old,), text = naming.place, naming.text
    decisions = (mapping(text.value(CASE, ("scenes", scene, "decision"))) for scene in _scenes(text))
    taken = [*mapping(text.value(CASE, ("counters",))), *(str(one.get("id")) for one in decisions)]
    naming.refuse_taken(old, taken)
    naming.entry(CASE, ("counters", old))
    for path, part in naming.all_of(CASE, "scenes"):
        if path[-1] == "add" and "effects" in path and isinstance(part, dict) and old in part:
            naming.entries.append((CASE, (*path, old)))
    naming.conditions(rf"(?P<before>){_word(old)}(?=\s*[<>=!])")


def _level(naming: _Naming) -> None:
    scene, old = naming.place
    path: DataPath = ("scenes", scene, "decision", "urgency")
    naming.refuse_taken(old, [*mapping(naming.text.value(CASE, path))])
    naming.spoken_entry((*path, old))
    key: DataPath = ("decisions", naming.decision)
    for at, part in inside(value_at(naming.text.data.get(KEY), key), key):
        if "urgency" in at[2:] and part == old:
            naming.value(KEY, at)


def _variant(naming: _Naming) -> None:
    (old,), text = naming.place, naming.text
    naming.refuse_taken(old, text.variants)
    naming.spoken_entry((VARIANTS, old))
    naming.entries += [(file, (*path, old)) for file, path in variations_of(text)]
    naming.conditions(rf"(?P<before>{_word(VARIANT)}\s+is\s+(?:not\s+)?){_word(old)}")


def _scenes(text: CaseText) -> tuple[str, ...]:
    return tuple(mapping(text.case.get("scenes")))


def _word(name: str) -> str:
    return rf"\b{re.escape(name)}\b"

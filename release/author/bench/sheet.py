"""The case as its author fills it in: parts, groups and fields, made of what its files say.

What a decision and its key hold is asked of the models of their kind, so that a new kind is edited as far as
its fields have names that others have too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from graders.key.guide import Debrief
from graders.key.kinds import KEY_KINDS, WHYS
from release.author.bench.case_files import CASE, GUIDE, KEY
from release.author.bench.choices import TEXTS, choice
from release.author.bench.fields import CaseText, field, in_each_language, in_guide
from release.author.bench.messages import ChoiceMessage, FieldKind, FieldMessage, GroupMessage, PartMessage
from scenarios.documents.document import Data, DataPath
from scenarios.kinds import KINDS
from scenarios.language import Texts, read_catalogue
from scenarios.loader import mapping

FICTION = ("fiction", "changed")
YES = "yes"
NO_PANEL, PLAYED = "none", "played"

_HEAD: tuple[tuple[str, FieldKind, str], ...] = (
    ("risk", "choice", "risk"),
    ("level", "choice", "level"),
    ("minutes", "number", ""),
    ("use", "choice", "use"),
    ("intensity", "choice", "intensity"),
    ("role", "choice", "role"),
    ("programmes", "codes", "programmes"),
    ("traits", "codes", "traits"),
    ("law_checked", "date", ""),
    ("status", "choice", "status"),
    ("version", "line", ""),
)
_OF_SERVICE = ("why_urgency", "why_packet")
# The fields of decisions and keys that have a control of their own; any other of a kind gets one by its type.
_OF_DECISIONS = frozenset({"id", "kind", "ask", "options", "pick", "words", "services", "facts", "urgency"})
_OF_KEYS = frozenset(
    {
        *("kind", "weight", "competency", "why", "sources", "rules", "right", "wrong", "partial", "harm"),
        *("must", "line", "ceiling", "parts", "urgency", "packet", "never_rules", "votes", *WHYS),
    }
)


def parts_of(text: CaseText) -> list[PartMessage]:
    """Every part of the case: itself, its scenes, its guide."""
    scenes = mapping(text.case.get("scenes"))
    return [
        PartMessage(id="case", name="part_case", title=_words(text.case.get("title")), groups=_case(text)),
        *(
            PartMessage(
                id=f"scene.{name}",
                name="part_scene",
                title=_words(text.value(CASE, ("scenes", name, "title"))) or name,
                groups=list(_scene(text, name)),
            )
            for name in scenes
        ),
        PartMessage(id="guide", name="part_guide", title="", groups=list(_guide(text))),
    ]


def own_lists(text: CaseText) -> dict[str, list[ChoiceMessage]]:
    """The lists of codes that this case has of its own: its scenes, facts, counters, options and levels."""
    lists = {
        "scenes": [
            _own(name, text.value(CASE, ("scenes", name, "title")))
            for name in mapping(text.case.get("scenes"))
        ],
        "facts": [_own(name, text.value(CASE, ("facts", name))) for name in mapping(text.case.get("facts"))],
        "counters": [_own(name, "") for name in mapping(text.case.get("counters"))],
        **_statuses(text),
        "panel": list(_panels(mapping(text.data.get(KEY)).get("panel"))),
    }
    for path, decision in decisions_of(text):
        name = str(decision.get("id"))
        lists[f"options.{name}"] = [
            _own(option, text.value(CASE, (*path, "options", option))) for option in offered(decision)
        ]
        levels = mapping(decision.get("urgency"))
        lists[f"levels.{name}"] = [_own(level, words) for level, words in levels.items()]
        handed = decision.get("facts")
        known = {one["code"]: one for one in lists["facts"]}
        if isinstance(handed, list):
            lists[f"handed.{name}"] = [known.get(str(fact), _own(str(fact), "")) for fact in handed]
    return lists


def _statuses(text: CaseText) -> dict[str, list[ChoiceMessage]]:
    """The list of statuses of a case that is reviewed, which no author may choose for another."""
    words, status = read_catalogue(TEXTS), text.case.get("status")
    names = ("reviewed", "draft", "retired") if status == "reviewed" else ()
    return {"status": [choice(name, words[f"status_{name}"]) for name in names]} if names else {}


def _panels(panel: Data) -> Iterator[ChoiceMessage]:
    """What is said of the panel that stands in the key, or of none."""
    words, seat = read_catalogue(TEXTS), mapping(panel)
    yield choice(NO_PANEL, words["panel_none"], words["panel_how"])
    yield choice(
        PLAYED,
        words["panel_played"].format(size=seat.get("size"), day=seat.get("played")),
        words["panel_how"],
    )


def conditions_of(text: CaseText) -> list[str]:
    """What a condition can ask, in the words of the file: each option, each variant, each counter."""
    asked: list[str] = []
    for _, decision in decisions_of(text):
        kind = KINDS.get(str(decision.get("kind")))
        if kind is not None and kind.verb is not None:
            asked += [f"{decision.get('id')} {kind.verb} {option}" for option in offered(decision)]
    asked += [f"variant is {name}" for name in text.variants]
    for name, bounds in mapping(text.case.get("counters")).items():
        begins = mapping(bounds).get("start", 1)
        asked += [f"{name} < {begins}", f"{name} >= {begins}"]
    return asked


def decisions_of(text: CaseText) -> Iterator[tuple[DataPath, dict[str, Data]]]:
    """Each decision of the case with its path."""
    for name in mapping(text.case.get("scenes")):
        decision = text.value(CASE, ("scenes", name, "decision"))
        if isinstance(decision, dict):
            yield ("scenes", name, "decision"), decision


def offered(decision: Mapping[str, Data]) -> tuple[str, ...]:
    """What can be picked, in the order of the file."""
    services, options = decision.get("services"), decision.get("options")
    return tuple(map(str, services)) if isinstance(services, list) else tuple(mapping(options))


def fields_of(model: type[BaseModel] | None) -> frozenset[str]:
    """The names under which a model reads its fields."""
    return (
        frozenset()
        if model is None
        else frozenset(field.alias or name for name, field in model.model_fields.items())
    )


class FurtherField(NamedTuple):
    """A field that one kind has of its own. choices: the list that its codes come from."""

    name: str
    kind: FieldKind
    choices: str
    optional: bool


def further_fields(
    model: type[BaseModel] | None, known: frozenset[str], options: str
) -> Iterator[FurtherField]:
    """The fields of a kind that `known` has not, and what each is written with, by its type.

    options: the list of the decision's options. A field of another type than a number, a yes or no, an option
    or several of them stays to the files.
    """
    for name, one in model.model_fields.items() if model is not None else ():
        types = set(_plain_types(one.annotation))
        if name in known:
            continue
        optional = not one.is_required()
        if bool in types:
            yield FurtherField(name, "choice", YES, optional)
        elif {int, float} & types:
            yield FurtherField(name, "number", "", optional)
        elif {tuple, str} & types:
            yield FurtherField(name, "codes" if tuple in types else "choice", options, optional)


def _plain_types(annotation: object) -> Iterator[object]:
    """What an annotation allows, without what is said of it beside and what a collection holds."""
    origin = get_origin(annotation)
    if origin in {Annotated, Union, UnionType}:
        parts = get_args(annotation)
        for part in parts[:1] if origin is Annotated else parts:
            yield from _plain_types(part)
    else:
        yield annotation if origin is None else origin


def _own(code: str, words: Data) -> ChoiceMessage:
    text = _words(words)
    return choice(code, Texts.same(f"{code}. {text}" if text else code))


def _words(data: Data) -> str:
    """A text in a few words; nothing of what is no text."""
    return data.strip() if isinstance(data, str) else ""


def _group(  # noqa: PLR0913 -- what a group is
    group_id: str,
    name: str,
    fields: list[FieldMessage],
    *,
    title: str = "",
    place: tuple[str, ...] = (),
    take: str = "",
    moves: bool = False,
    adds: tuple[str, ...] = (),
    own_id: str = "",
    what: str = "",
) -> GroupMessage:
    return GroupMessage(
        id=group_id,
        name=name,
        title=title,
        place=list(place),
        take=take,
        moves=moves,
        adds=list(adds),
        own_id=own_id,
        what=(what or take) if own_id else "",
        fields=fields,
    )


def _case(text: CaseText) -> list[GroupMessage]:
    def head(name: str, kind: FieldKind, choices: str) -> FieldMessage:
        return field(text, name, kind, [(CASE, (name,), "")], choices=choices)

    texts = [
        field(text, "title", "line", in_each_language(CASE, ("title",))),
        field(text, "note", "prose", in_each_language(CASE, ("note",))),
        field(text, "you", "prose", in_each_language(CASE, ("you",))),
    ]
    declared = [
        field(text, "composite", "choice", [(CASE, ("fiction", "composite"), "")], choices=YES),
        field(text, "changed", "lines", [(CASE, FICTION, "")]),
        field(text, "confirmed_by", "line", [(CASE, ("fiction", "confirmed_by"), "")], optional=True),
    ]
    rest = [
        field(text, "start", "choice", [(CASE, ("start",), "")], choices="scenes"),
        field(text, "case_version", "line", [(KEY, ("case_version",), "")]),
        field(text, "key_version", "line", [(KEY, ("version",), "")]),
        field(text, "cut", "number", [(KEY, ("cut",), "")]),
        _panel(text),
    ]
    return [
        _group("texts", "group_texts", texts),
        _group("head", "group_head", [head(*one) for one in _HEAD]),
        _group("fiction", "group_fiction", declared),
        *_named(text, "variants", "variant"),
        *_named(text, "facts", "fact"),
        *_counters(text),
        _group("whole", "group_whole", rest, adds=("scene",)),
    ]


def _panel(text: CaseText) -> FieldMessage:
    """The panel behind the key: shown, as `kasuslab panel` alone writes it."""
    made = field(text, "panel", "word", [(KEY, ("panel",), "")], choices="panel")
    for cell in made["cells"]:
        cell["value"] = PLAYED if isinstance(cell["value"], dict) else cell["value"]
    return made


def _named(text: CaseText, root: str, one: str) -> Iterator[GroupMessage]:
    """The facts or the variants, each with its text."""
    names = list(mapping(text.case.get(root)))
    yield _group(root, f"group_{root}", [], adds=(one,))
    for name in names:
        made = field(text, one, "line", in_each_language(CASE, (root, name)), splits=root == "facts")
        yield _group(
            f"{root}.{name}",
            f"one_{one}",
            [made],
            title=name,
            place=(name,),
            take=one,
            moves=root == "facts",
            own_id=name,
        )


def _counters(text: CaseText) -> Iterator[GroupMessage]:
    yield _group("counters", "group_counters", [], adds=("counter",))
    for name in mapping(text.case.get("counters")):
        fields = [
            field(text, f"counter_{bound}", "number", [(CASE, ("counters", name, bound), "")])
            for bound in ("start", "from", "to")
        ]
        yield _group(
            f"counters.{name}",
            "one_counter",
            fields,
            title=name,
            place=(name,),
            take="counter",
            own_id=name,
        )


def _scene(text: CaseText, name: str) -> Iterator[GroupMessage]:
    path: DataPath = ("scenes", name)
    scene = mapping(text.value(CASE, path))
    fields = [
        field(text, "stage", "choice", [(CASE, (*path, "stage"), "")], choices="stage"),
        field(text, "scene_title", "line", in_each_language(CASE, (*path, "title"))),
        field(text, "scene_text", "prose", in_each_language(CASE, (*path, "text"))),
        field(text, "learn", "codes", [(CASE, (*path, "learn"), "")], choices="facts", optional=True),
    ]
    if "own_note" in scene:
        fields.append(
            field(text, "own_note", "prose", in_each_language(CASE, (*path, "own_note")), optional=True)
        )
    decision = mapping(scene.get("decision"))
    adds = () if decision else ("decision",)
    yield _group(
        f"{name}.scene",
        "group_scene",
        fields,
        place=(name,),
        take="scene",
        moves=True,
        adds=adds,
        own_id=name,
    )
    if decision:
        yield from _DecisionSheet(text, name, decision).groups()
    ways = [
        field(text, "next", "ways", [(CASE, (*path, "next"), "")], choices="scenes", optional=True),
        field(text, "end", "line", [(CASE, (*path, "end"), "")], optional=True),
        field(text, "effects", "moves", [(CASE, (*path, "effects"), "")], choices="counters", optional=True),
    ]
    yield _group(f"{name}.ways", "group_ways", ways, adds=("scene",), place=(name,))


@dataclass(frozen=True, slots=True)
class _DecisionSheet:
    """The decision of a scene, its options and its key."""

    text: CaseText
    scene: str
    decision: Mapping[str, Data]

    @property
    def path(self) -> DataPath:
        return ("scenes", self.scene, "decision")

    @property
    def name(self) -> str:
        return str(self.decision.get("id"))

    @property
    def asked(self) -> frozenset[str]:
        return fields_of(KINDS.get(str(self.decision.get("kind"))))

    @property
    def keyed(self) -> frozenset[str]:
        return fields_of(KEY_KINDS.get(str(self.decision.get("kind"))))

    def key(self, *tail: str | int) -> DataPath:
        return ("decisions", self.name, *tail)

    def one(
        self, name: str, kind: FieldKind, tail: DataPath, choices: str = "", *, optional: bool = False
    ) -> FieldMessage:
        """A field of the key."""
        places = [(KEY, self.key(*tail), "")]
        return field(self.text, name, kind, places, choices=choices, optional=optional)

    def groups(self) -> Iterator[GroupMessage]:
        yield _group(
            f"{self.scene}.decision",
            "group_decision",
            list(self.question()),
            title=self.name,
            place=(self.scene,),
            take="decision",
            adds=tuple(
                one for one, root in (("option", "options"), ("level", "urgency")) if root in self.asked
            ),
            own_id=self.name,
        )
        for level in mapping(self.decision.get("urgency")):
            places = in_each_language(CASE, (*self.path, "urgency", level))
            yield _group(
                f"{self.scene}.level.{level}",
                "one_level",
                [field(self.text, "level_text", "line", places, splits=False)],
                title=level,
                place=(self.scene, level),
                take="level",
                moves=True,
                own_id=level,
            )
        for option in offered(self.decision):
            title = _words(self.text.value(CASE, (*self.path, "options", option))) or option
            own = "options" in self.asked
            yield _group(
                f"{self.scene}.option.{option}",
                "group_option",
                list(self.option(option)),
                title=f"{option}: {title}" if title != option else option,
                place=(self.scene, option),
                take="option" if own else "",
                moves=own,
                own_id=option if own else "",
            )

    def question(self) -> Iterator[FieldMessage]:
        """What is asked, and what its key says of it as a whole."""
        text, path = self.text, self.path
        yield field(text, "kind", "word", [(CASE, (*path, "kind"), "")], choices="kind", splits=False)
        yield field(text, "ask", "prose", in_each_language(CASE, (*path, "ask")))
        plain: tuple[tuple[str, FieldKind, str], ...] = (
            ("pick", "number", ""),
            ("words", "number", ""),
            ("services", "codes", "services"),
            ("facts", "codes", "facts"),
        )
        for name, kind, choices in plain:
            if name in self.asked:
                optional = name == "pick" and "services" in self.asked
                made = field(
                    text,
                    f"decision_{name}",
                    kind,
                    [(CASE, (*path, name), "")],
                    choices=choices,
                    optional=optional,
                    splits=False,
                )
                yield made
        options = f"options.{self.name}"
        for further in further_fields(KINDS.get(str(self.decision.get("kind"))), _OF_DECISIONS, options):
            name, control, choices, optional = further
            places = [(CASE, (*path, name), "")]
            yield field(text, name, control, places, choices=choices, optional=optional, splits=False)
        if self.keyed:
            yield from self.keyed_question()

    def keyed_question(self) -> Iterator[FieldMessage]:
        """What the key says of the question as a whole."""
        text, options = self.text, f"options.{self.name}"
        yield field(
            text,
            "competency",
            "choice",
            [(KEY, self.key("competency"), "")],
            choices="competency",
            splits=False,
        )
        yield field(text, "weight", "number", [(KEY, self.key("weight"), "")], splits=False)
        if isinstance(self.text.value(KEY, self.key("right")), list):
            kind = KINDS[str(self.decision.get("kind"))]
            if kind.is_ordered:
                yield self.one("order", "order", ("right",), options)
            else:
                yield self.one("right", "codes", ("right",), options)
        for further in further_fields(KEY_KINDS.get(str(self.decision.get("kind"))), _OF_KEYS, options):
            name, control, choices, optional = further
            yield self.one(name, control, (name,), choices, optional=optional)
        for name in ("line", "ceiling"):
            if name in self.keyed:
                yield self.one(name, "choice", (name,), options, optional=True)
        if "parts" in self.keyed:
            for part in ("services", "urgency", "packet"):
                yield self.one(f"part_{part}", "number", ("parts", part))
        if text.value(KEY, self.key("votes")) is not None:
            yield self.votes()

    def votes(self) -> FieldMessage:
        """How many experts chose each option: shown, as `kasuslab panel` alone writes it."""
        made = self.one("votes", "word", ("votes",))
        for cell in made["cells"]:
            votes = mapping(self.text.value(KEY, self.key("votes"), cell["variant"]))
            cell["value"] = "; ".join(f"{option}: {count}" for option, count in votes.items())
        return made

    def option(self, option: str) -> Iterator[FieldMessage]:
        """An option, and what the key says of it."""
        text, keyed = self.text, self.keyed
        if "options" in self.asked:
            places = in_each_language(CASE, (*self.path, "options", option))
            yield field(text, "option_text", "line", places, splits=False)
        if not keyed:
            return
        if not isinstance(text.value(KEY, self.key("right")), list):
            yield self.standing(option)
        yield from self.handover(option)
        yield field(text, "why", "prose", in_each_language(KEY, self.key("why", option)))
        for name in _OF_SERVICE:
            if name in keyed:
                places = in_each_language(KEY, self.key(name, option))
                yield field(text, name, "prose", places, optional=True)
        yield self.one("sources", "codes", ("sources", option), "sources")
        yield self.one("rules", "uses", ("rules", option), "rules", optional=True)
        if "harm" in keyed:
            yield from self.flag(option, "harm", ("code", "errors"), ("role", "bound"))
        if "must" in keyed:
            yield from self.flag(option, "must", ("role", "bound"), ("code", "errors"))

    def handover(self, option: str) -> Iterator[FieldMessage]:
        """How soon a service is called, and what is handed over to it."""
        keyed = self.keyed
        if "packet" in keyed:
            levels, handed = f"levels.{self.name}", f"handed.{self.name}"
            yield self.one("service_urgency", "choice", ("urgency", option), levels, optional=True)
            for name in ("right", "wrong", "never"):
                yield self.one(f"packet_{name}", "codes", ("packet", option, name), handed, optional=True)
        if "never_rules" in keyed and self.text.value(KEY, self.key("packet", option, "never")):
            yield self.one("never_rules", "codes", ("never_rules", option), "rules", optional=True)

    def flag(
        self, option: str, flag: str, first: tuple[str, str], second: tuple[str, str]
    ) -> Iterator[FieldMessage]:
        """A flag of an option: what it begins with, and the rest once it stands."""
        is_set = any(
            self.text.value(KEY, self.key(flag, option), variant) for variant in self.text.variants or ("",)
        )
        for name, choices in (first, second) if is_set else (first,):
            yield self.one(f"{flag}_{name}", "choice", (flag, option, name), choices, optional=True)

    def standing(self, option: str) -> FieldMessage:
        """What the key holds of an option: a choice whose cells stand at the options that are right."""
        made = self.one("standing", "standing", ("right",))
        for cell in made["cells"]:
            variant = cell["variant"]
            cell["value"] = standing_of(self.text, self.name, option, variant)
            cell["hint"] = ""
        made["id"] = f"{KEY}|{'.'.join(map(str, self.key('right')))}|{option}"
        made["choices"] = ",".join(self.standings())
        return made

    def standings(self) -> tuple[str, ...]:
        """What an option can be: of one right answer others may be partly right; of several, neutral."""
        if "wrong" in self.keyed:
            return ("right", "neutral", "wrong")
        return ("right", "partial", "neutral") if "partial" in self.keyed else ("right", "neutral")


def standing_of(text: CaseText, decision: str, option: str, variant: str) -> Data:
    """What the key says of an option in a variant: ``{"is": …, "weight": …}``."""
    right = text.value(KEY, ("decisions", decision, "right"), variant)
    if right == option:
        return {"is": "right"}
    for name in ("right", "wrong", "partial"):
        weights = mapping(text.value(KEY, ("decisions", decision, name), variant))
        if option in weights:
            return {"is": name, "weight": weights[option]}
    return {"is": "neutral"}


def _guide(text: CaseText) -> Iterator[GroupMessage]:
    yield _group(
        "guide", "group_guide", [field(text, "guide_minutes", "number", [(GUIDE, ("minutes",), "")])]
    )
    lists: tuple[DataPath, ...] = (
        *(("debrief", phase) for phase in Debrief.model_fields),
        ("listen",),
        ("sectors",),
    )
    for path in lists:
        items = text.value(GUIDE, path)
        name = str(path[-1])
        yield _group(f"guide.{name}", f"guide_{name}", [], adds=("line",), place=tuple(map(str, path)))
        for at in range(len(items) if isinstance(items, list) else 0):
            made = field(text, "guide_line", "prose", in_guide((*path, at)))
            yield _group(
                f"guide.{name}.{at}",
                "one_line",
                [made],
                title=str(at + 1),
                place=(*map(str, path), str(at)),
                take="line",
            )

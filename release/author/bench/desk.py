"""What a page of the bench asks for, and what it is answered: the sheet of a case, and edits in its files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graders.key.critical_errors import ANYONE, load_critical_errors
from release.author.bench.case_files import CASE, KEY, CaseFiles, NotEditedError
from release.author.bench.changes import Changes, added, forget_option, moved, remember_option, taken
from release.author.bench.choices import Shelves, books_of
from release.author.bench.edit import value_at
from release.author.bench.fields import CaseText
from release.author.bench.map import case_map
from release.author.bench.messages import (
    BenchMessage,
    BooksMessage,
    CellMessage,
    DoneMessage,
    FieldMessage,
    NoSheetMessage,
    NotDoneMessage,
    PartMessage,
    SheetMessage,
)
from release.author.bench.references import forget_books, new_rule, new_source
from release.author.bench.rename import renamed
from release.author.bench.sheet import YES, conditions_of, own_lists, parts_of, standing_of
from scenarios.documents.document import Data, DataPath
from scenarios.documents.letters import plain_letters
from scenarios.documents.problem import BadInputError
from scenarios.library import case_ids
from scenarios.loader import mapping
from scenarios.sentence import error_texts, sentences_of

LONGEST = 8000
_HALF = 0.5  # of the credit, where nothing else is said
CHANGED_TRAITS = 5

_NUMBERS = frozenset({"level", "intensity"})
_LISTS = frozenset({"codes", "uses", "order", "lines"})
_TEXTS = frozenset({"line", "prose", "date"})
# A field of a key that means nothing once it is empty.
_EMPTY_IS_NOTHING = frozenset(
    {
        *("harm", "must", "wrong", "partial", "rules"),
        *("why_urgency", "why_packet", "never_rules", "packet"),
    }
)
_sentence = sentences_of(Path(__file__).with_name("bench.yaml"))


@dataclass(slots=True)
class BenchDesk:
    """The bench of one case.

    case_id: as its folder is called; files: of the case; shelves: where sources and rules stand; cases: the
    folder of all cases; today: what day it is.
    """

    case_id: str
    files: CaseFiles
    shelves: Shelves
    cases: Path
    today: Callable[[], date]

    @property
    def books(self) -> BooksMessage:
        """What is the same for every case. Raises ProblemsError where a catalogue of the lab is broken."""
        return books_of(self.shelves)

    @property
    def sheet(self) -> SheetMessage | NoSheetMessage:
        """All that can be edited, as the files are now."""
        try:
            text = self.text()
            return SheetMessage(
                kind="sheet",
                case=self.case_id,
                parts=parts_of(text),
                lists=own_lists(text),
                map=case_map(text),
                undo=bool(self.files.done),
                redo=bool(self.files.undone),
                conditions=conditions_of(text),
            )
        except BadInputError:  # told among the problems
            return NoSheetMessage(
                kind="no_sheet",
                case=self.case_id,
                cases=list(case_ids(self.cases)),
                undo=bool(self.files.done),
                redo=bool(self.files.undone),
            )

    @property
    def parts(self) -> list[PartMessage]:
        """The parts of the case; none while its files cannot be edited."""
        sheet = self.sheet
        return sheet["parts"] if sheet["kind"] == "sheet" else []

    def text(self) -> CaseText:
        """What the files say now. Raises NotEditedError."""
        return CaseText(self.files.data())

    def answer(self, content: Mapping[str, Data]) -> BenchMessage:
        """Do what a page asks for: whether it was done."""
        number = content.get("request")
        request = number if isinstance(number, int) else 0
        try:
            return DoneMessage(kind="done", request=request, part=self._do(content))
        except NotEditedError as error:
            why = dict(error_texts(error).items())
            refusal = NotDoneMessage(kind="not_done", request=request, why=why)
            if error.now is not None:
                refusal["now"] = error.now
            return refusal
        except BadInputError as error:
            return NotDoneMessage(kind="not_done", request=request, why=dict(error_texts(error).items()))

    def _do(self, content: Mapping[str, Data]) -> str:
        """Do it; the part of the case that shows it, "" for that which is open. Raises BadInputError."""
        do, what = _word(content, "do"), _word(content, "what")
        place = [str(part) for part in _items(content.get("place"))]
        doing: Mapping[str, Callable[[], str]] = {
            "set": lambda: self._set(content),
            "standing": lambda: self._stand(content),
            "split": lambda: self._split(content, apart=True),
            "join": lambda: self._split(content, apart=False),
            "add": lambda: self._made(
                added(self.text(), what, place, _words_of(content.get("words")), _word(content, "kind"))
            ),
            "take": lambda: self._made(taken(self.text(), what, place)),
            "rename": lambda: self._made(renamed(self.text(), what, place, _word(content, "name"))),
            "move": lambda: self._made(moved(self.text(), what, place, _number(content.get("steps")))),
            "undo": self._undo,
            "redo": self._redo,
            "new_source": lambda: self._new(content),
            "new_rule": lambda: self._new(content),
        }
        if do not in doing:
            raise NotEditedError(_sentence("no_such_thing"))
        try:
            return doing[do]()
        except (IndexError, ValueError, KeyError, TypeError):  # a message that no page of ours sends
            raise NotEditedError(_sentence("no_such_thing")) from None

    def _made(self, changes: Changes) -> str:
        self.files.edit(changes.edits)
        return changes.part

    def _undo(self) -> str:
        self.files.undo()
        forget_books()
        return ""

    def _redo(self) -> str:
        self.files.redo()
        forget_books()
        return ""

    # One value

    def _set(self, content: Mapping[str, Data]) -> str:
        text = self.text()
        file, path = _word(content, "file"), _path(content.get("path"))
        part, own, cell = _cell(parts_of(text), file, path)
        value, was = _fitting(own, content.get("value")), content.get("was")
        if was != cell["value"]:
            raise NotEditedError(_sentence("other_now", file=self.files.places[file].name), cell["value"])
        changes = Changes(text, part=part)
        if value is None or (value == [] and own["optional"]):
            _unset(changes, file, path)
        else:
            stands = value_at(text.data.get(file), path)
            keeps = own["kind"] == "prose" and isinstance(stands, str) and stands.endswith("\n")
            is_long = own["kind"] == "prose" and isinstance(value, str) and "\n" in value
            changes.put(file, path, f"{value}\n" if keeps or is_long else value)
            _complete(changes, own, file, path, value)
        if own["name"] == "decision_services":
            _follow_services(changes, path, value_at(text.data.get(file), path), value)
        self.files.edit(changes.edits)
        return ""

    def _stand(self, content: Mapping[str, Data]) -> str:
        """Say what an option is: right, partly right, wrong or neutral, with its weight."""
        text = self.text()
        decision, option = _word(content, "decision"), _word(content, "option")
        variant, standing, weight = _word(content, "variant"), _word(content, "is"), content.get("weight")
        known = {name for part in parts_of(text) for name in _options(part, decision)}
        if option not in known or (variant and variant not in text.variants):
            raise NotEditedError(_sentence("no_such_thing"))
        was = content.get("was")
        if standing_of(text, decision, option, variant) != was:
            raise NotEditedError(_sentence("other_now", file=self.files.places[KEY].name))
        changes, key = Changes(text), ("decisions", decision)
        right = text.place(KEY, (*key, "right"), variant)[0]
        if not isinstance(value_at(text.data.get(KEY), right), dict) and standing == "right":
            changes.put(KEY, right, option)
        else:
            share = (
                weight
                if isinstance(weight, int | float) and weight > 0
                else 0.5
                if standing == "partial"
                else 1
            )
            for name in ("right", "wrong", "partial"):
                whole = text.place(KEY, (*key, name), variant)[0]
                weights = mapping(value_at(text.data.get(KEY), whole))
                if name == standing:
                    changes.put(KEY, (*whole, option), share)
                elif option in weights:
                    _unset(changes, KEY, (*whole, option))
        self.files.edit(changes.edits)
        return ""

    def _split(self, content: Mapping[str, Data], *, apart: bool) -> str:
        """Let a field say one thing for each variant, or one for all."""
        text = self.text()
        own = next(
            (
                one
                for part in parts_of(text)
                for group in part["groups"]
                for one in group["fields"]
                if one["id"] == _word(content, "field")
            ),
            None,
        )
        if own is None or not own["splits"] or own["varies"] == apart:
            raise NotEditedError(_sentence("no_such_thing"))
        changes, seen = Changes(text), set[tuple[str, DataPath]]()
        for cell in own["cells"]:
            path = tuple(cell["path"]) if apart else tuple(cell["path"][:-1])
            if (cell["file"], path) in seen:
                continue
            seen.add((cell["file"], path))
            value = value_at(text.data.get(cell["file"]), path)
            first = mapping(value).get(text.variants[0])
            changes.put(cell["file"], path, dict.fromkeys(text.variants, value) if apart else first)
        self.files.edit(changes.edits)
        return ""

    # A source, a rule

    def _new(self, content: Mapping[str, Data]) -> str:
        code, data = _word(content, "code"), dict(mapping(content.get("said")))
        if _word(content, "do") == "new_source":
            written = new_source(self.shelves.sources, code, data, self.today())
        else:
            written = new_rule(self.shelves.rules, code, data, self.shelves.sources)
        self.files.write(written)
        forget_books()
        return ""


def _options(part: PartMessage, decision: str) -> Iterator[str]:
    own = any(group["name"] == "group_decision" and group["title"] == decision for group in part["groups"])
    for group in part["groups"] if own else ():
        if group["name"] == "group_option":
            yield group["place"][-1]


def _cell(parts: list[PartMessage], file: str, path: DataPath) -> tuple[str, FieldMessage, CellMessage]:
    """The cell at a place, with its field and its part. Raises NotEditedError where there is none."""
    for part in parts:
        for group in part["groups"]:
            for own in group["fields"]:
                for cell in own["cells"]:
                    editable = own["kind"] not in {"word", "standing"}
                    if editable and cell["file"] == file and tuple(cell["path"]) == path:
                        return part["id"], own, cell
    raise NotEditedError(_sentence("gone"))


def _unset(changes: Changes, file: str, path: DataPath) -> None:
    """Take a value out, and with it what means nothing without it."""
    data, at = changes.text.data.get(file), path
    match path:
        case ("decisions", _, "harm", *_, "code" | "role") | ("decisions", _, "must", *_, "role"):
            at = path[:-1]
    while len(at) > 3 and at[0] == "decisions":  # noqa: PLR2004 -- decisions, its id, the field
        parent = value_at(data, at[:-1])
        is_last = isinstance(parent, dict) and len(parent) == 1 and at[-1] in parent
        inner = at[2] == "packet" and len(at) > 4  # noqa: PLR2004 -- a packet stays, if empty
        if (
            not is_last
            or at[2] not in _EMPTY_IS_NOTHING
            or inner
            or changes.text.varies(value_at(data, at[:-2]))
        ):
            break
        at = at[:-1]
    changes.take(file, at)


def _complete(changes: Changes, own: FieldMessage, file: str, path: DataPath, value: Data) -> None:
    """Put in what belongs to a value: whom a flag binds, where only its error was chosen."""
    role = changes.text.case.get("role")
    if own["name"] not in {"harm_code", "must_code"} or value_at(changes.text.data.get(file), path[:-1]):
        return
    error = load_critical_errors().get(str(value))
    bound = ANYONE if error is not None and ANYONE in error.roles else role
    changes.put(file, (*path[:-1], "role"), bound)


def _follow_services(changes: Changes, path: DataPath, before: Data, after: Data) -> None:
    """Let the key follow the services on offer."""
    decision = mapping(changes.text.value(CASE, path[:-1])).get("id")
    now, then = [str(one) for one in _items(after)], [str(one) for one in _items(before)]
    key: DataPath = ("decisions", str(decision))
    if value_at(changes.text.data.get(KEY), key) is None:
        return
    for service in now:
        if service not in then:
            remember_option(changes, key, service)
            changes.put(KEY, (*key, "packet", service), {"wrong": []})
    for service in then:
        if service not in now:
            forget_option(changes, str(decision), service)


def _fitting(own: FieldMessage, value: Data) -> Data:
    """A value as its field has it in the file; None for nothing. Raises NotEditedError for any other."""
    if value is None or value == "":
        if own["optional"]:
            return None
        if own["kind"] in _TEXTS:
            return ""
        raise NotEditedError(_sentence("empty"))
    made: Data = None
    if isinstance(value, str):
        made = _written(own, value)
    elif own["kind"] == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        made = value
    elif isinstance(value, list) and own["kind"] in {"ways", "moves"}:
        made = [_way(mapping(one)) for one in value]
    elif isinstance(value, list) and own["kind"] in _LISTS and all(isinstance(part, str) for part in value):
        rows: list[Data] = [_clean(str(row), lines=False) for row in value]
        made = rows[:CHANGED_TRAITS] if own["kind"] == "lines" else value
    if made is None:
        raise NotEditedError(_sentence("no_such_thing"))
    return made


def _written(own: FieldMessage, value: str) -> Data:
    """What was written or chosen, as the file has it; None where the field holds no such thing."""
    if own["kind"] in _TEXTS and len(value) <= LONGEST:
        return _clean(value, lines=own["kind"] == "prose")
    if own["kind"] != "choice":
        return None
    if own["choices"] == YES:
        return value == "true"
    return int(value) if own["choices"] in _NUMBERS else value


def _way(one: Mapping[str, Data]) -> Data:
    condition = one.get("if")
    made: dict[str, Data] = {}
    if isinstance(condition, str) and condition.strip():
        made["if"] = _clean(condition, lines=False)
    if "go" in one:
        made["go"] = str(one["go"])
    if "add" in one:
        made["add"] = {name: _number(by) for name, by in mapping(one["add"]).items()}
    return made


def _clean(text: str, *, lines: bool) -> str:
    """A text in letters that are what they look like; lines: whether it may have paragraphs."""
    made = plain_letters(text)
    rows = [re.sub(r" +", " ", row).strip() for row in made.split("\n")]
    if not lines:
        return " ".join(row for row in rows if row)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()


def _items(data: Data) -> list[Data]:
    return data if isinstance(data, list) else []


def _word(content: Mapping[str, Data], name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) else ""


def _words_of(value: Data) -> str:
    return _clean(value, lines=False)[:LONGEST] if isinstance(value, str) else ""


def _number(value: Data) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _path(value: Data) -> DataPath:
    return tuple(part for part in _items(value) if isinstance(part, str | int))

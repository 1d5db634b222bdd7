"""What the bench and its page say to each other: what can be edited, where it stands, what was found."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from scenarios.documents.problem import Level

FieldKind = Literal[
    "line",  # a short text
    "prose",  # a text of paragraphs
    "date",  # year, month and day, of a calendar
    "number",
    "choice",  # one code of a list
    "codes",  # several codes of a list
    "uses",  # rules, each followed or broken
    "standing",  # what the key says of an option: right, partly, wrong, neutral, with its weight
    "order",  # all codes of a list, the first one first
    "ways",  # where a scene leads, and under which condition
    "moves",  # how counters change
    "lines",  # a fixed number of short texts
    "word",  # what is only shown
]


class ChoiceMessage(TypedDict):
    """One code of a list: what it is called and what it is, in each language."""

    code: str
    name: dict[str, str]
    about: dict[str, str]


class CellMessage(TypedDict):
    """One value in a file.

    file: by its name here, see `CaseFiles`; path: where it stands in it, the fields that lead there; label:
    of the language and the variant, "" where there is one alone; value: what stands there, null for nothing;
    hint: what a skeleton says is to be written here, shown in place of the value.
    """

    file: str
    path: list[str | int]
    language: str
    variant: str
    value: object
    hint: str


class FieldMessage(TypedDict):
    """One thing to fill in: its cells, one a language and variant.

    id: unlike any other of the case; name: under which the page's words know it; choices: the list that its
    codes come from; varies: whether its variants differ; splits: whether they may be told apart, or joined.
    """

    id: str
    name: str
    kind: FieldKind
    choices: str
    optional: bool
    varies: bool
    splits: bool
    cells: list[CellMessage]


class GroupMessage(TypedDict):
    """Fields that belong together: of a scene, a decision, an option. title: its own words, or "".

    take, moves, adds: what can be done with it as a whole, see `changes`; place: what these act on; own_id:
    its id, which may be changed, see `rename`, "" where it has none of its own; what: what that is the id of.
    """

    id: str
    name: str
    title: str
    place: list[str]
    take: str
    moves: bool
    adds: list[str]
    own_id: str
    what: str
    fields: list[FieldMessage]


class PartMessage(TypedDict):
    """What is edited on one page: the case, a scene with its decision, the guide."""

    id: str
    name: str
    title: str
    groups: list[GroupMessage]


class WayMessage(TypedDict):
    """A way from one scene to another, on the map. condition: "" where it is the way on."""

    source: str
    goal: str
    condition: str


class BoxMessage(TypedDict):
    """A scene on the map: its column and row, counted from 0."""

    part: str
    title: str
    column: int
    row: int
    ask: str
    ends: bool


class MapMessage(TypedDict):
    """The scenes of the case as a map."""

    boxes: list[BoxMessage]
    ways: list[WayMessage]


class SheetMessage(TypedDict):
    """All of the case that can be edited.

    lists: the codes to choose from that are its own, by the name of the list; undo, redo: whether there is
    anything; conditions: what a condition can ask.
    """

    kind: Literal["sheet"]
    case: str
    parts: list[PartMessage]
    lists: dict[str, list[ChoiceMessage]]
    map: MapMessage
    undo: bool
    redo: bool
    conditions: list[str]


class BooksMessage(TypedDict):
    """What is the same for every case: lists of codes, the words of the page, and what each field is for."""

    kind: Literal["books"]
    lists: dict[str, list[ChoiceMessage]]
    words: dict[str, dict[str, str]]
    help: dict[str, dict[str, str]]
    languages: dict[str, str]


class NoSheetMessage(TypedDict):
    """The files cannot be edited as they are: no case is open, or a file is no YAML. cases: to open."""

    kind: Literal["no_sheet"]
    case: str
    cases: list[str]
    undo: bool
    redo: bool


class DoneMessage(TypedDict):
    """An edit was made. request: the number that the page gave it; part: where its result stands."""

    kind: Literal["done"]
    request: int
    part: str


class NotDoneMessage(TypedDict):
    """An edit was not made. why: in each language; now: what the file says in place of what the page saw."""

    kind: Literal["not_done"]
    request: int
    why: dict[str, str]
    now: NotRequired[object]


class FindingMessage(TypedDict):
    """One problem, with its place on the bench.

    part, field: where it belongs, "" where nowhere; where: the file and the line; found: what stands there;
    remedy: what to do; both in each language.
    """

    part: str
    field: str
    file: str
    line: int
    path: str
    found: dict[str, str]
    remedy: dict[str, str]
    rule: str
    level: Level


class ProblemsMessage(TypedDict):
    """What is wrong with the case now. loaded: whether it could be opened, so that the player shows it."""

    kind: Literal["problems"]
    loaded: bool
    problems: list[FindingMessage]


class CommentMessage(TypedDict):
    """A comment of a reviewer. number: by which it is settled; answer: "" while it is open.

    has_changed: whether what it is about is another text since they read it; place: as the round has it;
    part, field: where it belongs on the bench, "" where nowhere.
    """

    number: int
    role: dict[str, str]
    question: dict[str, str]
    objects: bool
    text: str
    variant: str
    day: str
    answer: str
    has_changed: bool
    place: str
    part: str
    field: str


class SignerMessage(TypedDict):
    """How a question stands with a role that has to sign it, see `graders.review.standing`."""

    role: dict[str, str]
    state: Literal["agrees", "objects", "changed", "lacking"]


class RoundQuestionMessage(TypedDict):
    """A question that is signed, and who has to."""

    name: dict[str, str]
    asks: dict[str, str]
    signers: list[SignerMessage]


class ChangedMessage(TypedDict):
    """Something that is other than reviewers were given; field: "" where it is no field of the bench."""

    part: str
    field: str
    place: str


class RoundMessage(TypedDict):
    """Where the review round of the case stands.

    fault: why that cannot be told, in each language, nothing where it can; link: for reviewers; shared:
    whether they read each other's comments; lacking: why the case cannot be called reviewed, a sentence each;
    law_changed: whether the day of its law is another than they were given; behind: whether all of this, and
    what reviewers read, is of before the last changes: the files cannot be read as they are.
    """

    kind: Literal["round"]
    open: bool
    fault: dict[str, str]
    link: str
    shared: bool
    reviewers: int
    comments: list[CommentMessage]
    questions: list[RoundQuestionMessage]
    lacking: list[dict[str, str]]
    since: list[ChangedMessage]
    law_changed: bool
    behind: bool


BenchMessage = (
    BooksMessage
    | SheetMessage
    | NoSheetMessage
    | DoneMessage
    | NotDoneMessage
    | ProblemsMessage
    | RoundMessage
)

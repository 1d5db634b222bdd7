"""What travels between the browser and the player: every message and the view, written down as types.

Browser to Python: one of `Message`, checked by `MESSAGE` before anything else looks at it.
Python to browser: one of `Reply`. `n` is the number of events that a side has seen.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypeAlias

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, with_config
from typing_extensions import TypedDict

from scenarios.engine.event import Mode
from scenarios.feedback import CaseFeedback, DecisionFeedback, DecisionState, NextStep, SourceNote
from scenarios.language import Language
from scenarios.personal import FindingKind

_STRICT = ConfigDict(extra="forbid", strict=True)
Name: TypeAlias = Annotated[str, StringConstraints(max_length=80)]
Digest: TypeAlias = Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}$")]
Count: TypeAlias = Annotated[int, Field(ge=0)]
# In the place of a case: another has its record, and only the trainee takes it back.
TAKEN_OVER = ""


@with_config(_STRICT)
class Place(TypedDict):
    """Where a player stands beside what it has kept: enough for another conversation to take it up.

    case: the id of the case that is open, None at the shelf, or TAKEN_OVER; again: whether it was opened anew
    by `Again` and has not begun yet.
    """

    language: Language
    case: Name | None
    again: bool


@with_config(_STRICT)
class Ready(TypedDict):
    """A page is there (again) and wants labels and the view. labels: the digest of those in that language."""

    type: Literal["ready"]
    language: NotRequired[Language]
    labels: NotRequired[Digest]


@with_config(_STRICT)
class Speak(TypedDict):
    """Show everything in this language. labels: the digest of those that the page has in it."""

    type: Literal["language"]
    language: Language
    labels: NotRequired[Digest]


@with_config(_STRICT)
class Begin(TypedDict):
    """The content note was read; the play begins. `research`: it may be used for research."""

    type: Literal["begin"]
    n: Count
    research: NotRequired[bool]


@with_config(_STRICT)
class Decide(TypedDict):
    """A confirmed pick. `sure`: the trainee has looked at the text again for names and numbers."""

    type: Literal["decide"]
    n: Count
    decision: Name
    pick: object
    sure: NotRequired[bool]


@with_config(_STRICT)
class Skip(TypedDict):
    """Skip this decision for one's own wellbeing."""

    type: Literal["skip"]
    n: Count
    decision: Name


@with_config(_STRICT)
class Estimate(TypedDict):
    """In panel mode: of 100 colleagues who are just competent enough, so many would decide rightly."""

    type: Literal["estimate"]
    n: Count
    decision: Name
    share: Annotated[int, Field(ge=0, le=100)]


@with_config(_STRICT)
class AnswerAlone(TypedDict):
    """In a team: what this member answers before the team does. `pick`: null to skip it."""

    type: Literal["alone"]
    n: Count
    decision: Name
    pick: object


@with_config(_STRICT)
class Settle(TypedDict):
    """In a team: go on without those who have not answered alone."""

    type: Literal["settle"]
    n: Count
    decision: Name


@with_config(_STRICT)
class Continue(TypedDict):
    """A scene without a decision was read."""

    type: Literal["continue"]
    n: Count
    scene: Name


@with_config(_STRICT)
class Pause(TypedDict):
    """Pause the play."""

    type: Literal["pause"]
    n: Count


@with_config(_STRICT)
class Resume(TypedDict):
    """Go on after a pause."""

    type: Literal["resume"]
    n: Count


@with_config(_STRICT)
class Reopen(TypedDict):
    """Take the last decision back, where its scene allows it."""

    type: Literal["reopen"]
    n: Count
    decision: Name


@with_config(_STRICT)
class Choose(TypedDict):
    """Open a case of the shelf; also: try again, or take the record over here."""

    type: Literal["choose"]
    case: Name


@with_config(_STRICT)
class Again(TypedDict):
    """Play a finished case once more, from its start."""

    type: Literal["again"]
    case: Name


@with_config(_STRICT)
class ToShelf(TypedDict):
    """Back to the list of cases."""

    type: Literal["shelf"]


@with_config(_STRICT)
class ToHandIn(TypedDict):
    """Write the file that is handed in. `participant`: the id in the course's roster, "" for none."""

    type: Literal["hand_in"]
    participant: Name


@with_config(_STRICT)
class ToKeepsake(TypedDict):
    """One page of the result, to save, to print or to send."""

    type: Literal["keepsake"]


@with_config(_STRICT)
class ReadLesson(TypedDict):
    """Show the lesson on this competency."""

    type: Literal["lesson"]
    lesson: Name


@with_config(_STRICT)
class Ping(TypedDict):
    """Is anybody there? `at` comes back in the pong."""

    type: Literal["ping"]
    at: Count


Move: TypeAlias = Begin | Decide | Skip | Estimate | Continue | Pause | Resume | Reopen
TeamMove: TypeAlias = AnswerAlone | Settle
Message: TypeAlias = (
    Move | TeamMove | Ready | Speak | Choose | Again | ToShelf | ToHandIn | ToKeepsake | ReadLesson | Ping
)
MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="type")])


class Choice(TypedDict):
    """Something that can be picked, or is known: its id and its text."""

    id: str
    text: str


class ServiceChoice(TypedDict):
    """A service of a referral: its name, and when it is the one to ask."""

    id: str
    name: str
    when: str


class DecisionForm(TypedDict):
    """A decision as a form.

    most: at most so many may be picked (None: no limit); words: advised length; revise: it may be
    changed until the next one.
    """

    id: str
    kind: str
    ask: str
    options: list[Choice]
    most: int | None
    services: list[ServiceChoice]
    urgency: list[Choice]
    facts: list[Choice]
    words: int | None
    revise: bool


class TermSpot(TypedDict):
    """Where a term stands in a story: the number of its paragraph, from 0, and its characters there."""

    paragraph: int
    start: int
    end: int


class TermView(TypedDict):
    """A professional term of the scene, what it means, and the lessons that say more: their competencies.

    spot: where the story first has it; None where only the title, the decision or the note has it.
    """

    id: str
    name: str
    text: str
    lessons: list[str]
    spot: TermSpot | None


class SceneView(TypedDict):
    """The scene shown now. learned: the facts that became known with it; terms: those in its words."""

    id: str
    title: str
    paragraphs: list[str]
    decision: DecisionForm | None
    learned: list[str]
    own_note: str | None
    terms: list[TermView]


class DecisionCount(TypedDict):
    """How many decisions of a play are settled, and how many it meets at most."""

    settled: int
    most: int


class StageStep(TypedDict):
    """One stage of the case on the way through it."""

    id: str
    name: str
    state: Literal["done", "now", "ahead"]


class CaseHead(TypedDict):
    """What is said of a case before it begins, and of its status all along.

    law_due: why its law is to be read again, a sentence a reason; empty where it is not; status: who has
    reviewed it, or that nobody has.
    """

    id: str
    title: str
    level: str
    minutes: int
    intensity: str
    note: str
    role: str
    you: str
    law: str
    law_due: list[str]
    draft: bool
    status: str


class ContactView(TypedDict):
    """One way to reach a service. dial: what a phone can dial, or ""; checked: how surely it works."""

    kind: str
    value: str
    dial: str
    note: str
    checked: str


class HelpService(TypedDict):
    """A service under “where to get help”."""

    name: str
    when: str
    contacts: list[ContactView]


class HelpView(TypedDict):
    """Where to get help: first a person (None: not named yet), then services."""

    person: str | None
    services: list[HelpService]


class DueFeedback(TypedDict):
    """Feedback on the last decision. event: the number of the event that it is about."""

    event: int
    note: DecisionFeedback


class ResultView(TypedDict):
    """The result of an ended play, its figures in words.

    compared: with the play of this case before this one; total: "" for none; percents: by competency.
    """

    summary: list[str]
    compared: list[str]
    total: str
    percents: dict[str, str]
    note: CaseFeedback


class ShelfRow(TypedDict):
    """A case on the shelf, in a row.

    heavy: how heavy it is, from 0 to 2, and as a word; own: of the reader's own sector; group: where it
    stands, “closed” while the room plays another one; decided, decisions: how many are settled, of how many.
    """

    id: str
    title: str
    role: str
    level: int
    minutes: int
    heavy: int
    heaviness: str
    draft: bool
    own: bool
    group: Literal["begun", "own", "other", "finished", "closed"]
    decided: int
    decisions: int


class ShelfView(TypedDict):
    """The shelf. rows: in their order; next_step: what is proposed, or None; drafts: how many there are."""

    rows: list[ShelfRow]
    next_step: NextStep | None
    drafts: int


class FaultView(TypedDict):
    """Why no case can be shown. retry: the case to open again, or None."""

    code: str
    title: str
    text: str
    detail: str
    retry: str | None


class ReviseView(TypedDict):
    """The last decision, which may still be taken back."""

    decision: str
    ask: str


class BeforeView(TypedDict):
    """What is told before a play begins: what is stored, how long, for whom. asks: for research, too."""

    told: list[str]
    asks: bool


class EstimateView(TypedDict):
    """The estimate that a panel play owes: the decision just made, its question, and what was on offer."""

    decision: str
    ask: str
    options: list[str]


class HandInView(TypedDict):
    """The play can be handed in from here. participant: the id as typed the last time, or ""."""

    participant: str


class LessonSectionView(TypedDict):
    """A section of a lesson. blocks: its paragraphs, and its lists as their lines.

    drawing: its diagram as SVG, or "".
    """

    title: str
    blocks: list[str | list[str]]
    sources: list[SourceNote]
    drawing: str


class LessonView(TypedDict):
    """A lesson. note: what a reader may want to be prepared for, or ""; law: the day of its law, in words.

    law_due: why its law is to be read again, a sentence a reason; empty where it is not.
    """

    competency: str
    language: Language
    title: str
    about: str
    note: str
    law: str
    law_due: list[str]
    draft: bool
    sections: list[LessonSectionView]


class TeamView(TypedDict):
    """The team that plays here.

    code: what it is joined with; answered: how many of its members have answered the decision of the scene
    alone; phase: “alone” while this member is to, “waiting” while others are, “together” where the team
    answers; own: what this member answered alone, in words.
    """

    code: str
    members: int
    answered: int
    phase: Literal["alone", "waiting", "together"]
    own: list[str]


class RoomView(TypedDict):
    """What the room does now. state: of the decision of the scene; seconds: left of its timer, or None.

    other: the case that the room plays, where it is another one.
    """

    state: DecisionState
    seconds: int | None
    other: Choice | None


Screen = Literal["shelf", "cover", "scene", "waiting", "elsewhere", "estimate", "ended", "paused", "fault"]


class View(TypedDict):
    """Everything that the browser shows; it keeps nothing of the play by itself.

    lessons: those that may be read now, by their competencies: none while a test or a panel plays; room: in a
    room that plays together; team: that which plays here, None where somebody plays alone.
    """

    screen: Screen
    language: Language
    n: int
    play: str
    mode: Mode
    case: CaseHead | None
    stages: list[StageStep]
    count: DecisionCount | None
    scene: SceneView | None
    known: list[Choice]
    feedback: DueFeedback | None
    result: ResultView | None
    revise: ReviseView | None
    before: BeforeView | None
    estimate: EstimateView | None
    hand_in: HandInView | None
    shelf: ShelfView | None
    lessons: list[Choice]
    can_leave: bool
    can_again: bool
    read_only: bool
    notices: list[str]
    help: HelpView
    fault: FaultView | None
    room: RoomView | None
    team: TeamView | None


class PageLabels(TypedDict):
    """The sentences of the page in one language, by their names. digest: of these sentences, see `Digest`."""

    language: Language
    digest: str
    texts: dict[str, str]


class LabelsReply(TypedDict):
    """In which languages the page may be read, by what each calls itself, in their order.

    labels: the sentences in the language of the view that comes next; None where the page has them.
    """

    type: Literal["labels"]
    languages: dict[Language, str]
    labels: PageLabels | None


class ViewReply(TypedDict):
    """The current view."""

    type: Literal["view"]
    view: View


class RefusedReply(TypedDict):
    """A message that was not carried out; nothing was written."""

    type: Literal["refused"]
    n: int
    code: str
    text: str


class FindingView(TypedDict):
    """Something in a free text that looks private."""

    kind: FindingKind
    text: str


class PrivateReply(TypedDict):
    """A free text looks as if it held something private; it waits for `sure`."""

    type: Literal["private"]
    n: int
    decision: str
    findings: list[FindingView]


class HandedReply(TypedDict):
    """The file that is handed in stands at `place`. data: its bytes, as base64, for a download."""

    type: Literal["handed"]
    name: str
    place: str
    data: str


class KeepsakeReply(TypedDict):
    """One page of the result. name: of the file; page: its HTML."""

    type: Literal["keepsake"]
    name: str
    page: str


class LessonReply(TypedDict):
    """The lesson that was asked for."""

    type: Literal["lesson"]
    lesson: LessonView


class PongReply(TypedDict):
    """The answer to a ping."""

    type: Literal["pong"]
    at: int


Reply: TypeAlias = (
    LabelsReply
    | ViewReply
    | RefusedReply
    | PrivateReply
    | HandedReply
    | KeepsakeReply
    | LessonReply
    | PongReply
)

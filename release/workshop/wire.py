"""What the writer is asked and what it answers: one JSON object a line, each of them a type here.

A line carries a number, and its answer bears the same: many questions may be on their way at once, and
answers come as they are ready. The server says hello with the secret made at its start; what is asked for a
seat brings the pass of that seat, made of the same secret (`seats.seat_pass`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from release.workshop.hall_wire import AskNews, HallReply, HallRequest
from release.workshop.lms_wire import (
    ActivitiesAnswer,
    AskActivities,
    AskAnswerReflection,
    AskArrival,
    AskCertificate,
    AskClass,
    AskCourseBoard,
    AskDueGrades,
    AskGradeSent,
    AskInvited,
    AskLearners,
    AskLeaveOut,
    AskLesson,
    AskNotice,
    AskOpenTest,
    AskPlatforms,
    AskProgramme,
    AskReflection,
    AskReflections,
    AskRegister,
    AskVerifyPage,
    ClassAnswer,
    DueGradesAnswer,
    ForgottenAnswer,
    LearnersAnswer,
    LtiRefusedAnswer,
    PaperAnswer,
    PlatformsAnswer,
    ProgrammeAnswer,
    ReflectionAnswerNote,
    ReflectionsAnswer,
)
from scenarios.engine.event import Mode
from scenarios.engine.team import TeamState
from scenarios.feedback import (
    CaseFeedback,
    DecisionFeedback,
    DecisionState,
    NextStep,
    RoomCue,
    Standing,
)
from scenarios.language import Language

ADDRESS = "KASUSLAB_WRITER"
SERVICES = "KASUSLAB_SERVICES"
MAX_LINE = 256 * 1024
JsonObject: TypeAlias = dict[str, Any]
RoomState = Literal["open", "locked", "revealed"]
"""What a facilitator brings a decision into."""
Pace = Literal["free", "alone", "stepwise"]
"""How the room goes through its cases: all at once; one alone; one alone, a decision opened at a time."""
MOST_MINUTES = 60


class HelloServer(TypedDict):
    """The server, with the secret that it handed over when it started the writer."""

    ask: Literal["hello_server"]
    secret: str


class AskNewSeat(TypedDict):
    """Keep a new seat; taken where its pseudonym or its code is another's. See `seat.Seat`."""

    ask: Literal["new_seat"]
    seat: str
    pseudonym: str
    code: str
    sector: NotRequired[str | None]
    typed: NotRequired[bool]


class AskSeat(TypedDict):
    """The seat of that id; or the case that it is led to.

    That is the one that it played last, to be gone on with or looked back on; before the first, the warm-up.
    """

    ask: Literal["seat", "current"]
    seat: str


class AskSeatByCode(TypedDict):
    """The seat whose resume code has that hash."""

    ask: Literal["seat_by_code"]
    code: str


class AskCases(TypedDict):
    """Which cases this workshop plays. Public: a kernel asks before anybody has a page in it."""

    ask: Literal["cases"]


class AskStatuses(TypedDict):
    """How far the latest play of each case has come, and what comes next, in that language."""

    ask: Literal["statuses"]
    seat_pass: str
    language: Language


class AskOpen(TypedDict):
    """Open the latest play of a case, or a new one; from now on this caller is its writer."""

    ask: Literal["open"]
    seat_pass: str
    case: str
    again: bool


class AskAppend(TypedDict):
    """Keep the event number ``n`` (from 0) of a play."""

    ask: Literal["append"]
    seat_pass: str
    lease: str
    case: str
    play: str
    n: int
    event: JsonObject


class AskFeedback(TypedDict):
    """The feedback on a decision that was made, or on an ended play where none is named.

    revealed: on the decision of the play that was revealed to the room last, where one was.
    """

    ask: Literal["feedback", "revealed"]
    seat_pass: str
    case: str
    play: str
    decision: NotRequired[str | None]
    language: Language


class AskWorkshop(TypedDict):
    """The workshop as the database keeps it."""

    ask: Literal["workshop"]


class AskSetRoom(TypedDict):
    """Open, lock or reveal a decision for the whole room. minutes: of the timer that opening it starts."""

    ask: Literal["set_room"]
    case: str
    decision: str
    state: RoomState
    minutes: NotRequired[int | None]


class AskSetPace(TypedDict):
    """How the room goes through its cases from now on. case: the one that it plays, "" where it is free."""

    ask: Literal["set_pace"]
    case: str
    pace: Pace


class AskCue(TypedDict):
    """What the room does now, as far as it touches this play.

    decided: see `FeedbackSource.cue`; here: the decision of the scene where the play stands, None for none.
    """

    ask: Literal["cue"]
    seat_pass: str
    case: str
    decided: str | None
    here: str | None


class AskTeam(TypedDict):
    """The team whose member that seat is."""

    ask: Literal["team"]
    seat: str


class AskMakeTeam(TypedDict):
    """Make a team with that seat as its first member; the seat's own team where it is in one already."""

    ask: Literal["make_team"]
    seat: str


class AskJoinTeam(TypedDict):
    """Make that seat a member of the team with that code."""

    ask: Literal["join_team"]
    seat: str
    code: str


class AskLeaveTeam(TypedDict):
    """Let that seat be a member no more; what it answered stays."""

    ask: Literal["leave_team"]
    seat: str


class AskTeamPlay(TypedDict):
    """How the seat's team stands in a play, and its events from number ``n`` on."""

    ask: Literal["team_play"]
    seat_pass: str
    case: str
    play: str
    n: int


class AskAnswerAlone(TypedDict):
    """Keep what a member answered alone in the decision of a scene, None for a skip. n: as in `AskAppend`."""

    ask: Literal["answer_alone"]
    seat_pass: str
    case: str
    play: str
    n: int
    decision: str
    pick: object


class AskSettle(TypedDict):
    """Let the team settle without those who have not answered alone."""

    ask: Literal["settle"]
    seat_pass: str
    case: str
    play: str
    n: int
    decision: str


class AskTally(TypedDict):
    """What the board shows: of one case in full, and of one of its decisions by sectors, where named."""

    ask: Literal["tally"]
    case: str | None
    sectors: str | None


class AskDueStatements(TypedDict):
    """The statements that a learning record store is to be sent now; whoever asks sends them."""

    ask: Literal["due_statements"]


class AskStatementsSent(TypedDict):
    """Note what became of statements. trouble: why they were not taken, "" where they were."""

    ask: Literal["statements_sent"]
    numbers: list[int]
    trouble: str


class AskOutbox(TypedDict):
    """How much is on its way to somebody elsewhere, and not there yet."""

    ask: Literal["outbox"]


Request: TypeAlias = Annotated[
    HelloServer
    | AskNewSeat
    | AskSeat
    | AskSeatByCode
    | AskCases
    | AskStatuses
    | AskOpen
    | AskAppend
    | AskFeedback
    | AskWorkshop
    | AskSetRoom
    | AskSetPace
    | AskCue
    | AskTeam
    | AskMakeTeam
    | AskJoinTeam
    | AskLeaveTeam
    | AskTeamPlay
    | AskAnswerAlone
    | AskSettle
    | AskTally
    | AskPlatforms
    | AskInvited
    | AskRegister
    | AskDueGrades
    | AskGradeSent
    | AskArrival
    | AskClass
    | AskLearners
    | AskCourseBoard
    | AskNotice
    | AskReflections
    | AskReflection
    | AskAnswerReflection
    | AskDueStatements
    | AskStatementsSent
    | AskOutbox
    | AskActivities
    | AskProgramme
    | AskOpenTest
    | AskLesson
    | AskLeaveOut
    | AskCertificate
    | AskVerifyPage
    | HallRequest
    | AskNews,
    Field(discriminator="ask"),
]


class QuestionLine(TypedDict):
    """A request on its way, with the number that its answer will bear: from 1, counted by the caller."""

    id: int
    request: Request


QUESTION_LINE: TypeAdapter[QuestionLine] = TypeAdapter(QuestionLine)


class Word(TypedDict):
    """An answer of one word.

    done: it is done; where something was to be kept, it is on disk; nobody: there is no such seat or team;
    taken: the pseudonym or the code is another's, draw again, or the seat is in another team; closed: another
    tab or device writes this play now, or the event does not follow those on disk; ended: the workshop was
    closed, nothing was kept; locked: the facilitator has locked this decision for the whole room, nothing was
    kept; behind: the team has gone on meanwhile, or is not as far yet, nothing was kept; full_team: as many
    as may sit at one table do, nothing was kept; stranger: who asks this is not the server, or brought no
    pass of a seat.
    """

    answer: Literal["done", "nobody", "taken", "closed", "ended", "locked", "behind", "full_team", "stranger"]


class SeatAnswer(TypedDict):
    """A seat. See `seat.Seat`."""

    answer: Literal["seat"]
    seat: str
    pseudonym: str
    sector: str | None
    typed: bool
    trainee: NotRequired[str | None]


class CasesAnswer(TypedDict):
    """The ids of the cases, the folder that holds them, and who can be spoken to."""

    answer: Literal["cases"]
    folder: str
    cases: list[str]
    person: str


class CurrentAnswer(TypedDict):
    """A case, or None."""

    answer: Literal["current"]
    case: str | None


class StatusesAnswer(TypedDict):
    """How far the latest play of each case has come, by case id; one that was never begun is left out.

    decided: how many of its decisions are settled; closed: the cases that the room does not play now; hidden:
    those that are not to be seen by this seat now; sector: that of the seat, or None; next_step: None where
    nothing is proposed.
    """

    answer: Literal["statuses"]
    statuses: dict[str, Literal["begun", "finished"]]
    decided: dict[str, int]
    closed: list[str]
    hidden: list[str]
    sector: str | None
    next_step: NextStep | None


class Opened(TypedDict):
    """A play was opened: its events so far, and the lease to append under.

    variant: the one that a play gets which begins now; None where one goes on, or the case has none;
    is_team: whether it is a team's play, under a lease that all its members share; keep_days: how long the
    course keeps what is played, None where the workshop carries none.
    """

    answer: Literal["opened"]
    lease: str
    course: str
    mode: Mode
    events: list[JsonObject]
    variant: str | None
    is_team: bool
    keep_days: NotRequired[int | None]


class SeatTeamAnswer(TypedDict):
    """A team: the id of its own seat, its code, and how many members it has."""

    answer: Literal["team"]
    team: str
    code: str
    members: int


class TeamPlayAnswer(TypedDict):
    """How a team stands in a play, and its events from the number that was asked for."""

    answer: Literal["team_play"]
    state: TeamState
    events: list[JsonObject]


class Unwritable(TypedDict):
    """The event did not reach the disk."""

    answer: Literal["unwritable"]
    reason: str


class FeedbackAnswer(TypedDict):
    """The feedback, None where it is not due."""

    answer: Literal["feedback"]
    decision: DecisionFeedback | None
    case: CaseFeedback | None


class WorkshopAnswer(TypedDict):
    """The workshop as it stands in the database.

    code: what participants join with; closed: when it was closed, or None; keep_days: how many days its
    records are kept; has_teams: whether a team was ever made in it.
    """

    answer: Literal["workshop"]
    name: str
    code: str
    mode: Mode
    closed: str | None
    keep_days: int
    paused: str | None
    has_teams: bool


class CueAnswer(TypedDict):
    """What the room does now; None outside of a discussion."""

    answer: Literal["cue"]
    cue: RoomCue | None


class Progress(TypedDict):
    """How many have begun a case, and how many of them are at its end."""

    begun: int
    finished: int


class HarmTally(TypedDict):
    """A critical error: its code, its name by language, and how many people made it."""

    code: str
    name: dict[str, str]
    count: int


class DecisionTally(TypedDict):
    """One decision: how many answered, and what; counts and harm are None where fewer than 5 did.

    n: of how many answers the counts are, moving by 5 at least; answered: how many there are now; left: how
    many of those that began the case have neither answered nor gone past it; seconds: of its timer; standing:
    what the key says of each option; order: the right order of a rank, else empty; why: the key's reasons by
    option and language.
    """

    state: DecisionState
    n: int
    answered: int
    left: int
    seconds: int | None
    why: dict[str, dict[str, str]]
    counts: dict[str, int] | None
    standing: dict[str, Standing]
    order: list[str]
    harm: list[HarmTally] | None


class GroupTally(TypedDict):
    """A group that may be shown: its name by language, its people, and what they picked."""

    name: dict[str, str]
    n: int
    counts: dict[str, int]


class SectorTally(TypedDict):
    """One decision by sectors, of the first n answers; hidden: how many people stand in no group."""

    n: int
    groups: list[GroupTally]
    hidden: int


class TalkTally(TypedDict):
    """What talking changed in one decision. See `graders.people.teams.TalkChange`.

    What people picked alone is told by the decision's own bars: another count of it could tell of a few. So
    before is the mean s of the answers that these count, 0..1, None where the decision weighs nothing.
    """

    teams: int
    people: int
    settled: dict[str, int]
    majorities: int
    changed: int
    before: float | None
    after: float | None


class CaseTally(TypedDict):
    """One case: how many are in each scene now, and its decisions.

    debrief: questions for the discussion by phase, by language; empty where the case has no guide;
    variant: the one that the whole room plays, None where it plays several or the case has none; variants:
    where it plays several, the decisions of those who play each; talks: what talking changed, by decision,
    where enough people played at tables.
    """

    scenes: dict[str, int]
    decisions: dict[str, DecisionTally]
    variant: str | None
    variants: dict[str, dict[str, DecisionTally]]
    debrief: dict[str, list[dict[str, str]]]
    talks: dict[str, TalkTally]


class TallyAnswer(TypedDict):
    """What the board shows. seats: who joined; pauses, skips: None where fewer than 5 have begun.

    closed: when the workshop was closed, or None; pace, pace_case: how the room goes through its cases.
    """

    answer: Literal["tally"]
    mode: Mode
    closed: str | None
    pace: Pace
    pace_case: str
    seats: int
    pauses: int | None
    skips: int | None
    cases: dict[str, Progress]
    case: CaseTally | None
    sectors: SectorTally | None


class RefusedAnswer(TypedDict):
    """The request makes no sense here."""

    answer: Literal["refused"]
    text: str


class DueStatement(TypedDict):
    """A statement that is to be sent. body: as it is sent, JSON."""

    number: int
    body: str


class DueStatementsAnswer(TypedDict):
    """The statements that are to be sent now."""

    answer: Literal["due_statements"]
    statements: list[DueStatement]


class OutboxAnswer(TypedDict):
    """How many grades platforms do not have yet, and how many statements a learning record store."""

    answer: Literal["outbox"]
    grades: int
    statements: int


Answer: TypeAlias = (
    Word
    | SeatAnswer
    | CasesAnswer
    | CurrentAnswer
    | StatusesAnswer
    | Opened
    | SeatTeamAnswer
    | TeamPlayAnswer
    | Unwritable
    | FeedbackAnswer
    | WorkshopAnswer
    | CueAnswer
    | TallyAnswer
    | PlatformsAnswer
    | DueGradesAnswer
    | ClassAnswer
    | LearnersAnswer
    | ForgottenAnswer
    | ReflectionsAnswer
    | ReflectionAnswerNote
    | DueStatementsAnswer
    | OutboxAnswer
    | ActivitiesAnswer
    | ProgrammeAnswer
    | PaperAnswer
    | LtiRefusedAnswer
    | HallReply
    | RefusedAnswer
)


class AnswerLine(TypedDict):
    """An answer on its way, with the number of its question; 0 where that could not be read."""

    id: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class Address:
    """Where the writer listens: a Unix socket, or a port of this machine alone where there are none."""

    path: Path | None = None
    port: int = 0

    def __str__(self) -> str:
        """The address as it stands in the environment of a kernel."""
        return f"unix:{self.path}" if self.path is not None else f"tcp:{self.port}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read an address. Raises ValueError."""
        kind, _, rest = text.partition(":")
        if kind == "unix" and rest:
            return cls(path=Path(rest))
        if kind == "tcp" and rest.isdecimal():
            return cls(port=int(rest))
        raise ValueError(f"“{text}” is no address of a writer; “unix:PATH” or “tcp:PORT” was wanted.")


def question_line(number: int, request: Request) -> bytes:
    """The line that carries a request."""
    return _line({"id": number, "request": request})


def answer_line(number: int, answer: Answer) -> bytes:
    """The line that carries an answer."""
    return _line({"id": number, "answer": answer})


def _line(message: QuestionLine | AnswerLine) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

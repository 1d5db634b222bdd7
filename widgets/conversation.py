"""The conversation of one player with its browser: every move is kept before it is shown."""

from __future__ import annotations

import base64
import contextlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeAlias

from pydantic import ValidationError

from scenarios.case import Case, NoSuchVariantError, common_languages
from scenarios.directory.law_words import long_date
from scenarios.directory.services import Directory
from scenarios.documents.problem import ProblemsError
from scenarios.engine.event import (
    Continued,
    Decided,
    Estimated,
    Event,
    Paused,
    Reopened,
    Resumed,
    Skipped,
    Started,
)
from scenarios.engine.play import Play
from scenarios.engine.record import (
    DecisionLockedError,
    RecordBehindError,
    RecordClosedError,
    RecordError,
    RecordInUseError,
    RecordUnwritableError,
    WorkshopEndedError,
)
from scenarios.engine.team import TeamState
from scenarios.language import Language, card_of
from scenarios.lessons.lesson_files import NoSuchLessonError
from scenarios.personal import find_personal
from scenarios.pick import RefusedError
from widgets.lesson_view import lesson_view
from widgets.messages import (
    MESSAGE,
    TAKEN_OVER,
    Continue,
    Decide,
    Estimate,
    FindingView,
    HandedReply,
    KeepsakeReply,
    LabelsReply,
    LessonReply,
    Message,
    Move,
    Pause,
    Place,
    PongReply,
    PrivateReply,
    ReadLesson,
    Ready,
    RefusedReply,
    Reopen,
    Reply,
    Resume,
    Skip,
    Speak,
    TeamMove,
    ToHandIn,
    ToKeepsake,
    View,
    ViewReply,
)
from widgets.result.keepsake import keepsake_name, keepsake_page
from widgets.shelf import CaseMissingError, CaseProgress, OpenPlay, Shelf, ShelfState, close_store
from widgets.shelf_view import shelf_view
from widgets.view import (
    Fault,
    Surroundings,
    asks_for_research,
    fault_view,
    may_read_lessons,
    mode_of,
    page_labels,
    play_view,
    refusal_text,
    sentence,
)

Clock: TypeAlias = Callable[[], datetime]
NewId: TypeAlias = Callable[[], str]

_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (RecordInUseError, "in_use"),
    (RecordClosedError, "closed"),
    (RecordError, "unreadable"),
    (RefusedError, "misfit"),
    (CaseMissingError, "no_case"),
    (ProblemsError, "broken_case"),
    (OSError, "unopenable"),
)
OPENING_ERRORS = tuple(kind for kind, _ in _FAULTS)
KEEPING_ERRORS = (
    RecordUnwritableError,
    DecisionLockedError,
    WorkshopEndedError,
    RecordBehindError,
    RecordClosedError,
)


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def random_id() -> str:
    """A new id of a play: 32 random hexadecimal digits."""
    return secrets.token_hex(16)


class Conversation:
    """What one player knows: its shelf, its language, and the play that is open.

    clock: the time now, in UTC; new_id: a new random id of a play, 32 hexadecimal digits.
    """

    def __init__(self, shelf: Shelf, language: Language, clock: Clock, new_id: NewId) -> None:
        """Begin with nothing read: the shelf is looked at when the first message comes."""
        self._shelf, self._clock, self._new_id = shelf, clock, new_id
        self._language: Language = language
        self._cases: Sequence[Case] = ()
        self._opened: OpenPlay | None = None
        self._play: Play | None = None
        self._team: TeamState | None = None
        self._fault: Fault | None = None
        self._notices: tuple[str, ...] = ()
        self._anew = False
        self._wanted: Place | None = None

    @property
    def place(self) -> Place:
        """Where the player stands: another conversation takes it up from there (`answer`)."""
        if not self._cases and self._wanted is not None:
            return self._wanted
        case = self._opened.case.id if self._opened else None
        if self._fault is not None:
            case = TAKEN_OVER if self._fault.code == "closed" else self._fault.retry
        again = self._anew and self._play is not None and self._play.length == 0
        return Place(language=self._language, case=case, again=again)

    def answer(self, content: object, at: Place | None = None) -> list[Reply]:
        """The replies to one message, whatever it is.

        at: where the page stood when it sent the message, taken up by a conversation that has none yet.
        """
        if not self._cases:
            self._wanted = at
        try:
            message = MESSAGE.validate_python(content)
        except ValidationError:
            return [self._refused("malformed")]
        if message["type"] == "ping":
            return [PongReply(type="pong", at=message["at"])]
        if not self._cases:
            self._arrive(at)
        elif message["type"] == "ready":
            self._try_again()
        return self._reply(message)

    def close(self) -> None:
        """Give the open play up, so that another writer may have its record."""
        if self._opened is not None:
            close_store(self._opened.store)
        self._opened = self._play = self._team = None
        self._notices = ()

    def _reply(self, message: Message) -> list[Reply]:
        if message["type"] == "ready":
            return self._ready(message)
        if message["type"] == "language":
            return self._speak(message)
        if message["type"] == "choose" or message["type"] == "again":
            return self._choose(message["case"], again=message["type"] == "again")
        if message["type"] == "shelf":
            return self._to_shelf()
        if message["type"] == "hand_in" or message["type"] == "lesson" or message["type"] == "keepsake":
            return [self._brought(message)]
        return [] if message["type"] == "ping" else self._move(message)

    @property
    def _languages(self) -> tuple[Language, ...]:
        """The languages that all cases of the shelf have."""
        return common_languages(self._cases)

    def _ready(self, message: Ready) -> list[Reply]:
        # What a page remembers is a wish: of another shelf, it may be none of this one's languages.
        language = message.get("language", self._language)
        if language in self._languages:
            self._language = language
        return [self._labels_reply(message), self._view_reply()]

    def _speak(self, message: Speak) -> list[Reply]:
        language = message["language"]
        if language not in self._languages:
            return [self._refused("no_language", card_of(language).name)]
        self._language = language
        return [self._labels_reply(message), self._view_reply()]

    def _labels_reply(self, message: Ready | Speak) -> LabelsReply:
        labels = page_labels(self._language)
        return LabelsReply(
            type="labels",
            languages={each: card_of(each).name for each in self._languages},
            labels=None if message.get("labels") == labels["digest"] else labels,
        )

    def _try_again(self) -> None:
        # A record that was taken over is taken back only when the trainee says so.
        if self._fault is not None and self._fault.code != "closed" and self._fault.retry:
            self._open(self._fault.retry)

    def _arrive(self, at: Place | None) -> None:
        self._fault = None
        try:
            self._cases = tuple(self._shelf.cases())
        except (CaseMissingError, ProblemsError, OSError) as error:
            self._fault = fault_of(error)
            return
        if at is not None and at["language"] in self._languages:
            self._language = at["language"]
        if self._language not in self._languages:
            self._language = self._languages[0]
        if at is not None:
            self._take_up(at)
        # A page may have stood at the shelf, or in a case, of a room that had others then.
        is_left = at is not None and at["case"] == TAKEN_OVER
        if self._opened is None and self._fault is None and len(self._cases) == 1 and not is_left:
            self._open(self._cases[0].id)

    def _take_up(self, at: Place) -> None:
        # A play that has begun since is gone on with: it is the one that was to be begun.
        if at["case"] is None or at["case"] not in {case.id for case in self._cases}:
            return
        self._open(at["case"])
        if at["again"] and self._replayable(at["case"]):
            self._open(at["case"], again=True)

    def _open(self, case_id: str, *, again: bool = False) -> None:
        self.close()
        self._fault, self._anew = None, again
        try:
            self._opened = self._shelf.open(case_id, again=again)
            self._play = Play.replay(self._opened.case, self._opened.store.events)
        except OPENING_ERRORS as error:
            self.close()
            self._fault = fault_of(error, case_id)
            return
        self._notices = self._opened.notices

    def _to_shelf(self) -> list[Reply]:
        if len(self._cases) > 1:
            self.close()
            self._fault = None
        return [self._view_reply()]

    def _choose(self, case_id: str, *, again: bool) -> list[Reply]:
        if case_id not in {case.id for case in self._cases}:
            return [self._refused("no_such_case")]
        if again and not self._replayable(case_id):
            if not self._ended_elsewhere(case_id):
                return [self._refused("not_again")]
            self._open(case_id)
            if not self._replayable(case_id):
                return [self._view_reply()]
        self._open(case_id, again=again)
        return [self._view_reply()]

    def _ended_elsewhere(self, case_id: str) -> bool:
        """Whether the play of a case that is not open now has ended, as far as the shelf says."""
        is_open = self._opened is not None and self._opened.case.id == case_id
        return not is_open and self._shelf_state().progress.get(case_id, CaseProgress()).status == "finished"

    def _replayable(self, case_id: str) -> bool:
        play, opened = self._play, self._opened
        if play is None or opened is None or opened.case.id != case_id or opened.read_only:
            return False
        return opened.can_again and bool(play.ended) and mode_of(opened, play) == "practice"

    def _brought(self, message: ToHandIn | ToKeepsake | ReadLesson) -> Reply:
        if message["type"] == "lesson":
            return self._lesson(message["lesson"])
        if message["type"] == "keepsake":
            return self._keepsake()
        return self._handed_in(message["participant"].strip() or None)

    def _lesson(self, competency: str) -> Reply:
        play, opened = self._play, self._opened
        if play is not None and opened is not None and not may_read_lessons(mode_of(opened, play)):
            return self._refused("no_lesson_now")
        try:
            return LessonReply(
                type="lesson", lesson=lesson_view(competency, self._language, self._clock().date())
            )
        except NoSuchLessonError:
            return self._refused("no_such_lesson")

    def _keepsake(self) -> Reply:
        view, language = self._view(), self._language
        head, result = view["case"], view["result"]
        if head is None or result is None:
            return self._refused("no_result")
        about = {
            "date": long_date(self._clock().date(), language),
            "law": head["law"],
            "safety": sentence("ui_safety", language),
            "status": sentence("ui_draft_sentence", language) if head["draft"] else head["status"],
        }
        name, page = keepsake_name(head["id"], language), keepsake_page(result, about, language)
        return KeepsakeReply(type="keepsake", name=name, page=page)

    def _handed_in(self, participant: str | None) -> Reply:
        play, opened = self._play, self._opened
        if play is None or opened is None or play.started is None or opened.desk is None:
            return self._refused("no_hand_in")
        made = moment_after(opened.store.events, self._clock())
        try:
            handed = opened.desk.hand_in(play.started, participant, made)
        except ValueError:
            return self._refused("no_participant")
        except OSError as error:
            return self._refused("hand_in_unwritable", error.strerror or "")
        data = base64.b64encode(handed.data).decode("ascii")
        return HandedReply(type="handed", name=handed.name, place=handed.place, data=data)

    def _move(self, move: Move | TeamMove) -> list[Reply]:
        self._catch_up()
        play, opened = self._play, self._opened
        if opened is None or play is None:
            return [self._view_reply()] if self._fault else [self._refused("no_play")]
        if move["n"] != play.length:
            return self._overtaken(move, opened, play)
        if opened.read_only:
            return [self._refused("read_only")]
        if move["type"] == "begin" and opened.person is None:
            return [self._refused("no_person")]
        if move["type"] == "alone" or move["type"] == "settle":
            return self._move_in_team(move, opened, play)
        return self._carry_out(move, opened, play)

    def _overtaken(self, move: Move | TeamMove, opened: OpenPlay, play: Play) -> list[Reply]:
        """What is kept in the place of a move; where that is another pick, it is said that this is not.

        What others of a team have done meanwhile is just shown.
        """
        events = opened.store.events
        if opened.team is not None or move["type"] != "decide" or move["n"] >= len(events):
            return [self._view_reply()]
        earlier, decision = events[move["n"]], play.case.decision(move["decision"])
        if decision is None or not isinstance(earlier, Decided) or earlier.decision != decision.id:
            return [self._view_reply()]
        with contextlib.suppress(RefusedError):
            if decision.fitting(move["pick"]) == earlier.pick:
                return [self._view_reply()]
        return [self._view_reply(), self._refused("other_kept")]

    def _carry_out(self, move: Move, opened: OpenPlay, play: Play) -> list[Reply]:
        try:
            event = self._event(move, opened, play)
            after = play.after(event)
        except RefusedError as error:
            return [self._refused(error.code, error.detail)]
        except NoSuchVariantError as error:  # set by hand in the course's card, or by a case since changed
            return [self._refused("other_variant", error.name)]
        except ValidationError:
            return [self._refused("malformed")]
        if isinstance(event, Decided) and not (move["type"] == "decide" and move.get("sure", False)):
            findings = private_findings(play, event)
            if findings:
                asked = PrivateReply(
                    type="private", n=play.length, decision=event.decision, findings=findings
                )
                return [asked]
        return self._keep(event, after, opened)

    def _keep(self, event: Event, after: Play, opened: OpenPlay) -> list[Reply]:
        try:
            opened.store.append(event)
        except KEEPING_ERRORS as error:
            return [self._not_kept(error, opened)]
        self._play, self._notices = after, ()
        return [self._view_reply()]

    def _not_kept(self, error: Exception, opened: OpenPlay) -> Reply:
        """What is said where something was not kept. What the team has done meanwhile is just shown."""
        match error:
            case RecordUnwritableError():
                return self._refused("unwritable", error.reason)
            case DecisionLockedError():
                return self._refused("locked")
            case WorkshopEndedError():
                return self._refused("workshop_ended")
            case RecordBehindError():
                self._open(opened.case.id)
            case _:
                self._lose(opened)
        return self._view_reply()

    def _lose(self, opened: OpenPlay) -> None:
        self.close()
        self._fault = Fault("closed", retry=opened.case.id)

    # In a team

    def _catch_up(self) -> None:
        """Take up what others of the team have decided since; what is known stays where nobody answers."""
        opened, play = self._opened, self._play
        if opened is None or play is None or opened.team is None:
            return
        try:
            self._team = opened.team.look()
        except RecordClosedError:
            self._lose(opened)
            return
        except OSError:
            return
        if len(opened.store.events) != play.length:
            self._play = Play.replay(opened.case, opened.store.events)

    def _move_in_team(self, move: TeamMove, opened: OpenPlay, play: Play) -> list[Reply]:
        team, decision = opened.team, play.scene.decision
        if team is None or decision is None or decision.id != move["decision"]:
            return [self._view_reply()]
        try:
            if move["type"] == "settle":
                team.settle(decision.id)
            else:
                team.answer_alone(
                    decision.id, None if move["pick"] is None else decision.fitting(move["pick"])
                )
        except RefusedError as error:
            return [self._refused(error.code, error.detail)]
        except KEEPING_ERRORS as error:
            return [self._not_kept(error, opened)]
        return [self._view_reply()]

    def _event(self, move: Move, opened: OpenPlay, play: Play) -> Event:
        at = moment_after(opened.store.events, self._clock())
        if move["type"] == "begin":
            return self._started(at, opened, research=move.get("research", False))
        if move["type"] == "decide":
            return decided(at, move, play)
        return plain_event(at, move)

    def _started(self, at: str, opened: OpenPlay, *, research: bool) -> Started:
        case, play = opened.case, self._new_id()
        return Started(
            at=at,
            play=play,
            case=case.id,
            version=case.version,
            course=opened.course,
            mode=opened.mode,
            research=research and asks_for_research(opened),
            variant=opened.draw.variant(case, play),
        )

    def _view_reply(self) -> ViewReply:
        return ViewReply(type="view", view=self._view())

    def _view(self) -> View:
        self._catch_up()
        around = self._around()
        if self._fault is not None:
            return fault_view(around, self._fault)
        if self._opened is None or self._play is None:
            return shelf_view(around, self._cases, self._shelf_state())
        try:
            return play_view(around, self._opened, self._play)
        except OSError:
            # Whoever gives the feedback is out of reach; the play itself is kept and goes on.
            mute = replace(self._opened, feedback=None)
            without_feedback = replace(around, notices=(*around.notices, "notice_no_feedback"))
            return play_view(without_feedback, mute, self._play)

    def _around(self) -> Surroundings:
        person, directory = self._helpers()
        return Surroundings(
            self._language,
            self._clock().date(),
            person,
            directory,
            len(self._cases) > 1,
            self._notices,
            {case.id: case.in_language(self._language).title for case in self._cases},
            self._team,
        )

    def _helpers(self) -> tuple[str | None, Directory]:
        # Where the files of a case are broken, the sentence about that must still be shown.
        person, directory = None, Directory(services={}, help=())
        with contextlib.suppress(ProblemsError, OSError):
            directory = self._shelf.directory
        with contextlib.suppress(ProblemsError, OSError):
            person = self._opened.person if self._opened else self._shelf.person
        return person, directory

    def _shelf_state(self) -> ShelfState:
        try:
            return self._shelf.state(self._language)
        except OPENING_ERRORS:  # nothing is lost: whoever opens a case is told why, and may try again
            return ShelfState({case.id: CaseProgress("begun") for case in self._cases})

    def _refused(self, code: str, detail: str = "") -> RefusedReply:
        seen = self._play.length if self._play else 0
        text = refusal_text(code, detail, self._language)
        return RefusedReply(type="refused", n=seen, code=code, text=text)


def fault_of(error: Exception, retry: str | None = None) -> Fault:
    """The fault that an error of opening is shown as."""
    code = next(code for kind, code in _FAULTS if isinstance(error, kind))
    detail = error.place if isinstance(error, CaseMissingError) else str(error)
    return Fault(code, "" if code in {"in_use", "closed"} else detail, retry)


def moment_after(events: Sequence[Event], now: datetime) -> str:
    """The moment of the event after `events`: `now`, or that of the last one where the clock was set back."""
    moment = now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return max(moment, events[-1].at) if events else moment


def decided(at: str, message: Decide, play: Play) -> Decided:
    """The pick of `message` as an event. Raises RefusedError where it does not fit the scene."""
    decision = play.scene.decision
    if decision is None or decision.id != message["decision"]:
        raise RefusedError("ended" if play.ended else "not_here", message["decision"])
    return Decided(at=at, decision=decision.id, pick=decision.fitting(message["pick"]))


def plain_event(at: str, move: Skip | Estimate | Continue | Reopen | Pause | Resume) -> Event:
    """The event of a move that says all of it by itself. Raises ValidationError."""
    if move["type"] == "skip":
        return Skipped(at=at, decision=move["decision"])
    if move["type"] == "estimate":
        return Estimated(at=at, decision=move["decision"], share=move["share"])
    if move["type"] == "continue":
        return Continued(at=at, scene=move["scene"])
    if move["type"] == "reopen":
        return Reopened(at=at, decision=move["decision"])
    return Paused(at=at) if move["type"] == "pause" else Resumed(at=at)


def private_findings(play: Play, event: Decided) -> list[FindingView]:
    """What looks private in a free text; nothing for any other decision."""
    decision = play.scene.decision
    if decision is None or not decision.is_free_text or not isinstance(event.pick, str):
        return []
    return [FindingView(kind=finding.kind, text=finding.text) for finding in find_personal(event.pick)]

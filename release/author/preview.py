"""``kasuslab preview``: a case in the real player, which follows every save, with its problems beside it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hmac
import json
import os
import secrets
import socket
import webbrowser
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from http import HTTPStatus
from pathlib import Path
from random import Random
from typing import Any, Literal, TypeAlias, TypedDict

from tornado import httpserver, ioloop, netutil, web, websocket

from graders.feedback.key_feedback import KeyFeedback
from graders.review.round_file import round_file
from release.author.bench.case_files import CASE, case_files
from release.author.bench.choices import Shelves, books_of
from release.author.bench.desk import BenchDesk
from release.author.bench.findings import findings_of
from release.author.bench.messages import (
    BenchMessage,
    DoneMessage,
    NoSheetMessage,
    NotDoneMessage,
    ProblemsMessage,
    RoundMessage,
)
from release.author.check import Bench, Checked, check_case
from release.author.new_case import RISKS, CaseAnswers, Folders, write_case
from release.author.reviewers.desk import ReviewersDesk
from release.author.reviewers.round_bench import RoundBench
from release.author.reviewers.web import ReviewDoor, review_routes
from release.processes import ended_by_signal
from release.workshop.serve.network import addresses
from release.workshop.web.headers import QuietHandler, page_headers
from release.workshop.web.page import page_environment
from scenarios.case import Case
from scenarios.directory.services import Directory, load_directory
from scenarios.documents.document import Data
from scenarios.documents.json_data import json_data
from scenarios.documents.letters import plain_letters
from scenarios.documents.problem import BadInputError, Problem, ProblemsError
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.engine.draw import Draw
from scenarios.engine.event import Continued, Decided, Event, Started
from scenarios.engine.play import Play
from scenarios.engine.runtime_folder import runtime_folder
from scenarios.feedback import FeedbackSource
from scenarios.language import SOURCE, Language, Texts, read_catalogue
from scenarios.library import case_folder, case_ids
from scenarios.pick import RefusedError
from scenarios.sentence import error_texts, sentences_of
from widgets.conversation import Clock, Conversation, NewId, random_id, utc_now
from widgets.messages import Reply
from widgets.player_files import player_script, player_sheet
from widgets.shelf import OpenPlay, ShelfState

HOST = "127.0.0.1"
LOOK_EVERY = 500  # milliseconds between two looks at the files
WAYS = 400  # random plays in search of a scene
PLAYS = 500  # random plays at each save; `kasuslab check` makes the full number
MAX_MESSAGE = 256 * 1024

_PAGES = Path(__file__).with_name("preview_pages")
_TEXTS = Path(__file__).parents[1] / "texts.yaml"
_sentence = sentences_of(_TEXTS)
_SCRIPTS = ("host.js", "bench.js", "controls.js", "elements.js", "map.js", "round.js", "start.js")


def _page_file(*names: str) -> str:
    return "\n".join((_PAGES / name).read_text("utf-8") for name in names)


_FILES: Mapping[str, tuple[Callable[[], str], str]] = {
    **{name: (partial(_page_file, name), "text/javascript") for name in _SCRIPTS},
    "preview.css": (partial(_page_file, "page.css", "preview.css"), "text/css"),
    "player.js": (player_script, "text/javascript"),
    "player.css": (player_sheet, "text/css"),
}

_SUFFIXES = {".yaml", ".json"}  # an editor puts files of its own beside them

Stamps: TypeAlias = Mapping[Path, tuple[int, int]]


class PreviewError(BadInputError):
    """The preview does not start; the text says why, and what to do."""


class PlayerMessage(TypedDict):
    """Something for the player, as over a comm."""

    kind: Literal["player"]
    content: Reply


PageMessage: TypeAlias = PlayerMessage | BenchMessage


class MemoryStore:
    """The events of a play that nobody keeps.

    rest: earlier events that no longer fitted when the case was last read. They are tried again at
    the next save, until the author goes on from where the play stands.
    """

    def __init__(self, events: Sequence[Event] = (), rest: Sequence[Event] = ()) -> None:
        """Begin with `events`."""
        self._events, self.rest = tuple(events), tuple(rest)
        self._variant: str | None = None

    @property
    def events(self) -> tuple[Event, ...]:
        """The events so far."""
        return self._events

    @property
    def variant(self) -> str | None:
        """The variant of the play, or of the one before it where none has begun."""
        first = self._events[0] if self._events else None
        return first.variant if isinstance(first, Started) else self._variant

    def append(self, event: Event) -> None:
        """Remember `event`."""
        self._events, self.rest = (*self._events, event), ()

    def clear(self) -> None:
        """Forget all events."""
        self._variant = self.variant
        self._events = self.rest = ()


@dataclass(frozen=True, slots=True)
class PreviewShelf:
    """The one case that is being written, or what keeps it from being read.

    variant: the one to play; where it is None, a new play gets the variant after that of the last.
    """

    case: Case | None
    problems: tuple[Problem, ...]
    store: MemoryStore
    feedback: FeedbackSource | None
    variant: str | None = None

    @property
    def person(self) -> str:
        """Nobody, in words: a preview needs no person beside it."""
        return read_catalogue(_TEXTS)["preview_person"].joined(" / ")

    @property
    def directory(self) -> Directory:
        """The library's services. Raises ProblemsError."""
        return load_directory()

    def cases(self) -> Sequence[Case]:
        """The case. Raises ProblemsError."""
        return (self._case(),)

    def state(self, language: Language) -> ShelfState:
        """Nothing: nobody asks where there is one case."""
        del language
        return ShelfState()

    def open(self, case_id: str, *, again: bool = False) -> OpenPlay:
        """Open the play; with `again` from its beginning. Raises ProblemsError."""
        del case_id
        if again:
            self.store.clear()
        case = self._case()
        names = (*case.tellings, *case.tellings)
        following = names[names.index(self.store.variant) + 1] if self.store.variant in names else None
        # An author wants to know beforehand which variant comes: nothing is drawn here.
        draw = Draw(chosen=self.variant or following or case.variant)
        return OpenPlay(
            case,
            self.store,
            "preview",
            "practice",
            self.feedback,
            read_only=False,
            notices=(),
            person=self.person,
            draw=draw,
        )

    def _case(self) -> Case:
        if self.case is None:
            raise ProblemsError(self.problems)
        return self.case


class PreviewDesk:
    """What the author sees: the case as it was last read, one play of it, its problems, and its bench."""

    def __init__(  # noqa: PLR0913 -- the outside world, and what the command line lets an author say
        self,
        folder: Path,
        bench: Bench,
        *,
        variant: str | None = None,
        shelves: Shelves | None = None,
        clock: Clock = utc_now,
        new_id: NewId = random_id,
    ) -> None:
        """Read the case in `folder` for the first time.

        bench: with what it is checked; variant: the one to play; shelves: where sources and rules
        are written. Raises NoSuchVariantError.
        """
        self._folder, self._bench, self._variant = folder, bench, variant
        self._clock, self._new_id = clock, new_id
        self._language: Language = SOURCE
        self._case: Case | None = None
        self._stamps = self._stamped()
        self._checked = checked_now(folder, bench)
        self._case = self._checked.case
        if self._case is not None and variant is not None:
            self._case.in_variant(variant)  # refused now; later the author may give it another name
        self._store = MemoryStore()
        self._conversation = self._converse(self._checked)
        name = self._case.id if self._case is not None else folder.name
        files = case_files(folder, name, bench.keys, bench.guides)
        self.bench = BenchDesk(name, files, shelves or Shelves(), folder.parent, self._today)
        self.reviewers = ReviewersDesk(name, folder, files, bench.keys, self._today)

    def _today(self) -> date:
        return self._clock().date()

    @property
    def problems(self) -> ProblemsMessage:
        """What is wrong with the case, errors first, each with its place on the bench."""
        return ProblemsMessage(
            kind="problems",
            loaded=self._checked.case is not None,
            problems=findings_of(self._checked.problems, self.bench.parts, self.bench.files.places),
        )

    def round_answer(self, content: Mapping[str, Data], request: int) -> DoneMessage | NotDoneMessage:
        """Do what a page asks of the review round: whether it was done."""
        try:
            RoundBench(self.reviewers, "").act(content)
        except BadInputError as error:
            return NotDoneMessage(kind="not_done", request=request, why=dict(error_texts(error).items()))
        return DoneMessage(kind="done", request=request, part="")

    def round_message(self, link: str) -> RoundMessage:
        """Where its review round stands. link: for reviewers."""
        return RoundBench(self.reviewers, link).message(self.bench.parts)

    @property
    def view(self) -> list[Reply]:
        """What the player is to show now."""
        return self._conversation.answer({"type": "language", "language": self._language})

    def answer(self, content: object) -> list[Reply]:
        """The replies to one message of the player's."""
        replies = self._conversation.answer(content)
        for reply in replies:
            if reply["type"] == "view":
                self._language = reply["view"]["language"]
        return replies

    def restart(self, scene: str = "") -> None:
        """Play from the start, or from `scene` where some play comes there."""
        self._store.clear()
        if self._case is not None and scene:
            variants = (self._variant,) if self._variant in self._case.tellings else (*self._case.tellings,)
            for variant in variants or (None,):
                if events := way_to(self._case.in_variant(variant), scene, self._clock, self._new_id):
                    self._store = MemoryStore(events)
                    break
        self._conversation = self._converse(self._checked)

    def has_changed(self) -> bool:
        """Whether a file has changed since this was asked last."""
        stamps = self._stamped()
        changed, self._stamps = stamps != self._stamps, stamps
        return changed

    def checked(self) -> Checked:
        """The case as it is now. It takes a second, and may be asked for in another thread."""
        return checked_now(self._folder, self._bench)

    def take(self, checked: Checked) -> None:
        """Show the case as it was checked."""
        self._checked = checked
        if checked.case is not None:
            self._store = refitted(self._store, self._case, checked.case, self._new_id)
            self._case = checked.case
        if checked.case is not None or self._case is None:
            self._conversation = self._converse(checked)

    def _stamped(self) -> Stamps:
        # A folder beside a notebook is called “case”, whatever the case is called.
        name = self._case.id if self._case is not None else self._folder.name
        return file_stamps(self._folder, self._bench, name)

    def _converse(self, checked: Checked) -> Conversation:
        feedback: FeedbackSource | None = None
        if checked.case is not None and checked.key is not None:
            with contextlib.suppress(ProblemsError):  # a broken catalogue stands among the problems
                feedback = KeyFeedback(checked.case, checked.key)
        known = checked.case is not None and self._variant in checked.case.tellings
        variant = self._variant if known else None
        shelf = PreviewShelf(checked.case, checked.problems, self._store, feedback, variant)
        return Conversation(shelf, self._language, self._clock, self._new_id)


def checked_now(folder: Path, bench: Bench) -> Checked:
    """The case in `folder` as it is checked now; not loaded where a file breaks while it is being checked."""
    try:
        return check_case(folder, bench)
    except ProblemsError as error:
        return Checked(folder, None, error.problems)


def file_stamps(folder: Path, bench: Bench, name: str) -> Stamps:
    """When each file of the case `name` in `folder`, of its key and its guide was changed, and its size."""
    files = [*folder.glob("*"), *bench.keys.glob(f"{name}.*"), *bench.guides.glob(f"{name}.*")]
    files.append(round_file(name, bench.keys))
    stamps: dict[Path, tuple[int, int]] = {}
    for file in (file for file in files if file.suffix in _SUFFIXES):
        with contextlib.suppress(OSError):  # an editor may put a new file in its place just now
            status = file.stat()
            stamps[file] = (status.st_mtime_ns, status.st_size)
    return stamps


def refitted(store: MemoryStore, before: Case | None, case: Case, new_id: NewId) -> MemoryStore:
    """The play in `store` as far as it fits `case`, which may have another version than `before`.

    The play gets a new id where a form has changed, so that no page goes on with an old draft of it.
    """
    events = (*store.events, *store.rest)
    fresh: dict[str, str] = {"case": case.id, "version": case.version}
    if before is not None and _forms(before) != _forms(case):
        fresh["play"] = new_id()
    play, fitting = Play.of(case), list[Event]()
    for event in events:
        renewed = event.model_copy(update=fresh) if isinstance(event, Started) else event
        try:
            play = play.after(renewed)
        except RefusedError:
            break
        fitting.append(renewed)
    return MemoryStore(fitting, events[len(fitting) :])


def way_to(case: Case, scene: str, clock: Clock, new_id: NewId) -> tuple[Event, ...]:
    """The events of some play of `case`, in its variant, up to `scene`; none where no play comes there."""
    at = clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    started = Started(
        at=at,
        play=new_id(),
        case=case.id,
        version=case.version,
        course="preview",
        mode="practice",
        variant=case.variant,
    )
    for seed in range(WAYS):
        chance = Random(seed)  # noqa: S311 -- any way will do
        play, events = Play.of(case).after(started), list[Event]([started])
        while play.ended is None and play.scene_id != scene:
            decision = play.scene.decision
            if decision is None:
                event: Event = Continued(at=at, scene=play.scene_id)
            else:
                event = Decided(at=at, decision=decision.id, pick=decision.any_pick(chance))
            play = play.after(event)
            events.append(event)
        if play.scene_id == scene:
            return tuple(events)
    return ()


def _forms(case: Case) -> Mapping[str, tuple[object, ...]]:
    # What a draft in the browser is made of: ids, not texts.
    return {decision.id: decision.draft() for _, decision in case.decisions()}


@dataclass(frozen=True, slots=True)
class CaseMaking:
    """How a case is opened, or begun with nothing but a name.

    folders: where the files of cases stand; bench: with what they are checked; shelves: where sources and
    rules stand.
    """

    folders: Folders
    bench: Bench
    shelves: Shelves = field(default_factory=Shelves)

    @property
    def nothing_open(self) -> NoSheetMessage:
        """What a page is told that has no case yet."""
        cases = list(case_ids(self.folders.cases))
        return NoSheetMessage(kind="no_sheet", case="", cases=cases, undo=False, redo=False)

    def opened(self, content: Mapping[str, Data]) -> PreviewDesk:
        """The desk of a case that is there. Raises NoSuchCaseError."""
        folder = case_folder(str(content.get("case")), self.folders.cases)
        return PreviewDesk(folder, self.bench, shelves=self.shelves)

    def begun(self, content: Mapping[str, Data]) -> PreviewDesk:
        """The desk of a case that was not there before. Raises NewCaseError."""
        names = content.get("title")
        titles = names if isinstance(names, dict) else {}
        texts = read_catalogue(_TEXTS)

        def title(language: Language) -> str:
            own = titles.get(language)
            return (
                plain_letters(own).strip()
                if isinstance(own, str) and own.strip()
                else texts["new_default_title"][language]
            )

        answers = CaseAnswers(
            str(content.get("case")),
            title=Texts.of(title),
            role="uptd_ppa",
            risk=RISKS[0],
            level=1,
            programmes=(),
            note=texts["new_default_note"],
            first=texts["new_default_first"],
        )
        write_case(answers, self.folders)
        return PreviewDesk(self.folders.cases / answers.case_id, self.bench, shelves=self.shelves)


class PreviewPages:
    """The open pages, the case that they show, and what they are all told.

    making: how a case is opened or begun; desk: of the case, None before one was chosen.
    """

    def __init__(
        self, making: CaseMaking, desk: PreviewDesk | None, review_link: Callable[[str], str]
    ) -> None:
        """Begin with no page open. review_link: that for reviewers of a case, by its id."""
        self.making, self.desk, self._review_link = making, desk, review_link
        self._reviewed: dict[str, ReviewersDesk] = {}
        self._keep_reviewers()
        self.open: set[PreviewSocket] = set()
        self._is_due = self._is_checking = False

    async def look(self) -> None:
        """Look at the files: tell each page what can be edited, and what is wrong once it is quiet."""
        desk = self.desk
        if desk is None:
            return
        if desk.has_changed():
            self._is_due = True
            self.tell_all([desk.bench.sheet])
        elif self._is_due and not self._is_checking:
            self._is_due, self._is_checking = False, True
            try:
                checked = await asyncio.get_running_loop().run_in_executor(None, desk.checked)
            finally:
                self._is_checking = False
            if desk is self.desk:
                desk.take(checked)
                self.tell_all([*_for_player(desk.view), desk.problems, self.round_message(desk)])

    def reviewed(self, case_id: str) -> ReviewersDesk | None:
        """The reviewers of a case that was opened here, though another one is open by now."""
        return self._reviewed.get(case_id)

    def round_message(self, desk: PreviewDesk) -> RoundMessage:
        """Where the review round of the case stands."""
        return desk.round_message(self._review_link(desk.bench.case_id))

    def _keep_reviewers(self) -> None:
        if self.desk is not None:
            known = self._reviewed.setdefault(self.desk.bench.case_id, self.desk.reviewers)
            self.desk.reviewers = known

    def first_words(self) -> list[PageMessage]:
        """What a new page is told."""
        if self.desk is None:
            return [books_of(self.making.shelves), self.making.nothing_open]
        round_message = self.round_message(self.desk)
        return [self.desk.bench.books, self.desk.bench.sheet, self.desk.problems, round_message]

    def edit(self, content: Mapping[str, Data], page: PreviewSocket) -> None:
        """Do what a page asks of the bench, and tell every page what came of it."""
        do, number = content.get("do"), content.get("request")
        request = number if isinstance(number, int) else 0
        if do in {"open", "new"}:
            try:
                self.desk = self.making.opened(content) if do == "open" else self.making.begun(content)
            except BadInputError as error:
                why = dict(error_texts(error).items())
                page.tell(NotDoneMessage(kind="not_done", request=request, why=why))
                return
            self._keep_reviewers()
            page.tell(DoneMessage(kind="done", request=request, part=CASE))
            self.tell_all([*self.first_words(), *_for_player(self.desk.view)])
        elif self.desk is not None and do == "play":
            scene = content.get("scene")
            self.desk.restart(scene if isinstance(scene, str) else "")
            page.tell(DoneMessage(kind="done", request=request, part=""))
            self.tell_all(_for_player(self.desk.view))
        elif self.desk is not None and do in {"open_round", "settle", "share"}:
            outcome = self.desk.round_answer(content, request)
            self.tell_all([self.round_message(self.desk)])
            page.tell(outcome)
        elif self.desk is not None:
            edited = self.desk.bench.answer(content)
            if do in {"new_source", "new_rule", "undo", "redo"} and edited["kind"] == "done":
                self.tell_all([self.desk.bench.books])
            self.tell_all([self.desk.bench.sheet])
            page.tell(edited)

    def tell_all(self, messages: Iterable[PageMessage]) -> None:
        """Send messages to every page."""
        for message in messages:
            for page in tuple(self.open):
                page.tell(message)


def _for_player(replies: Iterable[Reply]) -> list[PageMessage]:
    return [PlayerMessage(kind="player", content=reply) for reply in replies]


@dataclass(frozen=True, slots=True)
class PreviewDoor:
    """Who may see the preview: whoever came by its link, which other users of this machine do not know.

    token: stands in the link, and then in a cookie; address: of this machine, as the room reaches it where
    the author has let it in.
    """

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    address: str = HOST

    @property
    def link(self) -> str:
        """The link that opens the preview."""
        return f"http://{self.address}:{self.port}/?token={self.token}"

    @property
    def hosts(self) -> frozenset[str]:
        """What a browser calls us: on this machine, and in the room where the author has let it in."""
        return own_hosts(self.port) | {f"{self.address}:{self.port}"}

    def is_opened_by(self, typed: str) -> bool:
        """Whether that is the token."""
        return hmac.compare_digest(typed.encode(), self.token.encode())

    def admit(self, handler: web.RequestHandler) -> None:
        """Give a browser that comes by the link its cookie. Raises HTTPError 403 for anybody else.

        So for a site whose name was pointed at this machine, too.
        """
        cookie = f"kasuslab_preview_{self.port}"  # cookies of one machine do not know its ports
        if handler.request.host not in self.hosts:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        if self.is_opened_by(handler.get_query_argument("token", "")):
            handler.set_cookie(cookie, self.token, httponly=True, samesite="Lax")
        elif not self.is_opened_by(handler.get_cookie(cookie) or ""):
            raise web.HTTPError(HTTPStatus.FORBIDDEN)


class PreviewSocket(QuietHandler, websocket.WebSocketHandler):
    """The websocket of one page."""

    def initialize(self, pages: PreviewPages, door: PreviewDoor) -> None:
        """Keep what all pages share."""
        self._pages, self._door = pages, door

    def prepare(self) -> None:
        """Refuse whatever is not our own page: another site, or no site at all. Raises HTTPError."""
        self._door.admit(self)
        origin = self.request.headers.get("Origin", "")
        if origin not in {f"http://{host}" for host in self._door.hosts}:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)

    def open(self, *_args: str, **_kwargs: str) -> None:
        """Tell the new page what can be edited and what is wrong; its player asks for the rest."""
        self._pages.open.add(self)
        for message in self._pages.first_words():
            self.tell(message)

    def on_message(self, message: str | bytes) -> None:
        """Answer one message of the player's; what is shown now is shown on every page, in its language."""
        try:
            content = json_data(message)
        except ValueError:
            content = None
        if isinstance(content, dict) and isinstance(asked := content.get("bench"), dict):
            self._pages.edit(asked, self)
            return
        for reply in self._pages.desk.answer(content) if self._pages.desk is not None else ():
            messages = _for_player([reply])
            if reply["type"] in {"labels", "view"}:
                self._pages.tell_all(messages)
            else:
                self.tell(messages[0])

    def on_close(self) -> None:
        """Forget the page."""
        self._pages.open.discard(self)

    def tell(self, message: PageMessage) -> None:
        """Send one message; a page that is gone hears nothing."""
        with contextlib.suppress(websocket.WebSocketClosedError):
            writing = self.write_message(json.dumps(message, ensure_ascii=False))
            # Taken from it, so that nobody is warned of a page that was closed meanwhile.
            writing.add_done_callback(lambda done: done.cancelled() or done.exception())


class FileHandler(QuietHandler):
    """The page itself, and its scripts and stylesheets, read anew each time."""

    def initialize(self, door: PreviewDoor) -> None:
        """Keep who may see it."""
        self._door = door

    def prepare(self) -> None:
        """Refuse whoever did not come by the link. Raises HTTPError."""
        self._door.admit(self)

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 -- as tornado has it
        """Say how the preview is opened."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(read_catalogue(_TEXTS)["preview_shut"].joined("\n"))

    def get(self, file: str) -> None:
        """The page, or one file of it."""
        if self.get_query_argument("token", ""):
            self.redirect("/", status=HTTPStatus.SEE_OTHER)  # the token stays in no history
            return
        if file:
            text, kind = _FILES[file]
            self.set_header("Content-Type", f"{kind}; charset=utf-8")
            self.finish(text())
            return
        for name, value in page_headers(self.request).items():
            self.set_header(name, value)
        self.finish(page_html())


def page_html() -> str:
    """The page; what it shows of a case comes over its socket."""
    return page_environment(_PAGES).get_template("preview.html").render(texts=read_catalogue(_TEXTS))


def own_hosts(port: int) -> frozenset[str]:
    """What a browser on this machine calls us."""
    return frozenset(f"{name}:{port}" for name in (HOST, "localhost"))


@contextlib.contextmanager
def link_page(door: PreviewDoor) -> Iterator[Path]:
    """A page that leads to the preview, which this user alone can read; gone at the end. Raises OSError.

    A browser is called with its address: a command line can be read by everybody on the machine.
    """
    file = runtime_folder() / f"preview-{door.port}.html"
    page = f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={door.link}">'
    write_whole(file, f'{page}<title>kasuslab</title><a href="{door.link}">kasuslab</a>\n', mode=OWNER_ALONE)
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


def print_links(url: str, review: str) -> None:
    """Print the link of the bench, and below it that for reviewers where there is one."""
    lines = [f"ready {url}", *([f"reviewers {review}"] if review else [])]
    print(*lines, sep="\n", flush=True)  # noqa: T201 -- the interface


def serve_preview(  # noqa: PLR0913 -- what the command line lets an author say
    folder: Path | None,
    port: int,
    making: CaseMaking,
    *,
    open_browser: bool,
    room: bool = False,
    variant: str | None = None,
    ready: Callable[[str, str], None] = print_links,
) -> None:
    """Show the case in `folder` until Ctrl-C or SIGTERM; nothing is written but what the bench is told to.

    folder: None lets the author open or begin one in the page; port: 0 takes a free one; room: whether others
    of the room may come in, by the same link; variant: the one to play, each in turn where it is None; ready:
    told the link once it serves, and that for reviewers of the case, "" while none is open. Raises
    PreviewError where the port cannot be had, NoSuchVariantError.
    """
    sockets = _listening(port, "" if room else HOST)
    address = addresses()[0].address if room else HOST
    door = PreviewDoor(sockets[0].getsockname()[1], address=address)
    desk = (
        None
        if folder is None
        else PreviewDesk(folder.resolve(), making.bench, variant=variant, shelves=making.shelves)
    )
    review_door = ReviewDoor(door.port, door.address, door.hosts)
    pages = PreviewPages(making, desk, review_door.link)
    with contextlib.ExitStack() as stack:

        def announce() -> None:
            ready(door.link, "" if desk is None else review_door.link(desk.bench.case_id))
            if open_browser:
                with contextlib.suppress(OSError):  # the link stands in the terminal
                    webbrowser.open(stack.enter_context(link_page(door)).as_uri())

        asyncio.run(_serve(pages, review_door, sockets, door, announce))


def _listening(port: int, host: str) -> list[socket.socket]:
    try:
        return netutil.bind_sockets(port, host or None, family=socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PreviewError(_sentence("preview_port_used", port=port, next=port + 1)) from None
        reason = error.strerror or os.strerror(error.errno or 0)
        raise PreviewError(_sentence("preview_port_unusable", port=port, reason=reason)) from None


async def _serve(
    pages: PreviewPages,
    review_door: ReviewDoor,
    sockets: list[socket.socket],
    door: PreviewDoor,
    announce: Callable[[], None],
) -> None:
    shared: dict[str, Any] = {"door": door}
    files = "|".join(file.replace(".", r"\.") for file in _FILES)
    app = web.Application(
        [
            (r"/socket", PreviewSocket, {"pages": pages, "door": door}),
            (rf"/({files}|)", FileHandler, shared),
            *review_routes(review_door, pages.reviewed),
        ],
        websocket_max_message_size=MAX_MESSAGE,
        log_function=lambda _: None,
    )
    server = httpserver.HTTPServer(app, max_body_size=MAX_MESSAGE)
    server.add_sockets(sockets)
    looking = ioloop.PeriodicCallback(pages.look, LOOK_EVERY)
    looking.start()
    ended = ended_by_signal()
    announce()
    await ended.wait()
    looking.stop()
    server.stop()
    for page in tuple(pages.open):
        page.close()
    await server.close_all_connections()

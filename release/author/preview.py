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
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypedDict

from tornado import httpserver, ioloop, netutil, web, websocket

from graders.feedback.key_feedback import KeyFeedback
from release.author.check import Bench, Checked, check_case
from release.processes import ended_by_signal
from release.workshop.web.headers import QuietHandler, page_headers
from release.workshop.web.page import page_environment
from scenarios.case import Case
from scenarios.directory.services import Directory, load_directory
from scenarios.documents.json_data import json_data
from scenarios.documents.problem import BadInputError, Level, Problem, ProblemsError
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.engine.draw import Draw
from scenarios.engine.event import Event, Started
from scenarios.engine.play import Play
from scenarios.engine.runtime_folder import runtime_folder
from scenarios.feedback import FeedbackSource
from scenarios.language import SOURCE, TERMINAL, Language, read_catalogue
from scenarios.pick import RefusedError
from widgets.conversation import Clock, Conversation, NewId, random_id, utc_now
from widgets.messages import Reply
from widgets.player_files import player_script, player_sheet
from widgets.shelf import OpenPlay, ShelfState

HOST = "127.0.0.1"
LOOK_EVERY = 500  # milliseconds between two looks at the files
PLAYS = 500  # random plays at each save; `kasuslab check` makes the full number
MAX_MESSAGE = 256 * 1024

_PAGES = Path(__file__).with_name("preview_pages")
_TEXTS = Path(__file__).parents[1] / "texts.yaml"
_FILES: Mapping[str, tuple[Callable[[], str], str]] = {
    "host.js": (lambda: (_PAGES / "host.js").read_text("utf-8"), "text/javascript"),
    "preview.css": (lambda: (_PAGES / "preview.css").read_text("utf-8"), "text/css"),
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


class ProblemMessage(TypedDict):
    """One problem; found: what stands there."""

    file: str
    line: int
    path: str
    found: str
    remedy: str
    rule: str
    level: Level


class ProblemsMessage(TypedDict):
    """What is wrong with the case now. loaded: whether it could be opened, so that the player shows it."""

    kind: Literal["problems"]
    loaded: bool
    problems: list[ProblemMessage]


PageMessage: TypeAlias = PlayerMessage | ProblemsMessage


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
    """What the author sees: the case as it was last read, one play of it, and its problems."""

    def __init__(
        self,
        folder: Path,
        bench: Bench,
        *,
        variant: str | None = None,
        clock: Clock = utc_now,
        new_id: NewId = random_id,
    ) -> None:
        """Read the case in `folder` for the first time.

        bench: with what it is checked; variant: the one to play. Raises NoSuchVariantError.
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

    @property
    def problems(self) -> ProblemsMessage:
        """What is wrong with the case, errors first."""
        problems = sorted(self._checked.problems, key=lambda problem: (problem.level != "error", problem))
        return ProblemsMessage(
            kind="problems",
            loaded=self._checked.case is not None,
            problems=[_problem_message(problem) for problem in problems],
        )

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

    def look(self) -> bool:
        """Look at the files; True where one has changed, and everything was read again."""
        stamps = self._stamped()
        if stamps == self._stamps:
            return False
        # Taken before the files are read, so that what is saved meanwhile is read at the next look.
        self._stamps = stamps
        self._checked = checked = checked_now(self._folder, self._bench)
        if checked.case is not None:
            self._store = refitted(self._store, self._case, checked.case, self._new_id)
            self._case = checked.case
        if checked.case is not None or self._case is None:
            self._conversation = self._converse(checked)
        return True

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


def _problem_message(problem: Problem) -> ProblemMessage:
    return ProblemMessage(
        file=problem.file,
        line=problem.line,
        path=problem.path,
        found=problem.fault,
        remedy=problem.remedy,
        rule=problem.rule,
        level=problem.level,
    )


def checked_now(folder: Path, bench: Bench) -> Checked:
    """The case in `folder` as it is checked now; not loaded where a file breaks while it is being checked."""
    try:
        return check_case(folder, bench)
    except ProblemsError as error:
        return Checked(folder, None, error.problems)


def file_stamps(folder: Path, bench: Bench, name: str) -> Stamps:
    """When each file of the case `name` in `folder`, of its key and its guide was changed, and its size."""
    files = [*folder.glob("*"), *bench.keys.glob(f"{name}.*"), *bench.guides.glob(f"{name}.*")]
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


def _forms(case: Case) -> Mapping[str, tuple[object, ...]]:
    # What a draft in the browser is made of: ids, not texts.
    return {decision.id: decision.draft() for _, decision in case.decisions()}


class PreviewPages:
    """The open pages, and what they are all told."""

    def __init__(self, desk: PreviewDesk) -> None:
        """Begin with no page open."""
        self.desk = desk
        self.open: set[PreviewSocket] = set()

    def look(self) -> None:
        """Look at the files, and tell every page where one has changed."""
        if self.desk.look():
            self.tell_all([*_for_player(self.desk.view), self.desk.problems])

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

    token: stands in the link, and then in a cookie.
    """

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def link(self) -> str:
        """The link that opens the preview."""
        return f"http://{HOST}:{self.port}/?token={self.token}"

    def is_opened_by(self, typed: str) -> bool:
        """Whether that is the token."""
        return hmac.compare_digest(typed.encode(), self.token.encode())

    def admit(self, handler: web.RequestHandler) -> None:
        """Give a browser that comes by the link its cookie. Raises HTTPError 403 for anybody else.

        So for a site whose name was pointed at this machine, too.
        """
        cookie = f"kasuslab_preview_{self.port}"  # cookies of one machine do not know its ports
        if handler.request.host not in own_hosts(self.port):
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
        if origin not in {f"http://{host}" for host in own_hosts(self._door.port)}:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)

    def open(self, *_args: str, **_kwargs: str) -> None:
        """Tell the new page what is wrong with the case; its player asks for the rest."""
        self._pages.open.add(self)
        self.tell(self._pages.desk.problems)

    def on_message(self, message: str | bytes) -> None:
        """Answer one message of the player's; what is shown now is shown on every page, in its language."""
        try:
            content = json_data(message)
        except ValueError:
            content = None
        for reply in self._pages.desk.answer(content):
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

    def initialize(self, name: str, door: PreviewDoor) -> None:
        """Keep what is told about the case. name: of its folder."""
        self._name, self._door = name, door

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
        self.finish(page_html(self._name))


def page_html(name: str) -> str:
    """The page of the case in the folder `name`."""
    template = page_environment(_PAGES).get_template("preview.html")
    return template.render(name=name, texts=read_catalogue(_TEXTS), terminal=TERMINAL)


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


def serve_preview(  # noqa: PLR0913 -- what the command line lets an author say
    folder: Path,
    port: int,
    bench: Bench,
    *,
    open_browser: bool,
    variant: str | None = None,
    ready: Callable[[str], None] = lambda url: print(f"ready {url}", flush=True),  # noqa: T201 -- the interface
) -> None:
    """Show the case in `folder` until Ctrl-C or SIGTERM; nothing is written.

    port: 0 takes a free one; bench: with what the case is checked at each save; variant: the one to
    play, each in turn where it is None; ready: told the link once it serves. Raises PreviewError
    where the port cannot be had, NoSuchVariantError.
    """
    sockets = _listening(port)
    door = PreviewDoor(sockets[0].getsockname()[1])
    desk = PreviewDesk(folder.resolve(), bench, variant=variant)
    with contextlib.ExitStack() as stack:

        def announce() -> None:
            ready(door.link)
            if open_browser:
                with contextlib.suppress(OSError):  # the link stands in the terminal
                    webbrowser.open(stack.enter_context(link_page(door)).as_uri())

        asyncio.run(_serve(desk, folder.resolve().name, sockets, door, announce))


def _listening(port: int) -> list[socket.socket]:
    try:
        return netutil.bind_sockets(port, HOST)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            remedy = f"Take another one (--port {port + 1}), or end what uses it."
            raise PreviewError(f"Port {port} is in use. {remedy}") from None
        reason = error.strerror or os.strerror(error.errno or 0)
        raise PreviewError(f"Port {port} cannot be used ({reason}). Take a free one: --port 0.") from None


async def _serve(
    desk: PreviewDesk,
    name: str,
    sockets: list[socket.socket],
    door: PreviewDoor,
    announce: Callable[[], None],
) -> None:
    pages = PreviewPages(desk)
    shared: dict[str, Any] = {"name": name, "door": door}
    files = "|".join(file.replace(".", r"\.") for file in _FILES)
    app = web.Application(
        [(r"/socket", PreviewSocket, {"pages": pages, "door": door}), (rf"/({files}|)", FileHandler, shared)],
        websocket_max_message_size=MAX_MESSAGE,
        log_function=lambda _: None,
    )
    server = httpserver.HTTPServer(app)
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

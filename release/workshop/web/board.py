"""The board: the facilitator's pages, and the projector's, which shows only what was sent to it.

Its cookie is its own: no seat opens the board, and the board opens no kernel.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast, get_args

from tornado import web

from release.settings import chosen_language
from release.workshop.hall.board_memory import BoardMemory, Projection
from release.workshop.web.board_door import COOKIE, MAX_PASSWORD, BoardDoor
from release.workshop.web.board_view import BoardView, ProjectorView, Spoken
from release.workshop.web.headers import ForeignPageError
from release.workshop.web.invitation import Invitation
from release.workshop.web.lobby import WorkshopPage
from release.workshop.web.page import LANGUAGE_ROUTE, PageHandler
from release.workshop.web.websocket import OPEN_PAGES, OpenPages
from release.workshop.wire import MOST_MINUTES, Pace, Request, RoomState, TallyAnswer
from release.workshop.writer_line import WriterSilentError
from scenarios.case import Case
from scenarios.directory.people import people_titles
from scenarios.directory.services import Directory, load_directory
from scenarios.language import SOURCE, Language, read_catalogue
from scenarios.library import case_folder
from scenarios.loader import load_case

BOARD = "kasuslab_board"
HOME = "/board"
TEXTS = Path(__file__).with_name("board.yaml")
_UI = "ui_"


@dataclass(slots=True)
class Board:
    """What the server knows of the board.

    folder, ids: the cases of the workshop; invite: how it is joined now; services: the file of its referral
    directory.
    """

    door: BoardDoor
    folder: Path
    ids: tuple[str, ...]
    invite: Callable[[], Invitation]
    services: Path | None = None
    _library: tuple[Mapping[str, Case], Directory] | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def spoken(self, language: Language) -> Spoken:
        """The cases in a language; they are read when the board is first opened. Raises ProblemsError."""
        async with self._lock:
            if self._library is None:
                self._library = await asyncio.to_thread(self._cases)
        return Spoken(*self._library, language)

    def _cases(self) -> tuple[Mapping[str, Case], Directory]:
        cases = {name: load_case(case_folder(name, self.folder)) for name in self.ids}
        return cases, load_directory(self.services) if self.services else load_directory()


class BoardPage(WorkshopPage):
    """What the pages of the board share: nobody sees one without its password."""

    may_be_framed = False

    @property
    def board(self) -> Board:
        """The board."""
        board: Board = self.settings[BOARD]
        return board

    @property
    def first_language(self) -> Language:
        """The language that the facilitator chose on this machine, else the lab's first."""
        return chosen_language() or SOURCE

    @property
    def token(self) -> str | None:
        """The cookie of this browser."""
        return self.get_cookie(COOKIE)

    async def prepare(self) -> None:
        """Refuse whoever does not know the password, and forms of other sites. Raises HTTPError 403."""
        PageHandler.prepare(self)
        if await self.session() is None:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)

    async def session(self) -> str | None:
        """The session of this browser; None where it has none, or was logged out, at whichever server."""
        session = self.board.door.session(self.token)
        return session if session is not None and session not in (await self.memory()).ended else None

    async def memory(self) -> BoardMemory:
        """What the board remembers. Raises HTTPError 503 where the writer does not say."""
        try:
            return await self.context.hall.board()
        except WriterSilentError:
            raise web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE) from None

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 -- as tornado has it
        """Say nothing but the status: a script asked, or a stranger; a refused form is told why."""
        if isinstance(kwargs.get("exc_info", (None, None))[1], ForeignPageError):
            super().write_error(status_code, **kwargs)
            return
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(HTTPStatus(status_code).phrase)

    def show(self, name: str, **values: object) -> None:
        """Send a page with the texts of the board."""
        texts, language = read_catalogue(TEXTS), self.language
        labels = {
            label.removeprefix(_UI): text[language] for label, text in texts.items() if label.startswith(_UI)
        }
        labels["people_titles"] = people_titles(language)
        super().show(name, b=lambda label: texts[label][language], labels=labels, **values)

    def show_login(self, *, wrong: str) -> None:
        """Send the form of the board's door; wrong: the name of a sentence about what was typed, or ""."""
        self.show("board_login.html", wrong=wrong, most_signs=MAX_PASSWORD)

    def send(self, data: BoardView | ProjectorView) -> None:
        """Send data to the page's script."""
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(data, ensure_ascii=False))

    async def tally(self, case: str | None, sectors: str | None) -> TallyAnswer:
        """What the writer counts. Raises HTTPError 503 where it cannot."""
        answer = await self.context.seating.writer.ask({"ask": "tally", "case": case, "sectors": sectors})
        if answer["answer"] != "tally":
            raise web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)
        return answer


class BoardDeed(BoardPage):
    """What the board does for the whole room."""

    async def discusses(self) -> bool:
        """Whether the workshop is in discussion mode: else there is nothing to do for the room."""
        workshop = await self.context.seating.writer.ask({"ask": "workshop"})
        return workshop["answer"] == "workshop" and workshop["mode"] == "discussion"

    async def change(self, request: Request) -> None:
        """Have the writer do it, and tell every page. Raises HTTPError 422 where it refuses, else 503."""
        answer = await self.context.seating.writer.ask(request)
        if answer["answer"] == "refused":
            raise web.HTTPError(HTTPStatus.UNPROCESSABLE_ENTITY)
        if answer["answer"] != "done":
            raise web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)
        pages: OpenPages = self.settings[OPEN_PAGES]
        pages.refresh()
        self.set_status(HTTPStatus.NO_CONTENT)


class BoardHandler(BoardPage):
    """The board itself, or its door."""

    async def prepare(self) -> None:
        """Let everybody come as far as the door."""
        PageHandler.prepare(self)

    async def get(self) -> None:
        """Show the board to whoever knows the password, and the form for it to everybody else."""
        if await self.session() is None:
            self.show_login(wrong="")
        else:
            self.show("board.html")


class BoardLoginHandler(BoardPage):
    """The form of the board's door."""

    async def prepare(self) -> None:
        """Let everybody try. Raises HTTPError 403 for a form of another site."""
        PageHandler.prepare(self)

    def get(self) -> None:
        """Lead to the form."""
        self.redirect(HOME)

    async def post(self) -> None:
        """Open the board to whoever types the password; after 5 wrong ones within a minute, say when."""
        door = self.board.door
        seconds = await self.context.hall.take("board", self.address, self.seat_id or "")
        if seconds:
            self.set_status(HTTPStatus.TOO_MANY_REQUESTS)
            self.set_header("Retry-After", str(seconds))
            self.show_login(wrong="login_too_many")
            return
        if not await asyncio.to_thread(door.opens, self.get_body_argument("password", "", strip=False)):
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            self.show_login(wrong="login_wrong")
            return
        await self.was_right("board")
        self.set_cookie(COOKIE, door.token(), path=HOME, httponly=True, samesite="Strict")
        self.redirect(HOME, status=HTTPStatus.SEE_OTHER)


class BoardLogoutHandler(BoardPage):
    """Leaving the board."""

    async def post(self) -> None:
        """End this session, and take what is shown from the projector."""
        session = await self.session()
        if session is not None:
            await self.context.hall.end_session(session)
        await self.context.hall.project(None)
        self.clear_cookie(COOKIE, path=HOME)
        self.redirect(HOME, status=HTTPStatus.SEE_OTHER)


class BoardLanguageHandler(PageHandler):
    """The language switch of the board."""

    def get(self, language: str) -> None:
        """Remember the language, and lead back."""
        self.switch_language(language, HOME)


class BoardDataHandler(BoardPage):
    """What the board shows now."""

    async def get(self) -> None:
        """Send the counts of the case that is open, and of one decision by sectors where it is asked for."""
        case, sectors = self.get_query_argument("kasus", ""), self.get_query_argument("sektor", "")
        spoken, tally = await self.board.spoken(self.language), await self.tally(case, sectors)
        invitation = await asyncio.to_thread(self.board.invite)
        view = spoken.board(tally, case, sectors, (await self.memory()).projection, invitation)
        view["refusals"] = (await self.context.hall.standing())["refusals"]
        self.send(view)


class BoardStateHandler(BoardDeed):
    """Opening, locking and revealing a decision for the room."""

    async def post(self) -> None:
        """Bring a decision into a state, and tell every page. Raises HTTPError 422 where that cannot be."""
        state = self.get_body_argument("state")
        if state not in get_args(RoomState) or not await self.discusses():
            raise web.HTTPError(HTTPStatus.UNPROCESSABLE_ENTITY)
        case, decision = self.get_body_argument("case"), self.get_body_argument("decision")
        await self.change(
            {
                "ask": "set_room",
                "case": case,
                "decision": decision,
                "state": cast("RoomState", state),
                "minutes": self._minutes(),
            }
        )

    def _minutes(self) -> int | None:
        """The minutes of the timer that was chosen, None for none. Raises HTTPError 422."""
        typed = self.get_body_argument("minutes", "")
        if not typed:
            return None
        if not (typed.isascii() and typed.isdecimal() and len(typed) < 3 and 0 < int(typed) <= MOST_MINUTES):  # noqa: PLR2004 -- digits
            raise web.HTTPError(HTTPStatus.UNPROCESSABLE_ENTITY)
        return int(typed)


class BoardPaceHandler(BoardDeed):
    """Having the room play one case alone, step by step, or all cases."""

    async def post(self) -> None:
        """Set the pace, and tell every page. Raises HTTPError 422 where that cannot be."""
        case, pace = self.get_body_argument("case", ""), self.get_body_argument("pace")
        if pace not in get_args(Pace) or not await self.discusses():
            raise web.HTTPError(HTTPStatus.UNPROCESSABLE_ENTITY)
        await self.change({"ask": "set_pace", "case": case, "pace": cast("Pace", pace)})


class BoardLiftHandler(BoardPage):
    """Letting those go on who were held up since somebody at their address tried too much."""

    async def post(self) -> None:
        """Begin every count of tries anew."""
        await self.context.hall.lift()
        self.set_status(HTTPStatus.NO_CONTENT)


class BoardShowHandler(BoardPage):
    """Sending a chart to the projector, or taking it away."""

    async def post(self) -> None:
        """Send a decision, or nothing where none is named. Raises HTTPError 422 for what no case has."""
        name, decision_id = self.get_body_argument("case", ""), self.get_body_argument("decision", "")
        if not name:
            await self.context.hall.project(None)
        else:
            case = (await self.board.spoken(self.language)).cases.get(name)
            decision = case.decision(decision_id) if case else None
            # What people wrote is never projected.
            if decision is None or decision.is_free_text:
                raise web.HTTPError(HTTPStatus.UNPROCESSABLE_ENTITY)
            by_sectors = self.get_body_argument("sectors", "") == "1"
            await self.context.hall.project(Projection(name, decision_id, by_sectors))
        self.set_status(HTTPStatus.NO_CONTENT)


class ProjectorHandler(BoardPage):
    """The page for the projector."""

    async def prepare(self) -> None:
        """Lead whoever does not know the password to the door."""
        PageHandler.prepare(self)

    async def get(self) -> None:
        """Show the page; its script asks for what was sent to it."""
        if await self.session() is None:
            self.redirect(HOME)
        else:
            self.show("board_projector.html")


class ProjectorDataHandler(BoardPage):
    """What the projector shows now."""

    async def get(self) -> None:
        """Send what was sent to the projector, or else how the workshop is joined."""
        projection, chart = (await self.memory()).projection, None
        case = projection.case if projection else None
        tally = await self.tally(case, projection.decision if projection and projection.sectors else None)
        if projection is not None:
            chart = (await self.board.spoken(self.language)).projector(tally, projection)
        closed = tally["closed"] is not None
        join = None if chart or closed else (await asyncio.to_thread(self.board.invite)).view()
        self.send({"shown": chart, "join": join, "seats": tally["seats"], "closed": closed})


BOARD_ROUTES: list[Any] = [
    (rf"{HOME}/?", BoardHandler),
    (rf"{HOME}/masuk", BoardLoginHandler),
    (rf"{HOME}/keluar", BoardLogoutHandler),
    (f"{HOME}{LANGUAGE_ROUTE}", BoardLanguageHandler),
    (rf"{HOME}/data\.json", BoardDataHandler),
    (rf"{HOME}/room", BoardStateHandler),
    (rf"{HOME}/pace", BoardPaceHandler),
    (rf"{HOME}/show", BoardShowHandler),
    (rf"{HOME}/lift", BoardLiftHandler),
    (rf"{HOME}/projector", ProjectorHandler),
    (rf"{HOME}/projector\.json", ProjectorDataHandler),
]

"""The start page: a small server for this machine's facilitator alone, where all is done by buttons.

It listens on 127.0.0.1. The file that leads to it opens it and leaves a cookie, and so does, once, the link
that the terminal shows; a form is taken from this page alone. One start page runs on a data folder: a second
start leads to the first.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import os
import secrets
import socket
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeAlias

from filelock import FileLock, Timeout
from tornado import web
from tornado.httpserver import HTTPServer

from release.processes import ended_by_signal
from release.settings import chosen_language, settle_language, workshop_folder
from release.workshop.data_folder import (
    exports_of,
    keep_to_oneself,
    own_folder,
    start_link_of,
    start_lock_of,
)
from release.workshop.desk.desk import Desk, failure_notice, notice_of
from release.workshop.desk.form import TEXTS, Form, playable_cases
from release.workshop.desk.notice import Notice
from release.workshop.desk.start_door import StartDoor, keep_door, read_door
from release.workshop.desk.start_page import page_values
from release.workshop.failure import WorkshopRefusedError
from release.workshop.serve.network import LOOPBACK, listening
from release.workshop.web.assets import ASSETS, PAGES, ROUTE, Asset, AssetHandler, read_assets
from release.workshop.web.page import TEMPLATES, PageHandler, Templates, page_environment
from release.workshop.web.page import TEXTS as WORKSHOP_TEXTS
from release.workshop.writer.sweep import sweep_hourly
from release.workshop.writer.workshops import workshop_named
from release.zipped_folder import zipped_folder
from scenarios.documents.problem import BadInputError
from scenarios.language import LANGUAGES, SOURCE, Catalogue, Language, read_catalogue
from widgets.view import TEXTS as WIDGET_TEXTS

START = "kasuslab_start"
MAX_BODY = 64 * 1024
NAME = r"(workshop-[0-9-]{1,60})"
COOKIE_DAYS = 30
# The reports of a workshop, by the word in their address.
REPORTS = {"laporan": "report.html", "sementara": "sementara.html"}


@dataclass(slots=True)
class StartContext:
    """What the start page's handlers share.

    token: opens the page once; message: the last deed's notice; rooms: the addresses of other rooms' pages.
    """

    desk: Desk
    door: StartDoor
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    message: Notice | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    rooms: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """The link that opens the page once."""
        return f"{self.door.address}?token={self.token}"

    @property
    def cookie(self) -> str:
        """The name of the cookie: cookies of one machine do not know its ports."""
        return f"kasuslab_start_{self.door.port}"

    async def do(self, deed: Callable[[], Notice]) -> None:
        """Do one thing at a time, and keep its notice for the next page."""
        async with self.turn:
            self.message = await asyncio.to_thread(notice_of, deed)


@dataclass(frozen=True, slots=True)
class DeskRoom:
    """More pages behind the start page's door.

    address: of its first page; name: of the sentence that leads there; texts: its sentences; pages: where its
    templates stand; assets: its scripts and stylesheets by name; routes: its addresses, all below the first;
    settings: what its handlers share; end: ends whatever it has started; page_of: the address of its page on
    a course, None where it has none.
    """

    address: str
    name: str
    texts: Catalogue
    pages: Path
    assets: Mapping[str, Asset]
    routes: Sequence[tuple[str, type[web.RequestHandler]]]
    settings: Mapping[str, object]
    end: Callable[[], None] = lambda: None
    page_of: Callable[[Path], str] | None = None


RoomOf: TypeAlias = Callable[[Desk], DeskRoom]


class StartPage(PageHandler):
    """What the start page's addresses share: they are open to the facilitator's own browser alone."""

    @property
    def language(self) -> Language:
        """The language that was chosen on this machine, the terminal's too; before that the lab's first."""
        return chosen_language(self.context.desk.environ) or SOURCE

    @property
    def context(self) -> StartContext:
        """What the start page's handlers share."""
        context: StartContext = self.settings[START]
        return context

    def choose_language(self, language: Language) -> None:
        """Have this machine speak a language: its pages, and the window, which says once more what it is for.

        Raises SettingsError.
        """
        environ = self.context.desk.environ
        settle_language(language, environ)
        _tell("start_end", environ=environ)

    def prepare(self) -> None:
        """Let in the facilitator's own browser alone. Raises HTTPError 403."""
        context = self.context
        hosts = {f"{LOOPBACK}:{context.door.port}", f"localhost:{context.door.port}"}
        cookie = self.get_cookie(context.cookie) or ""
        if self.request.host not in hosts or not self.admitted(cookie):
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        if self.request.method == "POST" and self.request.headers.get("Origin") not in self.origins():
            raise web.HTTPError(HTTPStatus.FORBIDDEN)

    def origins(self) -> tuple[str, ...]:
        """Whose forms are taken: this page's own."""
        return (f"http://{self.request.host}",)

    def admitted(self, cookie: str) -> bool:
        """Whether this browser has opened the page by its link."""
        return self.has_key(cookie)

    def has_key(self, typed: str) -> bool:
        """Whether that is the key."""
        return hmac.compare_digest(typed.encode(), self.context.door.key.encode())

    def give_cookie(self) -> None:
        """Let this browser in, until long after it was closed."""
        context = self.context
        self.set_cookie(
            context.cookie, context.door.key, httponly=True, samesite="Strict", expires_days=COOKIE_DAYS
        )

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 -- as tornado has it
        """Say how the page is opened, or that there is nothing here."""
        reason = "start_shut" if status_code == HTTPStatus.FORBIDDEN else "start_nothing"
        self.show("start_shut.html", reason=reason)

    def back(self) -> None:
        """Lead back to the page, to its notice."""
        self.redirect("/#said", status=HTTPStatus.SEE_OTHER)


class FirstPageHandler(StartPage):
    """The page itself."""

    def admitted(self, cookie: str) -> bool:
        """Whether this browser has opened the page, or opens it now."""
        return super().admitted(cookie) or self._opens()

    async def get(self) -> None:
        """Show the page; a browser that comes by the link gets its cookie first."""
        context = self.context
        if self._opens():
            context.token = ""
            self.give_cookie()
            self.redirect("/", status=HTTPStatus.SEE_OTHER)
            return
        message, context.message = context.message, None
        course = self.get_query_argument("kursus", "")
        values = await asyncio.to_thread(page_values, context.desk, message, self.language, course)
        self.show("start.html", **values)

    def _opens(self) -> bool:
        token = self.get_query_argument("token", "")
        return bool(self.context.token) and hmac.compare_digest(token.encode(), self.context.token.encode())


class KeyHandler(StartPage):
    """Where the file leads that stands on this machine alone."""

    def admitted(self, cookie: str) -> bool:
        """Whether this browser brings the key."""
        return super().admitted(cookie) or self.has_key(self.get_body_argument("key", ""))

    def origins(self) -> tuple[str, ...]:
        """A file has no origin; that of this page is its own."""
        return ("null", *super().origins())

    def post(self) -> None:
        """Let the browser in. Its cookie is sent only from a page of ours: so one leads to the page."""
        self.give_cookie()
        self.show("start_open.html")


class DeedHandler(StartPage):
    """The buttons. Each brings the whole form along, so that nothing that was typed is lost."""

    async def post(self, deed: str) -> None:
        """Do what a button says, then lead back."""
        desk, name, form = self.context.desk, self._word("name"), self._form()
        self._keep(form)
        with_saved = partial(desk.with_saved, form)
        deeds: Mapping[str, Callable[[], Notice]] = {
            "rencana": partial(desk.settle, form or Form()),
            "periksa": partial(with_saved, desk.check_room),
            "jalan": partial(with_saved, desk.run),
            "terapkan": partial(with_saved, desk.run_anew),
            "henti": desk.stop,
            "jeda": partial(desk.pause, name),
            "lanjut": partial(desk.go_on, name),
            "sementara": partial(desk.report, name),
            "tutup": partial(desk.close, name),
            "bukalagi": partial(desk.open_again, name),
            "hapus": partial(desk.delete, name, sure=name in self.get_body_arguments("sure")),
        }
        if deed == "tutup" and self._word("sure") != name:
            self.redirect(f"/tutup/{name}", status=HTTPStatus.SEE_OTHER)
            return
        await self.context.do(deeds[deed])
        self.back()

    def _keep(self, form: Form | None) -> None:
        desk = self.context.desk
        if form is not None:
            with contextlib.suppress(BadInputError):  # the page itself says what cannot be read
                desk.draft = None if form.says(desk.saved) else form

    def _form(self) -> Form | None:
        if not self.get_body_arguments("port"):  # it is sent with each form, even where no address is chosen
            return None
        cases = tuple(self.get_body_arguments("case"))
        variants = tuple(filter(None, self.get_body_arguments("variant")))
        word = self._word
        typed = (word("mode"), word("seats"), word("days"), word("address"), word("port"))
        wifi = (word("wifi_name"), word("wifi_password"))
        rest = (
            word("person"),
            word("title"),
            word("zone"),
            *wifi,
            word("course"),
            word("team_size"),
            word("test"),
        )
        form = Form(cases, *typed, variants, *rest).by_its_course()
        desk = self.context.desk
        # What runs has followed its network, and the page has said so; an address to run at is her choice.
        return desk.with_address(form) if desk.runs else form

    def _word(self, name: str) -> str:
        return self.get_body_argument(name, "").strip()


class ChoiceHandler(DeedHandler):
    """Buttons that change the page alone: all cases, none, another language."""

    async def post(self, deed: str) -> None:
        """Change it, and lead back with all that was typed."""
        choice, form = deed, self._form()
        if form is not None and not form.course and choice in {"semua", "kosong"}:
            form = replace(form, cases=tuple(playable_cases()) if choice == "semua" else ())
        self._keep(form)
        if choice in LANGUAGES:
            try:
                self.choose_language(choice)
            except BadInputError as error:
                self.context.message = failure_notice(error)
        self.redirect("/#h-kasus" if choice in {"semua", "kosong"} else "/", status=HTTPStatus.SEE_OTHER)


class WayOutHandler(DeedHandler):
    """A way to another page: what was typed is still here when one comes back."""

    async def post(self) -> None:  # type: ignore[override]
        """Keep it, and lead on."""
        self._keep(self._form())
        to = self._word("to")
        is_ours = any(to == room or to.startswith(f"{room}/") for room in self.context.rooms)
        self.redirect(to if is_ours else "/", status=HTTPStatus.SEE_OTHER)


class SheetHandler(DeedHandler):
    """The join sheet."""

    async def post(self) -> None:  # type: ignore[override]
        """Keep what stands in the form, so that the sheet shows it, then show the sheet."""
        desk, form = self.context.desk, self._form()
        saved = await asyncio.to_thread(desk.settle, form) if form is not None else None
        if saved is not None and saved.level == "bad":
            self.context.message = saved
            self.back()
            return
        self.redirect("/lembar", status=HTTPStatus.SEE_OTHER)

    async def get(self) -> None:
        """Show the sheet of the workshop that runs, or would."""
        desk = self.context.desk
        announcement = await asyncio.to_thread(lambda: desk.announcement)
        values = {"invitation": announcement.invitation, "person": desk.person}
        self.show("join_sheet.html", **values)


class CloseHandler(StartPage):
    """The question before a workshop is closed."""

    async def get(self, name: str) -> None:
        """Ask, and say what ends. Raises HTTPError 404."""
        desk = self.context.desk
        try:
            workshop = await asyncio.to_thread(workshop_named, desk.url, name)
        except BadInputError:
            raise web.HTTPError(HTTPStatus.NOT_FOUND) from None
        self.show("start_close.html", workshop=workshop, has_cards=desk.plan.course is not None)


class AnnouncementHandler(StartPage):
    """How phones join now: the part of the page that changes by itself."""

    async def get(self) -> None:
        """Send that part. Raises HTTPError 404 where no workshop runs."""
        desk = self.context.desk
        if not desk.runs:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        announcement = await asyncio.to_thread(lambda: desk.announcement)
        values = {"running": desk.open_workshop(), "password": desk.password, "carried": desk.plan.course}
        self.show("start_join.html", announcement=announcement, **values)


class ReportHandler(StartPage):
    """What closing a workshop left: its report, and all of it as one file; and the report before that."""

    async def get(self, name: str, kind: str) -> None:
        """Send it. Raises HTTPError 404."""
        folder = exports_of(self.context.desk.data) / name
        file = folder / REPORTS.get(kind, "decisions.csv")
        if not file.is_file():
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        if kind in REPORTS:
            self.set_header(
                "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"
            )
            self.finish(file.read_bytes())
            return
        self.set_header("Content-Type", "application/zip")
        self.set_header("Content-Disposition", f'attachment; filename="{name}.zip"')
        self.finish(await asyncio.to_thread(zipped_folder, folder, name))


class MissingHandler(StartPage):
    """Any other address."""

    def prepare(self) -> None:
        """There is nothing here. Raises HTTPError 404."""
        raise web.HTTPError(HTTPStatus.NOT_FOUND)


def start_app(
    desk: Desk, door: StartDoor, templates: Templates, rooms: Sequence[DeskRoom] = ()
) -> tuple[web.Application, StartContext]:
    """The start page's application behind a door, and what its handlers share."""
    context = StartContext(desk, door, rooms=tuple(room.address for room in rooms))
    deeds = "rencana|periksa|jalan|terapkan|henti|jeda|lanjut|sementara|tutup|bukalagi|hapus"
    app = web.Application(
        [
            (r"/", FirstPageHandler),
            (r"/buka", KeyHandler),
            (rf"/({deeds})", DeedHandler),
            (rf"/pilih/(semua|kosong|{'|'.join(LANGUAGES)})", ChoiceHandler),
            (r"/ke", WayOutHandler),
            (r"/lembar", SheetHandler),
            (r"/undangan", AnnouncementHandler),
            (rf"/tutup/{NAME}", CloseHandler),
            (rf"/lokakarya/{NAME}/(laporan|sementara|semua)", ReportHandler),
            (ROUTE, AssetHandler),
            *(route for room in rooms for route in room.routes),
        ],
        default_handler_class=MissingHandler,
        log_function=lambda _handler: None,
    )
    app.settings |= {START: context, TEMPLATES: templates, ASSETS: templates.assets}
    for room in rooms:
        app.settings |= room.settings
    return app, context


def serve_start(  # noqa: PLR0913 -- each by its name
    data: Path | None,
    *,
    open_browser: bool,
    options: Mapping[str, object] | None = None,
    environ: Mapping[str, str] = os.environ,
    rooms: Sequence[RoomOf] = (),
    ready: Callable[[str], None] = lambda link: print(f"start {link}", flush=True),  # noqa: T201 -- the interface
) -> None:
    """Serve the start page until Ctrl-C, SIGTERM or the end of its window; what it runs ends with it.

    Where one runs on this data already, lead to that one instead. data: see `workshop_folder`; options:
    see `Desk`; rooms: more pages behind the same door; ready: called with the link once the page is there.
    Raises BadInputError.
    """
    keep_to_oneself()
    place = own_folder((data or workshop_folder(environ)).resolve())
    try:
        with FileLock(start_lock_of(place), timeout=0):
            desk = Desk.at(place, environ, options)
            _serve_first(desk, [room(desk) for room in rooms], ready, open_browser=open_browser)
    except Timeout:
        if options:
            raise WorkshopRefusedError(window_text("start_second_options", environ)) from None
        _tell("start_second", environ=environ)
        ready(read_door(place).address)
        if open_browser:
            webbrowser.open(start_link_of(place).as_uri())


def _serve_first(
    desk: Desk, rooms: Sequence[DeskRoom], ready: Callable[[str], None], *, open_browser: bool
) -> None:
    templates = _templates(rooms)
    before = read_door(desk.data)
    with _listening(before.port) as listener:
        door = before.model_copy(update={"port": listener.getsockname()[1]})
        keep_door(desk.data, door, lambda one: templates.page("start_link.html", SOURCE, door=one))
        app, context = start_app(desk, door, templates, rooms)
        try:
            asyncio.run(_serve(app, context, listener, ready, open_browser=open_browser))
        finally:
            for room in rooms:
                room.end()


def _templates(rooms: Sequence[DeskRoom]) -> Templates:
    texts = {**read_catalogue(WIDGET_TEXTS), **read_catalogue(WORKSHOP_TEXTS), **read_catalogue(TEXTS)}
    assets = {**read_assets()}
    for room in rooms:
        texts |= room.texts
        assets |= room.assets
    shared = {
        "rooms": [("/", "start_room"), *((room.address, room.name) for room in rooms)],
        "page_of": next((room.page_of for room in rooms if room.page_of is not None), None),
    }
    environment = page_environment(PAGES, *(room.pages for room in rooms))
    return Templates(texts, assets, shared, environment)


def _listening(port: int) -> socket.socket:
    """A socket where the page stood before, so that its addresses hold, or at a free port."""
    full = read_catalogue(WORKSHOP_TEXTS)["lobby_full"]
    try:
        return listening(port, LOOPBACK, full)
    except WorkshopRefusedError:
        return listening(0, LOOPBACK, full)


async def _serve(
    app: web.Application,
    context: StartContext,
    listener: socket.socket,
    ready: Callable[[str], None],
    *,
    open_browser: bool,
) -> None:
    desk = context.desk
    server = HTTPServer(app, max_body_size=MAX_BODY)
    server.add_socket(listener)
    ended = ended_by_signal()
    sweeping = asyncio.create_task(sweep_hourly(partial(asyncio.to_thread, desk.sweep)))
    try:
        _tell("start_end", "start_link", environ=desk.environ)
        ready(context.link)
        if open_browser:
            webbrowser.open(start_link_of(desk.data).as_uri())
        await ended.wait()
    finally:
        sweeping.cancel()
        server.stop()
        await asyncio.to_thread(desk.stop)
        await server.close_all_connections()


def window_text(name: str, environ: Mapping[str, str]) -> str:
    """A sentence as the window says it: in the language chosen on this machine, in each while none is."""
    text, chosen = read_catalogue(TEXTS)[name], chosen_language(environ)
    return text.joined("\n") if chosen is None else text[chosen]


def _tell(*names: str, environ: Mapping[str, str]) -> None:
    for name in names:
        print(window_text(name, environ), flush=True)  # noqa: T201 -- for whoever sees a terminal

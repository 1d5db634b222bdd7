"""The start page: a small server for this machine's facilitator alone, where all is done by buttons.

It listens on 127.0.0.1. Its link opens it once and leaves a cookie; a form is taken from this page alone.
"""

from __future__ import annotations

import asyncio
import hmac
import io
import os
import re
import secrets
import socket
import webbrowser
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tornado import web
from tornado.httpserver import HTTPServer

from release.processes import ended_by_signal
from release.settings import MAX_PERSON
from release.workshop.data_folder import exports_of, keep_to_oneself
from release.workshop.desk.desk import TEXTS, Desk, Form, bounds_of_form, notice_of
from release.workshop.desk.notice import Notice, notice
from release.workshop.serve.network import LOOPBACK, addresses, listening, reached_by_others
from release.workshop.web.assets import ASSETS, ROUTE, AssetHandler, read_assets
from release.workshop.web.invitation import Invitation
from release.workshop.web.page import LANGUAGE_ROUTE, TEMPLATES, PageHandler, Templates
from release.workshop.web.page import TEXTS as WORKSHOP_TEXTS
from release.workshop.writer.sweep import sweep_hourly
from scenarios.documents.problem import BadInputError
from scenarios.language import SOURCE, Language, read_catalogue
from scenarios.library import CASES, case_folder, practice_ids
from scenarios.loader import load_case
from widgets.view import TEXTS as WIDGET_TEXTS

START = "kasuslab_start"
MAX_BODY = 64 * 1024
NAME = r"(workshop-[0-9-]{1,60})"


@dataclass(slots=True)
class StartContext:
    """What the start page's handlers share. token: opens the page once; key: the value of its cookie."""

    desk: Desk
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    message: Notice | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def link(self) -> str:
        """The link that opens the page once."""
        return f"http://{LOOPBACK}:{self.port}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """The name of the cookie: cookies of one machine do not know its ports."""
        return f"kasuslab_start_{self.port}"

    async def do(self, deed: Callable[[], Notice]) -> None:
        """Do one thing at a time, and keep its notice for the next page."""
        async with self.turn:
            self.message = await asyncio.to_thread(notice_of, deed)


class StartPage(PageHandler):
    """What the start page's addresses share: they are open to the facilitator's own browser alone."""

    language_cookie = "kasuslab_start_language"

    @property
    def context(self) -> StartContext:
        """What the start page's handlers share."""
        context: StartContext = self.settings[START]
        return context

    def prepare(self) -> None:
        """Let in the facilitator's own browser alone. Raises HTTPError 403."""
        context = self.context
        hosts = {f"{LOOPBACK}:{context.port}", f"localhost:{context.port}"}
        cookie = self.get_cookie(context.cookie) or ""
        if self.request.host not in hosts or not self.admitted(cookie):
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        origin = self.request.headers.get("Origin")
        if self.request.method == "POST" and origin != f"http://{self.request.host}":
            raise web.HTTPError(HTTPStatus.FORBIDDEN)

    def admitted(self, cookie: str) -> bool:
        """Whether this browser has opened the page by its link."""
        return hmac.compare_digest(cookie.encode(), self.context.key.encode())

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 -- as tornado has it
        """Say how the page is opened, or that there is nothing here."""
        self.show(
            "start_shut.html", reason="start_shut" if status_code == HTTPStatus.FORBIDDEN else "start_nothing"
        )

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
            self.set_cookie(context.cookie, context.key, httponly=True, samesite="Strict")
            self.redirect("/", status=HTTPStatus.SEE_OTHER)
            return
        values = await asyncio.to_thread(page_values, context, self.language)
        self.show("start.html", **values)

    def _opens(self) -> bool:
        token = self.get_query_argument("token", "")
        return bool(self.context.token) and hmac.compare_digest(token.encode(), self.context.token.encode())


class DeedHandler(StartPage):
    """The buttons."""

    async def post(self, deed: str) -> None:
        """Do what a button says, then lead back."""
        desk, word = self.context.desk, self._word
        deeds: Mapping[str, Callable[[], Notice]] = {
            "orang": partial(desk.name_person, word("person")),
            "rencana": partial(desk.settle, self._form()),
            "periksa": desk.check_room,
            "jalan": desk.run,
            "henti": desk.stop,
            "tutup": partial(desk.close, word("name")),
            "hapus": partial(desk.delete, word("name"), sure=word("sure") == "ya"),
        }
        await self.context.do(deeds[deed])
        self.back()

    def _form(self) -> Form:
        cases = tuple(self.get_body_arguments("case"))
        variants = tuple(filter(None, self.get_body_arguments("variant")))
        word = self._word
        typed = (word("mode"), word("seats"), word("days"), word("address"), word("port"))
        return Form(cases, *typed, variants)

    def _word(self, name: str) -> str:
        return self.get_body_argument(name, "")


class StartLanguageHandler(StartPage):
    """The language switch."""

    def get(self, language: str) -> None:
        """Remember the language."""
        self.switch_language(language, "/", samesite="Strict")


class SheetHandler(StartPage):
    """The join sheet."""

    async def get(self) -> None:
        """Show the sheet of the workshop that runs, or would."""
        desk = self.context.desk
        invitation = await asyncio.to_thread(invitation_of, desk)
        values = {"invitation": invitation, "person": desk.person}
        self.finish(self.templates.page("join_sheet.html", SOURCE, **values))


class ReportHandler(StartPage):
    """What closing a workshop left: its report, and all of it as one file."""

    async def get(self, name: str, kind: str) -> None:
        """Send it. Raises HTTPError 404."""
        folder = exports_of(self.context.desk.data) / name
        file = folder / "report.html"
        if not folder.is_dir() or (kind == "laporan" and not file.is_file()):
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        if kind == "laporan":
            self.set_header(
                "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"
            )
            self.finish(file.read_bytes())
            return
        self.set_header("Content-Type", "application/zip")
        self.set_header("Content-Disposition", f'attachment; filename="{name}.zip"')
        self.finish(await asyncio.to_thread(packed, folder))


def packed(folder: Path) -> bytes:
    """All files of a folder as a ZIP archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.is_symlink():
                zipped.write(file, Path(folder.name) / file.relative_to(folder))
    return archive.getvalue()


def invitation_of(desk: Desk) -> Invitation:
    """How the workshop is joined that runs, or would run by the plan."""
    plan = desk.plan
    scheme = "https" if plan.certificate else "http"
    url = desk.child.url if desk.child is not None else f"{scheme}://{plan.host}:{plan.port}/"
    address = re.sub(r"^https?://|:\d+/$", "", url)
    return Invitation(url, desk.current().code if reached_by_others(address) else "")


def page_values(context: StartContext, language: Language) -> dict[str, object]:
    """What the page shows now. The notice of the last deed is shown once."""
    desk = context.desk
    ended = desk.ended_by_itself()
    message, context.message = ended or context.message, None
    try:
        workshops, person = desk.workshops(), desk.person
    except BadInputError as error:
        workshops, person = (), ""
        message = notice(TEXTS, "bad", "start_failed", detail=str(error))
    running = workshops[0] if desk.runs and workshops else None
    exports = exports_of(desk.data)
    return {
        "message": message,
        "person": person,
        "most_signs": MAX_PERSON,
        "plan": desk.plan,
        "digits": lambda option: len(str(bounds_of_form(option)[1])),
        "cases": [load_case(case_folder(name, CASES)).in_language(language) for name in practice_ids()],
        "addresses": addresses(),
        "findings": desk.findings,
        "running": running,
        "invitation": invitation_of(desk) if running is not None else None,
        "password": desk.password,
        "workshops": workshops,
        "exported": {workshop.name for workshop in workshops if (exports / workshop.name).is_dir()},
        "reported": {
            workshop.name for workshop in workshops if (exports / workshop.name / "report.html").is_file()
        },
    }


def start_app(desk: Desk, port: int) -> tuple[web.Application, StartContext]:
    """The start page's application on `port`, and what its handlers share."""
    texts = {**read_catalogue(WIDGET_TEXTS), **read_catalogue(WORKSHOP_TEXTS), **read_catalogue(TEXTS)}
    templates, context = Templates(texts, read_assets()), StartContext(desk, port)
    app = web.Application(
        [
            (r"/", FirstPageHandler),
            (r"/(orang|rencana|periksa|jalan|henti|tutup|hapus)", DeedHandler),
            (LANGUAGE_ROUTE, StartLanguageHandler),
            (r"/lembar", SheetHandler),
            (rf"/lokakarya/{NAME}/(laporan|semua)", ReportHandler),
            (ROUTE, AssetHandler),
        ],
        default_handler_class=MissingHandler,
        log_function=lambda _handler: None,
    )
    app.settings |= {START: context, TEMPLATES: templates, ASSETS: templates.assets}
    return app, context


class MissingHandler(StartPage):
    """Any other address."""

    def prepare(self) -> None:
        """There is nothing here. Raises HTTPError 404."""
        raise web.HTTPError(HTTPStatus.NOT_FOUND)


def serve_start(
    data: Path | None,
    *,
    open_browser: bool,
    files: Mapping[str, Path] | None = None,
    environ: Mapping[str, str] = os.environ,
    ready: Callable[[str], None] = lambda link: print(f"start {link}", flush=True),  # noqa: T201 -- the interface
) -> None:
    """Serve the start page until Ctrl-C or SIGTERM; the workshop that it runs ends with it.

    data: see `workshop_folder`; files: see `Desk`; ready: called with the link once the page is there.
    """
    keep_to_oneself()
    with listening(0, LOOPBACK, read_catalogue(WORKSHOP_TEXTS)["lobby_full"]) as listener:
        asyncio.run(_serve(Desk.at(data, environ, files), listener, ready, open_browser=open_browser))


async def _serve(
    desk: Desk, listener: socket.socket, ready: Callable[[str], None], *, open_browser: bool
) -> None:
    app, context = start_app(desk, listener.getsockname()[1])
    server = HTTPServer(app, max_body_size=MAX_BODY)
    server.add_socket(listener)
    ended = ended_by_signal()
    sweeping = asyncio.create_task(sweep_hourly(partial(asyncio.to_thread, desk.sweep)))
    try:
        for name in ("start_link", "start_end"):
            print(read_catalogue(TEXTS)[name].joined("\n"))  # noqa: T201 -- for whoever sees a terminal
        ready(context.link)
        if open_browser:
            webbrowser.open(context.link)
        await ended.wait()
    finally:
        sweeping.cancel()
        server.stop()
        await asyncio.to_thread(desk.stop)
        await server.close_all_connections()

"""The workshop from start to end: the writer, the server, and a sentence where either cannot start."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hmac
import logging
import os
import secrets
import socket
import ssl
import sys
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from release.lms.addresses import ToolAddress
from release.lms.tool_keys import KEYS_FILE, ToolKeys, shared_keys, tool_keys
from release.processes import ended_by_signal
from release.settings import SettingsError, named_person, settings_file, workshop_folder
from release.workshop.carried_course import read_carried_course
from release.workshop.data_folder import database_of, lock_of, seal_of
from release.workshop.failure import WorkshopRefusedError, failure_sentence
from release.workshop.hall.hall_access import HallAccess
from release.workshop.hall_wire import NewsItem
from release.workshop.kernels.capacity import (
    Capacity,
    capacity_of,
    measured,
    room_line,
    settled_seats,
)
from release.workshop.lms_wire import ActivitiesAnswer
from release.workshop.log import FORM as LOG_FORM
from release.workshop.log import LOG, tell_the_time
from release.workshop.plan import WorkshopPlan
from release.workshop.seats.door import Door
from release.workshop.seats.seat import load_words, maker_in, secret_in, shared_secret
from release.workshop.seats.seating import Seating
from release.workshop.seats.teams import Teams
from release.workshop.serve.link import WriterFailedError, WriterLink
from release.workshop.serve.network import Whereabouts, is_open_to_others, listening, url_host
from release.workshop.serve.run_folder import run_folder
from release.workshop.serve.tls import load_tls
from release.workshop.web.app import NOTEBOOK, WorkshopApp, jupyter_config, services_file
from release.workshop.web.assets import read_assets
from release.workshop.web.board import Board
from release.workshop.web.board_door import ENVIRONMENT as BOARD_PASSWORD
from release.workshop.web.board_door import BoardDoor, drawn_password
from release.workshop.web.invitation import Invitation, Wifi
from release.workshop.web.lms.class_papers import ClassPapers
from release.workshop.web.lms.fetch import WebFetch
from release.workshop.web.lms.grade_sender import GradeSender
from release.workshop.web.lms.key_sets import KeySets
from release.workshop.web.lms.lms_context import LmsContext
from release.workshop.web.monitor.monitor_door import Monitor
from release.workshop.web.page import TEXTS, Templates
from release.workshop.web.record_store.learning_store import ENVIRONMENT as RECORD_STORE
from release.workshop.web.record_store.learning_store import LearningStore, login_in
from release.workshop.web.record_store.statement_sender import StatementSender
from release.workshop.web.workshop_context import WorkshopContext, no_activities
from release.workshop.wire import Address
from release.workshop.writer_config import WriterConfig
from release.workshop.writer_line import WriterSilentError
from scenarios.directory.overlay import directory_with
from scenarios.documents.problem import Problem
from scenarios.language import SOURCE, read_catalogue
from scenarios.library import CASES, practice_ids

# How soon phones are told that the workshop is paused, goes on, or is closed.
STATE_SECONDS = 2.0
# How soon the console is told that the address has changed.
MOVE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Places:
    """Where a workshop keeps things: its data, and a private folder for as long as it runs."""

    data: Path
    run: Path

    @property
    def address(self) -> Address:
        """Where its writer is to listen."""
        if hasattr(socket, "AF_UNIX"):
            return Address(path=self.run / "writer")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return Address(port=free.getsockname()[1])


def serve(
    plan: WorkshopPlan,
    *,
    open_browser: bool = False,
    cases_folder: Path = CASES,
    environ: Mapping[str, str] = os.environ,
    ready: Callable[[str], None] = lambda url: print(f"ready {url}", flush=True),  # noqa: T201 -- the interface
) -> None:
    """Serve the workshop until Ctrl-C or SIGTERM, and leave no process behind.

    What the plan leaves open: the person, see `named_person`; the data folder, see `workshop_folder`; the
    database, SQLite in that folder; the cases, all for practice in `cases_folder`; the services, the
    library's; the seats, as many as the machine holds; the code, asked where others reach it; the
    mode and the days, as the database has them; the board's password, that of the environment, or else drawn
    and printed once; the key, in the certificate's file. ready: called with the address once it serves.
    Raises BadInputError, a WorkshopRefusedError among them, where the workshop cannot start.
    """
    tell_the_time("server", environ.get(LOG_FORM))
    course = read_carried_course(plan.course) if plan.course else None
    if course is not None:
        plan = course.settled(plan)
    services = (
        course.directory()
        if course is not None and plan.services is None
        else directory_with(plan.services, _to_console)
    )
    try:
        spoken = course.card.person if course is not None else None
        person = named_person(plan.person or spoken, settings_file(environ))
    except SettingsError as error:
        raise WorkshopRefusedError(*error.args) from None
    password = plan.board_password.get_secret_value() if plan.board_password else environ.get(BOARD_PASSWORD)
    if password:
        BoardDoor.of(password)  # one that is too short is refused before anything begins
    # One without a login is refused before anything begins.
    _record_store(plan, environ, (plan.data or workshop_folder(environ)).resolve())
    if plan.lms and plan.lms_folder:
        _keys_of(plan.lms_folder)  # so is a folder that lacks a key
    shared = shared_secret(plan.secret_file) if plan.secret_file else None
    tls = load_tls(plan.certificate, plan.key, url_host(plan.host)) if plan.certificate else None
    if tls is not None and tls.warning:
        LOG.warning(tls.warning)
    listener = listening(plan.port, plan.host, read_catalogue(TEXTS)["lobby_full"])
    scheme, port = "https" if tls else "http", listener.getsockname()[1]
    where = Whereabouts.of(scheme, plan.host, port, plan.announce, plan.public)

    def announce(capacity: Capacity, code: str, drawn: str) -> None:
        url = where.url()
        ready(url)
        kind = "drawn" if drawn else "set"
        phrase = failure_sentence(f"password_{kind}", password=drawn)
        lines: list[str] = [failure_sentence("board", url=url, password=phrase)]
        lines += [_sentence("workshop_console_code", code=code)] if code else []
        print(*lines, room_line(capacity), sep="\n", flush=True)  # noqa: T201 -- whoever starts it
        if open_browser:
            webbrowser.open(url)

    with listener, run_folder() as run:
        places = Places((plan.data or workshop_folder(environ)).resolve(), run)
        services_file(run).write_text(
            services.model_dump_json(indent=1), encoding="utf-8"
        )  # JSON is YAML too
        folder = course.copy_cases(run / "cases") if course is not None else cases_folder
        config = WriterConfig(
            plan=plan,
            address=str(places.address),
            secret=hmac.digest(shared, b"writer", "sha256").hex() if shared else secrets.token_hex(32),
            database=plan.database or database_of(places.data),
            lock=None if plan.database else lock_of(places.data),
            person=person,
            cases=plan.cases or practice_ids(cases_folder),
            cases_folder=folder,
            services=services_file(run),
            data=places.data,
        )
        context = tls.context if tls else None
        serving = _serve(
            config,
            places,
            listener,
            announce,
            environ,
            password=password or "",
            where=where,
            tls=context,
            shared=shared,
        )
        try:
            asyncio.run(serving)
        except (WriterFailedError, OSError) as error:
            first = error.args[0] if isinstance(error, WriterFailedError) else str(error)
            raise WorkshopRefusedError(first) from error


def _sentence(name: str, **filled: str) -> str:
    """A sentence for whoever sees the console, in every language."""
    return read_catalogue(TEXTS)[name].joined(" / ").format(**filled)


async def _tell_moves(where: Whereabouts, every: float = MOVE_SECONDS) -> None:
    """Tell the console whenever the address of the workshop has changed."""
    url = where.url()
    while True:
        await asyncio.sleep(every)
        if (now := where.url()) != url:
            url = now
            print(_sentence("workshop_console_moved", url=url), flush=True)  # noqa: T201 -- whoever started it


def _to_console(warning: Problem) -> None:
    sys.stderr.write(f"{warning}\n")


async def _serve(  # noqa: PLR0913 -- called once
    config: WriterConfig,
    places: Places,
    listener: socket.socket,
    announce: Callable[[Capacity, str, str], None],
    environ: Mapping[str, str],
    *,
    password: str,
    where: Whereabouts,
    tls: ssl.SSLContext | None,
    shared: bytes | None,
) -> None:
    plan = config.plan
    link = WriterLink(config, environ)
    secret = shared or secret_in(places.data)
    maker = maker_in(places.data, shared)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(link.stop)
        workshop = await link.start()
        asks = is_open_to_others(plan) if plan.code is None else plan.code
        hall = HallAccess(link)
        link.greeting = hall.greeting
        context = WorkshopContext(
            seating=Seating(maker, load_words(), link, secrets.choice),
            teams=Teams(link, plan.team_size, has_any=workshop["has_teams"]),
            door=Door(maker, workshop["code"] if asks else ""),
            hall=hall,
            pass_of=link.pass_of,
            course=read_carried_course(plan.course) if plan.course else None,
            public=plan.public,
            cases=config.cases,
            activities=await _activities(link) if plan.lms else no_activities(),
        )
        store = _record_store(plan, environ, places.data)
        on_all = {"person": config.person, "workshop": workshop, "record_store": store.host if store else ""}
        templates = Templates(read_catalogue(TEXTS), read_assets(), on_all, public=plan.public)
        wifi = Wifi(plan.wifi_name, plan.wifi_password or "") if plan.wifi_name else None
        cards = context.course is not None
        code = "" if cards else context.door.code
        invite = lambda: Invitation(where.url(), code, wifi, cards)  # noqa: E731 -- asked for anew each time
        drawn = "" if password else drawn_password(secret, workshop["name"])
        board_door = BoardDoor.of(password or drawn, secret)
        papers = ClassPapers(config.database, workshop["name"], config.cases_folder, config.services, environ)
        lms = await _lms(plan, places, link, papers, where) if plan.lms else None
        app = _app(config, places, context, templates, _board(config, board_door, invite), lms=lms)
        ended = ended_by_signal()
        await stack.enter_async_context(app.serving(listener, tls))
        capacity = capacity_of(measured(app.seat_size))
        await hall.offer(settled_seats(plan.seats, capacity))
        gc.freeze()  # what is there now stays: looking through it holds every page up for a tenth of a second
        announce(capacity, context.door.code, drawn)
        telling = [asyncio.create_task(_tell_states(context, app)), asyncio.create_task(_tell_moves(where))]
        telling += [asyncio.create_task(hall.hear(partial(_show_news, context, app)))]
        telling += [asyncio.create_task(GradeSender(lms).run())] if lms is not None else []
        telling += [asyncio.create_task(StatementSender(link, store).run())] if store is not None else []
        await ended.wait()
        for task in telling:
            task.cancel()


def _record_store(plan: WorkshopPlan, environ: Mapping[str, str], data: Path) -> LearningStore | None:
    """The store that is told what is decided, None where there is none. Raises WorkshopRefusedError.

    Its login is that of the environment, or else the one that the data folder keeps.
    """
    if plan.record_store is None:
        return None
    return LearningStore.of(plan.record_store, environ.get(RECORD_STORE) or login_in(data))


def _show_news(context: WorkshopContext, app: WorkshopApp, item: NewsItem) -> None:
    context.teams.has_any = context.teams.has_any or item["team"] != ""
    app.show_news(item)


async def _tell_states(context: WorkshopContext, app: WorkshopApp) -> None:
    # It is paused and closed beside this server: by the start page, or by a command.
    while True:
        with contextlib.suppress(WriterSilentError):
            workshop = await context.seating.writer.ask({"ask": "workshop"})
            if workshop["answer"] == "workshop":
                context.teams.has_any = context.teams.has_any or workshop["has_teams"]
                app.tell_state(
                    "closed" if workshop["closed"] else "paused" if workshop["paused"] else "goes_on"
                )
        await asyncio.sleep(STATE_SECONDS)


async def _activities(link: WriterLink) -> ActivitiesAnswer:
    """The programmes and tests that a learning management system may lead to. Raises WriterSilentError."""
    answer = await link.ask({"ask": "activities", "language": SOURCE})
    return answer if answer["answer"] == "activities" else no_activities()


async def _lms(
    plan: WorkshopPlan, places: Places, link: WriterLink, papers: ClassPapers, where: Whereabouts
) -> LmsContext:
    """What the doors of learning management systems share. Raises LtiRefusedError, OSError."""
    fetch = WebFetch(local=plan.lms_local)
    tool = ToolAddress(plan.public.url or where.url())
    lms = LmsContext(
        tool,
        _keys_of(plan.lms_folder) if plan.lms_folder else partial(tool_keys, places.data),
        papers.workshop,
        link,
        fetch,
        KeySets(fetch),
        local=plan.lms_local,
        roster=plan.lms_roster,
        reflections=plan.lms_reflections,
        papers=papers,
    )
    lms.keys()
    await lms.platforms()
    return lms


def _keys_of(folder: Path) -> Callable[[float], ToolKeys]:
    """What reads the keys that several servers share. Raises WorkshopRefusedError where a file lacks."""
    for file in (folder / KEYS_FILE, seal_of(folder)):
        if not file.exists():
            raise WorkshopRefusedError(failure_sentence("lms_folder_lacks", file=file))
    return lambda _: shared_keys(folder)


def _board(config: WriterConfig, door: BoardDoor, invite: Callable[[], Invitation]) -> Board:
    return Board(door, config.cases_folder, config.cases, invite, config.services)


def _app(  # noqa: PLR0913 -- called once
    config: WriterConfig,
    places: Places,
    context: WorkshopContext,
    templates: Templates,
    board: Board,
    *,
    lms: LmsContext | None,
) -> WorkshopApp:
    app = WorkshopApp(
        context=context,
        templates=templates,
        board=board,
        proxies=config.plan.proxies,
        monitor=Monitor(config.plan.monitors),
        lms=lms,
        notebook_path=str(NOTEBOOK),
        log_level=logging.ERROR,
        connection_dir_root=str(places.run),
        config=jupyter_config(config.address, places.run),
    )
    app.initialize([])
    return app

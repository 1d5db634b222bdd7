"""The pages of assignments on a Jupyter server, for whoever is logged in there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from release.assignment_page.assignment import Assignment, assignment_at, assignments_below
from release.assignment_page.exchange import Exchange, ExchangeRefusedError, Offer
from release.assignment_page.player_kernel import NoPlayerError, PlayerKernels, player_configuration
from release.assignment_page.standing import (
    AssignmentStanding,
    new_offers,
    offer_of,
    own_copy,
    standing_of,
)
from release.local_time import written
from release.workshop.web.assets import ASSETS, NAMES, Asset, AssetHandler, client_scripts, shared_sheet
from release.workshop.web.assets import PAGES as SHARED_PAGES
from release.workshop.web.page import LANGUAGE_COOKIE, Templates, page_environment
from scenarios.language import LANGUAGES, SOURCE, Language, read_catalogue
from widgets.chapters import plain
from widgets.player_files import player_script

HOME = "tugas"
# A page of feedback is one file with a stylesheet of its own.
FEEDBACK_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
PAGES = Path(__file__).with_name("pages")
TEXTS = Path(__file__).with_name("texts.yaml")
_SERVED = "kasuslab_assignments"
T = TypeVar("T")


class ServedAssignments:
    """What all pages of one server share. root: the folder that it serves; base: the address of its pages."""

    def __init__(self, serverapp: Any) -> None:  # noqa: ANN401 -- jupyter_server's ServerApp
        """Make ready what does not change while the server runs."""
        self.root = Path(serverapp.root_dir)
        self.base = url_path_join(serverapp.web_app.settings["base_url"], HOME)
        self.exchange = Exchange(self.root)
        self.kernels = PlayerKernels(player_configuration(serverapp))
        base_url = serverapp.web_app.settings["base_url"]
        # A server of a hub is one's own alone, and is left for whoever comes to the same device next.
        self.leave = url_path_join(base_url, "logout") if is_on_hub(serverapp) else None
        self.has_lab = "jupyterlab" in serverapp.extension_manager.extensions
        self.assets = _assets(f"{self.base}/aset")
        environment = page_environment(PAGES, SHARED_PAGES)
        shared = {"home": self.base, "written": written}
        self.templates = Templates(read_catalogue(TEXTS), self.assets, shared, environment)

    def address(self, assignment: Assignment) -> str:
        """The address of the page of an assignment."""
        return f"{self.base}/{quote(assignment.path)}"


def is_on_hub(serverapp: Any) -> bool:  # noqa: ANN401 -- jupyter_server's ServerApp
    """Whether a server is one of a JupyterHub's."""
    return any(name.partition(".")[0] == "jupyterhub" for name in serverapp.extension_manager.extensions)


def _assets(place: str) -> Mapping[str, Asset]:
    moments = PAGES / "moments.js"
    texts = {
        "player.js": player_script(),
        "moments.js": plain(moments.read_text("utf-8")),
        "assignment.css": plain((PAGES / "assignment.css").read_text("utf-8")),
        "workshop.css": shared_sheet(),
        **client_scripts(moments, PAGES / "client.js"),
    }
    return {name: Asset(name, text.encode(), place) for name, text in texts.items()}


class AssignmentPage(JupyterHandler):
    """What every page shares."""

    auth_resource = "contents"

    @property
    def served(self) -> ServedAssignments:
        """What all pages share."""
        served: ServedAssignments = self.settings[_SERVED]
        return served

    @property
    def language(self) -> Language:
        """The language that the browser chose, the lab's first where it chose none."""
        chosen = self.get_cookie(LANGUAGE_COOKIE)
        return chosen if chosen in LANGUAGES else SOURCE

    @property
    def content_security_policy(self) -> str:
        """The server's own policy, and one that lets nothing in from elsewhere."""
        return f"{super().content_security_policy}; {self.policy}"

    @property
    def policy(self) -> str:
        """What a page of ours may load."""
        scheme = "wss" if self.request.protocol == "https" else "ws"
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            f"connect-src 'self' {scheme}://{self.request.host}; form-action 'self'; base-uri 'none'"
        )

    def show(self, name: str, **values: object) -> None:
        """Send the page `name` in the browser's language."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(self.served.templates.page(name, self.language, **values))

    def refuse(self, status: HTTPStatus, reason: str) -> None:
        """Send a page that says why there is nothing to see."""
        self.set_status(status)
        self.show("refusal.html", reason=reason)

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 -- as tornado has it
        """Say what went wrong in words."""
        self.refuse(HTTPStatus(status_code), "not_here" if status_code == HTTPStatus.NOT_FOUND else "broke")

    def leave_token_behind(self) -> bool:
        """Lead to the same page where the link brought the token: it stays in no history."""
        if not self.get_query_argument("token", ""):
            return False
        self.redirect(self.request.path)
        return True

    async def apart(self, work: Callable[[], T]) -> T:
        """Do what reads files in a thread, so that the server serves others meanwhile."""
        return await asyncio.get_running_loop().run_in_executor(None, work)


class AssignmentList(AssignmentPage):
    """The list of all assignments."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Send the list: those that stand here, then those that a course offers."""
        if not self.leave_token_behind():
            self.show("assignments.html", rows=await self.apart(self._rows), leave=self.served.leave)

    def _rows(self) -> list[dict[str, object]]:
        served = self.served
        offers = served.exchange.offers()
        rows = [
            self._row(assignment, standing_of(assignment, served.exchange, offer_of(assignment, offers)))
            for assignment in assignments_below(served.root)
        ]
        new = new_offers(served.root, offers)
        return rows + [self._row(Assignment(offer.folder, name), None) for name, offer in new.items()]

    def _row(self, assignment: Assignment, standing: AssignmentStanding | None) -> dict[str, object]:
        case = assignment.case.in_language(self.language)
        return {
            "here": self.served.address(assignment),
            "title": case.title,
            "minutes": case.minutes,
            "standing": standing,
            "is_over": standing is not None and _is_over(standing),
        }


class ListLanguage(AssignmentPage):
    """The switch of the list's language."""

    @web.authenticated
    async def get(self, language: Language) -> None:
        """Remember the language for this browser, and lead back to the list."""
        self.set_cookie(LANGUAGE_COOKIE, language, path="/", max_age=30 * 86_400, samesite="lax")
        self.redirect(self.served.base)


class OneAssignment(AssignmentPage):
    """What is asked of one assignment, at the path in the address."""

    path = ""

    def prepare_path(self, path: str) -> None:
        """Keep the path; one that names the notebook means its folder."""
        head, _, name = path.strip("/").rpartition("/")
        self.path = head if name.endswith(".ipynb") else path.strip("/")

    @cached_property
    def own(self) -> Assignment | None:
        """The assignment as it stands on this server."""
        return assignment_at(self.served.root, self.path)

    @cached_property
    def offer(self) -> Offer | None:
        """What the exchange has of it. Raises ProblemsError."""
        offers = self.served.exchange.offers()
        if self.own is not None:
            return offer_of(self.own, offers)
        return new_offers(self.served.root, offers).get(self.path)

    @property
    def assignment(self) -> Assignment:
        """The assignment, as it stands here or as a course offers it. Raises HTTPError 404."""
        if self.own is not None:
            return self.own
        if self.offer is None:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        return Assignment(self.offer.folder, self.path)

    def standing(self) -> dict[str, object]:
        """How it stands, as the pages tell it. Raises HTTPError 404, ProblemsError."""
        assignment = self.assignment
        standing = standing_of(assignment, self.served.exchange, self.offer)
        return {"standing": standing, "is_over": _is_over(standing), "here": self.served.address(assignment)}


class PlayingPage(OneAssignment):
    """The page itself."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Send the page; its script asks for the player."""
        self.prepare_path(path)
        if self.leave_token_behind():
            return
        self.show("assignment.html", **await self.apart(self._values), xsrf=self.xsrf_token.decode())

    def _values(self) -> dict[str, object]:
        assignment = self.assignment
        notebook = assignment.notebook if self.own is not None else None
        lab = url_path_join(self.base_url, "lab", "tree", quote(notebook)) if notebook else None
        return {
            **self.standing(),
            "titles": {tag: assignment.case.in_language(tag).title for tag in LANGUAGES},
            "kernels": url_path_join(self.base_url, "api", "kernels"),
            "lab": lab if self.served.has_lab else None,
        }


class StandingPart(OneAssignment):
    """How the assignment stands now: a part of its page."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Send that part alone."""
        self.prepare_path(path)
        self.show("standing.html", **await self.apart(self.standing))


class PlayerStart(OneAssignment):
    """Runs the player."""

    auth_resource = "sessions"

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        """Answer with the ids of the kernel and of the player in it; fetch the assignment where it is new."""
        self.prepare_path(path)
        assignment = await self.apart(self._here)
        notebook = assignment.notebook
        if notebook is None:
            raise web.HTTPError(HTTPStatus.INTERNAL_SERVER_ERROR, f"{assignment.path} has no notebook")
        try:
            player = await self.served.kernels.run(self, notebook)
        except NoPlayerError as error:
            self.log.warning("The player of %s does not run: %s", notebook, error)
            raise web.HTTPError(HTTPStatus.INTERNAL_SERVER_ERROR) from error
        self.finish({"kernel": player.kernel, "model": player.model})

    def _here(self) -> Assignment:
        if self.own is not None:
            return self.own
        if self.offer is None:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        self.served.exchange.fetch(self.offer)
        copy = own_copy(self.served.root, self.offer)
        if copy is None:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        return copy


class AssignmentSubmit(OneAssignment):
    """Hands the assignment in through the exchange."""

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        """Answer 204 once it lies there, 409 where nbgrader would not take it."""
        self.prepare_path(path)
        try:
            await self.apart(self._submit)
        except ExchangeRefusedError as error:
            self.log.warning("nbgrader did not take %s: %s", self.path, error)
            raise web.HTTPError(HTTPStatus.CONFLICT) from error
        self.set_status(HTTPStatus.NO_CONTENT)

    def _submit(self) -> None:
        if self.own is None or self.offer is None:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        self.served.exchange.submit(self.offer, self.own.folder)


class AssignmentFeedback(OneAssignment):
    """The page of feedback that came back through the exchange."""

    @property
    def policy(self) -> str:
        """One file with a stylesheet of its own, that loads nothing."""
        return FEEDBACK_POLICY

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Send it. Raises HTTPError 404 where there is none."""
        self.prepare_path(path)
        page = await self.apart(self._page)
        if page is None:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(page)

    def _page(self) -> bytes | None:
        if self.own is None or self.offer is None:
            return None
        file = self.served.exchange.feedback(self.offer, self.own.folder)
        return None if file is None else file.read_bytes()


def _is_over(standing: AssignmentStanding) -> bool:
    return standing.due is not None and standing.due < datetime.now(UTC)


def serve_assignments(serverapp: Any) -> None:  # noqa: ANN401 -- jupyter_server's ServerApp
    """Give a Jupyter server the pages of assignments."""
    served = ServedAssignments(serverapp)
    serverapp.web_app.settings[_SERVED] = served
    serverapp.web_app.settings[ASSETS] = served.assets
    languages = "|".join(LANGUAGES)
    routes: list[Any] = [
        ("/?", AssignmentList),
        (rf"/aset{NAMES}", AssetHandler),
        (rf"/bahasa/({languages})", ListLanguage),
        (r"/(.+)/keadaan", StandingPart),
        (r"/(.+)/mulai", PlayerStart),
        (r"/(.+)/serahkan", AssignmentSubmit),
        (r"/(.+)/umpan-balik", AssignmentFeedback),
        (r"/(.+)", PlayingPage),
    ]
    serverapp.web_app.add_handlers(".*$", [(served.base + route, handler) for route, handler in routes])

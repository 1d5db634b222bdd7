"""The reviewers' pages of the server of `kasuslab preview`: who may see them, and what they answer.

Their link holds a token of its own for one case: it opens nothing of the bench, and the token of the bench is
none here. Whoever came by it and chose a role holds a personal code in a cookie, and by that writes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from tornado import web

from release.author.reviewers.codes import code_of
from release.author.reviewers.desk import ReviewersDesk
from release.author.reviewers.messages import RefusedMessage
from release.workshop.web.headers import QuietHandler, page_headers
from release.workshop.web.page import page_environment
from scenarios.documents.document import Data
from scenarios.documents.json_data import json_data
from scenarios.documents.problem import BadInputError
from scenarios.language import read_catalogue
from scenarios.palette import with_palette
from scenarios.sentence import error_texts

PAGES: Final = Path(__file__).parents[1] / "preview_pages"
CASE_ID: Final = r"[a-z][a-z0-9-]{0,39}"
_TEXTS = Path(__file__).with_name("reviewers.yaml")
_ASKS: Final = ("join", "comment", "sign", "leave")


def review_files() -> Mapping[str, tuple[str, str]]:
    """The scripts and the style sheet of the page: name, content and content type."""
    scripts = {name: (_text(name), "text/javascript") for name in ("review.js", "elements.js")}
    return {**scripts, "review.css": (with_palette(PAGES / "page.css", PAGES / "review.css"), "text/css")}


def _text(name: str) -> str:
    return (PAGES / name).read_text("utf-8")


@dataclass(frozen=True, slots=True)
class ReviewDoor:
    """Who may see the pages of reviewers, and whose they are.

    port: of the server; address: of this machine, as reviewers reach it; hosts: what browsers call it.
    """

    port: int
    address: str
    hosts: frozenset[str]
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def token(self, case_id: str) -> str:
        """The token that opens the pages of one case, as long as this server runs."""
        return hmac.new(self._secret, case_id.encode(), hashlib.sha256).hexdigest()[:32]

    def link(self, case_id: str) -> str:
        """The link that is given to reviewers of a case."""
        return f"http://{self.address}:{self.port}/review/{case_id}?token={self.token(case_id)}"


class ReviewHandler(QuietHandler):
    """What the pages of reviewers share: who comes in, and what they are told who do not."""

    def initialize(self, door: ReviewDoor, opened: Callable[[str], ReviewersDesk | None]) -> None:
        """Keep the door. opened: gives the desk of a case by its id, None where it was not opened here."""
        self.door, self.opened = door, opened

    def prepare(self) -> None:
        """Refuse a site that was pointed at this machine, and for what is written any page but ours."""
        if self.request.host not in self.door.hosts:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        ours = {f"http://{host}" for host in self.door.hosts}
        if self.request.method == "POST" and self.request.headers.get("Origin", "") not in ours:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)

    def desk(self, case_id: str) -> ReviewersDesk:
        """The desk of a case for a browser that may see it. Raises HTTPError 403 for any other."""
        desk = self.opened(case_id)
        if desk is None or not (self.has_token(case_id) or self._reviewer(desk, self.code)):
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        return desk

    def has_token(self, case_id: str) -> bool:
        """Whether the browser came by the link for reviewers of the case."""
        token = self.get_cookie(self._cookie("room")) or ""
        return hmac.compare_digest(token.encode(), self.door.token(case_id).encode())

    @property
    def code(self) -> str:
        """The personal code that the browser holds, "" where none."""
        return self.get_cookie(self._cookie("reviewer")) or ""

    def keep(self, case_id: str, kind: str, value: str) -> None:
        """Give the browser a cookie for the pages of one case; take it back where there is no value."""
        path = f"/review/{case_id}"
        if value:
            self.set_cookie(self._cookie(kind), value, path=path, httponly=True, samesite="Lax")
        else:
            self.clear_cookie(self._cookie(kind), path=path)

    def _cookie(self, kind: str) -> str:
        return f"kasuslab_{kind}_{self.door.port}"  # cookies of one machine do not know its ports

    def _reviewer(self, desk: ReviewersDesk, code: str) -> str:
        try:
            round_ = desk.round_now()
        except BadInputError:
            return ""
        return "" if round_ is None else desk.codes.reviewer(round_, code)

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 -- as tornado has it
        """Say how the page is opened."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(read_catalogue(_TEXTS)["shut"].joined("\n"))


class ReviewPageHandler(ReviewHandler):
    """The page itself. Token and code come in its link, and go into cookies at once."""

    def get(self, case_id: str) -> None:
        """The page."""
        token, code = (self.get_query_argument(name, "") for name in ("token", "code"))
        desk = self.opened(case_id)
        if token and hmac.compare_digest(token.encode(), self.door.token(case_id).encode()):
            self.keep(case_id, "room", token)
        elif code and desk is not None and self._reviewer(desk, code):
            self.keep(case_id, "reviewer", code_of(code))
        else:
            self.desk(case_id)
            for name, value in page_headers(self.request).items():
                self.set_header(name, value)
            template = page_environment(PAGES).get_template("review.html")
            self.finish(template.render(texts=read_catalogue(_TEXTS), case=case_id))
            return
        self.redirect(f"/review/{case_id}", status=HTTPStatus.SEE_OTHER)  # they stay in no address bar


class ReviewFileHandler(ReviewHandler):
    """Its scripts and its style sheet, which say nothing of any case."""

    def get(self, file: str) -> None:
        """One of them."""
        text, kind = review_files()[file]
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.finish(text)


class ReviewStateHandler(ReviewHandler):
    """What the page shows, as data."""

    def get(self, case_id: str) -> None:
        """The state; with the story, unless the page says which one it has and that is this one."""
        desk = self.desk(case_id)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        try:
            self.finish(self.state(desk, self.code, self.get_query_argument("have", "")))
        except BadInputError as error:
            self.finish(refused(error))

    @staticmethod
    def state(desk: ReviewersDesk, code: str, have: str) -> str:
        """The state for who holds `code`, as JSON. have: the mark of the story that the page has."""
        message = desk.message(code)
        if message["sight"] == have:
            message.pop("story", None)
        return json.dumps(message, ensure_ascii=False)


class ReviewAskHandler(ReviewHandler):
    """What a reviewer enters: a role, a comment, a signature."""

    def post(self, case_id: str, ask: str) -> None:
        """Take it in, and answer what is to be shown then."""
        desk, code = self.desk(case_id), self.code
        content = self._content()
        self.set_header("Content-Type", "application/json; charset=utf-8")
        try:
            if ask == "join":
                code = self._join(desk, content)
                self.keep(case_id, "reviewer", code)
            elif ask == "comment":
                desk.comment(code, content)
            elif ask == "sign":
                desk.sign(code, content)
            else:
                code = ""
                self.keep(case_id, "reviewer", "")
            self.finish(ReviewStateHandler.state(desk, code, str(content.get("have", ""))))
        except BadInputError as error:
            self.finish(refused(error))

    def _join(self, desk: ReviewersDesk, content: Mapping[str, Data]) -> str:
        """The code of a reviewer who comes back by it, or of a new one."""
        typed = content.get("code")
        if isinstance(typed, str) and typed:
            if not self._reviewer(desk, typed):
                raise desk.unknown_code()
            return code_of(typed)
        return desk.join(str(content.get("role")))

    def _content(self) -> Mapping[str, Data]:
        try:
            content = json_data(self.request.body)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise web.HTTPError(HTTPStatus.BAD_REQUEST)
        return content


def refused(error: BadInputError) -> str:
    """Why something was not taken in, as JSON."""
    message = RefusedMessage(kind="refused", why=dict(error_texts(error).items()))
    return json.dumps(message, ensure_ascii=False)


def review_routes(
    door: ReviewDoor, opened: Callable[[str], ReviewersDesk | None]
) -> list[tuple[str, type[ReviewHandler], dict[str, Any]]]:
    """The addresses of these pages, with what answers at each. opened: see `ReviewHandler.initialize`."""
    given: dict[str, Any] = {"door": door, "opened": opened}
    files = "|".join(name.replace(".", r"\.") for name in ("review.js", "elements.js", "review.css"))
    return [
        (rf"/review/({files})", ReviewFileHandler, given),
        (rf"/review/({CASE_ID})", ReviewPageHandler, given),
        (rf"/review/({CASE_ID})/state", ReviewStateHandler, given),
        (rf"/review/({CASE_ID})/({'|'.join(_ASKS)})", ReviewAskHandler, given),
    ]

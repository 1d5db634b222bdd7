"""The hub's door: JupyterHub's own login, by an account and a code or a password, or from an LMS."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from jupyterhub.auth import Authenticator
from jupyterhub.handlers import BaseHandler, LoginHandler
from ltiauthenticator.lti13.auth import LTI13Authenticator
from ltiauthenticator.lti13.constants import LTI13_CUSTOM_CLAIM
from tornado import web
from traitlets import Instance

from release.hub.accounts import HubAccounts
from release.hub.hub_plan import HubLti
from release.hub.server.hub_pages import LANGUAGE_OF_HUB
from release.workshop.web.page import LANGUAGE_COOKIE

_MONTH = 30 * 86_400


class HubLanguage(BaseHandler):  # type: ignore[misc]  # jupyterhub has no types
    """The switch of the language."""

    def get(self, language: str) -> None:
        """Remember the language for this browser, and lead back to the door."""
        self.set_cookie(LANGUAGE_COOKIE, language, path="/", max_age=_MONTH, samesite="lax")
        self.redirect(str(self.settings["login_url"]))


class CodeLogin(LoginHandler):  # type: ignore[misc]  # the same
    """The page of the door."""

    async def post(self) -> None:
        """Let in, or say why not; ask for a password of one's own where a card is used first."""
        account = self.get_argument("username", "").lower()
        typed = {"username": account, **{name: self.get_argument(name, "", strip=False) for name in _TYPED}}
        user = await self.login_user(typed)
        if user:
            self._jupyterhub_user = user
            self.redirect(str(self.get_next_url(user)))
            return
        outcome = typed.get("outcome", "wrong")
        self.set_status(200 if outcome == "choose" else 403)
        code = typed["password"] if outcome in {"choose", "short"} else ""
        self.finish(await self._render(username=account[:40], outcome=outcome, code=code))


_TYPED = ("password", "chosen")


class CodeAuthenticator(Authenticator):  # type: ignore[misc]  # the same
    """By an account and a code, or the password that took its place.

    accounts: who may come in, asked at each login.
    """

    accounts = Instance(HubAccounts).tag(config=True)

    def get_handlers(self, app: Any) -> list[Any]:  # noqa: ANN401, ARG002 -- JupyterHub
        """The pages of the door."""
        return [("/login", CodeLogin), (rf"/bahasa/{LANGUAGE_OF_HUB}", HubLanguage)]

    def check_allowed(self, username: str, authentication: Any = None) -> bool:  # noqa: ANN401, ARG002
        """Whether the roster has them still, or whose course it is."""
        return username in self.accounts.all()

    async def authenticate(  # pyright: ignore[reportIncompatibleMethodOverride] -- its base gives nothing
        self,
        handler: Any,  # noqa: ANN401, ARG002 -- JupyterHub's
        data: dict[str, Any],
    ) -> str | None:
        """The account that came in; None for nobody, and `data` says why."""
        typed = (data["username"], data["password"], data["chosen"])
        # A password costs a moment of a processor, on purpose, and the hub goes on meanwhile.
        data["outcome"] = await asyncio.to_thread(self.accounts.open, *typed)
        return data["username"] if data["outcome"] == "in" else None


class LtiAuthenticator(CodeAuthenticator, LTI13Authenticator):  # type: ignore[misc]  # the same
    """The same, and from a learning management system, for whoever the roster has.

    lti: what that calls itself.
    """

    lti = Instance(HubLti).tag(config=True)

    def login_url(  # pyright: ignore[reportIncompatibleMethodOverride] -- its base gives one of few texts
        self, base_url: str
    ) -> str:
        """The page of the door: nobody is led to the learning management system from here."""
        url: str = Authenticator.login_url(self, base_url)
        return url

    def get_handlers(self, app: Any) -> list[Any]:  # noqa: ANN401 -- JupyterHub
        """The same pages, and where the learning management system leads to."""
        begin = ("/lti13/oauth_login", self.login_handler)
        return [*super().get_handlers(app), begin, ("/lti13/oauth_callback", self.callback_handler)]

    async def authenticate(  # pyright: ignore[reportIncompatibleMethodOverride] -- its base gives a claim
        self,
        handler: Any,  # noqa: ANN401 -- JupyterHub's
        data: dict[str, Any],
    ) -> str | None:
        """The account of whoever was led here. Raises HTTPError 403 for whoever the roster has not."""
        if isinstance(handler, CodeLogin):
            return await super().authenticate(handler, data)
        claimed = _claim(data, self.lti.claim)
        account = self.accounts.account_known_by(self.lti.known_by, claimed) if claimed else None
        if account is None:
            raise web.HTTPError(HTTPStatus.FORBIDDEN, "The roster of the course has nobody of this name.")
        return account


def _claim(signed: Mapping[str, Any], name: str) -> str:
    """What the learning management system has signed under a name; "" for nothing."""
    own = signed.get(LTI13_CUSTOM_CLAIM, {}) if name.startswith("custom_") else signed
    return str(own.get(name.removeprefix("custom_"), "")).strip()

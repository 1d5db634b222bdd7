"""The first two doors: a platform begins a login, and sends its answer."""

from __future__ import annotations

import json
from http import HTTPStatus

from release.lms.items import item_named
from release.lms.launch import Launch, checked_launch
from release.lms.login import answered_login, begin_login
from release.lms.refusal import LtiRefusedError
from release.workshop.hall.once import CODE_SECONDS
from release.workshop.seats.cookie import keep_cookie
from release.workshop.web.headers import QuietHandler
from release.workshop.web.lms.activities import is_played
from release.workshop.web.lms.lms_context import LMS, LmsContext, LmsEntry
from release.workshop.web.lms.lms_page import LmsPage
from release.workshop.web.workshop_context import WorkshopContext

ENTRY = "/lms/masuk"
WINDOW = "/lms/jendela"
CHOICE = "/lms/pilih"


def login_cookie(state: str) -> str:
    """The name of the cookie of one login: several may be on their way in one browser."""
    return f"kasuslab_lti_{state[:12]}"


class LmsLoginHandler(LmsPage):
    """A platform begins a login, by a link or by a form."""

    async def get(self) -> None:
        """Send the browser on to the platform, which knows who it is."""
        begun = begin_login(self.sent(), await self.lms.known_platforms(), self.lms.tool)
        state = await self.lms.logins.put(begun.login)
        keep_cookie(self, login_cookie(state), begun.secret, seconds=int(CODE_SECONDS["login"]))
        self.redirect(begun.address(state), status=HTTPStatus.SEE_OTHER)

    async def post(self) -> None:
        """Do the same for a form."""
        await self.get()


class LmsLaunchHandler(LmsPage):
    """The platform's answer."""

    async def post(self) -> None:
        """Let whoever comes go on to the entry, or say why not."""
        lms, sent = self.lms, self.sent()
        name = login_cookie(sent.get("state", ""))
        waiting = await lms.logins.take(sent.get("state", ""))
        login, is_same_browser = answered_login(sent, waiting, self.get_cookie(name))
        claims = await lms.key_sets.claims(login.platform, sent["id_token"])
        launch = checked_launch(claims, login, lms.tool, lms.now(), local=lms.local)
        self.speak(launch.language)
        _check_played(launch, self.context)
        # Whoever chooses takes no seat: a form that somebody else sent would do nothing in her place.
        place = CHOICE if launch.kind == "choose" else ENTRY if is_same_browser else WINDOW
        code = await lms.entries.put(LmsEntry(launch, name, login))
        self.redirect(f"{place}/{code}", status=HTTPStatus.SEE_OTHER)


class KeySetHandler(QuietHandler):
    """The public keys of this tool."""

    def get(self) -> None:
        """Send the key set."""
        lms: LmsContext = self.settings[LMS]
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "public, max-age=600")
        self.finish(json.dumps(lms.keys().public))


def _check_played(launch: Launch, context: WorkshopContext) -> None:
    """Raise LtiRefusedError where this workshop does not play what a launch leads to."""
    item = item_named(launch.item)
    if item is not None and not is_played(item, context):
        raise LtiRefusedError("not_played")

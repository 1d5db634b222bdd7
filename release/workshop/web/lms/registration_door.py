"""The door by which a platform registers itself: one address, open once, for an hour."""

from __future__ import annotations

from collections.abc import Sequence

from release.lms.addresses import checked_address, origin_of
from release.lms.refusal import LtiRefusedError
from release.lms.registration import platform_card, registered_platform, registration_request
from release.workshop.web.lms.lms_page import LmsPage


class RegistrationHandler(LmsPage):
    """A platform's administrator opens the address that they were given, in a frame of the platform."""

    _guest = ""

    async def get(self, token: str) -> None:
        """Register this tool with the platform, and the platform here.

        Nothing is fetched for whoever was not invited.
        """
        lms = self.lms
        if (await lms.writer.ask({"ask": "invited", "token": token}))["answer"] != "done":
            raise LtiRefusedError("not_invited")
        address = checked_address(self.get_query_argument("openid_configuration", ""), local=lms.local)
        # What went wrong is to be read in the platform's frame, before it is registered.
        self._guest = origin_of(address)
        self.set_default_headers()
        card = platform_card(address, await lms.fetch.json(address), local=lms.local)
        secret = self.get_query_argument("registration_token", "")
        answer = await lms.fetch.json(card.registration, registration_request(lms.tool, lms.roster), secret)
        platform = registered_platform(card, answer).model_dump(mode="json")
        stored = await lms.writer.ask({"ask": "register", "token": token, "platform": platform})
        if stored["answer"] == "lti_refused":
            raise LtiRefusedError(stored["reason"])
        if stored["answer"] != "done":
            raise LtiRefusedError("unreachable", host="kasuslab", why=stored["answer"])
        await lms.platforms()
        self.show("lms/registered.html", issuer=card.issuer)

    @property
    def _frames(self) -> Sequence[str]:
        guest = (self._guest,) if self._guest else ()
        return (*super()._frames, *guest)

"""The page where a teacher chooses what is played, and the answer that goes back to her platform."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from release.lms.addresses import origin_of
from release.lms.deep_linking import LmsOffer, choice_claims, chosen_offers
from release.lms.launch import ChoiceRequest
from release.lms.refusal import LtiRefusedError
from release.workshop.web.board import BOARD, Board
from release.workshop.web.board_view import Spoken
from release.workshop.web.lms.activities import asked_offers
from release.workshop.web.lms.lms_context import LmsEntry
from release.workshop.web.lms.lms_page import LmsPage
from scenarios.sentence import in_language


class LmsChoiceHandler(LmsPage):
    """A teacher chooses. Nobody sits down, and nothing of her is kept."""

    async def get(self, code: str) -> None:
        """Show what there is, with what each is."""
        self._show(self._request(await self._entry(code)), await self._offers())

    async def post(self, code: str) -> None:
        """Send what she chose back to her platform, by her browser.

        Raises ForeignPageError for another site's form.
        """
        self.take_own_alone()
        lms, entry = self.lms, await self._entry(code)
        request, offers = self._request(entry), await self._offers()
        try:
            every = [offer for kind in offers.values() for offer in kind]
            chosen = chosen_offers(self.get_body_arguments("item"), every, request)
        except LtiRefusedError as error:
            self._show(request, offers, in_language(error.args[0], self.language))
            return
        now = lms.now()
        claims = choice_claims(entry.launch, entry.login.platform, chosen, lms.tool, now)
        if await lms.entries.take(code) is None:
            raise LtiRefusedError("state_unknown")
        policy = str(self._headers["Content-Security-Policy"])
        site = origin_of(request.return_address)
        self.set_header(
            "Content-Security-Policy", policy.replace("form-action 'self'", f"form-action {site}")
        )
        token = lms.keys().signed(claims, now)
        self.show("lms/chosen.html", place=request.return_address, token=token)

    async def _entry(self, code: str) -> LmsEntry:
        entry = await self.lms.entries.look(code)
        if entry is None:
            raise LtiRefusedError("state_unknown")
        self.speak(entry.launch.language)
        return entry

    def _request(self, entry: LmsEntry) -> ChoiceRequest:
        request = entry.launch.choice
        if request is None:
            raise LtiRefusedError("not_a_teacher")
        if not request.takes_links:
            raise LtiRefusedError("message_type")
        return request

    def _show(self, request: ChoiceRequest, offers: Mapping[str, list[LmsOffer]], wrong: str = "") -> None:
        if wrong:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        picked = self.get_body_arguments("item")
        self.show("lms/choice.html", offers=offers, several=request.several, wrong=wrong, picked=picked)

    async def _offers(self) -> Mapping[str, list[LmsOffer]]:
        """What there is by kind, in the teacher's language."""
        board: Board = self.settings[BOARD]
        spoken: Spoken = await board.spoken(self.language)
        return await asked_offers(self.lms.writer, self.context, spoken, self.templates.texts)

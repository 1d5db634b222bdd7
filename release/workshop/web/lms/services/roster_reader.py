"""Reads the roster of a course from its platform, page by page, while a teacher looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from release.lms.platform import Platform
from release.lms.refusal import LtiRefusedError
from release.lms.services.roster import (
    CONTENT,
    MOST_PAGES,
    SCOPE,
    RosterChoice,
    RosterMember,
    first_page,
    roster_page,
)
from release.workshop.web.lms.fetch import Fetch
from release.workshop.web.lms.services.service_tokens import ServiceTokens

# How a platform that answers says that this tool has no leave for the list.
NO_LEAVE = (400, 401, 403, 404)


@dataclass(frozen=True, slots=True)
class RosterReader:
    """Reads rosters. local: whether inner networks and plain HTTP are allowed."""

    fetch: Fetch
    tokens: ServiceTokens
    local: bool = False

    async def read(self, platform: Platform, address: str, choice: RosterChoice) -> Sequence[RosterMember]:
        """The learners of a course, each once. address: of the launch that its teacher came by.

        Raises LtiRefusedError.
        """
        try:
            return await self._read(platform, address, choice)
        except LtiRefusedError as error:
            self.tokens.drop(platform, SCOPE)  # it may be that which was refused
            if error.values.get("why") in NO_LEAVE:
                raise LtiRefusedError("no_roster") from None
            raise

    async def _read(self, platform: Platform, address: str, choice: RosterChoice) -> Sequence[RosterMember]:
        token = await self.tokens.token(platform, SCOPE)
        members: dict[str, RosterMember] = {}
        place = first_page(address)
        for _ in range(MOST_PAGES):
            document, links = await self.fetch.page(place, CONTENT, token)
            page = roster_page(place, document, links, choice=choice, local=self.local)
            members |= {one.subject: one for one in page.members}
            if not page.next:
                return list(members.values())
            place = page.next
        raise LtiRefusedError("no_roster")

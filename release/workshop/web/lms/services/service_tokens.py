"""Tokens of platforms' services, one a scope, each used until shortly before its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from release.lms.platform import Platform
from release.lms.refusal import LtiRefusedError
from release.lms.services.access import granted_token, token_request
from release.lms.tool_keys import ToolKeys
from release.workshop.web.lms.fetch import Fetch
from scenarios.documents.json_data import json_data

FORM = "application/x-www-form-urlencoded"
# A token is used no longer than this before its end.
MARGIN_SECONDS = 30.0


@dataclass(slots=True)
class ServiceTokens:
    """The tokens by platform and scope.

    keys: those that the tool signs with now; now: seconds since 1970; clock: seconds that never go back.
    """

    fetch: Fetch
    keys: Callable[[], ToolKeys]
    now: Callable[[], float] = time.time
    clock: Callable[[], float] = time.monotonic
    _tokens: dict[tuple[int, str], tuple[float, str]] = field(default_factory=dict)

    async def token(self, platform: Platform, scope: str) -> str:
        """A token of a scope. Raises LtiRefusedError."""
        ends, token = self._tokens.get((platform.number, scope), (0.0, ""))
        if token and ends > self.clock():
            return token
        form = token_request(platform, self.keys(), scope, self.now())
        answer = await self.fetch.post(platform.token, form, FORM)
        try:
            token, seconds = granted_token(json_data(answer))
        except ValueError:
            raise LtiRefusedError("no_token") from None
        self._tokens[platform.number, scope] = (self.clock() + seconds - MARGIN_SECONDS, token)
        return token

    def drop(self, platform: Platform, scope: str) -> None:
        """Use a token no more: the platform has refused what came with it."""
        self._tokens.pop((platform.number, scope), None)

"""The key sets of platforms, kept for an hour, and fetched anew when a key is missing."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from release.lms.id_token import KeyNotThereError, verified_claims
from release.lms.platform import Platform
from release.lms.refusal import LtiRefusedError
from release.workshop.web.lms.fetch import Fetch

KEEP_SECONDS = 3600.0
# A key that nobody has is not looked for again at once: anybody may name one.
AGAIN_SECONDS = 10.0


@dataclass(slots=True)
class KeySets:
    """The key sets by their addresses. clock: seconds that never go back."""

    fetch: Fetch
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[float, Mapping[str, Any]]] = field(default_factory=dict)
    _fetching: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def claims(self, platform: Platform, token: str) -> Mapping[str, Any]:
        """What a platform signed. Raises LtiRefusedError."""
        try:
            return verified_claims(token, await self._key_set(platform.key_set, KEEP_SECONDS))
        except KeyNotThereError:
            pass
        try:
            return verified_claims(token, await self._key_set(platform.key_set, AGAIN_SECONDS))
        except KeyNotThereError:
            raise LtiRefusedError("key_unknown") from None

    async def _key_set(self, address: str, seconds: float) -> Mapping[str, Any]:
        """The key set, no older than so many seconds; of all who wait for it, one fetches it."""
        async with self._fetching[address]:
            at, key_set = self._known.get(address, (0.0, None))
            if key_set is not None and self.clock() - at < seconds:
                return key_set
            try:
                answer = await self.fetch.json(address)
            except LtiRefusedError:
                if key_set is not None:
                    return key_set  # what it signed with before still holds
                raise LtiRefusedError("keys_unreachable") from None
            fresh = answer if isinstance(answer, dict) else {}
            self._known[address] = (self.clock(), fresh)
            return fresh

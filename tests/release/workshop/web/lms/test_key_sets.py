"""The key sets of platforms: what is kept, for how long, and what is fetched anew."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from release.lms.refusal import LtiRefusedError
from release.workshop.web.lms.key_sets import AGAIN_SECONDS, KEEP_SECONDS, KeySets
from tests.parts.lti_platform import LtiPlatform

PLATFORM = LtiPlatform()
CLAIMS = {"sub": "42"}


@dataclass
class KeySetPlace:
    """Where a platform publishes its keys. moment: of the clock; asked: how often it was asked."""

    is_down: bool = False
    moment: float = 1000.0
    asked: int = 0

    def seconds(self) -> float:
        return self.moment

    async def json(self, _address: str, _body: Mapping[str, Any] | None = None, _token: str = "") -> object:
        self.asked += 1
        await asyncio.sleep(0)
        if self.is_down:
            raise LtiRefusedError("unreachable", host="lms.example.ac.id", why="502")
        return PLATFORM.key_set

    async def page(self, address: str, kind: str, token: str) -> tuple[object, str]:
        raise NotImplementedError

    async def post(self, address: str, body: str, kind: str, token: str = "") -> bytes:
        raise NotImplementedError


@pytest.fixture
def place() -> KeySetPlace:
    return KeySetPlace()


@pytest.fixture
def key_sets(place: KeySetPlace) -> KeySets:
    return KeySets(place, clock=place.seconds)


def subject(key_sets: KeySets, token: str) -> object:
    return asyncio.run(key_sets.claims(PLATFORM.registered, token))["sub"]


def refusal(key_sets: KeySets, token: str) -> str:
    with pytest.raises(LtiRefusedError) as refused:
        subject(key_sets, token)
    return refused.value.reason


def test_a_key_set_that_cannot_be_fetched_lets_nobody_in(key_sets: KeySets, place: KeySetPlace) -> None:
    place.is_down = True

    assert refusal(key_sets, PLATFORM.signed(CLAIMS)) == "keys_unreachable"
    place.is_down = False
    assert subject(key_sets, PLATFORM.signed(CLAIMS)) == "42"


def test_while_a_platform_is_down_the_keys_that_were_known_still_hold(
    key_sets: KeySets, place: KeySetPlace
) -> None:
    subject(key_sets, PLATFORM.signed(CLAIMS))
    place.is_down, place.moment = True, place.moment + 2 * KEEP_SECONDS

    assert subject(key_sets, PLATFORM.signed(CLAIMS)) == "42"
    assert refusal(key_sets, PLATFORM.signed(CLAIMS, kid="new")) == "key_unknown"


def test_a_made_up_key_has_the_set_fetched_at_most_once_in_ten_seconds(
    key_sets: KeySets, place: KeySetPlace
) -> None:
    for _ in range(5):
        assert refusal(key_sets, PLATFORM.signed(CLAIMS, kid="made-up")) == "key_unknown"
    assert place.asked == 1

    place.moment += AGAIN_SECONDS
    assert refusal(key_sets, PLATFORM.signed(CLAIMS, kid="made-up")) == "key_unknown"
    assert place.asked == 2


def test_of_a_class_that_comes_at_once_one_fetches_the_keys(key_sets: KeySets, place: KeySetPlace) -> None:
    async def come() -> None:
        token = PLATFORM.signed(CLAIMS)
        await asyncio.gather(*(key_sets.claims(PLATFORM.registered, token) for _ in range(70)))

    asyncio.run(come())

    assert place.asked == 1

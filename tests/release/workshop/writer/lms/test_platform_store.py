"""The platforms that are registered, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from release.lms.refusal import LtiRefusedError
from release.workshop.writer.database import open_database
from release.workshop.writer.lms.platform_store import PlatformStore
from tests.parts.lti_platform import LtiPlatform

MOMENT = datetime(2026, 11, 30, 8, tzinfo=UTC)
PLATFORM = LtiPlatform().registered


@pytest.fixture
def store(url: str) -> Iterator[PlatformStore]:
    engine = open_database(url, make=True)
    yield PlatformStore(engine, lambda: MOMENT)
    engine.dispose()


def refusal_of(store: PlatformStore, token: str) -> str:
    with pytest.raises(LtiRefusedError) as refused:
        store.register(PLATFORM, token)
    return refused.value.reason


def test_a_platform_stands_as_it_was_typed_in_until_it_is_removed(store: PlatformStore) -> None:
    store.add(PLATFORM.model_copy(update={"deployments": ("8", "7", "8")}))

    (stored,) = store.platforms()
    assert stored == PLATFORM.model_copy(update={"number": stored.number, "deployments": ("7", "8")})
    store.remove(stored.number)
    assert store.platforms() == []


def test_the_same_client_of_an_issuer_is_kept_once(store: PlatformStore) -> None:
    store.add(PLATFORM)

    with pytest.raises(LtiRefusedError) as refused:
        store.add(PLATFORM)
    assert refused.value.reason == "known_platform"
    store.add(PLATFORM.model_copy(update={"client_id": "second"}))
    assert len(store.platforms()) == 2


def test_an_invitation_registers_one_platform_and_no_other(store: PlatformStore) -> None:
    token = store.invite()
    assert store.is_invited(token)

    store.register(PLATFORM, token)

    assert not store.is_invited(token)
    assert refusal_of(store, token) == "not_invited"
    assert len(store.platforms()) == 1


@pytest.mark.parametrize("token", ["", "guessed"])
def test_nobody_registers_without_an_invitation(store: PlatformStore, token: str) -> None:
    store.invite()

    assert refusal_of(store, token) == "not_invited"
    assert store.platforms() == []


def test_an_invitation_ends_after_an_hour(store: PlatformStore) -> None:
    token = store.invite()
    later = PlatformStore(store.engine, lambda: MOMENT + timedelta(hours=1))

    assert not later.is_invited(token)
    assert refusal_of(later, token) == "not_invited"


def test_a_platform_that_stands_here_already_does_not_use_the_invitation_up(store: PlatformStore) -> None:
    store.add(PLATFORM)
    token = store.invite()

    assert refusal_of(store, token) == "known_platform"
    assert store.is_invited(token)

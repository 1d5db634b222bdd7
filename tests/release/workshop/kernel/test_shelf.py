"""The shelf of a seat: what it asks the writer for, and how often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graders.key.key import keys_folder
from release.workshop.kernel.client import WriterClient
from release.workshop.kernel.shelf import WorkshopShelf, read_case
from release.workshop.seats.seat_pass import seat_pass
from release.workshop.wire import Address, Answer, Request
from release.workshop.writer.lines import Caller
from release.workshop.writer.playable import playables
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.writer import Writer
from scenarios.library import CASES, practice_ids
from tests.parts.databases import sqlite_url
from widgets.conversation import Conversation

SECRET, ANA, BEO = "of this run", "a" * 32, "b" * 32
CASE, OTHER, THIRD = practice_ids(CASES)[:3]


class CountedClient(WriterClient):
    """A line to a writer in this process that remembers what was asked."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(Address(port=0))
        self.writer, self.requests = writer, list[Request]()

    def ask(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.writer.answer(request, Caller())


@pytest.fixture
def client(tmp_path: Path) -> Iterator[CountedClient]:
    store = WorkshopStore(sqlite_url(tmp_path))
    cases = playables(CASES, (CASE, OTHER, THIRD), keys_folder())
    writer = Writer(store, cases, CASES, "Ibu R.", SECRET)
    for seat in (ANA, BEO):
        new: Request = {"ask": "new_seat", "seat": seat, "pseudonym": seat, "code": seat}
        assert writer.answer(new, Caller(server=True)) == {"answer": "done"}
    yield CountedClient(writer)
    store.close()


def shelf(client: CountedClient, seat: str = ANA) -> WorkshopShelf:
    return WorkshopShelf(client, seat_pass(SECRET, seat))


def begin(client: CountedClient, case: str, seat: str = ANA, play: str = "0" * 32) -> Conversation:
    conversation = Conversation(shelf(client, seat), "id", lambda: datetime.now(UTC), lambda: play)
    conversation.answer({"type": "ready"})
    conversation.answer({"type": "choose", "case": case})
    conversation.answer({"type": "begin", "n": 0})
    return conversation


def begun(client: CountedClient, seat: str = ANA) -> set[str]:
    progress = shelf(client, seat).state("id").progress
    return {case for case, one in progress.items() if one.status == "begun"}


def test_a_shelf_asks_once_how_far_all_cases_have_come(client: CountedClient) -> None:
    begin(client, OTHER)
    client.requests.clear()

    assert begun(client) == {OTHER}
    assert [request["ask"] for request in client.requests] == ["statuses"]


def test_a_shelf_that_is_shown_again_is_asked_again(client: CountedClient) -> None:
    one = shelf(client)
    before = one.state("id").progress
    begin(client, CASE)

    assert before == {}
    assert set(one.state("id").progress) == {CASE}


def test_two_seats_in_one_kernel_know_nothing_of_each_other(client: CountedClient) -> None:
    begin(client, CASE)
    begin(client, OTHER, BEO, "1" * 32)

    assert (begun(client), begun(client, BEO)) == ({CASE}, {OTHER})


def test_the_cases_are_read_once_whoever_plays_them(client: CountedClient) -> None:
    read_case.cache_clear()

    first, second = (shelf(client, seat).cases() for seat in (ANA, BEO))

    assert all(one is other for one, other in zip(first, second, strict=True))
    assert read_case.cache_info().misses == 3
    assert [request["ask"] for request in client.requests] == ["cases"]

"""Decisions of a running workshop in a real learning record store, and a store that is down or refuses."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from release.workshop.failure import WorkshopRefusedError
from release.workshop.plan import WorkshopPlan
from release.workshop.web.record_store.learning_store import ENVIRONMENT, LearningStore, StoreRefusedError
from release.workshop.web.record_store.statement_sender import StatementSender
from release.workshop.wire import Answer, Request
from tests.parts.learning_record_store import RecordStore, record_store
from tests.parts.machine import free_port, wait_until
from tests.parts.workshop_server import Visitor, running_workshop
from tests.places import CASES

CASE = "daftar-nilai"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordStore]:
    """A real learning record store."""
    with record_store(tmp_path_factory.mktemp("store")) as running:
        yield running


def test_what_is_decided_in_a_workshop_stands_in_the_store_and_the_lobby_says_that(
    store: RecordStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT, f"kasuslab:{store.password}")
    address = f"{store.address}/xAPI"
    log = tmp_path / "log"
    with running_workshop(
        tmp_path / "data", folder=CASES, cases=[CASE], log=log, record_store=address
    ) as workshop:
        visitor = Visitor(workshop.port)
        assert "penyimpan catatan belajar" in visitor.read("/")
        visitor.join()
        with visitor.play() as page:
            page.move(type="begin")
            page.move(type="decide", decision="mendesak", pick="sedang", sure=True)
            page.move(type="decide", decision="bicara", pick="dengar", sure=True)
            wait_until(lambda: len(store.read()) == 1, "the first decision is told")

        (statement,) = store.read()
        assert statement["object"]["id"] == f"urn:x-kasuslab:case:{CASE}:mendesak"
        assert re.fullmatch("[0-9a-f]{20}", statement["actor"]["account"]["name"])
        assert store.password not in workshop.log_text()


@dataclass
class StatementsToSend:
    """A writer with statements that wait, and what it heard became of them."""

    bodies: Sequence[str]
    noted: list[tuple[list[int], str]] = field(default_factory=list)

    async def ask(self, request: Request) -> Answer:
        """What the writer answers."""
        if request["ask"] == "due_statements":
            rest = set(range(len(self.bodies))) - {number for numbers, _ in self.noted for number in numbers}
            due = [{"number": number, "body": self.bodies[number]} for number in sorted(rest)]
            return {"answer": "due_statements", "statements": due}  # type: ignore[typeddict-item]
        assert request["ask"] == "statements_sent"
        self.noted.append((request["numbers"], request["trouble"]))
        return {"answer": "done"}


def sent(store: LearningStore, *bodies: str) -> list[tuple[list[int], str]]:
    writer = StatementsToSend(bodies)
    asyncio.run(StatementSender(writer, store).send_due())
    return writer.noted


def statement(name: str) -> str:
    actor = {"account": {"homePage": "urn:x-kasuslab:tests", "name": name}}
    verb = {"id": "http://adlnet.gov/expapi/verbs/answered"}
    about = {"id": f"urn:x-kasuslab:{name}"}
    moment = "2026-11-30T08:00:00Z"
    return json.dumps(
        {"id": str(uuid.uuid4()), "actor": actor, "verb": verb, "object": about, "timestamp": moment}
    )


def test_one_that_the_store_does_not_take_holds_up_no_other(store: RecordStore) -> None:
    place = LearningStore(f"{store.address}/xAPI/", "kasuslab", store.password)

    noted = sent(place, statement("ana"), '{"actor": 5}', statement("beo"))

    assert noted == [([0], ""), ([1], "422"), ([2], "")]


def test_a_store_that_is_down_or_lets_nobody_in_is_told_of_in_a_word(store: RecordStore) -> None:
    nobody = LearningStore(f"http://127.0.0.1:{free_port()}/", "kasuslab", "x")
    stranger = LearningStore(f"{store.address}/xAPI/", "kasuslab", "not the password")

    assert sent(nobody, statement("ana")) == [([0], "unreachable")]
    assert sent(stranger, statement("ana")) == [([0], "401")]
    with pytest.raises(StoreRefusedError):
        asyncio.run(stranger.send([statement("ana")]))


@pytest.mark.parametrize(
    "address",
    ["http://lrs.example.org/", "lrs.example.org", "https://a:b@lrs.example.org/", "https://l/?a=1"],
)
def test_an_address_that_no_password_may_go_to_is_refused(address: str) -> None:
    with pytest.raises(WorkshopRefusedError, match="--record-store"):
        WorkshopPlan(record_store=address)


def test_a_course_is_told_by_its_file_alone(tmp_path: Path) -> None:
    with pytest.raises(WorkshopRefusedError, match="--xapi"):
        WorkshopPlan(record_store="https://lrs.example.org/xAPI", course=tmp_path)


@pytest.mark.parametrize("login", ["", "kasuslab", ":x", "kasuslab:"])
def test_without_a_login_it_does_not_begin(login: str) -> None:
    with pytest.raises(WorkshopRefusedError, match=ENVIRONMENT):
        LearningStore.of("https://lrs.example.org/", login)

"""A table over a running server: made in the lobby, told on every phone, and whole when something dies."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.parts.workshop_server import PageSocket, Visitor, Workshop, running_workshop

CASE = "daftar-nilai"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with running_workshop(tmp_path_factory.mktemp("tables"), cases=(CASE,), team_size=3) as running:
        yield running


@pytest.fixture
def people(workshop: Workshop) -> list[Visitor]:
    """Three who sit at one table."""
    visitors = [seated(workshop) for _ in range(3)]
    code = table_of(visitors[0])
    for visitor in visitors[1:]:
        visitor.ask("/kelompok", {"deed": "join", "team": code.lower()})
    return visitors


def seated(workshop: Workshop) -> Visitor:
    visitor = Visitor(workshop.port)
    visitor.join()
    return visitor


def table_of(visitor: Visitor) -> str:
    """Make a table; its code."""
    visitor.ask("/kelompok", {"deed": "make"})
    match = re.search(r'class="ws-code ws-team">([A-Z]+)<', visitor.read("/"))
    assert match, "no code of a table was shown"
    return match.group(1)


def nudged(page: PageSocket) -> dict[str, object]:
    """The view after the next push."""
    page.until(lambda frame: frame.get("push") == "refresh")
    page.send({"type": "language", "language": "id"})
    page.view = page.next_view()
    return page.view


def until_answered(visitor: Visitor) -> None:
    """Wait for the writer that takes the place of one that died."""
    deadline = time.monotonic() + 90
    while visitor.ask("/").status != 200:
        assert time.monotonic() < deadline, "no writer came"


def test_the_lobby_offers_a_table_and_shows_its_code_to_all_who_sit_there(people: list[Visitor]) -> None:
    pages = [visitor.read("/") for visitor in people]

    codes = [re.findall(r'class="ws-code ws-team">([A-Z]+)<', page) for page in pages]
    assert codes[0] == codes[1] == codes[2] != []
    assert "Sekarang 3 orang di sini" in pages[0]


def test_why_nobody_can_sit_there_is_said_beside_the_form(workshop: Workshop, people: list[Visitor]) -> None:
    late = seated(workshop)
    assert "Duduk di kelompok" in late.read("/")
    code = re.findall(r'class="ws-code ws-team">([A-Z]+)<', people[0].read("/"))[0]

    assert late.ask("/kelompok", {"deed": "join", "team": code}).status == 422
    assert "sudah penuh" in late.bodies[-1]
    assert late.ask("/kelompok", {"deed": "join", "team": "?"}).status == 422
    assert "Tidak ada kelompok dengan kode itu" in late.bodies[-1]
    assert late.ask("/kelompok", {"deed": "burn"}).status == 422


def test_whoever_guesses_at_codes_is_held_up(workshop: Workshop) -> None:
    visitor = seated(workshop)

    statuses = [visitor.ask("/kelompok", {"deed": "join", "team": "BBBB"}).status for _ in range(25)]

    assert statuses[:20] == [422] * 20
    assert 429 in statuses[20:]


def test_a_form_of_another_site_seats_nobody(workshop: Workshop) -> None:
    visitor = seated(workshop)

    assert visitor.ask("/kelompok", {"deed": "make"}, Origin="http://example.org").status == 403


def test_what_one_phone_does_the_others_look_up_by_themselves(people: list[Visitor]) -> None:
    with ExitStack() as stack:
        ana, beo, caca = (stack.enter_context(visitor.play()) for visitor in people)
        ana.move(type="begin")
        assert nudged(beo)["screen"] == nudged(caca)["screen"] == "scene"
        for page, others in ((ana, (beo, caca)), (beo, (ana, caca)), (caca, (ana, beo))):
            page.move(type="alone", decision="mendesak", pick="sedang")
            for other in others:
                nudged(other)
        beo.move(type="decide", decision="mendesak", pick="sedang")

        views = [beo.view, nudged(ana), nudged(caca)]

        assert [view["n"] for view in views] == [2, 2, 2]


def test_a_table_is_whole_after_its_writer_a_kernel_and_a_phone_died(
    workshop: Workshop, people: list[Visitor]
) -> None:
    with ExitStack() as stack:
        ana, beo, caca = (stack.enter_context(visitor.play()) for visitor in people)
        ana.move(type="begin")
        ana.move(type="alone", decision="mendesak", pick="sedang")
        nudged(beo)
        workshop.writer().kill()
        until_answered(people[0])
        beo.move(type="alone", decision="mendesak", pick="rendah")
        workshop.host_of(caca).kill()
        caca.send({"type": "language", "language": "id"})
        caca.view = caca.next_view()
        assert _team(caca) == {**_team(caca), "phase": "alone", "answered": 2}
        caca.move(type="alone", decision="mendesak", pick="tinggi")
        ana.socket.close()
    with people[0].play() as ana:
        assert _team(ana) == {**_team(ana), "phase": "together", "own": ["Ditangani hari ini"]}
        ana.move(type="decide", decision="mendesak", pick="sedang")
        assert ana.view["n"] == 2


def test_a_table_goes_on_after_the_server_was_started_again(tmp_path: Path) -> None:
    with running_workshop(tmp_path, cases=(CASE,), team_size=3) as first:
        visitors = [seated(first) for _ in range(2)]
        visitors[1].ask("/kelompok", {"deed": "join", "team": table_of(visitors[0])})
        with visitors[0].play() as ana:
            ana.move(type="begin")
            ana.move(type="alone", decision="mendesak", pick="sedang")
    with running_workshop(tmp_path, cases=(CASE,)) as second:  # also where no new tables are made
        again = [Visitor(second.port, visitor.cookies) for visitor in visitors]
        with again[0].play() as ana, again[1].play() as beo:
            assert _team(ana) == {**_team(ana), "phase": "waiting"}
            beo.move(type="alone", decision="mendesak", pick="sedang")
            assert nudged(ana)["team"] == {**_team(ana), "phase": "together"}


def test_where_no_tables_were_planned_none_is_offered(tmp_path: Path) -> None:
    with running_workshop(tmp_path, cases=(CASE,)) as running:
        visitor = seated(running)

        assert "kelompok" not in visitor.read("/").lower()
        assert visitor.ask("/kelompok", {"deed": "make"}).status == 422


def test_those_at_a_table_see_who_comes(workshop: Workshop) -> None:
    pair = [seated(workshop) for _ in range(2)]
    code = table_of(pair[0])
    with pair[0].play() as first:
        first.move(type="begin")
        pair[1].ask("/kelompok", {"deed": "join", "team": code})

        view = nudged(first)

        assert _team(first)["members"] == 2
        assert view["screen"] == "scene"


def test_a_page_that_was_open_before_its_seat_sat_down_is_told_of_the_tables_moves(
    workshop: Workshop,
) -> None:
    first, second = (seated(workshop) for _ in range(2))
    code = table_of(first)
    with first.play() as ana, second.play() as beo:
        second.ask("/kelompok", {"deed": "join", "team": code})
        nudged(beo)
        beo.send({"type": "choose", "case": CASE})
        beo.view = beo.next_view()
        ana.move(type="begin")

        assert nudged(beo)["screen"] == "scene"
        second.ask("/kelompok", {"deed": "leave"})
        beo.until(lambda frame: frame.get("push") == "refresh")
        nudged(ana)
        ana.move(type="alone", decision="mendesak", pick="sedang")
        assert _team(ana)["phase"] == "together"
        beo.send({"type": "language", "language": "id"})
        assert beo.next_view()["team"] is None


def test_a_move_whose_phone_is_gone_is_looked_up_all_the_same(people: list[Visitor]) -> None:
    with ExitStack() as stack:
        ana, beo = (stack.enter_context(visitor.play()) for visitor in people[:2])
        ana.send({"n": 0, "type": "begin"})
        ana.socket.close()
        deadline = time.monotonic() + 10
        while beo.view["screen"] != "scene" and time.monotonic() < deadline:
            nudged(beo)

        assert beo.view["screen"] == "scene"


def _team(page: PageSocket) -> dict[str, object]:
    team: dict[str, object] = page.view["team"]
    return team

from __future__ import annotations

import pytest

from release.workshop.failure import WorkshopRefusedError
from release.workshop.plan import WorkshopPlan
from release.workshop.proxy.public_address import NOWHERE_ELSE, PublicAddress


@pytest.mark.parametrize(
    ("typed", "url", "base"),
    [
        ("https://lab.example.org", "https://lab.example.org/", ""),
        ("https://Lab.Example.org:443/", "https://lab.example.org/", ""),
        ("http://192.0.2.7:8080/lab", "http://192.0.2.7:8080/lab/", "/lab"),
        (" https://lab.example.org/a/b-1/ ", "https://lab.example.org/a/b-1/", "/a/b-1"),
        ("https://[2001:db8::1]:8443/lab/", "https://[2001:db8::1]:8443/lab/", "/lab"),
    ],
)
def test_a_public_url_is_kept_as_browsers_write_it_with_a_slash_at_its_end(
    typed: str, url: str, base: str
) -> None:
    assert WorkshopPlan(public_url=typed).public == PublicAddress(url, base)


@pytest.mark.parametrize(
    "typed",
    [
        "lab.example.org",
        "ftp://lab.example.org/",
        "https://",
        "https://ibu@lab.example.org/",
        "https://lab.example.org/?lab",
        "https://lab.example.org/#lab",
        "https://lab.example.org:port/",
        "https://lab.exämple.org/",
        "https://lab.example.org;x/",
    ],
)
def test_what_no_participant_can_open_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(WorkshopRefusedError, match=r"--public-url: .*https://lab\.example\.org/"):
        WorkshopPlan(public_url=typed)


@pytest.mark.parametrize("typed", ["/lab", "lab/", "/lab/", "//lab//"])
def test_a_base_is_the_same_however_its_slashes_are_typed(typed: str) -> None:
    assert WorkshopPlan(base_url=typed).public == PublicAddress("", "/lab")


@pytest.mark.parametrize("typed", ["/lab/../", "/./", "/lab?x", "/la b/", '/lab"', "/lab;path=/", "/läb/"])
def test_a_base_that_a_header_or_a_page_would_read_otherwise_is_refused(typed: str) -> None:
    with pytest.raises(WorkshopRefusedError, match="--base-url, "):
        WorkshopPlan(base_url=typed)


def test_a_base_beside_a_public_url_that_ends_otherwise_is_refused() -> None:
    with pytest.raises(WorkshopRefusedError, match="--base-url"):
        WorkshopPlan(public_url="https://lab.example.org/lab/", base_url="/")

    both = WorkshopPlan(public_url="https://lab.example.org/lab/", base_url="/lab")
    assert both.public == PublicAddress("https://lab.example.org/lab/", "/lab")


def test_the_server_gets_what_the_command_line_was_told() -> None:
    plan = WorkshopPlan.model_validate(
        {"public_url": "https://lab.example.org/lab", "proxy": "127.0.0.1, 10.1.2.3/8"}
    )

    assert plan.proxy == ("127.0.0.1/32", "10.0.0.0/8")
    assert WorkshopPlan.from_line(plan.to_line()) == plan


def test_an_announced_address_is_one_and_no_url() -> None:
    assert WorkshopPlan(announce="192.168.1.5").announce == "192.168.1.5"
    with pytest.raises(WorkshopRefusedError, match="--public-url"):
        WorkshopPlan(announce="https://lab.example.org/")


def test_a_page_stands_below_the_base_and_without_one_at_the_root() -> None:
    assert PublicAddress("", "/lab").at("/board") == "/lab/board"
    assert NOWHERE_ELSE.at("/board") == "/board"

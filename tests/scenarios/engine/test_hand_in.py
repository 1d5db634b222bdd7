"""The file that is handed in where there is no hub: what it holds, and what is refused."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from scenarios.engine.hand_in import (
    CARD_MEMBER,
    MAX_HAND_IN_BYTES,
    HandIn,
    HandInError,
    hand_in_bytes,
    hand_in_name,
    plain_participant,
    read_hand_in,
)
from scenarios.engine.record import RECORD_NAME

RECORD = b'{"n":0}\n{"n":1,"ev'
MADE = "2026-11-22T07:00:00.123456Z"
HAND_IN = HandIn(case="daftar-nilai", version="1.0.0", course="uji", participant="p 12", made=MADE)
CARD = json.dumps(HAND_IN.model_dump()).encode()


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def carded(**changes: object) -> bytes:
    card = json.dumps({**HAND_IN.model_dump(), **changes}).encode()
    return packed((RECORD_NAME, RECORD), (CARD_MEMBER, card))


def test_what_was_handed_in_is_read_back_byte_for_byte() -> None:
    assert read_hand_in(hand_in_bytes(RECORD, HAND_IN)) == (HAND_IN, RECORD)


def test_it_is_a_zip_of_two_plain_files_and_the_same_again_gives_the_same_bytes() -> None:
    data = hand_in_bytes(RECORD, HAND_IN)

    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == [RECORD_NAME, CARD_MEMBER]
    assert hand_in_bytes(RECORD, HAND_IN) == data


def test_its_name_is_the_same_for_the_same_play_and_fits_every_file_system() -> None:
    assert hand_in_name("daftar-nilai", "0123456789abcdef" * 2) == "serahan-daftar-nilai-01234567.zip"


def test_a_participant_may_stay_unnamed_and_the_spaces_around_an_id_go() -> None:
    assert HandIn(case="x", version="1.0.0", course="", made=MADE).participant is None
    assert plain_participant("  p 12 ") == "p 12"


@pytest.mark.parametrize("name", ["", " ", "ana@contoh.id", "../p1", "p\n1", "=1+1", "x" * 61, "\ud800"])
def test_what_is_no_id_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no id"):
        plain_participant(name)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no ZIP"),
        (b"%PDF-1.7", "no ZIP"),
        (hand_in_bytes(RECORD, HAND_IN)[:-30], "no ZIP"),
        (hand_in_bytes(RECORD, HAND_IN).replace(b"PK\x01\x02", b"PK\x09\x02"), "no ZIP"),
        (b"x" * (MAX_HAND_IN_BYTES + 1), "more than 1000000"),
        (packed((RECORD_NAME, RECORD)), "holds 1 files"),
        (packed((RECORD_NAME, RECORD), (CARD_MEMBER, CARD), ("x", b"")), "holds 3 files"),
        (packed((f"../{RECORD_NAME}", RECORD), (CARD_MEMBER, CARD)), "not just"),
        (packed((f"/{RECORD_NAME}", RECORD), (CARD_MEMBER, CARD)), "not just"),
        (packed((RECORD_NAME, bytes(1_000_001)), (CARD_MEMBER, CARD)), "larger than 1000000"),
        (packed((RECORD_NAME, RECORD), (CARD_MEMBER, b" " * 5000)), "larger than 4000"),
        (packed((RECORD_NAME, RECORD), (CARD_MEMBER, CARD), method=zipfile.ZIP_BZIP2), "packed in a way"),
        (packed((RECORD_NAME, RECORD), (CARD_MEMBER, b"[" * 4000)), "not JSON"),
        (packed((RECORD_NAME, RECORD), (CARD_MEMBER, b"[]")), "cannot be read"),
        (carded(format=2), "has the format 2, not 1"),
        (carded(case="../x"), "case: "),
        (carded(participant="a/b"), "participant: "),
        (carded(email="a@b.id"), "Extra inputs"),
    ],
)
def test_what_is_no_hand_in_is_refused_with_its_name(data: bytes, words: str) -> None:
    with pytest.raises(HandInError, match=words) as caught:
        read_hand_in(data, file="a.zip")

    assert str(caught.value).startswith("a.zip: ")


def test_a_zip_that_lies_about_its_sizes_unpacks_no_further_than_it_may() -> None:
    bomb = packed((RECORD_NAME, bytes(50_000_000)), (CARD_MEMBER, CARD))
    size = (50_000_000).to_bytes(4, "little")

    with pytest.raises(HandInError):
        read_hand_in(bomb)
    with pytest.raises(HandInError):
        read_hand_in(bomb.replace(size, (10).to_bytes(4, "little")))


def test_a_member_that_stands_there_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        doubled = packed((RECORD_NAME, RECORD), (RECORD_NAME, RECORD), (CARD_MEMBER, CARD))

    with pytest.raises(HandInError, match="holds 3 files"):
        read_hand_in(doubled)

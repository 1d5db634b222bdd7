"""The rehearsal that fills a host's memory before its first page comes, and measures what a seat holds."""

from __future__ import annotations

import pytest

from release.workshop.kernel.rehearsal import rehearse, seat_size
from scenarios.directory.glossary import load_glossary
from scenarios.directory.services import load_directory
from scenarios.library import CASES, case_folder, practice_ids
from scenarios.loader import load_case
from tests.places import CASES as TESTED

SMALL = TESTED / "daftar-nilai"


@pytest.mark.parametrize("case_id", practice_ids(CASES)[:3])
def test_a_case_of_the_library_is_rehearsed_to_its_end(case_id: str) -> None:
    assert rehearse(load_case(case_folder(case_id, CASES)), load_directory())


def test_what_a_play_looks_up_is_known_after_it() -> None:
    load_glossary.cache_clear()

    assert rehearse(load_case(SMALL), load_directory())

    assert load_glossary.cache_info().currsize == 1


def test_a_seat_holds_less_than_a_kernel_of_its_own_did() -> None:
    assert 1024 < seat_size(load_case(SMALL), load_directory()) < 2 * 1024 * 1024

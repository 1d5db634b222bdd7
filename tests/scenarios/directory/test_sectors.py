"""Sectors and their families."""

from __future__ import annotations

from release.course.simulate import SECTORS
from scenarios.directory.sectors import load_sectors, roles_of
from scenarios.library import case_folder, practice_ids
from scenarios.loader import load_case


def test_every_sector_belongs_to_a_family_and_no_family_is_empty() -> None:
    known = load_sectors()
    assert {sector.family for sector in known.sectors.values()} == set(known.families)


def test_simulated_trainees_come_from_known_sectors() -> None:
    assert set(SECTORS) <= set(load_sectors().sectors)


def test_every_case_for_practice_is_somebodys_own_and_no_sector_names_a_role_that_no_case_has() -> None:
    known = load_sectors().sectors
    roles = {load_case(case_folder(case)).role for case in practice_ids()}

    assert {role for sector in known.values() for role in sector.roles} == roles
    assert [name for name in known if not roles_of(name)] == []

"""Sectors and their families."""

from __future__ import annotations

from release.course.simulate import SECTORS
from scenarios.directory.sectors import load_sectors


def test_every_sector_belongs_to_a_family_and_no_family_is_empty() -> None:
    known = load_sectors()
    assert {sector.family for sector in known.sectors.values()} == set(known.families)


def test_simulated_trainees_come_from_known_sectors() -> None:
    assert set(SECTORS) <= set(load_sectors().sectors)

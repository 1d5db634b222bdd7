"""Sources and rules that a case rests on come along with it; none that stands here is written over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copyfile, copytree

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from graders.key.key import load_key
from graders.key.rules import RULES, load_rules
from release.author.bench.edit import Put, Take, edited
from release.author.sharing.arrival import arrivals
from release.author.sharing.bundle import Bundle, read_bundle
from release.author.sharing.case_places import RULES_PART, SOURCES_PART, CasePlaces
from release.author.sharing.intake import take_in
from release.author.sharing.lab_seal import LabSeal
from release.author.sharing.packing import Sender, pack_cases
from release.author.sharing.words import SharingError
from scenarios.directory.sources import SOURCES, load_sources
from scenarios.documents.document import Data
from scenarios.loader import load_case
from tests.parts.key_with_rules import write_key_with_rules
from tests.places import CASES, GUIDES, KEYS

CASE, SOURCE, RULE = "daftar-nilai", "L99", "aturan_baru"
TODAY = date(2027, 1, 15)
PASSPHRASE = "kuda baterai tangga hujan"  # noqa: S105 -- of these tests
NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)
TITLE = {"id": "UU 99/2099", "en": "Law 99/2099"}
LAW: dict[str, Data] = {
    "title": {**TITLE},
    "kind": "law",
    "mark": "seen",
    "read": "2026-03-31",
    "how": "opened",
}
WORDS = {"id": "Anak didengar lebih dulu.", "en": "The child is heard first."}
Making = Callable[[str], CasePlaces]


@pytest.fixture
def lab_in(tmp_path: Path) -> Making:
    """A factory: a lab with catalogues of its own, in a folder of that name; it has no case yet."""

    def make(name: str) -> CasePlaces:
        root = tmp_path / name
        root.mkdir()
        sources = Path(copyfile(SOURCES, root / "sources.yaml"))
        rules = Path(copyfile(RULES, root / "rules.yaml"))
        named = CasePlaces(root / "cases", root / "keys", root / "guides")
        return replace(named, sources=sources, rules=rules)

    return make


@pytest.fixture
def sender(lab_in: Making) -> CasePlaces:
    """A lab whose case rests on a source and a rule that no other lab has."""
    lab = lab_in("sender")
    copytree(CASES, lab.cases)
    copytree(KEYS, lab.keys)
    copytree(GUIDES, lab.guides)
    rule: dict[str, Data] = {"text": {**WORDS}, "mark": "law", "sources": [SOURCE]}
    change(lab.sources, Put(("sources", SOURCE), LAW))
    change(lab.rules, Put(("rules", RULE), rule))
    write_key_with_rules(lab.keys, ("tinggi: [-sedang]", f"tinggi: [-{RULE}]"))
    return lab


def change(file: Path, edit: Put | Take) -> None:
    file.write_text(edited(file.read_text("utf-8"), [edit]), encoding="utf-8")


@pytest.fixture
def bundle(sender: CasePlaces, tmp_path: Path) -> Bundle:
    file = tmp_path / "kasus.zip"
    who = Sender("Lab Kabupaten X", LabSeal(Ed25519PrivateKey.generate()), "0.2.0")
    pack_cases([sender.cases / CASE], sender, file, sender=who, passphrase=PASSPHRASE, now=NOW)
    return read_bundle(file)


def test_what_a_case_rests_on_is_in_its_bundle_and_its_rules_are_sealed(bundle: Bundle) -> None:
    assert {SOURCES_PART, RULES_PART} <= bundle.parts.keys()
    assert TITLE["id"].encode() in bundle.parts[SOURCES_PART]
    assert WORDS["id"].encode() not in bundle.parts[RULES_PART]
    assert WORDS["id"].encode() in bundle.opened(PASSPHRASE)[RULES_PART]


def test_what_the_other_lab_lacks_is_shown_first_and_then_written_with_the_case(
    bundle: Bundle, lab_in: Making
) -> None:
    other = lab_in("other")
    arrived, brought = arrivals(bundle, PASSPHRASE, other, TODAY)
    lines = [one.texts["en"] for one in brought.sentences()]

    assert any(f"The source {SOURCE} is not here yet" in line and TITLE["en"] in line for line in lines)
    assert any(f"The rule “{RULE}” is not here yet" in line and WORDS["en"] in line for line in lines)
    assert other.sources.read_bytes() == SOURCES.read_bytes()

    take_in(arrived, other, brought)

    assert other.sources.read_bytes().startswith(SOURCES.read_bytes().rstrip())
    assert other.rules.read_bytes().startswith(RULES.read_bytes().rstrip())
    sources, rules = load_sources(other.sources), load_rules(other.rules, other.sources)
    assert rules[RULE].sources == (SOURCE,)
    key = load_key(load_case(other.cases / CASE), other.keys, sources=sources, rules=rules)
    assert key.case == CASE
    _, again = arrivals(bundle, PASSPHRASE, other, TODAY)
    assert (*again.sentences(), *again.files) == ()


def test_what_says_something_else_here_is_told_and_stays(bundle: Bundle, lab_in: Making) -> None:
    other = lab_in("other")
    change(other.sources, Put(("sources", SOURCE), {**LAW, "title": {"id": "Lain", "en": "Other"}}))
    before = other.sources.read_bytes()
    arrived, brought = arrivals(bundle, PASSPHRASE, other, TODAY)
    lines = [one.texts["en"] for one in brought.sentences()]

    take_in(arrived, other, brought)

    assert any("say something else" in line and SOURCE in line for line in lines)
    assert other.sources.read_bytes() == before
    assert RULE in other.rules.read_text("utf-8")


def test_a_rule_whose_mark_nothing_bears_here_brings_the_whole_bundle_to_nothing(
    bundle: Bundle, lab_in: Making
) -> None:
    other = lab_in("other")
    change(other.sources, Put(("sources", SOURCE), {**LAW, "kind": "lab"}))

    with pytest.raises(SharingError, match=CASE):
        arrivals(bundle, PASSPHRASE, other, TODAY)

    assert not other.cases.exists()

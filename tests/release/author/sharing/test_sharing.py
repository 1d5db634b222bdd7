"""Cases from one lab to another: what comes in is what was sent, and everything else is refused."""

from __future__ import annotations

import io
import json
import stat
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copytree

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from graders.key.key import load_key
from graders.review.round_file import load_round, read_round, write_round
from release.author.check import Bench, check_case, errors
from release.author.sharing.arrival import CaseArrival, arrivals
from release.author.sharing.bundle import (
    FORM,
    MANIFEST,
    MOST_FILE_BYTES,
    SIGNATURE,
    BundleManifest,
    read_bundle,
)
from release.author.sharing.case_places import CasePlaces
from release.author.sharing.intake import LabBook, prove_standing, take_in
from release.author.sharing.known_labs import KnownLabs, read_known_labs
from release.author.sharing.lab_seal import LabSeal, fingerprint, read_lab_seal
from release.author.sharing.packing import Sender, pack_cases
from release.author.sharing.words import SharingError
from release.workshop.writer.playable import NotForPracticeError, playables
from scenarios.documents.problem import ProblemsError
from scenarios.library import CASES as LIBRARY
from scenarios.loader import load_case
from tests.parts.review_round import CaseInReview, commented, write_review
from tests.places import CASES, GUIDES, KEYS

CASE, FORM_CASE = "daftar-nilai", "bentuk-warga-a"
TODAY = date(2027, 1, 15)
PASSPHRASE = "kuda baterai tangga hujan"  # noqa: S105 -- of these tests
ANOTHER, SHORT = "Kuda baterai tangga hujan", "  pendek     "
NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)
STORY = f"cases/{CASE}/case.yaml"
Change = Callable[[Path, str, str], None]


@pytest.fixture(scope="module")
def seal() -> LabSeal:
    return LabSeal(Ed25519PrivateKey.generate())


@pytest.fixture(scope="module")
def sender(seal: LabSeal) -> Sender:
    return Sender("Lab Kabupaten X", seal, "0.2.0")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> CasePlaces:
    """The lab that sends: a copy of the folders of the tests, with one test form."""
    root = tmp_path_factory.mktemp("sender")
    copytree(CASES, root / "cases")
    copytree(LIBRARY / FORM_CASE, root / "cases" / FORM_CASE)
    copytree(KEYS, root / "keys")
    copytree(GUIDES, root / "guides")
    return CasePlaces(root / "cases", root / "keys", root / "guides")


@pytest.fixture(scope="module")
def bundle(lab: CasePlaces, sender: Sender, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sent") / "kasus.zip"
    pack(lab, file, sender, CASE, FORM_CASE)
    return file


@pytest.fixture
def other(tmp_path: Path) -> CasePlaces:
    """A lab that has nothing yet."""
    return CasePlaces(tmp_path / "cases", tmp_path / "keys", tmp_path / "guides")


def pack(lab: CasePlaces, file: Path, sender: Sender, *cases: str, passphrase: str = PASSPHRASE) -> list[str]:
    folders = [lab.cases / case for case in cases]
    lines = pack_cases(folders, lab, file, sender=sender, passphrase=passphrase, now=NOW)
    return [one.texts["en"] for one in lines]


def arrived(file: Path, other: CasePlaces, passphrase: str = PASSPHRASE) -> tuple[CaseArrival, ...]:
    return arrivals(read_bundle(file), passphrase, other, TODAY)[0]


def texts(folder: Path) -> Mapping[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def refused(file: Path) -> str:
    with pytest.raises(SharingError) as refusal:
        read_bundle(file)
    return str(refusal.value.args[0].texts["en"])


def members(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zip_of(place: Path, files: Mapping[str, bytes], *more: tuple[zipfile.ZipInfo, bytes]) -> Path:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for info, content in more:
            archive.writestr(info, content)
    place.write_bytes(made.getvalue())
    return place


def signed(files: Mapping[str, bytes], seal: LabSeal, /, **changes: object) -> dict[str, bytes]:
    """These files, with `changes` in their manifest, which `seal` signs anew."""
    manifest = json.dumps({**json.loads(files[MANIFEST]), **changes}).encode()
    return {**files, MANIFEST: manifest, SIGNATURE: seal.signature(manifest)}


def test_a_case_comes_into_an_empty_lab_as_it_was_sent(
    bundle: Path, lab: CasePlaces, other: CasePlaces
) -> None:
    came = arrived(bundle, other)
    assert [one.standing for one in came] == ["new", "new"]

    take_in(came, other)

    for name, place in other.files(CASE).items():
        sent = lab.files(CASE)[name]
        assert place.is_file() == sent.is_file(), name
        assert not sent.is_file() or place.read_bytes() == sent.read_bytes()
    assert load_key(load_case(other.cases / CASE), other.keys).case == CASE
    assert (other.graphs / f"{CASE}.svg").read_text(encoding="utf-8").startswith("<svg")
    assert [one.standing for one in arrived(bundle, other)] == ["same", "same"]
    if sys.platform != "win32":
        secret = [*other.keys.rglob("*.yaml"), *other.guides.rglob("*.yaml")]
        assert {stat.S_IMODE(file.stat().st_mode) for file in secret} == {0o600}


def test_what_was_taken_in_is_checked_as_the_sender_would(
    bundle: Path, lab: CasePlaces, other: CasePlaces
) -> None:
    take_in(arrived(bundle, other), other)

    here, there = (
        check_case(place.cases / CASE, Bench(place.keys, NOW.date(), place.guides, 20)).problems
        for place in (other, lab)
    )
    assert [(one.rule, one.path) for one in here] == [(one.rule, one.path) for one in there]
    assert errors(here) == errors(there)


def test_a_test_form_brings_its_key_and_opens_for_no_practice(bundle: Path, other: CasePlaces) -> None:
    came = arrived(bundle, other)
    lines = [line.texts["en"] for one in came for line in one.sentences()]
    assert any("is a test form" in line and FORM_CASE in line for line in lines)

    taken = take_in(came, other)[-1].texts["en"]

    assert FORM_CASE in taken
    assert str(other.keys) in taken
    assert load_key(load_case(other.cases / FORM_CASE), other.keys).case == FORM_CASE
    assert not (other.graphs / f"{FORM_CASE}.svg").exists()
    with pytest.raises(NotForPracticeError):
        playables(other.cases, (FORM_CASE,), other.keys)


@pytest.mark.parametrize(
    ("use", "words"), [("test", "test form in this lab"), ("practice", "for practice in")]
)
def test_no_bundle_turns_a_test_into_practice_or_back(
    bundle: Path, other: CasePlaces, lab: CasePlaces, use: str, words: str
) -> None:
    case = FORM_CASE if use == "practice" else CASE
    copytree(lab.cases / case, other.cases / case)
    edit(
        other.cases / case / "case.yaml", f"use: {'test' if use == 'practice' else 'practice'}", f"use: {use}"
    )

    with pytest.raises(SharingError) as refusal:
        arrived(bundle, other)

    assert words in refusal.value.args[0].texts["en"]


def test_the_key_and_the_guide_stand_in_no_bundle_without_its_passphrase(
    bundle: Path, other: CasePlaces
) -> None:
    packed = members(bundle)
    secret = [name for name in packed if name.startswith("sealed/")]

    assert {f"sealed/keys/{CASE}.yaml", f"sealed/keys/{FORM_CASE}.en.yaml"} <= {*secret}
    assert not any(b"decisions" in packed[name] or b"case:" in packed[name] for name in secret)
    with pytest.raises(SharingError, match=r"frasa sandi|passphrase"):
        arrived(bundle, other, passphrase=ANOTHER)
    assert not other.cases.exists()


def test_a_review_of_another_lab_comes_in_as_a_draft(
    lab: CasePlaces, sender: Sender, other: CasePlaces, tmp_path: Path
) -> None:
    reviewed = replace(lab, cases=tmp_path / "reviewed")
    copytree(lab.cases / CASE, reviewed.cases / CASE)
    edit(reviewed.cases / CASE / "case.yaml", "status: draft", "status: reviewed  # dua peninjau")
    pack(reviewed, tmp_path / "kasus.zip", sender, CASE)

    came = arrived(tmp_path / "kasus.zip", other)
    take_in(came, other)

    story = (other.cases / CASE / "case.yaml").read_text(encoding="utf-8")
    assert load_case(other.cases / CASE).status == "draft"
    assert story == (reviewed.cases / CASE / "case.yaml").read_text(encoding="utf-8").replace(
        "status: reviewed", "status: draft"
    )
    assert any("comes in as a draft" in line.texts["en"] for line in came[0].sentences())
    edit(other.cases / CASE / "case.yaml", "status: draft", "status: reviewed")  # by this lab's own review
    assert arrived(tmp_path / "kasus.zip", other)[0].standing == "same"


def test_the_round_of_another_lab_travels_sealed_is_told_and_counts_for_nothing_here(
    sender: Sender, other: CasePlaces, tmp_path: Path
) -> None:
    in_review = CaseInReview.in_folder(tmp_path / "reviewing")
    round_ = commented(in_review.agreed_round(), "police_1", "practice", text="Lihat kunci mendesak.")
    write_round(round_, in_review.keys)
    write_review(in_review.folder)
    theirs = CasePlaces(in_review.root / "cases", in_review.keys, in_review.root / "guides")
    pack(theirs, tmp_path / "kasus.zip", sender, CASE)

    came = arrived(tmp_path / "kasus.zip", other)
    take_in(came, other)

    sentences = " ".join(line.texts["en"] for line in came[0].sentences())
    agree = "lawyer, social worker, police officer, language editor, child protection worker"
    assert f"agree: {agree}; objections: 0; comments: 1, open: 1." in sentences
    assert "Lihat kunci" not in "".join(map(repr, members(tmp_path / "kasus.zip").values()))
    assert read_round(other.round_elsewhere(CASE)) == round_
    assert load_round(CASE, other.keys) is None
    assert load_case(other.cases / CASE).is_draft
    assert "review:" not in (other.cases / CASE / "case.yaml").read_text(encoding="utf-8")
    assert arrived(tmp_path / "kasus.zip", other)[0].standing == "same"


def test_a_case_with_a_round_that_cannot_be_read_is_not_packed(sender: Sender, tmp_path: Path) -> None:
    in_review = CaseInReview.in_folder(tmp_path / "reviewing")
    file = write_round(in_review.open_round(), in_review.keys)
    edit(file, "opened:", "dibuka:")
    theirs = CasePlaces(in_review.root / "cases", in_review.keys, in_review.root / "guides")

    with pytest.raises(ProblemsError, match="opened"):
        pack(theirs, tmp_path / "kasus.zip", sender, CASE)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def raised(place: CasePlaces, version: str) -> None:
    """Give the case and its key in `place` another version."""
    own = load_case(place.cases / CASE).version
    for file in (place.cases / CASE / "case.yaml", place.keys / f"{CASE}.yaml"):
        edit(file, f"version: {own}", f"version: {version}")


def test_a_case_that_differs_is_written_over_only_where_that_is_said(bundle: Path, other: CasePlaces) -> None:
    take_in(arrived(bundle, other), other)
    key = other.keys / f"{CASE}.yaml"
    edit(key, "panel: none", "panel: none  # lab ini saja")
    stood = key.read_bytes()

    came = arrived(bundle, other)
    assert [one.standing for one in came] == ["other", "same"]
    with pytest.raises(SharingError, match="--replace"):
        prove_standing(came, over=False)
    assert key.read_bytes() == stood

    prove_standing(came, over=True)
    take_in(came, other)
    assert b"lab ini saja" not in key.read_bytes()


def test_a_newer_version_leaves_the_key_of_the_one_before_it(bundle: Path, other: CasePlaces) -> None:
    take_in(arrived(bundle, other), other)
    sent = load_case(other.cases / CASE).version
    raised(other, "0.0.1")
    before = (other.keys / f"{CASE}.yaml").read_bytes()

    came = arrived(bundle, other)
    assert [one.standing for one in came] == ["newer", "same"]
    assert "stands version 0.0.1" in " ".join(line.texts["en"] for line in came[0].sentences())
    take_in(came, other)

    assert load_case(other.cases / CASE).version == sent
    assert (other.keys / "earlier" / "0.0.1" / f"{CASE}.yaml").read_bytes() == before


def test_an_older_version_takes_the_place_of_nothing(bundle: Path, other: CasePlaces) -> None:
    take_in(arrived(bundle, other), other)
    raised(other, "99.0.0")

    came = arrived(bundle, other)

    assert came[0].standing == "older"
    with pytest.raises(SharingError, match=r"newer|lebih baru"):
        prove_standing(came, over=True)


def test_what_is_missing_of_a_case_is_added_without_a_question(
    bundle: Path, lab: CasePlaces, other: CasePlaces
) -> None:
    copytree(
        lab.cases / FORM_CASE, other.cases / FORM_CASE
    )  # the story of a test is in every lab, its key in few

    came = arrived(bundle, other)

    assert [one.standing for one in came] == ["new", "added"]
    prove_standing(came, over=False)


def test_nothing_is_taken_in_where_not_all_can_be_written(bundle: Path, other: CasePlaces) -> None:
    came = arrived(bundle, other)
    other.cases.mkdir()
    (other.cases / FORM_CASE).write_text("in the way", encoding="utf-8")

    with pytest.raises(SharingError, match=r"all stands as it stood|semuanya kembali"):
        take_in(came, other)

    assert texts(other.cases.parent) == {f"cases/{FORM_CASE}": b"in the way"}


def test_a_torn_file_is_refused(bundle: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.zip"
    torn.write_bytes(bundle.read_bytes()[:-100])
    assert "cut off" in refused(torn)
    torn.write_bytes(b"")
    assert "cut off" in refused(torn)
    assert "cannot be read" in refused(tmp_path / "nowhere.zip")


def test_a_file_above_the_bounds_is_refused_unread(tmp_path: Path, bundle: Path, seal: LabSeal) -> None:
    large = tmp_path / "large.zip"
    with large.open("wb") as stream:
        stream.truncate(MOST_FILE_BYTES + 1)
    assert "larger than" in refused(large)
    many = {f"cases/{CASE}/{number}.yaml": b"" for number in range(1200)}
    assert "larger than" in refused(zip_of(large, {**members(bundle), **many}))
    files = members(bundle)
    parts = json.loads(files[MANIFEST])["files"] | {STORY: {"size": 10**9, "sha256": "0" * 64}}
    assert "is no bundle" in refused(zip_of(large, signed(files, seal, files=parts)))


@pytest.mark.parametrize(
    "name",
    ["../case.yaml", "/etc/case.yaml", "cases\\..\\..\\x.yaml", "cases/daftar-nilai/con.yaml", "C:/x.yaml"],
)
def test_a_name_that_leads_elsewhere_is_refused(bundle: Path, tmp_path: Path, name: str) -> None:
    assert "no file of a case" in refused(zip_of(tmp_path / "x.zip", {**members(bundle), name: b"x"}))


def test_a_file_that_no_case_has_is_refused_though_it_is_signed(
    bundle: Path, tmp_path: Path, seal: LabSeal
) -> None:
    files = members(bundle) | {f"cases/{CASE}/widgets.py": b""}
    parts = json.loads(files[MANIFEST])["files"]
    part = {"size": 0, "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
    files = signed(files, seal, files={**parts, f"cases/{CASE}/widgets.py": part})

    assert "widgets.py”, which is no file of a case" in refused(zip_of(tmp_path / "x.zip", files))


def test_a_link_is_refused(bundle: Path, tmp_path: Path) -> None:
    link = zipfile.ZipInfo(f"cases/{CASE}/id.yaml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "no file of a case" in refused(zip_of(tmp_path / "x.zip", members(bundle), (link, b"/etc/passwd")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(bundle: Path, tmp_path: Path) -> None:
    twice = (zipfile.ZipInfo(STORY), b"id: lain")
    assert "no file of a case" in refused(zip_of(tmp_path / "x.zip", members(bundle), twice))


def test_what_was_changed_after_the_signature_is_refused(bundle: Path, tmp_path: Path) -> None:
    files, place = members(bundle), tmp_path / "x.zip"
    changed = files[STORY].replace(b"14", b"15")
    assert changed != files[STORY]

    assert "is not what was signed" in refused(zip_of(place, {**files, STORY: changed}))
    assert "does not fit" in refused(zip_of(place, {**files, MANIFEST: files[MANIFEST] + b" "}))
    assert "does not fit" in refused(zip_of(place, {**files, SIGNATURE: bytes(64)}))
    assert "only one of the two" in refused(zip_of(place, {n: c for n, c in files.items() if n != STORY}))
    unknown = f"cases/{CASE}/readme.yaml"
    assert "only one of the two" in refused(zip_of(place, {**files, unknown: b"x"}))
    assert "is no bundle" in refused(zip_of(place, {n: c for n, c in files.items() if n != SIGNATURE}))


def test_another_form_is_refused_with_what_to_do(bundle: Path, tmp_path: Path, seal: LabSeal) -> None:
    files = signed(members(bundle), seal, form=FORM + 1)
    assert "has the form 2; this lab reads form 1" in refused(zip_of(tmp_path / "x.zip", files))


def test_a_case_that_does_not_load_here_is_refused(
    bundle: Path, tmp_path: Path, seal: LabSeal, other: CasePlaces
) -> None:
    files = {name: one for name, one in members(bundle).items() if name != f"sealed/keys/{CASE}.yaml"}
    parts = json.loads(files[MANIFEST])["files"]
    del parts[f"sealed/keys/{CASE}.yaml"]
    lacking = zip_of(tmp_path / "x.zip", signed(files, seal, files=parts))

    with pytest.raises(SharingError) as refusal:
        arrived(lacking, other)

    assert f"keys/{CASE}.yaml" in refusal.value.args[0].texts["en"]
    assert str(tmp_path) not in refusal.value.args[0].texts["en"].replace(str(lacking), "")


def test_nothing_is_packed_that_has_no_key_or_no_passphrase_worth_its_name(
    lab: CasePlaces, sender: Sender, tmp_path: Path
) -> None:
    file = tmp_path / "x.zip"
    with pytest.raises(SharingError, match="12"):
        pack(lab, file, sender, CASE, passphrase=SHORT)
    with pytest.raises(SharingError, match="--lab"):
        pack(lab, file, replace(sender, name="Lab\nX"), CASE)
    with pytest.raises(ProblemsError):
        pack(replace(lab, keys=tmp_path), file, sender, CASE)
    assert not file.exists()


def test_a_bundle_is_written_over_nothing(lab: CasePlaces, sender: Sender, bundle: Path) -> None:
    before = bundle.read_bytes()
    with pytest.raises(SharingError, match=r"already|sudah ada"):
        pack(lab, bundle, sender, CASE)
    assert bundle.read_bytes() == before


def test_a_lab_is_remembered_and_another_key_of_its_name_is_told(
    bundle: Path, seal: LabSeal, tmp_path: Path
) -> None:
    file = tmp_path / "labs.json"
    sent = read_bundle(bundle)
    fresh = LabBook(file, read_known_labs(file))
    assert "compare the fingerprint" in sentence_of(fresh, sent.manifest, sent.file).lower()
    assert fingerprint(seal.public) in sentence_of(fresh, sent.manifest, sent.file)

    fresh.keep(sent, date(2026, 4, 2))
    known = LabBook(file, read_known_labs(file))
    assert "known since 2026-04-02" in sentence_of(known, sent.manifest, sent.file)

    stranger = LabSeal(Ed25519PrivateKey.generate())
    posing = sent.manifest.model_copy(update={"key": stranger.public, "lab": "LAB  kabupaten X"})
    assert "TAKE CARE" in sentence_of(known, posing, sent.file)
    assert fingerprint(seal.public) in sentence_of(known, posing, sent.file)
    with pytest.raises(SharingError, match="--new-seal"):
        known.prove(replace(sent, manifest=posing), new_seal=False)
    known.prove(replace(sent, manifest=posing), new_seal=True)
    renamed = sent.manifest.model_copy(update={"lab": "Lab Y"})
    assert "by another name" in sentence_of(known, renamed, sent.file)


def sentence_of(book: LabBook, manifest: BundleManifest, file: Path) -> str:
    sent = replace(read_bundle(file), manifest=manifest)
    return " ".join(line.texts["en"] for line in book.sentences(sent))


def test_what_cannot_be_read_as_known_labs_or_as_a_seal_is_never_taken_for_none(tmp_path: Path) -> None:
    file = tmp_path / "labs.json"
    file.write_text("{", encoding="utf-8")
    with pytest.raises(SharingError):
        read_known_labs(file)
    with pytest.raises(SharingError):
        read_lab_seal(file)
    assert file.read_text(encoding="utf-8") == "{"
    assert read_known_labs(tmp_path / "none.json") == KnownLabs()


def test_the_seal_of_a_lab_stays_the_same_and_is_for_this_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "home" / "sharing.pem"
    assert read_lab_seal(file).public == read_lab_seal(file).public
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

"""nbgrader's exchange on a hub, with files of several accounts: so as root alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from release.course.course import make_course
from release.course.gradebook import generate_assignment
from release.hub.exchange import HubCollect, HubRelease, HubSubmit
from release.hub.places import EXCHANGE_VARIABLE, make_exchange
from release.hub.system_accounts import trainee_uid
from tests.parts.nbgrader_course import CASE
from tests.places import CASES, KEYS

pytestmark = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root makes files of others"
)
GROUP = 65534
COURSE, ANI, BUDI = "kursus", "peserta-01", "peserta-02"


class ExchangeOfTwo:
    """An exchange, and what lies in it of two trainees."""

    def __init__(self, folder: Path) -> None:
        self.course, self.root = folder / "kursus", folder / "bursa"
        make_course(self.course, [CASE], person="Ibu P", cases=CASES, keys=KEYS)
        generate_assignment(self.course, CASE)
        make_exchange(self.root / COURSE, os.geteuid(), GROUP)
        self.do(HubRelease)

    @property
    def inbound(self) -> Path:
        return self.root / COURSE / "inbound"

    def do(self, deed: Callable[..., Any], trainee: str = "", folder: Path | None = None) -> None:
        config = Config()
        config.CourseDirectory.root = str(self.course)
        config.CourseDirectory.course_id, config.CourseDirectory.assignment_id = COURSE, CASE
        config.CourseDirectory.db_url = f"sqlite:///{self.course / 'gradebook.db'}"
        if trainee:
            config.CourseDirectory.student_id = trainee
        if folder is not None:
            config.Exchange.assignment_dir = str(folder)
            config.Exchange.cache = str(folder / "cache")
        coursedir = CourseDirectory(config=config)
        deed(coursedir=coursedir, authenticator=Authenticator(config=config), config=config).start()

    def lay(self, trainee: str, name: str, record: bytes, owner: str) -> Path:
        """A submission that names `trainee` and belongs to `owner`."""
        folder = self.inbound / f"{trainee}+{CASE}+{name}"
        folder.mkdir(mode=0o750)
        (folder / "decisions.jsonl").write_bytes(record)
        (folder / "timestamp.txt").write_text("2026-11-30 08:00:00 UTC", "utf-8")
        for file in (folder, *folder.iterdir()):
            os.chown(file, trainee_uid(owner), os.getegid())
        return folder

    def collected(self, trainee: str) -> bytes | None:
        file = self.course / "submitted" / trainee / CASE / "decisions.jsonl"
        return file.read_bytes() if file.exists() else None


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExchangeOfTwo:
    monkeypatch.setenv(EXCHANGE_VARIABLE, str(tmp_path / "bursa"))
    return ExchangeOfTwo(tmp_path)


def test_what_is_handed_in_is_read_by_its_owner_and_the_facilitators_alone(
    two: ExchangeOfTwo, tmp_path: Path
) -> None:
    home = tmp_path / "rumah"
    shutil.copytree(two.course / "release" / CASE, home / CASE)
    (home / CASE / "decisions.jsonl").write_bytes(b"{}\n")

    two.do(HubSubmit, ANI, home)

    (submission,) = two.inbound.iterdir()
    everything = [submission, *submission.rglob("*")]
    assert submission.name.startswith(f"{ANI}+{CASE}+")
    assert [file for file in everything if file.stat().st_mode & 0o007] == []
    assert {file.stat().st_gid for file in everything} == {GROUP}
    assert {"decisions.jsonl", "timestamp.txt", "submission_secret.txt"} <= {file.name for file in everything}


def test_a_submission_counts_as_that_of_whose_account_it_is(two: ExchangeOfTwo) -> None:
    two.lay(ANI, "2026-11-30 08:00:00 UTC+aaaa", b"of Ani", ANI)
    two.lay(ANI, "2026-11-30 09:00:00 UTC+bbbb", b"of Budi, as if of Ani", BUDI)
    two.lay(BUDI, "no moment+cccc", b"of Budi, wrongly named", BUDI)

    two.do(HubCollect)

    assert two.collected(ANI) == b"of Ani"
    assert two.collected(BUDI) is None
    assert [folder.name for folder in (two.course / "submitted").iterdir()] == [ANI]


def test_no_submission_of_its_own_account_is_called_an_attempt_to_cheat(
    two: ExchangeOfTwo, caplog: pytest.LogCaptureFixture
) -> None:
    two.lay(ANI, "2026-11-30 08:00:00 UTC+aaaa", b"of Ani", ANI)

    two.do(HubCollect)

    assert two.collected(ANI) == b"of Ani"
    assert "cheating" not in caplog.text


def test_no_link_is_followed_when_it_is_collected(two: ExchangeOfTwo) -> None:
    secret = two.course / "gradebook.db"
    theirs = two.lay(BUDI, "2026-11-30 08:00:00 UTC+aaaa", b"of Budi", BUDI)
    mine = two.lay(ANI, "2026-11-30 08:00:00 UTC+bbbb", b"of Ani", ANI)
    (mine / "kunci.yaml").symlink_to(secret)
    (mine / "rumah").symlink_to(two.course)
    (mine / "salinan.jsonl").hardlink_to(theirs / "decisions.jsonl")
    os.mkfifo(mine / "pipa")
    for file in ("kunci.yaml", "rumah", "pipa"):
        os.chown(mine / file, trainee_uid(ANI), -1, follow_symlinks=False)

    two.do(HubCollect)

    taken = two.course / "submitted" / ANI / CASE
    assert sorted(file.name for file in taken.rglob("*")) == ["decisions.jsonl", "timestamp.txt"]
    assert two.collected(BUDI) == b"of Budi"


def test_a_submission_that_is_a_link_itself_is_left(two: ExchangeOfTwo) -> None:
    theirs = two.lay(BUDI, "2026-11-30 08:00:00 UTC+aaaa", b"of Budi", BUDI)
    link = two.inbound / f"{ANI}+{CASE}+2026-11-30 08:00:00 UTC+bbbb"
    link.symlink_to(theirs)
    os.chown(link, trainee_uid(ANI), -1, follow_symlinks=False)

    two.do(HubCollect)

    assert two.collected(ANI) is None


def test_the_folders_of_the_exchange_let_nobody_look_or_take_away(two: ExchangeOfTwo) -> None:
    modes = {name: (two.root / COURSE / name).stat().st_mode & 0o7777 for name in ("inbound", "feedback")}

    assert modes == {"inbound": 0o3733, "feedback": 0o711}
    assert not two.root.stat().st_mode & 0o022

"""`kasuslab pack` and `unpack` as they are typed: what is shown, what is asked, and what a “no” leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from release.cli import app
from tests.places import CASES, GUIDES, KEYS

CASE = "daftar-nilai"


@pytest.fixture
def typed(tmp_path: Path) -> tuple[CliRunner, list[str]]:
    """Who types, with a home of its own; and where the lab that receives has its folders."""
    (tmp_path / "passphrase").write_text("kuda baterai tangga hujan\nbaris lain\n", encoding="utf-8")
    runner = CliRunner(env={"KASUSLAB_HOME": str(tmp_path / "home"), "KASUSLAB_LANGUAGE": "en"})
    folders = {"--cases-dir": "cases", "--keys": "keys", "--guides": "guides"}
    return runner, [word for flag, name in folders.items() for word in (flag, str(tmp_path / "lab" / name))]


def test_a_bundle_is_shown_first_and_taken_in_only_after_a_yes(
    typed: tuple[CliRunner, list[str]], tmp_path: Path
) -> None:
    (runner, lab), bundle = typed, tmp_path / "kasus.zip"
    sealed = ["--passphrase-file", str(tmp_path / "passphrase")]
    here = ["--cases-dir", str(CASES), "--keys", str(KEYS), "--guides", str(GUIDES)]
    packed = runner.invoke(app, ["pack", CASE, "-o", str(bundle), "--lab", "Lab X", *here, *sealed])
    assert packed.exit_code == 0, packed.output
    assert "kuda" not in packed.output

    declined = runner.invoke(app, ["unpack", str(bundle), *lab, *sealed], input="?\nt\nn\n")
    assert declined.exit_code == 1
    assert "“Lab X”" in declined.output
    assert CASE in declined.output
    assert not (tmp_path / "lab").exists()
    assert not (tmp_path / "home" / "labs.json").exists()

    taken = runner.invoke(app, ["unpack", str(bundle), *lab, "--yes"], env={"KASUSLAB_PASSPHRASE": "kuda"})
    assert taken.exit_code == 1
    assert not (tmp_path / "lab").exists()

    taken = runner.invoke(app, ["unpack", str(bundle), *lab, *sealed, "--yes"])
    assert (tmp_path / "lab" / "cases" / CASE / "case.yaml").is_file()
    assert (tmp_path / "home" / "labs.json").is_file()
    assert "case.yaml" in taken.output  # what the check finds
    again = runner.invoke(app, ["unpack", str(bundle), *lab, *sealed])
    assert again.exit_code == 0  # nothing is asked: all of it is here

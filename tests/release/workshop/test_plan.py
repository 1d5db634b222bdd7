from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from release.commands import workshop as workshop_commands
from release.workshop.failure import WorkshopRefusedError
from release.workshop.plan import WorkshopPlan, bounds_of, read_plan, write_plan
from release.workshop.writer_config import WriterConfig

PASSWORD = "kepodang-jingga"  # noqa: S105 -- made up
# As the start page of 0.1.0 kept it.
KEPT_BY_0_1_0 = {
    "cases": ["teman-gim"],
    "mode": "discussion",
    "seats": 40,
    "address": "192.0.2.7",
    "port": 9000,
    "keep_days": 14,
    "certificate": None,
    "key": None,
    "services": "local.csv",
}


def test_a_plan_that_0_1_0_kept_is_read(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(KEPT_BY_0_1_0), encoding="utf-8")

    assert read_plan(tmp_path) == WorkshopPlan(
        cases=("teman-gim",),
        mode="discussion",
        seats=40,
        host="192.0.2.7",
        port=9000,
        keep_days=14,
        services=Path("local.csv"),
    )


def test_a_plan_comes_back_as_it_was_kept_without_the_boards_password(tmp_path: Path) -> None:
    plan = WorkshopPlan(cases=("teman-gim",), mode="practice", keep_days=9, host="192.0.2.7")

    write_plan(tmp_path, plan.model_copy(update={"board_password": SecretStr(PASSWORD)}))

    assert read_plan(tmp_path) == plan
    assert json.loads((tmp_path / "plan.json").read_bytes())["address"] == "192.0.2.7"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keep_days": 400}', '{"mode": "test"}', '{"sets": 3}'])
def test_a_plan_that_cannot_be_read_is_that_of_a_first_workshop(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text, encoding="utf-8")

    assert read_plan(tmp_path) == WorkshopPlan(mode="practice", keep_days=30)


def test_the_server_is_told_the_boards_password_and_the_writer_is_not(tmp_path: Path) -> None:
    plan = WorkshopPlan(board_password=SecretStr(PASSWORD), data=tmp_path)
    config = WriterConfig(
        plan=plan,
        address="tcp:1",
        secret="",
        database="sqlite://",
        lock=None,
        person="Ibu R.",
        cases=(),
        cases_folder=tmp_path,
        keys_folder=tmp_path,
    )

    assert WorkshopPlan.from_line(plan.to_line()) == plan
    assert PASSWORD.encode() not in config.to_line()
    assert WriterConfig.model_validate_json(config.to_line()).plan.data == tmp_path


@pytest.mark.parametrize("name", ["port", "seats", "keep_days"])
def test_the_command_line_refuses_a_number_beyond_the_bounds_of_the_plan(name: str) -> None:
    least, largest = bounds_of(WorkshopPlan, name)
    beyond = [number for number in ((least or 0) - 1, largest + 1 if largest else None) if number is not None]

    for number in beyond:
        option = f"--{name.replace('_', '-')}"
        answer = CliRunner().invoke(workshop_commands.app, ["--no-start", f"{option}={number}"])
        assert answer.exit_code == 2
        assert option in answer.output


def test_every_field_of_the_plan_is_an_option_with_a_help() -> None:
    answer = CliRunner().invoke(workshop_commands.app, ["--help"], env={"COLUMNS": "200"})

    for name, field in WorkshopPlan.model_fields.items():
        assert f"--{name.replace('_', '-')}" in answer.output
        assert str(field.description)[:20] in answer.output


SEVERAL = {"database": "postgresql+psycopg://lab@db/lab", "peer_address": ":8867", "secret_file": "secret"}


def test_one_of_several_servers_has_a_database_a_secret_and_an_address_together() -> None:
    assert WorkshopPlan.model_validate(SEVERAL).peer_address == ":8867"
    for name in SEVERAL:
        with pytest.raises(WorkshopRefusedError):
            WorkshopPlan.model_validate({key: value for key, value in SEVERAL.items() if key != name})


def test_a_course_is_refused_by_several_servers() -> None:
    with pytest.raises(WorkshopRefusedError, match="--course"):
        WorkshopPlan.model_validate({**SEVERAL, "course": "kursus"})


def test_several_servers_that_an_lms_leads_to_want_the_keys_that_they_share() -> None:
    with pytest.raises(WorkshopRefusedError, match="--lms-folder"):
        WorkshopPlan.model_validate({**SEVERAL, "lms": True})
    assert WorkshopPlan.model_validate({**SEVERAL, "lms": True, "lms_folder": "kunci"}).lms


@pytest.mark.parametrize("typed", ["10.0.0.5", "8867", "10.0.0.5:port", "a b:1", ":70000", "http://x:1"])
def test_what_is_no_address_of_a_server_is_refused(typed: str) -> None:
    with pytest.raises(WorkshopRefusedError, match=r"10\.0\.0\.5:8867"):
        WorkshopPlan.model_validate({**SEVERAL, "peer_address": typed})

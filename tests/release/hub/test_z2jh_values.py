"""The values for many machines: they fit the chart's schema, and each person is a number of their own.

The schema is that of Zero to JupyterHub (BSD-3-Clause), without its descriptions. There is no cluster here:
nothing of this was run on one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias

import pytest
import yaml
from jsonschema import Draft7Validator

from release.hub.places import EXCHANGE_VARIABLE, SETTINGS, TRAINEE_VARIABLE
from release.hub.system_accounts import trainee_uid

VALUES = yaml.safe_load((SETTINGS / "z2jh-values.yaml").read_text("utf-8"))
SCHEMA = Path(__file__).with_name("z2jh-values.schema.json")


Schema: TypeAlias = Any  # JSON
Spawner: TypeAlias = Any  # what stands in for KubeSpawner's


def without_defaults(schema: Schema) -> Schema:
    """The schema for what is written beside the chart's own values, which bring all that is required."""
    if isinstance(schema, dict):
        return {name: without_defaults(part) for name, part in schema.items() if name != "required"}
    return [without_defaults(part) for part in schema] if isinstance(schema, list) else schema


class Hooks:
    """What settings are put on, as JupyterHub reads them."""

    def __init__(self) -> None:
        self.KubeSpawner = SimpleNamespace(pre_spawn_hook=None)


def spawner_of(name: str, *others: str) -> Spawner:
    users = [SimpleNamespace(name=each) for each in (name, *others)]
    database = SimpleNamespace(query=lambda _: iter(users))
    user = SimpleNamespace(name=name, db=database)
    home = {"name": "volume-home", "mountPath": "/home/jovyan"}
    return SimpleNamespace(user=user, volumes=[], volume_mounts=[home], environment={}, image="image")


def settled(spawner: Spawner) -> Spawner:
    config = Hooks()
    exec(VALUES["hub"]["extraConfig"]["kasuslab"], {"c": config})  # noqa: S102 -- as the hub does
    hook: Any = config.KubeSpawner.pre_spawn_hook
    asyncio.run(hook(spawner))
    return spawner


def mounted(spawner: Spawner) -> Iterator[str]:
    yield from (mount["mountPath"] for mount in spawner.volume_mounts.values())


def test_the_values_fit_the_schema_of_the_chart() -> None:
    schema = without_defaults(json.loads(SCHEMA.read_text("utf-8")))
    validator = Draft7Validator(schema)

    assert [error.message for error in validator.iter_errors(VALUES)] == []
    assert not validator.is_valid({**VALUES, "single": {}})


def test_each_trainee_is_the_number_that_whoever_collects_expects() -> None:
    ani, budi = (settled(spawner_of(name)) for name in ("peserta-01", "peserta-02"))

    assert (ani.uid, ani.gid, ani.fs_gid) == (trainee_uid("peserta-01"),) * 3
    assert ani.uid != budi.uid
    assert ani.environment[TRAINEE_VARIABLE] == "peserta-01"
    assert ani.environment[EXCHANGE_VARIABLE] == "/srv/kasuslab/exchange"


def test_keys_and_course_stand_on_the_facilitators_server_alone() -> None:
    trainee, facilitator = settled(spawner_of("peserta-01")), settled(spawner_of("FACILITATOR"))
    theirs = {"/srv/kasuslab/course", "/srv/kasuslab/keys"}

    assert set(mounted(trainee)) == {"/home/jovyan", "/srv/kasuslab/exchange"}
    assert set(mounted(facilitator)) - set(mounted(trainee)) == theirs
    assert "KASUSLAB_KEYS" not in trainee.environment
    compile(facilitator.init_containers[0]["command"][2], "init", "exec")


def test_two_of_the_same_number_do_not_both_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    spawner = spawner_of("peserta-01", "peserta-02")
    config = Hooks()
    names: dict[str, Any] = {"c": config}
    exec(VALUES["hub"]["extraConfig"]["kasuslab"], names)  # noqa: S102 -- as the hub does
    monkeypatch.setitem(names, "uid_of", lambda _: 1_000_000_001)
    hook: Any = config.KubeSpawner.pre_spawn_hook

    with pytest.raises(RuntimeError, match="peserta-01"):
        asyncio.run(hook(spawner))

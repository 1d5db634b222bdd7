"""What an operator starts a server with in containers, held without any: files, options, walls, figures."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import kubernetes_validate
import pytest
import yaml
from typer.core import TyperGroup
from typer.main import get_command

from release.cli import app
from release.workshop.web.monitor.measures import Measures, ServerState
from release.workshop.web.monitor.monitor_door import MONITOR_ROUTES

ROOT = Path(__file__).resolve().parents[3]
PLACE = ROOT / "release" / "container"
COMPOSE = yaml.safe_load((PLACE / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SEVERAL = yaml.safe_load((PLACE / "compose.several.yaml").read_text(encoding="utf-8"))["services"]["server"]
MANIFESTS = sorted((PLACE / "kubernetes").glob("*.yaml"))
# What several servers have beside it, and what is changed for them.
MORE, PATCHES = ("scale.yaml", "peers.yaml"), ("server.yaml", "kustomization.yaml")
# What may be written: nothing but this, and memory that goes with the container.
VOLUMES = {"server": "data:/data", "database": "plays:/var/lib/postgresql/data", "proxy": None}
METRIC = re.compile(r"\b(?:kasuslab|process)_\w+")
MAKE = shutil.which("make") or ""


def resources() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each resource of each manifest, with its file; the list of them is none."""
    for file in (*MANIFESTS, *(PLACE / "several" / name for name in MORE)):
        if file.name != "kustomization.yaml":
            for resource in yaml.safe_load_all(file.read_text(encoding="utf-8")):
                yield file.name, resource


def pods() -> dict[str, dict[str, Any]]:
    """What runs in each pod, by the name of the resource that makes it."""
    return {
        resource["metadata"]["name"]: resource["spec"]["template"]["spec"]
        for _, resource in resources()
        if resource["kind"] in {"Deployment", "Job"}
    }


def containers() -> dict[str, dict[str, Any]]:
    """Each container of each pod, those that come first too."""
    return {
        f"{pod}: {one['name']}": one
        for pod, spec in pods().items()
        for one in (*spec.get("initContainers", ()), *spec["containers"])
    }


def patched_options() -> list[str]:
    """The options that each of several servers is started with beside those of one."""
    text = (PLACE / "several" / "kustomization.yaml").read_text(encoding="utf-8")
    return re.findall(r"^ +value: (--.+)$", text, re.MULTILINE)


def unknown_words(command: list[str]) -> list[str]:
    """The commands and options in a command line of kasuslab that it does not know."""
    here: Any = get_command(app)
    unknown: list[str] = []
    for word in command:
        name = word.partition("=")[0]
        if name.startswith("--"):
            options = {option for one in here.params for option in (*one.opts, *one.secondary_opts)}
            unknown += [name] if name not in options else []
        elif isinstance(here, TyperGroup) and name in here.commands:
            here = here.commands[name]
        else:
            unknown.append(name)
    return unknown


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_as_nobody_in_particular_and_writes_to_one_volume_at_most(service: str) -> None:
    one = SERVICES[service]

    assert one["user"] in {"10001:10001", "postgres"}
    assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"])
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert not one.get("privileged")
    written = [volume for volume in one.get("volumes", ()) if not volume.endswith(":ro")]
    assert written == [volume for volume in [VOLUMES[service]] if volume]
    assert one["healthcheck"]["test"]


def test_no_secret_stands_in_a_file_or_in_the_image() -> None:
    texts = {
        file.name: file.read_text(encoding="utf-8")
        for file in PLACE.rglob("*")
        if file.is_file() and file.suffix in {"", ".yaml", ".conf"}
    }

    assert {"Dockerfile", "compose.yaml", "server.yaml"} <= texts.keys()
    passwords = [
        line for text in texts.values() for line in re.findall(r".*(?:PASSWORD|SECRET)\s*[=:].*", text)
    ]
    assert passwords == []
    # Whoever logs in to the database has no password in its URL.
    assert [url for text in texts.values() for url in re.findall(r"://[^/\s@]*:[^/\s@]*@", text)] == []
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"{(PLACE / 'secrets').relative_to(ROOT).as_posix()}/" in ignored


@pytest.mark.skipif(not MAKE, reason="there is no make on this machine")
def test_the_builder_of_the_image_is_handed_a_wheel_without_keys_and_nothing_else(tmp_path: Path) -> None:
    environment = [f"BIN={Path(sys.executable).parent}", "--old-file=install", "DOCKER=true"]
    done = subprocess.run(
        [MAKE, "image", f"DIST={tmp_path}", *environment],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    handed = {
        file.relative_to(tmp_path / "image").as_posix() for file in tmp_path.rglob("*") if file.is_file()
    }
    (wheel,) = (tmp_path / "image" / "wheels").iterdir()
    assert handed == {"Dockerfile", "constraints.txt", f"wheels/{wheel.name}"}
    with zipfile.ZipFile(wheel) as archive:
        parts = {part for name in archive.namelist() for part in PurePosixPath(name).parts}
    assert parts & {"keys", "guides", "tests", "secrets"} == set()


def test_the_image_ends_as_a_user_who_is_not_root() -> None:
    text = (PLACE / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (.+)$", text, re.MULTILINE)

    assert re.findall(r"^USER (.+)$", text, re.MULTILINE) == ["10001:10001"]
    assert copied == [
        "constraints.txt /build/",
        "wheels /build/wheels/",
        "--from=build /opt/kasuslab /opt/kasuslab",
    ]


def test_kasuslab_knows_each_option_that_it_is_started_with() -> None:
    commands = {
        "compose": SERVICES["server"]["command"],
        "several, compose": SEVERAL["command"],
        "several": ["workshop", *patched_options()],
        **{name: one["args"] for name, one in containers().items() if "args" in one},
    }

    assert len(commands) == 5
    assert {name: unknown_words(words) for name, words in commands.items()} == {name: [] for name in commands}


def test_several_servers_are_started_as_one_is_and_each_keeps_nothing_that_counts() -> None:
    own = {"--peer-address=:8867", "--secret-file=/run/secrets/workshop.secret"}

    assert set(SEVERAL["command"]) - set(SERVICES["server"]["command"]) == own
    assert set(SERVICES["server"]["command"]) <= set(SEVERAL["command"])
    assert SEVERAL["volumes"] == ["/data", "./secrets/workshop.secret:/run/secrets/workshop.secret:ro"]
    assert [option.partition("=")[0] for option in patched_options()] == ["--peer-address", "--secret-file"]


def test_the_proxy_of_the_containers_says_what_that_of_an_operator_says() -> None:
    files = (PLACE / "nginx.conf", ROOT / "release" / "etc" / "proxy" / "nginx.conf")
    lines = r"^\s*((?:proxy_set_header|proxy_http_version|proxy_read_timeout|access_log) .+;)$"

    ours, theirs = (set(re.findall(lines, file.read_text(encoding="utf-8"), re.MULTILINE)) for file in files)

    assert ours == theirs
    assert len(ours) == 9


def test_each_manifest_is_one_that_kubernetes_knows() -> None:
    version = kubernetes_validate.latest_version()

    kinds = []
    for _, resource in resources():
        kubernetes_validate.validate(resource, version, strict=True)
        kinds.append(resource["kind"])

    beside = {"HorizontalPodAutoscaler", "PodDisruptionBudget"}
    assert {"Deployment", "Job", "Ingress", "NetworkPolicy", "ConfigMap"} | beside <= set(kinds)


def test_a_manifest_that_kubernetes_does_not_know_is_found() -> None:
    server = next(resource for _, resource in resources() if resource["kind"] == "Deployment")
    other = {**server, "spec": {**server["spec"], "replica": 1}}

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(other, kubernetes_validate.latest_version(), strict=True)


def test_kustomize_is_told_of_each_manifest() -> None:
    kustomization = yaml.safe_load((PLACE / "kubernetes" / "kustomization.yaml").read_text(encoding="utf-8"))

    several = yaml.safe_load((PLACE / "several" / "kustomization.yaml").read_text(encoding="utf-8"))
    files = sorted(file.name for file in (PLACE / "several").glob("*.yaml"))

    assert several["resources"] == ["../kubernetes", *MORE]
    assert files == sorted([*MORE, *PATCHES])
    assert sorted(kustomization["resources"]) == [
        file.name for file in MANIFESTS if file.name != "kustomization.yaml"
    ]


@pytest.mark.parametrize("container", containers())
def test_a_container_of_a_pod_may_do_no_more_than_it_needs(container: str) -> None:
    assert containers()[container]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in containers()[container]["resources"]["limits"]


@pytest.mark.parametrize("pod", pods())
def test_a_pod_is_not_root_and_speaks_to_no_cluster(pod: str) -> None:
    walls = pods()[pod]["securityContext"]

    assert (walls["runAsNonRoot"], walls["runAsUser"]) == (True, 10001)
    assert pods()[pod]["automountServiceAccountToken"] is False


def test_each_probe_asks_at_a_door_that_is_there() -> None:
    server = containers()["server: server"]
    asked = {
        server[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")
    }
    doors = {pattern for pattern, _ in MONITOR_ROUTES}

    assert asked == {"/healthz", "/readyz"}
    assert asked <= doors
    assert "/readyz" in SERVICES["server"]["healthcheck"]["test"][-1]


def figures() -> set[str]:
    """The name of each figure that a server tells, as Prometheus keeps it."""
    text = Measures().text(ServerState()).decode()
    return {line.split("{")[0].split(" ")[0] for line in text.splitlines() if not line.startswith("#")}


def queries() -> Mapping[str, str]:
    """What Grafana's board and the alerts ask Prometheus for, by their names."""
    board = json.loads((PLACE / "monitor" / "grafana.json").read_text(encoding="utf-8"))
    alerts = yaml.safe_load((PLACE / "monitor" / "alerts.yaml").read_text(encoding="utf-8"))
    panels = {
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in board["panels"]
        for target in panel["targets"]
    }
    rules = {rule["alert"]: rule["expr"] for group in alerts["groups"] for rule in group["rules"]}
    return {**panels, **rules}


@pytest.mark.parametrize("name", queries())
def test_a_query_asks_for_figures_that_a_server_tells(name: str) -> None:
    asked = set(METRIC.findall(queries()[name]))

    assert asked
    assert asked - figures() == set()


def test_a_scale_follows_a_figure_that_a_server_tells() -> None:
    adapter = (PLACE / "monitor" / "adapter.yaml").read_text(encoding="utf-8")
    (scale,) = [each for _, each in resources() if each["kind"] == "HorizontalPodAutoscaler"]
    (metric,) = scale["spec"]["metrics"]

    assert metric["pods"]["metric"]["name"] in figures()
    assert f"name: {{as: {metric['pods']['metric']['name']}}}" in adapter


def test_the_board_shows_each_figure_of_a_server() -> None:
    on_board = {name for query in queries().values() for name in METRIC.findall(query)}
    ours = {
        re.sub("_(bucket|count|sum|created)$", "", name) for name in figures() if name.startswith("kasus")
    }

    assert ours - {re.sub("_(bucket|count)$", "", name) for name in on_board} == set()

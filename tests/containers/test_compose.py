"""The image and compose.yaml, built and run for real: used, killed, up again, and ended in order."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.containers.engine import DockerEngine, service_images
from tests.containers.project import BOARD, CASE, PASSWORD, Project, decided, goes_on, running_project

# The image as it is, and what somebody may wait for an end.
MOST_BYTES, END_SECONDS = 1_000_000_000, 15.0

pytestmark = pytest.mark.timeout(1800)  # the first time a base image is made


@pytest.fixture(scope="module")
def project(engine: DockerEngine, image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("project")
    with running_project(engine, folder, image, service_images(engine)) as project:
        yield project


def test_the_image_holds_no_key_no_guide_and_no_secret(engine: DockerEngine, image: str) -> None:
    find = ["find", "/opt/kasuslab", "/lab", "/data", "-path", "*keys*", "-name", "*.yaml"]
    inside = ["docker", "run", "--rm", "--network=none", "--entrypoint"]

    assert engine.run(*inside, find[0], image, *find[1:]) == ""
    assert engine.run(*inside, "ls", image, "/lab/keys", "/lab/guides", "/data").split() == [
        "/data:", "/lab/guides:", "/lab/keys:",
    ]  # fmt: skip
    history = engine.run("docker", "history", "--no-trunc", image)
    config = engine.run("docker", "inspect", image)
    assert [word for word in (PASSWORD, BOARD, "PASSWORD=") if word in history + config] == []


def test_the_image_is_not_larger_than_it_has_to_be(engine: DockerEngine, image: str) -> None:
    size = int(engine.run("docker", "image", "inspect", image, "--format", "{{.Size}}"))
    print(f"The image has {size / 1e6:.0f} MB.")  # noqa: T201 -- a figure, for whoever runs these

    assert size < MOST_BYTES


def test_without_keys_a_server_says_so_and_ends(engine: DockerEngine, image: str) -> None:
    command = ["docker", "run", "--rm", "--network=none", "--read-only", "--tmpfs=/tmp", image]
    options = ["workshop", "--no-start", "--no-browser", "--person=Ibu R."]
    done = engine.run(
        "sh", "-c", f"{' '.join(command)} {' '.join(options[:-1])} '{options[-1]}' 2>&1", check=False
    )

    assert "KASUSLAB_KEYS" in done
    assert "Traceback" not in done


@pytest.mark.parametrize("service", ["server", "database", "proxy"])
def test_a_container_is_not_root_and_can_write_nowhere_but_where_it_has_to(
    project: Project, service: str
) -> None:
    assert project.inside(service, "id", "-u") != "0"
    for place in ("/", "/etc", "/usr/bin", "/opt"):
        tried = project.inside(service, "sh", "-c", f"touch {place}/tried 2>&1 || true")
        assert "Read-only file system" in tried or "Permission denied" in tried
    assert project.inside(service, "sh", "-c", "grep CapEff /proc/1/status").split()[1] == "0" * 16
    written = {mount["Destination"] for mount in project.inspected(service)["Mounts"] if mount["RW"]}
    assert written == {"server": {"/data"}, "database": {"/var/lib/postgresql/data"}, "proxy": set()}[service]


def test_the_server_has_the_keys_and_a_kernel_has_no_password(project: Project) -> None:
    assert f"{CASE}.yaml" in project.inside("server", "ls", "/lab/keys")
    script = (
        "import psutil\n"
        "for each in psutil.process_iter():\n"
        "    if 'release.workshop.kernel' in each.cmdline(): print(sorted(each.environ()))"
    )
    kernels = project.inside("server", "python3", "-c", script)

    assert kernels
    assert "PASSWORD" not in kernels


def test_a_participant_plays_and_no_figure_and_no_other_door_is_reached_by_the_proxy(
    project: Project,
) -> None:
    with decided(project.seated()):
        assert project.sql("select count(*) from event") != "0"
    visitor = project.visitor()
    assert visitor.ask("/metrics").status == 404
    assert visitor.ask("/healthz").status == 200


@pytest.mark.parametrize("service", ["server", "database", "proxy"])
def test_what_was_confirmed_is_there_after_a_container_was_killed_and_is_up_again(
    project: Project, service: str
) -> None:
    visitor = project.seated()
    with decided(visitor):
        project.engine.run("docker", "kill", project.container(service))

    project.up()

    assert goes_on(visitor) == 2
    assert project.sql("select count(*) - count(distinct (play, n)) from event") == "0"


def test_a_play_goes_on_after_everything_was_taken_down_and_put_up_again(project: Project) -> None:
    visitor = project.seated()
    with decided(visitor):
        pass

    project.compose("down")
    project.up()

    assert goes_on(visitor) == 2


def test_a_server_that_is_stopped_confirms_what_arrived_tells_its_phones_and_ends(project: Project) -> None:
    visitor = project.seated()
    with decided(visitor) as page:
        page.send({"type": "skip", "n": 2, "decision": "kapan"})
        begun = time.monotonic()
        container = project.container("server")
        project.compose("stop", "server")
        assert time.monotonic() - begun < END_SECONDS
        confirmed = page.next_view()["n"]
        page.until(lambda frame: frame.get("push") == "paused")
    state = json.loads(project.engine.run("docker", "inspect", container))[0]["State"]
    assert (state["ExitCode"], state["OOMKilled"]) == (0, False)

    project.up()

    assert goes_on(visitor) == confirmed == 3


def test_each_line_of_the_log_is_json_and_names_nobody(project: Project) -> None:
    script = (
        "import psutil\n"
        "for each in psutil.process_iter():\n"
        "    if 'release.workshop.writer.writer' in each.cmdline(): each.kill()"
    )
    project.inside("server", "python3", "-c", script)
    visitor = project.seated()
    with decided(visitor):
        pass
    errors = project.engine.run(
        "sh", "-c", f"docker logs {project.container('server')} 2>&1 >{Path('/dev/null')}"
    )
    lines = [json.loads(line) for line in errors.splitlines()]

    assert any("The writer ended" in line["message"] for line in lines)
    assert all({"at", "level", "process", "message"} == line.keys() for line in lines)
    assert "172.31.66" not in errors


def test_the_migration_of_the_manifests_runs_in_the_image(project: Project, image: str) -> None:
    command = [
        "workshop",
        "list",
        "--database=postgresql+psycopg://kasuslab@database/kasuslab",
        "--data=/tmp/data",
    ]
    walls = [
        "--rm",
        "--read-only",
        "--tmpfs=/tmp:mode=1777",
        "--cap-drop=ALL",
        f"--env=PGPASSWORD={PASSWORD}",
    ]

    workshops = project.engine.run("docker", "run", *walls, f"--network={project.name}_back", image, *command)

    assert "workshop-" in workshops

"""Three servers of one workshop in containers, behind one proxy, on one PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.containers.engine import DockerEngine, service_images
from tests.containers.project import Project, decided, goes_on, running_project

SERVERS = 3
# Whoever played at a server that was killed finds the play again at another one within so many seconds.
MOST_SECONDS = 5.0

pytestmark = pytest.mark.timeout(1800)  # the first time a base image is made


@pytest.fixture(scope="module")
def project(engine: DockerEngine, image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder, others = tmp_path_factory.mktemp("several"), service_images(engine)
    with running_project(engine, folder, image, others, servers=SERVERS) as project:
        yield project


def test_a_play_goes_on_at_another_server_whichever_was_killed(project: Project) -> None:
    servers = project.containers("server")
    assert len(servers) == SERVERS

    for server in servers:
        visitor = project.seated()
        with decided(visitor):
            project.engine.run("docker", "kill", server)
        begun = time.monotonic()
        assert goes_on(visitor) == 2
        assert time.monotonic() - begun < MOST_SECONDS
        project.engine.run("docker", "start", server)
        project.up()

    assert project.sql("select count(*) - count(distinct (play, n)) from event") == "0"
    assert project.sql("select count(*) from workshop") == "1"

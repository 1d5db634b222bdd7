"""What the tests of containers share: Docker, and the image, which takes minutes to build."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.containers.engine import DockerEngine, built_image, running_engine


@pytest.fixture(scope="session")
def engine() -> Iterator[DockerEngine]:
    with running_engine() as engine:
        yield engine


@pytest.fixture(scope="session")
def image(engine: DockerEngine, tmp_path_factory: pytest.TempPathFactory) -> str:
    return built_image(engine, tmp_path_factory.mktemp("image"))

"""The page of an assignment, and the two hooks by which a Jupyter server finds it."""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(serverapp: Any) -> None:  # noqa: ANN401 -- jupyter_server's ServerApp
    from release.assignment_page.handlers import serve_assignments  # noqa: PLC0415 -- Voilà takes a while

    serve_assignments(serverapp)

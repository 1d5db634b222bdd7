"""The facilitator's formgrader, and the two hooks by which a Jupyter server finds it.

Courses on disk and the server's configuration name ``graders.formgrader``: the hooks stay here.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(serverapp: Any) -> None:  # noqa: ANN401 -- jupyter_server's ServerApp
    from graders.formgrader.desk import serve_desk  # noqa: PLC0415 -- nbgrader takes seconds to import

    serve_desk(serverapp)

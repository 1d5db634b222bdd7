"""The kernel behind the page of an assignment: Voilà runs the player's cell of the notebook in it.

It is the kernel of the notebook's own session, which JupyterLab joins too. A page that is loaded again finds
it there, so that nothing is started twice, and a page that was closed leaves nothing behind that JupyterLab
would not show among what runs.
"""

from __future__ import annotations

import asyncio
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from nbclient.exceptions import CellExecutionError, DeadKernelError
from voila.configuration import VoilaConfiguration
from voila.notebook_renderer import NotebookRenderer
from voila.paths import collect_template_paths

import notebooks
from graders.grading.cell_names import PLAYER

TEMPLATE = Path(notebooks.__path__[0]) / "voila" / "templates" / "assignment"
_FAILURES = (CellExecutionError, DeadKernelError, RuntimeError, TimeoutError)


class NoPlayerError(Exception):
    """The notebook showed no player; the text says what is known of why, for whoever can mend it."""


@dataclass(frozen=True, slots=True)
class RunningPlayer:
    """A player that runs. kernel: the id of its kernel; model: that of its widget, and of its comm."""

    kernel: str
    model: str


@dataclass(frozen=True)
class PlayerKernels:
    """The kernels of one Jupyter server, as players are run in them."""

    configuration: VoilaConfiguration
    _turns: weakref.WeakValueDictionary[str, asyncio.Lock] = field(
        default_factory=weakref.WeakValueDictionary
    )

    async def run(self, handler: JupyterHandler, notebook: str) -> RunningPlayer:
        """Run the player of the notebook at that path of the server. Raises NoPlayerError."""
        # Two pages at once would begin two sessions of one notebook.
        turn = self._turns.setdefault(notebook, asyncio.Lock())
        try:
            async with turn:
                kernel = await _kernel_of(handler, notebook)
                model = await self._model(handler, notebook, kernel)
        except _FAILURES as error:
            raise NoPlayerError(str(error)) from error
        return RunningPlayer(kernel, model)

    async def _model(self, handler: JupyterHandler, notebook: str, kernel: str) -> str:
        renderer = NotebookRenderer(
            request_handler=handler,
            voila_configuration=self.configuration,
            traitlet_config=handler.config,
            notebook_path=notebook,
            template_paths=[str(TEMPLATE), *collect_template_paths(["voila", "nbconvert"], "base")],
            contents_manager=handler.contents_manager,
            kernel_spec_manager=handler.kernel_spec_manager,
            base_url=handler.base_url,
            page_config={},
        )
        await renderer.initialize()
        # What is scored is no business of this page, and need not be waited for.
        renderer.notebook.cells = [cell for cell in renderer.notebook.cells if _is_player(cell)]
        if not renderer.notebook.cells:
            raise NoPlayerError(f"{notebook} has no cell “{PLAYER}”.")
        running = handler.kernel_manager.get_kernel(kernel)
        model: str = (await renderer.generate_content_str(kernel, running)).strip()
        if not model:
            raise NoPlayerError(f"The cell “{PLAYER}” of {notebook} shows no player.")
        return model


def player_configuration(serverapp: Any) -> VoilaConfiguration:  # noqa: ANN401 -- jupyter_server's ServerApp
    """Voilà's settings for these pages, whatever others there are on this machine."""
    return VoilaConfiguration(
        parent=serverapp,
        template=TEMPLATE.name,
        allow_template_override="NO",
        allow_theme_override="NO",
    )


async def _kernel_of(handler: JupyterHandler, notebook: str) -> str:
    """The kernel of the notebook's session, begun where there is none."""
    sessions: Any = handler.session_manager
    if await sessions.session_exists(path=notebook):
        session = await sessions.get_session(path=notebook)
    else:
        name = notebook.rpartition("/")[2]
        session = await sessions.create_session(path=notebook, name=name, type="notebook")
    return str(session["kernel"]["id"])


def _is_player(cell: Any) -> bool:  # noqa: ANN401 -- nbformat's
    return PLAYER in {cell.get("id"), cell.metadata.get("nbgrader", {}).get("grade_id")}

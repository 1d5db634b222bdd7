"""A facilitator's own test cells, run in a fresh kernel that holds nothing of a trainee's but the record.

They stand in ``source/`` as nbgrader's autograder tests beside the lab's own score cells. The code that
runs is that of ``source/``, hidden tests included; a trainee's notebook is not even read.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from graders.grading.cell_names import PLAYER, is_decision
from scenarios.engine.record import RECORD_NAME
from scenarios.library import CASE_FOLDER


def run_own_tests(
    nb: NotebookNode, source: Path, record: bytes, *, seconds: int, warn: Callable[[str, str], None]
) -> None:
    """Run the test cells of the notebook file `source`, and put their outputs into the cells of `nb`.

    record: what a test finds as ``decisions.jsonl`` in its folder, beside ``case/``; seconds: the most
    that one cell may take. A cell that was not run to its end is left without an output, and `said` is
    told why: it has no score then.
    """
    code: NotebookNode = nbformat.read(source, as_version=4)
    code.cells = [cell for cell in code.cells if cell.cell_type == "code" and not _is_ours(cell)]
    tests = [cell for cell in code.cells if is_grade(cell)]
    if not tests:
        return
    with tempfile.TemporaryDirectory(prefix="kasuslab-tests-") as place:
        (Path(place) / RECORD_NAME).write_bytes(record)
        shutil.copytree(source.parent / CASE_FOLDER, Path(place) / CASE_FOLDER)
        resources = {"metadata": {"path": place}}
        client = NotebookClient(code, timeout=seconds, allow_errors=True, resources=resources)
        try:
            client.execute()
        except (CellTimeoutError, DeadKernelError, NoSuchKernel) as error:
            warn("The test cells did not run to their end: %s", str(error).strip().splitlines()[0])
    _copy_outputs(nb, tests)


def _is_ours(cell: NotebookNode) -> bool:
    # A solution cell waits for code of the trainee's, which is never run.
    name = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
    return name == PLAYER or is_decision(name) or bool(is_solution(cell))


def _copy_outputs(nb: NotebookNode, tests: list[NotebookNode]) -> None:
    ran = {cell.metadata.nbgrader.grade_id: cell for cell in tests}
    for cell in nb.cells:
        test = ran.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if test is not None and cell.cell_type == "code":
            cell.execution_count = test.execution_count if _finished(test) else None
            cell.outputs = [_plain(output) for output in test.outputs if output.output_type != "display_data"]


def _finished(cell: NotebookNode) -> bool:
    return "shell.execute_reply" in cell.metadata.get("execution", {})


def _plain(output: NotebookNode) -> NotebookNode:
    # A test may print what a trainee wrote: no HTML of it reaches the page of whoever grades.
    if output.output_type == "execute_result":
        output.data = {"text/plain": output.data.get("text/plain", "")}
    return output

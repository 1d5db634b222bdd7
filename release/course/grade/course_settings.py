"""What a course's ``nbgrader_config.py`` says of grading, read without the seconds that nbgrader takes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from graders.gradebook.entry import Penalty
from scenarios.course_card import CARD_NAME
from scenarios.documents.problem import BadInputError
from scenarios.sentence import sentences_of

CONFIG = "nbgrader_config.py"
GRADEBOOK = "gradebook.db"
READ_ONLY, SHARED = 0o444, 0o664
IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")  # nbgrader's own
_SQLITE = "sqlite:///"
_sentence = sentences_of(Path(__file__).with_name("grade.yaml"))


class CourseSettingsError(BadInputError):
    """A course is missing, or its settings cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True)
class CourseSettings:
    """How the course at `root` is graded.

    db_url: the gradebook's SQLAlchemy URL. permissions: of graded files; shared: whether a group of
    facilitators writes in the course's folders. ignore: patterns of names that nbgrader leaves out of
    what it copies. runs_tests: whether test cells of the facilitator's own are to be run. penalty: what
    is taken from a late submission, from its student, score and seconds late, as nbgrader's
    LateSubmissionPlugin says.
    """

    root: Path
    db_url: str
    permissions: int
    shared: bool
    ignore: tuple[str, ...]
    runs_tests: bool
    penalty: Penalty


def course_settings(course: Path, db_url: str | None = None) -> CourseSettings:
    """The settings of the course at `course`; `db_url` takes the place of its gradebook.

    Raises CourseSettingsError for no course, and for a configuration that cannot be read.
    """
    root = course.expanduser().resolve()
    for name in (CARD_NAME, CONFIG):
        if not (root / name).is_file():
            raise CourseSettingsError(_sentence("no_course", course=course))
    config = _config(root)
    directory: Any = config.CourseDirectory
    score: Any = config.ScoreRecord
    shared = bool(directory.get("groupshared", False))
    url = db_url or str(directory.get("db_url", "")) or f"{_SQLITE}{root / GRADEBOOK}"
    return CourseSettings(
        root=root,
        db_url=_absolute(url, root),
        permissions=SHARED if shared else READ_ONLY,
        shared=shared,
        ignore=tuple(directory.get("ignore", IGNORED)),
        runs_tests=bool(score.get("run_test_cells", False)),
        penalty=_penalty(config),
    )


def _config(root: Path) -> Config:
    try:
        config: Config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    except Exception as error:  # noqa: BLE001 -- a configuration is a program, and may fail in any way
        reason = f"{type(error).__name__}: {error}"
        raise CourseSettingsError(_sentence("no_settings", file=root / CONFIG, reason=reason)) from None
    return config


def _absolute(url: str, root: Path) -> str:
    # nbgrader is run in the course's own folder, so that is where its relative paths begin.
    file = url.removeprefix(_SQLITE)
    if file == url or not file or file.startswith((":", "file:")):
        return url
    return f"{_SQLITE}{root / file}"


def _penalty(config: Config) -> Penalty:
    assign: Any = config.AssignLatePenalties
    plugin: Any = assign.get("plugin_class")
    if plugin is not None:
        return _plugin(plugin, config)
    method: Any = config.LateSubmissionPlugin
    return _all if method.get("penalty_method", "none") == "zero" else _nothing


def _nothing(_student: str, _score: float, _late: float) -> float | None:
    return None


def _all(_student: str, score: float, _late: float) -> float | None:
    return score


def _plugin(plugin: Any, config: Config) -> Penalty:  # noqa: ANN401 -- a class, or its dotted name
    """A facilitator's own plugin, which costs the import of nbgrader that it needs itself."""
    if isinstance(plugin, str):
        module, _, name = plugin.rpartition(".")
        try:
            plugin = getattr(import_module(module), name)
        except (ImportError, AttributeError, ValueError) as error:
            message = _sentence("no_plugin", plugin=plugin, reason=error, file=CONFIG)
            raise CourseSettingsError(message) from None
    penalty: Penalty = plugin(config=config).late_submission_penalty
    return penalty

"""nbgrader's exchange as one trainee meets it: what a course offers, handing in, and its feedback.

Everything is done by nbgrader's own classes, with the settings that its own list of assignments would find.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path
from nbgrader.apps import NbGrader
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError, ExchangeFactory
from nbgrader.utils import parse_utc
from traitlets.config import Application, Config

from scenarios.engine.record import RECORD_NAME


class ExchangeRefusedError(Exception):
    """nbgrader would not do it; the text is its own."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An assignment that a course offers. folder: where the exchange keeps what everybody is given."""

    course: str
    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class LastSubmission:
    """What was handed in last. feedback: whether feedback on it, or on an earlier one, is there."""

    moment: datetime
    record: bytes
    feedback: bool


@dataclass(frozen=True)
class Exchange:
    """The exchange that a server with the folder `root` reaches, where it reaches any."""

    root: Path

    def offers(self) -> list[Offer]:
        """Every assignment that this trainee may have; none where there is no exchange in a folder."""
        lister = self._part("List", "", "")
        place = Path(getattr(lister, "root", ""))
        if not place.is_absolute() or not place.is_dir():
            return []
        return [
            Offer(course, name, folder)
            for course, name in ((each["course_id"], each["assignment_id"]) for each in _started(lister))
            if (folder := place / course / "outbound" / name).is_dir()
        ]

    def fetch(self, offer: Offer) -> None:
        """Bring an assignment here, as nbgrader's own list does. Raises ExchangeRefusedError."""
        self._do("FetchAssignment", offer)

    def submit(self, offer: Offer, folder: Path) -> None:
        """Hand in what stands in `folder`. Raises ExchangeRefusedError."""
        self._do("Submit", offer, folder)

    def last_submission(self, offer: Offer, folder: Path) -> LastSubmission | None:
        """What was handed in last from `folder`, None where nothing was."""
        lister = self._part("List", offer.course, offer.name, folder)
        lister.cached = True
        submissions = [each for listed in _started(lister) for each in listed["submissions"]]
        last = max(submissions, key=lambda each: _moment(each["timestamp"]), default=None)
        if last is None:
            return None
        record = Path(last["path"]) / RECORD_NAME
        return LastSubmission(
            moment=_moment(last["timestamp"]),
            record=record.read_bytes() if record.exists() else b"",
            feedback=any(each["has_local_feedback"] or each["has_exchange_feedback"] for each in submissions),
        )

    def feedback(self, offer: Offer, folder: Path) -> Path | None:
        """The page of feedback on the newest submission that has one, fetched where it is new."""
        with contextlib.suppress(ExchangeRefusedError):
            self._do("FetchFeedback", offer, folder)
        return max(folder.glob("feedback/*/*.html"), key=lambda page: _moment(page.parent.name), default=None)

    def _do(self, deed: str, offer: Offer, folder: Path | None = None) -> None:
        try:
            self._part(deed, offer.course, offer.name, folder).start()
        except (ExchangeError, OSError, RuntimeError) as error:
            raise ExchangeRefusedError(str(error)) from error

    def _part(self, deed: str, course: str, name: str, folder: Path | None = None) -> Any:  # noqa: ANN401
        """The class of nbgrader's for a deed with an assignment. folder: where that stands, if it is here."""
        app: Any = NbGrader()
        Application.load_config_file(app, "nbgrader_config", path=[str(self.root), *jupyter_config_path()])
        config: Config = app.config
        config.CourseDirectory.course_id = course
        config.CourseDirectory.assignment_id = name
        config.Exchange.assignment_dir = str(folder.parent if folder else self.root)
        if folder is not None:
            config.Exchange.path_includes_course = False
        parts = {"coursedir": CourseDirectory(config=config), "authenticator": Authenticator(config=config)}
        return getattr(ExchangeFactory(config=config), deed)(config=config, **parts)


def _started(lister: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- nbgrader's
    """What a lister lists; nothing where there is no exchange, or this trainee may not write to it."""
    try:
        listed: list[dict[str, Any]] = lister.start()
    except ExchangeError:
        return []
    return listed


def _moment(timestamp: str) -> datetime:
    return parse_utc(timestamp).replace(tzinfo=UTC)  # type: ignore[no-any-return]  # nbgrader has no types

"""The papers of a course: made by a process of its own, as the server has neither keys nor database.

Statistics and charts take seconds and memory: one paper is made at a time, and nothing of it is kept.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from release.lms.services.course_place import CoursePlace
from scenarios.documents.part import Part
from scenarios.language import Language

MAKER = "release.lms_desk.class_paper"
# How a maker ends where too few have played for the paper.
TOO_FEW = 3
SECONDS = 180.0
PaperKind = Literal["report", "decisions"]


class ClassOrder(Part):
    """What a maker reads on its standard input.

    kind: the class report, or the decisions as an archive; database: an SQLAlchemy URL; cases: their folder;
    services: the file of the referral directory, None for the library's.
    """

    kind: PaperKind
    database: str
    workshop: str
    cases: Path
    services: Path | None
    course: CoursePlace
    language: Language


class PaperFailedError(Exception):
    """A paper could not be made; its maker has said why on standard error, which is the server's log."""


@dataclass(slots=True)
class ClassPapers:
    """Who has papers made. See `ClassOrder`; environ: of the maker, which names the folder of the keys."""

    database: str
    workshop: str
    cases: Path
    services: Path | None
    environ: Mapping[str, str]
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def made(self, kind: PaperKind, course: CoursePlace, language: Language) -> bytes | None:
        """A paper; None where too few have played for it. Raises PaperFailedError."""
        order = ClassOrder(
            kind=kind,
            database=self.database,
            workshop=self.workshop,
            cases=self.cases,
            services=self.services,
            course=course,
            language=language,
        )
        async with self._turn:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                MAKER,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=dict(self.environ),
            )
            line = order.model_dump_json().encode() + b"\n"
            try:
                async with asyncio.timeout(SECONDS):
                    paper, _ = await process.communicate(line)
            except TimeoutError:
                raise PaperFailedError from None
            finally:
                if process.returncode is None:
                    process.kill()
        if process.returncode == TOO_FEW:
            return None
        if process.returncode:
            raise PaperFailedError
        return paper

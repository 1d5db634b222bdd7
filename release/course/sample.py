"""The sample course of ``kasuslab run``: a few cases, simulated trainees, already graded."""

from __future__ import annotations

import hashlib
import shutil
from datetime import datetime
from pathlib import Path

from release.course.course import make_course
from release.course.grade.grade import grade_class
from release.course.report import write_report
from release.course.simulate import simulate
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import whole_folder
from scenarios.library import CASES
from scenarios.sentence import sentences_of

CASES_IN_IT = ("teman-gim", "tawaran-nongkrong", "konferensi-terpadu")
TRAINEES = 12
SEED = 1
STAMP = "sample.txt"
REPORT = Path("reports") / "sample.html"
_sentence = sentences_of(Path(__file__).with_name("texts.yaml"))


class SampleError(BadInputError):
    """The sample course cannot be made; the text says why, and what to do."""


def sample_course(directory: Path, *, person: str, keys: Path, cases: Path = CASES) -> Path:
    """The sample course at `directory`, made anew where its cases or keys have changed since.

    It is graded, and its report is written. person: who can be spoken to in it. Raises SampleError.
    """
    stamp = directory / STAMP
    wanted = _stamp(cases, keys)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return directory
    if directory.exists() and not stamp.exists():
        raise SampleError(_sentence("no_sample", directory=directory))
    with whole_folder(directory) as made:
        make_course(made, CASES_IN_IT, person=person, name=directory.name, cases=cases, keys=keys)
        simulate(made, TRAINEES, SEED, keys=keys)
        grade_class(made, keys=keys)
        write_report(made, now=datetime.now().astimezone(), file=made / REPORT, keys=keys)
        for case_id in CASES_IN_IT:
            shutil.copytree(made / "release" / case_id, made / "try" / case_id)
        (made / STAMP).write_text(wanted, encoding="utf-8")
    return directory


def _stamp(cases: Path, keys: Path) -> str:
    digest = hashlib.sha256()
    for case_id in CASES_IN_IT:
        for file in (*sorted((cases / case_id).glob("*.yaml")), keys / f"{case_id}.yaml"):
            digest.update(file.read_bytes())
    return digest.hexdigest()

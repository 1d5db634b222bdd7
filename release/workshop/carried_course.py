"""The course that a workshop carries: its cases are played as they stand in it, and by its card.

What is played then is marked with the course's name and mode, so that it can be handed in there
(`release.phones.hand_in`). Nothing here opens the gradebook, and nothing changes the course.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from release.workshop.data_folder import lock_of
from release.workshop.failure import WorkshopRefusedError
from release.workshop.plan import WorkshopPlan, read_plan
from scenarios.course_card import CARD_NAME, ON_PHONES, CourseCard, case_of, directory_of, read_course_card
from scenarios.directory.services import Directory
from scenarios.language import SOURCE, Language, Texts
from scenarios.library import CASE_FOLDER
from scenarios.loader import case_file
from scenarios.sentence import sentences_of

carried_sentence = sentences_of(Path(__file__).with_name("carried_course.yaml"))

# Experts who make a key say what colleagues would do; no phone asks that.
_PLAYED = ("practice", "discussion", "test")


@dataclass(frozen=True, slots=True)
class CarriedCourse:
    """A course at `place`. cases: their ids, sorted."""

    place: Path
    card: CourseCard
    cases: tuple[str, ...]

    def settled(self, plan: WorkshopPlan) -> WorkshopPlan:
        """The plan with all that the course settles: cases, mode, and the variants that everybody plays.

        Raises WorkshopRefusedError where the plan says otherwise.
        """
        mode, name = self.card.mode, self.card.course
        if mode not in _PLAYED:
            raise WorkshopRefusedError(carried_sentence("not_played", course=name, mode=mode))
        if plan.mode not in {None, mode}:
            raise WorkshopRefusedError(
                carried_sentence("other_mode", course=name, mode=mode, asked=plan.mode)
            )
        if unknown := sorted(set(plan.cases) - set(self.cases)):
            missing, choices = ", ".join(unknown), ", ".join(self.cases)
            raise WorkshopRefusedError(
                carried_sentence("no_case", course=name, cases=missing, choices=choices)
            )
        cases = plan.cases or self.cases
        variants = {case: one for case, one in self.card.variants.items() if case in cases}
        chosen = tuple(f"{case}={one}" for case, one in {**variants, **plan.chosen_variants}.items())
        settled = {"cases": cases, "mode": mode, "variants": chosen, "course": self.place}
        return plan.model_copy(update=settled)

    def copy_cases(self, folder: Path) -> Path:
        """Write the public half of each case into `folder`, as a library has them; give the folder."""
        for name in self.cases:
            source = self.place / "source" / name
            target = folder / name
            target.mkdir(parents=True, exist_ok=True)
            for file in map(case_file, case_of(source).languages):
                shutil.copyfile(source / CASE_FOLDER / file, target / file)
        return folder

    def directory(self) -> Directory:
        """The services of all its cases. Raises ProblemsError."""
        parts = [directory_of(self.place / "source" / name) for name in self.cases]
        services = {name: service for part in parts for name, service in part.services.items()}
        return Directory(services=services, help=parts[0].help)

    def title(self, case: str, language: Language) -> str:
        """The title of a case, in the language of the cases where it has no other."""
        titles = _titles(self.place / "source" / case)
        return titles[language if language in titles else SOURCE]

    def feedback_of(self, trainee: str | None) -> Mapping[str, Path]:
        """The pages that were given out to a trainee, by case; none for whoever is nobody in the course."""
        if trainee is None or Path(trainee).name != trainee:
            return {}
        own = self.place / ON_PHONES / trainee
        pages = {case: own / case / f"{case}.html" for case in self.cases}
        return {case: page for case, page in pages.items() if page.is_file() and not page.is_symlink()}


def is_carried_now(course: Path, data: Path) -> bool:
    """Whether a workshop that runs on the data folder `data` is planned with the course."""
    planned = read_plan(data).course if data.is_dir() else None
    if planned is None or planned.expanduser().resolve() != course.expanduser().resolve():
        return False
    try:
        with FileLock(lock_of(data), timeout=0):
            return False
    except Timeout:
        return True


@lru_cache(maxsize=128)
def _titles(assignment: Path) -> Texts:
    return case_of(assignment).titles


def read_carried_course(place: Path) -> CarriedCourse:
    """The course at `place`. Raises WorkshopRefusedError where there is none, ProblemsError."""
    here = place.expanduser().resolve()
    files = sorted(here.glob(f"source/*/{CASE_FOLDER}/case.yaml"))
    if not (here / CARD_NAME).is_file() or not files:
        raise WorkshopRefusedError(carried_sentence("no_course", place=place))
    return CarriedCourse(here, read_course_card(here), tuple(file.parents[1].name for file in files))

"""A case in a folder of its own, whose review round a test plays: its files are edited as an author does."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graders.key.guide import GUIDES as LIBRARY_GUIDES
from graders.key.key import KEYS as LIBRARY_KEYS
from graders.review.demands import QUESTIONS, load_demands
from graders.review.round import (
    ReviewComment,
    ReviewRound,
    Signature,
    add_comment,
    add_reviewer,
    give,
    open_round,
    read_entry,
    seat_panel,
    sign,
)
from graders.review.sight import Sight, sight_of
from graders.review.standing import RoundStanding, standing
from scenarios.case import Case, CaseReview
from scenarios.library import CASES as LIBRARY
from scenarios.loader import load_case
from tests.places import CASES, GUIDES, KEYS

CASE = "daftar-nilai"
OPENED = date(2026, 4, 1)
PANEL = {"police": 4, "uptd_ppa": 4, "legal_aid": 2}


@dataclass(frozen=True)
class CaseInReview:
    """A case, with its key and its guide, in a folder of a test."""

    root: Path
    case_id: str = CASE

    @classmethod
    def in_folder(cls, root: Path) -> CaseInReview:
        """A copy of the small case in `root`."""
        return _copied(cls(root), CASES, KEYS, GUIDES)

    @classmethod
    def of_library(cls, root: Path, case_id: str) -> CaseInReview:
        """A copy of a case of the library in `root`."""
        return _copied(cls(root, case_id), LIBRARY, LIBRARY_KEYS, LIBRARY_GUIDES)

    @property
    def folder(self) -> Path:
        """The folder of the case."""
        return self.root / "cases" / self.case_id

    @property
    def keys(self) -> Path:
        """The folder of its key."""
        return self.root / "keys"

    @property
    def story(self) -> Path:
        """Its ``case.yaml``."""
        return self.folder / "case.yaml"

    @property
    def key(self) -> Path:
        """The file of its key."""
        return self.keys / f"{self.case_id}.yaml"

    @property
    def case(self) -> Case:
        """The case as it stands now."""
        return load_case(self.folder)

    def sight(self, day: date = OPENED) -> Sight:
        """What its reviewers see now."""
        return sight_of(self.case, self.folder, self.keys, day)

    def standing(self, round_: ReviewRound) -> RoundStanding:
        """Where a round stands now."""
        return standing(round_, self.sight())

    def edit(self, file: Path, old: str, new: str) -> None:
        """Change one place of a file."""
        text = file.read_text(encoding="utf-8")
        assert text.count(old) >= 1, old
        file.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")

    def give_panel(self) -> None:
        """Let the key be that of a panel of ten."""
        self.edit(self.key, "panel: none", "panel: {size: 10, played: 2026-03-20}")

    def open_round(self) -> ReviewRound:
        """A round of it, just opened."""
        return open_round(self.case_id, self.sight())

    def agreed_round(self) -> ReviewRound:
        """A round in which everybody agrees whom the library asks, of a key by a panel."""
        round_ = seat_panel(self.open_round(), PANEL, date(2026, 3, 20))
        for question in QUESTIONS:
            for role in load_demands().roles(question, self.case.role):
                reviewer = f"{role}_1"
                if reviewer not in round_.reviewers:
                    round_, reviewer = add_reviewer(round_, role)
                round_ = signed(round_, reviewer, question)
        return round_


def _copied(case: CaseInReview, cases: Path, keys: Path, guides: Path) -> CaseInReview:
    shutil.copytree(cases / case.case_id, case.folder)
    for name, place in (("keys", keys), ("guides", guides)):
        (case.root / name).mkdir()
        for file in place.glob(f"{case.case_id}*.yaml"):
            shutil.copy(file, case.root / name)
    return case


def signed(round_: ReviewRound, reviewer: str, question: str, **more: object) -> ReviewRound:
    """The round with a signature more, for what reviewers are given now; a part of it may be other."""
    data = {"reviewer": reviewer, "seen": round_.sight.mark, "question": question, "agrees": True}
    return sign(round_, read_entry(Signature, {**data, "way": "paper", "day": OPENED, **more}))


def commented(round_: ReviewRound, by: str, on: str = "law", **more: object) -> ReviewRound:
    """The round with a comment more, on what reviewers are given now; a part of it may be other."""
    data = {"reviewer": by, "seen": round_.sight.mark, "question": on, "text": "Pasal mana?"}
    return add_comment(round_, read_entry(ReviewComment, {**data, "way": "phone", "day": OPENED, **more}))


def given(round_: ReviewRound, case: CaseInReview) -> ReviewRound:
    """The round in which reviewers are given the case as it stands now."""
    return give(round_, case.sight())


def review_of(case: Case) -> CaseReview:
    """The review of a case that a round has agreed to as it stands."""
    roles = ("lawyer", "social_worker", "police")
    return CaseReview(day=OPENED, roles=roles, experts=10, law_checked=case.law_checked, story=case.story)


def reviewed(case: Case) -> Case:
    """`case` as it is once a round has agreed to it."""
    return case.model_copy(update={"status": "reviewed", "review": review_of(case)})


def write_review(folder: Path) -> None:
    """Let the case in `folder` say that it is reviewed, as it stands."""
    file, review = folder / "case.yaml", review_of(load_case(folder)).model_dump(mode="json")
    text = file.read_text(encoding="utf-8")
    text = text.replace("status: draft\n", f"status: reviewed\nreview: {json.dumps(review)}\n")
    file.write_text(text, encoding="utf-8", newline="\n")

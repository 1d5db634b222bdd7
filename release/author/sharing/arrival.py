"""What the cases of a bundle are to this lab: new, the same, or other than what stands here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias

from graders.key.guide import guide_problems, load_guide
from graders.review.round import ReviewRound
from graders.review.round_file import load_round
from release.archive import printable
from release.author.graph.svg import NotDrawableError, graph_svg
from release.author.review_status import ReviewStatusError, draft_bytes
from release.author.sharing.bundle import Bundle
from release.author.sharing.case_places import STORY_FILE, CasePlaces, round_name
from release.author.sharing.references import ReferenceArrival, beside, key_there, reference_arrival
from release.author.sharing.words import SharingError, sentence
from scenarios.case import Case
from scenarios.directory.reviewer_roles import role_names
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.language import Texts
from scenarios.loader import load_case
from scenarios.sentence import Sentence, problem_text

CaseStanding: TypeAlias = Literal["new", "added", "same", "newer", "older", "other"]
"""Nothing of it is here; some files are, just so; all are; the bundle has another text, by its version."""

OVER_ANOTHER: frozenset[CaseStanding] = frozenset({"newer", "other"})


@dataclass(frozen=True, slots=True)
class CaseArrival:
    """A case of a bundle. reviewed: whether the lab that sent it calls it so; here: the version that stands.

    round: its review round there, None where it has none.
    files: what is to be written, the story last; gone: files of what stands here that it does not have;
    earlier: the key and guide of another version that stand here, to be kept, by where; graphs: its pictures.
    """

    case: Case
    standing: CaseStanding
    reviewed: bool
    round: ReviewRound | None
    here: str | None
    files: Mapping[Path, bytes]
    gone: tuple[Path, ...]
    earlier: Mapping[Path, bytes]
    graphs: Mapping[Path, bytes]

    def sentences(self) -> Iterator[Sentence]:
        """What is said of it before anything is written."""
        case = self.case
        titles = Texts.of(lambda language: printable(case.titles[language]))
        parts = {"case": case.id, "version": case.version, "here": self.here or "–"}
        standing = sentence(f"case_{self.standing}", **parts)
        status = sentence("status_reviewed" if self.reviewed else f"status_{case.status}")
        yield sentence("case", title=Sentence(titles), status=status, standing=standing, **parts)
        if self.reviewed:
            yield sentence("comes_as_draft", case=case.id)
        if self.round is not None:
            yield _round_sentence(self.round)
        if case.use == "test":
            yield sentence("is_test", case=case.id)


def arrivals(
    bundle: Bundle, passphrase: str, places: CasePlaces, today: date
) -> tuple[tuple[CaseArrival, ...], ReferenceArrival]:
    """What a bundle holds, each case proved to load here with its key and guide, beside what `places` has.

    Each is proved with the sources and rules that the bundle brings along where this lab lacks them: the
    second part.

    Raises SharingError for another passphrase, for a case that does not load here, and for one that is a test
    here and practice there, or the other way round; ProblemsError where what stands here cannot be read.
    """
    contents = bundle.opened(passphrase)
    with TemporaryDirectory() as folder:
        staged = beside(Path(folder).resolve())
        brought = reference_arrival(bundle, contents, staged, places, today)
        cases = bundle.manifest.cases
        return tuple(_arrival(bundle, case_id, contents, staged, places) for case_id in cases), brought


def _arrival(
    bundle: Bundle, case_id: str, contents: Mapping[str, bytes], staged: CasePlaces, places: CasePlaces
) -> CaseArrival:
    given = {name: contents[name] for name in staged.files(case_id) if name in contents}
    case = _loaded(bundle.file, case_id, given, staged)
    here = _here(case, places)
    reviewed, round_ = case.status == "reviewed", load_round(case_id, staged.keys)
    named = {**places.files(case_id), round_name(case_id): places.round_elsewhere(case_id)}
    wanted = {named[name]: drafted(name, content) for name, content in given.items()}
    standing_files = {file: file.read_bytes() for file in named.values() if file.is_file()}
    same = {
        file
        for name, file in named.items()
        if file in standing_files and drafted(name, standing_files[file]) == wanted.get(file)
    }
    standing = _standing(case, here, same=same, there=standing_files.keys(), wanted=wanted.keys())
    earlier: dict[Path, bytes] = {}
    if here is not None and here.version != case.version:
        left = {places.earlier(file, here.version): content for file, content in standing_files.items()}
        earlier = {file: content for file, content in left.items() if file is not None and not file.exists()}
    return CaseArrival(
        case=case.model_copy(update={"status": "draft", "review": None}) if reviewed else case,
        standing=standing,
        reviewed=reviewed,
        round=round_,
        here=None if here is None else here.version,
        files={file: content for file, content in wanted.items() if file not in same},
        gone=tuple(file for file in standing_files if file not in wanted),
        earlier=earlier,
        graphs=_graphs(case, places),
    )


def drafted(name: str, content: bytes) -> bytes:
    """A file of a case as it is taken in: a story reviewed elsewhere is a draft. Raises SharingError."""
    if not name.endswith(f"/{STORY_FILE}"):
        return content
    try:
        return draft_bytes(content, Path(name))
    except ReviewStatusError:
        raise SharingError(sentence("no_draft", case=name.split("/")[-2])) from None


def _loaded(file: Path, case_id: str, given: Mapping[str, bytes], staged: CasePlaces) -> Case:
    """The case that these files are, proved with its key and guide. Raises SharingError."""
    for name, place in staged.files(case_id).items():
        if name in given:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(given[name])
    try:
        case = load_case(staged.cases / case_id)
        key_there(case, staged)
        load_round(case_id, staged.keys)
        if (staged.guides / f"{case_id}.yaml").is_file():
            guide = load_guide(case_id, staged.guides)
            _refuse(tuple(guide_problems(case_id, guide, staged.guides)))
    except ProblemsError as error:
        first, more = error.problems[0], len(error.problems) - 1
        place, root = Path(first.file), staged.cases.parent
        short = place.relative_to(root) if place.is_relative_to(root) else place.name
        named = replace(first, file=str(short))
        problem = Sentence(Texts.of(lambda language: printable(problem_text(named, language))))
        name = "case_wrong_and_more" if more else "case_wrong"
        raise SharingError(sentence(name, file=file, case=case_id, problem=problem, more=more)) from None
    return case


def _round_sentence(round_: ReviewRound) -> Sentence:
    """What is said of a round that was played elsewhere."""
    last = round_.last_signatures
    roles = dict.fromkeys(round_.reviewers[one.reviewer] for one in last if one.agrees)
    listed = Texts.of(lambda language: ", ".join(role_names(roles, language)) or "–")
    waiting = [one for one in round_.comments if one.settled is None]
    return sentence(
        "round",
        day=round_.opened,
        roles=Sentence(listed),
        objections=sum(not one.agrees for one in last),
        comments=len(round_.comments),
        open=len(waiting),
    )


def _refuse(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise ProblemsError(problems)


def _here(case: Case, places: CasePlaces) -> Case | None:
    """What stands here under the id of a case. Raises SharingError where it is for another use."""
    folder = places.cases / case.id
    if not (folder / STORY_FILE).is_file():
        return None
    here = load_case(folder)
    if here.use != case.use:
        raise SharingError(sentence(f"other_use_{here.use}", case=case.id))
    return here


def _standing(
    case: Case,
    here: Case | None,
    *,
    same: AbstractSet[Path],
    there: AbstractSet[Path],
    wanted: AbstractSet[Path],
) -> CaseStanding:
    if not there:
        return "new"
    if there <= same:
        return "same" if wanted <= same else "added"
    if here is None or here.version == case.version:
        return "other"
    return "newer" if _number(case.version) > _number(here.version) else "older"


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _graphs(case: Case, places: CasePlaces) -> Mapping[Path, bytes]:
    """The pictures of a case, drawn here: one of another's making could carry a script. None of a test."""
    if case.use == "test":
        return {}
    drawn: dict[Path, bytes] = {}
    for one in case.in_each_variant():
        name = case.id if one.variant is None else f"{case.id}-{one.variant}"
        try:
            drawn[places.graphs / f"{name}.svg"] = graph_svg(one).encode()
        except NotDrawableError:  # the check that follows says why
            continue
    return drawn

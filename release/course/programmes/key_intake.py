"""Keys that whoever keeps them has given: proved against their cases, then put where keys are read.

A key is taken whole, with its texts in every language of its case, or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from graders.key.key import key_file, load_key
from release.archive import ArchiveEntry, Unread, entries
from release.course.programmes.programme import PLANS, lacking_tests, load_programmes
from scenarios.case import Case
from scenarios.documents.problem import BadInputError, ProblemsError
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.language import LANGUAGES, SOURCE, Texts
from scenarios.library import CASES, case_folder, case_ids
from scenarios.loader import load_case
from scenarios.sentence import Sentence, problem_text, sentences_of

ENDINGS = frozenset({".yaml"})
# What stands beside keys in the folder of whoever keeps them, and is none.
_BESIDE = frozenset({"fingerprints", "earlier", "guides"})
_sentence = sentences_of(PLANS / "key_intake.yaml")


class KeyIntakeError(BadInputError):
    """Keys cannot be put where they are read; a sentence."""


@dataclass(frozen=True, slots=True)
class KeyIntake:
    """What became of keys that were given: the ids of their cases, and a sentence for what was not taken.

    put: those that are there now; standing: those that were there already, letter by letter.
    """

    put: tuple[str, ...]
    standing: tuple[str, ...]
    refused: tuple[Sentence, ...]


def take_keys(
    sources: Sequence[Path], keys: Path, *, with_others: bool = False, cases: Path = CASES
) -> KeyIntake:
    """Put the keys of `sources` into the folder `keys`, each once it is proved against its case in `cases`.

    sources: files, folders, or ZIPs of them. with_others: whether one may take the place of another key of
    its case. Raises KeyIntakeError where the folder cannot be written.
    """
    given, refused = _given(sources, case_ids(cases))
    put: list[str] = []
    standing: list[str] = []
    for case_id, files in given.items():
        if wrong := tuple(_wrong(load_case(case_folder(case_id, cases)), files)):
            refused.extend(wrong)
        elif all(_stands(keys / name, data) for name, data in files.items()):
            standing.append(case_id)
        elif (keys / key_file(case_id, SOURCE)).exists() and not with_others:
            refused.append(_sentence("other", case=case_id))
        else:
            _put(keys, case_id, files)
            put.append(case_id)
    return KeyIntake(tuple(put), tuple(standing), tuple(refused))


def intake_told(intake: KeyIntake, keys: Path, cases: Path = CASES) -> tuple[Sentence, ...]:
    """What is said of keys that are there, and of the tests that can be played by them or cannot yet.

    keys: the folder of all keys; what was not taken has its own sentences.
    """
    sentences = []
    if intake.put:
        sentences.append(_sentence("put", cases=", ".join(intake.put)))
    if intake.standing:
        sentences.append(_sentence("standing", cases=", ".join(intake.standing)))
    if not (sentences or intake.refused):
        sentences.append(_sentence("nothing"))
    lacking = {code: lacking_tests(plan, keys, cases) != "" for code, plan in load_programmes().items()}
    for name, is_lacking in (("tests_here", False), ("tests_not_here", True)):
        if codes := [code for code in lacking if lacking[code] is is_lacking]:
            sentences.append(_sentence(name, codes=", ".join(codes)))
    return tuple(sentences)


def _given(
    sources: Sequence[Path], known: Collection[str]
) -> tuple[Mapping[str, Mapping[str, bytes]], list[Sentence]]:
    """The files of each key, by the id of its case and by their names; what is said of all others."""
    by_case: dict[str, dict[str, ArchiveEntry]] = {}
    refused: list[Sentence] = []
    differing: set[str] = set()
    for entry in (one for source in sources for one in entries(source, readable=ENDINGS)):
        if isinstance(entry, Unread):
            refused.append(_sentence("unread", file=entry.label, why=entry.why))
            continue
        name, case_id = entry.parts[-1], entry.parts[-1].partition(".")[0]
        if not _BESIDE.isdisjoint(entry.parts[:-1]):
            continue
        if entry.data is None or name not in _names(case_id):
            refused.append(_sentence("no_key", file=entry.label))
        elif case_id not in known:
            refused.append(_sentence("no_case", file=entry.label, case=case_id))
        elif (first := by_case.setdefault(case_id, {}).setdefault(name, entry)).data != entry.data:
            refused.append(_sentence("twice", file=entry.label, first=first.label))
            differing.add(case_id)
    given = {
        case_id: {name: entry.data for name, entry in files.items() if entry.data is not None}
        for case_id, files in by_case.items()
        if case_id not in differing
    }
    return given, refused


def _names(case_id: str) -> Collection[str]:
    return {key_file(case_id, language) for language in LANGUAGES}


def _wrong(case: Case, files: Mapping[str, bytes]) -> Iterator[Sentence]:
    """What is wrong with the key that these files are; nothing where it is proved."""
    wanted = [key_file(case.id, language) for language in case.languages]
    if absent := [name for name in wanted if name not in files]:
        yield _sentence("not_whole", case=case.id, files=", ".join(absent), wanted=", ".join(wanted))
        return
    with TemporaryDirectory() as place:
        folder = Path(place)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        try:
            load_key(case, folder)
        except ProblemsError as error:
            first, more = error.problems[0], len(error.problems) - 1
            named = replace(first, file=Path(first.file).name)
            problem = Sentence(Texts({one: problem_text(named, one) for one in LANGUAGES}))
            yield _sentence("wrong_and_more" if more else "wrong", case=case.id, problem=problem, more=more)


def _stands(file: Path, data: bytes) -> bool:
    try:
        return file.read_bytes() == data
    except OSError:  # where it cannot be read, writing it says why
        return False


def _put(keys: Path, case_id: str, files: Mapping[str, bytes]) -> None:
    """Write a key for this user alone, the file last by which others see that it is there."""
    source = key_file(case_id, SOURCE)
    try:
        for name in (*sorted(files.keys() - {source}), source):
            write_whole(keys / name, files[name], mode=OWNER_ALONE, parents=True)
    except OSError as error:
        raise KeyIntakeError(_sentence("unwritable", folder=keys, reason=error.strerror)) from None

"""Fingerprints of what was confirmed: that a version means one story, and that a translation fits its text.

A file of fingerprints is written by ``kasuslab check CASE --confirm`` and read by ``kasuslab check``. It
holds the confirmed version, one hash of all that decides (the story, or the key), and one hash of each
source text whose translation was confirmed. Whoever changes a text sees its translation told as stale
until it was looked at; whoever changes what decides has to raise the version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scenarios.case import Case, Scene
from scenarios.decision import Decision
from scenarios.documents.digest import digest
from scenarios.documents.document import DataPath, Document
from scenarios.documents.part import Part, Version
from scenarios.documents.problem import BadInputError, Level, Problem
from scenarios.documents.whole_file import write_whole
from scenarios.language import SOURCE, UNSAID, Language
from scenarios.library import read_model
from scenarios.loader import settled_documents
from scenarios.proof.texts import Written, case_texts
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

FILE = "fingerprints.yaml"
_TRANSLATED = frozenset({"title", "note", "you", "facts", "scenes"})


class NotConfirmedError(BadInputError):
    """Something cannot be confirmed as it is; the text says why, and what to do."""


class Fingerprints(Part):
    """What was confirmed of one document: its version, what decides in it, and its translated texts.

    languages: those of the translations that were looked at.
    """

    version: Version
    decides: str
    languages: tuple[str, ...] = tuple(language for language in UNSAID if language != SOURCE)
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One document and its translations, with the file that holds their fingerprints.

    now: the fingerprints as the documents are; paths: where each text stands; case_id: for the remedy;
    what: “story” or “key”.
    """

    document: Document
    translations: Mapping[Language, Document]
    file: Path
    now: Fingerprints
    paths: Mapping[str, DataPath]
    case_id: str
    what: str


def confirmed_case(folder: Path, documents: Mapping[Language, Document], case: Case) -> Confirmed:
    """The public half of a case, as something to confirm. documents: its files by their languages."""
    document, translations = apart(documents)
    texts = tuple(
        text
        for each in settled_documents(documents).values()
        for text in case_texts(each[SOURCE], SOURCE)
        if text.path[0] in _TRANSLATED
    )
    now = Fingerprints(
        version=case.version,
        decides=digest(in_variants({each.variant: _story(each) for each in case.in_each_variant()})),
        languages=tuple(translations),
        texts=text_digests(texts),
    )
    return Confirmed(document, translations, folder / FILE, now, text_paths(texts), case.id, "story")


def apart(documents: Mapping[Language, Document]) -> tuple[Document, Mapping[Language, Document]]:
    """The document in the language that everything is written in, and its translations."""
    return documents[SOURCE], {tag: document for tag, document in documents.items() if tag != SOURCE}


def in_variants(deciding: Mapping[str | None, object]) -> object:
    """What decides in each variant, as one thing to digest; of a case without variants, that itself."""
    return deciding[None] if None in deciding else dict(deciding)


def text_digests(texts: tuple[Written, ...]) -> Mapping[str, str]:
    """The hash of each text by its dotted path in the file."""
    return {_name(path): digest(text.text) for path, text in _in_file(texts)}


def text_paths(texts: tuple[Written, ...]) -> Mapping[str, DataPath]:
    """The path of each text in the file by its dotted form."""
    return {_name(path): path for path, _ in _in_file(texts)}


def _in_file(texts: tuple[Written, ...]) -> Iterator[tuple[DataPath, Written]]:
    for text in texts:
        yield text.document.origin(text.path), text


def _name(path: DataPath) -> str:
    return ".".join(str(part) for part in path)


def _story(case: Case) -> object:
    counters = {name: [counter.start, counter.low, counter.high] for name, counter in case.counters.items()}
    scenes = {scene_id: _scene(scene) for scene_id, scene in case.scenes.items()}
    return [case.start, case.role, case.use, sorted(case.facts), counters, scenes]


def _scene(scene: Scene) -> object:
    effects = [[effect.condition, dict(effect.add)] for effect in scene.effects]
    rules = [[rule.condition, rule.go] for rule in scene.next]
    decision = None if scene.decision is None else _decision(scene.decision)
    return [scene.stage, list(scene.learn), decision, effects, rules, scene.end]


def _decision(decision: Decision) -> object:
    # Everything but the sentences: of options and urgencies the ids, in their order.
    data = decision.model_dump(mode="json", exclude={"ask"}, exclude_none=True)
    return {name: list(part) if isinstance(part, dict) else part for name, part in data.items()}


def fingerprint_problems(confirmed: Confirmed, *, reviewed: bool) -> Iterator[Problem]:
    """A version that was not raised, and translations that were not looked at again."""
    command = f"kasuslab check {confirmed.case_id} --confirm"
    if not confirmed.file.is_file():
        fault = _finding("nobody_has_confirmed_this", what=_finding(f"what_{confirmed.what}"))
        level: Level = "error" if reviewed else "warning"
        line, path = confirmed.document.place(("version",))
        remedy = _finding("read_all_languages_side", command=command)
        yield Problem(str(confirmed.document.file), line, path, fault, remedy, "unconfirmed", level)
        return
    known = read_model(confirmed.file, Fingerprints)
    yield from _version_problems(confirmed, known, command)
    for language, document in confirmed.translations.items():
        if language not in known.languages:
            fault, level = _finding("nobody_has_confirmed_this_2"), "error" if reviewed else "warning"
            remedy = _finding("read_beside_then_run", name=confirmed.document.file.name, command=command)
            yield Problem(str(document.file), 1, "", fault, remedy, "unconfirmed", level)
            continue
        for name, now in confirmed.now.texts.items():
            if known.texts.get(name) != now:
                fault = _finding("text_was_changed_after")
                remedy = _finding("mend_translation_if_needed", command=command)
                yield document.problem(confirmed.paths[name], fault, remedy, "stale")


def _version_problems(confirmed: Confirmed, known: Fingerprints, command: str) -> Iterator[Problem]:
    now = confirmed.now
    if _numbers(now.version) < _numbers(known.version):
        fault = _finding("version_lower_than_which", version=now.version, version2=known.version)
        yield confirmed.document.problem(("version",), fault, _finding("raise"), "version-bump")
    elif now.decides != known.decides and now.version == known.version:
        fault = _finding(
            "was_changed_its_version", what=_finding(f"what_{confirmed.what}"), version=now.version
        )
        remedy = _finding("raise_version_here_plays", command=command)
        yield confirmed.document.problem(("version",), fault, remedy, "version-bump")
    elif now.version != known.version:
        line, path = confirmed.document.place(("version",))
        fault = _finding("version_not_confirmed_yet", version=now.version, version2=known.version)
        remedy = _finding("when_done_run", command=command)
        file = str(confirmed.document.file)
        yield Problem(file, line, path, fault, remedy, "unconfirmed", "warning")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def confirm(confirmed: Confirmed) -> bool:
    """Write the fingerprints as they are now; False where they already stand there so.

    Raises NotConfirmedError where what decides was changed under the same version, or the version fell;
    ProblemsError where the file of fingerprints cannot be read.
    """
    if confirmed.file.is_file():
        known = read_model(confirmed.file, Fingerprints)
        if known == confirmed.now:
            return False
        refused = [
            problem for problem in _version_problems(confirmed, known, "") if problem.rule == "version-bump"
        ]
        if refused:
            file, line, why = refused[0].file, refused[0].line, refused[0].fault
            raise NotConfirmedError(_finding("raise_version_confirm", file=file, line=line, why=why))
    lines = [
        f"# Written by “kasuslab check {confirmed.case_id} --confirm”, not by hand.",
        f"version: {confirmed.now.version}",
        f'decides: "{confirmed.now.decides}"',
        f"languages: [{', '.join(confirmed.now.languages)}]",
        "texts:" if confirmed.now.texts else "texts: {}",
        *(f'  {name}: "{fingerprint}"' for name, fingerprint in confirmed.now.texts.items()),
    ]
    write_whole(confirmed.file, "\n".join(lines) + "\n", parents=True)
    return True

"""Every text that a person wrote into a key or a guide, and what was confirmed of a key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from graders.key.key import Key, settled_key_documents
from graders.key.kinds import WHYS
from graders.key.rule_checks import RULE_FIELDS
from scenarios.case import Case
from scenarios.documents.digest import digest
from scenarios.documents.document import Data, DataPath, Document
from scenarios.language import SOURCE, Language
from scenarios.loader import mapping
from scenarios.proof.fingerprints import (
    Confirmed,
    Fingerprints,
    apart,
    in_variants,
    text_digests,
    text_paths,
)
from scenarios.proof.texts import Written

FINGERPRINTS = "fingerprints"


def key_texts(document: Document, language: Language) -> tuple[Written, ...]:
    """The whys of a key file or of its translation."""
    return tuple(_whys(document, language))


def _whys(document: Document, language: Language) -> Iterator[Written]:
    for decision, part in mapping(mapping(document.data).get("decisions")).items():
        for name in WHYS:
            for option, text in mapping(mapping(part).get(name)).items():
                if isinstance(text, str):
                    path: DataPath = ("decisions", decision, name, option)
                    yield Written(document, path, text, "why", language)


def guide_texts(document: Document, language: Language) -> tuple[Written, ...]:
    """The texts of a guide in one language."""
    return tuple(_leaves(document, (), document.data, language))


def _leaves(document: Document, path: DataPath, data: Data, language: Language) -> Iterator[Written]:
    parts = enumerate(data) if isinstance(data, list) else mapping(data).items()
    for name, part in parts:
        if isinstance(part, str):
            if name == language:
                yield Written(document, (*path, name), part, "guide", language)
        else:
            yield from _leaves(document, (*path, name), part, language)


def _deciding(key: Key) -> object:
    # What names no rule leaves no trace, so that a key without rules is as it was confirmed.
    return {
        name: part.model_dump(
            mode="json",
            exclude={*WHYS, *(field for field in RULE_FIELDS if not getattr(part, field, None))},
            exclude_none=True,
        )
        for name, part in key.decisions.items()
    }


def confirmed_key(folder: Path, documents: Mapping[Language, Document], case: Case, key: Key) -> Confirmed:
    """A key, as something to confirm. Its fingerprints stay beside it, on the secret side.

    documents: its files by their languages.
    """
    document, translations = apart(documents)
    settled = settled_key_documents(case, documents)
    texts = tuple(text for each in settled.values() for text in key_texts(each[SOURCE], SOURCE))
    deciding = {each.variant: _deciding(each) for each in key.in_each_variant()}
    now = Fingerprints(
        version=key.version,
        decides=digest([key.cut, in_variants(deciding)]),
        languages=tuple(translations),
        texts=text_digests(texts),
    )
    file = folder / FINGERPRINTS / f"{key.case}.yaml"
    return Confirmed(document, translations, file, now, text_paths(texts), key.case, "key")

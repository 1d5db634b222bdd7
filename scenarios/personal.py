"""Find what looks private in a free text, so that its writer can be asked once before it is kept.

A look at the surface only: it misses some names and doubts some words. Whoever wrote the text decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

FindingKind = Literal["name", "number", "email", "link", "handle"]
MOST_FINDINGS = 8
LONGEST_FINDING = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that looks private: what kind of thing, and the words as they were written."""

    kind: FindingKind
    text: str


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|ly|co\.id|go\.id|sch\.id|or\.id|id|org|net|me|app|io)\b(?:/\S*)?",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@])@[A-Za-z0-9_][\w.]{2,}")
_NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[ .()\-]{0,2}\d){5,}")
# The lines that the lab itself names; whoever writes them gives nothing away.
_PUBLIC_NUMBERS = frozenset({"021129", "08111129129"})
_LEAST_DIGITS = 6

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_CAPITALISED = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;\n\r•*\"“(–—]|(?:^|\n)\s*-)[\"'”’)]*\s*[\"'“‘(]*$")
_CALLED = re.compile(
    r"\b(?:bernama|namanya|nama\s+(?:anak|ibu|ayah|korban|pelaku|guru)(?:nya)?)\s+"
    r"(?:adalah\s+|itu\s+)?([^\W\d_]{3,})",
    re.IGNORECASE,
)
_FOLLOWS_NAMANYA = """
untuk yang tidak dan atau tetapi harus perlu akan sudah belum dari dengan saja juga tetap
ada siapa sendiri disebut ditulis dicatat tersebar beredar dirahasiakan
"""
_TITLE_WORDS = """
anak ibu bu bapak pak ayah kakak kak adik dik guru nenek kakek paman bibi tante om mas mbak bang teh
petugas teman remaja tetangga kepala korban child mother father brother sister teacher aunt uncle
grandmother grandfather friend mr mrs ms miss mum mom dad officer neighbour neighbor
"""
# Words that carry a capital in the middle of a sentence and name nobody.
_COMMON_WORDS = """
anda saya kami kita ia dia mereka tuhan allah indonesia bahasa inggris nusantara
senin selasa rabu kamis jumat sabtu minggu januari februari maret april mei juni juli agustus september
oktober november desember ramadan idulfitri natal
monday tuesday wednesday thursday friday saturday sunday january february march may june july august
october december english indonesian internet
unit pelaksana teknis daerah perlindungan perempuan dan anak dinas sosial kesehatan pendidikan kementerian
puskesmas puspaga posyandu polsek polres polda polri polisi bareskrim siber komdigi kemen kemenag kemensos
sakti peksos pekerja psikolog sekolah desa kelurahan kecamatan kabupaten kota provinsi dusun rumah sakit
aman konferensi kasus rapat badan perwira relawan lembar asesmen rujukan laporan surat undang hukum pidana
pasal dukungan psikologis awal bimbingan konseling komite forum karang taruna lembaga bantuan komisi
nasional child children teen head volunteer protection women village district regency province police
health office school social service services centre center case conference unit ministry team hotline
shelter instagram facebook whatsapp telegram tiktok youtube google roblox discord
"""
_KNOWN = frozenset((_TITLE_WORDS + _COMMON_WORDS).split())
_NEVER_CALLED = _KNOWN | frozenset(_FOLLOWS_NAMANYA.split())


def find_personal(text: str) -> tuple[Finding, ...]:
    """What looks like an e-mail address, a link, a handle, a number or a name; each once, in order."""
    unique = dict.fromkeys(finding for _, finding in all_findings(text))
    return tuple(unique)[:MOST_FINDINGS]


def all_findings(text: str) -> list[tuple[int, Finding]]:
    """Everything that looks private, as often as it stands there, each with its place in `text`."""
    found: list[tuple[int, Finding]] = []
    rest = text
    for kind, at, words in (*_marked(text), *_numbers(text)):
        found.append((at, Finding(kind, words[:LONGEST_FINDING])))
        # What was found is blanked, so that no part of it is found again as something else.
        rest = rest[:at] + " " * len(words) + rest[at + len(words) :]
    found.extend((at, Finding("name", words[:LONGEST_FINDING])) for at, words in _names(rest))
    return sorted(found, key=lambda pair: pair[0])


def _marked(text: str) -> Iterator[tuple[FindingKind, int, str]]:
    taken: list[range] = []
    patterns: tuple[tuple[FindingKind, re.Pattern[str]], ...] = (
        ("email", _EMAIL),
        ("link", _LINK),
        ("handle", _HANDLE),
    )
    for kind, pattern in patterns:
        for match in pattern.finditer(text):
            if not any(match.start() in span for span in taken):
                taken.append(range(match.start(), match.end()))
                yield kind, match.start(), match.group().rstrip(".,;:!?)")


def _numbers(text: str) -> Iterator[tuple[FindingKind, int, str]]:
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) >= _LEAST_DIGITS and digits not in _PUBLIC_NUMBERS:
            yield "number", match.start(), match.group()


def _names(text: str) -> Iterator[tuple[int, str]]:
    for match in _CALLED.finditer(text):
        if match.group(1).lower() not in _NEVER_CALLED:
            yield match.start(1), match.group(1)
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        if run and text[run[-1].end() : word.start()].strip(" "):
            yield from _named(text, run)
            run = []
        if _CAPITALISED.fullmatch(word.group().rstrip(".")):
            run.append(word)
            if not word.group().endswith("."):
                continue
        yield from _named(text, run)
        run = []
    yield from _named(text, run)


def _named(text: str, run: list[re.Match[str]]) -> Iterator[tuple[int, str]]:
    # Capitalised words name somebody unless a title, a common word or the start of a sentence explains them.
    words = list(run)
    if words and _begins_sentence(text, words[0]) and (len(words) == 1 or _plain(words[1]) in _KNOWN):
        words = words[1:]
    while words and _plain(words[0]) in _KNOWN:
        words = words[1:]
    while words and _plain(words[-1]) in _KNOWN:
        words = words[:-1]
    if words:
        yield words[0].start(), text[words[0].start() : words[-1].end()].rstrip(".")


def _plain(word: re.Match[str]) -> str:
    return word.group().rstrip(".").lower()


def _begins_sentence(text: str, word: re.Match[str]) -> bool:
    return _SENTENCE_END.search(text[max(0, word.start() - 8) : word.start()]) is not None

"""What looks private in a free text."""

from __future__ import annotations

import pytest

from scenarios.case import Case
from scenarios.language import LANGUAGES
from scenarios.personal import MOST_FINDINGS, find_personal


def findings(text: str) -> list[tuple[str, str]]:
    return [(finding.kind, finding.text) for finding in find_personal(text)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Saya akan menghubungi Budi Santoso lebih dulu.", "name", "Budi Santoso"),
        ("Anak itu bernama siti.", "name", "siti"),
        ("Besok saya menemui pak Joko.", "name", "Joko"),
        ("Keluarganya tinggal di Desa Sukamaju.", "name", "Sukamaju"),
        ("Nomornya 0812-3456-7890.", "number", "0812-3456-7890"),
        ("NIK 3201 2345 6789 0001", "number", "3201 2345 6789 0001"),
        ("Kirim ke a.b@contoh.co.id ya", "email", "a.b@contoh.co.id"),
        ("Lihat www.contoh.com/anak.", "link", "www.contoh.com/anak"),
        ("Akunnya @anak.manis_12", "handle", "@anak.manis_12"),
    ],
)
def test_a_name_a_number_or_an_address_is_found(text: str, kind: str, words: str) -> None:
    assert findings(text) == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "Anak A dan Ibu B tinggal di Kabupaten X.",
        "Saya menelepon 129 atau 021-129, dengan tenggat 3x24 jam.",
        "UPTD PPA, Unit PPA Polres dan Puskesmas bekerja bersama pada hari Senin.",
        "Saya belajar:\n1. Mendengar dulu\n- Tidak menyalahkan\nLalu mencatat.",
        'Ia bertanya, "Saya harus bagaimana?" Lalu ia diam. Dengan Ibu B, saya tenang.',
        "I would listen first. Then I'd call the school. Mother B agreed.",
        "Saya tidak akan menyebut nama anak kepada siapa pun.",
        "Saya menjaga agar nama anaknya jangan sampai keluar, dan nama korban disamarkan.",
        "Nama pelaku tercantum dalam laporan; nama ibu tersebut tidak.",
    ],
)
def test_code_names_offices_and_the_start_of_a_sentence_are_no_findings(text: str) -> None:
    assert findings(text) == []


def test_a_thing_is_found_once_and_the_list_is_short() -> None:
    names = " dan ".join(
        f"saya menemui {name}" for name in ["Budi", "Budi", *[f"Rin{chr(97 + i)}" for i in range(12)]]
    )

    assert findings(names)[:2] == [("name", "Budi"), ("name", "Rina")]
    assert len(findings(names)) == MOST_FINDINGS


def test_the_small_case_itself_raises_no_question(small_case: Case) -> None:
    for language in LANGUAGES:
        for scene in small_case.in_language(language).scenes.values():
            assert findings(scene.text) == []

"""The small key with rules, as its author would write them."""

from __future__ import annotations

from pathlib import Path

from tests.places import KEYS

RULES = {
    "mendesak": "{rendah: [-sedang], sedang: [+sedang], tinggi: [-sedang]}",
    "bicara": "{catat: [-dukungan_awal], marah: [-tidak_menyalahkan], dengar: [+dukungan_awal]}",
    "langkah": (
        "{umumkan: [-identitas_lain], catat: [+catat_pengenal], tppk: [-aturan_berlaku], "
        "sandi: [+sandi_anak], minta: [+urutan_digital]}"
    ),
    "urutan": (
        "{pantau: [+tanggal_dan_orang], aman: [+keselamatan_dulu], sekolah: [+sekolah_bertugas], "
        "setuju: [+rencana_bersama]}"
    ),
    "serah": (
        "{puspaga: [-puspaga_teruskan], sekolah: [+sekolah_bersama], psikolog: [+layanan_tanpa_tunggu]}"
    ),
}
FORBIDDEN = "{puspaga: [perlu_tahu], sekolah: [perlu_tahu], unit_ppa: [perlu_tahu]}"
FILES = ("daftar-nilai.yaml", "daftar-nilai.en.yaml")


def write_key_with_rules(folder: Path, *changes: tuple[str, str]) -> None:
    """Write the small key with its rules into `folder`, after texts in it were replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        text = (KEYS / name).read_text(encoding="utf-8")
        if name == FILES[0]:
            for decision, rules in RULES.items():
                text = text.replace(f"  {decision}:\n", f"  {decision}:\n    rules: {rules}\n", 1)
            text = text.replace("    parts:", f"    never_rules: {FORBIDDEN}\n    parts:", 1)
            for old, new in changes:
                assert old in text, f"{old!r} does not stand in the key"
                text = text.replace(old, new, 1)
        (folder / name).write_text(text, encoding="utf-8")

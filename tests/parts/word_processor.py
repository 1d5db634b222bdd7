"""A reviewer at LibreOffice Writer: it opens a document, and writes it as DOCX with a comment in it.

Debian: ``libreoffice-writer-nogui``, whose 7.4 ends when a comment is set by its scripting bridge. So it
writes what it has opened as flat XML of its own, where the comment is put in as it puts one in, and from that
it writes the DOCX.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

OFFICE = shutil.which("soffice") or ""
WRITER = Path("/usr/lib/libreoffice/program/libswlo.so")
_PATIENCE = 120


def lacking() -> str:
    """Why no document can be opened here; "" where one can."""
    there = OFFICE and WRITER.is_file()
    return "" if there else "LibreOffice Writer is not here (Debian: libreoffice-writer-nogui)"


def comment_on(file: Path, comments: dict[str, str]) -> None:
    """Set comments to the first places of words in a document, by these words, and save it over itself."""
    flat = _written(file, "fodt")
    text = flat.read_text(encoding="utf-8")
    for number, (words, comment) in enumerate(comments.items()):
        assert escape(words) in text, f"{words!r} does not stand in {file.name}"
        about = "<dc:creator>Ibu R</dc:creator><dc:date>2026-07-01T09:00:00</dc:date>"
        start = f'<office:annotation office:name="{number}">{about}<text:p>{escape(comment)}</text:p>'
        end = f'</office:annotation>{escape(words)}<office:annotation-end office:name="{number}"/>'
        text = text.replace(escape(words), start + end, 1)
    flat.write_text(text, encoding="utf-8")
    shutil.copy(_written(flat, "docx"), file)


def _written(file: Path, kind: str) -> Path:
    """What LibreOffice makes of a file, of another kind."""
    folder = file.parent / "office"
    home = (folder / "home").resolve().as_uri()
    command = [OFFICE, f"-env:UserInstallation={home}", "--headless", "--convert-to", kind]
    subprocess.run(
        [*command, "--outdir", str(folder), str(file)], check=True, timeout=_PATIENCE, capture_output=True
    )
    return folder / file.with_suffix(f".{kind}").name

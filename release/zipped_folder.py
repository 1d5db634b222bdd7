"""A folder as a ZIP archive, for one download of all that stands in it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path


def zipped_folder(folder: Path, below: str = "") -> bytes:
    """All files of `folder`, in their folders. below: the folder of the archive that they stand in."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.is_symlink():
                zipped.write(file, Path(below) / file.relative_to(folder))
    return archive.getvalue()

"""Scripts, stylesheets and the sentences of the player, which never change under their address.

It names the hash of their content.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from pathlib import Path

from tornado import web

from release.workshop.web.headers import QuietHandler
from scenarios.palette import with_palette
from widgets.chapters import joined_script, plain
from widgets.player_files import player_script, player_sheet
from widgets.view import labels_digest, page_labels

PAGES = Path(__file__).with_name("pages")
ASSETS = "kasuslab_assets"
NAMES = r"/([0-9a-f]{16})/([a-z_]+\.(?:js|css))"
ROUTE = rf"/aset{NAMES}"
_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True)
class Asset:
    """One file: its name and its content. place: below which address a server has its assets."""

    name: str
    data: bytes
    place: str = "/aset"

    @cached_property
    def digest(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of its content."""
        return hashlib.sha256(self.data).hexdigest()[:16]

    @cached_property
    def packed(self) -> bytes:
        """Its content, compressed."""
        return gzip.compress(self.data, 9, mtime=0)

    @property
    def kind(self) -> str:
        """Its content type."""
        return _KINDS[Path(self.name).suffix]

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"{self.place}/{self.digest}/{self.name}"


def _file(name: str) -> str:
    return plain((PAGES / name).read_text("utf-8"))


def page_sheet(name: str) -> str:
    """A style sheet of these pages, with the colours that it needs."""
    return plain(with_palette(PAGES / name))


def labels_script() -> str:
    """The sentences of the player, as a module; the same for everybody, so that no answer brings them."""
    texts = json.dumps(page_labels(), ensure_ascii=False, separators=(",", ":"))
    return f'export const digest = "{labels_digest()}";\nexport default {texts};\n'


# What each asset is made of. A sheet that stands beside another takes its colours from that one.
_SOURCES: Mapping[str, Callable[[str], str]] = {
    "player.js": lambda _: player_script(),
    "player.css": lambda _: player_sheet(),
    "labels.js": lambda _: labels_script(),
    "client.js": _file,
    "waiting.js": _file,
    "card.js": _file,
    "lms_close.js": _file,
    "lms_send.js": _file,
    "workshop.css": page_sheet,
    "join_sheet.css": _file,
    "board.js": lambda _: joined_script(PAGES / "board"),
    "board.css": _file,
    "projector.css": page_sheet,
    "start.css": _file,
    "start_join.js": _file,
}


def read_assets() -> Mapping[str, Asset]:
    """Every asset by its name. Raises OSError, and ChapterError where a script cannot be joined."""
    return {name: Asset(name, source(name).encode()) for name, source in _SOURCES.items()}


class AssetHandler(QuietHandler):
    """Serves the assets; a browser may keep them for ever."""

    def get(self, digest: str, name: str) -> None:
        """One asset, where its hash is still that of its content."""
        assets: Mapping[str, Asset] = self.settings[ASSETS]
        asset = assets.get(name)
        if asset is None or asset.digest != digest:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Type", asset.kind)
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.set_header("Vary", "Accept-Encoding")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(asset.packed)
        else:
            self.finish(asset.data)

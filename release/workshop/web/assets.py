"""Scripts and stylesheets, with the sentences of the player, which never change under their address.

It names the hash of their content. A first visit is small: it gets one sheet for every page, and of the
sentences those of one language, in the script that hosts the player. Those of another come over the
websocket, once somebody asks for it.
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
from scenarios.directory.people import PEOPLE_SHEET
from scenarios.language import LANGUAGES, TAG
from scenarios.palette import with_palette
from widgets.chapters import joined_script, plain
from widgets.messages import PageLabels
from widgets.player_files import player_script, player_sheet
from widgets.view import page_labels

PAGES = Path(__file__).with_name("pages")
ASSETS = "kasuslab_assets"
NAMES = rf"/([0-9a-f]{{16}})/((?:[a-z_]+|client_{TAG})\.(?:js|css))"
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


def client_scripts(*files: Path) -> Mapping[str, str]:
    """The script of a page that hosts the player, by the name of its asset in each language.

    files: one after the other; the last exports `begin`, which is called with the sentences of the player.
    They are the same for everybody, so that no answer brings them. Raises OSError.
    """
    script = "".join(plain(file.read_text("utf-8")) for file in files)
    return {
        f"client_{language}.js": f"{script}begin({_as_script(page_labels(language))});\n"
        for language in LANGUAGES
    }


def _as_script(labels: PageLabels) -> str:
    return json.dumps(labels, ensure_ascii=False, separators=(",", ":"))


def shared_sheet() -> str:
    """The style sheet of every page: of the pages, then of the player. Raises OSError, ChapterError."""
    return player_sheet(PAGES / "workshop.css")


# What each asset is made of. A sheet that stands beside another takes its colours from that one.
_SOURCES: Mapping[str, Callable[[str], str]] = {
    "player.js": lambda _: player_script(),
    "waiting.js": _file,
    "card.js": _file,
    "lms_close.js": _file,
    "lms_board.js": _file,
    "lms_send.js": _file,
    "workshop.css": lambda _: shared_sheet(),
    "class.css": _file,
    "join_sheet.css": _file,
    "programme.css": _file,
    "board.js": lambda _: joined_script(PAGES / "board"),
    "board.css": lambda name: plain(PEOPLE_SHEET.read_text("utf-8")) + _file(name),
    "projector.css": lambda name: plain(with_palette(PEOPLE_SHEET, PAGES / name)),
    "start.css": _file,
    "start_choice.js": _file,
    "start_join.js": _file,
}


def read_assets() -> Mapping[str, Asset]:
    """Every asset by its name. Raises OSError, and ChapterError where a script cannot be joined."""
    texts = {name: source(name) for name, source in _SOURCES.items()}
    texts.update(client_scripts(PAGES / "client.js"))
    return {name: Asset(name, text.encode()) for name, text in texts.items()}


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

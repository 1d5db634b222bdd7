"""Scripts and stylesheets that never change under their address: it names the hash of their content."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from pathlib import Path

from tornado import web

from release.workshop.web.headers import QuietHandler

ASSETS = "kasuslab_assets"
ROUTE = r"/aset/([0-9a-f]{16})/([a-z_]+\.(?:js|css))"
_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True)
class Asset:
    """One file: its name and its content."""

    name: str
    data: bytes

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
        return f"/aset/{self.digest}/{self.name}"


def read_assets(files: Iterable[Path]) -> Mapping[str, Asset]:
    """The assets by their names. Raises OSError."""
    return {file.name: Asset(file.name, file.read_bytes()) for file in files}


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

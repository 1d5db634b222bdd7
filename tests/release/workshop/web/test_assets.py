"""Scripts and stylesheets as they are served."""

from __future__ import annotations

import json

from release.workshop.web.assets import read_assets
from widgets.view import labels_digest, page_labels


def test_the_module_of_labels_holds_every_sentence_and_names_what_the_player_is_asked_for() -> None:
    digest, labels = read_assets()["labels.js"].data.decode().splitlines()

    assert digest == f'export const digest = "{labels_digest()}";'
    assert json.loads(labels.removeprefix("export default ").rstrip(";")) == page_labels()

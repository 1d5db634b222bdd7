"""The page of ``nbgrader generate_feedback``: one file that needs no network, in the lab's own template."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from graders.explanation import TEXTS
from scenarios.language import read_catalogue

TEMPLATES = Path(__file__).parent / "templates"


class FeedbackPage(HTMLExporter):
    """Named in a course's configuration as ``GenerateFeedback.exporter_class``."""

    def __init__(self, config: Config | None = None, **kwargs: Any) -> None:  # noqa: ANN401 -- nbconvert's own
        """Take nbconvert's settings, but for the template: what is set for HTMLExporter rules formgrader."""
        own: Any = deepcopy(config) if config is not None else Config()
        own.FeedbackPage.template_name = "kasuslab"
        own.FeedbackPage.extra_template_basedirs = [str(TEMPLATES)]
        super().__init__(config=own, **kwargs)  # type: ignore[no-untyped-call]

    def from_notebook_node(
        self,
        nb: NotebookNode,
        resources: Any = None,  # noqa: ANN401 -- nbconvert's ResourcesDict
        **kwargs: Any,  # noqa: ANN401 -- nbconvert's own
    ) -> Any:  # noqa: ANN401 -- the page and nbconvert's ResourcesDict
        """Render the page, with the lab's sentences among what the template sees."""
        texts = {
            name.removeprefix("page_"): text
            for name, text in read_catalogue(TEXTS).items()
            if name.startswith("page")
        }
        return super().from_notebook_node(nb, {**(resources or {}), "texts": texts}, **kwargs)

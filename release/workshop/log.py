"""The log of a workshop: one line for whatever happened, with the time of day, on standard error."""

from __future__ import annotations

import logging

LOG = logging.getLogger("kasuslab.workshop")


def tell_the_time() -> None:
    """From now on write each line with the time of this machine's clock."""
    if LOG.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    LOG.addHandler(handler)

"""JSON that somebody handed in, sent or laid down: read into plain data, and no deeper than data goes."""

from __future__ import annotations

import json

from scenarios.documents.document import MAX_DEPTH
from scenarios.documents.mistake import mistake


def json_data(text: str | bytes) -> object:
    """The data of a JSON text. Raises ValueError where it is none, or nested deeper than `MAX_DEPTH`.

    What is nested deeper may be read where the stack is empty and end whoever writes or compares it
    further up; so it is refused here, wherever it came in.
    """
    try:
        data: object = json.loads(text)
    except RecursionError:
        raise _too_deep() from None
    level: list[object] = [data]
    for _ in range(MAX_DEPTH + 1):
        level = [part for whole in level for part in _parts(whole)]
    if level:
        raise _too_deep()
    return data


def _parts(whole: object) -> list[object]:
    if isinstance(whole, dict):
        return list(whole.values())
    return whole if isinstance(whole, list) else []


def _too_deep() -> ValueError:
    return ValueError(mistake("depth", most=MAX_DEPTH))

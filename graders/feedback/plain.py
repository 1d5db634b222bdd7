"""Text of other people as plain text: no character of it can become Markdown, HTML or a formula."""

from __future__ import annotations

import string

_LETTERS = frozenset(string.ascii_letters + string.digits)


def entities(text: str, *, keep: str = "") -> str:
    """`text` on one line, with every character but ASCII letters, digits and `keep` as a numeric entity.

    Safe in Markdown and in HTML, in an element and in a quoted attribute. A formula would still be
    typeset from the page's own text, so that it belongs into `preformatted`.
    """
    plain = _LETTERS | set(keep)
    return "".join(character if character in plain else f"&#{ord(character)};" for character in text)


def preformatted(text: str) -> str:
    """`text` as one line of HTML that shows it as it was written, its own lines included.

    One line, so that Markdown takes it for a block of HTML up to its end; ``pre`` and the classes,
    so that MathJax leaves it alone.
    """
    style = "white-space: pre-wrap; overflow-wrap: anywhere"
    return f'<pre class="tex2jax_ignore mathjax_ignore" style="{style}">{entities(text)}</pre>'

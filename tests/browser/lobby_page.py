"""The lobby on a page, as a person meets it: a seat is taken by one tap on a field of work."""

from __future__ import annotations

from playwright.sync_api import Page


def take_seat(page: Page, field: str = "Kesehatan") -> str:
    """Take a seat in the lobby that is open; its resume code, which stands on whatever page comes then."""
    page.get_by_role("button", name=field, exact=True).click()
    return page.locator(".ws-mine b, .ws-code, b.ws-signs").first.inner_text()

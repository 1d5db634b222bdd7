"""A course of a platform: the one place whose teachers are told of whom it led here."""

from __future__ import annotations

import hashlib
import json

from scenarios.documents.part import Part


class CoursePlace(Part):
    """A course by what its platform calls it, which says nothing outside of one deployment.

    platform: its number; context: "" where the platform names no course, and then each activity, by its link,
    is a course of its own; link: "" else.
    """

    platform: int
    deployment: str
    context: str = ""
    link: str = ""

    @property
    def id(self) -> str:
        """What it is called in an address of ours."""
        named = json.dumps([self.platform, self.deployment, self.context, self.link])
        return hashlib.sha256(named.encode()).hexdigest()[:20]

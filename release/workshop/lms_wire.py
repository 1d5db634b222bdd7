"""What the writer is asked and answers about learning management systems; parts of `wire`."""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12


class AskPlatforms(TypedDict):
    """The platforms that are registered here. See `release.lms.platform.Platform`."""

    ask: Literal["platforms"]


class AskInvited(TypedDict):
    """Whether a platform may register itself by that token now: done, or nobody."""

    ask: Literal["invited"]
    token: str


class AskRegister(TypedDict):
    """Keep a platform that registered itself, and use the token up."""

    ask: Literal["register"]
    token: str
    platform: dict[str, Any]


class PlatformsAnswer(TypedDict):
    """The platforms, each as the fields of a `Platform`."""

    answer: Literal["platforms"]
    platforms: list[dict[str, Any]]


class LtiRefusedAnswer(TypedDict):
    """What was asked for is refused; reason: see `release.lms.refusal.LtiRefusedError`."""

    answer: Literal["lti_refused"]
    reason: str

"""The note of a grading as tests want it: judged, of a small case; a test replaces what it is about."""

from __future__ import annotations

from graders.grading.note import GradingNote

JUDGED_NOTE = GradingNote(
    case="teman-gim",
    case_version="2.0.0",
    key_version="2.0.0",
    key_digest="0" * 64,
    play="0" * 32,
    status="judged",
    reason=None,
    detail="",
    S=50.0,
    H=0,
    M=0,
    raw=8.0,
    max=16.0,
    incomplete=False,
    points={},
)

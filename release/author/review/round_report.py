"""Where a review round stands, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graders.review.demands import load_demands
from graders.review.round import ReviewRound
from graders.review.standing import CommentStanding, RoleStanding, RoundStanding
from scenarios.directory.reviewer_roles import role_names
from scenarios.directory.sectors import load_sectors
from scenarios.language import Language, read_catalogue

_TEXTS = Path(__file__).with_name("review.yaml")


def standing_lines(
    round_: ReviewRound, standing: RoundStanding, lacking: tuple[str, ...], language: Language
) -> Iterator[str]:
    """Where a round stands, in `language`. lacking: what the case lacks to be reviewed, already in it."""
    say = _Speaker(language)
    yield say("opened", case=round_.case, day=round_.opened, **_sight_values(round_))
    yield f"\n{say('round_questions')}"
    questions = load_demands().questions
    for one in (*standing.demanded, *standing.unasked):
        states = [say(f"state_{one.state}", who=", ".join(one.reviewers))]
        if beside := ", ".join(_agreeing_beside(standing, one)):
            states.append(say("state_agrees", who=beside))
        (role,) = role_names((one.role,), language)
        yield f"  {questions[one.question].name[language]}, {role}: {'; '.join(states)}"
    yield say.panel(round_)
    waiting = standing.open_comments
    if waiting:
        yield f"\n{say('round_open', count=len(waiting))}"
        yield from (f"  {say.comment(one)}" for one in waiting)
    if settled := len(standing.comments) - len(waiting):
        yield say("round_settled", count=settled)
    if changed := tuple(_changes(standing, say)):
        yield f"\n{say('round_changes', case=round_.case)}"
        yield from (f"  {one}" for one in changed)
    yield f"\n{say('round_lacking')}" if lacking else f"\n{say('round_whole', case=round_.case)}"
    yield from (f"  - {one}" for one in lacking)


def _agreeing_beside(standing: RoundStanding, one: RoleStanding) -> Iterator[str]:
    """Who of a role agrees where others of it object."""
    for given in standing.signatures:
        signature = given.signature
        is_asked = (given.role, signature.question) == (one.role, one.question)
        if is_asked and given.is_valid and signature.reviewer not in one.reviewers:
            yield signature.reviewer


def _sight_values(round_: ReviewRound) -> dict[str, object]:
    sight = round_.sight
    return {"version": sight.case_version, "key": sight.key_version, "mark": sight.mark}


def _changes(standing: RoundStanding, say: _Speaker) -> Iterator[str]:
    since = standing.since
    yield from since.parts
    if since.order:
        yield say("change_order")
    if since.law_checked:
        yield say("change_law")
    yield from (say("change_source", code=code) for code in since.sources)


class _Speaker:
    """The sentences of this folder's catalogue in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, /, **values: object) -> str:
        return read_catalogue(_TEXTS)[key][self.language].format(**{"bin": "", **values})

    def panel(self, round_: ReviewRound) -> str:
        """The panel of a round."""
        seat = round_.panel
        if seat is None:
            return self("round_no_panel")
        names = load_sectors().sectors
        sectors = ", ".join(
            f"{names[one].name[self.language]} {count}" for one, count in seat.experts.items()
        )
        return self("round_panel", experts=seat.size, played=seat.played, sectors=sectors)

    def comment(self, one: CommentStanding) -> str:
        """One comment in a line."""
        comment = one.comment
        variant = f" ({comment.variant})" if comment.variant else ""
        line = self(
            "comment_objection" if comment.objects else "comment_line",
            number=one.number,
            reviewer=comment.reviewer,
            question=load_demands().questions[comment.question].name[self.language],
            place=f"{comment.place}{variant}" if comment.place else self("whole_case"),
            text=comment.text,
        )
        return f"{line} {self('comment_changed')}" if one.has_changed else line

"""What a reviewer's page asks for: the story with its key, their own comments and signatures, and no other's.

A comment and a signature are kept with what lay before the reviewer, whatever was changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from graders.review.demands import QUESTIONS, Question, load_demands
from graders.review.round import (
    ReviewComment,
    ReviewRound,
    Signature,
    add_comment,
    add_reviewer,
    give,
    read_entry,
    sign,
)
from graders.review.round_file import change_round, load_round
from graders.review.sight import Sight, sight_of
from graders.review.standing import RoundStanding, standing
from release.author.bench.case_files import CaseFiles
from release.author.bench.fields import CaseText
from release.author.review.paper import Anchor, PaperLine, PaperScene, ReviewPaper, read_paper
from release.author.reviewers.codes import ReviewCodes
from release.author.reviewers.messages import (
    ChapterMessage,
    OptionMessage,
    QuestionMessage,
    RemarkMessage,
    ReviewMessage,
    RoleMessage,
    SaidMessage,
    SceneMessage,
    StoryMessage,
)
from scenarios.case import Case
from scenarios.directory.reviewer_roles import load_reviewer_roles
from scenarios.documents.document import Data
from scenarios.documents.problem import BadInputError
from scenarios.language import LANGUAGES, card_of, read_catalogue
from scenarios.loader import load_case
from scenarios.sentence import sentences_of

MOST_REVIEWERS = 60
_TEXTS = Path(__file__).with_name("reviewers.yaml")
_sentence = sentences_of(_TEXTS)


class NotTakenError(BadInputError):
    """What a reviewer sent was not taken in; the text says why, in each language."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A case as it was given to a page. story: what is read, by language; sight: what is seen in it."""

    case: Case
    sight: Sight
    story: Mapping[str, StoryMessage]


@dataclass(slots=True)
class ReviewersDesk:
    """The reviewers of one case.

    folder: of the case; files: its files; keys: the folder of its key; today: what day it is; is_shared:
    whether each reviewer reads the others' comments too, which an author may allow; is_behind: whether what
    was read last is older than the files, which cannot be read as they are.
    """

    case_id: str
    folder: Path
    files: CaseFiles
    keys: Path
    today: Callable[[], date]
    is_shared: bool = False
    is_behind: bool = False
    _given: dict[str, Reading] = field(default_factory=dict)
    _stamps: object = None
    _last: Reading | None = None

    @property
    def codes(self) -> ReviewCodes:
        """The codes by which its reviewers come back."""
        return ReviewCodes(self.case_id, self.keys)

    def round_now(self) -> ReviewRound | None:
        """Its round, None where none is open. Raises ProblemsError."""
        return load_round(self.case_id, self.keys)

    def reading(self) -> Reading:
        """The case as it is now; as it was last read while its author is in the midst of a change.

        Raises NotTakenError where it was never whole.
        """
        self.is_behind = False
        stamps = [
            (place, place.stat().st_mtime_ns, place.stat().st_size)
            for place in self.files.places.values()
            if place.exists()
        ]
        if self._last is not None and stamps == self._stamps:
            return self._last
        try:
            read = self._read()
        except BadInputError:
            self.is_behind = True
            if self._last is None:
                raise NotTakenError(_sentence("in_the_midst")) from None
            return self._last
        self._stamps, self._last = stamps, read
        self._given[read.sight.mark] = read
        return read

    def _read(self) -> Reading:
        case, text = load_case(self.folder), CaseText(self.files.data())
        sight = sight_of(case, self.folder, self.keys, self.today())
        story = {tag: _story(read_paper(case, self.folder, self.keys, tag), text) for tag in LANGUAGES}
        return Reading(case, sight, story)

    # What is told

    def message(self, code: str, *, whole: bool = True) -> ReviewMessage:
        """What a browser that holds `code` is shown; whole: with the story. Raises BadInputError."""
        round_ = self.round_now()
        reviewer = "" if round_ is None else self.codes.reviewer(round_, code)
        read = self.reading()
        roles = load_reviewer_roles()
        message = ReviewMessage(
            kind="review",
            state="no_round" if round_ is None else "reviewer" if reviewer else "nobody",
            case=self.case_id,
            reviewer=reviewer,
            code=code if reviewer else "",
            role=dict(roles[round_.reviewers[reviewer]].name.items()) if round_ and reviewer else {},
            roles=[RoleMessage(code=name, name=dict(one.name.items())) for name, one in roles.items()],
            sight=read.sight.mark,
            questions=[],
            remarks=[],
            languages={tag: card_of(tag).short for tag in LANGUAGES},
            words={name: dict(texts.items()) for name, texts in read_catalogue(_TEXTS).items()},
        )
        if round_ is not None and reviewer:
            stands = standing(round_, read.sight)
            message["questions"] = list(self._questions(round_, stands, reviewer, read.sight))
            message["remarks"] = list(self._remarks(stands, reviewer))
            if whole:
                message["story"] = dict(read.story)
        return message

    def _questions(
        self, round_: ReviewRound, stands: RoundStanding, reviewer: str, now: Sight
    ) -> Iterator[QuestionMessage]:
        demands, role = load_demands(), round_.reviewers[reviewer]
        given = {
            one.signature.question: one for one in stands.signatures if one.signature.reviewer == reviewer
        }
        own: list[Question] = [name for name in QUESTIONS if role in demands.roles(name, now.role)]
        ordered = list(dict.fromkeys((*own, *QUESTIONS)))
        for name in ordered:
            asked, last = demands.questions[name], given.get(name)
            yield QuestionMessage(
                code=name,
                name=dict(asked.name.items()),
                asks=dict(asked.asks.items()),
                own=name in own,
                agrees=None if last is None else last.signature.agrees,
                holds=last is not None and last.is_valid,
            )

    def _remarks(self, stands: RoundStanding, reviewer: str) -> Iterator[RemarkMessage]:
        roles = load_reviewer_roles()
        for one in stands.comments:
            comment = one.comment
            is_other = comment.reviewer != reviewer
            if is_other and not self.is_shared:
                continue
            yield RemarkMessage(
                place=comment.place,
                variant=comment.variant or "",
                question=comment.question,
                objects=comment.objects,
                text=comment.text,
                role=dict(roles[one.role].name.items()),
                answer="" if comment.settled is None else comment.settled.answer,
                has_changed=one.has_changed,
                is_other=is_other,
            )

    # What is taken in

    def join(self, role: str) -> str:
        """One reviewer more, in this role: the code by which they come back. Raises BadInputError."""
        before = self.round_now()
        if before is not None and len(before.reviewers) >= MOST_REVIEWERS:
            raise NotTakenError(_sentence("too_many", most=MOST_REVIEWERS))
        names: list[str] = []

        def one_more(round_: ReviewRound) -> ReviewRound:
            made, name = add_reviewer(round_, role)
            names.append(name)
            return made

        round_ = change_round(self.case_id, self.keys, one_more)
        try:
            return self.codes.new(round_, names[-1])
        except OSError:
            raise NotTakenError(_sentence("not_kept")) from None

    @staticmethod
    def unknown_code() -> NotTakenError:
        """That a code is nobody's of this round."""
        return NotTakenError(_sentence("nobody"))

    def comment(self, code: str, content: Mapping[str, Data]) -> None:
        """A comment of the reviewer who holds `code`. Raises BadInputError; nothing was written then."""
        fields = ("place", "variant", "question", "objects", "text")
        sent = {
            name: content[name] for name in fields if content.get(name) is not None and content[name] != ""
        }
        if not sent.get("text"):
            raise NotTakenError(_sentence("nothing_written"))
        self._enter(code, content, lambda entry: read_entry(ReviewComment, {**sent, **entry}))

    def sign(self, code: str, content: Mapping[str, Data]) -> None:
        """A signature of the reviewer who holds `code`. Raises BadInputError; nothing was written then."""
        sent = {"question": content.get("question"), "agrees": content.get("agrees")}
        self._enter(code, content, lambda entry: read_entry(Signature, {**sent, **entry}))

    def _enter(
        self,
        code: str,
        content: Mapping[str, Data],
        read: Callable[[Mapping[str, object]], ReviewComment | Signature],
    ) -> None:
        seen, now = str(content.get("seen")), self.reading()

        def entered(round_: ReviewRound) -> ReviewRound:
            reviewer = self.codes.reviewer(round_, code)
            if not reviewer:
                raise self.unknown_code()
            # What lay before the reviewer is of the round, and what is current is its last.
            if seen in self._given:
                round_ = give(round_, self._given[seen].sight)
            if seen not in round_.sights:
                raise NotTakenError(_sentence("seen_long_ago"))
            entry = read({"reviewer": reviewer, "seen": seen, "way": "phone", "day": self.today()})
            made = add_comment(round_, entry) if isinstance(entry, ReviewComment) else sign(round_, entry)
            return give(made, now.sight)

        change_round(self.case_id, self.keys, entered)


def place_of(anchor: Anchor, text: CaseText) -> str:
    """Where a part of a paper stands, as a round names it."""
    real, _ = text.place(anchor.file, anchor.path, anchor.variant)
    return f"{anchor.file}:{'.'.join(map(str, real))}"


def _story(paper: ReviewPaper, text: CaseText) -> StoryMessage:
    return StoryMessage(
        title=paper.title,
        front=_lines(paper.front),
        words={name: paper.words[name] for name in ("same", "learned", "leads")},
        chapters=[
            ChapterMessage(
                title=chapter.title,
                about=chapter.about,
                scenes=[_scene(scene, text) for scene in chapter.scenes],
                same=list(chapter.same),
            )
            for chapter in paper.chapters
        ],
    )


def _scene(scene: PaperScene, text: CaseText) -> SceneMessage:
    return SceneMessage(
        place=place_of(scene.anchor, text),
        variant=scene.anchor.variant,
        heading=scene.heading,
        stage=scene.stage,
        paragraphs=list(scene.paragraphs),
        learned=list(scene.learned),
        ask=scene.ask,
        options=[
            OptionMessage(
                place=place_of(option.anchor, text),
                text=option.text,
                verdict=option.verdict,
                lines=_lines(option.lines),
            )
            for option in scene.options
        ],
        notes=_lines(scene.notes),
        ways=list(scene.ways),
    )


def _lines(lines: tuple[PaperLine, ...]) -> list[SaidMessage]:
    return [SaidMessage(name=line.name, text=line.text) for line in lines]

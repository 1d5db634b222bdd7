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


class AskDueGrades(TypedDict):
    """The grades that are to be sent now; whoever asks sends them, or they are due again.

    spare: the numbers of platforms to which nothing is to be sent now.
    """

    ask: Literal["due_grades"]
    spare: list[int]


class AskGradeSent(TypedDict):
    """Note what became of a grade. grade: as it was sent; trouble: why it was not taken, "" where it was."""

    ask: Literal["grade_sent"]
    number: int
    grade: dict[str, Any]
    trouble: str


class GradeWish(TypedDict):
    """Where the grade of a learner goes in an activity. See `writer.lms.grade_store.GradePlan`."""

    subject: str
    language: str
    line_item: str


class AskArrival(TypedDict):
    """Note that a learner came from an activity of a course.

    course: the fields of a `CoursePlace`; grade: None where none goes back.
    """

    ask: Literal["arrival"]
    seat: str
    course: dict[str, Any]
    link: str
    item: str
    grade: GradeWish | None


class AskClass(TypedDict):
    """What a course's teachers are told of it.

    Or send again now what its platform did not take; or delete what is kept of it.
    """

    ask: Literal["class", "send_again", "forget_class"]
    course: dict[str, Any]


class AskLearners(TypedDict):
    """How far each of these seats is that came from a course."""

    ask: Literal["learners"]
    course: dict[str, Any]
    seats: list[str]


class AskNotice(TypedDict):
    """Whether somebody knows that teachers read their reflections: done, or nobody; or keep that they do."""

    ask: Literal["notice", "keep_notice"]
    seat: str


class AskReflections(TypedDict):
    """The reflections of a course that its teachers may read, told in that language."""

    ask: Literal["reflections"]
    course: dict[str, Any]
    language: str


class AskReflection(TypedDict):
    """One of them. author: whether somebody is in danger, so that its teacher asks who wrote it."""

    ask: Literal["reflection"]
    course: dict[str, Any]
    ref: str
    language: str
    author: bool


class AskAnswerReflection(TypedDict):
    """Keep what a teacher answers. levels: of the rubric, by criterion; with no word it was read."""

    ask: Literal["answer_reflection"]
    course: dict[str, Any]
    ref: str
    levels: dict[str, str]
    comment: str


class AskCourseBoard(TypedDict):
    """What the board of one course shows. case: the one that is shown in full, None for none."""

    ask: Literal["course_board"]
    course: dict[str, Any]
    case: str | None


class AskActivities(TypedDict):
    """Which programmes and tests this workshop has, told in that language."""

    ask: Literal["activities"]
    language: str


class AskProgramme(TypedDict):
    """How a programme stands for a seat, told in that language."""

    ask: Literal["programme"]
    seat: str
    programme: str
    language: str


class AskOpenTest(TypedDict):
    """The form of a test that a seat plays before or after, which it may see from now on."""

    ask: Literal["open_test"]
    seat: str
    test: str
    turn: Literal["before", "after"]


class AskLesson(TypedDict):
    """Whether a seat has read a lesson; or keep that it has."""

    ask: Literal["lesson", "lesson_read"]
    seat: str
    lesson: str


class AskLeaveOut(TypedDict):
    """Leave a heavy case out of one's programmes, or take it in again: done, or nobody for any other case."""

    ask: Literal["leave_out"]
    seat: str
    case: str
    is_left: bool


class AskCertificate(TypedDict):
    """The certificate of a programme as a page, or as a badge; or the page that verifies both.

    name: as its holder writes it, and kept nowhere; address: where codes are verified, "" for nowhere.
    """

    ask: Literal["certificate", "badge"]
    seat: str
    programme: str
    name: str
    language: str
    address: str


class AskVerifyPage(TypedDict):
    """The page that verifies certificates."""

    ask: Literal["verify_page"]


class PaperAnswer(TypedDict):
    """A paper, as the text of its file."""

    answer: Literal["paper"]
    text: str


class PlatformsAnswer(TypedDict):
    """The platforms, each as the fields of a `Platform`."""

    answer: Literal["platforms"]
    platforms: list[dict[str, Any]]


class DueGrade(TypedDict):
    """A grade that is to be sent. platform: its number; at: the moment to send it under."""

    number: int
    platform: int
    subject: str
    line_item: str
    grade: dict[str, Any]
    at: str


class DueGradesAnswer(TypedDict):
    """The grades that are to be sent now."""

    answer: Literal["due_grades"]
    grades: list[DueGrade]


HowFar = Literal["come", "begun", "done"]
"""How far somebody is who came to be led to something."""


class ClassItem(TypedDict):
    """What an activity plays, "" for all, and how many came, began, and are done: each those after it too."""

    item: str
    come: int
    begun: int
    done: int


class ReflectionCounts(TypedDict):
    """How many reflections of a course there are, and how many of them are to be read."""

    all: int
    to_read: int


class ClassAnswer(TypedDict):
    """What a course's teachers are told. people: how many came.

    sent, waiting: how many grades their platform has, and how many are on their way; troubles: how many it
    did not take, by the reason; reflections: None where teachers read none.
    """

    answer: Literal["class"]
    people: int
    items: list[ClassItem]
    sent: int
    waiting: int
    troubles: dict[str, int]
    reflections: ReflectionCounts | None


class ReflectionLine(TypedDict):
    """A reflection in the list. ref: what it is called; title: of its case."""

    ref: str
    title: str
    is_read: bool
    is_answered: bool


class ReflectionsAnswer(TypedDict):
    """The reflections of a course, in an order that tells nothing of who wrote them."""

    answer: Literal["reflections"]
    reflections: list[ReflectionLine]


class LevelNote(TypedDict):
    """A level of the rubric, and the sentence that whoever wrote the reflection reads for it."""

    id: str
    name: str
    sentence: str


class CriterionNote(TypedDict):
    """One thing to look for in a reflection."""

    id: str
    name: str
    look_for: str
    levels: list[LevelNote]


class DangerNote(TypedDict):
    """What is done where a reflection tells of real danger.

    parts: headings, each with its steps; contacts: names, each with its numbers.
    """

    title: str
    first: str
    parts: list[tuple[str, list[str]]]
    contacts_title: str
    contacts: list[tuple[str, list[str]]]


class ReflectionAnswerNote(TypedDict):
    """One reflection. written: what was asked, and what was written; levels, comment: as answered so far.

    ready, used: comments to begin an answer with, the lab's and those of this course's earlier answers;
    author: "" where nobody asked who wrote it.
    """

    answer: Literal["reflection"]
    title: str
    written: list[tuple[str, str]]
    levels: dict[str, str]
    comment: str
    is_read: bool
    criteria: list[CriterionNote]
    ready: list[str]
    used: list[str]
    danger: DangerNote
    author: str


class ForgottenAnswer(TypedDict):
    """A course was deleted; seats: those that are gone."""

    answer: Literal["forgotten"]
    seats: list[str]


class LearnerStanding(TypedDict):
    """How far a learner is in one activity. score: as the platform has it, None for none; trouble: or ""."""

    item: str
    far: HowFar
    score: float | None
    is_sent: bool
    trouble: str


class LearnersAnswer(TypedDict):
    """How far each learner is, by seat; whoever did not come from the course is left out."""

    answer: Literal["learners"]
    standings: dict[str, list[LearnerStanding]]


class ProgrammeNote(TypedDict):
    """A programme as somebody may choose it. minutes: of reading and playing; is_draft: any part of it is."""

    code: str
    name: str
    for_whom: str
    lessons: int
    cases: int
    has_tests: bool
    minutes: int
    is_draft: bool


class FormsNote(TypedDict):
    """A test as somebody may choose it. test: its first form; forms: both; programmes: their codes."""

    test: str
    forms: list[str]
    programmes: list[str]
    minutes: int
    is_draft: bool


class ActivitiesAnswer(TypedDict):
    """The programmes and tests of this workshop."""

    answer: Literal["activities"]
    programmes: list[ProgrammeNote]
    tests: list[FormsNote]


class ProgrammeStepNote(TypedDict):
    """A step of a programme. See `release.course.programmes.programme_path.ProgrammeStep`.

    title: of a lesson or a case, "" for a test; case: what is opened to play it, "" for a lesson, and for
    what is closed; minutes: of reading or playing it; intensity: how heavy it is, 0 to 2; instead: of a heavy
    case, the titles of the lessons that stay for whoever leaves it out.
    """

    kind: Literal["test", "lesson", "case"]
    id: str
    state: Literal["done", "begun", "open", "closed", "left"]
    title: str
    case: str
    minutes: int
    intensity: int
    instead: list[str]


class ProgrammeAnswer(TypedDict):
    """A programme as it stands for a seat.

    next: the number of the step that comes next, from 0, None where all is done; reason: why, "" where the
    plan alone says so; then: the title of the case before which a lesson is read that is next.
    """

    answer: Literal["programme"]
    code: str
    name: str
    for_whom: str
    steps: list[ProgrammeStepNote]
    next: int | None
    reason: str
    then: str


class LtiRefusedAnswer(TypedDict):
    """What was asked for is refused; reason: see `release.lms.refusal.LtiRefusedError`."""

    answer: Literal["lti_refused"]
    reason: str

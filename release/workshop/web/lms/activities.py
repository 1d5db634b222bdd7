"""What an activity may play in this workshop: which there are, what each is in words, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias, cast
from urllib.parse import urlencode

from release.lms.deep_linking import LmsOffer
from release.lms.items import LmsItem
from release.workshop.lms_wire import ActivitiesAnswer
from release.workshop.seats.seating import WriterAccess
from release.workshop.web.app_page import CASE
from release.workshop.web.board_view import Spoken
from release.workshop.web.lobby import APP
from release.workshop.web.programmes.programme_page import LESSON_PLACE, PROGRAMME_PLACE
from release.workshop.web.workshop_context import WorkshopContext
from scenarios.case import Case
from scenarios.directory.reviewer_roles import review_sentence
from scenarios.language import Catalogue, Language
from scenarios.lessons.lesson_files import lesson_competencies, load_lessons

Turn: TypeAlias = Literal["before", "after"]
TURNS: tuple[Turn, Turn] = ("before", "after")


def is_played(item: LmsItem, context: WorkshopContext) -> bool:
    """Whether an activity plays something that is here."""
    match item.kind:
        case "case":
            return item.id in context.cases
        case "lesson":
            return item.id in lesson_competencies()
        case "programme":
            return context.has_programme(item.id)
        case "test":
            test, turn = test_named(item)
            return turn in TURNS and any(one["test"] == test for one in context.activities["tests"])


def test_named(item: LmsItem) -> tuple[str, Turn]:
    """The test of an activity, and whether it is that before or that after."""
    test, _, turn = item.id.rpartition("-")
    return test, cast("Turn", turn)


def place_of_item(item: LmsItem | None, form: str = "") -> str:
    """The page of an activity. form: of the test that is played."""
    if item is None:
        return APP
    if item.kind == "programme":
        return f"{PROGRAMME_PLACE}/{item.id}"
    if item.kind == "lesson":
        return f"{LESSON_PLACE}/{item.id}"
    return f"{APP}?{urlencode({CASE: form or item.id})}"


def offers_of(
    activities: ActivitiesAnswer, cases: Mapping[str, Case], texts: Catalogue, language: Language
) -> Iterator[tuple[str, list[LmsOffer]]]:
    """What a teacher may choose, by kind, with the name of the heading of each."""
    words = _OfferWords(texts, language)
    yield "programmes", list(words.programmes(activities))
    yield "lessons", list(words.lessons())
    yield "tests", list(words.tests(activities))
    practice = (case for case in cases.values() if case.use == "practice")
    yield "cases", [words.case(case.in_language(language)) for case in practice]


async def asked_offers(
    writer: WriterAccess, context: WorkshopContext, spoken: Spoken, texts: Catalogue
) -> Mapping[str, list[LmsOffer]]:
    """The same as the writer knows it now, in the language of `spoken`."""
    answer = await writer.ask({"ask": "activities", "language": spoken.language})
    activities = answer if answer["answer"] == "activities" else context.activities
    return dict(offers_of(activities, spoken.cases, texts, spoken.language))


class _OfferWords:
    """What each is, in one language."""

    def __init__(self, texts: Catalogue, language: Language) -> None:
        self._texts, self._language = texts, language

    def programmes(self, activities: ActivitiesAnswer) -> Iterator[LmsOffer]:
        for one in activities["programmes"]:
            facts = self._say(
                "lms_programme",
                code=one["code"],
                whom=one["for_whom"],
                lessons=one["lessons"],
                cases=one["cases"],
                hours=max(1, round(one["minutes"] / 60)),
            )
            tests = self._say("lms_programme_tests" if one["has_tests"] else "lms_programme_untested")
            item = LmsItem("programme", one["code"])
            yield LmsOffer(item, one["name"], self._with_draft(f"{facts} {tests}", one["is_draft"]))

    def lessons(self) -> Iterator[LmsOffer]:
        for code, lesson in load_lessons(self._language).items():
            text = " ".join(part for part in (lesson.about, lesson.note) if part)
            is_draft = lesson.status == "draft"
            yield LmsOffer(LmsItem("lesson", code), lesson.title, self._with_draft(text, is_draft))

    def tests(self, activities: ActivitiesAnswer) -> Iterator[LmsOffer]:
        for one in activities["tests"]:
            for turn in TURNS:
                title = self._say(f"lms_test_{turn}", programmes=", ".join(one["programmes"]))
                text = self._say("lms_test", minutes=one["minutes"])
                item = LmsItem("test", f"{one['test']}-{turn}")
                yield LmsOffer(item, title, self._with_draft(text, one["is_draft"]))

    def case(self, case: Case) -> LmsOffer:
        facts = self._say("lms_case", minutes=case.minutes, level=case.level)
        text = f"{facts} {self._say(f'lms_heavy_{case.intensity}')} {case.note}"
        item = LmsItem("case", case.id)
        review = review_sentence(case.valid_review, self._language)
        text = f"{text} {review}".rstrip()
        return LmsOffer(item, case.title, self._with_draft(text, case.is_draft))

    def _with_draft(self, text: str, is_draft: bool) -> str:  # noqa: FBT001 -- a field of what is told
        return f"{text} {self._say('lms_draft')}" if is_draft else text

    def _say(self, name: str, **values: object) -> str:
        return self._texts[name][self._language].format(**values)

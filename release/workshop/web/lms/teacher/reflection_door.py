"""The reflections of a course: read one after the other, and answered, by whoever teaches it.

No page names who wrote one, but where its teacher asks, as somebody is in danger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from tornado import web

from release.workshop.lms_wire import ReflectionAnswerNote, ReflectionLine
from release.workshop.log import LOG
from release.workshop.web.lms.lms_context import LmsEntry
from release.workshop.web.lms.teacher.teacher_page import CLASS, TeacherPage
from scenarios.language import Language

REFLECTIONS = "/renungan"
MOST_SIGNS = 2000
# Of a field of the form that holds the level of a criterion.
LEVEL = "level_"
# The field of a ready comment that is taken.
READY = "siap"


class ReflectionPage(TeacherPage):
    """What the pages of reflections share."""

    async def lines(self, entry: LmsEntry) -> Sequence[ReflectionLine]:
        """All reflections of a course. Raises HTTPError 404 where teachers read none."""
        course = entry.launch.course.model_dump()
        answer = await self.ask({"ask": "reflections", "course": course, "language": self.language})
        if answer["answer"] != "reflections":
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        return answer["reflections"]

    async def one(self, entry: LmsEntry, ref: str, *, author: bool = False) -> ReflectionAnswerNote:
        """One of them. author: whether to say who wrote it. Raises HTTPError 404 where there is none."""
        course, language = entry.launch.course.model_dump(), self.language
        answer = await self.ask(
            {"ask": "reflection", "course": course, "ref": ref, "language": language, "author": author}
        )
        if answer["answer"] != "reflection":
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        return answer

    def show_one(
        self,
        course_id: str,
        ref: str,
        note: ReflectionAnswerNote,
        lines: Sequence[ReflectionLine],
        taken: str = "",
    ) -> None:
        """Show one with its place among all. taken: the text that says what became of a ready comment."""
        refs = [one["ref"] for one in lines]
        number = refs.index(ref) + 1 if ref in refs else 0
        self.show(
            "lms/reflection.html",
            course_id=course_id,
            here=f"{CLASS}/{course_id}{REFLECTIONS}",
            ref=ref,
            note=note,
            number=number,
            total=len(refs),
            most_signs=MOST_SIGNS,
            level_field=LEVEL,
            taken=taken,
        )


class ReflectionListHandler(ReflectionPage):
    """All reflections of a course."""

    async def get(self, course_id: str) -> None:
        """Show how many there are, which was answered, and where to begin."""
        lines = await self.lines(await self.teacher_of(course_id))
        self.show(
            "lms/reflections.html",
            course_id=course_id,
            here=f"{CLASS}/{course_id}{REFLECTIONS}",
            lines=lines,
            next=next((one["ref"] for one in lines if not one["is_read"]), ""),
            is_saved=bool(self.get_query_argument("sudah", "")),
        )


class ReflectionHandler(ReflectionPage):
    """One reflection, and what its teacher answers."""

    async def get(self, course_id: str, ref: str) -> None:
        """Show it, with what was answered."""
        entry = await self.teacher_of(course_id)
        self.show_one(course_id, ref, await self.one(entry, ref), await self.lines(entry))

    async def post(self, course_id: str, ref: str) -> None:
        """Keep the answer, and lead on to the next one that is to be read; with no word it was read."""
        entry = await self.teacher_of(course_id)
        if self.get_body_argument("penulis", ""):
            # Whoever looks after the lab sees that it was asked, and not of whom.
            LOG.warning("A teacher asked who wrote a reflection, as somebody may be in danger.")
            note = await self.one(entry, ref, author=True)
            self.show_one(course_id, ref, note, await self.lines(entry))
            return
        levels = {
            name.removeprefix(LEVEL): self.get_body_argument(name, "")
            for name in self.request.body_arguments
            if name.startswith(LEVEL)
        }
        # A browser counts the end of a line as one sign, and sends two.
        comment = self.get_body_argument("comment", "").replace("\r\n", "\n")[:MOST_SIGNS]
        if ready := self.get_body_argument(READY, ""):
            await self._take_ready(course_id, ref, levels, comment, ready.replace("\r\n", "\n"))
            return
        answer = await self.ask(
            {
                "ask": "answer_reflection",
                "course": entry.launch.course.model_dump(),
                "ref": ref,
                "levels": levels,
                "comment": comment,
            }
        )
        if answer["answer"] != "done":
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        lines = await self.lines(entry)
        left = next((one["ref"] for one in lines if not one["is_read"]), "")
        place = f"{CLASS}/{course_id}{REFLECTIONS}"
        self.redirect(f"{place}/{left}" if left else f"{place}?sudah=1", status=HTTPStatus.SEE_OTHER)

    async def _take_ready(
        self, course_id: str, ref: str, levels: Mapping[str, str], comment: str, ready: str
    ) -> None:
        """Put a ready comment behind what was written; nothing is kept before its teacher says so."""
        entry = await self.teacher_of(course_id)
        note = await self.one(entry, ref)
        longer = f"{comment}\n{ready}" if comment else ready
        fits = len(longer) <= MOST_SIGNS
        page: ReflectionAnswerNote = {**note, "levels": dict(levels), "comment": longer if fits else comment}
        taken = "lms_reflection_taken" if fits else "lms_reflection_full"
        self.show_one(course_id, ref, page, await self.lines(entry), taken)


class ReflectionLanguageHandler(TeacherPage):
    """The language switch of these pages."""

    def get(self, course_id: str, ref: str, language: Language) -> None:
        """Remember the language, and lead back."""
        self.switch_language(language, f"{CLASS}/{course_id}{REFLECTIONS}{ref}")

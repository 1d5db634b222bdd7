"""The entry: somebody who was launched gets a seat, and the page that plays.

Each step is led to by a code that works once, so that nothing rests on a cookie that a frame may not keep;
whether the browser keeps ours is seen on the step after it was set.
"""

from __future__ import annotations

from http import HTTPStatus

from tornado import web

from release.lms.items import LmsItem, item_named
from release.lms.launch import Launch
from release.lms.refusal import LtiRefusedError
from release.lms.services.grade import SCOPE
from release.workshop.lms_wire import GradeWish
from release.workshop.seats.cookie import keep_cookie
from release.workshop.seats.join_form import MOST_SIGNS, UNSAID, JoinForm
from release.workshop.seats.seating import PseudonymTakenError, SeatsUnavailableError
from release.workshop.web.lms.activities import place_of_item, test_named
from release.workshop.web.lms.lms_context import LmsEntry
from release.workshop.web.lms.lms_page import LmsPage
from release.workshop.web.lms.login_door import ENTRY, WINDOW
from release.workshop.web.lms.teacher.teacher_page import CLASS, TeacherPage
from scenarios.directory.sectors import load_sectors
from scenarios.engine.record import WorkshopEndedError

ARRIVAL = "/lms/tiba"


class EntryPage(TeacherPage):
    """A page on the way in."""

    def prepare(self) -> None:
        """Hold up whoever knocks too often. A form is taken from our own pages where it does something."""
        LmsPage.prepare(self)

    async def entry(self, code: str) -> LmsEntry:
        """Who is on the way in with that code, which goes on working. Raises LtiRefusedError."""
        return self._known(await self.lms.entries.look(code))

    async def last_entry(self, code: str) -> LmsEntry:
        """The same, and the code works no more: of two who bring it at once, one comes in."""
        return self._known(await self.lms.entries.take(code))

    def _known(self, entry: LmsEntry | None) -> LmsEntry:
        if entry is None:
            raise LtiRefusedError("state_unknown")
        self.speak(entry.launch.language)
        return entry

    def seat_id_of(self, entry: LmsEntry) -> str:
        """The id of the seat of whoever was launched."""
        maker = self.context.seating.maker
        return maker.learner_seat(self.lms.workshop, entry.launch.issuer, entry.launch.subject)

    async def lead(self, place: str, entry: LmsEntry) -> None:
        """Lead on to the next step, by a new code."""
        self.redirect(f"{place}/{await self.lms.entries.put(entry)}", status=HTTPStatus.SEE_OTHER)


class EntryHandler(EntryPage):
    """The entry of somebody who was launched."""

    async def get(self, code: str) -> None:
        """Let in whoever comes with the browser that began the login; ask any other for a click.

        A link that was handed on would otherwise seat one person in the place of another.
        """
        entry = await self.entry(code)
        if entry.is_begun_by(self.get_cookie(entry.cookie)):
            await self._let_in(code, entry)
        else:
            self.redirect(f"{WINDOW}/{code}", status=HTTPStatus.SEE_OTHER)

    async def post(self, code: str) -> None:
        """The same for whoever pressed a button of ours. Raises ForeignPageError for another site's form."""
        self.take_own_alone()
        entry = await self.entry(code)
        if "sector" in self.request.body_arguments:
            await self._sit_down(code, entry)
        elif "notice" in self.request.body_arguments and await self.context.seating.seat(
            self.seat_id_of(entry)
        ):
            await self._keep_notice(entry)
            await self._seated(code)
        else:
            await self._let_in(code, entry)

    async def _let_in(self, code: str, entry: LmsEntry) -> None:
        """Seat whoever has a seat already; ask all others for their field of work, as the lobby does.

        A teacher takes no seat: she is led to her course.
        """
        if entry.teaches:
            await self.give_class(await self._let_out(code))
            await self.lead(ARRIVAL, entry)
        elif await self.context.seating.seat(self.seat_id_of(entry)) is None:
            await self.show_form(code)
        elif await self._lacks_notice(entry):
            self.show("lms/reader_notice.html", place=f"{ENTRY}/{code}")
        else:
            await self._seated(code)

    async def _lacks_notice(self, entry: LmsEntry) -> bool:
        """Whether a learner took their seat before teachers read reflections, and does not know of it."""
        if not self.lms.reflections or entry.launch.role != "learner":
            return False
        answer = await self.lms.writer.ask({"ask": "notice", "seat": self.seat_id_of(entry)})
        return answer["answer"] == "nobody"

    async def _keep_notice(self, entry: LmsEntry) -> None:
        """Keep that a learner has read that teachers read reflections."""
        if self.lms.reflections and entry.launch.role == "learner":
            await self.lms.writer.ask({"ask": "keep_notice", "seat": self.seat_id_of(entry)})

    async def _sit_down(self, code: str, entry: LmsEntry) -> None:
        """Take a seat with the field of work that was chosen."""
        fields = {name: self.get_body_argument(name, "") for name in ("sector", "name", "sure")}
        form = JoinForm.read(**fields)
        if wrong := form.problem(load_sectors().sectors):
            await self.show_form(code, wrong, form)
            return
        seat_id = self.seat_id_of(entry)
        try:
            if await self.context.seating.seat(seat_id) is None:
                await self.context.seating.new_seat(form.chosen_sector, form.name, seat_id=seat_id)
        except WorkshopEndedError:
            self.set_status(HTTPStatus.CONFLICT)
            self.show("lms/refused.html", sentence=self.templates.texts["lobby_ended"][self.language])
            return
        except PseudonymTakenError:
            await self.show_form(code, "lobby_name_taken", form)
            return
        except SeatsUnavailableError:
            raise web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE) from None  # the writer's log says why
        await self._keep_notice(entry)
        await self._seated(code)

    async def _seated(self, code: str) -> None:
        """Use the code up, give the browser the seat, and see on the next page whether it keeps it."""
        entry = await self._let_out(code)
        self.context.seating.maker.cookie.give(self, self.seat_id_of(entry))
        await self.lead(ARRIVAL, entry)

    async def _let_out(self, code: str) -> LmsEntry:
        """Use a code up, and what the browser kept of its login. Raises LtiRefusedError."""
        entry = await self.last_entry(code)
        if self.get_cookie(entry.cookie):
            keep_cookie(self, entry.cookie, "", seconds=0)
        return entry

    async def show_form(self, code: str, wrong: str = "", form: JoinForm | None = None) -> None:
        """Show what this is, and the fields of work. wrong: what is to be changed, a text of the lobby."""
        if wrong:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        reads = self.lms.reflections and (await self.entry(code)).launch.role == "learner"
        values = {"form": form or JoinForm(), "sectors": load_sectors().sectors, "unsaid": UNSAID}
        values |= {"roster": self.lms.roster, "reads": reads}
        self.show("lms/entry.html", place=f"{ENTRY}/{code}", wrong=wrong, most_signs=MOST_SIGNS, **values)


class ArrivalHandler(EntryPage):
    """The step after a seat's cookie was set."""

    async def get(self, code: str) -> None:
        """Lead on to the page that plays, or, where the browser kept nothing, to a window of its own."""
        entry = await self.entry(code)
        if entry.teaches:
            await self._lead_to_class(await self.last_entry(code))
            return
        if self.seat_id != self.seat_id_of(entry):
            await self.lead(WINDOW, await self.last_entry(code))
            return
        item = item_named(entry.launch.item)
        # A test is opened first: it is graded by the form that its learner was given.
        form = await self._opened_form(entry, item) if item is not None and item.kind == "test" else ""
        if entry.launch.role == "learner":
            await self._note_arrival(entry)
        await self.last_entry(code)
        self.redirect(place_of_item(item, form), status=HTTPStatus.SEE_OTHER)

    async def _lead_to_class(self, entry: LmsEntry) -> None:
        """Lead a teacher to her course, or, where the browser kept nothing, to a window of its own."""
        course = entry.launch.course
        if await self.class_of(course) is None:
            await self.lead(WINDOW, entry)
        else:
            self.redirect(f"{CLASS}/{course.id}", status=HTTPStatus.SEE_OTHER)

    async def _note_arrival(self, entry: LmsEntry) -> None:
        """Note from which course a learner came, for its teachers, and where their grade goes.

        Raises HTTPError 503 where it cannot be kept: whoever played then would have no grade. The code goes
        on working.
        """
        launch = entry.launch
        answer = await self.lms.writer.ask(
            {
                "ask": "arrival",
                "seat": self.seat_id_of(entry),
                "course": launch.course.model_dump(),
                "link": launch.link,
                "item": launch.item,
                "grade": self._grade_wish(launch),
            }
        )
        if answer["answer"] != "done":
            raise web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)  # the writer's log says why

    async def _opened_form(self, entry: LmsEntry, item: LmsItem) -> str:
        """The form of a test that whoever was launched plays. Raises LtiRefusedError where there is none."""
        test, turn = test_named(item)
        seat = self.seat_id_of(entry)
        answer = await self.lms.writer.ask({"ask": "open_test", "seat": seat, "test": test, "turn": turn})
        if answer["answer"] != "current" or answer["case"] is None:
            raise LtiRefusedError("not_played")
        return answer["case"]

    def _grade_wish(self, launch: Launch) -> GradeWish | None:
        """Where the grade of a learner goes; None where the platform wants none."""
        grades = launch.grades
        if not launch.item or grades is None or not grades.line_item or SCOPE not in grades.scopes:
            return None
        return {"subject": launch.subject, "language": self.language, "line_item": grades.line_item}


class WindowHandler(EntryPage):
    """A window of its own, by a click: for a browser that keeps nothing of ours in a frame."""

    async def get(self, code: str) -> None:
        """Show the way there."""
        await self.entry(code)
        self.show("lms/window.html", place=f"{ENTRY}/{code}")

"""The page for learning management systems as a room of the start page, behind its door."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from pathlib import Path

from release.lms.registration import moodle_steps
from release.lms_desk.certificate_desk import CERTIFICATE_FIELDS, CertificateDesk
from release.lms_desk.lms_desk import FIELDS, TEXTS, LmsDesk
from release.lms_desk.store_desk import StoreDesk
from release.workshop.desk.desk import Desk, failure_notice, notice_of
from release.workshop.desk.notice import Notice
from release.workshop.desk.start import DeskRoom, StartPage
from scenarios.documents.problem import BadInputError
from scenarios.language import LANGUAGES, Language, read_catalogue
from scenarios.sentence import in_language

HOME = "/lms"
ROOM = "kasuslab_lms_room"
PAGES = Path(__file__).with_name("pages")
SETTINGS = Path(__file__).with_name("settings.yaml")
DEEDS = "mulai|henti|undang|tambah|hapus|kirim|lihat|nilai|catat|coba|lupakan|sertifikat"


class LmsRoom:
    """What the page's handlers share. message: the last deed's notice."""

    def __init__(self, desk: LmsDesk) -> None:
        """Begin without any."""
        self.desk = desk
        self.message: Notice | None = None


class LmsRoomHandler(StartPage):
    """The page, and its buttons."""

    @property
    def room(self) -> LmsRoom:
        """What the handlers share."""
        room: LmsRoom = self.settings[ROOM]
        return room

    async def get(self) -> None:
        """Show how it stands."""
        room = self.room
        message, room.message = room.message, None
        values = await asyncio.to_thread(_values, room.desk, self.language)
        self.show("lms_desk.html", **{"message": message, **values})

    async def post(self, what: str) -> None:
        """Do what a button says, one at a time, and lead back to its notice."""
        desk, word = self.room.desk, self._word
        store = StoreDesk(desk.desk)
        typed = {name: word(name) for name in FIELDS}
        roster, local = word("roster"), word("local") == "1"
        deeds: Mapping[str, Callable[[], Notice]] = {
            "mulai": partial(
                desk.begin, word("root"), local=local, roster=roster, reflections=word("reflections") == "1"
            ),
            "henti": desk.end,
            "undang": desk.invite,
            "tambah": partial(desk.add, typed),
            "hapus": partial(desk.remove, word("number"), sure=word("sure") == word("number")),
            "kirim": desk.send_again,
            "lihat": desk.look,
            "nilai": partial(desk.regrade, word("digest")),
            "catat": partial(store.save, word("store_address"), word("store_name"), word("store_password")),
            "coba": store.check,
            "lupakan": store.end,
            "sertifikat": partial(
                CertificateDesk(desk.desk).save, {name: word(name) for name in CERTIFICATE_FIELDS}
            ),
        }
        async with self.context.turn:
            message = await asyncio.to_thread(notice_of, deeds[what])
        self.room.message = message
        # Nobody types a form twice for one field; a password never stands on a page.
        names = set(self.request.body_arguments) - {"store_password"}
        desk.typed = {name: word(name) for name in names} if message.level == "bad" else {}
        self.redirect(f"{HOME}#said", status=HTTPStatus.SEE_OTHER)

    def _word(self, name: str) -> str:
        return self.get_body_argument(name, "").strip()


class LmsRoomLanguageHandler(LmsRoomHandler):
    """The choice of a language."""

    async def post(self, what: str) -> None:
        """Settle it for this machine, and lead back."""
        try:
            self.choose_language(what)
        except BadInputError as error:
            self.room.message = failure_notice(error)
        self.redirect(HOME, status=HTTPStatus.SEE_OTHER)


def lms_room(desk: Desk) -> DeskRoom:
    """The page of a desk."""
    return DeskRoom(
        address=HOME,
        name="desk_lms_room",
        texts={**read_catalogue(TEXTS), **read_catalogue(SETTINGS)},
        pages=PAGES,
        assets={},
        routes=[
            (HOME, LmsRoomHandler),
            (rf"{HOME}/({DEEDS})", LmsRoomHandler),
            (rf"{HOME}/bahasa/({'|'.join(LANGUAGES)})", LmsRoomLanguageHandler),
        ],
        settings={ROOM: LmsRoom(LmsDesk(desk))},
    )


def _values(lms: LmsDesk, language: Language) -> dict[str, object]:
    """What the page shows now."""
    try:
        plan, platforms = lms.desk.plan, lms.platforms(language)
        certificate = CertificateDesk(lms.desk).settled()
    except BadInputError as error:
        return {"message": failure_notice(error), "plan": None}
    return {
        "plan": plan,
        "root": lms.root,
        "person": lms.desk.person,
        "is_on": plan.lms and lms.desk.runs,
        "runs": lms.desk.runs,
        "runs_elsewhere": lms.desk.runs_elsewhere,
        "invitation": lms.invitation,
        "steps": [in_language(step, language) for step in moodle_steps()],
        "platforms": platforms,
        "question": lms.question,
        "typed": lms.typed,
        "fields": FIELDS,
        "store_name": StoreDesk(lms.desk).name,
        "certificate": certificate,
    }

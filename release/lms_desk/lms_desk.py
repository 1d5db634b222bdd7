"""What the buttons for learning management systems do: let them lead here, invite, add, remove, send again.

Each gives a notice in every language, as those of the start page do; some block for a minute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from pydantic import ValidationError

from graders.key.key import keys_folder
from release.lms.addresses import KEY_SET, LAUNCH, LOGIN, ToolAddress
from release.lms.platform import Platform, registered_by_hand
from release.lms.refusal import lms_sentence
from release.lms.services.roster import RosterChoice
from release.lms.services.sent_grades import SentCounts
from release.workshop.data_folder import own_folder
from release.workshop.desk.desk import Desk
from release.workshop.desk.notice import Notice, notice
from release.workshop.failure import WorkshopRefusedError
from release.workshop.plan import read_plan, write_plan
from release.workshop.proxy.public_address import settled_url
from release.workshop.writer.database import open_database, was_never_made
from release.workshop.writer.lms.grade_store import GradeStore
from release.workshop.writer.lms.platform_store import PlatformStore
from release.workshop.writer.workshops import WorkshopSummary
from scenarios.language import Language
from scenarios.library import CASES
from scenarios.sentence import enumeration

if TYPE_CHECKING:
    from release.lms_desk.regrading import Regrading
    from release.workshop.writer.lms.grade_keeper import GradeKeeper

TEXTS = Path(__file__).with_name("lms_desk.yaml")
FIELDS = ("issuer", "client_id", "login", "token", "key_set", "deployments")
_notice = partial(notice, TEXTS)


@dataclass(frozen=True, slots=True)
class RegisteredPlatform:
    """A platform in the list, and what of the latest workshop it was sent."""

    platform: Platform
    sent: SentCounts


@dataclass(slots=True)
class LmsDesk:
    """The buttons, on the desk of one data folder.

    invitation: the registration address that was made last; question: what a new key would do, once somebody
    has looked; typed: what stands in the forms, after a button could not do what it says.
    """

    desk: Desk
    invitation: str = ""
    question: Regrading | None = None
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """Where browsers and platforms reach the lab, with a slash at its end; "" while nobody said so."""
        plan = self.desk.plan
        if plan.public.url or not plan.lms:
            return plan.public.url
        return self.desk.child.url if self.desk.child is not None else ""

    @property
    def latest(self) -> WorkshopSummary | None:
        """The workshop whose grades are meant."""
        return next(iter(self.desk.workshops()), None)

    def begin(self, address: str, *, local: bool, roster: str, reflections: bool = False) -> Notice:
        """Let learning management systems lead here, and run the workshop, anew where it runs."""
        try:
            root = settled_url(address.strip()) if address.strip() else None
        except WorkshopRefusedError:
            return _notice("bad", "desk_lms_wrong_root", root=address)
        if root is not None and (lab := _lab_of(root)) != root:
            return _notice("bad", "desk_lms_root_of_tool", root=address.strip(), lab=lab)
        if not self.desk.person:
            return _notice("bad", "desk_lms_no_person")
        choice: RosterChoice | None = next((one for one in get_args(RosterChoice) if one == roster), None)
        settled = {"lms": True, "public_url": root, "lms_local": local, "lms_roster": choice}
        settled |= {"lms_reflections": reflections}
        write_plan(self.desk.data, read_plan(self.desk.data).model_copy(update=settled))
        ran = self.desk.run_anew()
        if ran.level != "good":
            return ran
        encrypted = self.root.startswith("https://")
        return _notice("good" if encrypted else "look", _begun(encrypted=encrypted), root=self.root)

    def end(self) -> Notice:
        """Let none lead here any more; what runs goes on without them."""
        plan = read_plan(self.desk.data)
        write_plan(self.desk.data, plan.model_copy(update={"lms": False, "public_url": None}))
        self.invitation = ""
        if self.desk.runs and (ran := self.desk.run_anew()).level != "good":
            return ran
        return _notice("good", "desk_lms_ended")

    def invite(self) -> Notice:
        """Make an address by which one platform may register itself, within an hour."""
        if not self.root:
            return _notice("bad", "desk_lms_no_root")
        with self._platforms() as platforms:
            self.invitation = ToolAddress(self.root).registration(platforms.invite())
        return _notice("good", "desk_lms_invited")

    def add(self, typed: Mapping[str, str]) -> Notice:
        """Register a platform by hand. Raises LtiRefusedError, which names what is not in order."""
        try:
            platform = registered_by_hand(typed, local=self.desk.plan.lms_local)
        except ValidationError as error:
            names = dict.fromkeys(str(each["loc"][0]) for each in error.errors())
            fields = enumeration(lms_sentence(f"field_{name}") for name in names)
            return _notice("bad", "desk_lms_incomplete", fields=fields.texts)
        with self._platforms() as platforms:
            platforms.add(platform)
        return _notice("good", "desk_lms_added", issuer=platform.issuer)

    def remove(self, number: str, *, sure: bool) -> Notice:
        """Forget a platform: nobody comes from there any more, and no grade goes there."""
        named = {str(one.number): one for one in self._registered()}
        if number not in named:
            return _notice("bad", "desk_lms_gone")
        if not sure:
            return _notice("bad", "desk_lms_unsure", issuer=named[number].issuer)
        with self._platforms() as platforms:
            platforms.remove(named[number].number)
        return _notice("good", "desk_lms_removed", issuer=named[number].issuer)

    def platforms(self, language: Language) -> list[RegisteredPlatform]:
        """Those that are registered, each with what it was sent. Raises DatabaseError."""
        with self._store() as store:
            grades = store.all() if store is not None else []

        def sent_to(platform: Platform) -> SentCounts:
            wanted = [
                one for one in grades if one.plan.platform == platform.number and one.wanted is not None
            ]
            waiting = [one for one in wanted if one.waits]
            reasons = Counter(one.trouble for one in waiting if one.trouble)
            under_way = sum(not one.trouble for one in waiting)
            return SentCounts.of(len(wanted) - len(waiting), under_way, reasons, language)

        return [RegisteredPlatform(one, sent_to(one)) for one in self._registered()]

    def send_again(self) -> Notice:
        """Let all that platforms did not take be tried now."""
        with self._store() as store:
            if store is not None:
                store.try_now([one.number for one in store.all() if one.waits])
        return _notice("good" if self.desk.runs else "look", _again(runs=self.desk.runs))

    def look(self) -> Notice:
        """Work out what the keys of now would do with the grades of the latest workshop; nothing changes."""
        from release.lms_desk.regrading import regrading_of  # noqa: PLC0415 -- graders take seconds

        self.question = None
        with self._keeper() as keeper:
            regrading = regrading_of(keeper) if keeper is not None else None
        if regrading is None or not regrading.graded:
            return _notice("look", "desk_lms_no_grades")
        if not regrading.changes:
            return _notice("good", "desk_lms_same_grades", graded=regrading.graded)
        self.question = regrading
        return _notice("look", "desk_lms_other_grades", graded=regrading.graded)

    def regrade(self, digest: str) -> Notice:
        """Let the grades stand by the keys of now, and send what changed; as was asked, or not at all."""
        from release.lms_desk.regrading import regrade, regrading_of  # noqa: PLC0415 -- the same

        # Before anything changes: a writer that runs has the keys that it started with.
        if self.desk.runs and (ran := self.desk.run_anew()).level != "good":
            return ran
        with self._keeper() as keeper:
            regrading = regrading_of(keeper) if keeper is not None else None
            if keeper is None or regrading is None or regrading.digest != digest:
                self.question = None
                return _notice("bad", "desk_lms_other_question")
            regrade(keeper, regrading)
        self.question = None
        return _notice("good", "desk_lms_regraded", count=len(regrading.changes))

    def _registered(self) -> Sequence[Platform]:
        if was_never_made(self.desk.url):
            return ()
        with self._platforms() as platforms:
            return platforms.platforms()

    @contextmanager
    def _platforms(self) -> Iterator[PlatformStore]:
        own_folder(self.desk.data)
        engine = open_database(self.desk.url, make=True)
        try:
            yield PlatformStore(engine, lambda: datetime.now(UTC))
        finally:
            engine.dispose()

    @contextmanager
    def _store(self) -> Iterator[GradeStore | None]:
        """The grades of the latest workshop; None where there is none."""
        workshop = self.latest
        if workshop is None:
            yield None
            return
        engine = open_database(self.desk.url)
        try:
            yield GradeStore(engine, workshop.number, lambda: datetime.now(UTC))
        finally:
            engine.dispose()

    @contextmanager
    def _keeper(self) -> Iterator[GradeKeeper | None]:
        from release.lms_desk.regrading import grade_keeper_of  # noqa: PLC0415 -- as in `look`

        workshop = self.latest
        if workshop is None:
            yield None
            return
        with grade_keeper_of(self.desk.url, workshop, CASES, keys_folder(self.desk.environ)) as keeper:
            yield keeper


def _lab_of(root: str) -> str:
    """The address of the lab, where `root` is one that an LMS is given for it."""
    pages = (LAUNCH, LOGIN, KEY_SET)
    return next((root.removesuffix(f"{page}/") for page in pages if root.endswith(f"/{page}/")), root)


def _begun(*, encrypted: bool) -> str:
    return "desk_lms_begun" if encrypted else "desk_lms_begun_plain"


def _again(*, runs: bool) -> str:
    return "desk_lms_sent_again" if runs else "desk_lms_sent_later"

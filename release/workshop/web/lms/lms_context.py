"""The workshop as a learning management system sees it: its address, its keys, who waits at its doors."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from release.lms.addresses import ToolAddress
from release.lms.launch import Launch
from release.lms.login import Login, browser_hash
from release.lms.platform import Platform
from release.lms.services.roster import RosterChoice
from release.lms.tool_keys import ToolKeys
from release.workshop.hall.room_codes import RoomCodes
from release.workshop.seats.seating import WriterAccess
from release.workshop.seats.throttle import Rate, Throttle
from release.workshop.web.lms.class_papers import ClassPapers
from release.workshop.web.lms.fetch import Fetch
from release.workshop.web.lms.key_sets import KeySets
from release.workshop.web.lms.services.service_tokens import ServiceTokens

LMS = "kasuslab_lms"
KEYS_SECONDS = 3600.0
# How long a login goes by the platforms that were known last.
PLATFORM_SECONDS = 1.0
# A hall of a thousand behind one address comes within a minute.
EACH, ALL = Rate(1200, 600), Rate(4000, 1200)


def _logins() -> Throttle:
    return Throttle(EACH, ALL, what="a login from a learning management system")


@dataclass(frozen=True, slots=True)
class LmsEntry:
    """Somebody on the way in. login: what they began; cookie: the name of what their browser keeps of it.

    plays: whether a teacher wants to play herself, and not to see her course.
    """

    launch: Launch
    cookie: str
    login: Login
    plays: bool = False

    @property
    def teaches(self) -> bool:
        """Whether this is a teacher, to be led to her course."""
        return self.launch.role == "teacher" and not self.plays

    def is_begun_by(self, secret: str | None) -> bool:
        """Whether it is the browser that began the login which keeps `secret`."""
        return secret is not None and hmac.compare_digest(browser_hash(secret), self.login.browser)


_LOGIN, _ENTRY = TypeAdapter(Login), TypeAdapter(LmsEntry)


@dataclass(slots=True)
class LmsContext:
    """What the doors share.

    read_keys: the tool's keys as they stand at a moment; workshop: its name, of which seats are made; local:
    whether inner networks and plain HTTP are allowed; roster: what of it teachers are shown, None for
    nothing; reflections: whether they read those; papers: who has those of a course made, None where nobody
    can; now: seconds since 1970; logins, entries: who is on the way in; classes: who teaches, by browser;
    registered: the platforms as they were known last; tokens: of their services.
    """

    tool: ToolAddress
    read_keys: Callable[[float], ToolKeys]
    workshop: str
    writer: WriterAccess
    fetch: Fetch
    key_sets: KeySets
    local: bool = False
    roster: RosterChoice | None = None
    reflections: bool = False
    papers: ClassPapers | None = None
    now: Callable[[], float] = time.time
    throttle: Throttle = field(default_factory=_logins)
    registered: Sequence[Platform] = ()
    logins: RoomCodes[Login] = field(init=False)
    entries: RoomCodes[LmsEntry] = field(init=False)
    classes: RoomCodes[LmsEntry] = field(init=False)
    tokens: ServiceTokens = field(init=False)
    _keys: ToolKeys | None = None
    _read: float = 0.0
    _asked: float = 0.0

    def __post_init__(self) -> None:
        """Have no token yet, and hand codes out by the writer, which all servers ask."""
        self.logins = RoomCodes(self.writer, "login", _LOGIN)
        self.entries = RoomCodes(self.writer, "entry", _ENTRY)
        self.classes = RoomCodes(self.writer, "class", _ENTRY)
        self.tokens = ServiceTokens(self.fetch, self.keys, self.now)

    async def known_platforms(self) -> Sequence[Platform]:
        """Those that were registered a moment ago: of a class that comes at once one learner asks for all.

        Raises WriterSilentError.
        """
        if self.now() - self._asked > PLATFORM_SECONDS:
            await self.platforms()
        return self.registered

    async def platforms(self) -> Sequence[Platform]:
        """The platforms that are registered now. Raises WriterSilentError."""
        self._asked = self.now()
        answer = await self.writer.ask({"ask": "platforms"})
        if answer["answer"] == "platforms":
            self.registered = [Platform.model_validate(one) for one in answer["platforms"]]
        return self.registered

    def frames(self) -> Sequence[str]:
        """The sites in whose frames our pages may stand."""
        return tuple(dict.fromkeys(site for one in self.registered for site in one.origins))

    def keys(self) -> ToolKeys:
        """The tool's keys, looked at again every hour. Raises LtiRefusedError, OSError."""
        if self._keys is None or self.now() - self._read > KEYS_SECONDS:
            self._keys, self._read = self.read_keys(self.now()), self.now()
        return self._keys

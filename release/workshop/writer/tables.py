"""The tables of a workshop: who sits where, and the events of each play. No name, no address, no device.

Times are UTC, as text in the form of an event's ``at``. A change here wants a migration of its own, see
``migrations/README.md``: the first one makes the tables as 0.1.0 had them.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from release.workshop.plan import FIRST_KEEP_DAYS, FIRST_MODE

METADATA = MetaData()
# The last of the migrations, which leaves the tables as they stand here.
NEWEST_REVISION = "0012"


def moment_text(moment: datetime) -> str:
    """A moment as an event's ``at`` has it: UTC, to the microsecond."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def second_text(moment: datetime) -> str:
    """The same to the second, where more would tell who came with whom."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


WORKSHOP = Table(
    "workshop",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("created", String(27), nullable=False),
    Column("code", String(12), nullable=False, server_default=""),
    Column("mode", String(20), nullable=False, server_default=FIRST_MODE),
    Column("closed", String(27)),
    Column("keep_days", Integer, nullable=False, server_default=str(FIRST_KEEP_DAYS)),
    Column("title", String(120), nullable=False, server_default=""),
    Column("paused", String(27)),
    # What the board remembers, see `release.workshop.hall_wire.BoardMemory`, as JSON; "" of none.
    Column("board", Text, nullable=False, server_default=""),
)
SEAT = Table(
    "seat",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False),
    Column("pseudonym", String(80), nullable=False),
    Column("code", String(64), nullable=False, unique=True),
    Column("created", String(27), nullable=False),
    Column("sector", String(40)),
    Column("typed", Boolean, nullable=False, server_default=false()),
    # Whose seat it is in a course, by the id of its roster; none of whoever joined without a card.
    Column("trainee", String(60)),
    UniqueConstraint("workshop", "pseudonym"),
)
PLAY = Table(
    "play",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("seat", ForeignKey("seat.id"), nullable=False, index=True),
    Column("case_id", String(40), nullable=False),
    Column("version", String(40), nullable=False),
    Column("mode", String(20), nullable=False),
)
EVENT = Table(
    "event",
    METADATA,
    Column("play", ForeignKey("play.number"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", String(27), nullable=False),
    Column("body", Text, nullable=False),
    Column("chain", String(16), nullable=False),
)
# What the facilitator did with a decision for the whole room; none is “open”. Where the decision is "": that
# the room plays this case alone, or step by step. ends: when the timer of the decision is over.
ROOM = Table(
    "room",
    METADATA,
    Column("workshop", ForeignKey("workshop.number"), primary_key=True),
    Column("case_id", String(40), primary_key=True),
    Column("decision", String(80), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("at", String(27), nullable=False, server_default=""),
    Column("ends", String(27)),
)
# A team plays from a seat of its own, in which nobody sits; its members have theirs.
TEAM = Table(
    "team",
    METADATA,
    Column("seat", ForeignKey("seat.id"), primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False),
    Column("code", String(12), nullable=False),
    UniqueConstraint("workshop", "code"),
)
MEMBER = Table(
    "member",
    METADATA,
    Column("seat", ForeignKey("seat.id"), primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False),
    Column("team", ForeignKey("team.seat"), nullable=False, index=True),
)
# What a member answered alone in a decision of the team's play, as JSON; none is a skip.
VOICE = Table(
    "voice",
    METADATA,
    Column("play", ForeignKey("play.number"), primary_key=True),
    Column("decision", String(80), primary_key=True),
    Column("seat", ForeignKey("seat.id"), primary_key=True),
    Column("at", String(27), nullable=False),
    Column("pick", Text),
)
# The decisions of a team's play that it settles on, or has: nobody is waited for in them any more.
SETTLING = Table(
    "settling",
    METADATA,
    Column("play", ForeignKey("play.number"), primary_key=True),
    Column("decision", String(80), primary_key=True),
    Column("at", String(27), nullable=False),
)
# Learning management systems that are registered here, for every workshop of this database.
PLATFORM = Table(
    "platform",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("issuer", String(255), nullable=False),
    Column("client_id", String(255), nullable=False),
    Column("login", String(2000), nullable=False),
    Column("token", String(2000), nullable=False),
    Column("key_set", String(2000), nullable=False),
    Column("audience", String(2000), nullable=False, server_default=""),
    Column("created", String(27), nullable=False),
    UniqueConstraint("issuer", "client_id"),
)
DEPLOYMENT = Table(
    "deployment",
    METADATA,
    Column("platform", ForeignKey("platform.number"), primary_key=True),
    Column("id", String(255), primary_key=True),
)
# A registration that somebody is invited to, by the hash of its token; gone once it was used.
REGISTRATION = Table(
    "registration",
    METADATA,
    Column("token", String(64), primary_key=True),
    Column("ends", String(27), nullable=False),
)
# From which activity of which course of a platform a learner came, and when first; context: that course, ""
# where the platform names none; item: what is played there, "" for all.
ARRIVAL = Table(
    "arrival",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False, index=True),
    Column("seat", ForeignKey("seat.id"), nullable=False, index=True),
    Column("platform", ForeignKey("platform.number"), nullable=False),
    Column("deployment", String(255), nullable=False),
    Column("context", String(255), nullable=False),
    Column("link", String(255), nullable=False),
    Column("item", String(60), nullable=False),
    Column("at", String(27), nullable=False),
    UniqueConstraint("seat", "platform", "deployment", "link"),
)
# Where the grade of somebody in one activity goes: the line item. deployment: "" where nobody knows it any
# more; item: what is played there, such as “case:teman-gim”, see `release.lms.items`; wanted: the grade as it
# stands, and sent: as the platform has it, both as JSON; at: the moment that was sent last; tries: since it
# was.
GRADE = Table(
    "grade",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False, index=True),
    Column("seat", ForeignKey("seat.id"), nullable=False, index=True),
    Column("platform", ForeignKey("platform.number"), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("link", String(255), nullable=False),
    Column("item", String(60), nullable=False),
    Column("language", String(20), nullable=False),
    Column("line_item", String(2000), nullable=False),
    Column("wanted", Text),
    Column("sent", Text),
    Column("at", String(27), nullable=False, server_default=""),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_try", String(27), nullable=False, server_default=""),
    Column("trouble", String(80), nullable=False, server_default=""),
    Column("deployment", String(255), nullable=False, server_default=""),
    UniqueConstraint("seat", "platform", "deployment", "link", name="grade_place"),
)
# What a learning record store is to know of a play, in its order: n. body: as it is sent, JSON, "" once it is
# there; tries: since it waits.
STATEMENT = Table(
    "statement",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False, index=True),
    Column("play", ForeignKey("play.number"), nullable=False),
    Column("n", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("is_sent", Boolean, nullable=False, server_default=false()),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_try", String(27), nullable=False, server_default=""),
    Column("trouble", String(80), nullable=False, server_default=""),
    UniqueConstraint("play", "n"),
)
# Since when somebody knows that the teachers of their courses read reflections. What was written before is
# read by nobody.
READER_NOTICE = Table(
    "reader_notice",
    METADATA,
    Column("seat", ForeignKey("seat.id"), primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False, index=True),
    Column("at", String(27), nullable=False),
)
# A play that is over, with a reflection that teachers may read; at: when it was written last. The words stand
# in the events alone.
REFLECTION = Table(
    "reflection",
    METADATA,
    Column("play", ForeignKey("play.number"), primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False, index=True),
    Column("at", String(27), nullable=False),
)
# What a teacher of a course answered. course: its `CoursePlace.id`; levels: of the rubric, by criterion, as
# JSON; comment: "" for none.
ANSWER = Table(
    "answer",
    METADATA,
    Column("play", ForeignKey("play.number"), primary_key=True),
    Column("course", String(20), primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False, index=True),
    Column("at", String(27), nullable=False),
    Column("levels", Text, nullable=False),
    Column("comment", Text, nullable=False),
)
# The lessons that somebody has read, as they said themselves, by the competency that each is on.
READING = Table(
    "reading",
    METADATA,
    Column("seat", ForeignKey("seat.id"), primary_key=True),
    Column("lesson", String(20), primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False, index=True),
    Column("at", String(27), nullable=False),
)
# The heavy cases that somebody leaves out of their programmes.
LEFT_OUT = Table(
    "left_out",
    METADATA,
    Column("seat", ForeignKey("seat.id"), primary_key=True),
    Column("case_id", String(40), primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False, index=True),
)
# Which form of a test somebody plays before, and which after. test: the first form of the pair, by which it
# is called; is_after_open: whether the form after is to be seen already.
TEST_ORDER = Table(
    "test_order",
    METADATA,
    Column("seat", ForeignKey("seat.id"), primary_key=True),
    Column("test", String(40), primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False, index=True),
    Column("before", String(40), nullable=False),
    Column("after", String(40), nullable=False),
    Column("is_after_open", Boolean, nullable=False, server_default=false()),
)
# Where several servers hold one workshop, on PostgreSQL: the writer of which server is the room's. One row.
# Who finds another term than its own in it writes no more. plan: what the room's servers have in common.
HELM = Table(
    "helm",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("term", Integer, nullable=False),
    Column("server", String(32), nullable=False),
    Column("workshop_name", String(80), nullable=False, server_default=""),
    Column("plan", String(64), nullable=False, server_default=""),
)
# The servers: where the others reach their writers, "" where nobody does; beat: when each was heard of last,
# in seconds by the clock of the database.
SERVER = Table(
    "server",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("address", String(255), nullable=False),
    Column("beat", Double, nullable=False),
)
# Who has a place in the room, and who waits for one, so that another writer goes on with the line.
# since: by the database's clock, when somebody began to wait, or was last seen in the room.
PRESENCE = Table(
    "presence",
    METADATA,
    Column("seat", ForeignKey("seat.id"), primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False, index=True),
    Column("is_waiting", Boolean, nullable=False),
    Column("since", Double, nullable=False),
)

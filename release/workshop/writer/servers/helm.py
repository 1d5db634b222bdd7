"""The helm: which of the writers on one PostgreSQL is the room's, and that no other writes.

Whoever holds a lock of the database, which ends with its session, may take the helm, and then has the next
term. A writer at the helm asks at the beginning of each transaction that writes whether the term is still
its own: whoever takes over waits until such a transaction is at its end. So it holds whichever connection is
written on, and for a writer that was stopped, or cut off, and wakes up later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import (
    Connection,
    Double,
    Engine,
    NullPool,
    create_engine,
    delete,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.elements import ColumnElement

from release.workshop.writer.database import database_errors, line_options, named_url
from release.workshop.writer.tables import HELM, SERVER

LOOK_SECONDS = 0.3
# After so long without a beat a server is taken for dead, and its sessions are ended.
SILENT_SECONDS = 2.5
# A server that was heard of so lately belongs to the room that runs.
AROUND_SECONDS = 10.0
# By which number of PostgreSQL's whoever may take the helm is told from all others.
_HELM = 0x6B617376
_ONE = 1
_CLOCK: ColumnElement[float] = literal_column("extract(epoch from clock_timestamp())", Double)
_END_SESSIONS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE application_name = :name AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class Leading:
    """At the helm. workshop: the name of the one that goes on, "" where the room begins."""

    term: int
    workshop: str


@dataclass(frozen=True, slots=True)
class Following:
    """Another server's writer is the room's, and reached at that address. plan: see `Helm`."""

    server: str
    address: str
    plan: str


Standing: TypeAlias = Leading | Following | None
"""None while nobody is known to be at the helm."""


class HelmLostError(Exception):
    """Another writer has taken the helm: this one may write no more."""


@dataclass(slots=True)
class Helm:
    """The helm as one writer sees it. Used in one thread, except `fence`.

    url: of the database; server: the id of this writer; address: where the other servers reach it, "" where
    there are no others; plan: what all servers of the room have in common; workshop: the name of the one that
    this server is in, "" for none yet, with which the next at the helm goes on; lost: called, and not to
    return, where this writer may write no more.
    """

    url: str
    server: str
    address: str
    plan: str
    lost: Callable[[], None]
    workshop: str = ""
    term: int = 0
    _engine: Engine = field(init=False)
    _session: Connection | None = None
    _holds: bool = False
    _has_followed: bool = False

    def __post_init__(self) -> None:
        """Connect at the first look. Raises DatabaseError where there is no driver."""
        with database_errors():
            self._engine = create_engine(
                named_url(self.url, session_name(self.server)),
                poolclass=NullPool,
                isolation_level="AUTOCOMMIT",
                connect_args=line_options(self.url),
            )

    def look(self) -> Standing:
        """How this writer stands now, after it was told that it lives.

        Raises DatabaseError where the database cannot be asked now, and HelmLostError.
        """
        with database_errors():
            try:
                return self._looked(self._connected())
            except SQLAlchemyError:
                self.close()
                raise

    def fence(self, connection: Connection) -> None:
        """Return where this writer may write in the transaction of `connection`; see `database.FENCE`."""
        term = connection.execute(select(HELM.c.term).with_for_update(read=True)).scalar()
        if term != self.term:
            self.lost()

    def own_address(self) -> str:
        """The address under which the database sees this machine, "" where it is reached by a file.

        Raises DatabaseError.
        """
        with database_errors():
            return self._connected().execute(text("SELECT host(inet_client_addr())")).scalar() or ""

    def leave(self) -> None:
        """Be no server of the room any more; another writer may take the helm at once."""
        with suppress(SQLAlchemyError):
            if self._session is not None:
                self._session.execute(delete(SERVER).where(SERVER.c.id == self.server))
        self.close()

    def close(self) -> None:
        """Close the session; the next look begins another."""
        session, self._session = self._session, None
        self._holds = False
        if session is not None:
            with suppress(SQLAlchemyError):
                session.close()

    def _connected(self) -> Connection:
        if self._session is None:
            session = self._engine.connect()
            # A beat that is lost with the machine of the database is none that anybody waits for.
            session.execute(text("SET synchronous_commit = off"))
            self._session = session
        return self._session

    def _looked(self, session: Connection) -> Standing:
        self._beat(session)
        at_helm = session.execute(select(HELM)).first()
        if self.term:
            if at_helm is None or at_helm.term != self.term:
                raise HelmLostError
            self._holds = self._holds or self._locks(session)
            if self.workshop and self.workshop != at_helm.workshop_name:
                mine = update(HELM).where(HELM.c.term == self.term)
                session.execute(mine.values(workshop_name=self.workshop))
            return Leading(self.term, at_helm.workshop_name)
        if self._locks(session):
            self._holds = True
            return self._take(session, at_helm.server if at_helm is not None else "")
        holder = select(SERVER.c.address, (_CLOCK - SERVER.c.beat).label("silent")).where(
            SERVER.c.id == (at_helm.server if at_helm is not None else "")
        )
        row = session.execute(holder).first()
        if at_helm is None or row is None:
            return None
        self._has_followed = True
        if row.silent > SILENT_SECONDS:
            self._end_sessions(session, at_helm.server)
            return None
        return Following(at_helm.server, row.address, at_helm.plan)

    def _beat(self, session: Connection) -> None:
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 -- no writer on SQLite waits for it

        row = {"id": self.server, "address": self.address, "beat": _CLOCK}
        beat = insert(SERVER).values(**row)
        session.execute(
            beat.on_conflict_do_update(index_elements=["id"], set_={"beat": _CLOCK, "address": self.address})
        )

    def _locks(self, session: Connection) -> bool:
        """Whether the session has the lock now, which it had not."""
        return bool(session.execute(select(func.pg_try_advisory_lock(_HELM))).scalar())

    def _take(self, session: Connection, before: str) -> Leading:
        """Begin the next term: what the writer before still holds is given up first."""
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 -- as in `_beat`

        self._end_sessions(session, before)
        around = select(func.count()).where(
            SERVER.c.id.not_in((self.server, before)), SERVER.c.beat > _CLOCK - AROUND_SECONDS
        )
        goes_on = self._has_followed or bool(session.execute(around).scalar())
        row = {"term": 1, "server": self.server, "plan": self.plan}
        taken = insert(HELM).values(id=_ONE, **row)
        row["term"] = HELM.c.term + 1
        taken = taken.on_conflict_do_update(index_elements=["id"], set_=row)
        at_helm = session.execute(taken.returning(HELM.c.term, HELM.c.workshop_name)).one()
        session.execute(delete(SERVER).where(SERVER.c.beat < _CLOCK - AROUND_SECONDS))
        self.term = at_helm.term
        return Leading(self.term, self.workshop or (at_helm.workshop_name if goes_on else ""))

    def _end_sessions(self, session: Connection, server: str) -> None:
        if server and server != self.server:
            session.execute(_END_SESSIONS, {"name": session_name(server)})


def session_name(server: str) -> str:
    """What the database calls every session of a server's writer."""
    return f"kasuslab {server}"


def watch(
    helm: Helm,
    tell: Callable[[Standing], None],
    trouble: Callable[[str], None],
    ended: threading.Event,
) -> None:
    """Look again and again until `ended` is set.

    tell: called with what is new; trouble: see `Trouble.tell`.
    """
    before: Standing = None
    while not ended.is_set():
        try:
            standing = helm.look()
        except HelmLostError:
            helm.lost()
            return
        except Exception as error:  # noqa: BLE001 -- it is looked again
            trouble(str(getattr(error, "reason", type(error).__name__)))
        else:
            trouble("")
            if standing is not None and standing != before:
                before = standing
                tell(standing)
        ended.wait(LOOK_SECONDS)
    helm.leave()

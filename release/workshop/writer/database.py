"""The database of a workshop: SQLite or PostgreSQL, opened by its URL and brought up to date by migrations.

Whatever the two do differently stands here; see also `tables`.
"""

from __future__ import annotations

import selectors
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Executable,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError, SQLAlchemyError

from release.workshop.failure import failure_sentence
from release.workshop.writer.tables import METADATA, NEWEST_REVISION, WORKSHOP
from scenarios.documents.problem import BadInputError
from scenarios.sentence import Sentence

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

# Of an engine: what is asked at the beginning of each transaction that writes, and does not return where this
# process may write no more; see `servers.helm`.
FENCE = "kasuslab_fence"
Fence: TypeAlias = Callable[[Connection], None]
# What is to be written for a piece of news, None where it is there already.
News: TypeAlias = Callable[[Connection], Executable | None]
MIGRATIONS = Path(__file__).with_name("migrations")
# The drivers of PostgreSQL that are its own or on top of it, and show the socket of a line.
_WITH_A_SOCKET = frozenset({"psycopg", "psycopg2"})
# Where Alembic notes which revision a database has.
_REVISIONS = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
# By which number of PostgreSQL's all who would migrate a database wait for one another.
_MIGRATING = 0x6B617375
# What Alembic's scripts speak to stands once in a process.
_ONE_AT_A_TIME = threading.Lock()
# How often, and after how many seconds, a database that is just being made is tried again.
_TRIES, _PAUSE = 50, 0.1


class _DatabaseLine(Protocol):
    def fileno(self) -> int: ...


class DatabaseError(BadInputError):
    """The database cannot be opened, read or written; a sentence. reason: why, without what is around it.

    is_broken: whether its connection broke, so that nobody knows what of the last transaction is kept.
    """

    def __init__(self, reason: str, *, is_broken: bool = False) -> None:
        """Make the sentence of the reason."""
        self.reason, self.is_broken = reason, is_broken
        plain = reason if isinstance(reason, Sentence) else reason.rstrip(".")
        super().__init__(failure_sentence("database", reason=plain))


class AlreadyThereError(DatabaseError):
    """What was to be kept breaks a rule of the tables: mostly since the like of it is there already."""


@contextmanager
def database_errors() -> Iterator[None]:
    """Within it, every error of SQLAlchemy, or of a driver that is not installed, is a DatabaseError.

    The parameters of a statement hold what people wrote; only the driver's own words go on.
    """
    try:
        yield
    except IntegrityError as error:
        raise AlreadyThereError(_one_line(error.orig)) from None
    except (SQLAlchemyError, ImportError) as error:
        is_broken = isinstance(error, DBAPIError) and error.connection_invalidated
        why = _one_line(getattr(error, "orig", None)) or type(error).__name__
        raise DatabaseError(why, is_broken=is_broken) from None


def _one_line(words: object) -> str:
    """What PostgreSQL's driver spreads over several lines, as one: a log has one for each event."""
    return " ".join(str(words or "").split())


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read with. Raises DatabaseError.

    PostgreSQL shows each statement what is there at its begin, in a transaction or not: begun and given up,
    one would only be two ways more to the database and back.
    """
    with database_errors(), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection whose statements reach the disk together at its end, or none. Raises DatabaseError."""
    with database_errors(), engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # By itself the driver begins at the first change: a savepoint before it is committed alone.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        fence: Fence | None = engine.get_execution_options().get(FENCE)
        if fence is not None:
            fence(connection)
        yield connection


def keep_news(engine: Engine, *news: News) -> None:
    """Keep what is not there yet, all together; where all is there nothing is written. Raises DatabaseError.

    A disk is waited for, by everybody: whoever comes again from where they came is no reason to.
    """
    with reading(engine) as connection:
        changes = [change for one in news if (change := one(connection)) is not None]
    if changes:
        with writing(engine) as connection:
            for change in changes:
                connection.execute(change)


def refusal(connection: Connection, change: Callable[[], None]) -> DatabaseError | None:
    """Make a change within `writing`: None, or why the database refuses it and keeps the others.

    Raises SQLAlchemyError where it has given up all that `writing` holds, as SQLite may for want of room, and
    DatabaseError where its connection broke.
    """
    # Said by hand: what SQLAlchemy keeps of a savepoint takes as long as the change itself.
    connection.exec_driver_sql("SAVEPOINT change")
    refused = None
    try:
        with database_errors():
            change()
    except DatabaseError as error:
        if error.is_broken:
            raise
        refused = error
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT change")
    connection.exec_driver_sql("RELEASE SAVEPOINT change")
    return refused


def open_database(url: str, *, make: bool = False, fence: Fence | None = None) -> Engine:
    """An engine for the database at the SQLAlchemy URL `url`, its tables brought up to date.

    make: whether tables are made where there are none; else a database without any is left as it is; fence:
    see `FENCE`. Raises DatabaseError, also where a newer version of kasuslab has made the tables.
    """
    with database_errors():
        engine = open_engine(url)
        engine.update_execution_options(**{FENCE: fence})
        try:
            if make or has_tables(engine):
                migrate(engine)
        except BaseException:
            engine.dispose()
            raise
    return engine


def open_engine(url: str) -> Engine:
    """An engine for the SQLAlchemy URL `url`; SQLite reaches the disk with every commit."""
    if not url.startswith("sqlite"):
        watched = make_url(url).get_driver_name() in _WITH_A_SOCKET
        engine = create_engine(url, pool_pre_ping=not watched, connect_args=line_options(url))
        if watched:
            event.listen(engine, "checkout", _check_line)
        return engine
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def is_postgresql(url: str) -> bool:
    """Whether `url` names a database of PostgreSQL. Raises DatabaseError where it is no URL."""
    with database_errors():
        return make_url(url).get_backend_name() == "postgresql"


def line_options(url: str) -> dict[str, object]:
    """How a line to a database is watched, where its driver is PostgreSQL's own or on top of it.

    A machine that is gone says nothing: both ends find out within about 5 seconds.
    """
    place = make_url(url)
    if place.get_driver_name() not in _WITH_A_SOCKET:
        return {}
    here = {"keepalives_idle": 2, "keepalives_interval": 1, "keepalives_count": 3, "tcp_user_timeout": 5000}
    there = " ".join(f"-c tcp_{name}={value}" for name, value in here.items() if name != "tcp_user_timeout")
    options = {} if "options" in place.query else {"options": f"{there} -c tcp_user_timeout=5000"}
    return {"connect_timeout": 5, **here, **options}


def named_url(url: str, session: str) -> str:
    """`url` with a name for each session of PostgreSQL, by which other sessions may find and end it."""
    place = make_url(url)
    if place.get_driver_name() not in _WITH_A_SOCKET:
        return url
    return place.update_query_dict({"application_name": session}).render_as_string(hide_password=False)


def was_never_made(url: str) -> bool:
    """Whether `url` names a file of SQLite that is not there: looking must not make it."""
    place = make_url(url)
    return place.get_backend_name() == "sqlite" and not Path(place.database or "").is_file()


def has_tables(engine: Engine) -> bool:
    """Whether a database holds the tables of a workshop, of whatever version."""
    return inspect(engine).has_table(WORKSHOP.name)


def migrate(engine: Engine) -> None:
    """Bring the tables of a database up to date, or make them: all of it or nothing. Raises DatabaseError.

    Whoever else opens the database meanwhile waits.
    """
    with engine.connect() as connection:
        if _is_up_to_date(connection):
            return
    with _ONE_AT_A_TIME, engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("BEGIN IMMEDIATE"))
        else:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATING})"))
        if inspect(connection).has_table(WORKSHOP.name):
            _upgrade(connection)
        else:
            _make_tables(connection)


def forget_for_good(engine: Engine) -> None:
    """Take out of the files what was deleted: both kinds of database keep it until it is written over."""
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM" if sqlite else "VACUUM FULL"))
        if sqlite:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).all()


def overwrite_what_is_deleted(connection: Connection) -> None:
    """Let SQLite write over what this connection deletes; PostgreSQL does so with `forget_for_good`."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete=ON"))


def _make_tables(connection: Connection) -> None:
    """Make the tables as they are now, and note their revision: each of all in turn would take longer."""
    METADATA.create_all(connection)
    _REVISIONS.create(connection, checkfirst=True)
    connection.execute(insert(_REVISIONS).values(version_num=NEWEST_REVISION))


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 -- most databases that are opened are up to date
    from alembic.config import Config  # noqa: PLC0415 -- the same

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_up_to_date(connection: Connection) -> bool:
    noted = inspect(connection).has_table(_REVISIONS.name)
    revision = connection.execute(select(_REVISIONS.c.version_num)).scalar() if noted else None
    if revision in {None, NEWEST_REVISION}:
        return revision is not None
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- as in `_upgrade`

    if revision not in {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}:
        raise DatabaseError(failure_sentence("newer_database", revision=revision))
    return False


def _check_line(line: _DatabaseLine, _record: object, _proxy: object) -> None:
    """Have a line dialled anew that PostgreSQL has hung up, as where it was started again.

    Nothing is asked: on a line that rests there is nothing to read but its end. Raises InvalidatePoolError.
    """
    with selectors.DefaultSelector() as looking:
        looking.register(line.fileno(), selectors.EVENT_READ)
        if looking.select(0):
            raise InvalidatePoolError


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    # FULL: what is answered “on disk” is on disk, whatever happens to the machine.
    for pragma in ("busy_timeout=5000", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    # Where two open a new database at once, SQLite lets neither wait for the other with this, but fails.
    for left in reversed(range(_TRIES)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            if not left or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(_PAUSE)
    cursor.close()

"""A course's gradebook, opened and written, with a sentence for whatever its database may refuse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from graders.gradebook.tables import METADATA
from scenarios.documents.problem import BadInputError
from scenarios.sentence import sentences_of

gradebook_sentence = sentences_of(Path(__file__).with_name("gradebook.yaml"))


class GradebookError(BadInputError):
    """The gradebook cannot be used as it stands; the text says what to do."""


@contextmanager
def open_gradebook(db_url: str) -> Iterator[sa.Engine]:
    """The engine of the gradebook at `db_url`. Raises GradebookError where it cannot be used, telling why."""
    try:
        engine = sa.create_engine(db_url)
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise GradebookError(gradebook_sentence("no_address", reason=_reason(error))) from None
    try:
        _check_columns(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction. Raises GradebookError where the database refuses it: then none of it is kept."""
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise GradebookError(gradebook_sentence("not_written", reason=_reason(error))) from None


def _check_columns(engine: sa.Engine) -> None:
    """Raises GradebookError where a table or a column is missing that grading needs."""
    url = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect() as connection:
            inspector = sa.inspect(connection)
            names = METADATA.tables.keys() & set(inspector.get_table_names())
            columns = {(name, column["name"]) for name in names for column in inspector.get_columns(name)}
    except SQLAlchemyError as error:
        raise GradebookError(gradebook_sentence("not_opened", url=url, reason=_reason(error))) from None
    wanted = {(name, column.name) for name in names for column in METADATA.tables[name].columns}
    if missing := sorted(".".join(place) for place in wanted - columns):
        raise GradebookError(gradebook_sentence("older", url=url, columns=", ".join(missing)))
    if names != METADATA.tables.keys():
        raise GradebookError(gradebook_sentence("empty", url=url))


def _reason(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]

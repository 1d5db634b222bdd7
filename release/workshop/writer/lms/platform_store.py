"""The platforms that are registered, their deployments, and who is invited to register one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, insert, select

from release.lms.platform import Platform
from release.lms.refusal import LtiRefusedError
from release.workshop.writer.database import AlreadyThereError, reading, writing
from release.workshop.writer.tables import ARRIVAL, DEPLOYMENT, GRADE, PLATFORM, REGISTRATION, second_text

INVITED_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PlatformStore:
    """The platforms in the tables of one database. now: the moment, in UTC. Each raises DatabaseError."""

    engine: Engine
    now: Callable[[], datetime]

    def platforms(self) -> list[Platform]:
        """All of them, the first one first."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(PLATFORM).order_by(PLATFORM.c.number)).mappings().all()
            ids = connection.execute(select(DEPLOYMENT).order_by(DEPLOYMENT.c.id)).all()
        return [
            Platform.model_validate(
                {name: value for name, value in row.items() if name != "created"}
                | {"deployments": tuple(one.id for one in ids if one.platform == row["number"])}
            )
            for row in rows
        ]

    def add(self, platform: Platform) -> None:
        """Keep a platform that was typed in by hand. Raises LtiRefusedError where it stands here already."""
        try:
            with writing(self.engine) as connection:
                self._add(connection, platform)
        except AlreadyThereError:
            raise LtiRefusedError("known_platform") from None

    def remove(self, number: int) -> None:
        """Forget a platform: nobody comes from there any more, and no grade goes there."""
        with writing(self.engine) as connection:
            connection.execute(delete(GRADE).where(GRADE.c.platform == number))
            connection.execute(delete(ARRIVAL).where(ARRIVAL.c.platform == number))
            connection.execute(delete(DEPLOYMENT).where(DEPLOYMENT.c.platform == number))
            connection.execute(delete(PLATFORM).where(PLATFORM.c.number == number))

    def invite(self) -> str:
        """A token by which one platform may register itself within an hour; only its hash stands here."""
        token = secrets.token_urlsafe(24)
        with writing(self.engine) as connection:
            connection.execute(delete(REGISTRATION).where(REGISTRATION.c.ends <= second_text(self.now())))
            ends = second_text(self.now() + INVITED_FOR)
            connection.execute(insert(REGISTRATION).values(token=_digest(token), ends=ends))
        return token

    def is_invited(self, token: str) -> bool:
        """Whether a platform may register itself by that token now."""
        with reading(self.engine) as connection:
            return self._is_open(connection, token)

    def register(self, platform: Platform, token: str) -> None:
        """Keep a platform that registered itself, and use the token up.

        Raises LtiRefusedError where the token does not work any more, or the platform stands here already.
        """
        try:
            with writing(self.engine) as connection:
                if not self._is_open(connection, token):
                    raise LtiRefusedError("not_invited")
                used = delete(REGISTRATION).where(REGISTRATION.c.token == _digest(token))
                # Of two who bring it at once, the database lets one delete it.
                if connection.execute(used).rowcount != 1:
                    raise LtiRefusedError("not_invited")
                self._add(connection, platform)
        except AlreadyThereError:
            raise LtiRefusedError("known_platform") from None

    def _is_open(self, connection: Connection, token: str) -> bool:
        query = select(REGISTRATION.c.ends).where(REGISTRATION.c.token == _digest(token))
        ends = connection.execute(query).scalar()
        return ends is not None and ends > second_text(self.now())

    def _add(self, connection: Connection, platform: Platform) -> None:
        row = platform.model_dump(exclude={"number", "deployments"})
        added = connection.execute(insert(PLATFORM).values(**row, created=second_text(self.now())))
        key = added.inserted_primary_key
        number = key[0] if key is not None else None
        for one in dict.fromkeys(platform.deployments):
            connection.execute(insert(DEPLOYMENT).values(platform=number, id=one))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

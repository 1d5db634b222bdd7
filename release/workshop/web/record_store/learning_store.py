"""A learning record store as this server speaks with it: xAPI 1.0.3 over HTTP, behind name and password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from tornado.httpclient import HTTPError, HTTPRequest
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from release.workshop.failure import WorkshopRefusedError, failure_sentence
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

ENVIRONMENT = "KASUSLAB_RECORD_STORE"
VERSION = "1.0.3"
CONNECT_SECONDS, WHOLE_SECONDS = 5.0, 20.0
MOST_BYTES = 256 * 1024
LOGIN = "record_store.login"


class StoreRefusedError(Exception):
    """The store did not take what was sent. status: what it answered, 0 where nobody did."""

    def __init__(self, status: int) -> None:
        """Name the status."""
        self.status = status
        super().__init__(str(status))


@dataclass(frozen=True, slots=True)
class LearningStore:
    """Where statements go. address: with a slash at its end; name, password: who may write there."""

    address: str
    name: str
    password: str = field(repr=False)

    @classmethod
    def of(cls, address: str, login: str) -> LearningStore:
        """The store at an address, for a login such as “name:password”. Raises WorkshopRefusedError."""
        name, colon, password = login.partition(":")
        if not (name and colon and password):
            raise WorkshopRefusedError(failure_sentence("no_store_login", name=ENVIRONMENT))
        return cls(address, name, password)

    @property
    def host(self) -> str:
        """The host, as it is told to whoever plays."""
        return urlsplit(self.address).netloc

    async def check(self) -> None:
        """Ask for a statement that is not there: nothing is read or written. Raises StoreRefusedError.

        A store that knows the lab answers that there is none.
        """
        try:
            await self._ask("GET", f"statements?statementId={uuid4()}")
        except StoreRefusedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    async def send(self, statements: Sequence[str]) -> None:
        """Send statements, each as JSON; what is there already stays as it is. Raises StoreRefusedError."""
        await self._ask("POST", "statements", f"[{','.join(statements)}]")

    async def _ask(self, method: str, place: str, body: str | None = None) -> None:
        request = HTTPRequest(
            f"{self.address}{place}",
            method=method,
            headers={"Content-Type": "application/json", "X-Experience-API-Version": VERSION},
            body=body,
            auth_username=self.name,
            auth_password=self.password,
            follow_redirects=False,
            connect_timeout=CONNECT_SECONDS,
            request_timeout=WHOLE_SECONDS,
            user_agent="kasuslab",
            decompress_response=False,
        )
        client = SimpleAsyncHTTPClient(force_instance=True, max_body_size=MOST_BYTES)
        try:
            await client.fetch(request)
        except HTTPError as error:
            # Tornado's own, of a line that was not answered, are 599.
            is_own = error.code > HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED
            raise StoreRefusedError(0 if is_own else error.code) from None
        except (OSError, ValueError):
            raise StoreRefusedError(0) from None
        finally:
            client.close()


def login_in(data: Path) -> str:
    """The login that a data folder keeps, such as “name:password”; "" for none."""
    try:
        return (data / LOGIN).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def keep_login(data: Path, login: str) -> None:
    """Keep a login for this user alone, in the place of the one before; "" for none. Raises OSError."""
    if login:
        write_whole(data / LOGIN, f"{login}\n", mode=OWNER_ALONE)
    else:
        (data / LOGIN).unlink(missing_ok=True)

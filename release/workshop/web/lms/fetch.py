"""What is fetched from a learning management system: JSON over HTTPS, within limits of time and size.

No redirect is followed, and no address of an inner network is spoken with unless its operator allows that:
what is looked up is what is connected to, so that a name that changes between the two leads nowhere.
"""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from tornado.httpclient import HTTPError, HTTPRequest, HTTPResponse
from tornado.netutil import DefaultLoopResolver
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from release.lms.addresses import checked_address
from release.lms.refusal import LtiRefusedError
from scenarios.documents.json_data import json_data

MOST_BYTES = 256 * 1024
CONNECT_SECONDS, WHOLE_SECONDS = 5.0, 10.0
# How many may be asked at once; a platform that is slow holds up no more than its own.
AT_ONCE = 20


class Fetch(Protocol):
    """Who asks a platform."""

    async def post(self, address: str, body: str, kind: str, token: str = "") -> bytes:
        """What a POST of `body`, of the content type `kind`, is answered. Raises LtiRefusedError."""
        ...

    async def json(self, address: str, body: Mapping[str, Any] | None = None, token: str = "") -> object:
        """The JSON at `address`: of a GET, or of a POST of `body`, in the name of `token`.

        Raises LtiRefusedError.
        """
        ...

    async def page(self, address: str, kind: str, token: str) -> tuple[object, str]:
        """The JSON of the content type `kind` at `address`, and the header Link beside it.

        Raises LtiRefusedError.
        """
        ...


class InnerAddressError(OSError):
    """A name stands for an address of an inner network."""


class OuterResolver(DefaultLoopResolver):
    """Names to addresses, those of inner networks refused. Raises InnerAddressError."""

    async def resolve(
        self, host: str, port: int, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[tuple[int, Any]]:
        """The addresses of a host."""
        places = await super().resolve(host, port, family)
        if not all(is_outer(place[0]) for _, place in places):
            raise InnerAddressError(host)
        return places


def is_outer(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        # Ways of writing an address of the older kind, which may be an inner one.
        inside = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inside is not None:
            return is_outer(str(inside))
        if ip in _NAT64:
            return is_outer(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast


def _json_in(address: str, answer: bytes) -> object:
    try:
        return json_data(answer)
    except ValueError:
        raise LtiRefusedError("unreachable", host=urlsplit(address).netloc, why="no JSON") from None


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class WebFetch:
    """Who asks a platform over the network. local: whether inner networks and plain HTTP are allowed."""

    local: bool = False

    async def json(self, address: str, body: Mapping[str, Any] | None = None, token: str = "") -> object:
        """See `Fetch.json`."""
        text = None if body is None else json.dumps(body)
        return _json_in(address, (await self._asked(address, text, "application/json", token)).body)

    async def page(self, address: str, kind: str, token: str) -> tuple[object, str]:
        """See `Fetch.page`."""
        answer = await self._asked(address, None, kind, token, accept=kind)
        return _json_in(address, answer.body), ", ".join(answer.headers.get_list("Link"))

    async def post(self, address: str, body: str, kind: str, token: str = "") -> bytes:
        """See `Fetch.post`."""
        return (await self._asked(address, body, kind, token)).body

    async def _asked(
        self, address: str, body: str | None, kind: str, token: str, *, accept: str = "application/json"
    ) -> HTTPResponse:
        host = urlsplit(checked_address(address, local=self.local)).hostname or ""
        headers = {"Accept": accept}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Content-Type": kind} if body is not None else {}
        request = HTTPRequest(
            address,
            method="GET" if body is None else "POST",
            headers=headers,
            body=body,
            follow_redirects=False,
            connect_timeout=CONNECT_SECONDS,
            request_timeout=WHOLE_SECONDS,
            user_agent="kasuslab",
            decompress_response=False,
        )
        client = SimpleAsyncHTTPClient(
            force_instance=True,
            max_clients=AT_ONCE,
            max_body_size=MOST_BYTES,
            max_header_size=16 * 1024,
            resolver=DefaultLoopResolver() if self.local else OuterResolver(),
        )
        try:
            return await client.fetch(request)
        except InnerAddressError:
            raise LtiRefusedError("address_private", host=host) from None
        except HTTPError as error:
            raise LtiRefusedError("unreachable", host=host, why=error.code) from None
        except (OSError, ValueError) as error:
            raise LtiRefusedError("unreachable", host=host, why=type(error).__name__) from None
        finally:
            client.close()

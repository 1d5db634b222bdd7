"""A strict stub of a platform that takes dynamic registrations: there is none to be had outside of a Moodle.

It is made by the facts of a real Moodle 4.4 (mod/lti): the same paths, the page of its administrator with the
tool in a frame, a registration token that works once and within an hour, and each refusal that Moodle has of
what a tool asks to be registered as.
"""

from __future__ import annotations

import json
import secrets
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from release.lms.registration import TOOL_PART
from tests.parts.lti_platform import LtiPlatform

TOKEN_SECONDS = 3600.0
# The administrator's page: the tool in a frame, and what Moodle does once that says that it is done.
_PAGE = """<!doctype html><title>Kelola alat</title><p id="stands">terbuka</p>
<iframe src="{address}" style="width:100%;height:80vh"></iframe>
<script>
const stands = document.getElementById("stands");
addEventListener("message", (event) => {{
  if (event.data.subject === "org.imsglobal.lti.close") stands.textContent = "tutup";
}});
</script>"""


@dataclass
class StrictRegistration:
    """The platform.

    asked: how often it was asked what it is; changed: what it then says otherwise; registered: what tools
    asked to be registered as; refused: why it did not take others.
    """

    address: str = ""
    tokens: dict[str, float] = field(default_factory=dict)
    registered: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    changed: dict[str, Any] = field(default_factory=dict)
    asked: int = 0

    def started(self, registration: str) -> str:
        """The address that the frame of the administrator's page is led to, with a new token."""
        token = secrets.token_urlsafe(24)
        self.tokens[token] = time.monotonic() + TOKEN_SECONDS
        configuration = quote(f"{self.address}/mod/lti/openid-configuration.php", safe="")
        return f"{registration}?openid_configuration={configuration}&registration_token={token}"

    @property
    def card(self) -> dict[str, Any]:
        """Its openid-configuration.php."""
        place = f"{self.address}/mod/lti"
        return {
            "issuer": self.address,
            "token_endpoint": f"{place}/token.php",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": f"{place}/certs.php",
            "authorization_endpoint": f"{place}/auth.php",
            "registration_endpoint": f"{place}/openid-registration.php",
            "scopes_supported": ["openid", "https://purl.imsglobal.org/spec/lti-ags/scope/score"],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                "product_family_code": "moodle",
                "version": "4.4",
                "messages_supported": [
                    {"type": "LtiResourceLinkRequest"},
                    {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
                ],
            },
        }

    def register(self, authorization: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Register a tool, or refuse it as Moodle does: the status and the answer."""
        ends = self.tokens.pop(authorization.removeprefix("Bearer "), 0.0)
        if ends < time.monotonic():
            return self._refuse(401, "invalid_token")
        asked: dict[str, Any] = json.loads(body)
        if fault := fault_of(asked):
            return self._refuse(400, fault)
        self.registered.append(asked)
        number = str(len(self.registered))
        part = {**asked[TOOL_PART], "deployment_id": number}
        return 200, {**asked, "client_id": f"client-{number}", TOOL_PART: part}

    def _refuse(self, status: int, why: str) -> tuple[int, dict[str, Any]]:
        self.refused.append(why)
        return status, {"message": why}


def fault_of(asked: dict[str, Any]) -> str:
    """Why Moodle takes no such registration; "" where it does."""
    part = asked.get(TOOL_PART, {})
    redirects = asked.get("redirect_uris")
    target, domain = part.get("target_link_uri", asked.get("initiate_login_uri", "")), part.get("domain", "")
    faults = {
        "missing_response_type_id_token": "id_token" not in asked.get("response_types", []),
        "missing_initiate_login_uri": not asked.get("initiate_login_uri"),
        "missing_redirect_uris": not (isinstance(redirects, list) and redirects),
        "missing_client_name": not asked.get("client_name"),
        "missing_jwks_uri": not asked.get("jwks_uri"),
        "unsupported_auth_method": asked.get("token_endpoint_auth_method") != "private_key_jwt",
        "missing_lti_tool_configuration": not part,
        "missing_domain": not domain,
        # Host and port, as they stand in the address.
        "domain_targetlinkuri_mismatch": urlsplit(target).netloc != domain,
        "scope_is_no_text": not isinstance(asked.get("scope", ""), str),
    }
    return next((fault for fault, holds in faults.items() if holds), "")


@contextmanager
def strict_registration(certificate: tuple[Path, Path] | None = None) -> Iterator[StrictRegistration]:
    """The platform on a free port. certificate: PEM and key, for TLS."""
    here = StrictRegistration()

    class RegistrationAnswers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/mod/lti/openid-configuration.php":
                here.asked += 1
                self.tell(200, json.dumps({**here.card, **here.changed}))
            elif parts.path == "/mod/lti/certs.php":
                self.tell(200, json.dumps(LtiPlatform().key_set))
            elif parts.path == "/mod/lti/startltiadvregistration.php":
                (url,) = parse_qs(parts.query)["url"]
                self.tell(200, _PAGE.format(address=here.started(url).replace("&", "&amp;")), "text/html")
            else:
                self.tell(404, "")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path != "/mod/lti/openid-registration.php" or "json" not in self.headers["Content-Type"]:
                self.tell(404, "")
                return
            status, answer = here.register(self.headers["Authorization"] or "", body)
            self.tell(status, json.dumps(answer))

        def tell(self, status: int, body: str, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), RegistrationAnswers) as server:
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        here.address = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_address[1]}"
        yield here
        server.shutdown()

"""A learning platform around Open edX's LTI component, in an environment and a process of its own.

All that speaks LTI is Open edX's: models, views, keys, tokens, line items, scores (``lti_consumer``, AGPL-3).
What edx-platform does around it is stood in for, here and nowhere else: who is logged in (`enter`), the page
of an activity (`show_activity`), the blocks and the members of a course (`Block`, `STAND_INS`), and the
gradebook that a published grade arrives in (`GRADEBOOK`). It looks closer in one point: a request for a token
has to name the platform that it is meant for, which Open edX does not ask.

Run as ``python campus.py SETTINGS``, by tests/parts/open_edx/platform_process.py; see `main`.
"""

from __future__ import annotations

import html
import json
import ssl
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import django
import jwt
from django.conf import settings

ASKED: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
settings.configure(
    SECRET_KEY="of tests",  # noqa: S106 -- nothing of anybody is kept here
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=[
        *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
        *("rest_framework", "django_filters", "config_models", "lti_consumer"),
    ],
    MIDDLEWARE=[
        "edx_django_utils.cache.middleware.RequestCacheMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "crum.CurrentRequestUserMiddleware",
        f"{__name__}.note_services",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": f"{ASKED['home']}/campus.sqlite",
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL",
            },
        }
    },
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    ROOT_URLCONF=__name__,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True,
    # As edx-platform has it, and as its operators set it for tools in frames.
    USAGE_ID_PATTERN=r"(?P<usage_id>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))",
    SESSION_COOKIE_SAMESITE="None" if ASKED["certificate"] else "Lax",
    SESSION_COOKIE_SECURE=bool(ASKED["certificate"]),
    PLATFORM_NAME="Open edX",
    FEATURES={},
    LMS_ROOT_URL=ASKED["pages"],
    # What browsers open, and what is spoken with by tools.
    LTI_BASE=ASKED["pages"],
    LTI_API_BASE=ASKED["services"],
)
django.setup()

from django.contrib.auth import get_user_model, login  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connections  # noqa: E402
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from lti_consumer import api  # noqa: E402
from lti_consumer.data import Lti1p3LaunchData  # noqa: E402
from lti_consumer.models import (  # noqa: E402
    CourseAllowPIISharingInLTIFlag,
    Lti1p3Passport,
    LtiAgsScore,
    LtiConfiguration,
)
from lti_consumer.plugin import compat  # noqa: E402
from opaque_keys.edx.keys import CourseKey, UsageKey  # noqa: E402

COURSE = "course-v1:PPA+A0+2026"
TITLE = "Angkatan 2"
# What arrived in the course's gradebook, in its order; and the requests of tools to the services.
GRADEBOOK: list[dict[str, Any]] = []
SERVICES: list[dict[str, Any]] = []


def usage_key(name: str) -> Any:  # noqa: ANN401 -- the component comes without types
    """The key of an activity of the course."""
    return UsageKey.from_string(f"block-v1:PPA+A0+2026+type@lti_consumer+block@{name}")


def external_id(user: Any) -> str:  # noqa: ANN401 -- the component comes without types
    """The id that tools know somebody by, as Open edX draws one for each."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{ASKED['services']}/{user.username}"))


@dataclass
class Block:
    """What the component asks of an activity's block, which edx-platform keeps elsewhere."""

    location: Any
    has_score: bool = True
    accept_grades_past_due: bool = True
    weight: int = 100
    lti_1p3_passport_id: str = ""

    @property
    def display_name(self) -> str:
        return str(self.location.block_id)

    @property
    def scope_ids(self) -> SimpleNamespace:
        return SimpleNamespace(usage_id=self.location, user_id=None)

    def is_past_due(self) -> bool:
        return False

    def max_score(self) -> int:
        return self.weight

    def set_user_module_score(self, user: Any, score: float, _most: int, comment: str) -> None:  # noqa: ANN401
        GRADEBOOK.append(
            {"activity": self.display_name, "who": user.username, "score": score, "comment": comment}
        )


def find_user(wanted: str) -> Any:  # noqa: ANN401 -- the component comes without types
    """Whom a tool knows by that id."""
    return next(user for user in get_user_model().objects.all() if external_id(user) == wanted)


def members(_course: object) -> dict[int, dict[str, Any]]:
    """Those of the course, as edx-platform lists them."""
    return {
        user.id: {
            "id": user.id,
            "username": user.username,
            "email": user.email,
            "roles": ["instructor"] if user.is_staff else ["student"],
            "name": user.username,
        }
        for user in get_user_model().objects.all()
    }


STAND_INS: dict[str, Callable[..., Any]] = {
    "load_enough_xblock": Block,
    "load_block_as_user": Block,
    "save_xblock": lambda _block: None,
    "get_user_from_external_user_id": find_user,
    "user_has_studio_write_access": lambda user, _course: user.is_staff,
    "user_has_access": lambda *_, **__: True,
    "user_course_access": lambda *_, **__: True,
    "get_course_by_id": lambda _course: SimpleNamespace(),
    "get_course_members": members,
    "merge_course_forum_roles": lambda _course, data: data,
    "batch_get_or_create_externalids": lambda users: {
        user.id: SimpleNamespace(external_user_id=external_id(user)) for user in users.prefetch_related(None)
    },
}
for _name, _stand_in in STAND_INS.items():
    setattr(compat, _name, _stand_in)


def note_services(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Keep what tools ask of the services, and refuse a token to whoever means another platform."""

    def answer(request: HttpRequest) -> HttpResponse:
        body = bytes(request.body)
        if "/token/" in request.path:
            (assertion,) = parse_qs(body.decode())["client_assertion"]
            claims = jwt.decode(assertion, options={"verify_signature": False})
            if claims["aud"] != request.build_absolute_uri() or claims["iss"] != claims["sub"]:
                return JsonResponse({"error": "invalid_client"}, status=401)
        given = get_response(request)
        if "/lti-ags" in request.path or "/memberships" in request.path:
            SERVICES.append(
                {
                    "path": request.get_full_path(),
                    "status": given.status_code,
                    "sent": body.decode("utf-8", "replace"),
                }
            )
        return given

    return answer


def enter(request: HttpRequest, name: str) -> HttpResponse:
    """Log somebody in, for the asking; ?staff=1 makes a teacher of them."""
    user, _ = get_user_model().objects.get_or_create(
        username=name, defaults={"is_staff": "staff" in request.GET, "email": f"{name}@example.org"}
    )
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponseRedirect(request.GET.get("to", "/"))


def show_activity(request: HttpRequest, name: str) -> HttpResponse:
    """The page of an activity: in a frame, ?in=window behind a link to a new window, ?in=page by itself.

    ?choose=1 is the teacher's way to what is played there.
    """
    configuration, user = LtiConfiguration.objects.get(location=usage_key(name)), request.user
    where, is_choice = request.GET.get("in", "frame"), "choose" in request.GET
    asked = Lti1p3LaunchData(
        user_id=user.id,
        user_role="instructor" if user.is_staff else "student",
        config_id=configuration.config_id,
        resource_link_id=str(configuration.location),
        external_user_id=external_id(user),
        name=user.username,
        email=user.email,
        launch_presentation_document_target="iframe" if where == "frame" else "window",
        context_id=COURSE,
        context_type=["course_offering"],
        context_title=TITLE,
        context_label="A0",
    )
    address = (
        api.get_lti_1p3_launch_start_url(asked, deep_link_launch=True)
        if is_choice
        else api.get_lti_1p3_content_url(asked)
    )
    if where == "page":
        return HttpResponseRedirect(address)
    link = html.escape(address)
    body = (
        f'<iframe src="{link}" title="{name}" style="width:100%;height:90vh;border:0"></iframe>'
        if where == "frame"
        else f'<a href="{link}" target="_blank">Buka {name}</a>'
    )
    return HttpResponse(f'<!doctype html><html lang="id"><title>{TITLE}</title><body style="margin:0">{body}')


def close_roster(_request: HttpRequest, name: str) -> HttpResponse:
    """Give tools no names and roles at an activity any more."""
    LtiConfiguration.objects.filter(location=usage_key(name)).update(lti_advantage_enable_nrps=False)
    return HttpResponse()


def frame(request: HttpRequest) -> HttpResponse:
    """A page, under whatever name this site has, with another in a frame."""
    return HttpResponse(f'<!doctype html><iframe src="{html.escape(request.GET["of"])}"></iframe>')


def notes(_request: HttpRequest) -> HttpResponse:
    """What the tests look at: the gradebook, the scores as they are kept, what was asked of services.

    And by which id tools know each member.
    """
    names = {external_id(user): user.username for user in get_user_model().objects.all()}
    scores = [
        {
            "activity": score.line_item.label,
            "who": names[score.user_id],
            "given": score.score_given,
            "progress": score.activity_progress,
            "grading": score.grading_progress,
            "comment": score.comment,
        }
        for score in LtiAgsScore.objects.select_related("line_item").order_by("id")
    ]
    ids = {name: known_by for known_by, name in names.items()}
    return JsonResponse({"gradebook": GRADEBOOK, "scores": scores, "services": SERVICES, "ids": ids})


urlpatterns = [
    path("masuk/<str:name>", enter),
    path("kegiatan/<str:name>", show_activity),
    path("tanpa-daftar/<str:name>", close_roster),
    path("bingkai", frame),
    path("catatan", notes),
    path("api/", include("lti_consumer.plugin.urls", namespace="lti_consumer")),
]


def main() -> None:
    """Make the activities, serve, and write a line of JSON: as what the tool is to register this platform.

    The settings are a JSON file. home: a folder; port; pages, services: the addresses of this platform, as
    browsers open it, and as tools ask it; certificate, key: of TLS, "" for none; tool: where the tool stands,
    and its key set; activities: their names; members: who is in the course before they ever come.
    """
    call_command("migrate", verbosity=0, run_syncdb=True)
    tool = ASKED["tool"]
    passport = Lti1p3Passport.objects.create(name="Kasuslab", lti_1p3_tool_keyset_url=tool["key_set"])
    for name in ASKED["activities"]:
        LtiConfiguration.objects.create(
            version=LtiConfiguration.LTI_1P3,
            config_store=LtiConfiguration.CONFIG_ON_DB,
            location=usage_key(name),
            lti_1p3_passport=passport,
            lti_1p3_oidc_url=tool["login"],
            lti_1p3_launch_url=tool["launch"],
            lti_advantage_deep_linking_enabled=True,
            lti_advantage_deep_linking_launch_url=tool["launch"],
            lti_advantage_enable_nrps=True,
        )
    users = get_user_model()
    users.objects.bulk_create(users(username=name, email=f"{name}@example.org") for name in ASKED["members"])
    # As its administrator has it: tools that ask for the members are told their names and e-mails too.
    CourseAllowPIISharingInLTIFlag.objects.create(course_id=CourseKey.from_string(COURSE), enabled=True)
    passport.lti_1p3_public_jwk  # noqa: B018 -- draws its keys
    connections.close_all()
    server = ThreadedWSGIServer(("127.0.0.1", ASKED["port"]), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    if ASKED["certificate"]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(ASKED["certificate"], ASKED["key"])
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.base_environ["HTTPS"] = "on"
    base = f"{ASKED['services']}/api/lti_consumer/v1"
    registered = {
        "issuer": ASKED["services"],
        "client_id": passport.lti_1p3_client_id,
        "login": f"{ASKED['pages']}/api/lti_consumer/v1/launch/",
        "token": f"{base}/token/{passport.passport_id}",
        "key_set": f"{base}/public_keysets/{passport.passport_id}",
        "deployments": ["1"],
    }
    sys.stdout.write(json.dumps(registered) + "\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()

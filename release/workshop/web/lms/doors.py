"""The doors of a learning management system, for the server that has any."""

from __future__ import annotations

import re
from typing import Any

from release.lms.addresses import KEY_SET, LAUNCH, LOGIN, REGISTRATION
from release.workshop.web.lms.choice_door import LmsChoiceHandler
from release.workshop.web.lms.entry_door import ARRIVAL, ArrivalHandler, EntryHandler, WindowHandler
from release.workshop.web.lms.login_door import (
    CHOICE,
    ENTRY,
    WINDOW,
    KeySetHandler,
    LmsLaunchHandler,
    LmsLoginHandler,
)
from release.workshop.web.lms.registration_door import RegistrationHandler
from release.workshop.web.lms.teacher.class_door import CLASS_ROUTES
from release.workshop.web.programmes.certificate_page import (
    CERTIFICATE_PLACE,
    CertificateHandler,
    VerifyHandler,
)
from release.workshop.web.programmes.lesson_page import LessonHandler
from release.workshop.web.programmes.programme_page import (
    CODE,
    LESSON_PLACE,
    PROGRAMME_PLACE,
    LeaveOutHandler,
    ProgrammeHandler,
)

_CODE = r"([A-Za-z0-9_-]{32})"
LMS_ROUTES: list[Any] = [
    (f"/{LOGIN}", LmsLoginHandler),
    (f"/{LAUNCH}", LmsLaunchHandler),
    (f"/{re.escape(KEY_SET)}", KeySetHandler),
    (f"/{REGISTRATION}/{_CODE}", RegistrationHandler),
    (rf"{ENTRY}/{_CODE}", EntryHandler),
    (rf"{CHOICE}/{_CODE}", LmsChoiceHandler),
    (rf"{ARRIVAL}/{_CODE}", ArrivalHandler),
    (rf"{WINDOW}/{_CODE}", WindowHandler),
    *CLASS_ROUTES,
    (rf"{PROGRAMME_PLACE}/({CODE})", ProgrammeHandler),
    (rf"{PROGRAMME_PLACE}/({CODE}){CERTIFICATE_PLACE}", CertificateHandler),
    (rf"{PROGRAMME_PLACE}/({CODE})/(lewati|kembalikan)", LeaveOutHandler),
    (CERTIFICATE_PLACE, VerifyHandler),
    (rf"{LESSON_PLACE}/({CODE})", LessonHandler),
]

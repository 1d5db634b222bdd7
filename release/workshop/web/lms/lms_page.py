"""What the doors of a learning management system share: who may knock, and how somebody is refused."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from release.lms.refusal import LtiRefusedError, lms_sentence
from release.workshop.log import LOG
from release.workshop.seats.cookie import DAYS, keep_cookie
from release.workshop.web.headers import ForeignPageError
from release.workshop.web.lms.lms_context import LMS, LmsContext
from release.workshop.web.lobby import WorkshopPage
from scenarios.language import LANGUAGES, Language
from scenarios.sentence import Sentence, in_language


class LmsPage(WorkshopPage):
    """A page that a platform leads to; a form of its site is taken here, and proven by what it signed."""

    _platform_language = ""

    @property
    def lms(self) -> LmsContext:
        """The workshop as a platform sees it."""
        context: LmsContext = self.settings[LMS]
        return context

    def prepare(self) -> None:
        """Hold up whoever knocks too often; then nothing more is done."""
        if seconds := self.lms.throttle.take(self.address):
            self.set_header("Retry-After", str(seconds))
            self.refuse(LtiRefusedError("too_many"), HTTPStatus.TOO_MANY_REQUESTS)

    def sent(self) -> dict[str, str]:
        """The fields of the request, of its query and of its form."""
        return {name: self.get_argument(name, "", strip=False) for name in self.request.arguments}

    def refuse(self, error: LtiRefusedError, status: HTTPStatus = HTTPStatus.FORBIDDEN) -> None:
        """Say why somebody does not come in; the log gets the reason and nothing else."""
        LOG.warning("From a learning management system: refused (%s).", error.reason)
        self.set_status(status)
        sentence = error.args[0]
        texts = sentence if isinstance(sentence, Sentence) else lms_sentence("token_unreadable")
        self.show("lms/refused.html", sentence=in_language(texts, self.language))

    def speak(self, language: str) -> None:
        """Let whoever has chosen no language be spoken to in that of the platform, from now on."""
        self._platform_language = language
        if language in LANGUAGES and self.get_cookie(self.language_cookie) not in LANGUAGES:
            keep_cookie(self, self.language_cookie, language, seconds=DAYS * 24 * 3600, script=True)

    @property
    def first_language(self) -> Language:
        """That of the platform for whoever has chosen none, where it is on offer."""
        wanted = self._platform_language
        return wanted if wanted in LANGUAGES else super().first_language

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:  # noqa: ANN401 -- as tornado has it
        """Log a failure of ours; a refusal is none."""
        if not isinstance(value, LtiRefusedError):
            super().log_exception(typ, value, tb)

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 -- as tornado has it
        """Say why somebody is refused, or what went wrong; there is no first page to lead back to."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, LtiRefusedError):
            self.refuse(error)
            return
        name = "lobby_not_found" if status_code == HTTPStatus.NOT_FOUND else "lobby_failed"
        if isinstance(error, ForeignPageError):
            name = "lobby_foreign"
        self.show("lms/refused.html", sentence=self.templates.texts[name][self.language])

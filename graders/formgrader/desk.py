"""nbgrader's formgrader as the desk shows it: the one place where what it lacks or breaks is made good.

A server extension that takes the place of nbgrader's own. Every handler is a subclass of nbgrader's:

- beside each reflection stand a rubric, the facilitator's own comments, and what to do in danger;
- submissions come in a shuffled order, and without names;
- every value enters a page escaped, in HTML and in scripts, and the pages' policy forbids whatever
  script is not the page's own, so that no text that a trainee wrote can run;
- no page needs a network, and nothing that a trainee handed in is shown or run as a page.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import sysconfig
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

import jinja2
from jinja2.ext import Extension
from jupyter_server.services.security import csp_report_uri
from jupyter_server.utils import url_path_join
from nbconvert.exporters import HTMLExporter
from nbgrader.api import MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.server_extensions.formgrader import apihandlers, handlers
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension
from tornado import web
from traitlets import default
from traitlets.config import Config

from graders.formgrader.comment_bank import (
    BankComment,
    CommentBankError,
    drop_comment,
    keep_comment,
    read_comments,
)
from graders.formgrader.lists import back_text, list_words
from graders.formgrader.reflection_desk import TEXTS, read_notebook, reflection_desk, reflection_words
from graders.grading.cell_names import REFLECTION
from graders.people.roster import course_roster
from graders.reflections.reading_order import shuffled, this_grader
from scenarios.documents.json_data import json_data
from scenarios.documents.problem import BadInputError, ProblemsError
from scenarios.language import SOFTWARE, read_catalogue

Resources: TypeAlias = Any  # nbconvert's ResourcesDict, which holds whatever a step puts there
Routes: TypeAlias = list[tuple[Any, ...]]  # tornado's: pattern, handler, and perhaps its arguments

PAGES = Path(__file__).with_name("pages")
# The page that this server was started from, where it was by a button.
BACK_VARIABLE = "KASUSLAB_BACK"
_OWN_MACHINE = re.compile(r"http://127\.0\.0\.1:\d+/")
_OWN_COURSE = "kasuslab_own_course"
_SAYINGS = (
    *("saving", "saved", "failed", "to_read", "is_read", "nothing_to_read", "bank_kept", "bank_deleted"),
    *("author_is", "author_failed"),
    *(f"refused_{reason}" for reason in ("empty", "long", "personal", "quoted", "full", "file")),
)
# The three things that nbgrader's own lists do on a click by an attribute of the page.
_CLICKS = ("createAssignmentModal();", "createStudentModal();", "toggleAllNames()")


def serve_desk(serverapp: Any) -> None:  # noqa: ANN401 -- jupyter_server's ServerApp
    """Give a Jupyter server the desk in place of nbgrader's formgrader."""
    # nbgrader calls “alembic” by its bare name, also from an environment that was not activated.
    programs = sysconfig.get_path("scripts")
    if programs not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])
    desk = DeskFormgrader(parent=serverapp)
    desk.root_dir, desk.log = serverapp.root_dir, serverapp.log
    desk.initialize([])
    desk.init_tornado_settings(serverapp.web_app)
    desk.init_handlers(serverapp.web_app)


class DeskAPI(NbGraderAPI):  # type: ignore[misc]  # nbgrader comes without types
    """nbgrader's interface to the gradebook, which lists the submissions to grade shuffled and unnamed.

    Moments are shown by the clock of this machine, unless the course names a zone (``NbGraderAPI.timezone``).
    """

    @default("timezone")
    def _zone(self) -> str:
        return zone_of_machine(os.environ)

    def get_notebook_submission_indices(self, assignment_id: str, notebook_id: str) -> dict[Any, int]:
        """The place of each submission in this grader's order."""
        ids: Any = super().get_notebook_submission_indices(assignment_id, notebook_id)
        order = shuffled(ids, grader=this_grader(), assignment=assignment_id)
        return {submission: at for at, submission in enumerate(order)}

    def get_notebook_submissions(self, assignment_id: str, notebook_id: str) -> list[dict[str, Any]]:
        """The submissions in that order; who handed them in is not told."""
        submissions = super().get_notebook_submissions(assignment_id, notebook_id)
        unnamed = {"student": "", "first_name": None, "last_name": None}
        return sorted(({**one, **unnamed} for one in submissions), key=lambda one: one["index"])


def zone_of_machine(environ: Mapping[str, str]) -> str:
    """The zone of this machine, by a name or a file that nbgrader finds it by."""
    file = Path("/etc/localtime")
    return environ.get("TZ", "").lstrip(":") or (str(file) if file.is_file() else time.tzname[0])


class _ScriptsOfThePage(Extension):
    """Mends nbgrader's templates as they are read: values in scripts, whose scripts they are, dialogs."""

    _VALUE = re.compile(r'= "\{\{ *([\w.]+) *\}\}";')
    _HEAD = (
        '<link rel="stylesheet" href="{{ base_url }}/formgrader/kasuslab/static/dialog.css">\n'
        '<script src="{{ base_url }}/formgrader/kasuslab/static/lists.js" data-words="{{ list_words }}">'
        "</script>\n</head>"
    )
    _BACK = (
        '<body>\n{% if kasuslab_back %}<p class="kasuslab-back"><a href="{{ kasuslab_back }}">'
        "{{ kasuslab_back_text }}</a></p>{% endif %}"
    )

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Write values of scripts as JavaScript does, mark the page's scripts, let dialogs stand still.

        The head of each list brings what it says in every language.
        """
        del filename
        mended = self._VALUE.sub(r"= {{ \1 | tojson }};", source)
        if name == "base.tpl":
            mended = mended.replace("</head>", self._HEAD).replace("<body>", self._BACK)
        return mended.replace("<script>", '<script nonce="{{ nonce }}">')


def page_templates() -> jinja2.Environment:
    """The templates of nbgrader, escaped, with ours in front of them; its own are in ``nbgrader/``."""
    theirs = jinja2.FileSystemLoader(handlers.template_path)
    loaders = [jinja2.FileSystemLoader(PAGES / "lists"), theirs, jinja2.PrefixLoader({"nbgrader": theirs})]
    templates = jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders), autoescape=True, extensions=[_ScriptsOfThePage]
    )
    templates.globals["list_words"] = list_words()
    back = os.environ.get(BACK_VARIABLE, "")
    templates.globals["kasuslab_back"] = back if _OWN_MACHINE.match(back) else ""
    templates.globals["kasuslab_back_text"] = back_text()[SOFTWARE]
    return templates


class GradingPage(HTMLExporter):
    """Formgrader's grading page, with what a facilitator needs beside the reflection."""

    def __init__(self, config: Config | None = None, **kwargs: Any) -> None:  # noqa: ANN401 -- nbconvert's own
        """Take the settings of formgrader's page, but for the template."""
        own: Any = deepcopy(config) if config is not None else Config()
        own.GradingPage.template_name = "kasuslab_formgrade"
        own.GradingPage.extra_template_basedirs = [str(PAGES), handlers.template_path]
        own.GradingPage.extra_template_paths = [handlers.template_path]
        own.GradingPage.exclude_anchor_links = True
        super().__init__(config=own, **kwargs)  # type: ignore[no-untyped-call]

    def from_filename(
        self,
        filename: str,
        resources: Any = None,  # noqa: ANN401 -- nbconvert's ResourcesDict
        **kwargs: Any,  # noqa: ANN401 -- nbconvert's own
    ) -> Any:  # noqa: ANN401 -- the page and nbconvert's ResourcesDict
        """Render the autograded notebook; who handed it in does not reach the template."""
        values = resources or {}
        desk = reflection_desk(Path(filename), index=values.get("index", 0), total=values.get("total", 0))
        given = {**values, "desk": desk, "sayings": _SAYINGS, "reflection_cell": REFLECTION}
        for name in ("student", "first_name", "last_name", "notebook_path"):
            given.pop(name, None)
        return super().from_filename(filename, given, **kwargs)


class DeskHandler(handlers.BaseHandler):  # type: ignore[misc]  # nbgrader comes without types
    """What every page of the desk has over nbgrader's: escaped templates, a policy, the shuffled order."""

    @property
    def nonce(self) -> str:
        """What marks the page's own scripts; another one for each answer."""
        made = getattr(self, "_nonce", None)
        if made is None:
            made = self._nonce = secrets.token_urlsafe(16)
        return str(made)

    @property
    def scripts(self) -> str:
        """Which scripts may run: files of the server, those that a template of nbgrader's holds."""
        clicks = " ".join(f"'sha256-{_digest(click)}'" for click in _CLICKS)
        return f"'self' 'nonce-{self.nonce}' 'unsafe-hashes' {clicks}"

    @property
    def content_security_policy(self) -> str:
        """The server's own policy, and one that lets nothing in from elsewhere."""
        ours = (
            "default-src 'self'",
            f"script-src {self.scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
        return "; ".join((super().content_security_policy, *ours))

    @property
    def exporter(self) -> GradingPage:
        """What renders a submission."""
        page: GradingPage = self.settings["kasuslab_grading_page"]
        return page

    @property
    def api(self) -> DeskAPI:
        """The interface of nbgrader, as the desk shows it."""
        self.coursedir.parent.load_config_file()
        level = self.log.level
        api = DeskAPI(self.coursedir, self.authenticator, parent=self.coursedir.parent)
        api.log_level = level
        return api

    @property
    def course(self) -> Path:
        """The folder of the course."""
        return Path(self.coursedir.root)

    def render(self, name: str, **values: Any) -> str:  # noqa: ANN401 -- whatever a template shows
        """A page of a template, every value in it escaped."""
        template = self.settings["kasuslab_templates"].get_template(name)
        page: str = template.render(nonce=self.nonce, texts=read_catalogue(TEXTS), **values)
        return page

    def set_cookie(self, name: str, value: str | bytes, *rest: Any, **options: Any) -> None:  # noqa: ANN401
        """Set a cookie for the whole server: nbgrader's base_url, without its slash, is no path for one."""
        if options.get("path") == "":
            options["path"] = self.settings["base_url"]
        super().set_cookie(name, value, *rest, **options)

    def submitted(self, submission: str) -> Any:  # noqa: ANN401 -- nbgrader's row
        """A submitted notebook of the gradebook, by its id. Raises HTTPError."""
        try:
            return self.gradebook.find_submission_notebook_by_id(submission)
        except MissingEntry:
            raise web.HTTPError(404, "There is no such submission.") from None


class _PlainText:
    """In front of a handler of nbgrader's that answers in JSON and calls it a page of HTML."""

    def set_default_headers(self) -> None:
        """Call it plain text, which no browser runs; the lists of nbgrader read it as a text."""
        super().set_default_headers()  # type: ignore[misc]  # it stands in front of a handler
        self.set_header("Content-Type", "text/plain; charset=UTF-8")  # type: ignore[attr-defined]


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


class GradingHandler(DeskHandler, handlers.SubmissionHandler):  # type: ignore[misc]
    """One submission. Its page holds no script of its own, so that only files of the server run."""

    @property
    def scripts(self) -> str:
        """Only files of the server."""
        return "'self'"

    @web.authenticated
    def get(self, submission_id: str) -> None:
        """The page, or a sentence that says which file of the course to mend."""
        try:
            super().get(submission_id)
        except BadInputError as error:
            self.set_status(500)
            self.write(self.render("problem.tpl", problem=str(error), base_url=self.base_url))


class NavigationHandler(DeskHandler, handlers.SubmissionNavigationHandler):  # type: ignore[misc]
    """Next and previous, in this grader's order."""

    def _get_submission_ids(self, assignment_id: str, notebook_id: str) -> list[str]:
        ids: Any = super()._get_submission_ids(assignment_id, notebook_id)
        return shuffled(ids, grader=this_grader(), assignment=assignment_id)

    def _get_incorrect_submission_ids(
        self,
        assignment_id: str,
        notebook_id: str,
        submission: Any,  # noqa: ANN401 -- nbgrader's row
    ) -> list[str]:
        ids: Any = super()._get_incorrect_submission_ids(assignment_id, notebook_id, submission)
        return shuffled(ids, grader=this_grader(), assignment=assignment_id)


class FilesHandler(DeskHandler, handlers.SubmissionFilesHandler):  # type: ignore[misc]
    """A file that was handed in: to be kept, never to be opened as a page of this server."""

    @property
    def content_security_policy(self) -> str:
        """Nothing in it may run, or know where it came from."""
        return "sandbox; default-src 'none'"

    def set_extra_headers(self, path: str) -> None:
        """Have the browser save it."""
        super().set_extra_headers(path)
        self.set_header("Content-Disposition", "attachment")


class StartHandler(DeskHandler, handlers.FormgraderHandler):  # type: ignore[misc]
    """Opening formgrader, on the one course that the server began in.

    nbgrader goes over to any folder that a link names, and runs the configuration in it.
    """

    @web.authenticated
    def get(self) -> None:
        """Lead to the course, or say in a page with the status 403 that another folder is not opened."""
        asked = self.get_argument("path", "")
        if not asked:
            super().get()
        elif is_own_course(Path(asked), self.settings[_OWN_COURSE]):
            self.redirect(f"{self.base_url}/formgrader")
        else:
            self.set_status(403)
            self.write(self.render("elsewhere.tpl", folder=asked, course=self.settings[_OWN_COURSE]))


def is_own_course(asked: Path, course: Path) -> bool:
    """Whether `asked` is the folder of the `course` that the server began in, and no other."""
    return asked.resolve() == course.resolve()


class ReadingHandler(DeskHandler):
    """The first reflection of an assignment that nobody has read yet, else the first of all."""

    @web.authenticated
    def get(self, assignment_id: str, notebook_id: str) -> None:
        """Go to its page."""
        submissions = self.api.get_notebook_submissions(assignment_id, notebook_id)
        start = f"{self.base_url}/formgrader"
        if not submissions:
            self.redirect(f"{start}/gradebook/{quote(assignment_id, safe='')}")
            return
        unread = self._unread(assignment_id, notebook_id)
        chosen = next((one["id"] for one in submissions if one["id"] in unread), submissions[0]["id"])
        self.redirect(f"{start}/submissions/{chosen}/?only=1")

    def _unread(self, assignment_id: str, notebook_id: str) -> set[str]:
        submitted: Any = self.gradebook.notebook_submissions(notebook_id, assignment_id)
        return {
            notebook.id
            for notebook in submitted
            if any(grade.name == REFLECTION and grade.needs_manual_grade for grade in notebook.grades)
        }


class CommentsHandler(DeskHandler):
    """The facilitator's comments for use again."""

    @web.authenticated
    def get(self) -> None:
        """All of them."""
        self.tell(lambda: read_comments(self.course))

    @web.authenticated
    def post(self) -> None:
        """Keep one, as it was asked for. Raises HTTPError for a request that the page never sends."""
        asked = self._asked()
        self.tell(lambda: self._keep(*asked))

    def tell(self, change: Callable[[], tuple[BankComment, ...]]) -> None:
        """Answer with the comments after `change`, or with why it was refused."""
        refusal: dict[str, str] = {}
        try:
            comments = change()
        except CommentBankError as error:
            comments, refusal = read_comments(self.course), {"refused": error.reason, "told": error.detail}
        except (ProblemsError, OSError) as error:
            comments, refusal = (), {"refused": "file", "told": str(error)}
        self.write({"comments": [{"id": one.id, "text": one.text} for one in comments], **refusal})

    def _asked(self) -> tuple[str, str]:
        try:
            asked = json_data(self.request.body)
        except ValueError:
            asked = None
        text, submission = (asked.get("text"), asked.get("submission")) if isinstance(asked, dict) else (0, 0)
        if not isinstance(text, str) or not isinstance(submission, str):
            raise web.HTTPError(400, "Wanted: a text, and the submission beside which it was written.")
        return text, submission

    def _keep(self, text: str, submission: str) -> tuple[BankComment, ...]:
        read = self._reflection(submission)
        return keep_comment(self.course, text, names=self._names(), trainee_texts=[read])

    def _names(self) -> list[str]:
        roster = course_roster(self.course)
        ids = [str(student.id) for student in self.gradebook.students]
        return [*(person.name for person in roster.values()), *roster, *ids]

    def _reflection(self, submission: str) -> str:
        """The words beside which a comment was written, as plain text. Raises HTTPError for none."""
        submitted_notebook = self.submitted(submission)
        assignment, notebook = submitted_notebook.assignment.assignment.name, submitted_notebook.notebook.name
        file = self.course / "autograded" / submitted_notebook.student.id / assignment / f"{notebook}.ipynb"
        return reflection_words(read_notebook(file)) if file.is_file() else ""


class CommentHandler(CommentsHandler):
    """One of these comments."""

    SUPPORTED_METHODS = ("DELETE",)

    @web.authenticated
    def delete(self, identity: str) -> None:
        """Take it out of the bank."""
        self.tell(lambda: drop_comment(self.course, identity))


class AuthorHandler(DeskHandler):
    """Who wrote a reflection, for whoever has to act on it today."""

    SUPPORTED_METHODS = ("POST",)

    @web.authenticated
    def post(self, submission: str) -> None:
        """Tell the writer's id; the name stands in the course's roster alone."""
        self.write({"author": str(self.submitted(submission).student.id)})


class DeskFormgrader(FormgradeExtension):  # type: ignore[misc]  # nbgrader comes without types
    """nbgrader's extension, with the desk's handlers in place of its own."""

    def init_tornado_settings(self, webapp: Any) -> None:  # noqa: ANN401 -- tornado's Application
        """Lay what the desk's handlers need beside nbgrader's settings."""
        super().init_tornado_settings(webapp)
        webapp.settings.update(
            kasuslab_templates=page_templates(),
            kasuslab_grading_page=GradingPage(config=self.config),
        )
        coursedir: Any = self.coursedir
        webapp.settings[_OWN_COURSE] = Path(coursedir.root)

    def init_handlers(self, webapp: Any) -> None:  # noqa: ANN401 -- tornado's Application
        """Answer at nbgrader's addresses, and at ours."""
        base = webapp.settings["base_url"]
        # nbgrader cuts the slash off its base_url, and with it the address of this report.
        webapp.settings.setdefault("csp_report_uri", url_path_join(base, csp_report_uri))
        routes = [(url_path_join(base, route[0]), *route[1:]) for route in desk_routes()]
        webapp.add_handlers(".*$", routes)


_OURS: Mapping[type, type] = {
    handlers.SubmissionHandler: GradingHandler,
    handlers.SubmissionNavigationHandler: NavigationHandler,
    handlers.SubmissionFilesHandler: FilesHandler,
    handlers.FormgraderHandler: StartHandler,
}


def desk_routes() -> Routes:
    """Ours in front, then every address of nbgrader's formgrader with the desk's handler for it."""
    ours: Routes = [
        (r"/formgrader/kasuslab/static/(.*)", web.StaticFileHandler, {"path": str(PAGES / "static")}),
        (r"/formgrader/kasuslab/reflections/([^/]+)/([^/]+)", ReadingHandler),
        (r"/formgrader/kasuslab/comments", CommentsHandler),
        (r"/formgrader/kasuslab/comments/([0-9a-f]+)", CommentHandler),
        (r"/formgrader/kasuslab/author/([0-9a-f]+)", AuthorHandler),
    ]
    theirs: Routes = [
        *handlers.default_handlers,
        *apihandlers.default_handlers,
        (r"/formgrader/static/(.*)", web.StaticFileHandler, {"path": handlers.static_path}),
        (r"/formgrader/.*", handlers.Template404),
    ]
    return ours + [(route[0], _desk_version(route[1]), *route[2:]) for route in theirs]


def _desk_version(handler: type) -> type:
    if handler in _OURS:
        return _OURS[handler]
    if issubclass(handler, apihandlers.BaseApiHandler):
        return type(handler.__name__, (_PlainText, DeskHandler, handler), {})
    return type(handler.__name__, (DeskHandler, handler), {}) if _is_page(handler) else handler


def _is_page(handler: type) -> bool:
    return issubclass(handler, handlers.BaseHandler)

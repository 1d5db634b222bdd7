"""The view of a play: pure functions from what is known of it to everything that the browser shows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from string import ascii_uppercase

from scenarios.case import STAGES, Case, Scene
from scenarios.decision import Decision
from scenarios.directory.glossary import term_places, terms_in
from scenarios.directory.law_age import aged_cover
from scenarios.directory.law_words import law_due, long_date
from scenarios.directory.people import PEOPLE
from scenarios.directory.reviewer_roles import review_sentence
from scenarios.directory.services import Contact, Directory
from scenarios.directory.sources import load_sources
from scenarios.engine.event import Continued, Decided, Event, Mode, Paused, Resumed
from scenarios.engine.graph import most_decisions
from scenarios.engine.play import Play
from scenarios.engine.team import TeamState
from scenarios.feedback import TERMS, CaseFeedback, DecisionFeedback, FeedbackSource, GistNote
from scenarios.language import Catalogue, Language, read_catalogue
from scenarios.lessons.lesson_files import lessons_on_term, load_lessons
from widgets.messages import (
    BeforeView,
    CaseHead,
    Choice,
    ContactView,
    DecisionCount,
    DecisionForm,
    DueFeedback,
    EstimateView,
    FaultView,
    HandInView,
    HelpService,
    HelpView,
    PageLabels,
    ResultView,
    ReviseView,
    RoomView,
    SceneView,
    Screen,
    ServiceChoice,
    StageStep,
    TermSpot,
    TermView,
    View,
)
from widgets.result.result_view import result_view
from widgets.shelf import OpenPlay
from widgets.team_view import own_with_letters, team_view

TEXTS = Path(__file__).with_name("texts.yaml")
KIND_TEXTS = tuple(sorted(Path(__file__).parent.glob("player/kinds/*.yaml")))
"""What the form of one kind of decision says and no other, all of it in the browser."""
CONTACT_DAYS = 180

_UI = "ui_"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DIALLED = re.compile(r"\+?[\d\s().-]{3,20}")
_EMPTY_DIRECTORY = Directory(services={}, help=())


@dataclass(frozen=True, slots=True)
class Fault:
    """Why no case can be shown: a name in texts.yaml (``fault_…``), a detail, and the case to try again."""

    code: str
    detail: str = ""
    retry: str | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every view needs beside its play. several: there is a shelf to go back to.

    titles: of the cases on the shelf, by their ids; team: how the team stands that plays, None where somebody
    plays alone.
    """

    language: Language
    today: date
    person: str | None = None
    directory: Directory = _EMPTY_DIRECTORY
    several: bool = False
    notices: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    team: TeamState | None = None


def sentence(name: str, language: Language, **filled: object) -> str:
    """The text `name` of the catalogue in `language`. Raises KeyError where there is none."""
    return read_catalogue(TEXTS)[name][language].format(**filled)


def refusal_text(code: str, detail: str, language: Language) -> str:
    """The sentence for a refused message."""
    return sentence(f"refused_{code}", language, detail=detail)


@cache
def page_labels(language: Language) -> PageLabels:
    """The sentences of the page in `language`, with the words of feedback and of whom stories name.

    Their digest is the first 16 hexadecimal digits of their SHA-256.
    """
    labels = {name: text for name, text in read_catalogue(TEXTS).items() if name.startswith(_UI)}
    texts: Catalogue = {name.removeprefix(_UI): text for name, text in labels.items()}
    for file in (TERMS, PEOPLE, *KIND_TEXTS):
        texts = {**texts, **read_catalogue(file)}
    sentences = {name: text[language] for name, text in texts.items()}
    digest = hashlib.sha256(json.dumps(sentences).encode()).hexdigest()[:16]
    return PageLabels(language=language, digest=digest, texts=sentences)


def fault_view(around: Surroundings, fault: Fault) -> View:
    """The sentence that tells why no case can be shown."""
    view = blank_view(around)
    view["fault"] = FaultView(
        code=fault.code,
        title=sentence(f"fault_{fault.code}_title", around.language),
        text=sentence(f"fault_{fault.code}", around.language, detail=fault.detail),
        detail=fault.detail,
        retry=fault.retry,
    )
    return view


def play_view(around: Surroundings, opened: OpenPlay, play: Play) -> View:
    """The view of `play`, wherever it stands."""
    language = around.language
    case = play.case.in_language(language)
    view = blank_view(around)
    view["case"] = case_head(opened.case, around)
    view["mode"] = mode_of(opened, play)
    view["n"] = play.length
    view["can_leave"] = around.several
    view["lessons"] = lesson_choices(view["mode"], language)
    view["read_only"] = opened.read_only
    view["screen"] = _screen(play)
    view["team"] = team_view(around.team, case, play, around.directory.services, language)
    if play.started is None:
        view["before"] = before_view(opened, language)
        if view["mode"] == "discussion":
            _follow_room(view, opened, play, around)
        return view
    view["play"] = play.started.play
    # While an estimate is owed, nothing of what follows the decision may sway it.
    here = play.before_last if play.owed is not None and play.before_last is not None else play
    view["stages"] = stage_steps(here, language)
    view["count"] = decision_count(here)
    if play.paused:
        return view
    if opened.desk is not None:
        view["hand_in"] = HandInView(participant=opened.desk.participant(opened.case.id))
    if play.owed is not None:
        view["estimate"] = estimate_view(case, play.owed, around)
        return view
    view["known"] = [Choice(id=fact, text=case.facts[fact]) for fact in play.known]
    view["scene"] = scene_view(case, play, around)
    view["can_again"] = (
        opened.can_again and bool(play.ended) and view["mode"] == "practice" and not opened.read_only
    )
    if not opened.read_only:
        view["revise"] = _revise_view(case, play)
    if opened.feedback is not None and play.mode not in {"test", "panel"}:
        is_team = opened.team is not None
        view["feedback"] = _due_feedback(
            opened.feedback, play, opened.store.events, language, is_team=is_team
        )
        view["result"] = _result(opened.feedback, play, around)
        if _waits_for_reveal(play, opened.store.events, view["feedback"]):
            view["notices"].append(sentence("notice_waits_for_room", language))
        if play.mode == "discussion":
            _follow_room(view, opened, play, around)
    return view


def _follow_room(view: View, opened: OpenPlay, play: Play, around: Surroundings) -> None:
    """Show what a room that plays together does now: see `RoomCue`."""
    decided = _last_decided(opened.store.events)
    cue = opened.feedback.cue(play, decided) if opened.feedback is not None else None
    if cue is None:
        return
    other = around.titles.get(cue["case"]) if cue["case"] else None
    choice = Choice(id=cue["case"], text=other) if other is not None else None
    view["room"] = RoomView(state=cue["state"], seconds=cue["seconds"], other=choice)
    if cue["waits"] and not play.ended:
        view["screen"] = "waiting"
    elif choice is not None and not play.ended:
        view["screen"] = "elsewhere"


def mode_of(opened: OpenPlay, play: Play) -> Mode:
    """The mode of a play, or that in which it would begin, as it is shown."""
    return shown_mode(opened.case, play.mode if play.started else opened.mode)


def shown_mode(case: Case, mode: Mode) -> Mode:
    """The mode in which a case is shown: one for a test measures whoever plays it, in practice mode too."""
    return "test" if case.use == "test" and mode == "practice" else mode


def may_read_lessons(mode: Mode) -> bool:
    """Whether lessons may be read in this mode: not while a person is measured, or a key is made."""
    return mode not in {"test", "panel"}


def lesson_choices(mode: Mode, language: Language) -> list[Choice]:
    """The lessons on offer in this mode, by their competencies and in the lab's order."""
    lessons = load_lessons(language) if may_read_lessons(mode) else {}
    return [Choice(id=code, text=lesson.title) for code, lesson in lessons.items()]


def asks_for_research(opened: OpenPlay) -> bool:
    """Whether a trainee is asked here about the use for research; nobody studies a panel."""
    return opened.keep_days is not None and opened.mode != "panel"


def before_view(opened: OpenPlay, language: Language) -> BeforeView | None:
    """What is told before the play begins; None where the place that it is opened from has told it."""
    panel = opened.mode == "panel"
    sentences = [sentence("before_panel", language)] if panel else []
    if opened.keep_days is not None:
        # Where nothing stands in a file of one's own that is handed in, a workshop keeps it.
        place = "before_stored_phone" if opened.desk is None and not opened.read_only else "before_stored"
        stored = ("before_stored_panel",) if panel else ("before_purpose", place)
        sentences += [sentence(name, language) for name in stored]
        sentences.append(sentence("before_kept", language, days=opened.keep_days))
    return BeforeView(told=sentences, asks=asks_for_research(opened)) if sentences else None


def estimate_view(case: Case, decision_id: str, around: Surroundings) -> EstimateView | None:
    """The estimate that is owed for a decision; `case` is in the reader's language."""
    decision = case.decision(decision_id)
    if decision is None:
        return None
    form = decision_form(case, decision, around)
    options = [choice["text"] for choice in form["options"]] + [each["name"] for each in form["services"]]
    return EstimateView(decision=decision.id, ask=decision.ask, options=options)


def case_head(case: Case, around: Surroundings) -> CaseHead:
    """What is said of a case before it begins."""
    language, sources = around.language, load_sources()
    texts = case.in_language(language)
    return CaseHead(
        id=case.id,
        title=texts.title,
        level=sentence("level", language, level=case.level),
        minutes=case.minutes,
        intensity=sentence(f"intensity_{case.intensity}", language),
        note=texts.note,
        role=role_name(case.role, around),
        you=texts.you,
        law=sentence("law", language, date=long_date(case.law_checked, language)),
        law_due=law_due(aged_cover(case.id, sources, case.law_checked, around.today), sources, language),
        draft=case.is_draft,
        status=status_sentence(case, language),
    )


def status_sentence(case: Case, language: Language) -> str:
    """Who has reviewed a case, or that nobody has."""
    review = case.valid_review
    if review is None:
        return sentence("cover_draft", language)
    return review_sentence(review, language, long_date(review.day, language))


def scene_view(case: Case, play: Play, around: Surroundings) -> SceneView:
    """The scene of `play`, with the texts of `case` (its case in the reader's language)."""
    scene: Scene = case.scenes[play.scene_id]
    form = None
    if scene.decision is not None:
        revisable = scene.decision.revise and play.mode == "test"
        form = decision_form(case, scene.decision, around, revisable=revisable)
        if play.mode == "discussion":
            form = with_letters(form)
    paragraphs = story_paragraphs(scene.text)
    return SceneView(
        id=play.scene_id,
        title=scene.title,
        paragraphs=paragraphs,
        decision=form,
        learned=[fact for fact in scene.learn if fact in play.known],
        own_note=scene.own_note,
        terms=scene_terms(scene, form, around.language, reads=may_read_lessons(shown_mode(case, play.mode))),
    )


def story_paragraphs(text: str) -> list[str]:
    """The paragraphs of a scene's text, each on one line."""
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return [part for part in parts if part]


def term_spots(paragraphs: Sequence[str], language: Language) -> dict[str, TermSpot]:
    """Where each term of a story first stands in it, by the ids of the terms."""
    spots: dict[str, TermSpot] = {}
    for number, paragraph in enumerate(paragraphs):
        for place in term_places(paragraph, language):
            spot = TermSpot(paragraph=number, start=place.start, end=place.end)
            spots.setdefault(place.term.id, spot)
    return spots


def scene_terms(
    scene: Scene, form: DecisionForm | None, language: Language, *, reads: bool
) -> list[TermView]:
    """The terms of the glossary that a scene and its decision use, in the order of reading.

    reads: with the lessons that explain them.
    """
    words = [scene.title, scene.text, scene.own_note or ""]
    spots = term_spots(story_paragraphs(scene.text), language)
    if form is not None:
        choices = (*form["options"], *form["urgency"], *form["facts"])
        words += [form["ask"], *(choice["text"] for choice in choices)]
        words += [service["name"] for service in form["services"]]
    return [
        TermView(
            id=term.id,
            name=term.name,
            text=term.text,
            lessons=[lesson.competency for lesson in lessons_on_term(term.id, language)] if reads else [],
            spot=spots.get(term.id),
        )
        for term in terms_in("\n\n".join(words), language)
    ]


def decision_form(
    case: Case, decision: Decision, around: Surroundings, *, revisable: bool = False
) -> DecisionForm:
    """A decision as a form; `case` is in the reader's language."""
    return DecisionForm(
        id=decision.id,
        kind=decision.kind,
        ask=decision.ask,
        options=_choices(decision.option_texts),
        most=decision.limit,
        services=[_service(name, around) for name in decision.service_ids],
        urgency=_choices(decision.level_texts),
        facts=[Choice(id=fact, text=case.facts[fact]) for fact in decision.fact_ids],
        words=decision.advised_words,
        revise=revisable,
    )


def with_letters(form: DecisionForm) -> DecisionForm:
    """A form whose options bear the letters that they have on the board and on the projector."""
    options = [
        Choice(id=each["id"], text=f"{letter}. {each['text']}")
        for letter, each in zip(ascii_uppercase, form["options"], strict=False)
    ]
    services = [
        ServiceChoice(id=each["id"], name=f"{letter}. {each['name']}", when=each["when"])
        for letter, each in zip(ascii_uppercase, form["services"], strict=False)
    ]
    return {**form, "options": options, "services": services}


def note_with_letters(note: DecisionFeedback, case: Case) -> DecisionFeedback:
    """The feedback on a decision of `case`, its options with their letters."""
    decision = case.decision(note["decision"])
    letters = dict(zip(decision.option_ids if decision else (), ascii_uppercase, strict=False))
    lettered = note.copy()
    lettered["gist"] = _gist_with_letters(note["gist"], letters)
    lettered["options"] = [
        {**each, "text": _with_letter(each["id"], each["text"], letters)} for each in note["options"]
    ]
    return own_with_letters(lettered, letters)


def _gist_with_letters(gist: GistNote, letters: Mapping[str, str]) -> GistNote:
    lettered = gist.copy()
    for name in ("chosen", "right"):
        lettered[name] = [
            {**line, "text": _with_letter(line["id"], line["text"], letters)} for line in gist[name]
        ]
    lettered["order"] = [
        {**line, "text": _with_letter(line["id"], line["text"], letters)} for line in gist["order"]
    ]
    return lettered


def _with_letter(option: str, text: str, letters: Mapping[str, str]) -> str:
    return f"{letters[option]}. {text}" if option in letters else text


def stage_steps(play: Play, language: Language) -> list[StageStep]:
    """The stages that the case has, in the order of the work, and where `play` stands among them."""
    used = {scene.stage for scene in play.case.scenes.values()}
    here = STAGES.index(play.scene.stage)
    steps: list[StageStep] = []
    for place, stage in enumerate(STAGES):
        if stage in used:
            name = sentence(f"stage_{stage}", language)
            if play.ended or place < here:
                steps.append(StageStep(id=stage, name=name, state="done"))
            else:
                steps.append(StageStep(id=stage, name=name, state="now" if place == here else "ahead"))
    return steps


def decision_count(play: Play) -> DecisionCount:
    """How many decisions `play` has settled, and how many it meets at most by its end."""
    settled = len(play.picks)
    return DecisionCount(settled=settled, most=settled + most_decisions(play.case, play.scene_id))


def help_view(around: Surroundings) -> HelpView:
    """Where to get help: the person first, then the services of the directory."""
    language = around.language
    services = [around.directory.services[name] for name in around.directory.help]
    return HelpView(
        person=around.person,
        services=[
            HelpService(
                name=service.name[language],
                when=service.when[language],
                contacts=[contact_view(contact, language, around.today) for contact in service.contacts],
            )
            for service in services
        ],
    )


def contact_view(contact: Contact, language: Language, today: date) -> ContactView:
    """One way to reach a service, and whether somebody called it in the last CONTACT_DAYS days."""
    if contact.checked is not None and is_fresh(contact.checked, today):
        checked = sentence("contact_checked", language, checked=contact.checked)
    else:
        checked = sentence("contact_unchecked", language)
    dials = contact.kind == "phone" and _DIALLED.fullmatch(contact.value)
    return ContactView(
        kind=sentence(f"contact_{contact.kind}", language),
        value=contact.value,
        dial=re.sub(r"[^\d+]", "", contact.value) if dials else "",
        note=contact.note[language] if contact.note else "",
        checked=checked,
    )


def is_fresh(checked: str | date, today: date) -> bool:
    """Whether the day named in `checked` lies at most CONTACT_DAYS days before `today`; without a day, no."""
    match = _DAY.search(str(checked))
    try:
        day = date.fromisoformat(match.group()) if match else None
    except ValueError:
        return False
    return day is not None and timedelta(0) <= today - day <= timedelta(days=CONTACT_DAYS)


def blank_view(around: Surroundings) -> View:
    """A view with nothing on it yet but what every screen shows."""
    mode: Mode = "practice"
    return View(
        screen="fault",
        language=around.language,
        n=0,
        play="",
        mode=mode,
        case=None,
        stages=[],
        count=None,
        scene=None,
        known=[],
        feedback=None,
        result=None,
        revise=None,
        before=None,
        estimate=None,
        hand_in=None,
        shelf=None,
        lessons=[],
        can_leave=False,
        can_again=False,
        read_only=False,
        notices=[_notice(name, around.language) for name in around.notices],
        help=help_view(around),
        fault=None,
        room=None,
        team=None,
    )


def _notice(name: str, language: Language) -> str:
    return sentence(name, language) if name in read_catalogue(TEXTS) else name


def _screen(play: Play) -> Screen:
    if play.started is None:
        return "cover"
    if play.paused:
        return "paused"
    if play.owed is not None:
        return "estimate"
    return "ended" if play.ended else "scene"


def role_name(role: str, around: Surroundings) -> str:
    """What a role is called: in the lab's words, or as the directory names that service."""
    if f"role_{role}" in read_catalogue(TEXTS):
        return sentence(f"role_{role}", around.language)
    service = around.directory.services.get(role)
    return service.name[around.language] if service else role.replace("_", " ")


def _service(name: str, around: Surroundings) -> ServiceChoice:
    service = around.directory.services.get(name)
    if service is None:
        return ServiceChoice(id=name, name=name.replace("_", " "), when="")
    return ServiceChoice(id=name, name=service.name[around.language], when=service.when[around.language])


def _choices(texts: Mapping[str, str]) -> list[Choice]:
    return [Choice(id=name, text=text) for name, text in texts.items()]


def _revise_view(case: Case, play: Play) -> ReviseView | None:
    decision = case.decision(play.revisable) if play.revisable else None
    return ReviseView(decision=decision.id, ask=decision.ask) if decision else None


def _due_feedback(
    source: FeedbackSource, play: Play, events: Sequence[Event], language: Language, *, is_team: bool
) -> DueFeedback | None:
    # The record alone tells what feedback is due, so that a reload shows it again. A skip is left in peace.
    revealed = source.on_reveal(play, language) if play.mode == "discussion" else None
    if revealed is not None:
        return _revealed(note_with_letters(revealed, play.case), events)
    at, decided = _place_of_last(events, is_team=is_team), _last_decided(events, is_team=is_team)
    note = source.on_decision(play, decided, language) if decided is not None else None
    if note is not None and play.mode == "discussion":
        note = note_with_letters(note, play.case)
    return DueFeedback(event=at, note=note) if note else None


def _with_decisions(note: CaseFeedback, decisions: list[DecisionFeedback]) -> CaseFeedback:
    changed = note.copy()
    changed["decisions"] = decisions
    return changed


def _place_of_last(events: Sequence[Event], *, is_team: bool = False) -> int:
    """The number of the last event that is no pause.

    In a team somebody may have read on while another still reads the feedback.
    """
    passing = (Paused, Resumed, Continued) if is_team else (Paused, Resumed)
    at = len(events) - 1
    while at > 0 and isinstance(events[at], passing):
        at -= 1
    return at


def _last_decided(events: Sequence[Event], *, is_team: bool = False) -> str | None:
    """The decision that was made last, where nothing came after it that `_place_of_last` passes over."""
    at = _place_of_last(events, is_team=is_team)
    last = events[at] if at >= 0 else None
    return last.decision if isinstance(last, Decided) else None


def _waits_for_reveal(play: Play, events: Sequence[Event], due: DueFeedback | None) -> bool:
    decided = bool(events) and isinstance(events[-1], Decided)
    is_due = due is not None and due["event"] == len(events) - 1
    return decided and not is_due and play.mode == "discussion" and not play.ended


def _revealed(note: DecisionFeedback, events: Sequence[Event]) -> DueFeedback | None:
    for at in range(len(events) - 1, -1, -1):
        happened = events[at]
        if isinstance(happened, Decided) and happened.decision == note["decision"]:
            return DueFeedback(event=at, note=note)
    return None


def _result(source: FeedbackSource, play: Play, around: Surroundings) -> ResultView | None:
    note = source.on_case(play, around.language) if play.ended else None
    if note is None:
        return None
    if play.mode == "discussion":
        note = _with_decisions(note, [note_with_letters(each, play.case) for each in note["decisions"]])
    return result_view(note, around.language)

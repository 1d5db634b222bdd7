"""The view of a play: pure functions from what is known of it to everything that the browser shows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from string import ascii_uppercase

from scenarios.case import STAGES, Case, Scene
from scenarios.decision import Decision
from scenarios.directory.glossary import terms_in
from scenarios.directory.services import Contact, Directory
from scenarios.engine.event import Continued, Decided, Event, Mode, Paused, Resumed
from scenarios.engine.play import Play
from scenarios.engine.team import TeamState
from scenarios.feedback import CaseFeedback, DecisionFeedback, FeedbackSource, OptionNote
from scenarios.language import LANGUAGES, Catalogue, Language, read_catalogue, with_decimal_sign
from scenarios.lessons.lesson_files import lessons_on_term, load_lessons
from widgets.messages import (
    BeforeView,
    CaseHead,
    Choice,
    ContactView,
    DecisionForm,
    DueFeedback,
    EstimateView,
    FaultView,
    HandInView,
    HelpService,
    HelpView,
    ResultView,
    ReviseView,
    RoomView,
    SceneView,
    Screen,
    ServiceChoice,
    ShelfEntry,
    StageStep,
    TermView,
    View,
)
from widgets.shelf import OpenPlay, PlayStatus
from widgets.team_view import own_with_letters, team_view

TEXTS = Path(__file__).with_name("texts.yaml")
KIND_TEXTS = tuple(sorted(Path(__file__).parent.glob("player/kinds/*.yaml")))
"""What the form of one kind of decision says and no other, all of it in the browser."""
CONTACT_DAYS = 180

_SCORE_WORDS = ((1.0, "score_full"), (0.66, "score_most"), (0.005, "score_part"), (0.0, "score_none"))
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


def page_labels(languages: Sequence[Language] = LANGUAGES) -> dict[str, dict[str, str]]:
    """The sentences of the page by language and name."""
    labels = {name: text for name, text in read_catalogue(TEXTS).items() if name.startswith(_UI)}
    texts: Catalogue = {name.removeprefix(_UI): text for name, text in labels.items()}
    for file in KIND_TEXTS:
        texts = {**texts, **read_catalogue(file)}
    return {str(tongue): {name: text[tongue] for name, text in texts.items()} for tongue in languages}


@lru_cache(maxsize=1)
def labels_digest() -> str:
    """The first 16 hexadecimal digits of the SHA-256 of `page_labels` in all languages of the lab."""
    return hashlib.sha256(json.dumps(page_labels()).encode()).hexdigest()[:16]


def shelf_view(around: Surroundings, cases: Sequence[Case], statuses: Mapping[str, PlayStatus]) -> View:
    """The list of cases."""
    view = _blank(around)
    view["screen"] = "shelf"
    view["lessons"] = lesson_choices(view["mode"], around.language)
    for case in cases:
        status = statuses.get(case.id, "new")
        if status != "hidden":
            view["shelf"].append(ShelfEntry(case=case_head(case, around), status=status))
    return view


def fault_view(around: Surroundings, fault: Fault) -> View:
    """The sentence that tells why no case can be shown."""
    view = _blank(around)
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
    view = _blank(around)
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
        opened.can_again and bool(play.ended) and play.mode == "practice" and not opened.read_only
    )
    if not opened.read_only:
        view["revise"] = _revise_view(case, play)
    if opened.feedback is not None and play.mode not in {"test", "panel"}:
        is_team = opened.team is not None
        view["feedback"] = _due_feedback(
            opened.feedback, play, opened.store.events, language, is_team=is_team
        )
        view["result"] = _result(opened.feedback, play, language)
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
    """The mode of a play, or that in which it would begin."""
    return play.mode if play.started else opened.mode


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
    language = around.language
    texts = case.in_language(language)
    return CaseHead(
        id=case.id,
        title=texts.title,
        level=sentence("level", language, level=case.level),
        minutes=case.minutes,
        intensity=sentence(f"intensity_{case.intensity}", language),
        note=texts.note,
        role=_role(case.role, around),
        you=texts.you,
        law=sentence("law", language, date=long_date(case.law_checked, language)),
        draft=case.status == "draft",
    )


def scene_view(case: Case, play: Play, around: Surroundings) -> SceneView:
    """The scene of `play`, with the texts of `case` (its case in the reader's language)."""
    scene: Scene = case.scenes[play.scene_id]
    form = None
    if scene.decision is not None:
        revisable = scene.decision.revise and play.mode == "test"
        form = decision_form(case, scene.decision, around, revisable=revisable)
        if play.mode == "discussion":
            form = with_letters(form)
    paragraphs = [part for part in re.split(r"\n\s*\n", scene.text.strip()) if part.strip()]
    return SceneView(
        id=play.scene_id,
        title=scene.title,
        paragraphs=[" ".join(part.split()) for part in paragraphs],
        decision=form,
        learned=[fact for fact in scene.learn if fact in play.known],
        own_note=scene.own_note,
        terms=scene_terms(scene, form, around.language, reads=may_read_lessons(play.mode)),
    )


def scene_terms(
    scene: Scene, form: DecisionForm | None, language: Language, *, reads: bool
) -> list[TermView]:
    """The terms of the glossary that a scene and its decision use, in the order of reading.

    reads: with the lessons that explain them.
    """
    words = [scene.title, scene.text, scene.own_note or ""]
    if form is not None:
        choices = (*form["options"], *form["urgency"], *form["facts"])
        words += [form["ask"], *(choice["text"] for choice in choices)]
        words += [service["name"] for service in form["services"]]
    return [
        TermView(
            name=term.name,
            text=term.text,
            lessons=[lesson.competency for lesson in lessons_on_term(term.id, language)] if reads else [],
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
    options: list[OptionNote] = [
        {**each, "text": f"{letters[each['id']]}. {each['text']}"} if each["id"] in letters else each
        for each in note["options"]
    ]
    lettered: DecisionFeedback = {**note, "options": options}
    return own_with_letters(lettered, letters)


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


def long_date(day: date, language: Language) -> str:
    """A date in words, such as “31 Maret 2026”."""
    return f"{day.day} {sentence('months', language).split()[day.month - 1]} {day.year}"


def score_sentence(note: DecisionFeedback, language: Language) -> str:
    """A decision's score in words and as a number of 100."""
    score = note["score"]
    if score is None:
        return sentence("score_skipped", language) if note["status"] == "skipped" else ""
    return score_words(score, language)


def score_words(score: float, language: Language) -> str:
    """A score of 0 to 1 in words and as a number of 100."""
    name = next(name for least, name in _SCORE_WORDS if score >= least)
    return sentence(name, language, score=percent(100 * score, language))


def percent(value: float, language: Language) -> str:
    """A figure of 0 to 100, with at most one digit after the point of its language."""
    text = f"{value:.1f}".removesuffix(".0")
    return with_decimal_sign(text, language)


def result_sentences(note: CaseFeedback, language: Language) -> list[str]:
    """What may be said of a result: met or not, or why that is not said; and where the cut comes from."""
    sentences: list[str] = []
    if note["incomplete"]:
        sentences.append(sentence("result_incomplete", language))
    if note["draft"]:
        sentences.append(sentence("result_draft", language))
    elif note["meets"] is not None and not note["incomplete"]:
        sentences.append(sentence("result_meets" if note["meets"] else "result_meets_not", language))
    name = "result_cut_panel" if note["panel"] else "result_cut"
    return [*sentences, sentence(name, language, cut=note["cut"])]


def _blank(around: Surroundings) -> View:
    mode: Mode = "practice"
    return View(
        screen="fault",
        language=around.language,
        n=0,
        play="",
        mode=mode,
        case=None,
        stages=[],
        scene=None,
        known=[],
        feedback=None,
        result=None,
        revise=None,
        before=None,
        estimate=None,
        hand_in=None,
        shelf=[],
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


def _role(role: str, around: Surroundings) -> str:
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
        return _revealed(note_with_letters(revealed, play.case), events, language)
    at, decided = _place_of_last(events, is_team=is_team), _last_decided(events, is_team=is_team)
    note = source.on_decision(play, decided, language) if decided is not None else None
    if note is not None and play.mode == "discussion":
        note = note_with_letters(note, play.case)
    return _due(note, at, language) if note else None


def _due(note: DecisionFeedback, at: int, language: Language) -> DueFeedback:
    return DueFeedback(event=at, score=score_sentence(note, language), note=_own_in_words(note, language))


def _own_in_words(note: DecisionFeedback, language: Language) -> DecisionFeedback:
    """A note in which what a member of a team answered alone has its score in words."""
    own = note.get("own")
    if own is None or own["score"] is None:
        return note
    return {**note, "own": {**own, "words": score_words(own["score"], language)}}


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


def _revealed(note: DecisionFeedback, events: Sequence[Event], language: Language) -> DueFeedback | None:
    for at in range(len(events) - 1, -1, -1):
        happened = events[at]
        if isinstance(happened, Decided) and happened.decision == note["decision"]:
            return _due(note, at, language)
    return None


def _result(source: FeedbackSource, play: Play, language: Language) -> ResultView | None:
    note = source.on_case(play, language) if play.ended else None
    if note is None:
        return None
    if play.mode == "discussion":
        note = _with_decisions(note, [note_with_letters(each, play.case) for each in note["decisions"]])
    note = _with_decisions(note, [_own_in_words(each, language) for each in note["decisions"]])
    figures = {practise["code"]: practise["score"] for practise in note["practise"]}
    return ResultView(
        summary=result_sentences(note, language),
        total="" if note["S"] is None else percent(note["S"], language),
        scores={each["decision"]: score_sentence(each, language) for each in note["decisions"]},
        percents={code: percent(figure, language) for code, figure in figures.items() if figure is not None},
        note=note,
    )

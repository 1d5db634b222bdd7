"""Build a panel's key: read the experts' records, settle each decision, show what changes, write the files.

A record that is none of a whole panel play of this case and version is refused by name, and the rest is
used. The old key is never written over unless that was asked for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from graders.grading.submission import NotJudgedError, record_events
from graders.key.key import Key, key_file, load_key
from graders.panel.file import dotted, key_text, summary_text
from graders.panel.settle import ENOUGH_EXPERTS, LEAST_EXPERTS, Expert, PanelKey, Settled, panel_key
from graders.score import score
from release.archive import ArchiveEntry, Unread, entries
from scenarios.case import Case
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import write_whole
from scenarios.engine.hand_in import HandInError, read_hand_in
from scenarios.engine.play import Play
from scenarios.engine.record import RECORD_NAME
from scenarios.language import Language, Texts, terminal_language
from scenarios.pick import RefusedError
from scenarios.sentence import Sentence, in_language, sentences_of

_sentence = sentences_of(Path(__file__).with_name("panel.yaml"))
SUMMARIES = "panels"


class PanelError(BadInputError):
    """No panel key can be made; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class ExpertPanel:
    """The experts of one case, in the order of their records, and the records that were refused."""

    experts: tuple[Expert, ...]
    refused: tuple[Unread, ...]


@dataclass(frozen=True, slots=True)
class _RecordSource:
    """One record as bytes, and where it stands."""

    name: str
    data: bytes


def read_panel(case: Case, key: Key, places: Sequence[Path]) -> ExpertPanel:
    """The experts whose records stand in `places`: records, hand-ins, ZIP files, or folders of them.

    Raises PanelError where a place is not there, or fewer than 5 records of a variant can be used.
    """
    refused: list[Unread] = []
    experts: dict[str, list[tuple[Expert, bytes]]] = {}
    for source in _sources(places):
        one = source if isinstance(source, Unread) else _expert(case, key, source)
        if isinstance(one, Unread):
            refused.append(one)
        elif isinstance(source, _RecordSource) and one.play.started is not None:
            experts.setdefault(one.play.started.play, []).append((one, source.data))
    used = tuple(_once(experts.values(), refused))
    refused.sort(key=lambda one: one.label)
    for variant in case.tellings or (None,):
        count = sum(one.play.case.variant == variant for one in used)
        if count < LEAST_EXPERTS:
            raise PanelError(_too_few(case, variant, count, refused))
    return ExpertPanel(used, tuple(refused))


def _too_few(case: Case, variant: str | None, count: int, refused: Sequence[Unread]) -> Sentence:
    which = where = _sentence("nothing")
    if variant is not None:
        which = _sentence("too_few_variant", variant=variant)
        where = _sentence("one_variant", case=case.id, variant=variant)
    parts = {"count": count, "case": case.id, "version": case.version, "least": LEAST_EXPERTS}
    head = _sentence("too_few", which=which, where=where, **parts)
    reasons = Texts.of(lambda language: "".join(f"\n- {_refusal_in(one, language)}" for one in refused))
    return Sentence(Texts.same("{head}{reasons}").format(head=head.texts, reasons=reasons))


def _once(plays: Iterable[Sequence[tuple[Expert, bytes]]], refused: list[Unread]) -> Iterator[Expert]:
    """Each play once. Copies that are alike count as one; of those that differ, nobody knows the true one."""
    for copies in plays:
        first, data = copies[0]
        alike = all(other == data for _, other in copies)
        if alike:
            yield first
        for one, _ in copies[1:] if alike else copies:
            others = first.name if alike else ", ".join(part.name for part, _ in copies if part is not one)
            refused.append(Unread(one.name, _sentence("same_play", others=others)))


def _sources(places: Sequence[Path]) -> Iterator[_RecordSource | Unread]:
    for place in places:
        if not place.exists():
            raise PanelError(_sentence("not_there", place=place))
        records = [one for entry in entries(place) for one in _records(entry)]
        if not records:
            raise PanelError(_sentence("no_record", place=place, record=RECORD_NAME))
        yield from records


def _records(entry: ArchiveEntry | Unread) -> Iterator[_RecordSource | Unread]:
    if isinstance(entry, Unread):
        yield entry
    elif entry.hand_in and entry.data is not None:
        try:
            yield _RecordSource(entry.label, read_hand_in(entry.data, file=entry.label)[1])
        except HandInError as error:
            yield Unread(entry.label, error.args[0])
    elif entry.data is not None and entry.parts[-1].lower().endswith(".jsonl"):
        yield _RecordSource(entry.label, entry.data)


def _expert(case: Case, key: Key, source: _RecordSource) -> Expert | Unread:
    try:
        events = record_events(source.data)
        play = Play.replay(case, events)
    except NotJudgedError as error:
        return Unread(source.name, error.detail)
    except RefusedError as error:
        return Unread(source.name, _misfit(case, error))
    if play.mode != "panel":
        return Unread(source.name, _sentence("other_mode", mode=play.mode))
    why = _unfinished(case, key, play)
    if why is not None:
        return Unread(source.name, why)
    try:
        day = datetime.fromisoformat(events[0].at).date()
    except ValueError:
        return Unread(source.name, _sentence("no_date", moment=events[0].at))
    return Expert(source.name, play, day)


def _misfit(case: Case, error: RefusedError) -> Sentence:
    if error.code == "other_case":
        return _sentence("other_case", other=error.detail, case=case.id)
    if error.code == "other_version":
        return _sentence("other_version", other=error.detail, version=case.version)
    return _sentence("impossible", reason=error)


def _unfinished(case: Case, key: Key, play: Play) -> Sentence | None:
    if play.owed is not None:
        return _sentence("no_estimate", decision=play.owed)
    if play.ended is None:
        return _sentence("no_end", scene=play.scene_id)
    if score(case, play, key).incomplete:
        return _sentence("too_little")
    return None


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """The files of one case's key in one folder by their languages, and the panel's summary beside them."""

    texts: Mapping[Language, Path]
    summary: Path

    @classmethod
    def of(cls, case: Case, folder: Path) -> KeyFiles:
        """Where they stand in `folder`."""
        texts = {language: folder / key_file(case.id, language) for language in case.languages}
        return cls(texts, folder / SUMMARIES / f"{case.id}.json")

    @property
    def all(self) -> tuple[Path, ...]:
        """All of them, the summary last."""
        return (*self.texts.values(), self.summary)


def build(case: Case, keys: Path, places: Sequence[Path]) -> tuple[PanelKey, ExpertPanel]:
    """The panel's key of `case`, and the panel. Raises PanelError, or ProblemsError of the key before it."""
    key = load_key(case, keys)
    panel = read_panel(case, key, places)
    return panel_key(case, key, panel.experts), panel


def write_key(case: Case, built: PanelKey, keys: Path, folder: Path, *, over: bool) -> tuple[Path, ...]:
    """Write the panel's key and its summary into `folder`; the files written.

    keys: where the key before it stands; over: whether files that stand in `folder` may be written over.
    Raises PanelError where they may not; ProblemsError where the new key does not fit its case, and then
    nothing was written.
    """
    old, new = KeyFiles.of(case, keys), KeyFiles.of(case, folder)
    standing = [file for file in new.all if file.exists()]
    if standing and not over:
        names = ", ".join(str(file) for file in standing)
        raise PanelError(_sentence("write_over", files=names))
    texts = [
        key_text(built, file.read_text(encoding="utf-8"), language) for language, file in old.texts.items()
    ]
    _prove(case, texts)
    for file, text in zip(new.all, (*texts, summary_text(built)), strict=True):
        write_whole(file, text, parents=True)
    return new.all


def _prove(case: Case, texts: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder)
        for file, text in zip(KeyFiles.of(case, trial).texts.values(), texts, strict=True):
            file.write_text(text, encoding="utf-8", newline="\n")
        load_key(case, trial)


def print_panel(built: PanelKey, panel: ExpertPanel, out: Console, err: Console) -> None:
    """What the panel settled, for a person: a table, what changes, then what wants a person's eyes.

    The table fits a terminal of 80 columns: a variant stands below its decision, and no change is in it.
    """
    for one in panel.refused:
        err.print(_sentence("not_used", reason=_refusal(one)), markup=False)
    heads = ("decision", "kind", "experts", "agreement", "the_panel")
    table = Table(*map(_sentence, heads), box=SIMPLE_HEAD)
    for settled in built.decisions:
        table.add_row(*_row(settled))
    out.print(table)
    for settled in built.decisions:
        for place, old, new in settled.changes:
            change = f"{dotted(place)}: {_value_text(old)} → {_value_text(new)}"
            out.print(f"{_named(settled)}: {change}", markup=False)
    for sentence in _key_sentences(built):
        out.print(sentence, markup=False)
    for variant, size in built.variants.items():
        if size < ENOUGH_EXPERTS:
            played = _sentence("nothing") if variant is None else _sentence("played_variant", variant=variant)
            err.print(_sentence("few_experts", size=size, played=played), markup=False)


def _refusal(refused: Unread) -> str:
    return _refusal_in(refused, terminal_language())


def _refusal_in(refused: Unread, language: Language) -> str:
    return f"{refused.label}: {in_language(refused.why, language).removesuffix('.')}."


def _row(settled: Settled) -> tuple[str, ...]:
    share = "–" if settled.agreement is None else f"{100 * settled.agreement:.0f} %"
    ends = settled.interval
    interval = "" if ends is None else f" ({100 * ends.low:.0f}–{100 * ends.high:.0f})"
    variant = "" if settled.variant is None else f"\n({settled.variant})"
    name = escape(f"{settled.decision}{variant}")
    standing = _sentence(f"standing_{settled.standing}")
    return name, settled.kind, str(settled.n), f"{share}{interval}", standing


def _named(settled: Settled) -> str:
    name = f"“{settled.decision}”"
    return name if settled.variant is None else f"{name} ({settled.variant})"


def _value_text(value: object) -> str:
    match value:
        case None:
            return "–"
        case dict():
            return ", ".join(f"{name} {part:g}" for name, part in value.items()) or _sentence("none")
        case list():
            return ", ".join(str(part) for part in value) or _sentence("none")
        case float():
            return f"{value:g}"
    return str(value)


def _key_sentences(built: PanelKey) -> Iterator[str]:
    cut = built.cut
    if cut is None:
        yield _sentence("cut_stays", cut=built.old_cut)
    else:
        figures = {"experts": cut.experts, "mean": f"{cut.mean:.1f}", "error": f"{cut.error:.1f}"}
        yield _sentence("cut_moves", old=built.old_cut, new=cut.points, **figures)
    for settled in built.decisions:
        yield from _notes(settled)
    versions = {"old": built.old_version, "new": built.version}
    yield _sentence("key_moves", size=built.size, played=built.played, **versions)


def _notes(settled: Settled) -> Iterator[str]:
    name = _named(settled)
    is_weightless = any(place == ("weight",) for place, _, _ in settled.changes)
    for one in settled.against:
        yield _sentence(
            "disagrees",
            rule=_sentence("rule_of_law" if one.on_law else "rule_of_lab"),
            decision=name,
            count=one.count,
            n=one.n,
            deed=_sentence(f"against_{one.kind}", place=dotted(one.place)),
            code=f" ({one.code})" if one.code else "",
        )
    if settled.standing == "contested":
        yield _sentence("is_contested", decision=name)
    elif is_weightless:
        yield _sentence("contested_elsewhere", decision=name)
    if settled.unsupported:
        listed = ", ".join(f"“{option}”" for option in settled.unsupported)
        yield _sentence("no_expert_chose", decision=name, options=listed)
    if settled.standing == "agreed" and settled.weight == 0:
        yield _sentence("agreed_now", decision=name)
    if settled.standing == "few":
        yield _sentence("settled_by_few", decision=name, count=settled.n)
    texts = (*settled.reread, *settled.written)
    if texts:
        yield _sentence("read_again", decision=name, places=", ".join(dotted(place) for place in texts))

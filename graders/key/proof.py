"""What a key is proven against, and the problems that the keys of several kinds of decisions can have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graders.key.critical_errors import ANYONE, CriticalError
from graders.key.rules import KeyRule
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.directory.sources import Source
from scenarios.documents.document import DataPath, Document
from scenarios.documents.problem import Problem
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))


@dataclass(frozen=True, slots=True)
class KeyProof:
    """A key file, and what it is held against; rules: empty for a key that names none."""

    document: Document
    case: Case
    sources: Mapping[str, Source]
    errors: Mapping[str, CriticalError]
    rules: Mapping[str, KeyRule]

    def unknown(self, path: DataPath, kind: str, name: str, known: Iterable[str]) -> Problem:
        """The problem of a name in the key that points to nothing."""
        choices = ", ".join(known) or "–"
        return self.document.problem(
            path,
            _finding("there_no", kind=_finding(f"kind_{kind.replace(chr(32), chr(95))}"), name=name),
            _finding("use_one", choices=choices),
            "link",
        )

    def carried(self, codes: Iterable[str]) -> bool:
        """Whether one of these sources is law or a safeguarding standard that was read."""
        return any(code in self.sources and self.sources[code].carries_a_flag for code in codes)


@dataclass(frozen=True, slots=True)
class PartProof:
    """The key of one decision, and what it is held against. Paths are counted from there.

    panel: whether experts have played the case.
    """

    proof: KeyProof
    decision: Decision
    panel: bool

    @property
    def options(self) -> tuple[str, ...]:
        """The options or services of the decision."""
        return self.decision.option_ids

    def path(self, tail: DataPath) -> DataPath:
        """Where a part of this key stands in its file."""
        return ("decisions", self.decision.id, *tail)

    def problem(self, tail: DataPath, fault: str, remedy: str, rule: str) -> Problem:
        """A problem of this key."""
        return self.proof.document.problem(self.path(tail), fault, remedy, rule)

    def unknown(self, tail: DataPath, kind: str, name: str, known: Iterable[str]) -> Problem:
        """The problem of a name that points to nothing."""
        return self.proof.unknown(self.path(tail), kind, name, known)

    def unknowns(self, tail: DataPath, names: Iterable[str]) -> Iterator[Problem]:
        """The problem of each name that is no option of the decision."""
        for name in names:
            if name not in self.options:
                yield self.unknown((*tail, name), "option", name, self.options)

    def complete(
        self, tail: DataPath, wanted: Iterable[str], given: Iterable[str], rule: str
    ) -> Iterator[Problem]:
        """The problem of each option that is wanted and not given, or given and not wanted."""
        options, there = tuple(wanted), tuple(given)
        for option in options:
            if option not in there:
                fault = _finding("has_no", option=option, rule=_finding(f"thing_{rule}"))
                yield self.problem((*tail, option), fault, _finding("add_here", option=option), rule)
        for option in there:
            if option not in options:
                yield self.unknown((*tail, option), "option", option, options)

    def unfounded(self, tail: DataPath, what: str) -> Problem:
        """The problem of a flag that no source carries."""
        fault = _finding("rests_on_no_law", what=what)
        return self.problem(tail, fault, _finding("name_one_among_its"), "flag-source")

    def flag_problems(self, tail: DataPath, role: str, code: str | None) -> Iterator[Problem]:
        """What is wrong with a harm or a must: whom it binds, and by which critical error."""
        played = self.proof.case.role
        if role not in {played, ANYONE}:
            fault = _finding("flag_binds_case_played", role=role, played=played)
            yield self.problem(
                (*tail, "role"), fault, _finding("write_or", played=played, anyone=ANYONE), "role"
            )
        if code is None:
            return
        error = self.proof.errors.get(code)
        if error is None:
            yield self.unknown((*tail, "code"), "critical error", code, self.proof.errors)
        elif not error.binds(role):
            fault = _finding("no_duty", code=code, role=role)
            remedy = _finding("binds_name_one_them", join=", ".join(error.roles))
            yield self.problem((*tail, "role"), fault, remedy, "role")

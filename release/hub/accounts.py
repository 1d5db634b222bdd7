"""Who comes into a hub, and by what: the code on a card once, and from then on a password of one's own."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import argon2
from filelock import FileLock
from pydantic import Field, TypeAdapter, ValidationError

from graders.people.roster import Roster, course_roster
from release.hub.hub_plan import Claim
from release.hub.places import HubPlaces, make_home
from release.hub.system_accounts import SystemAccount, make_account, owner_of
from release.hub.words import HubError, hub_sentence
from release.workshop.seats.seat import SeatMaker, plain_code, secret_in
from release.workshop.seats.throttle import Rate, Throttle
from scenarios.documents.part import Part
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

ACCOUNT_PREFIX = "kasus-"
_SIGNS = 6
LEAST_PASSWORD, MOST_PASSWORD = 8, 200
# Guesses at one account: so many at once, and then so many a minute.
_EACH, _ALL = Rate(10, 2), Rate(600, 300)
_LOCK_SECONDS = 10

# in: come in; choose: the code is right, and a password is to be chosen; the others: why nobody comes in.
Outcome: TypeAlias = Literal["in", "choose", "wrong", "used", "short", "later"]


class AccountState(Part):
    """What is kept of an account. card: how often it was replaced; password: Argon2's hash, "" before."""

    card: Annotated[int, Field(ge=0)] = 0
    password: str = ""


_STATES = TypeAdapter(dict[str, AccountState])
_NEW = AccountState()


@dataclass(frozen=True, slots=True)
class HubAccount:
    """An account of the hub. trainee: whose it is, by the id of the roster; None for the facilitator."""

    name: str
    trainee: str | None


@dataclass(frozen=True)
class HubAccounts:
    """The accounts of one course. The facilitator is whoever the folder of the course belongs to."""

    course: Path
    places: HubPlaces
    throttle: Throttle = field(
        default_factory=lambda: Throttle(_EACH, _ALL, counted_by=str, what="a password")
    )

    @cached_property
    def facilitator(self) -> SystemAccount:
        """Whose course it is. Raises HubError where it is root's."""
        return owner_of(self.course)

    def roster(self) -> Roster:
        """Who takes part, as the course has it now. Raises RosterError."""
        return course_roster(self.course)

    def all(self) -> Mapping[str, HubAccount]:
        """Every account by its name, the facilitator's first. Raises HubError, RosterError."""
        own = HubAccount(self.facilitator.name, None)
        trainees = (HubAccount(self.account_of(trainee), trainee) for trainee in self.roster())
        return {own.name: own} | {each.name: each for each in trainees}

    def account_of(self, trainee: str) -> str:
        """The name of a trainee's account, which says nothing of them."""
        signs = plain_code(self._maker.resume_code(f"hub account {trainee}"))
        return ACCOUNT_PREFIX + signs[:_SIGNS].lower()

    def account_known_by(self, what: Claim, value: str) -> str | None:
        """The account of whoever the roster has by an id or e-mail, None for nobody. Raises RosterError."""
        folded = value.casefold()
        for trainee, person in self.roster().items():
            if value == trainee if what == "id" else folded == person.email.casefold():
                return self.account_of(trainee)
        return None

    def settle(self, account: HubAccount) -> SystemAccount:
        """The system account of a trainee with its home, made where need be. Raises HubError, OSError."""
        home = self.places.home(account.name)
        own = make_account(account.name, account.trainee or "", home)
        make_home(home, own.uid, own.gid)
        return own

    def code(self, account: str) -> str:
        """The code on the card of an account, such as ``K7QM-2XBR``, used or not. Raises HubError."""
        return self._code(account, self._states().get(account, _NEW))

    def is_used(self, account: str) -> bool:
        """Whether the card was used, so that its code opens nothing any more. Raises HubError."""
        return bool(self._states().get(account, _NEW).password)

    def open(self, account: str, secret: str, chosen: str = "") -> Outcome:
        """Whether whoever typed this comes in.

        secret: a code or a password; chosen: the password of one's own, with a code alone. Raises HubError,
        RosterError.
        """
        if self.throttle.take(account):
            return "later"
        if account not in self.all():
            return "wrong"
        outcome = self._outcome(account, secret, chosen)
        if outcome in {"in", "choose"}:
            self.throttle.give_back(account)
        return outcome

    def replace_cards(self, trainees: Collection[str]) -> None:
        """New cards for these people: their codes and passwords of before open nothing any more.

        An empty id is the facilitator's. Raises HubError for whoever is not in the roster.
        """
        roster = self.roster()
        if strangers := [each for each in trainees if each and each not in roster]:
            raise HubError(hub_sentence("no_person", course=self.course, ids=", ".join(strangers)))
        with self._locked():
            states = dict(self._states())
            for trainee in trainees:
                name = self.account_of(trainee) if trainee else self.facilitator.name
                states[name] = AccountState(card=states.get(name, _NEW).card + 1)
            self._write(states)

    def _outcome(self, account: str, secret: str, chosen: str) -> Outcome:
        state = self._states().get(account, _NEW)
        has_code = hmac.compare_digest(plain_code(secret), plain_code(self._code(account, state)))
        if state.password:
            return "in" if _fits(state.password, secret) else "used" if has_code else "wrong"
        if not has_code:
            return "wrong"
        if not chosen:
            return "choose"
        if not LEAST_PASSWORD <= len(chosen) <= MOST_PASSWORD or plain_code(chosen) == plain_code(secret):
            return "short"
        # A hash takes a while on purpose, and others come in meanwhile.
        own = AccountState(card=state.card, password=argon2.PasswordHasher().hash(chosen))
        with self._locked():
            states = self._states()
            if states.get(account, _NEW) != state:
                return "used"
            self._write({**states, account: own})
        return "in"

    @cached_property
    def _maker(self) -> SeatMaker:
        return SeatMaker(secret_in(self.places.own))

    def _code(self, account: str, state: AccountState) -> str:
        numbered: Callable[[str], int] = lambda _: state.card  # noqa: E731 -- the number of this card
        return SeatMaker(self._maker.secret, numbered).resume_code(f"hub {account}")

    def _states(self) -> Mapping[str, AccountState]:
        file = self.places.accounts
        try:
            return _STATES.validate_json(file.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError):
            raise HubError(hub_sentence("accounts_unread", file=file)) from None

    def _write(self, states: Mapping[str, AccountState]) -> None:
        write_whole(self.places.accounts, _STATES.dump_json(dict(states), indent=1), mode=OWNER_ALONE)

    def _locked(self) -> FileLock:
        # The command that prints cards may run beside the hub.
        return FileLock(self.places.accounts.with_suffix(".lock"), timeout=_LOCK_SECONDS)


def _fits(password: str, typed: str) -> bool:
    try:
        return argon2.PasswordHasher().verify(password, typed[: MOST_PASSWORD + 1])
    except argon2.exceptions.VerificationError:
        return False

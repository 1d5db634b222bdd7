"""What the buttons of a learning record store do: keep its address and who may write there, and try it.

Off as long as nobody has saved one. Its login stands in a file of the data folder that is this user's alone,
never on a page and in no plan.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from release.workshop.data_folder import own_folder
from release.workshop.desk.desk import Desk
from release.workshop.desk.notice import Notice, notice
from release.workshop.failure import WorkshopRefusedError
from release.workshop.plan import read_plan, settled_store, write_plan
from release.workshop.web.record_store.learning_store import (
    LearningStore,
    StoreRefusedError,
    keep_login,
    login_in,
)

_notice = partial(notice, Path(__file__).with_name("settings.yaml"))


@dataclass(frozen=True, slots=True)
class StoreDesk:
    """The buttons, on the desk of one data folder."""

    desk: Desk

    @property
    def name(self) -> str:
        """Under which name the lab writes there, "" where none is kept."""
        return login_in(self.desk.data).partition(":")[0]

    def save(self, address: str, name: str, password: str) -> Notice:
        """Keep a store that hears of decisions from the next start on. password: "" for that of before."""
        if self.desk.plan.course is not None:
            return _notice("bad", "store_desk_course")
        try:
            settled = settled_store(address.strip())
        except WorkshopRefusedError:
            return _notice("bad", "store_desk_address", address=address)
        known, _, before = login_in(self.desk.data).partition(":")
        secret = password or (before if name == known else "")
        if not name or ":" in name or not secret:
            return _notice("bad", "store_desk_login")
        own_folder(self.desk.data)
        keep_login(self.desk.data, f"{name}:{secret}")
        self._plan(settled)
        return _notice("good", "store_desk_saved")

    def end(self) -> Notice:
        """Tell it nothing more, and forget the login."""
        self._plan(None)
        keep_login(self.desk.data, "")
        return _notice("good", "store_desk_ended")

    def check(self) -> Notice:
        """Ask the store whether it knows the lab; nothing is written there."""
        address, login = self.desk.plan.record_store, login_in(self.desk.data)
        if address is None or not login:
            return _notice("bad", "store_desk_none")
        store = LearningStore.of(address, login)
        try:
            asyncio.run(store.check())
        except StoreRefusedError as error:
            if not error.status:
                return _notice("bad", "store_desk_unreachable", host=store.host)
            name = "store_desk_stranger" if error.status in {401, 403} else "store_desk_refused"
            return _notice("bad", name, host=store.host, status=error.status)
        return _notice("good", "store_desk_reached", host=store.host)

    def _plan(self, address: str | None) -> None:
        plan = read_plan(self.desk.data)
        write_plan(self.desk.data, plan.model_copy(update={"record_store": address}))

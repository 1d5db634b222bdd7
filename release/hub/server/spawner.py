"""A person's server on a hub: a process of their own account, which sees what is theirs and no more."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Instance, Unicode

from graders.key.key import KEYS_VARIABLE
from release.hub.accounts import HubAccount, HubAccounts
from release.hub.places import EXCHANGE_VARIABLE, SETTINGS, TRAINEE_VARIABLE

_OWNER_ALONE, _OTHERS_READ = 0o077, 0o022


class HubSpawner(LocalProcessSpawner):  # type: ignore[misc]  # jupyterhub has no types
    """Starts it.

    accounts: whose account is whose; keys: the folder of the keys, which the facilitator grades by.
    """

    accounts = Instance(HubAccounts).tag(config=True)
    keys = Unicode().tag(config=True)

    @property
    def account(self) -> HubAccount:
        """Whose server this is. Raises KeyError for whoever the roster has no more."""
        return self.accounts.all()[self.user.name]

    async def start(self) -> Any:  # noqa: ANN401 -- JupyterHub's
        """Start it, for whoever came into the roster since the hub began too."""
        account = self.account
        if account.trainee is not None:
            self.accounts.settle(account)
        return await super().start()

    def get_args(self) -> list[str]:
        """What the server is called with."""
        args: list[str] = super().get_args()
        return [
            *args,
            *(_TRAINEE if self.account.trainee is not None else _facilitator(self.accounts.course)),
        ]

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Its environment: what a trainee's nbgrader hands in under is the id of the roster."""
        own: dict[str, str] = super().user_env(env)
        programs = sysconfig.get_path("scripts")
        account = self.account
        own |= {
            "PATH": os.pathsep.join((programs, "/usr/local/bin", "/usr/bin", "/bin")),
            "JUPYTER_CONFIG_PATH": str(SETTINGS),
            # Sockets stand there, whose paths may have 107 letters.
            "JUPYTER_RUNTIME_DIR": f"{own['HOME']}/.run",
            EXCHANGE_VARIABLE: str(self.accounts.places.exchange),
        }
        if account.trainee is None:
            return own | {KEYS_VARIABLE: self.keys}
        return own | {TRAINEE_VARIABLE: account.trainee}

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """What happens in the process before the server begins: it becomes its account's."""
        become = super().make_preexec_fn(name)
        is_trainee, course = self.account.trainee is not None, self.accounts.course

        def begin() -> None:
            become()
            # The exchange takes over how feedback stands in the course.
            os.umask(_OWNER_ALONE if is_trainee else _OTHERS_READ)
            if not is_trainee:
                os.chdir(course)  # where nbgrader looks for its settings

        return begin


# No terminal: the page of an assignment needs none.
_TRAINEE = (
    "--ServerApp.default_url=/tugas",
    "--ServerApp.terminals_enabled=False",
    "--ServerApp.jpserver_extensions=graders.formgrader=False",
)


def _facilitator(course: Path) -> tuple[str, ...]:
    return (
        f"--ServerApp.root_dir={course}",
        "--ServerApp.default_url=/formgrader",
        "--ServerApp.jpserver_extensions=graders.formgrader=True",
        "--ServerApp.jpserver_extensions=nbgrader.server_extensions.formgrader=False",
    )

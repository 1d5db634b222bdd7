"""The plan of a workshop: what a facilitator settled on the start page, kept from one start to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scenarios.documents.problem import BadInputError

PLAN = "plan.json"
MOST_DAYS = 200
KEEP_DAYS = 30


class PlanError(BadInputError):
    """The plan cannot be kept; a sentence."""


class Plan(BaseModel):
    """What is to be run.

    cases: ids, all for practice where empty; seats: None for as many as the machine holds; address: the one
    that participants type; code: whether the join code is asked; certificate, key, services: files.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    cases: tuple[str, ...] = ()
    mode: Literal["practice", "discussion"] = "practice"
    seats: Annotated[int, Field(ge=1, le=1000)] | None = None
    address: str = ""
    port: Annotated[int, Field(ge=0, le=65535)] = 8866
    keep_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = KEEP_DAYS
    certificate: str | None = None
    key: str | None = None
    services: str | None = None

    def options(self, host: str) -> list[str]:
        """The options of ``kasuslab workshop`` that run this plan on the address `host`."""
        named = {
            "--host": host,
            "--port": str(self.port),
            "--mode": self.mode,
            "--keep-days": str(self.keep_days),
            "--cases": ",".join(self.cases) or None,
            "--seats": None if self.seats is None else str(self.seats),
            "--certificate": self.certificate,
            "--key": self.key,
            "--services": self.services,
        }
        return [part for name, value in named.items() if value is not None for part in (name, value)]


def read_plan(data: Path) -> Plan:
    """The plan kept in a data folder; a new one where there is none that can be read."""
    try:
        return Plan.model_validate_json((data / PLAN).read_bytes())
    except (OSError, ValidationError):
        return Plan()


def write_plan(data: Path, plan: Plan) -> None:
    """Keep the plan. Raises PlanError."""
    new = data / f"{PLAN}.new"
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.write_text(plan.model_dump_json(), encoding="utf-8")
        new.replace(data / PLAN)
    except OSError as error:
        why = error.strerror or str(error)
        raise PlanError(f"{data / PLAN} cannot be written ({why}). Free some room; save again.") from None

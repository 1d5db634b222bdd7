"""What a server hands out under a code and any server of the workshop takes back; the writer keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from release.workshop.hall.hall_access import HallSilentError
from release.workshop.hall_wire import CodeUse
from release.workshop.seats.seating import WriterAccess

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RoomCodes(Generic[T]):
    """Values by codes, each to be taken once. use: what they are for; shape: reads and writes a value.

    All of it raises WriterSilentError.
    """

    writer: WriterAccess
    use: CodeUse
    shape: TypeAdapter[T]

    async def put(self, value: T) -> str:
        """A new code for `value`."""
        text = self.shape.dump_json(value).decode()
        answer = await self.writer.ask({"ask": "hand_out", "use": self.use, "value": text})
        if answer["answer"] != "handed_out":
            raise HallSilentError(answer["answer"])
        return answer["code"]

    async def take(self, code: str) -> T | None:
        """What was put under `code`, which works no more then; None where it does not work."""
        return await self._value(code, is_over=True)

    async def look(self, code: str) -> T | None:
        """The same, and the code goes on working."""
        return await self._value(code, is_over=False)

    async def _value(self, code: str, *, is_over: bool) -> T | None:
        if not code:
            return None
        answer = await self.writer.ask({"ask": "coded", "use": self.use, "code": code, "is_over": is_over})
        if answer["answer"] != "coded":
            raise HallSilentError(answer["answer"])
        text = answer["value"]
        return None if text is None else self.shape.validate_json(text)

"""The file that a trainee hands in where there is no hub: one ZIP with a record, and whose it is.

It holds ``decisions.jsonl``, byte for byte as it stands beside the notebook, and ``handin.json``. It
holds no name and no e-mail: whoever collects it knows the participant's id from the course's roster.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from scenarios.documents.json_data import json_data
from scenarios.documents.part import CaseId, Version
from scenarios.documents.problem import BadInputError
from scenarios.engine.event import CourseName, Moment
from scenarios.engine.record import MAX_RECORD_BYTES, RECORD_NAME
from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("record.yaml"))

HAND_IN_FORMAT: Literal[1] = 1
MAX_HAND_IN_BYTES = 1_000_000
MAX_PARTICIPANT = 60
CARD_MEMBER = "handin.json"

_MAX_CARD_BYTES = 4_000
_MOST_BYTES = {RECORD_NAME: MAX_RECORD_BYTES, CARD_MEMBER: _MAX_CARD_BYTES}
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
# An id is no e-mail (“@”), and holds nothing that a file system or nbgrader keeps for itself.
_NO_ID = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff@/\\:*?"<>|\[\]{}+,%#]')
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


class HandInError(BadInputError):
    """A file is no hand-in that can be read; the text names it, says why, and what to do."""


def plain_participant(text: str) -> str:
    """A participant's id as typed, without the spaces around it. Raises ValueError where it can be none."""
    name = text.strip()
    if not name or len(name) > MAX_PARTICIPANT or _NO_ID.search(name):
        raise ValueError(_sentence("no_participant"))
    return name


Participant: TypeAlias = Annotated[str, AfterValidator(plain_participant)]


class HandIn(BaseModel):
    """What stands beside a record that is handed in.

    participant: the id in the course's roster, as the trainee typed it, or None; made: when this file
    was made, in UTC. Of several files of one participant for one case the one made last counts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = HAND_IN_FORMAT
    case: CaseId
    version: Version
    course: CourseName
    participant: Participant | None = Field(default=None)
    made: Moment


def hand_in_name(case_id: str, play: str) -> str:
    """The file's name, the same for the same play, such as ``serahan-daftar-nilai-0123abcd.zip``."""
    return f"serahan-{case_id}-{play[:8]}.zip"


def hand_in_bytes(record: bytes, hand_in: HandIn) -> bytes:
    """The file: `record` as it is, and `hand_in`. The same of both gives the same bytes."""
    made = hand_in.made
    stamp = (int(made[:4]), int(made[5:7]), int(made[8:10]), int(made[11:13]), int(made[14:16]), 0)
    card = json.dumps(hand_in.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in ((RECORD_NAME, record), (CARD_MEMBER, card.encode())):
            member = zipfile.ZipInfo(name, stamp)
            member.external_attr = 0o644 << 16
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def read_hand_in(data: bytes, *, file: str | None = None) -> tuple[HandIn, bytes]:
    """What was handed in, and the record's bytes, which nobody has judged yet.

    Nothing is written anywhere. Raises HandInError, naming `file`, for anything but the two members
    of a hand-in, each of its plain size.
    """
    name = file or _sentence("the_file")
    if len(data) > MAX_HAND_IN_BYTES:
        raise _refusal(name, _sentence("too_large", size=len(data), most=MAX_HAND_IN_BYTES))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive, name)
            record, card = (_member(archive, member, name) for member in (RECORD_NAME, CARD_MEMBER))
    except _BROKEN:
        raise _refusal(name, _sentence("no_zip")) from None
    return parse_hand_in(card, file=name), record


def parse_hand_in(card: bytes, *, file: str = CARD_MEMBER) -> HandIn:
    """``handin.json`` as it was read. Raises HandInError, naming `file`."""
    try:
        body = json_data(card)
    except ValueError:
        raise _refusal(file, _sentence("member_not_json", member=CARD_MEMBER)) from None
    if isinstance(body, dict) and body.get("format") != HAND_IN_FORMAT:
        parts = {"member": CARD_MEMBER, "found": repr(body.get("format")), "wanted": HAND_IN_FORMAT}
        raise HandInError(_sentence("other_format", file=file, **parts))
    try:
        return HandIn.model_validate(body)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        known = [part for part in detail["loc"] if part in HandIn.model_fields]
        place = f"{known[0]}: " if known else ""
        reason = f"{place}{detail['msg']}"
        raise _refusal(file, _sentence("member_unreadable", member=CARD_MEMBER, reason=reason)) from None


def _check_members(archive: zipfile.ZipFile, file: str) -> None:
    names = sorted(member.filename for member in archive.infolist())
    if names != sorted(_MOST_BYTES):
        fault = _sentence("other_members", count=len(names), record=RECORD_NAME, card=CARD_MEMBER)
        raise _refusal(file, fault)
    for member in archive.infolist():
        if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
            raise _refusal(file, _sentence("member_packed", member=member.filename))


def _member(archive: zipfile.ZipFile, name: str, file: str) -> bytes:
    # What a ZIP says of its own sizes may be a lie, so that no more is unpacked than may be there.
    most = _MOST_BYTES[name]
    with archive.open(name) as stream:
        unpacked = stream.read(most + 1)
    if len(unpacked) > most:
        raise _refusal(file, _sentence("member_too_large", member=name, most=most))
    return unpacked


def _refusal(file: str, fault: str) -> HandInError:
    return HandInError(_sentence("no_hand_in", file=file, fault=fault))

"""What the server is answered about the platforms that are registered."""

from __future__ import annotations

from release.lms.platform import Platform
from release.lms.refusal import LtiRefusedError
from release.workshop.lms_wire import AskInvited, AskPlatforms, AskRegister
from release.workshop.wire import Answer
from release.workshop.writer.lms.platform_store import PlatformStore


def registry_answer(request: AskPlatforms | AskInvited | AskRegister, store: PlatformStore) -> Answer:
    """The answer to one request. Raises DatabaseError."""
    if request["ask"] == "platforms":
        return {
            "answer": "platforms",
            "platforms": [one.model_dump(mode="json") for one in store.platforms()],
        }
    if request["ask"] == "invited":
        return {"answer": "done"} if store.is_invited(request["token"]) else {"answer": "nobody"}
    try:
        store.register(Platform.model_validate(request["platform"]), request["token"])
    except LtiRefusedError as error:
        return {"answer": "lti_refused", "reason": error.reason}
    return {"answer": "done"}

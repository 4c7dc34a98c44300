"""What a Matter server says went wrong, in words for people. Pure.

Source: the server's error codes (`matter_server/common/errors.py`); CHIP's error codes as they
stand in its details (connectedhomeip, `src/lib/core/CHIPError.h`).
"""

import re
from collections.abc import Mapping, Sequence

from drivers.kit.errors import AdoptionError, LinkError, RefusedError
from drivers.matter.wire import Failure

ANSWER_S = 20.0
"""A server that does not answer for so long hangs, unless it was told to take longer."""
AWAY = "the Matter server is away"

COMMISSION_FAILED, INTERVIEW_FAILED, NOT_READY, NOT_RESOLVING, NO_SUCH_NODE = 1, 2, 3, 4, 5
STACK, WRONG_ARGUMENTS, WRONG_COMMAND = 7, 8, 9

_INTERACTION = re.compile(r"(?:IM Error|InteractionModelError)[^\n]{0,80}?(0x[0-9A-Fa-f]{1,4})")

_STATUSES: Mapping[int, str] = {
    0x01: "it failed",
    0x7E: "the hub may not do that there",
    0x7F: "it has no such endpoint",
    0x80: "it did not understand the command",
    0x81: "it does not know the command",
    0x85: "it does not take such a value",
    0x86: "it does not have that",
    0x87: "it does not take that value",
    0x88: "that can only be read",
    0x89: "it has no room for more",
    0x8B: "it has nothing of that name",
    0x8D: "that cannot be read",
    0x92: "somebody else changed it meanwhile",
    0x94: "it took too long",
    0x9C: "it is busy",
    0xC3: "it does not have that",
    0xC6: "it wants the command within a time",
    0xC9: "it has no room for more (its fabric table is full)",
    0xCB: "it cannot do that in the state it is in",
    0xCF: "it wants that command by a person at the device",
}
"""Status codes of interactions -> words. Source: Matter 1.5 core specification, 8.10."""

_ADOPTING: Sequence[tuple[str, str, str]] = (
    # what stands in the details, what it means, how to mend it
    (
        "0x0000000b",
        "the device has no room for another system: its fabric table is full",
        "Remove the device from a system that has it and does not need it, then try again",
    ),
    (
        "table is full",
        "the device has no room for another system: its fabric table is full",
        "Remove the device from a system that has it and does not need it, then try again",
    ),
    (
        "fabricconflict",
        "the hub has the device already",
        "Look for it among the devices; forget it there first if it is to be adopted anew",
    ),
    (
        "0x0000007e",
        "the hub has the device already",
        "Look for it among the devices; forget it there first if it is to be adopted anew",
    ),
    (
        "0x0000002f",
        "the server takes the code for none",
        "Compare it with the label",
    ),
    (
        "attestation",
        "the device could not prove that it is certified",
        "If it is of your own making, let the server take test certificates: [matter]",
    ),
)


class FailedError(Exception):
    """The server did not carry out a command, and says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.code}: {failure.details}")
        self.failure = failure


class SilentError(LinkError):
    """A command was not answered in time: the server hangs, or what it asked does."""


def adoption_error(failure: Failure) -> AdoptionError | None:
    """Return what a failed commissioning means; None where the server does not say why."""
    details = failure.details.casefold()
    for mark, what, mend in _ADOPTING:
        if mark in details:
            return AdoptionError(what, mend=mend)
    if failure.code in {INTERVIEW_FAILED, NOT_RESOLVING}:
        return AdoptionError(
            "the device took the code, and then did not tell what it is",
            mend="Look whether it is still on and in the same network, and try again",
        )
    if failure.code == COMMISSION_FAILED:
        return None
    if failure.code in {WRONG_ARGUMENTS, WRONG_COMMAND}:
        return AdoptionError(
            f"the Matter server does not know how: {failure.details[:200] or failure.code}",
            mend="Take a newer server",
        )
    return AdoptionError(f"the Matter server failed: {failure.details[:200] or failure.code}")


def is_lost(failure: Failure) -> bool:
    """Say whether a failure means that the node does not answer, and not that it said no."""
    if failure.code in {NOT_READY, NOT_RESOLVING}:
        return True
    said = failure.details
    if failure.code not in {0, STACK} or _INTERACTION.search(said):
        return False
    # Of a session that could not be made the server says nothing at all.
    return not said or "CHIP Error" in said


def needs_time(failure: Failure) -> bool:
    """Say whether a command was refused because it must come with a time within which it counts."""
    return _status(failure) == 0xC6


def refusal(failure: Failure) -> RefusedError:
    """Return what a command that failed at a node means."""
    status = _status(failure)
    if status is not None:
        return RefusedError(status_words(status))
    if failure.code == NO_SUCH_NODE:
        return RefusedError("the Matter server has no such device any more")
    if failure.code == NOT_READY:
        return RefusedError("the Matter server does not reach it")
    return RefusedError(f"the Matter server says: {failure.details[:200] or failure.code}")


def status_words(status: int) -> str:
    """Return in words what the status of an interaction says."""
    return _STATUSES.get(status, f"it said no (status {status:#04x})")


def in_words(details: str) -> str:
    """Return what a server's details tell of a node that does not answer; "" if nothing."""
    if "AddressResolve" in details:
        return "it is not found in the network"
    if "secure_channel" in details or "CASE" in details:
        return "it refuses the hub's session: it may have been reset, or the hub removed from it"
    return ""


def _status(failure: Failure) -> int | None:
    found = _INTERACTION.search(failure.details)
    return int(found[1], 16) if found else None

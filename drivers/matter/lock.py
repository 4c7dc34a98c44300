"""The users of a lock and their codes. Pure.

Source: Matter 1.5 application cluster specification, section "Door Lock cluster": SetCredential,
ClearCredential, SetUser, GetUser, ClearUser. A code has a number of its own, and belongs to a user;
a user that it is set for without being named is made by the lock.
"""

from collections.abc import Mapping

from msgspec import Struct

from drivers.kit.errors import MalformedError, RefusedError
from drivers.matter.asking import takes_number, takes_parts, within, worded
from drivers.matter.attributes import Beside, Invoke, Takes
from drivers.matter.codecs import member, to_number
from hubd.model.device import Property
from hubd.model.value import ValueType

_PIN = 1
_ADD, _MODIFY = 0, 2
_ENABLED = 1
_MOST_USERS, _MOST_CODES, _LEAST_LENGTH, _MOST_LENGTH = 17, 18, 24, 23
"""Attributes that say how many users and codes it takes, and of what length."""
_UNUSED = 0


class LockUser(Struct, frozen=True):
    """A user of a lock. `codes` are the numbers of its codes; `next` is the next user's number."""

    number: int
    name: str
    enabled: bool
    codes: tuple[int, ...]
    next: int | None


def ask_user(number: int) -> Invoke:
    """Return what asks for a user."""
    return Invoke(27, "GetUser", {"userIndex": number})


def read_user(answer: object) -> LockUser | None:
    """Return the user that a lock answers with; None for a number without one.

    Raises MalformedError for what is no answer.
    """
    number = to_number(member(answer, 0, "userIndex"))
    status = member(answer, 3, "userStatus")
    following = to_number(member(answer, 8, "nextUserIndex"))
    if number is None:
        raise MalformedError("has no number of a user")
    if status is None or status == _UNUSED:
        return None
    name, listed = member(answer, 1, "userName"), member(answer, 5, "credentials")
    codes = [
        to_number(member(item, 1, "credentialIndex"))
        for item in (listed[:64] if isinstance(listed, list) else ())
        if isinstance(item, Mapping) and member(item, 0, "credentialType") == _PIN
    ]
    return LockUser(
        int(number),
        name if isinstance(name, str) else "",
        status == _ENABLED,
        tuple(int(code) for code in codes if code is not None),
        None if following is None else int(following),
    )


def set_code() -> Takes:
    """Return what sets a code: its number, and its digits; `user` if it is for one there is."""

    def fields(said: Mapping[str, object], beside: Beside) -> Mapping[str, object]:
        user = said.get("user")
        return {
            "credential": _credential(said.get("number"), beside),
            "credentialData": _digits(said.get("code"), beside),
            "userIndex": None
            if user is None
            else round(within(user, 1, _most(beside, _MOST_USERS))),
        }

    return takes_parts(
        fields,
        Property("number", ValueType.INTEGER, writable=True, minimum=1, title="number of the code"),
        Property("code", ValueType.STRING, writable=True, title="digits"),
        Property("user", ValueType.INTEGER, writable=True, minimum=1, title="number of the user"),
    )


def clear_code() -> Takes:
    """Return what takes the number of a code to forget."""

    def fields(said: Mapping[str, object], beside: Beside) -> Mapping[str, object]:
        return {"credential": _credential(said.get("number"), beside)}

    number = Property(
        "number", ValueType.INTEGER, writable=True, minimum=1, title="number of the code"
    )
    return takes_parts(fields, number)


def named_user() -> Takes:
    """Return what takes a user's number and its name."""

    def fields(said: Mapping[str, object], beside: Beside) -> Mapping[str, object]:
        name = worded(said.get("name"))
        if len(name.encode()) > 10:
            raise RefusedError("a lock takes names of at most 10 bytes")
        most = _most(beside, _MOST_USERS)
        return {"userIndex": round(within(said.get("user"), 1, most)), "userName": name}

    return takes_parts(
        fields,
        Property("user", ValueType.INTEGER, writable=True, minimum=1, title="number of the user"),
        Property("name", ValueType.STRING, writable=True, title="name"),
    )


_NOTHING_ELSE: Mapping[str, object] = {"userStatus": None, "userType": None}

LOCK_ACTIONS: Mapping[str, Invoke] = {
    "DoorLock.unbolt": Invoke(39, "UnboltDoor"),
    "DoorLock.addUser": Invoke(
        26,
        "SetUser",
        {
            "operationType": _ADD,
            "userUniqueID": None,
            "userStatus": _ENABLED,
            "userType": 0,
            "credentialRule": 0,
        },
        named_user(),
    ),
    "DoorLock.setCode": Invoke(
        34, "SetCredential", {"operationType": _ADD, **_NOTHING_ELSE}, set_code()
    ),
    "DoorLock.clearCode": Invoke(38, "ClearCredential", {}, clear_code()),
    "DoorLock.nameUser": Invoke(
        26,
        "SetUser",
        {"operationType": _MODIFY, "userUniqueID": None, "credentialRule": None, **_NOTHING_ELSE},
        named_user(),
    ),
    "DoorLock.removeUser": Invoke(
        29, "ClearUser", {}, takes_number("userIndex", "number of the user", low=1, high=0xFFFD)
    ),
}
"""What a lock can be asked to do that is no state."""


def _credential(number: object, beside: Beside) -> Mapping[str, object]:
    most = _most(beside, _MOST_CODES)
    return {"credentialType": _PIN, "credentialIndex": round(within(number, 1, most))}


def _digits(code: object, beside: Beside) -> bytes:
    told = code if isinstance(code, str) else ""
    least = to_number(beside.attributes.get(_LEAST_LENGTH)) or 1
    most = to_number(beside.attributes.get(_MOST_LENGTH)) or 255
    if not (told.isascii() and told.isdigit() and least <= len(told) <= most):
        raise RefusedError(f"a code of this lock has {least:g} to {most:g} digits")
    return told.encode()


def _most(beside: Beside, own: int) -> float:
    return to_number(beside.attributes.get(own)) or 0xFFFD

"""What the API takes: bodies and queries, strictly checked by pydantic."""

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from hubd.api.errors import InvalidError, MalformedError
from hubd.documents import did_you_mean
from hubd.guard.permission import Permission
from hubd.model.home import Role

_MOST_EVENTS = 1000
_LARGEST = 2**53
_NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"

Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_CONTROLS)]
"""An id, or part of one."""
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, strip_whitespace=True, pattern=_NO_CONTROLS),
]
Secret = Annotated[str, StringConstraints(max_length=1024)]
Text = Annotated[str, StringConstraints(max_length=60_000)]
"""The whole text of a file."""
Moment = Annotated[AwareDatetime, Field(strict=False)]
"""A time with its zone, as text."""
Setting = (
    bool
    | Annotated[int, Field(ge=-_LARGEST, le=_LARGEST)]
    | Annotated[float, Field(allow_inf_nan=False)]
    | Annotated[str, StringConstraints(max_length=4096, pattern=_NO_CONTROLS)]
)
"""A value that a property can be given."""


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @classmethod
    def from_json(cls, body: bytes) -> Self:
        """Read a body. Raises MalformedError and InvalidError, which name the field."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise _in_words(cls, error) from error


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def from_pairs(cls, pairs: dict[str, str]) -> Self:
        """Read a query. Raises InvalidError, which names the field."""
        try:
            return cls.model_validate(pairs)
        except ValidationError as error:
            raise _in_words(cls, error) from error


class SummonRequest(_Request):
    """A scene is begun or ended, in one area where it is named."""

    area: Word | None = None
    why: Annotated[str, StringConstraints(max_length=200, pattern=_NO_CONTROLS)] = ""


class ReplyRequest(_Request):
    """An answer to what a scene asks."""

    scene: Word
    timer: Word
    yes: bool


class OwnerRequest(_Request):
    """The first owner comes in."""

    code: Annotated[str, StringConstraints(max_length=64)]
    name: Name
    password: Secret


class SessionRequest(_Request):
    """Someone signs in."""

    name: Annotated[str, StringConstraints(max_length=64)]
    password: Secret


class PasswordRequest(_Request):
    """A new password. `old` is needed to change one's own."""

    password: Secret
    old: Secret = ""


class ClaimRequest(_Request):
    """A person's hand on a property: `value` for `for_s` seconds, or as long as is usual for it."""

    property: Word
    value: Setting
    for_s: Annotated[float, Field(gt=0, le=365 * 86400, allow_inf_nan=False)] | None = None
    why: Annotated[str, StringConstraints(max_length=200, pattern=_NO_CONTROLS)] = ""


class ActionRequest(_Request):
    """Ask a device for an action."""

    device: Word
    endpoint: Word
    action: Word
    argument: Setting | None = None
    why: Annotated[str, StringConstraints(max_length=200, pattern=_NO_CONTROLS)] = ""


class AdoptRequest(_Request):
    """Adopt a found thing: the answers to its needs, and what it is called and where it is.

    `area` is an area's id or name; one that is not there is made. "" is nowhere.
    """

    answers: Annotated[dict[Word, Secret], Field(max_length=20)] = Field(default_factory=dict)
    name: Annotated[str, StringConstraints(max_length=64, pattern=_NO_CONTROLS)] = ""
    area: Annotated[str, StringConstraints(max_length=64, pattern=_NO_CONTROLS)] | None = None


class AddRequest(AdoptRequest):
    """Adopt a thing that does not show itself: by which driver, and what is told of it."""

    driver: Word


class ErrandRequest(_Request):
    """Have an errand run: for a device, if it is for one, with the answers to its needs."""

    device: Word | None = None
    answers: Annotated[dict[Word, Secret], Field(max_length=20)] = Field(default_factory=dict)


class DismissRequest(_Request):
    """Show a found thing no more; or, with false, again."""

    dismissed: bool = True


class RenameRequest(_Request):
    """What people call a device and where it is; what is left out stays as it is."""

    name: Annotated[str, StringConstraints(max_length=64, pattern=_NO_CONTROLS)] | None = None
    area: Annotated[str, StringConstraints(max_length=64, pattern=_NO_CONTROLS)] | None = None
    aliases: Annotated[list[Name], Field(max_length=20)] | None = None
    roles: Annotated[list[Name], Field(max_length=20)] | None = None


class JoinRequest(_Request):
    """Make the device `other` a path to the thing that the device `thing` is."""

    thing: Word
    other: Word


class ConfirmRequest(_Request):
    """Let be what the event `withheld` holds back."""

    withheld: Annotated[int, Field(ge=1, le=_LARGEST)]


class CallRequest(_Request):
    """What is said with an outside call."""

    text: Annotated[str, StringConstraints(max_length=1000, pattern=_NO_CONTROLS)] = ""


class SceneTry(_Request):
    """What a file of scenes or tests might say."""

    path: Word
    text: Text


class SceneSave(_Request):
    """What a file of scenes or tests shall say; with `force` whatever speaks against it."""

    text: Text
    force: bool = False


class PersonRequest(_Request):
    """A new person. Without a password they are known to the home but can't sign in."""

    name: Name
    role: Annotated[Role, Field(strict=False)]
    password: Secret | None = None


class PersonChange(_Request):
    """What a person shall be called, and their role."""

    name: Name
    role: Annotated[Role, Field(strict=False)]


class TokenRequest(_Request):
    """A new token, with some of one's own rights. Without `expires` it is good until revoked."""

    name: Name
    permissions: Annotated[
        list[Annotated[Permission, Field(strict=False)]], Field(min_length=1, max_length=50)
    ]
    expires: Annotated[AwareDatetime, Field(strict=False)] | None = None


class WhatIfRequest(_Request):
    """Scenes to try (text by path) on the past, from when until before when; all of it without."""

    scenes: Annotated[dict[Word, str], Field(max_length=1000)]
    from_: Annotated[Moment | None, Field(alias="from")] = None
    to: Moment | None = None
    picture: bool = False


class ReleaseQuery(_Query):
    """Which property to let go of."""

    property: Word


class WhyQuery(_Query):
    """What to explain: the id of a device, of a property or of an event."""

    of: Word


class WhyNotQuery(_Query):
    """Which scene did not begin, by when (now without it), within how many hours before that."""

    scene: Word
    at: AwareDatetime | None = None
    within_h: Annotated[float, Field(gt=0, le=24 * 366, allow_inf_nan=False)] = 24


class EventsQuery(_Query):
    """Which events to list: those with `after` < id < `before` that match all."""

    before: Annotated[int, Field(ge=0, le=_LARGEST)] = 0
    after: Annotated[int, Field(ge=0, le=_LARGEST)] = 0
    device: Word | None = None
    area: Word | None = None
    kind: Word | None = None
    limit: Annotated[int, Field(ge=1, le=_MOST_EVENTS)] = 100


class AuditQuery(_Query):
    """Which entries of the audit to list."""

    before: Annotated[int, Field(ge=0, le=_LARGEST)] = 0
    limit: Annotated[int, Field(ge=1, le=_MOST_EVENTS)] = 100


class Resume(_Request):
    """WebSocket: send the events after the one of this id."""

    type: Literal["resume"]
    after: Annotated[int, Field(ge=0, le=_LARGEST)]


Body = _Request
Query = _Query


def _in_words(model: type[BaseModel], error: ValidationError) -> MalformedError | InvalidError:
    first: ErrorDetails = error.errors(include_url=False, include_input=False)[0]
    where = [str(part) for part in first["loc"] if isinstance(part, int) or part in _names(model)]
    match first["type"]:
        case "json_invalid":
            return MalformedError(
                f"The body is not JSON: {_context(first, 'error')}", mend="Send one JSON object."
            )
        case "model_type" | "model_attributes_type":
            return MalformedError("The body is no JSON object", mend="Send one JSON object.")
        case "extra_forbidden":
            word = str(first["loc"][-1])
            return InvalidError(
                f"There is no field {word!r} here",
                mend=did_you_mean(word, model.model_fields).capitalize(),
            )
        case "missing":
            return InvalidError(f"The field {first['loc'][-1]!r} is missing", mend="Add it.")
        case _:
            field = ".".join(where) or "the body"
            return InvalidError(f"{field}: {first['msg']}", mend=f"Send another {field!r}.")


def _names(model: type[BaseModel]) -> set[str]:
    return set(model.model_fields)


def _context(details: ErrorDetails, key: str) -> Any:
    return details.get("ctx", {}).get(key, "")

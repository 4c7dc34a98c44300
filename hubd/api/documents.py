"""What the API answers with. Slim records, since a home of 1,000 devices is encoded in one go.

Their JSON Schemas stand in the OpenAPI document. Times are ISO 8601 in UTC; lists are never null.
"""

from datetime import datetime

from msgspec import Struct

from hubd.api.port import SafetyRule, SceneState
from hubd.model.device import DeviceType, Trouble
from hubd.model.events import What
from hubd.model.home import Area, Floor, Person, Place, Role
from hubd.model.ids import AreaId, DeviceId, EndpointId, EventId, PersonId, PropertyId, SceneId
from hubd.model.value import Value, ValueType
from hubd.whatif.answer import Answer
from scenes.attempts import Came
from scenes.whynot import Lack


class Hello(Struct, frozen=True):
    """All that is told before anyone has signed in."""

    owner_needed: bool


class Me(Struct, frozen=True):
    """Who is asking. `person` is null for a user of the machine itself."""

    person: PersonId | None
    name: str
    role: Role
    permissions: list[str]


class ClaimDocument(Struct, frozen=True, gc=False):
    """A claim that stands."""

    owner: str
    value: Value
    priority: str
    why: str
    until: datetime | None


class PropertyDocument(Struct, frozen=True):
    """A property and its shadow. `since` is when the value last changed."""

    id: PropertyId
    name: str
    title: str
    type: ValueType
    unit: str
    writable: bool
    minimum: float | None
    maximum: float | None
    step: float | None
    choices: tuple[str, ...]
    value: Value
    known: bool
    desired: Value
    pending: bool
    since: datetime | None
    claims: tuple[ClaimDocument, ...]


class WithheldDocument(Struct, frozen=True):
    """A claim or an action that a safety rule holds back.

    `confirm` is who may let it be until `until` ("person" or "owner"); null is nobody.
    """

    event: EventId
    rule: str
    property: PropertyId
    value: Value
    owner: str
    why: str
    text: str
    since: datetime
    confirm: str | None
    until: datetime | None


class SlowedDocument(Struct, frozen=True):
    """A device that gets no commands until then, for it had too many."""

    device: DeviceId
    until: datetime


class SafetyDocument(Struct, frozen=True):
    """The safety rules, in words, and what they hold back now."""

    rules: list[SafetyRule]
    withheld: list[WithheldDocument]
    slowed: list[SlowedDocument]


class ActionDocument(Struct, frozen=True, gc=False):
    """An action that a device can be asked for."""

    name: str
    title: str


class SignalDocument(Struct, frozen=True):
    """A momentary event that a device can send."""

    name: str
    title: str
    choices: tuple[str, ...]


class EndpointDocument(Struct, frozen=True):
    """One function of a device."""

    id: EndpointId
    type: DeviceType
    name: str
    properties: list[PropertyDocument]
    actions: list[ActionDocument]
    signals: list[SignalDocument]


class PathDocument(Struct, frozen=True):
    """A way by which a joined thing is reached: a driver's record of it (see /api/things).

    `live` is null while its driver has not said whether it is.
    """

    id: DeviceId
    driver: str
    live: bool | None


class DeviceDocument(Struct, frozen=True):
    """A device, with the present state of its properties.

    `seen` is when it said something last; null is never. What it is said to be like is as old.
    `paths`: where others were joined to it, the ways by which it is reached, the best first.
    """

    id: DeviceId
    name: str
    area: AreaId | None
    maker: str
    model: str
    driver: str
    available: bool
    unreachable_reason: str | None
    seen: datetime | None
    troubles: tuple[Trouble, ...]
    paths: list[PathDocument]
    endpoints: list[EndpointDocument]


class HomeDocument(Struct, frozen=True):
    """The whole home, as it is after the event `last_event`."""

    name: str
    place: Place
    floors: list[Floor]
    areas: list[Area]
    people: list[Person]
    devices: list[DeviceDocument]
    last_event: EventId


class Accepted(Struct, frozen=True):
    """A wish was taken up; how it comes out shows in the events that `event` caused."""

    event: EventId


class EventDocument(Struct, frozen=True):
    """One event: what it says, and the same in words."""

    id: EventId
    at: datetime
    kind: str
    source: str
    cause: EventId | None
    device: DeviceId | None
    text: str
    what: What


class EventPage(Struct, frozen=True):
    """Events, newest first; `next_before` asks for the page after, null is the end."""

    events: list[EventDocument]
    next_before: EventId | None


class StepDocument(Struct, frozen=True):
    """One event in a chain of causes."""

    event: EventId
    at: datetime
    kind: str
    text: str


class Why(Struct, frozen=True):
    """Why something is as it is. `claims` say what stands on a property, the winner first."""

    sentence: str
    steps: list[StepDocument]
    claims: tuple[str, ...] = ()


class WhenDocument(Struct, frozen=True):
    """One item of a scene's `when` (from 0), in one area: how near it came; `came_about` counts."""

    item: int
    area: str
    when: str
    came_about: int
    nearest: Came
    at: datetime
    lacks: tuple[Lack, ...]
    text: str


class WhyNotDocument(Struct, frozen=True):
    """Why a scene did not begin between `since` and `at`.

    `nearest` says how near it came, at `nearest_at`; both are null where it never can. `lacks` is
    what would have had to be otherwise. `event` is that of its beginning, if it did begin.
    """

    scene: SceneId
    sentence: str
    since: datetime
    at: datetime
    nearest: Came | None
    nearest_at: datetime | None
    event: EventId | None
    lacks: tuple[Lack, ...]
    whens: list[WhenDocument]
    problems: tuple[str, ...]


class WhatIf(Answer, frozen=True):
    """What other scenes would have done; `picture` is SVG, where it was asked for."""

    picture: str | None = None


class SceneDocument(Struct, frozen=True):
    """A scene, and how it stands."""

    id: SceneId
    name: str
    path: str
    state: SceneState
    targets: tuple[PropertyId, ...]
    last_fired: datetime | None
    problem: str | None


class QuestionDocument(Struct, frozen=True):
    """Something that a scene missed while the hub was off, and asks whether to make up for."""

    scene: SceneId
    timer: str
    text: str


class SceneText(Struct, frozen=True):
    """The text of a file of scenes or tests."""

    path: str
    text: str


class PersonDocument(Struct, frozen=True):
    """A person of the home; `can_sign_in` if they have a password."""

    id: PersonId
    name: str
    role: Role
    can_sign_in: bool


class TokenDocument(Struct, frozen=True):
    """A token, without its text."""

    id: str
    name: str
    person: PersonId
    permissions: list[str]
    created: datetime
    expires: datetime | None


class NewToken(Struct, frozen=True):
    """A token that was just made. `text` is shown this once."""

    token: TokenDocument
    text: str


class AuditDocument(Struct, frozen=True):
    """An entry of the audit."""

    id: int
    at: datetime
    source: str
    action: str
    subject: str
    detail: str
    hash: str


class AuditPage(Struct, frozen=True):
    """Entries of the audit, newest first; `next_before` asks for the next page, null is the end."""

    entries: list[AuditDocument]
    next_before: int | None


class AuditCheck(Struct, frozen=True):
    """Whether the whole audit holds as it was written, and if not, where it breaks."""

    intact: bool
    problem: str | None


class ErrorBody(Struct, frozen=True):
    """What is wrong; `code` is stable, `mend` says how to mend it."""

    code: str
    message: str
    mend: str


class ErrorDocument(Struct, frozen=True):
    """How every error is told."""

    error: ErrorBody


class HomeMessage(HomeDocument, frozen=True, tag_field="type", tag="home"):
    """WebSocket: the whole home."""


class Change(Struct, frozen=True):
    """The changing part of a property."""

    id: PropertyId
    value: Value
    known: bool
    desired: Value
    pending: bool
    since: datetime | None
    claims: tuple[ClaimDocument, ...]


class ChangesMessage(Struct, frozen=True, tag_field="type", tag="changes"):
    """WebSocket: properties that changed, as they are after `at_event`."""

    at_event: EventId
    properties: list[Change]


class EventsMessage(Struct, frozen=True, tag_field="type", tag="events"):
    """WebSocket: events that happened, oldest first."""

    events: list[EventDocument]


class HomeChangedMessage(Struct, frozen=True, tag_field="type", tag="home_changed"):
    """WebSocket: something was configured; GET /api/home again."""


class Reach(Struct, frozen=True, gc=False):
    """Whether a device is within reach, and if not, why."""

    id: DeviceId
    available: bool
    reason: str | None


class AvailabilityMessage(Struct, frozen=True, tag_field="type", tag="availability"):
    """WebSocket: devices that came within reach or fell out of it."""

    devices: list[Reach]


class DoingMessage(Struct, frozen=True, tag_field="type", tag="doing"):
    """WebSocket: what a driver is doing for a person, in words; "" when it is done with it.

    `entry` is what is being adopted, `errand` what is being run, for `device` if it is for one; all
    are null while a thing is being added that was not found.
    """

    driver: str
    entry: str | None
    errand: str | None
    device: DeviceId | None
    words: str


type Message = (
    HomeMessage
    | ChangesMessage
    | EventsMessage
    | HomeChangedMessage
    | AvailabilityMessage
    | DoingMessage
)
"""What the WebSocket sends."""

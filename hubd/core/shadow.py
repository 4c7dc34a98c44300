"""The shadow of a property: what was reported, what is desired, and who claims it."""

from msgspec import Struct

from hubd.model.claim import Claim
from hubd.model.command import Command
from hubd.model.device import Property
from hubd.model.events import Asked, Withheld
from hubd.model.ids import NO_EVENT, DeviceId, EndpointId, EventId, PropertyId
from hubd.model.value import Value


class Standing(Struct, frozen=True, gc=False):
    """A claim that stands, and the event that laid it; newer ones have higher ids.

    `withheld` names the safety rule that holds it back; `confirmed`: a person said that it may be.
    """

    claim: Claim
    event: EventId
    withheld: str = ""
    confirmed: bool = False


class Turn(Struct, frozen=True, gc=False):
    """A person set a property to another value than the one before them."""

    owner: str
    value: Value
    at_us: int


class Held(Struct, frozen=True, gc=False):
    """What a safety rule holds back: since when, and for an action what was asked."""

    what: Withheld
    at_us: int
    asked: Asked | None = None


class Covered(Struct, frozen=True, gc=False):
    """What was wished and had not come about when the event `by` laid a claim above it."""

    by: EventId
    desired: Value
    unmet_us: int
    given_up_us: int


class Pending(Struct, frozen=True, gc=False):
    """A command that is not settled yet, and the event that issued it."""

    command: Command
    event: EventId


class Shadow(Struct):
    """One property of a device, as the hub knows it. Owned and changed by the fold alone.

    `gate` is the OnOff.on of the same endpoint, for what has a meaning only while it is on;
    `gated` the other way round. `desired` is None when nobody wishes anything.
    `known` is False until a first value came. `reported_by` is the event of the latest report,
    `changed_at_us` and `changed_by` tell of the last one that differed from the one before it.
    `resting` is what the property goes back to when the last claim ends. `sent` is what was
    commanded last, `sent_before` what before that; a report of the latter shortly after is that
    command's late echo, and `doubtful`; so is a restored value right after a confirmation.
    `undone` counts how often in a row a confirmed value was
    dropped at the device right away; `disputed` that this was too often. `rested` is what
    `resting` was before the hand of the event `rested_by` said otherwise, `left_by` the claim
    whose end brought it to its rest. `turns` are the people who set it differently, the newest
    last; `disagreed_us` when that was noted. `covered` is what had not come about when a claim
    was laid upon it. `confidence` is how sure the latest value is
    (1 for a report, a percept's own); `sureness` follows it with the slack of fold.SLACK: up at
    once, down only by what is more than the slack. `sent_from` is what it was as a command went
    out that takes its time, until `arrives_us`. `unmet_us` is since when the desired value is
    wished and not reported; 0 while it is met.
    """

    id: PropertyId
    property: Property
    device: DeviceId
    endpoint: EndpointId
    gate: PropertyId | None = None
    gated: tuple[PropertyId, ...] = ()
    reported: Value = None
    known: bool = False
    reported_at_us: int = 0
    reported_by: EventId = NO_EVENT
    changed_at_us: int = 0
    changed_by: EventId = NO_EVENT
    claims: tuple[Standing, ...] = ()
    desired: Value = None
    resting: Value = None
    pending: Pending | None = None
    sent: Value = None
    sent_at_us: int = 0
    sent_before: Value = None
    sent_before_at_us: int = 0
    doubtful: bool = False
    given_up_us: int = 0
    confirmed_at_us: int = 0
    undone: int = 0
    rested: Value = None
    rested_by: EventId = NO_EVENT
    left_by: Claim | None = None
    turns: tuple[Turn, ...] = ()
    disagreed_us: int = 0
    covered: Covered | None = None
    disputed: bool = False
    confidence: float = 1.0
    sureness: float = 1.0
    sent_from: Value = None
    arrives_us: int = 0
    unmet_us: int = 0

"""Claims: someone's wish for a property's value."""

from enum import IntEnum

from msgspec import Struct

from hubd.model.ids import PropertyId
from hubd.model.value import Value


class Priority(IntEnum):
    """Whose claim wins; within one rank the newest does."""

    PREDICTION = 10
    PLAN = 20
    SCENE = 30
    HAND = 40
    SAFETY = 50


class Claim(Struct, frozen=True, gc=False, omit_defaults=True):
    """`owner` wishes `property` to be `value`.

    `owner` is `scene:ID`, `person:ID`, `hand:DEVICE` (a hand at the device itself), `agent:ID`,
    `habit:ID` or `safety:ID`. An owner has one claim on a property: a newer one takes its place.
    `why` is a clause that completes "because". The claim ends at `until_us`; 0 is no end by time.
    `over_us` is how long the device is to take to get there, where it can; 0 is at once. With
    `until_left` the claim ends too when nobody is in the device's area any more.
    """

    property: PropertyId
    value: Value
    priority: Priority
    owner: str
    why: str = ""
    until_us: int = 0
    over_us: int = 0
    until_left: bool = False

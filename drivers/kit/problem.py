"""What keeps a driver from its work, and how to mend it. Pure data."""

from msgspec import Struct


class Problem(Struct, frozen=True):
    """One problem. `code` is stable; `key` is the adopted thing that it concerns, "" for none.

    `repair`: what the hub can do about it at a person's word: "restart" the driver, "adopt" the
    thing anew, or "" where the mend is outside.
    """

    code: str
    what: str
    mend: str = ""
    key: str = ""
    repair: str = ""

"""What a HAP status says, in words.

Source: HomeKit Accessory Protocol Specification R2, 6.7.1.4.
"""

from collections.abc import Mapping

UNREACHABLE = frozenset({-70402, -70408})
"""The bridge speaks, and what is behind it does not answer."""

_WORDS: Mapping[int, str] = {
    -70401: "the hub is not allowed to: it was paired without the rights of an owner",
    -70402: "it cannot be reached by its bridge: it may be without power or out of range",
    -70403: "it is busy; try again in a moment",
    -70404: "it can only be read",
    -70405: "it can only be written",
    -70406: "it does not tell of changes",
    -70407: "it is out of memory",
    -70408: "it did not answer its bridge in time",
    -70409: "it is not there any more",
    -70410: "it does not take that value",
    -70411: "it wants to be told who asks, which the hub cannot prove",
    -70412: "it cannot do that in the state that it is in",
}


def words(status: int) -> str:
    """Return what a status that is not success says. Some accessories leave out the minus."""
    return _WORDS.get(-abs(status), f"it refuses, with the status {status}")

"""The state as bytes and back, so that a start need not fold the whole log."""

import msgspec

from hubd.core.state import State

SNAPSHOT_VERSION = 1
"""Raised when State changes in a way that old bytes do not fit; old snapshots are then ignored."""


def encode(state: State) -> bytes:
    """Return `state` as MessagePack."""
    return msgspec.msgpack.encode(state)


def decode(snapshot: bytes) -> State:
    """Return the state that `snapshot` holds, its strings shared again between its parts.

    Raises msgspec.DecodeError if it is none, or torn.
    """
    return msgspec.msgpack.decode(snapshot, type=State)

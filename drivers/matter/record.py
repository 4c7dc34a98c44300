"""What is kept of an adopted node. Pure."""

import msgspec
from msgspec import Struct

from drivers.kit.errors import MalformedError


class Record(Struct, frozen=True, omit_defaults=True):
    """Its number, and its fabric's compressed id."""

    node: int
    fabric: int = 0

    def text(self) -> str:
        """Return it as it is kept."""
        return msgspec.json.encode(self).decode()


def read_record(text: str) -> Record:
    """Return what was kept. Raises MalformedError."""
    try:
        record = msgspec.json.decode(text, type=Record)
    except msgspec.MsgspecError as error:
        raise MalformedError(f"what was kept of a Matter device cannot be read: {error}") from error
    if not 0 < record.node < 2**64:
        raise MalformedError("a Matter device was kept without its number")
    return record


def key_of(node: int) -> str:
    """Return what a node is called within its fabric."""
    return f"n{node}"

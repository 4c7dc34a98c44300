"""Server-sent events: bytes to messages. Pure.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html (9.2.6).
"""

from drivers.kit.errors import MalformedError

LONGEST = 4_000_000
"""Bytes of one message: a bridge tells of all it has in less."""


class Messages:
    """Takes the bytes of a stream as they come, and gives the data of whole messages."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, said: bytes) -> list[bytes]:
        """Return the data of the messages that end in `said`. Raises MalformedError."""
        messages: list[bytes] = []
        start = 0
        while (end := said.find(b"\n", start)) >= 0:
            self._line += said[start:end]
            start = end + 1
            line = bytes(self._line.rstrip(b"\r"))
            self._line.clear()
            self._take(line, messages)
        self._line += said[start:]
        if len(self._line) + self._size > LONGEST:
            self._line.clear()
            self._data.clear()
            self._size = 0
            raise MalformedError(f"a message of more than {LONGEST} bytes")
        return messages

    def _take(self, line: bytes, messages: list[bytes]) -> None:
        if not line:
            if self._data:
                messages.append(b"\n".join(self._data))
            self._data.clear()
            self._size = 0
            return
        field, _, value = line.partition(b":")
        if field == b"data":
            self._data.append(value.removeprefix(b" "))
            self._size += len(value)

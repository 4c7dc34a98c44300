"""MQTT 3.1.1 on the wire, as much as a load generator needs: packets to bytes and back.

Section numbers are of the OASIS standard MQTT Version 3.1.1
(https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html).
"""

from collections.abc import Iterable, Iterator

CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP = 2, 3, 4, 9, 13
PINGREQ_BYTES = b"\xc0\x00"
DISCONNECT_BYTES = b"\xe0\x00"
_LONGEST = 268_435_455


class MalformedPacketError(ValueError):
    """Bytes that are no MQTT 3.1.1 packet."""


def remaining_length(length: int) -> bytes:
    """Return the variable length field (section 2.2.3); raises ValueError over 268,435,455."""
    if not 0 <= length <= _LONGEST:
        raise ValueError(f"no packet can be {length} bytes long")
    out = bytearray()
    while True:
        length, low = divmod(length, 128)
        out.append(low | (0x80 if length else 0))
        if not length:
            return bytes(out)


def string(text: str) -> bytes:
    """Return a UTF-8 string with its length before it (section 1.5.3)."""
    data = text.encode()
    return len(data).to_bytes(2) + data


def connect(
    client_id: str, keepalive_s: int, username: str | None = None, password: str | None = None
) -> bytes:
    """Return a CONNECT packet with a clean session (section 3.1)."""
    flags = 0x02 | (0x80 if username is not None else 0) | (0x40 if password is not None else 0)
    body = string("MQTT") + bytes((4, flags)) + keepalive_s.to_bytes(2) + string(client_id)
    for text in (username, password):
        if text is not None:
            body += string(text)
    return b"\x10" + remaining_length(len(body)) + body


def subscribe(packet_id: int, topics: Iterable[str]) -> bytes:
    """Return a SUBSCRIBE packet, all at QoS 0 (section 3.8)."""
    body = packet_id.to_bytes(2) + b"".join(string(topic) + b"\x00" for topic in topics)
    return b"\x82" + remaining_length(len(body)) + body


def publish(topic: str, payload: bytes, *, retain: bool = False, packet_id: int = 0) -> bytes:
    """Return a PUBLISH packet (section 3.3): QoS 1 with a packet id, QoS 0 without."""
    head = 0x30 | (0x02 if packet_id else 0) | retain
    body = string(topic) + (packet_id.to_bytes(2) if packet_id else b"") + payload
    return bytes((head,)) + remaining_length(len(body)) + body


def split(buffer: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take whole packets off the front of `buffer`: the first byte, and the body.

    What is left is the start of a packet. Raises MalformedPacketError.
    """
    at, end = 0, len(buffer)
    while end - at >= 2:
        length = shift = 0
        body = at + 1
        while True:
            if body >= end:
                del buffer[:at]
                return
            byte = buffer[body]
            body += 1
            length |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift > 21:
                raise MalformedPacketError("the length of a packet has more than four bytes")
        if end - body < length:
            break
        yield buffer[at], bytes(buffer[body : body + length])
        at = body + length
    del buffer[:at]


def published(first: int, body: bytes) -> tuple[bytes, bytes]:
    """Return topic and payload of a PUBLISH packet; raises MalformedPacketError."""
    topic_end = 2 + int.from_bytes(body[:2])
    payload = topic_end + (2 if first & 0x06 else 0)
    if len(body) < payload or len(body) < 2:
        raise MalformedPacketError("a PUBLISH ends inside its topic")
    return body[2:topic_end], body[payload:]

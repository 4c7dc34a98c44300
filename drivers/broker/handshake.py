"""The first two packets of MQTT, to ask a broker whether it serves: MQTT 3.1.1, 3.1 and 3.2."""

import asyncio
from contextlib import suppress

_NAME = b"hubd-is-it-up"
_CLEAN_SESSION = 0b10
_KEEP_ALIVE_S = 10
_DISCONNECT = b"\xe0\x00"


def connect_packet() -> bytes:
    """Return a CONNECT of MQTT 3.1.1 with a clean session and no user."""
    variable = b"\x00\x04MQTT" + bytes([4, _CLEAN_SESSION]) + _KEEP_ALIVE_S.to_bytes(2, "big")
    body = variable + len(_NAME).to_bytes(2, "big") + _NAME
    return bytes([0x10, len(body)]) + body


def accepted(connack: bytes) -> bool:
    """Tell whether a CONNACK of MQTT 3.1.1 says "connection accepted"."""
    return len(connack) == 4 and connack[0] == 0x20 and connack[3] == 0


async def serves(host: str, port: int) -> bool:
    """Connect to a broker, greet it, leave, and tell whether it took us in."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    try:
        writer.write(connect_packet())
        answer = await reader.readexactly(4)
        writer.write(_DISCONNECT)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        return False
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    return accepted(answer)

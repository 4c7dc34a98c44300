"""What a gateway says of a Bluetooth device: `home/<gateway>/BTtoMQTT/<MAC>`. Pure."""

import re
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from drivers.kit.identity import mac
from drivers.mqtt.errors import UnreadableError, excerpt

LENGTH_LIMIT = 8 * 1024
"""Bytes of a message; an advertisement has at most 1650."""
_BASE = "-0000-1000-8000-00805f9b34fb"
_SHORT = re.compile(r"(?:0x)?([0-9a-fA-F]{4})")
_LONG = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Message(Struct, frozen=True):
    """A device's address (`A4:C1:38:AA:BB:CC`), and the fields that the gateway told."""

    address: str
    fields: Mapping[str, object]

    def text(self, key: str) -> str:
        """Return a field that is a text; "" if it is not there."""
        said = self.fields.get(key)
        return said[:200] if isinstance(said, str) else ""

    @property
    def rssi(self) -> int:
        """How strong it was heard, in dBm."""
        said = self.fields.get("rssi")
        return said if type(said) is int and -127 < said <= 127 else -127

    @property
    def decoded(self) -> bool:
        """Whether the gateway knows the device."""
        return bool(self.text("model_id"))

    @property
    def service_data(self) -> Mapping[str, bytes]:
        """The advertisement's service data by 128-bit UUID, as far as it was passed on."""
        uuid, said = self.text("servicedatauuid"), self.text("servicedata")
        short = _SHORT.fullmatch(uuid)
        if short is not None:
            uuid = f"0000{short[1].lower()}{_BASE}"
        elif _LONG.fullmatch(uuid) is None:
            return {}
        data = _bytes(said)
        return {uuid.lower(): data} if data else {}

    @property
    def manufacturer_data(self) -> Mapping[int, bytes]:
        """The advertisement's manufacturer data by company, as far as it was passed on."""
        data = _bytes(self.text("manufacturerdata"))
        return {int.from_bytes(data[:2], "little"): data[2:]} if len(data) > 2 else {}


def read_message(raw: bytes, named: str) -> Message:
    """Return what a message says of the device that its topic names. Raises UnreadableError."""
    if len(raw) > LENGTH_LIMIT:
        raise UnreadableError(f"{len(raw)} bytes, {LENGTH_LIMIT} are the most")
    try:
        said = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(f"not JSON: {excerpt(raw)} ({error})") from None
    if not isinstance(said, dict):
        raise UnreadableError(f"not a JSON object: {excerpt(raw)}")
    told = [said.get("id"), said.get("mac"), named]
    known = next((m for m in (mac(t) for t in told if isinstance(t, str)) if m is not None), None)
    if known is None:
        raise UnreadableError(f"tells no address: {excerpt(raw)}")
    digits = known.removeprefix("mac:").upper()
    return Message(":".join(digits[at : at + 2] for at in range(0, 12, 2)), said)


def _bytes(said: str) -> bytes:
    try:
        return bytes.fromhex(said)
    except ValueError:
        return b""

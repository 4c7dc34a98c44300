"""What takes Google Cast, as it says by mDNS. Pure.

The TXT record, as devices are seen to write it and as Chromium reads it
(https://source.chromium.org/chromium: components/media_router/common/providers/cast): `id` 32
hexadecimal digits, `md` the model, `fn` the name, `ca` capabilities as bits.
"""

import re

import msgspec
from msgspec import Struct

from drivers.kit.errors import MalformedError
from drivers.kit.found import Found, Trust
from drivers.kit.sighting import Sighting
from hubd.model.device import DeviceType

SERVICE = "_googlecast._tcp.local."
PORT = 8009
_ID = re.compile(r"[0-9a-f]{32}")
_SHOWS, _GROUP = 1, 32
"""Bits of `ca`: it has a screen; it is a group of speakers."""
_GROUPS_MODEL = "google cast group"
_GOOGLES = ("chromecast", "google ", "nest ")


class Record(Struct, frozen=True, omit_defaults=True):
    """What is kept of an announcement, to describe the device by."""

    name: str
    maker: str = ""
    model: str = ""
    shows: bool = True
    group: bool = False


def announced(sighting: Sighting) -> Found | None:
    """Return the device or group that a sighting shows; None if it is none, or gone.

    Raises MalformedError if it does not tell its id.
    """
    if sighting.service.casefold() != SERVICE or sighting.gone:
        return None
    texts = sighting.texts
    key = texts.get("id", "").casefold().replace("-", "")
    if not _ID.fullmatch(key):
        raise MalformedError(f"{sighting.name[:80]!r} announces {texts.get('id', '')[:40]!r} as id")
    model = texts.get("md", "")
    bits = _bits(texts.get("ca", ""))
    group = bool(bits & _GROUP) or model.casefold() == _GROUPS_MODEL
    record = Record(
        texts.get("fn") or sighting.name.removesuffix(f".{SERVICE}"),
        "Google" if model.casefold().startswith(_GOOGLES) else "",
        model,
        bool(bits & _SHOWS),
        group,
    )
    return Found(
        key=key,
        name=record.name,
        maker=record.maker,
        model=model,
        address=sighting.address,
        port=sighting.port or PORT,
        identities=(identity(key),),
        pictured=(DeviceType.SPEAKER,),
        # TLS with a certificate of its own making, which nobody can check: anyone may command it.
        trust=Trust.OPEN,
        record=msgspec.json.encode(record).decode(),
    )


def identity(key: str) -> str:
    """Return what other protocols of the device (DIAL, DLNA) may know it by: its UUID."""
    return f"uuid:{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def read_record(kept: str) -> Record:
    """Return the record as it was kept. Raises MalformedError."""
    try:
        return msgspec.json.decode(kept, type=Record)
    except msgspec.MsgspecError as error:
        raise MalformedError("the kept record is not one", mend="Adopt it anew") from error


def _bits(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 12 else _SHOWS

"""The searches of Kasa and Tapo devices: what is sent to everyone, and what comes back. Pure.

Older devices answer a JSON request on UDP 9999 that is scrambled by XOR, each byte with the one
before it. Newer ones answer a probe of TP-Link's device protocol on UDP 20002, a header of 16 bytes
and JSON. Sources: https://www.softscheck.com/en/reverse-engineering-tp-link-hs110/ and
https://labs.withsecure.com/advisories/tp-link-ac1750-pwn2own-2019.
"""

import binascii
import struct

import msgspec
from msgspec import Struct

from drivers.kit.errors import MalformedError

OLD_PORT = 9999
NEW_PORTS = (20002, 20004)
LONGEST = 8 * 1024
"""Bytes of an answer; the longest, of a strip of six plugs, has some 2 kB."""
_SEED = 171
_PROBE = struct.Struct(">BBHHBBII")
_VERSION, _PROBING, _FLAGS, _FIRST_CRC = 2, 1, 17, 0x5A6B7C8D
_OLD_REQUEST = b'{"system":{"get_sysinfo":{}}}'


class Device(Struct, frozen=True, omit_defaults=True):
    """A device as it tells of itself, to whoever asks.

    `family` and `encryption` say how it is spoken to (`SMART.TAPOPLUG`, `KLAP`).
    """

    mac: str
    model: str
    family: str
    encryption: str = "XOR"
    login: int = 0
    https: bool = False
    http_port: int = 0
    alias: str = ""
    version: str = ""
    port: int = 0
    """Another port than the usual one; 0 if it is that."""


class _Scheme(Struct):
    encrypt_type: str = ""
    is_support_https: bool = False
    http_port: int = 0
    lv: int = 0


class _NewResult(Struct):
    device_type: str
    device_model: str
    mac: str
    mgt_encrypt_schm: _Scheme = msgspec.field(default_factory=_Scheme)


class _NewAnswer(Struct):
    result: _NewResult


class _SysInfo(Struct):
    model: str = ""
    mac: str = ""
    mic_mac: str = ""
    type: str = ""
    mic_type: str = ""
    alias: str = ""
    sw_ver: str = ""


class _System(Struct):
    get_sysinfo: _SysInfo


class _OldAnswer(Struct):
    system: _System


_NEW = msgspec.json.Decoder(_NewAnswer)
_OLD = msgspec.json.Decoder(_OldAnswer)


def old_probe() -> bytes:
    """Return what older devices answer."""
    return scrambled(_OLD_REQUEST)


def new_probe(public_key: str, serial: int) -> bytes:
    """Return what newer devices answer. `public_key` is an RSA key as PEM, `serial` is at random.

    A device seals with the key what is for its owner alone; nobody reads that here.
    """
    body = msgspec.json.encode({"params": {"rsa_key": public_key}})
    head = (_VERSION, 0, _PROBING, len(body), _FLAGS, 0, serial)
    first = _PROBE.pack(*head, _FIRST_CRC) + body
    return _PROBE.pack(*head, binascii.crc32(first)) + body


def read_old(data: bytes) -> Device:
    """Return the device that answers on UDP 9999. Raises MalformedError."""
    said = _decoded(_OLD, unscrambled(_bounded(data))).system.get_sysinfo
    return _device(
        Device(
            mac=said.mac or said.mic_mac,
            model=said.model,
            family=said.type or said.mic_type,
            alias=said.alias[:100],
            version=said.sw_ver[:100],
        )
    )


def read_new(data: bytes) -> Device:
    """Return the device that answers on UDP 20002. Raises MalformedError."""
    said = _decoded(_NEW, _bounded(data)[_PROBE.size :]).result
    scheme = said.mgt_encrypt_schm
    return _device(
        Device(
            mac=said.mac,
            model=said.device_model,
            family=said.device_type,
            encryption=scheme.encrypt_type or "AES",
            login=scheme.lv,
            https=scheme.is_support_https,
            http_port=scheme.http_port if 0 < scheme.http_port < 65536 else 0,
        )
    )


def scrambled(text: bytes) -> bytes:
    """Return `text` as older devices take it."""
    out, last = bytearray(), _SEED
    for byte in text:
        last ^= byte
        out.append(last)
    return bytes(out)


def unscrambled(data: bytes) -> bytes:
    """Return the text that an older device sent."""
    return bytes(a ^ b for a, b in zip(bytes((_SEED,)) + data, data, strict=False))


def _bounded(data: bytes) -> bytes:
    if len(data) > LONGEST:
        raise MalformedError(f"an answer of {len(data)} bytes")
    return data


def _decoded[T](decoder: msgspec.json.Decoder[T], text: bytes) -> T:
    try:
        return decoder.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedError(f"not the answer of a device: {error}") from error


def _device(device: Device) -> Device:
    if not device.model or "." not in device.family or len(device.model) > 100:
        raise MalformedError("the answer of no device: it has no model, or no family")
    return device

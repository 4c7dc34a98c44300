"""Setup codes: the QR text `MT:…` and the manual pairing code of 11 or 21 digits. Pure.

Source: Matter 1.5 core specification, 5.1.3 (QR code: packing, Base38) and 5.1.4 (manual pairing
code, its Verhoeff check digit), 5.1.7.1 (passcodes that are not allowed).
"""

import re

from msgspec import Struct

from drivers.kit.errors import AdoptionError

PREFIX = "MT:"
_BASE38 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-."
_VALUES = {char: value for value, char in enumerate(_BASE38)}
_CHARS = {1: 2, 2: 4, 3: 5}
"""Bytes of a group -> the characters that it is written in."""
_BYTES = {chars: count for count, chars in _CHARS.items()}
_LONGEST = 512
_FIXED_BYTES = 11
_MOST_PASSCODE = 99_999_998
_FORBIDDEN = frozenset({0, 12_345_678, 87_654_321, *(n * 11_111_111 for n in range(1, 10))})
_LABEL = "Read it anew from the device, its box or its manual"

ON_NETWORK, BLUETOOTH, SOFT_AP = 0b100, 0b010, 0b001
"""Bits of `SetupCode.found_by`."""


class SetupCode(Struct, frozen=True):
    """What a setup code says.

    `discriminator` tells devices apart that wait at the same time: 12 bits, or of a manual code
    only the upper four (`is_short`). `vendor` and `product` are 0 where they are not said. `flow`:
    0 is a device that waits as soon as it has power, 1 one that waits once its button is pressed, 2
    one that needs its maker's steps first. `found_by` are the ways in which it can be found; 0 is
    not known. `more` is what a QR code has beyond that, as it stands.
    """

    passcode: int
    discriminator: int
    is_short: bool = False
    vendor: int = 0
    product: int = 0
    flow: int = 0
    found_by: int = 0
    more: bytes = b""

    def __repr__(self) -> str:
        """Return it without the passcode, which is a secret."""
        return f"SetupCode(discriminator={self.discriminator}, is_short={self.is_short})"

    def is_of(self, discriminator: int) -> bool:
        """Say whether a device that waits with that discriminator (12 bits) may have this code."""
        own = discriminator >> 8 if self.is_short else discriminator
        return own == self.discriminator


def is_qr_text(said: str) -> bool:
    """Say whether a text is meant as that of a QR code."""
    return said.strip().upper().startswith(PREFIX)


def digits(said: str) -> str:
    """Return the digits of what is meant as a manual pairing code; "" if it is none."""
    plain = re.sub(r"[\s-]", "", said)
    return plain if plain.isascii() and plain.isdecimal() and len(plain) in {11, 21} else ""


def tidied(said: str) -> str:
    """Return a code as a server takes it: without spaces, the digits without dashes."""
    return digits(said) or said.strip().upper()


def read_code(said: str) -> SetupCode:
    """Return what a code of either form says. Raises AdoptionError, which names what is wrong."""
    if is_qr_text(said):
        return _read_qr(said.strip().upper())
    if plain := digits(said):
        return _read_manual(plain)
    raise AdoptionError(
        "that is no Matter setup code",
        mend="It is the text of the QR code, beginning with MT:, or a number of 11 or 21 digits",
    )


def qr_text(code: SetupCode) -> str:
    """Return the QR code's text. Raises ValueError for a short discriminator."""
    if code.is_short:
        raise ValueError("a QR code has the whole discriminator")
    packed = (
        code.vendor << 3
        | code.product << 19
        | code.flow << 35
        | code.found_by << 37
        | code.discriminator << 45
        | code.passcode << 57
    )
    return PREFIX + _base38(packed.to_bytes(_FIXED_BYTES, "little") + code.more)


def manual_code(code: SetupCode) -> str:
    """Return the manual pairing code: 21 digits with vendor and product, 11 without."""
    short = code.discriminator if code.is_short else code.discriminator >> 8
    named = bool(code.vendor or code.product)
    first = int(named) << 2 | short >> 2
    second = (short & 0b11) << 14 | code.passcode & 0x3FFF
    said = f"{first}{second:05}{code.passcode >> 14:04}"
    if named:
        said += f"{code.vendor:05}{code.product:05}"
    return said + check_digit(said)


def check_digit(said: str) -> str:
    """Return the digit that makes a number's Verhoeff check come out (5.1.4.1.5)."""
    check = 0
    for place, digit in enumerate(reversed(said), start=1):
        check = _turned(check, _permuted(int(digit), place))
    return str(_inverse(check))


def _read_qr(said: str) -> SetupCode:
    body = said[len(PREFIX) :].split("*", 1)[0]
    data = _bytes38(body)
    if len(data) < _FIXED_BYTES:
        raise AdoptionError("the QR code's text is too short: some of it is missing", mend=_LABEL)
    packed = int.from_bytes(data[:_FIXED_BYTES], "little")

    def field(at: int, bits: int) -> int:
        return packed >> at & (1 << bits) - 1

    if field(0, 3):
        raise AdoptionError(
            f"the QR code is of version {field(0, 3)}, only version 0 is known",
            mend="Use the number beside the QR code",
        )
    if field(84, 4):
        raise AdoptionError("the QR code's text was misread: its last bits are not 0", mend=_LABEL)
    return SetupCode(
        passcode=_allowed(field(57, 27)),
        discriminator=field(45, 12),
        vendor=field(3, 16),
        product=field(19, 16),
        flow=field(35, 2),
        found_by=field(37, 8),
        more=data[_FIXED_BYTES:],
    )


def _read_manual(said: str) -> SetupCode:
    if check_digit(said[:-1]) != said[-1]:
        raise AdoptionError(
            "a digit of the code is wrong: its check digit does not fit",
            mend="Compare it with the label, digit by digit; two may have changed places",
        )
    first, second, third = int(said[0]), int(said[1:6]), int(said[6:10])
    if first > 7:
        raise AdoptionError("the code begins with 8 or 9, which none does yet", mend=_LABEL)
    named = bool(first & 0b100)
    if named != (len(said) == 21):
        length = 21 if named else 11
        raise AdoptionError(f"the code says that it has {length} digits", mend=_LABEL)
    if second > 0xFFFF or third > 0x1FFF:
        raise AdoptionError("the code's numbers are larger than any can be", mend=_LABEL)
    vendor, product = (int(said[10:15]), int(said[15:20])) if named else (0, 0)
    if vendor > 0xFFFF or product > 0xFFFF:
        raise AdoptionError("the code names a maker that there cannot be", mend=_LABEL)
    return SetupCode(
        passcode=_allowed(third << 14 | second & 0x3FFF),
        discriminator=(first & 0b11) << 2 | second >> 14,
        is_short=True,
        vendor=vendor,
        product=product,
    )


def _allowed(passcode: int) -> int:
    if passcode in _FORBIDDEN or passcode > _MOST_PASSCODE:
        raise AdoptionError("the code holds a passcode that no device may have", mend=_LABEL)
    return passcode


def _base38(data: bytes) -> str:
    out = []
    for at in range(0, len(data), 3):
        group = data[at : at + 3]
        number = int.from_bytes(group, "little")
        for _ in range(_CHARS[len(group)]):
            number, value = divmod(number, 38)
            out.append(_BASE38[value])
    return "".join(out)


def _bytes38(said: str) -> bytes:
    if len(said) > _LONGEST:
        raise AdoptionError("the QR code's text is longer than any can be", mend=_LABEL)
    strange = next((char for char in said if char not in _VALUES), "")
    if strange:
        raise AdoptionError(f"the QR code's text has {strange!r}, which none has", mend=_LABEL)
    out = bytearray()
    for at in range(0, len(said), 5):
        group = said[at : at + 5]
        count = _BYTES.get(len(group))
        number = sum(_VALUES[char] * 38**place for place, char in enumerate(group))
        if count is None or number >= 1 << 8 * count:
            raise AdoptionError("the QR code's text was misread, or cut short", mend=_LABEL)
        out += number.to_bytes(count, "little")
    return bytes(out)


_STEPS = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
"""Verhoeff's permutation: what a digit becomes at the next place."""


def _permuted(digit: int, place: int) -> int:
    for _ in range(place % 8):
        digit = _STEPS[digit]
    return digit


def _turned(one: int, other: int) -> int:
    """Return the product of two elements of the dihedral group of the pentagon.

    0 to 4 are its rotations, 5 to 9 its reflections.
    """
    rotation = (one + other if one < 5 else one - other) % 5
    return rotation + 5 * ((one >= 5) is not (other >= 5))


def _inverse(element: int) -> int:
    return -element % 5 if element < 5 else element

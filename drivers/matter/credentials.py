"""The home's networks, with which new devices are commissioned by Bluetooth. Pure.

They are a secret of the driver's own: the hub's vault has them, and the server is told before each
commissioning, for it forgets them when it stops.
"""

import re

import msgspec
from msgspec import Struct

from drivers.kit.errors import ErrandError

_DATASET = re.compile(r"(?:[0-9a-f]{2}){8,254}")


class Credentials(Struct, frozen=True, omit_defaults=True):
    """Of the Wi-Fi its name and password, of the Thread network its dataset, in hexadecimal."""

    wifi: str = ""
    password: str = ""
    thread: str = ""

    def text(self) -> str:
        """Return them as they are kept; "" for none."""
        return msgspec.json.encode(self).decode() if self != Credentials() else ""

    def __repr__(self) -> str:
        """Return it without the secrets."""
        return f"Credentials(wifi={self.wifi!r})"


def read_credentials(secret: str) -> Credentials:
    """Return what was kept; none at all where that cannot be read any more."""
    try:
        return msgspec.json.decode(secret, type=Credentials) if secret else Credentials()
    except msgspec.MsgspecError:
        return Credentials()


def told(known: Credentials, wifi: str, password: str, thread: str) -> Credentials:
    """Return the credentials with what a person tells of them. Raises ErrandError."""
    dataset = re.sub(r"[\s:]", "", thread).casefold()
    if dataset and _DATASET.fullmatch(dataset) is None:
        raise ErrandError(
            "that is no Thread dataset",
            mend="It is the active operational dataset in hexadecimal, as a border router shows it",
        )
    if wifi and not 1 <= len(wifi.encode()) <= 32:
        raise ErrandError("the name of a Wi-Fi has 32 bytes at most")
    if password and not wifi:
        raise ErrandError("a password is for a Wi-Fi, and that was not named")
    if wifi and not (not password or 8 <= len(password.encode()) <= 64):
        raise ErrandError("the password of a Wi-Fi has 8 to 64 characters")
    return Credentials(
        wifi=wifi or known.wifi,
        password=password if wifi else known.password,
        thread=dataset or known.thread,
    )

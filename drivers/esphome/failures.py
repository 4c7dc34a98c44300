"""What can go wrong with a device's API, in words that say how to mend it."""

from aioesphomeapi.core import (
    APIConnectionError,
    BadMACAddressAPIError,
    BadNameAPIError,
    EncryptionErrorAPIError,
    EncryptionHelloAPIError,
    EncryptionPlaintextAPIError,
    InvalidAuthAPIError,
    InvalidEncryptionKeyAPIError,
    PingFailedAPIError,
    ProtocolAPIError,
    RequiresEncryptionAPIError,
    TimeoutAPIError,
)
from msgspec import Struct

from drivers.kit.errors import AccessError, LinkError


class _Failure(Struct, frozen=True):
    """Why a device cannot be talked to. `shut`: it does not let the hub in, so trying is no use."""

    what: str
    mend: str = ""
    shut: bool = False

    def error(self) -> LinkError:
        return (AccessError if self.shut else LinkError)(self.what, mend=self.mend)


_WRONG_KEY = _Failure(
    "the encryption key is not the device's",
    "Copy it from the device's configuration, under `api: encryption: key:`, and adopt it anew",
    shut=True,
)
_WANTS_KEY = _Failure(
    "the device asks for encryption",
    "Give its key, from its configuration under `api: encryption: key:`, and adopt it anew",
    shut=True,
)
_PLAIN = _Failure(
    "the device does not encrypt any more, so it may be another one",
    "Give it a key again (`api: encryption: key:`), or adopt it anew without one",
    shut=True,
)
_WRONG_PASSWORD = _Failure(
    "the password is not the device's",
    "Copy it from the device's configuration, under `api: password:`, and adopt it anew",
    shut=True,
)
_ANOTHER = _Failure(
    "another device answers at this address", "It is looked for by its announcements; wait a little"
)
_SILENT = _Failure("the device does not answer", "See that it has power, and is in the network")
_GARBLED = _Failure(
    "the device says what the protocol does not know", "Update its firmware, or restart it"
)

_KNOWN: tuple[tuple[type[APIConnectionError], _Failure], ...] = (
    # A key that was good at the handshake stays good: what fails later is the line.
    (EncryptionErrorAPIError, _GARBLED),
    (InvalidEncryptionKeyAPIError, _WRONG_KEY),
    (RequiresEncryptionAPIError, _WANTS_KEY),
    (EncryptionPlaintextAPIError, _PLAIN),
    (EncryptionHelloAPIError, _PLAIN),
    (InvalidAuthAPIError, _WRONG_PASSWORD),
    (BadMACAddressAPIError, _ANOTHER),
    (BadNameAPIError, _ANOTHER),
    (PingFailedAPIError, _SILENT),
    (TimeoutAPIError, _SILENT),
    (ProtocolAPIError, _GARBLED),
)


def failure(error: Exception | None) -> LinkError:
    """Return what a library's error means; None is a connection that the device closed."""
    if isinstance(error, TimeoutError):
        return _SILENT.error()
    for kind, meant in _KNOWN:
        if isinstance(error, kind):
            return meant.error()
    return LinkError(
        "the device closed the connection" if error is None else f"the connection failed: {error}"
    )


def another() -> LinkError:
    """Return that another device answers than the one that is meant."""
    return _ANOTHER.error()

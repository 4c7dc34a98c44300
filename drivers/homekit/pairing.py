"""Pairing by the setup code, and the keys that come of it.

Source: HomeKit Accessory Protocol Specification R2, 5.6 (pair setup), 5.11 (remove pairing).
"""

import asyncio
import re
import uuid
from collections.abc import Generator
from typing import cast

import msgspec
from aiohomekit import exceptions as hap
from aiohomekit.controller.ip.connection import HomeKitConnection
from aiohomekit.controller.ip.pairing import IpPairing
from aiohomekit.model.feature_flags import FeatureFlags
from aiohomekit.protocol import perform_pair_setup_part1, perform_pair_setup_part2
from aiohomekit.protocol.tlv import TlvParseException
from aiohomekit.utils import pair_with_auth
from msgspec import Struct

from drivers.kit.errors import AdoptionError, MalformedError

NO_OWNER = cast(IpPairing, None)
"""A connection that is no pairing's of the library."""
CONNECT_S = 10.0
_PAIR_S = 40.0
"""A small accessory computes for many seconds."""
_WHERE = "it stands on the accessory, its box or its manual"
_DIGITS = re.compile(r"(\d{3})-?(\d{2})-?(\d{3})")


class Keys(Struct, frozen=True):
    """Who the accessory is, and who the hub is to it. A secret."""

    accessory_id: str
    accessory_key: str
    hub_id: str
    hub_secret: str
    hub_key: str

    def __repr__(self) -> str:
        """Return it without the secret."""
        return f"Keys({self.accessory_id!r})"

    def text(self) -> str:
        """Return them as they are kept."""
        return msgspec.json.encode(self).decode()

    def as_dict(self) -> dict[str, str]:
        """Return them as aiohomekit has them."""
        return {
            "AccessoryPairingID": self.accessory_id,
            "AccessoryLTPK": self.accessory_key,
            "iOSPairingId": self.hub_id,
            "iOSDeviceLTSK": self.hub_secret,
            "iOSDeviceLTPK": self.hub_key,
        }


def read_keys(secret: str) -> Keys:
    """Read the keys that were kept. Raises MalformedError, which holds nothing of them."""
    try:
        return msgspec.json.decode(secret, type=Keys)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise MalformedError("the keys of a HomeKit accessory are damaged") from None


def setup_code(said: str) -> str:
    """Return a setup code as XXX-XX-XXX. Raises AdoptionError."""
    digits = _DIGITS.fullmatch(said.strip().replace(" ", ""))
    if digits is None:
        raise AdoptionError("a setup code has eight digits, as 031-45-154", mend=_WHERE)
    return "-".join(digits.groups())


async def pair(address: str, port: int, features: int, code: str) -> Keys:
    """Pair with the accessory at `address`. Raises AdoptionError."""
    connection = HomeKitConnection(NO_OWNER, [address], port)
    try:
        async with asyncio.timeout(CONNECT_S):
            await connection.ensure_connection()
        async with asyncio.timeout(_PAIR_S):
            return await _pair(connection, features, code)
    except TimeoutError as error:
        last = connection.last_connector_error
        said = f": {last}" if last else ""
        raise AdoptionError(f"the accessory does not answer{said}") from error
    except (hap.HomeKitException, OSError, TlvParseException, ValueError) as error:
        raise _failure(error) from error
    finally:
        await connection.close()
        # The transport closes in the next round of the loop.
        await asyncio.sleep(0)


async def _pair(connection: HomeKitConnection, features: int, code: str) -> Keys:
    salt, key = await _converse(
        connection, perform_pair_setup_part1(pair_with_auth(FeatureFlags(features)))
    )
    said = await _converse(connection, perform_pair_setup_part2(code, str(uuid.uuid4()), salt, key))
    return Keys(
        said["AccessoryPairingID"],
        said["AccessoryLTPK"],
        said["iOSPairingId"],
        said["iOSDeviceLTSK"],
        said["iOSDeviceLTPK"],
    )


type _Asked[R] = Generator[tuple[list[tuple[int, bytearray]], list[int]], None, R]


async def _converse[R](connection: HomeKitConnection, steps: _Asked[R]) -> R:
    """Ask what each step wants asked, until they are done; returns what they came to."""
    request, expected = steps.send(None)
    while True:
        answer = await connection.post_tlv("/pair-setup", body=request, expected=expected)
        try:
            # The library's types do not say that its steps take the answers.
            request, expected = steps.send(answer)  # type: ignore[arg-type]
        except StopIteration as done:
            return cast(R, done.value)


def _failure(error: Exception) -> AdoptionError:
    for kind, what, mend in _FAILURES:
        if isinstance(error, kind):
            return AdoptionError(what, mend=mend)
    said = str(error) or type(error).__name__
    return AdoptionError(f"pairing with the accessory failed: {said}")


_RESET = "reset it as its manual says"
_FAILURES: tuple[tuple[type[Exception], str, str], ...] = (
    (hap.AuthenticationError, "the setup code is not the right one", _WHERE),
    (hap.UnavailableError, "another controller has it already", f"remove it there, or {_RESET}"),
    (hap.MaxTriesError, "it takes no more codes after too many wrong ones", _RESET),
    (hap.BusyError, "someone else is pairing with it right now", "try again in a minute"),
    (hap.BackoffError, "it wants to be left alone for a while", "try again later"),
    (hap.MaxPeersError, "it has as many controllers as it can hold", "remove one of them"),
)

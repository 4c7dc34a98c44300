"""Pairing by the setup code, and the keys that come of it.

Source: HomeKit Accessory Protocol Specification R2, 5.6 (pair setup), 5.11 (remove pairing).
"""

import asyncio
import uuid
from collections.abc import Generator
from typing import cast

from aiohomekit import exceptions as hap
from aiohomekit.controller.ip.connection import HomeKitConnection
from aiohomekit.controller.ip.pairing import IpPairing
from aiohomekit.model.feature_flags import FeatureFlags
from aiohomekit.protocol import perform_pair_setup_part1, perform_pair_setup_part2
from aiohomekit.protocol.tlv import TlvParseException
from aiohomekit.utils import pair_with_auth

from drivers.homekit.keys import WHERE, Keys
from drivers.kit.errors import AdoptionError

NO_OWNER = cast(IpPairing, None)
"""A connection that is no pairing's of the library."""
CONNECT_S = 10.0
_PAIR_S = 40.0
"""A small accessory computes for many seconds."""


async def pair(address: str, port: int, features: int, code: str) -> Keys:
    """Pair with the accessory at `address`. Raises AdoptionError."""
    try:
        return await _attempt(address, port, features, code)
    except _WrongCodeError:
        # Some accessories (HAP-python's) lose the zeros that a key begins with, and so take a right
        # code for a wrong one, once in 85 times. All have other keys the next time.
        return await _attempt(address, port, features, code)


class _WrongCodeError(AdoptionError):
    """The accessory takes the code for a wrong one."""


async def _attempt(address: str, port: int, features: int, code: str) -> Keys:
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
    except hap.AuthenticationError as error:
        raise _WrongCodeError("the setup code is not the right one", mend=WHERE) from error
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
    (hap.UnavailableError, "another controller has it already", f"remove it there, or {_RESET}"),
    (hap.MaxTriesError, "it takes no more codes after too many wrong ones", _RESET),
    (hap.BusyError, "someone else is pairing with it right now", "try again in a minute"),
    (hap.BackoffError, "it wants to be left alone for a while", "try again later"),
    (hap.MaxPeersError, "it has as many controllers as it can hold", "remove one of them"),
)

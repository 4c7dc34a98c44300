"""One encrypted connection to an accessory, over aiohomekit's protocol.

aiohomekit's own pairing reconnects by itself, for as long as it lives; a link connects once and
ends, so here is the connection beneath it, without that.
Source: HomeKit Accessory Protocol Specification R2, 5.7 (pair verify), 6.5 (sessions), 6.7.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Self

import msgspec
from aiohomekit import exceptions as hap
from aiohomekit import hkjson
from aiohomekit.controller.ip.connection import SecureHomeKitConnection
from aiohomekit.http.response import HttpResponse
from aiohomekit.protocol.tlv import TLV, TlvParseException

from drivers.homekit.database import Accessory, Place, Scalar, Told, read_accessories, read_told
from drivers.homekit.keys import Keys
from drivers.homekit.pairing import NO_OWNER
from drivers.kit.errors import AccessError, LinkError, MalformedError

CONNECT_S = 10.0
ANSWER_S = 10.0
_AT_ONCE = 40
"""How many characteristics are asked for in one request; small accessories have little room."""
_TIMED_MS = 5000
_LARGEST = 4_000_000
"""Bytes: a bridge of 150 accessories tells some 400 kB."""
_PAIR_AGAIN = "remove it here, reset it as its manual says, and adopt it again"


class Session(SecureHomeKitConnection):
    """A connection that was verified from both ends; `async with` opens and closes it.

    `told` is called with each event, on the event loop; `lost` ends when the connection does.
    Every request raises LinkError where no answer comes.
    """

    def __init__(
        self, keys: Keys, address: str, port: int, told: Callable[[Mapping[Place, Told]], None]
    ) -> None:
        said = {**keys.as_dict(), "AccessoryIP": address, "AccessoryPort": port}
        super().__init__(NO_OWNER, said)
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.amiss: Callable[[str], None] = lambda _reason: None
        self._told = told
        self._prepared = 0

    async def __aenter__(self) -> Self:
        """Connect and verify. Raises LinkError; AccessError if it knows the hub no more."""
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._connect_once()  # type: ignore[no-untyped-call]
        except BaseException as error:
            await self.close()
            raised = _failure(error)
            if raised is None:
                raise
            raise raised from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        await self.close()
        # The transport closes in the next round of the loop.
        await asyncio.sleep(0)

    async def accessories(self) -> tuple[Accessory, ...]:
        """Return the accessory's own account of itself. Raises MalformedError too."""
        body = bytes((await self._ask("GET", "/accessories")).body)
        try:
            return read_accessories(body)
        except MalformedError:
            return read_accessories(mended(body))

    async def read(self, places: Sequence[Place]) -> Mapping[Place, Told]:
        """Return what the characteristics at `places` hold."""
        told: dict[Place, Told] = {}
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            ids = ",".join(f"{aid}.{iid}" for aid, iid in some)
            response = await self._ask("GET", f"/characteristics?id={ids}")
            told |= self._read(response)
        return told

    async def subscribe(self, places: Iterable[Place]) -> Mapping[Place, Told]:
        """Have the changes at `places` told; returns those that are refused, with their status."""
        refused: dict[Place, Told] = {}
        by_accessory: dict[int, list[Place]] = {}
        for place in places:
            by_accessory.setdefault(place[0], []).append(place)
        for some in by_accessory.values():
            # One accessory at a time: some bridges take no more.
            rows = [{"aid": aid, "iid": iid, "ev": True} for aid, iid in some]
            refused |= await self._put("/characteristics", {"characteristics": rows})
        return refused

    async def write(
        self, values: Mapping[Place, Scalar], *, timed: bool = False
    ) -> Mapping[Place, Told]:
        """Set characteristics; returns those that are refused, with their status."""
        rows = [{"aid": aid, "iid": iid, "value": value} for (aid, iid), value in values.items()]
        body: dict[str, object] = {"characteristics": rows}
        if timed:
            self._prepared += 1
            body["pid"] = self._prepared
            await self._put("/prepare", {"ttl": _TIMED_MS, "pid": self._prepared})
        return await self._put("/characteristics", body)

    async def unpair(self) -> None:
        """Have the accessory forget the hub. Raises LinkError."""
        asked = [
            (TLV.kTLVType_State, TLV.M1),
            (TLV.kTLVType_Method, TLV.RemovePairing),
            (TLV.kTLVType_Identifier, self.pairing_data["iOSPairingId"].encode()),
        ]
        try:
            async with asyncio.timeout(ANSWER_S):
                said = dict(await self.post_tlv("/pairings", asked))
        except (hap.HomeKitException, OSError, TlvParseException) as error:
            raise LinkError(f"the accessory keeps its pairing: {error}") from error
        if TLV.kTLVType_Error in said:
            raise LinkError("the accessory keeps its pairing", mend=_PAIR_AGAIN)

    async def _put(self, target: str, body: Mapping[str, object]) -> Mapping[Place, Told]:
        said = msgspec.json.encode(body)
        headers = [("Content-Length", str(len(said))), ("Content-Type", "application/hap+json")]
        response = await self._ask("PUT", target, headers, said)
        if response.code == 204:
            return {}
        return {place: told for place, told in self._read(response).items() if told.status}

    def _read(self, response: HttpResponse) -> Mapping[Place, Told]:
        body = bytes(response.body)
        if not body:
            return {}
        told, faults = read_told(body)
        for fault in faults:
            self.amiss(fault)
        return told

    async def _ask(
        self,
        method: str,
        target: str,
        headers: list[tuple[str, str]] | None = None,
        body: bytes | None = None,
    ) -> HttpResponse:
        try:
            async with asyncio.timeout(ANSWER_S):
                response = await self.request(method, target, headers, body)
        except hap.HttpErrorResponse as error:
            # An accessory says by 400 and 422 what it says by 207 too: a status for each.
            response = error.response
            if response.code == 470:
                reason = "the accessory does not let the hub in any more"
                raise AccessError(reason, mend=_PAIR_AGAIN) from error
            if not response.body:
                raise LinkError(f"the accessory refuses {method} {target[:60]}") from error
        except (hap.HomeKitException, OSError, TimeoutError, IndexError) as error:
            raise LinkError(f"no answer from the accessory: {error}") from error
        if len(response.body) > _LARGEST:
            raise MalformedError(f"an answer of {len(response.body)} bytes")
        return response

    async def post_tlv(
        self,
        target: str,
        body: list[tuple[int, bytes]],
        expected: list[int] | None = None,
    ) -> list[tuple[int, bytearray]]:
        """Ask in TLV8. Called by the library, which overlooks an error where it expects none."""
        wanted = None if expected is None else [*expected, TLV.kTLVType_Error]
        return await super().post_tlv(target, body, wanted)

    def event_received(self, event: HttpResponse) -> None:
        """Take an event. Called by the protocol."""
        try:
            told = self._read(event)
        except MalformedError as error:
            self.amiss(error.what)
        else:
            self._told(told)

    def _connection_lost(self, exception: Exception | None) -> None:  # noqa: ARG002
        # The library would connect again here.
        self._drop_transport()
        if not self.lost.done():
            self.lost.set_result(None)


def mended(body: bytes) -> bytes:
    """Return JSON without the commas too many that Apple's controllers overlook.

    Raises MalformedError.
    """
    try:
        return msgspec.json.encode(hkjson.loads(body))
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"is not JSON: {error}") from error


def _failure(error: BaseException) -> LinkError | None:
    """Return what a failed connection means, or None if it is no failure of the connection."""
    match error:
        case hap.IncorrectPairingIdError():
            return LinkError("another accessory answers at its address")
        case (
            hap.AuthenticationError()
            | hap.InvalidSignatureError()
            | hap.InvalidAuthTagError()
            | hap.UnavailableError()
        ):
            return AccessError("the accessory knows the hub no more", mend=_PAIR_AGAIN)
        case hap.HomeKitException() | OSError() | TlvParseException() | ValueError():
            return LinkError(f"cannot connect: {str(error) or type(error).__name__}")
    return None

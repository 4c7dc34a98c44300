"""Taking devices into a Z-Wave network, and out of it.

A device is taken in by its button: the network is open for a while, and takes whoever asks. How the
talk with it is guarded is settled then and there (S2: a PIN on its label proves which it is).
Sources: https://zwave-js.github.io/zwave-js/#/getting-started/security-s2 and
https://github.com/zwave-js/zwave-js-server (its controller's commands and events).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from aiohttp import ClientSession
from zwave_js_server.client import Client
from zwave_js_server.const import InclusionState, InclusionStrategy, QRCodeVersion, SecurityClass
from zwave_js_server.exceptions import BaseZwaveJSServerError
from zwave_js_server.model.controller import Controller
from zwave_js_server.model.controller.inclusion_and_provisioning import (
    InclusionGrant,
    QRProvisioningInformation,
)
from zwave_js_server.model.node import Node as ServerNode
from zwave_js_server.model.utils import async_parse_qr_code_string

from drivers.kit.driver import Said
from drivers.kit.errors import ErrandError, LinkError
from drivers.zwave.link import connected
from drivers.zwave.values import whole

WAIT_S = 180.0
"""How long the network is open for a device to ask."""
SETTLE_S = 120.0
"""How long a device that has asked may take until it is in, or out."""
CLOSED_S = 5.0
"""How long after the network was closed a device that had asked before may be told of."""
_READY_S = 30.0
_EVENTS = (
    "node found",
    "grant security classes",
    "validate dsk and enter pin",
    "node added",
    "node removed",
    "inclusion failed",
    "inclusion aborted",
    "inclusion stopped",
    "exclusion failed",
    "exclusion stopped",
)
_GONE = "gone"
_WITHOUT_PIN = frozenset({SecurityClass.S2_UNAUTHENTICATED, SecurityClass.S0_LEGACY})
_GUARDED: Mapping[SecurityClass, str] = {
    SecurityClass.S2_ACCESS_CONTROL: "encrypted, and proven by its PIN (S2, access control)",
    SecurityClass.S2_AUTHENTICATED: "encrypted, and proven by its PIN (S2, authenticated)",
    SecurityClass.S2_UNAUTHENTICATED: "encrypted (S2, unauthenticated)",
    SecurityClass.S0_LEGACY: "encrypted, in the old way (S0)",
}
_OPEN = "not encrypted"
_AGAIN = "Take it out of the network, and in again with the PIN on its label"


class _Event(NamedTuple):
    """Something that the controller tells."""

    kind: str
    data: Mapping[str, object]


async def include(address: str, port: int, pin: str, code: str, said: Said) -> Mapping[str, str]:
    """Take a device into the network at an address; `pin` and `code` are "" where not known.

    `code` is the text of its QR code; a device whose code says so joins by itself, later. Returns
    what to show. Raises ErrandError.
    """
    async with _controlling(address, port) as (client, controller, events):
        provisioning = await _read_code(client, code) if code else None
        if provisioning is not None and provisioning.version is QRCodeVersion.SMART_START:
            await controller.async_provision_smart_start_node(code)
            return {"joins": "by itself, within some minutes of being given power"}
        if provisioning is None:
            is_open = await controller.async_begin_inclusion(InclusionStrategy.DEFAULT)
        else:
            is_open = await controller.async_begin_inclusion(
                InclusionStrategy.SECURITY_S2, provisioning=code
            )
        if not is_open:
            raise ErrandError("the network could not be opened", mend="Try again in a minute")
        try:
            said("the network is open: make the device ask to be taken in, as its manual says…")
            return await _taken_in(controller, events, pin, said)
        finally:
            if controller.inclusion_state is InclusionState.INCLUDING:
                with suppress(BaseZwaveJSServerError, TimeoutError):
                    async with asyncio.timeout(5):
                        await controller.async_stop_inclusion()


async def exclude(address: str, port: int, said: Said) -> Mapping[str, str]:
    """Take a device out of the network at an address. Returns what to show. Raises ErrandError."""
    async with _controlling(address, port) as (_, controller, events):
        if not await controller.async_begin_exclusion():
            raise ErrandError("the network lets nobody go now", mend="Try again in a minute")
        try:
            said("the network lets devices go: make yours ask for it, as its manual says…")
            return await _let_go(events)
        finally:
            if controller.inclusion_state is InclusionState.EXCLUDING:
                with suppress(BaseZwaveJSServerError, TimeoutError):
                    async with asyncio.timeout(5):
                        await controller.async_stop_exclusion()


async def _taken_in(
    controller: Controller, events: asyncio.Queue[_Event], pin: str, said: Said
) -> Mapping[str, str]:
    """Go along with a device until it is in the network."""
    wait_s, otherwise = WAIT_S, _nobody("to be taken in")
    is_found = False
    while True:
        event = await _next(events, wait_s, otherwise)
        match event.kind:
            case "node found":
                is_found, wait_s, otherwise = True, SETTLE_S, ErrandError("it does not go on")
                said("a device has asked; it is being taken in…")
            case "grant security classes":
                said("settling with it how the talk is guarded…")
                asked = event.data.get("requested_grant")
                grant = granted(asked if isinstance(asked, InclusionGrant) else None, pin)
                await controller.async_grant_security_classes(grant)
            case "validate dsk and enter pin":
                await controller.async_validate_dsk_and_enter_pin(pin)
            case "node added":
                return await _newcomer(event.data, pin)
            case "inclusion failed":
                mend = "Reset it, or take it out of the network that it is in, and try again"
                raise ErrandError("the device was not taken in", mend=mend)
            case "inclusion stopped" if not is_found:  # a device that has asked is told of next
                wait_s = CLOSED_S
                otherwise = ErrandError("somebody closed the network before a device asked")
            case _:  # its guard failed: it is told when the device is in
                pass


async def _newcomer(data: Mapping[str, object], pin: str) -> Mapping[str, str]:
    node, result = data.get("node"), data.get("result")
    if not isinstance(node, ServerNode):
        raise ErrandError("the device is in the network, and is not told of")
    guarded = await node.async_get_highest_security_class()
    words = _GUARDED.get(guarded, _OPEN) if guarded is not None else _OPEN
    told = {"node": str(node.node_id), "guarded": words}
    if isinstance(result, Mapping) and result.get("lowSecurity") is True:
        why = "its PIN was not the right one" if pin else "its PIN was not told"
        told["less guarded than it could be"] = f"{why}, or it did not answer in time. {_AGAIN}"
    return told


async def _let_go(events: asyncio.Queue[_Event]) -> Mapping[str, str]:
    mend = "Hold the device near the controller, and try again"
    what = "no device of this network was let go; one of another network may have been"
    refused = ErrandError(what, mend=mend)
    wait_s, otherwise = WAIT_S, _nobody("to be let go")
    while True:
        event = await _next(events, wait_s, otherwise)
        match event.kind:
            case "node removed":
                node = event.data.get("node")
                return {"node": str(node.node_id) if isinstance(node, ServerNode) else "?"}
            case "exclusion failed":
                raise refused
            case "exclusion stopped":  # a device that was let go is told of next
                wait_s, otherwise = CLOSED_S, refused
            case _:
                pass


def granted(asked: InclusionGrant | None, pin: str) -> InclusionGrant:
    """Return what is granted to a device of what it asks for: without its PIN, what needs none."""
    wanted = asked.security_classes if asked is not None else []
    classes = [each for each in wanted if pin or each in _WITHOUT_PIN]
    return InclusionGrant(classes, client_side_auth=False)


async def _read_code(client: Client, code: str) -> QRProvisioningInformation:
    try:
        return await async_parse_qr_code_string(client, code)
    except (ValueError, KeyError, BaseZwaveJSServerError) as error:
        mend = "Tell all the digits that its QR code has; they begin with 90"
        raise ErrandError("that is no Z-Wave QR code", mend=mend) from error


def _nobody(asked: str) -> ErrandError:
    what = f"no device has asked {asked} within {WAIT_S / 60:g} minutes"
    return ErrandError(what, mend="Bring it near the controller, and try again")


async def _next(events: asyncio.Queue[_Event], wait_s: float, otherwise: ErrandError) -> _Event:
    """Return the next event; raise `otherwise` if none comes."""
    try:
        async with asyncio.timeout(wait_s):
            event = await events.get()
    except TimeoutError:
        raise otherwise from None
    if event.kind == _GONE:
        raise ErrandError("the Z-Wave JS server is gone")
    return event


@asynccontextmanager
async def _controlling(
    address: str, port: int
) -> AsyncIterator[tuple[Client, Controller, asyncio.Queue[_Event]]]:
    """Give the controller of the server at an address, idle, and what it tells from now on.

    Raises ErrandError, also for what the server refuses meanwhile.
    """
    async with ClientSession() as session:
        try:
            client = await connected(session, address, port)
        except LinkError as error:
            raise ErrandError(error.what, mend=error.mend) from error
        ready = asyncio.Event()
        listening = asyncio.create_task(client.listen(ready))
        try:
            async with asyncio.timeout(_READY_S):
                await _either(listening, ready)
            controller = client.driver.controller if client.driver is not None else None
            if controller is None or whole(controller.home_id) is None:
                raise ErrandError("the Z-Wave JS server has no network", mend="Set up its stick")
            if controller.inclusion_state not in {
                InclusionState.IDLE,
                InclusionState.SMART_START,
            }:
                mend = "Wait until that is over, or end it where it was begun"
                raise ErrandError("the network is taking a device in or out already", mend=mend)
            events: asyncio.Queue[_Event] = asyncio.Queue()
            for kind in _EVENTS:
                controller.on(kind, lambda data, kind=kind: events.put_nowait(_Event(kind, data)))
            listening.add_done_callback(lambda _: events.put_nowait(_Event(_GONE, {})))
            yield client, controller, events
        except TimeoutError as error:
            raise ErrandError("the Z-Wave JS server does not answer") from error
        except BaseZwaveJSServerError as error:
            raise ErrandError(f"Z-Wave JS did not do it: {error}") from error
        finally:
            listening.cancel()
            await client.disconnect()
            await asyncio.gather(listening, return_exceptions=True)


async def _either(listening: asyncio.Task[None], ready: asyncio.Event) -> None:
    """Wait until the server has told its network, or has ended. Raises ErrandError."""
    waiting = asyncio.create_task(ready.wait())
    try:
        await asyncio.wait({listening, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    if not ready.is_set():
        raise ErrandError("the Z-Wave JS server closed the connection")

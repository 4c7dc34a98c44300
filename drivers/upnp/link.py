"""One renderer: its state pushed by events, or asked for where events do not come through."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from async_upnp_client.client import UpnpService
from async_upnp_client.client_factory import UpnpFactory
from async_upnp_client.exceptions import (
    UpnpActionError,
    UpnpConnectionError,
    UpnpError,
    UpnpResponseError,
)
from async_upnp_client.profiles.dlna import DmrDevice

from drivers.kit.errors import LinkError, RefusedError
from drivers.kit.link import ITSELF, Description, Tell
from drivers.upnp import codec
from drivers.upnp.codec import Abilities, Record
from drivers.upnp.ears import Ear, Ears
from hubd.model.command import Command
from hubd.model.device import Trouble
from hubd.model.value import Value

CHECK_S = 15.0
"""How often a renderer that sends events is asked whether it is there still."""
POLL_S = 5.0
"""How often one that sends none is asked for its state."""
_FIRST_EVENT_S = 3.0
"""A subscription's first event comes at once (UPnP Device Architecture 2.0, 4.1.2)."""
_GOODBYE_S = 2.0
_DEAF = Trouble(
    "events",
    "its events do not reach the hub, so it is asked for its state every 5 seconds: let TCP ports "
    "40400 to 40415 through this machine's firewall",
)
_SILENT = Trouble("events", "it sends no events, so it is asked for its state every 5 seconds")


class UpnpLink:
    """The connection to one renderer."""

    def __init__(self, key: str, record: Record, ears: Ears) -> None:
        self._key = key
        self._record = record
        self._ears = ears
        self._renderer: DmrDevice | None = None
        self._can = Abilities(frozenset())
        self._told: dict[str, Value] = {}
        self._look = asyncio.Event()
        self._lost = ""

    def doubt(self) -> None:
        """Look now whether the renderer is there: something says that it is not."""
        self._look.set()

    def moves(self, record: Record) -> bool:
        """Take where the renderer was seen; say whether it is to be linked there from now on."""
        if record == self._record or self._renderer is None:
            return True
        if record.boot == self._record.boot:
            self.doubt()
            return False
        self._lost = "it began anew"
        self._look.set()
        return True

    async def run(self, tell: Tell) -> None:
        """Connect, tell, and keep at it until it is lost. See drivers.kit.link.Link."""
        try:
            ear = await self._ears.at(await _own_address(self._record.location))
            factory = UpnpFactory(self._ears.requester, non_strict=True)
            device = await factory.async_create_device(self._record.location)
            renderer = DmrDevice(device, ear.handler)
            self._renderer = renderer
            try:
                await self._attend(renderer, ear, tell)
            finally:
                self._renderer = None
                renderer.on_event = None
                ear.forget(device)
                with suppress(TimeoutError):
                    async with asyncio.timeout(_GOODBYE_S):
                        await renderer.async_unsubscribe_services()
        except UpnpConnectionError as error:
            raise LinkError("it does not answer") from error
        except UpnpError as error:
            raise LinkError(f"it does not answer as a renderer does: {error}") from error

    async def _attend(self, renderer: DmrDevice, ear: Ear, tell: Tell) -> None:
        trouble = await self._subscribe(renderer, ear)
        await renderer.async_update()
        self._can = _abilities(renderer)
        self._told.clear()
        tell.described(ITSELF, self._description(renderer, trouble))
        self._report(renderer, tell)

        def on_event(_: UpnpService, variables: Sequence[object]) -> None:
            if not variables:
                self._lost = "its subscription could not be renewed"
                self._look.set()
            self._report(renderer, tell)

        renderer.on_event = on_event
        tell.live()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S if trouble else CHECK_S):
                    await self._look.wait()
            self._look.clear()
            if self._lost:
                raise LinkError(self._lost)
            await renderer.async_update()
            self._report(renderer, tell)

    async def _subscribe(self, renderer: DmrDevice, ear: Ear) -> Trouble | None:
        """Have events sent; return the trouble if none come."""
        try:
            with ear:
                await renderer.async_subscribe_services(auto_resubscribe=True)
                async with asyncio.timeout(_FIRST_EVENT_S):
                    await ear.hears(renderer.device.root_device)
                return None
        except UpnpConnectionError:
            raise  # some are timeouts, too
        except UpnpResponseError:
            return _SILENT
        except TimeoutError:
            await renderer.async_unsubscribe_services()
            return _DEAF

    def _description(self, renderer: DmrDevice, trouble: Trouble | None) -> Description:
        services = [s.service_type for s in renderer.profile_device.all_services]
        others = [
            Trouble(service, "only what UPnP's own standard names is carried")
            for service in codec.foreign(services)
        ]
        if not self._can.volume:
            others.append(Trouble("volume", "it does not let its volume be set"))
        maker = renderer.manufacturer or ""
        return Description(
            renderer.name or "Media renderer",
            (codec.endpoint(self._can),),
            maker=maker,
            model=renderer.model_name or "",
            version=renderer.model_number or "",
            identities=codec.identities(self._key, maker, renderer.serial_number or ""),
            troubles=(*((trouble,) if trouble else ()), *others),
        )

    def _report(self, renderer: DmrDevice, tell: Tell) -> None:
        """Tell what has changed."""
        said = renderer.transport_state
        values: dict[str, Value] = {
            codec.STATE: codec.state(said.value) if said else None,
            codec.TITLE: codec.text(renderer.media_title),
            codec.ARTIST: codec.text(renderer.media_artist),
        }
        if self._can.volume:
            raw = _variable(renderer, "RenderingControl", "Volume")
            values[codec.VOLUME] = self._can.percent(float(raw)) if codec.is_number(raw) else None
        if "SetMute" in self._can.actions:
            values[codec.MUTED] = renderer.is_volume_muted
        for name, value in values.items():
            if name not in self._told or self._told[name] != value:
                self._told[name] = value
                tell.reported(ITSELF, codec.PLAYER, name, value)

    # commands

    async def send(self, part: str, commands: Sequence[Command]) -> None:
        """Carry out commands. See drivers.kit.link.Link."""
        del part
        renderer = self._renderer
        if renderer is None:
            raise LinkError("it is not connected")
        done = 0
        try:
            for command in commands:
                await self._carry_out(renderer, command)
                done += 1
        except UpnpConnectionError as error:
            self._look.set()
            raise LinkError("it does not answer") from error
        except UpnpActionError as error:
            if not done:
                reason = error.error_desc or f"error {error.error_code}"
                raise RefusedError(f"it says: {reason}") from error
        except UpnpError as error:
            if not done:
                raise RefusedError(f"it answers otherwise than UPnP says: {error}") from error
        if not renderer.is_subscribed:
            self._look.set()

    async def _carry_out(self, renderer: DmrDevice, command: Command) -> None:
        match command.name:
            case codec.VOLUME:
                await _call(
                    *(renderer, "RenderingControl", "SetVolume"),
                    Channel="Master",
                    DesiredVolume=self._can.raw(command.value),
                )
            case codec.MUTED:
                await renderer.async_mute_volume(command.value is True)
            case codec.PLAY_URL:
                await self._play(renderer, codec.url(command.value))
            case name if name in codec.UPNP_ACTIONS:
                await self._transport(renderer, codec.UPNP_ACTIONS[name])
            case name:
                raise RefusedError(f"a renderer has no {name}")

    async def _transport(self, renderer: DmrDevice, action: str) -> None:
        arguments = {"Speed": "1"} if action == "Play" else {}
        await _call(renderer, "AVTransport", action, **arguments)

    async def _play(self, renderer: DmrDevice, url: str) -> None:
        """Play from an address. Its kind is guessed: the hub does not fetch it."""
        title = urlsplit(url).path.rpartition("/")[2] or "hubd"
        said = await renderer.construct_play_media_metadata(
            url,
            title,
            override_mime_type=codec.mime_type(url),
            override_dlna_features="*",
        )
        await renderer.async_set_transport_uri(url, title, said)
        await renderer.async_wait_for_can_play()
        await self._transport(renderer, "Play")


def _abilities(renderer: DmrDevice) -> Abilities:
    actions = {
        action
        for service in renderer.profile_device.all_services
        if ":AVTransport:" in service.service_type or ":RenderingControl:" in service.service_type
        for action in service.actions
    }
    lowest: float = 0
    highest: float = 100
    service = _service(renderer, "RenderingControl")
    if service is not None and service.has_state_variable("Volume"):
        volume = service.state_variable("Volume")
        lowest = volume.min_value if codec.is_number(volume.min_value) else lowest
        highest = volume.max_value if codec.is_number(volume.max_value) else highest
    return Abilities(frozenset(actions), lowest, highest)


def _service(renderer: DmrDevice, name: str) -> UpnpService | None:
    for service in renderer.profile_device.all_services:
        if f":service:{name}:" in service.service_type:
            return service
    return None


def _variable(renderer: DmrDevice, service: str, name: str) -> object:
    found = _service(renderer, service)
    if found is None or not found.has_state_variable(name):
        return None
    value: object = found.state_variable(name).value
    return value


async def _call(renderer: DmrDevice, service: str, action: str, **arguments: str | int) -> None:
    found = _service(renderer, service)
    if found is None or not found.has_action(action):
        raise RefusedError(f"it has no {action}")
    given: dict[str, Any] = {"InstanceID": 0, **arguments}
    await found.action(action).async_call(**given)


async def _own_address(location: str) -> str:
    """Return this machine's address as the renderer sees it. Raises LinkError."""
    parts = urlsplit(location)
    try:
        async with asyncio.timeout(5):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    except (OSError, TimeoutError) as error:
        raise LinkError("it does not answer") from error
    address: str = writer.get_extra_info("sockname")[0]
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return address

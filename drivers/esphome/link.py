"""The connection to one ESPHome device."""

import asyncio
from collections.abc import Sequence

import msgspec
from aioesphomeapi.client import APIClient
from aioesphomeapi.core import APIConnectionError
from aioesphomeapi.model import (
    APIVersion,
    ConnectionClosedEvent,
    DeviceInfo,
    EntityInfo,
    EntityState,
    UserService,
)
from msgspec import Struct

from drivers.esphome.announced import PORT
from drivers.esphome.device import Anatomy, Place, Source, anatomy
from drivers.esphome.entity import Entity, Order, Wish
from drivers.esphome.failures import another, failure
from drivers.kit.errors import LinkError, MalformedError, RefusedError
from drivers.kit.found import Adoption
from drivers.kit.identity import mac
from drivers.kit.link import Tell
from hubd.model.command import Command
from hubd.model.ids import EndpointId
from hubd.model.value import Value

CONNECT_S = 20.0
"""How long the device may take to let the hub in, and to tell what it is."""
KEEPALIVE_S = 4.5
"""It is asked for a sign of life this often. One that gives none is lost after 6.5 times as long:
the library asks at the second turn at the latest, and waits 4.5 turns."""
STATES_S = 5.0
"""How long it may take to tell all its states. A sensor may have none to tell."""


class Secret(Struct, frozen=True, omit_defaults=True):
    """What lets the hub in: the Noise key in base64, or the password; neither for an open one."""

    key: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Return it without what is secret."""
        return "Secret(…)"


def read_secret(kept: str) -> Secret:
    """Return the secret as it was kept. Raises MalformedError."""
    try:
        return msgspec.json.decode(kept or "{}", type=Secret)
    except msgspec.MsgspecError as error:
        raise MalformedError("the kept secret is not one", mend="Adopt it anew") from error


type Met = tuple[DeviceInfo, list[EntityInfo], list[UserService]]
"""What a device says it is."""


def client_for(adoption: Adoption, secret: Secret) -> APIClient:
    """Return a client that talks to the adopted device and to no other one."""
    return APIClient(
        adoption.address,
        adoption.port or PORT,
        secret.password or None,
        client_info="hubd",
        keepalive=KEEPALIVE_S,
        noise_psk=secret.key or None,
        expected_mac=adoption.key or None,
    )


async def met(client: APIClient, key: str) -> Met:
    """Connect, and ask the device what it is.

    Raises LinkError if it is not that of `key`, where that is known ("" if not).
    """
    try:
        async with asyncio.timeout(CONNECT_S):
            await client.connect(login=True, log_errors=False)
            said = await client.device_info_and_list_entities()
    except (APIConnectionError, TimeoutError) as error:
        raise failure(error) from error
    if key and mac(said[0].mac_address) != mac(key):
        raise another()
    return said


class EsphomeLink:
    """One device's connection."""

    def __init__(self, adoption: Adoption) -> None:
        self._adoption = adoption
        self._secret = read_secret(adoption.secret)
        self._client: APIClient | None = None
        self._device: Anatomy | None = None
        self._tell: Tell | None = None
        self._known: dict[tuple[str, EndpointId], dict[str, Value]] = {}

    async def run(self, tell: Tell) -> None:
        """Connect, describe, read all states, and tell what changes until the connection ends."""
        client = client_for(self._adoption, self._secret)
        closed: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()

        def ended(event: ConnectionClosedEvent) -> None:
            if not closed.done():
                closed.set_result(event.error)

        client.add_connection_closed_callback(ended)
        try:
            said = await met(client, self._adoption.key)
            device = anatomy(*said, client.api_version or APIVersion())
            for name, part in device.parts.items():
                tell.described(name, part.description)
            self._known.clear()
            await self._read_states(client, device, tell, closed)
            self._client, self._device, self._tell = client, device, tell
            tell.live()
            raise failure(await closed)
        finally:
            self._client = None
            client.force_disconnect()

    async def _read_states(
        self,
        client: APIClient,
        device: Anatomy,
        tell: Tell,
        closed: asyncio.Future[Exception | None],
    ) -> None:
        """Subscribe, and wait for every entity's first state. What has none to tell is unknown."""
        awaited = device.awaited()
        complete: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()

        def came(state: EntityState) -> None:
            source = Source.of(state)
            place = device.places.get(source)
            if place is not None:
                self._hear(place, state, tell)
            awaited.discard(source)
            if not awaited and not complete.done():
                complete.set_result(None)

        try:
            client.subscribe_states(came)
        except APIConnectionError as error:
            raise failure(error) from error
        if awaited:
            await asyncio.wait(
                {complete, closed}, timeout=STATES_S, return_when=asyncio.FIRST_COMPLETED
            )
        if closed.done():
            raise failure(closed.result())
        for source in awaited:
            place = device.places[source]
            for prop in place.entity.endpoint.properties:
                tell.reported(place.part, place.entity.endpoint.id, prop.name, None)

    def _hear(self, place: Place, state: EntityState, tell: Tell) -> None:
        """Tell what a state says."""
        entity = place.entity
        if entity.told is None:
            return
        try:
            values = entity.told.read(state)
        except MalformedError as error:
            tell.refused_input(entity.endpoint.id, error.what)
            return
        if entity.told.momentary:
            for name, kind in values:
                tell.signalled(place.part, entity.endpoint.id, name, str(kind))
            return
        known = self._known.setdefault((place.part, entity.endpoint.id), {})
        for name, value in values:
            known[name] = value
            tell.reported(place.part, entity.endpoint.id, name, value)

    async def send(self, part: str, commands: Sequence[Command]) -> None:
        """Carry out commands to one endpoint: its properties in one message, then its actions."""
        client, device = self._client, self._device
        if client is None or device is None:
            raise LinkError("the device is not connected")
        for order in self._orders(device, part, commands):
            try:
                order(client)
            except APIConnectionError as error:
                raise failure(error) from error
        self._assume(device, part, commands)

    def _orders(self, device: Anatomy, part: str, commands: Sequence[Command]) -> list[Order]:
        """Return the calls that commands become. Raises RefusedError before any is made."""
        owner = commands[0].endpoint
        entity = device.parts[part].entities.get(owner) if part in device.parts else None
        if entity is None:
            raise RefusedError(f"it has no {owner} any more", mend="It is described anew")
        orders = []
        wishes = [c for c in commands if not c.action]
        if wishes:
            orders.append(self._wished(entity, part, wishes))
        for command in commands:
            if command.action:
                do = entity.actions.get(command.name)
                if do is None:
                    raise RefusedError(f"it cannot do {command.name}")
                orders.append(do(command.value))
        return orders

    def _assume(self, device: Anatomy, part: str, commands: Sequence[Command]) -> None:
        """Tell as so what was sent, where nothing else will tell it."""
        entity = device.parts[part].entities[commands[0].endpoint]
        assumed = {p.name for p in entity.endpoint.properties if p.assumed}
        for command in commands:
            if not command.action and command.name in assumed and self._tell is not None:
                self._tell.reported(part, command.endpoint, command.name, command.value)

    def _wished(self, entity: Entity, part: str, commands: Sequence[Command]) -> Order:
        settable = {p.name for p in entity.endpoint.properties if p.writable}
        unknown = [c.name for c in commands if c.name not in settable]
        if entity.write is None or unknown:
            raise RefusedError(f"it cannot set {', '.join(unknown)}")
        over_us = max(command.over_us for command in commands)
        wish = Wish(
            {command.name: command.value for command in commands},
            self._known.get((part, entity.endpoint.id), {}),
            over_us / 1e6 if over_us else None,
        )
        return entity.write(wish)

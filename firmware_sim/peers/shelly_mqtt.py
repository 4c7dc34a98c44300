"""Shellies on a broker: one of the second generation and later, and one of the first.

Sources: https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Mqtt and
https://shelly-api-docs.shelly.cloud/gen1/#mqtt-support.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import aiomqtt

from firmware_sim.devices.device import Fields, Json, RefusedError, as_json, read_json
from firmware_sim.peers.shelly_firmware import ShellyFirmware


class _OnBroker(ABC):
    """A device's client: its last will says `false` on its `online` topic."""

    def __init__(self, port: int, prefix: str) -> None:
        self.port = port
        self.prefix = prefix
        self._client: aiomqtt.Client | None = None
        self._hearing: asyncio.Task[None] | None = None

    @abstractmethod
    def topics(self) -> Sequence[str]:
        """Return the topics that it is told by."""

    @abstractmethod
    async def connected(self) -> None:
        """Tell what it tells when it connects."""

    @abstractmethod
    async def told(self, topic: str, payload: str) -> None:
        """Take what it is told."""

    async def __aenter__(self) -> Self:
        """Connect."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up."""
        await self.stop()

    async def start(self) -> None:
        """Connect, and say so."""
        online = f"{self.prefix}/online"
        will = aiomqtt.Will(online, "false", qos=1, retain=True)
        client = aiomqtt.Client("127.0.0.1", self.port, identifier=self.prefix, will=will)
        self._client = await client.__aenter__()
        for topic in self.topics():
            await client.subscribe(topic, qos=1)
        await self.say(online, "true", retain=True)
        await self.connected()
        self._hearing = asyncio.create_task(self._hear(client))

    async def stop(self) -> None:
        """Lose the power: the broker tells the last will, as it does after a while."""
        client, self._client = self._client, None
        if self._hearing is not None:
            self._hearing.cancel()
            with suppress(asyncio.CancelledError):
                await self._hearing
            self._hearing = None
        if client is not None:
            await client.publish(f"{self.prefix}/online", "false", qos=1, retain=True)
            await client.__aexit__(None, None, None)

    async def say(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Publish something, if it is connected."""
        if self._client is not None:
            await self._client.publish(topic, payload, qos=1, retain=retain)

    async def _hear(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            if isinstance(message.payload, bytes):
                await self.told(str(message.topic), message.payload.decode())


class ShellyRpcOnBroker(_OnBroker):
    """A device of Gen2 and later: RPC on `<prefix>/rpc`, what changes on `<prefix>/events/rpc`."""

    def __init__(self, port: int, firmware: ShellyFirmware, *, prefix: str = "") -> None:
        super().__init__(port, prefix or firmware.id)
        self.firmware = firmware
        self._waiting: list[Fields] = []
        firmware.notify.append(self._waiting.append)

    def topics(self) -> Sequence[str]:
        """Return where it is asked."""
        return (f"{self.prefix}/rpc",)

    async def connected(self) -> None:
        """Tell nothing more: it waits to be asked."""

    async def told(self, topic: str, payload: str) -> None:
        """Answer on `<src>/rpc`, then notify what changed."""
        del topic
        try:
            frame = read_json(payload)
        except RefusedError:
            return
        answer = self.firmware.answer(frame)
        if "src" in frame:
            await self.say(f"{frame['src']}/rpc", as_json(answer))
        await self.flush()

    async def flush(self) -> None:
        """Notify what changed."""
        while self._waiting:
            await self.say(f"{self.prefix}/events/rpc", as_json(self._waiting.pop(0)))

    async def set(self, component: str, **said: bool | float | str | None) -> None:
        """Change a component as by a hand at the device."""
        self.firmware.change(component, said)
        await self.flush()

    async def press(self, component: str, event: str) -> None:
        """Press a button of the device."""
        self.firmware.press(component, event)
        await self.flush()

    async def wake(self) -> None:
        """Tell everything, as a battery device does when it wakes up."""
        await self.say(f"{self.prefix}/events/rpc", as_json(self.firmware.whole()))


class ShellyGen1OnBroker(_OnBroker):
    """A relay of Gen1 with a meter and an input (Shelly 1PM): plain words on many topics."""

    def __init__(self, port: int, device_id: str = "shelly1pm-A8032AB1CAFE") -> None:
        super().__init__(port, f"shellies/{device_id}")
        self.id = device_id
        self.mac = device_id.rpartition("-")[2]
        self.on = False
        self.power_w = 0.0
        self.energy_wmin = 120_000
        self.heard: list[tuple[str, str]] = []

    def topics(self) -> Sequence[str]:
        """Return where it is told something."""
        base = self.prefix
        return ("shellies/command", f"{base}/command", f"{base}/relay/0/command")

    async def connected(self) -> None:
        """Announce itself, and tell its state."""
        await self._announce()
        await self._update()

    async def told(self, topic: str, payload: str) -> None:
        """Take a command."""
        self.heard.append((topic, payload))
        if topic.endswith("/relay/0/command"):
            await self.turn(on=payload == "on")
        elif payload == "announce":
            await self._announce()
        elif payload == "update":
            await self._update()

    async def turn(self, *, on: bool) -> None:
        """Turn the relay."""
        self.on, self.power_w = on, 60.0 if on else 0.0
        await self._update()

    async def press(self, event: str) -> None:
        """Press the button at its input."""
        body: Fields = {"event": event, "event_cnt": 1}
        await self.say(f"{self.prefix}/input_event/0", as_json(body))

    async def _announce(self) -> None:
        announced: Fields = {
            "id": self.id,
            "model": "SHSW-PM",
            "mac": self.mac,
            "ip": "127.0.0.1",
            "new_fw": False,
            "fw_ver": "20230913-112234/v1.14.0-gcb84623",
        }
        await self.say("shellies/announce", as_json(announced))
        await self.say(f"{self.prefix}/announce", as_json(announced))
        await self.say(f"{self.prefix}/info", as_json(self.status()))

    async def _update(self) -> None:
        base = self.prefix
        await self.say(f"{base}/relay/0", "on" if self.on else "off")
        await self.say(f"{base}/relay/0/power", f"{self.power_w:.2f}")
        await self.say(f"{base}/relay/0/energy", str(self.energy_wmin))
        await self.say(f"{base}/temperature", "40.25")
        await self.say(f"{base}/overtemperature", "0")

    def status(self) -> Fields:
        """Return its whole status."""
        relays: list[Json] = [
            {"ison": self.on, "has_timer": False, "overpower": False, "source": "mqtt"}
        ]
        meters: list[Json] = [{"power": self.power_w, "is_valid": True, "total": self.energy_wmin}]
        inputs: list[Json] = [{"input": 0, "event": "", "event_cnt": 0}]
        return {
            "wifi_sta": {"connected": True, "ssid": "Home", "ip": "127.0.0.1", "rssi": -61},
            "mac": self.mac,
            "relays": relays,
            "meters": meters,
            "inputs": inputs,
            "temperature": 40.25,
            "overtemperature": False,
            "uptime": 4_242,
        }

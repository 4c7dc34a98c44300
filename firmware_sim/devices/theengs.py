"""A Bluetooth gateway (OpenMQTTGateway) and the sensors that it hears.

Nothing that a sensor says is kept by the broker: who comes later waits until it speaks again.
Sources: https://docs.openmqttgateway.com/use/ble.html, gateway.html; https://bthome.io/format/ and
https://bthome.io/encryption/ for the sensors that the gateway passes on as they are.
"""

from typing import ClassVar
from zlib import crc32

from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from firmware_sim.devices.device import (
    Device,
    Fields,
    Gateway,
    Identity,
    Message,
    RefusedError,
    Step,
    as_json,
    read_json,
    rounded,
)
from firmware_sim.devices.properties import Property, State, flag, number

GATEWAY = "OMG_ESP32_BLE"
_TEMPERATURE, _HUMIDITY, _WINDOW, _BATTERY, _PACKET = 0x02, 0x03, 0x2D, 0x01, 0x00
_PLAIN, _ENCRYPTED, _ON_EVENT = 0x40, 0x41, 0x04


class Heard(Device):
    """What lives behind the gateway, or is it."""

    base: ClassVar[str] = f"home/{GATEWAY}"

    @property
    def gateway(self) -> Gateway:
        """The gateway, `home/<gateway>/LWT` online or offline."""
        lwt = f"{self.base}/LWT"
        return Gateway(GATEWAY, Message(lwt, "online"), Message(lwt, "offline"))

    @property
    def mac(self) -> str:
        """The address, made of the id."""
        digits = f"A4C1{crc32(self.id.encode()):08X}"
        return ":".join(digits[at : at + 2] for at in range(0, 12, 2))

    def announcement(self) -> tuple[Message, ...]:
        """Return nothing: what is heard announces itself."""
        return ()

    def told(self, fields: Fields) -> Message:
        """Return what the gateway tells of it."""
        topic = f"{self.base}/BTtoMQTT/{self.mac.replace(':', '')}"
        return Message(topic, as_json({"id": self.mac, "rssi": -60, **fields}), retain=False)


class Omg(Heard):
    """The gateway itself."""

    primary = Property.TEMPERATURE
    manufacturer = "OpenMQTTGateway"
    model = "esp32dev-ble"

    def initial(self) -> State:
        """Return a warm chip."""
        return {Property.TEMPERATURE: 40.0}

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return how it is."""
        if not changed:
            return ()
        said: Fields = {
            "uptime": 120, "version": "v1.7.0", "env": self.model, "discovery": False,
            "freemem": 120_000, "rssi": -52, "SSID": "home", "ip": "192.168.1.80",
            "mac": "24:0A:C4:AA:BB:CC", "tempc": rounded(number(state, Property.TEMPERATURE)),
            "modules": ["BT"],
        }  # fmt: skip
        return (Message(f"{self.base}/SYStoMQTT", as_json(said), retain=False),)

    def topics(self) -> tuple[str, ...]:
        """Return where it is told to scan, and asked how it is."""
        return (f"{self.base}/commands/MQTTtoBT/config", f"{self.base}/commands/MQTTtoSYS/config")

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Take `{"interval": 0}` and `{"cmd": "status"}`."""
        del state
        wish = read_json(payload)
        if topic.endswith("MQTTtoBT/config") and "interval" in wish:
            return (Step({}),)
        if wish.get("cmd") == "status":
            return (Step({Property.ASKED: "status"}),)
        raise RefusedError(f"nothing in it for a gateway: {payload[:60]!r}")


class DecodedThermometer(Heard):
    """A thermometer that the gateway knows: its values are decoded there."""

    primary = Property.TEMPERATURE
    manufacturer = "Xiaomi"
    model = "LYWSD03MMC"

    def initial(self) -> State:
        """Return a room's temperature."""
        return {Property.TEMPERATURE: 21.0, Property.HUMIDITY: 45.0, Property.BATTERY: 90.0}

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return all of it: a sensor knows no changes."""
        if not changed:
            return ()
        celsius = number(state, Property.TEMPERATURE)
        fields: Fields = {
            "name": self.model, "brand": self.manufacturer, "model": "TH Sensor",
            "model_id": "LYWSD03MMC_ATC", "type": "THB", "tempc": rounded(celsius),
            "tempf": rounded(celsius * 1.8 + 32), "hum": rounded(number(state, Property.HUMIDITY)),
            "batt": round(number(state, Property.BATTERY)), "volt": 2.95,
        }  # fmt: skip
        return (self.told(fields),)


class BtHome(Heard):
    """A sensor in BTHome 2 that the gateway passes on as it was heard.

    With a `key` of 16 bytes it is encrypted (AES-CCM, a counter that only grows).
    """

    manufacturer = "BTHome"
    key: ClassVar[bytes] = b""
    short_name: ClassVar[str] = "DIY-sensor"
    on_event: ClassVar[bool] = False

    def __init__(self, identity: Identity) -> None:
        super().__init__(identity)
        self._packets = 0

    def measured(self, state: State) -> bytes:
        """Return the objects of a packet, in the order of their ids."""
        celsius = round(number(state, Property.TEMPERATURE) * 100)
        humidity = round(number(state, Property.HUMIDITY) * 100)
        return (
            bytes((_TEMPERATURE,))
            + celsius.to_bytes(2, "little", signed=True)
            + bytes((_HUMIDITY,))
            + humidity.to_bytes(2, "little")
        )

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return the advertisement."""
        if not changed:
            return ()
        self._packets += 1
        told = bytes((_PACKET, self._packets & 0xFF)) + self.measured(state)
        info = (_ENCRYPTED if self.key else _PLAIN) | (_ON_EVENT if self.on_event else 0)
        data = bytes((info,)) + (self._sealed(info, told) if self.key else told)
        fields: Fields = {
            "name": self.short_name, "mac_type": 0, "adv_type": 0, "servicedata": data.hex(),
            "servicedatauuid": "0xfcd2",
        }  # fmt: skip
        return (self.told(fields),)

    def _sealed(self, info: int, told: bytes) -> bytes:
        """Return what is told encrypted: ciphertext, counter, and four bytes to check it."""
        counter = self._packets.to_bytes(4, "little")
        nonce = bytes.fromhex(self.mac.replace(":", "")) + b"\xd2\xfc" + bytes((info,)) + counter
        sealed = AESCCM(self.key, tag_length=4).encrypt(nonce, told, None)
        return sealed[:-4] + counter + sealed[-4:]


class PlainThermometer(BtHome):
    """A thermometer whose advertisements anyone can read."""

    primary = Property.TEMPERATURE
    model = "BTHome thermometer"

    def initial(self) -> State:
        """Return a room's temperature."""
        return {Property.TEMPERATURE: 20.0, Property.HUMIDITY: 50.0}


class SealedThermometer(PlainThermometer):
    """A thermometer whose advertisements need its key."""

    key = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")


class Window(BtHome):
    """A window's contact, which speaks when it is opened or closed."""

    primary = Property.OPEN
    model = "Shelly BLU Door/Window"
    short_name = "SBDW-002C"
    on_event = True

    def initial(self) -> State:
        """Return closed."""
        return {Property.OPEN: False, Property.BATTERY: 100.0}

    def measured(self, state: State) -> bytes:
        """Return battery and window."""
        battery = round(number(state, Property.BATTERY))
        return bytes((_BATTERY, battery, _WINDOW, int(flag(state, Property.OPEN))))

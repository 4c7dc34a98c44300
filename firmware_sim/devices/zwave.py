"""Devices behind Z-Wave JS UI: `{"time", "value"}` on a topic a value, availability of two parts.

Shapes as Z-Wave JS UI publishes them (https://zwave-js.github.io/zwave-js-ui/#/guide/mqtt).
"""

from typing import ClassVar

from firmware_sim.devices.device import DISCOVERY, Device, Fields, Gateway, Json, Message, as_json
from firmware_sim.devices.properties import Property, State, flag

BASE = "zwave"
_CLIENT = f"{BASE}/_CLIENTS/ZWAVE_GATEWAY-home/status"
BRIDGE = Gateway(
    "zwave_js_ui",
    birth=Message(_CLIENT, '{"value":true}'),
    will=Message(_CLIENT, '{"value":false}'),
)


class ZWave(Device):
    """A device of the Z-Wave gateway: notifications, each with its topic and two values."""

    notifications: ClassVar[tuple[tuple[Property, str, str, int], ...]]
    """Property, device class, topic, and the notification value that means it is so."""

    @property
    def gateway(self) -> Gateway:
        """The gateway, shared by all Z-Wave devices."""
        return BRIDGE

    def initial(self) -> State:
        """Return nothing noticed."""
        return {prop: False for prop, *_ in self.notifications}

    def announcement(self) -> tuple[Message, ...]:
        """Return a binary sensor for each notification, with numbers as payloads."""
        return tuple(
            Message(
                f"{DISCOVERY}/binary_sensor/{self.id}/{device_class}/config",
                as_json(self._fields(device_class, topic, value)),
            )
            for _, device_class, topic, value in self.notifications
        )

    def online(self) -> tuple[Message, ...]:
        """Return the node's status."""
        return (self._status(alive=True),)

    def offline(self) -> tuple[Message, ...]:
        """Return the node's status."""
        return (self._status(alive=False),)

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return the notifications that changed."""
        return tuple(
            Message(
                f"{BASE}/{self.id}/{topic}",
                as_json({"time": 1700000000000, "value": value if flag(state, prop) else 0}),
            )
            for prop, _, topic, value in self.notifications
            if prop in changed
        )

    def _status(self, *, alive: bool) -> Message:
        status: Fields = {
            "time": 1700000000000,
            "value": alive,
            "status": "Alive" if alive else "Dead",
            "nodeId": 12,
        }
        return Message(f"{BASE}/{self.id}/status", as_json(status))

    def _fields(self, device_class: str, topic: str, value: int) -> Fields:
        device: Fields = {
            "identifiers": [self.id, f"zwavejs2mqtt_{self.id}"],
            "manufacturer": self.manufacturer,
            "model": self.model,
            "name": self.identity.name,
            "sw_version": "1.10",
        }
        if self.identity.area:
            device["suggested_area"] = self.identity.area
        availability: list[Json] = [
            {
                "payload_available": "true",
                "payload_not_available": "false",
                "topic": f"{BASE}/{self.id}/status",
                "value_template": "{{'true' if value_json.value else 'false'}}",
            },
            {
                "topic": _CLIENT,
                "value_template": "{{'online' if value_json.value else 'offline'}}",
            },
        ]
        return {
            "payload_on": value,
            "payload_off": 0,
            "value_template": "{{ value_json.value }}",
            "device_class": device_class,
            "state_topic": f"{BASE}/{self.id}/{topic}",
            "json_attributes_topic": f"{BASE}/{self.id}/{topic}",
            "availability": availability,
            "availability_mode": "all",
            "device": device,
            "name": f"{self.identity.name}_{device_class}",
            "unique_id": f"{self.id}_{device_class}",
        }


class WaterLeakDetector(ZWave):
    """A flood sensor."""

    primary = Property.LEAK
    manufacturer = "Fibargroup"
    model = "Flood Sensor (FGFS101)"
    notifications = (
        (Property.LEAK, "moisture", "notification/endpoint_0/Water_Alarm/Sensor_status", 2),
    )


class SmokeCoAlarm(ZWave):
    """A smoke and carbon monoxide alarm."""

    primary = Property.SMOKE
    manufacturer = "First Alert (BRK Brands Inc)"
    model = "Smoke and Carbon Monoxide Alarm (ZCOMBO)"
    notifications = (
        (Property.SMOKE, "smoke", "notification/endpoint_0/Smoke_Alarm/Sensor_status", 2),
        (Property.CARBON_MONOXIDE, "carbon_monoxide", "notification/endpoint_0/CO_Alarm/status", 2),
    )

"""Devices behind Zigbee2MQTT: full keys, one JSON a device, availability of bridge and device.

Shapes as Zigbee2MQTT 2 publishes them (https://www.zigbee2mqtt.io/guide/usage/integrations/home_assistant.html).
"""

from abc import abstractmethod
from typing import ClassVar

from firmware_sim.devices.device import (
    DISCOVERY,
    Device,
    Fields,
    Gateway,
    Message,
    as_json,
)
from firmware_sim.devices.properties import Property, State

BASE = "zigbee2mqtt"
_BRIDGE = f"{BASE}/bridge/state"
BRIDGE = Gateway(
    "zigbee2mqtt",
    birth=Message(_BRIDGE, '{"state":"online"}'),
    will=Message(_BRIDGE, '{"state":"offline"}'),
)


class Zigbee(Device):
    """A device of the Zigbee bridge: one retained JSON of its whole state on `zigbee2mqtt/<id>`."""

    sw_version: ClassVar[str] = "2.3.093"

    @property
    def gateway(self) -> Gateway:
        """The bridge, shared by all Zigbee devices."""
        return BRIDGE

    @property
    def topic(self) -> str:
        """The topic of the device's state."""
        return f"{BASE}/{self.id}"

    @abstractmethod
    def entities(self) -> dict[tuple[str, str], Fields]:
        """Return what is announced: fields by component and object id."""

    @abstractmethod
    def body(self, state: State) -> Fields:
        """Return the state as the bridge writes it."""

    def announcement(self) -> tuple[Message, ...]:
        """Return one message an entity: `homeassistant/<component>/<id>/<object>/config`."""
        return tuple(
            Message(
                f"{DISCOVERY}/{component}/{self.id}/{name}/config",
                as_json(self._common(name) | fields),
            )
            for (component, name), fields in self.entities().items()
        )

    def online(self) -> tuple[Message, ...]:
        """Return the device's own availability."""
        return (Message(f"{self.topic}/availability", '{"state":"online"}'),)

    def offline(self) -> tuple[Message, ...]:
        """Return the device's own availability."""
        return (Message(f"{self.topic}/availability", '{"state":"offline"}'),)

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return the whole state: the bridge repeats what it knows with each change."""
        return (Message(self.topic, as_json(self.body(state))),) if changed else ()

    def _common(self, name: str) -> Fields:
        described: Fields = {
            "identifiers": [self.id, f"zigbee2mqtt_{self.id}"],
            "manufacturer": self.manufacturer,
            "model": self.model,
            "name": self.identity.name,
            "sw_version": self.sw_version,
            "via_device": "zigbee2mqtt_bridge",
        }
        if self.identity.area:
            described["suggested_area"] = self.identity.area
        template = "{{ value_json.state }}"
        return {
            "availability": [
                {"topic": _BRIDGE, "value_template": template},
                {"topic": f"{self.topic}/availability", "value_template": template},
            ],
            "availability_mode": "all",
            "device": described,
            "object_id": f"{self.id}_{name}",
            "origin": {
                "name": "Zigbee2MQTT",
                "sw": "2.1.3",
                "url": "https://www.zigbee2mqtt.io",
            },
            "state_topic": self.topic,
            "unique_id": f"{self.id}_{name}_zigbee2mqtt",
        }


def battery() -> Fields:
    """Return the fields of a battery's entity."""
    return {
        "device_class": "battery",
        "enabled_by_default": True,
        "entity_category": "diagnostic",
        "state_class": "measurement",
        "unit_of_measurement": "%",
        "value_template": "{{ value_json.battery }}",
    }

"""Groups of the Zigbee bridge: what one is told, all its members hear at once.

Shapes as Zigbee2MQTT publishes them: https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html.
"""

import json
from collections.abc import Mapping, Sequence

from firmware_sim.devices.device import Device, Gateway, Identity, Json, Message
from firmware_sim.devices.properties import Property, State
from firmware_sim.devices.zigbee import BASE, BRIDGE, Zigbee


class ZigbeeGroups(Device):
    """All groups of the bridge, which is what tells of them; a group has no state of its own."""

    primary = Property.ON
    manufacturer = "Zigbee2MQTT"
    model = "Bridge"

    def __init__(self, groups: Mapping[str, Sequence[Zigbee]]) -> None:
        super().__init__(Identity("zigbee_groups", "Groups"))
        self._groups = dict(groups)
        self._by_topic = {f"{BASE}/{name}/set": tuple(some) for name, some in groups.items()}

    @property
    def gateway(self) -> Gateway:
        """The bridge."""
        return BRIDGE

    def initial(self) -> State:
        """Return nothing."""
        return {}

    def announcement(self) -> tuple[Message, ...]:
        """Return the retained list of groups and their members."""
        groups: list[Json] = [
            {
                "id": number,
                "friendly_name": name,
                "description": None,
                "scenes": [],
                "members": [{"ieee_address": device.id, "endpoint": 1} for device in some],
            }
            for number, (name, some) in enumerate(self._groups.items(), start=1)
        ]
        return (Message(f"{BASE}/bridge/groups", json.dumps(groups)),)

    def topics(self) -> tuple[str, ...]:
        """Return the command topic of each group."""
        return tuple(self._by_topic)

    def members(self, topic: str) -> tuple[Zigbee, ...]:
        """Return those who hear what is said on a group's topic."""
        return self._by_topic.get(topic, ())

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return nothing: the members tell what they are."""
        del state, changed
        return ()

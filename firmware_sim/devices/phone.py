"""A person's phone: a device tracker that says home or not_home."""

from firmware_sim.devices.device import DISCOVERY, Device, Fields, Gateway, Message, as_json
from firmware_sim.devices.properties import Property, State, flag


class Phone(Device):
    """A phone that knows when it is at home, by an app on it; `dev` without a model of its own."""

    primary = Property.HOME
    manufacturer = "OwnTracks"
    model = "Phone"

    @property
    def gateway(self) -> Gateway:
        """The phone itself."""
        topic = f"phones/{self.id}/app"
        return Gateway(self.id, Message(topic, "online"), Message(topic, "offline"))

    def initial(self) -> State:
        """Return at home."""
        return {Property.HOME: True}

    def announcement(self) -> tuple[Message, ...]:
        """Return a tracker; it stays known while the app is away, so it has no availability."""
        fields: Fields = {
            "name": None,
            "state_topic": f"phones/{self.id}/state",
            "payload_home": "home",
            "payload_not_home": "not_home",
            "source_type": "gps",
            "unique_id": f"{self.id}_tracker",
            "device": {
                "identifiers": [self.id],
                "name": self.identity.name,
                "manufacturer": self.manufacturer,
                "model": self.model,
            },
        }
        return (Message(f"{DISCOVERY}/device_tracker/{self.id}/config", as_json(fields)),)

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return home or not_home."""
        if not changed:
            return ()
        text = "home" if flag(state, Property.HOME) else "not_home"
        return (Message(f"phones/{self.id}/state", text),)

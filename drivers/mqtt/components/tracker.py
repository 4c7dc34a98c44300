"""Who or what is at home. Source: .../integrations/device_tracker.mqtt/."""

from collections.abc import Sequence

from drivers.mqtt.codec import number, one_of, text
from drivers.mqtt.draft import Draft
from drivers.mqtt.payload import MISSING, Payload
from hubd.model.device import DeviceType
from hubd.model.value import Value


def device_tracker(draft: Draft) -> DeviceType:
    """Add whether it is home, where else it is, and its coordinates if it tells them."""
    options = draft.options
    home, away = options.text("payload_home", "home"), options.text("payload_not_home", "not_home")
    reset = options.text("payload_reset", "None")
    known = one_of({}, {home: True, away: False, reset: None})
    place = text()
    draft.property(
        "Presence.home",
        # A named place is not this home.
        known.otherwise(value=False),
        state="state_topic",
        state_template="value_template",
    )
    draft.property("Presence.place", place, state="state_topic", state_template="value_template")
    if attributes := options.topic("json_attributes_topic"):
        record = draft.record("json_attributes_template", "nothing")
        read_number = number().read
        fields = {"latitude": "Presence.latitude", "longitude": "Presence.longitude"}
        for name in fields.values():
            draft.add(name)

        def read(payload: Payload) -> Sequence[tuple[str, Value]]:
            told = record(payload)
            values = [(name, read_number(told.get(key, MISSING))) for key, name in fields.items()]
            return [(name, value) for name, value in values if value is not MISSING]

        draft.splits(attributes, read)
    return DeviceType.TRACKER

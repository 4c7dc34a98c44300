"""What happens at a moment: events and device triggers, such as a button's press.

Sources: .../integrations/event.mqtt/ and .../integrations/device_trigger.mqtt/.
"""

from collections.abc import Mapping

from drivers.mqtt.draft import Draft
from drivers.mqtt.errors import DiscoveryError, UnreadableError, excerpt
from drivers.mqtt.payload import MISSING, Payload, rendered
from hubd.model.device import DeviceType

_SIGNALS: Mapping[str, tuple[str, DeviceType]] = {
    "button": ("Switch.pressed", DeviceType.GENERIC_SWITCH),
    "doorbell": ("Doorbell.rang", DeviceType.GENERIC_SWITCH),
    "motion": ("Motion.seen", DeviceType.OCCUPANCY_SENSOR),
}
TRIGGERS = "buttons"
"""The endpoint that all triggers of a device share."""


def event(draft: Draft) -> DeviceType:
    """Add the signal that the device class names; its kinds are the event types."""
    options = draft.options
    name, device_type = _SIGNALS.get(
        options.text("device_class"), ("Event.happened", DeviceType.GENERIC)
    )
    kinds = options.texts("event_types")
    topic = options.topic("state_topic")
    if not topic:
        raise DiscoveryError("has no state_topic")
    record = draft.record("value_template", "nothing")

    def read(payload: Payload) -> str | None:
        said = record(payload)
        if said.get("nothing") in {"", None, MISSING} and "event_type" not in said:
            return None
        kind = said.get("event_type")
        if not isinstance(kind, str) or (kinds and kind not in kinds):
            raise UnreadableError(f"{excerpt(payload.raw)} tells no event_type that was announced")
        return kind

    draft.signal(name, topic, read, kinds)
    return device_type


def device_automation(draft: Draft) -> DeviceType:
    """Add a trigger: a press, told by a topic and, if given, a payload.

    Its kind is the subtype for the triggers of Zigbee2MQTT (type `action`), else both words.
    """
    options = draft.options
    topic = options.topic("topic")
    if options.text("automation_type") != "trigger" or not topic:
        raise DiscoveryError("is no trigger with a topic")
    kind, subtype = options.text("type"), options.text("subtype")
    said = subtype if kind in {"action", ""} else f"{subtype} {kind}".strip()
    wanted = options.text("payload") if "payload" in options else None
    source = draft.source("value_template")

    def read(payload: Payload) -> str | None:
        told = rendered(source(payload)) if source else payload.text
        return said if wanted is None or told == wanted else None

    draft.signal("Switch.pressed", topic, read, (said,))
    draft.group = TRIGGERS
    return DeviceType.GENERIC_SWITCH

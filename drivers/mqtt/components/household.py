"""Water heaters, lawn mowers, notifications, tags, pictures.

Sources: .../integrations/water_heater.mqtt/, lawn_mower.mqtt/, notify.mqtt/, tag.mqtt/,
camera.mqtt/, image.mqtt/.
"""

from drivers.kit.units import conversion
from drivers.mqtt.codec import either, text
from drivers.mqtt.draft import Draft
from drivers.mqtt.errors import DiscoveryError
from drivers.mqtt.part import Publish
from drivers.mqtt.payload import MISSING, Payload, rendered
from drivers.mqtt.units import measured
from hubd.model.device import Action, DeviceType, Property
from hubd.model.value import Value, ValueType
from hubd.model.vocabulary import ACTIONS

_HEATER_MODES = (
    "off",
    "eco",
    "electric",
    "gas",
    "heat_pump",
    "high_demand",
    "performance",
)
_MOWING = ("mowing", "paused", "docked", "returning", "error")
_MOWER = (
    ("OperationalState.start", "start_mowing"),
    ("OperationalState.pause", "pause"),
    ("RvcRunMode.goHome", "dock"),
)
"""Action, and the beginning of its options."""


def water_heater(draft: Draft) -> DeviceType:
    """Add the water's temperature, the one that is wished, and the mode."""
    options = draft.options
    unit = "°F" if options.text("temperature_unit", "C").upper().endswith("F") else "°C"
    scale, offset = conversion(unit, "°C")
    usual = (43.3, 60.0) if unit == "°C" else (110.0, 140.0)
    low = round(options.number("min_temp", usual[0]) * scale + offset, 2)
    high = round(options.number("max_temp", usual[1]) * scale + offset, 2)
    draft.property(
        "Thermostat.setpoint",
        measured(unit, "°C", low=low, high=high),
        state="temperature_state_topic",
        state_template=_template(draft, "temperature_state_template"),
        command="temperature_command_topic",
        command_template="temperature_command_template",
        shape={"minimum": low, "maximum": high},
    )
    draft.property(
        "Thermostat.localTemperature",
        measured(unit, "°C"),
        state="current_temperature_topic",
        state_template=_template(draft, "current_temperature_template"),
    )
    modes = options.texts("modes") or _HEATER_MODES
    draft.property(
        "Thermostat.systemMode",
        text(modes),
        state="mode_state_topic",
        state_template=_template(draft, "mode_state_template"),
        command="mode_command_topic",
        command_template="mode_command_template",
        shape={"choices": modes},
    )
    power = either(yes=options.text("payload_on", "ON"), no=options.text("payload_off", "OFF"))
    draft.property(
        "OnOff.on",
        power,
        command="power_command_topic",
        command_template="power_command_template",
    )
    return DeviceType.THERMOSTAT


def lawn_mower(draft: Draft) -> DeviceType:
    """Add what the mower does, and what it can be asked to do."""
    draft.property(
        "OperationalState.state",
        text(),
        state="activity_state_topic",
        state_template="activity_value_template",
        shape={"choices": _MOWING},
    )
    for action, stem in _MOWER:
        draft.action(
            action,
            f"{stem}_command_topic",
            stem,
            command_template=f"{stem}_command_template",
        )
    return DeviceType.GENERIC


def notify(draft: Draft) -> DeviceType:
    """Add the saying of a text on the device."""
    target = draft.options.target("command_topic")
    if not target:
        raise DiscoveryError("has no command_topic")
    fill = draft.options.template("command_template", {"value"})
    argument = Property("text", ValueType.STRING)
    name = "Message.show"
    words = text(longest=10_000).write

    def say(value: Value) -> Publish:
        said = words(value)
        scope = Payload(b"", {"value": said})
        return draft.message(target, rendered(fill(scope) if fill else said))

    draft.does(Action(name, ACTIONS[name], argument), say)
    return DeviceType.GENERIC


def tag(draft: Draft) -> DeviceType:
    """Add the signal of a tag that is held to the device; its kind is the tag's id."""
    topic = draft.options.topic("topic")
    if not topic:
        raise DiscoveryError("has no topic")
    source = draft.source("value_template")

    def read(payload: Payload) -> str | None:
        said = source(payload) if source else payload.text
        return None if said in {MISSING, None, ""} else rendered(said)

    draft.signal("Tag.scanned", topic, read)
    return DeviceType.GENERIC


def picture(draft: Draft) -> DeviceType:
    """Add where a picture is, where that is told; pictures themselves are not carried."""
    told = draft.property("Text.value", text(), state="url_topic", state_template="url_template")
    if not told:
        draft.trouble("pictures are not carried")
    return DeviceType.GENERIC


def _template(draft: Draft, own: str) -> str:
    """Return the option that holds the template: its own, or the one for all."""
    return own if own in draft.options else "value_template"

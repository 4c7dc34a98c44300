"""Humidifiers and dehumidifiers. Source: .../integrations/humidifier.mqtt/."""

from drivers.mqtt.codec import either, number, text
from drivers.mqtt.draft import Draft
from drivers.mqtt.units import measured
from hubd.model.device import DeviceType


def humidifier(draft: Draft) -> DeviceType:
    """Add on and off, the wished and the measured humidity, the mode, and what it does."""
    options = draft.options
    draft.property(
        "OnOff.on",
        either(yes=options.text("payload_on", "ON"), no=options.text("payload_off", "OFF")),
        state="state_topic",
        state_template="state_value_template",
        command="command_topic",
        command_template="command_template",
    )
    low, high = options.number("min_humidity", 0), options.number("max_humidity", 100)
    draft.property(
        "Humidifier.setpoint",
        number(whole=True, low=low, high=high),
        state="target_humidity_state_topic",
        state_template="target_humidity_state_template",
        command="target_humidity_command_topic",
        command_template="target_humidity_command_template",
        shape={"minimum": low, "maximum": high},
    )
    modes = options.texts("modes")
    draft.property(
        "Humidifier.mode",
        text(modes),
        state="mode_state_topic",
        state_template="mode_state_template",
        command="mode_command_topic",
        command_template="mode_command_template",
        shape={"choices": modes} if modes else None,
    )
    draft.property(
        "Humidifier.humidity",
        measured("%", "%"),
        state="current_humidity_topic",
        state_template="current_humidity_template",
    )
    draft.property(
        "Humidifier.action", text(), state="action_topic", state_template="action_template"
    )
    return DeviceType.HUMIDIFIER

"""Fans. Source: https://www.home-assistant.io/integrations/fan.mqtt/."""

from drivers.mqtt.codec import either, one_of, steps, text
from drivers.mqtt.draft import Draft
from hubd.model.device import DeviceType

_DIRECTIONS = ("forward", "reverse")


def fan(draft: Draft) -> DeviceType:
    """Add on and off, speed, mode, oscillation and direction."""
    options = draft.options
    draft.property(
        "OnOff.on",
        either(yes=options.text("payload_on", "ON"), no=options.text("payload_off", "OFF")),
        state="state_topic",
        state_template="state_value_template",
        command="command_topic",
        command_template="command_template",
    )
    lowest, highest = options.number("speed_range_min", 1), options.number("speed_range_max", 100)
    draft.property(
        "FanControl.speed",
        # The lowest speed is one step above standing still.
        steps(lowest - 1, highest),
        state="percentage_state_topic",
        state_template="percentage_value_template",
        command="percentage_command_topic",
        command_template="percentage_command_template",
        shape={"tolerance": max(1.0, 50 / (highest - lowest + 1))},
    )
    presets = options.texts("preset_modes")
    draft.property(
        "FanControl.mode",
        text(presets),
        state="preset_mode_state_topic",
        state_template="preset_mode_value_template",
        command="preset_mode_command_topic",
        command_template="preset_mode_command_template",
        shape={"choices": presets} if presets else None,
    )
    draft.property(
        "FanControl.oscillating",
        either(
            yes=options.text("payload_oscillation_on", "oscillate_on"),
            no=options.text("payload_oscillation_off", "oscillate_off"),
        ),
        state="oscillation_state_topic",
        state_template="oscillation_value_template",
        command="oscillation_command_topic",
        command_template="oscillation_command_template",
    )
    draft.property(
        "FanControl.direction",
        one_of({direction: direction for direction in _DIRECTIONS}),
        state="direction_state_topic",
        state_template="direction_value_template",
        command="direction_command_topic",
        command_template="direction_command_template",
        shape={"choices": _DIRECTIONS},
    )
    return DeviceType.FAN

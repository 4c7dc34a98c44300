"""Switches. Source: https://www.home-assistant.io/integrations/switch.mqtt/."""

from drivers.mqtt.codec import either
from drivers.mqtt.draft import Draft
from hubd.model.device import DeviceType


def switch(draft: Draft) -> DeviceType:
    """Add what a switch can do: on and off."""
    on, off = draft.options.text("payload_on", "ON"), draft.options.text("payload_off", "OFF")
    draft.property(
        "OnOff.on",
        either(
            yes=on,
            no=off,
            read_yes=draft.options.text("state_on", on),
            read_no=draft.options.text("state_off", off),
        ),
        state="state_topic",
        state_template="value_template",
        command="command_topic",
        command_template="command_template",
    )
    return DeviceType.ON_OFF_PLUG

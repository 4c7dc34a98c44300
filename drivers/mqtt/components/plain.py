"""Numbers, choices, texts and buttons: what has no meaning that the vocabulary knows.

Sources: .../integrations/number.mqtt/, select.mqtt/, text.mqtt/, button.mqtt/, scene.mqtt/.
"""

from drivers.mqtt.codec import number, text
from drivers.mqtt.draft import Draft
from hubd.model.device import DeviceType


def number_input(draft: Draft) -> DeviceType:
    """Add a number that can be set, in the device's own unit."""
    options = draft.options
    low, high = options.number("min", 1), options.number("max", 100)
    step = options.number("step", 1)
    draft.property(
        "Number.value",
        number(low=low, high=high),
        state="state_topic",
        state_template="value_template",
        command="command_topic",
        command_template="command_template",
        shape={
            "minimum": low,
            "maximum": high,
            "step": step,
            "unit": options.text("unit_of_measurement"),
        },
    )
    return DeviceType.GENERIC


def select(draft: Draft) -> DeviceType:
    """Add a choice."""
    choices = draft.options.texts("options")
    draft.property(
        "Select.option",
        text(choices),
        state="state_topic",
        state_template="value_template",
        command="command_topic",
        command_template="command_template",
        shape={"choices": choices},
    )
    return DeviceType.GENERIC


def text_input(draft: Draft) -> DeviceType:
    """Add a text that can be set."""
    draft.property(
        "Text.value",
        text(longest=int(draft.options.number("max", 255))),
        state="state_topic",
        state_template="value_template",
        command="command_topic",
        command_template="command_template",
    )
    return DeviceType.GENERIC


def button(draft: Draft) -> DeviceType:
    """Add a press."""
    draft.action(
        "Button.press",
        "command_topic",
        draft.options.text("payload_press", "PRESS"),
        command_template="command_template",
    )
    return DeviceType.GENERIC


def scene(draft: Draft) -> DeviceType:
    """Add the calling up of a scene that the device keeps itself."""
    draft.action("Button.press", "command_topic", draft.options.text("payload_on", "ON"))
    return DeviceType.GENERIC

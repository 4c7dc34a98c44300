"""Alarm panels. Source: .../integrations/alarm_control_panel.mqtt/."""

from collections.abc import Mapping

from drivers.mqtt.codec import one_of
from drivers.mqtt.draft import Draft
from hubd.model.device import DeviceType
from hubd.model.value import Value

_ARMED: Mapping[str, tuple[str, str, str]] = {
    "arm_home": ("armed_home", "payload_arm_home", "ARM_HOME"),
    "arm_away": ("armed_away", "payload_arm_away", "ARM_AWAY"),
    "arm_night": ("armed_night", "payload_arm_night", "ARM_NIGHT"),
    "arm_vacation": ("armed_vacation", "payload_arm_vacation", "ARM_VACATION"),
    "arm_custom_bypass": ("armed_custom_bypass", "payload_arm_custom_bypass", "ARM_CUSTOM_BYPASS"),
}
"""Feature -> the state it brings about, and the option and default of its payload."""
_PASSING = ("pending", "triggered", "arming", "disarming")


def alarm_control_panel(draft: Draft) -> DeviceType:
    """Add the alarm's state, which can be set to disarmed or one of the armed ones."""
    options = draft.options
    features = options.texts("supported_features") or tuple(_ARMED)
    written: dict[Value, str] = {"disarmed": options.text("payload_disarm", "DISARM")}
    for feature, (state, option, default) in _ARMED.items():
        if feature in features:
            written[state] = options.text(option, default)
    states = ("disarmed", *(state for state, _, _ in _ARMED.values()), *_PASSING)
    draft.property(
        "AlarmPanel.state",
        one_of(written, {state: state for state in states}),
        state="state_topic",
        state_template="value_template",
        command="command_topic",
        command_template="command_template",
        variable="action",
        shape={"choices": states},
    )
    if "trigger" in features or "supported_features" not in options:
        draft.action(
            "AlarmPanel.trigger", "command_topic", options.text("payload_trigger", "TRIGGER")
        )
    if options.text("code").startswith("REMOTE_CODE"):
        draft.trouble("not carried yet: panels that want a code; commands go without one")
    return DeviceType.ALARM_PANEL

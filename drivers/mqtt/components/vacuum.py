"""Robot vacuums. Source: https://www.home-assistant.io/integrations/vacuum.mqtt/."""

from collections.abc import Callable, Mapping, Sequence

from drivers.mqtt.codec import number, text
from drivers.mqtt.draft import Draft
from drivers.mqtt.errors import UnreadableError, excerpt
from drivers.mqtt.payload import MISSING, Payload
from hubd.model.device import Action, DeviceType, Property
from hubd.model.value import Value, ValueType
from hubd.model.vocabulary import ACTIONS

_FEATURES: Mapping[str, tuple[str, str, str]] = {
    "start": ("RvcRunMode.start", "payload_start", "start"),
    "pause": ("RvcRunMode.pause", "payload_pause", "pause"),
    "stop": ("RvcRunMode.stop", "payload_stop", "stop"),
    "return_home": ("RvcRunMode.goHome", "payload_return_to_base", "return_to_base"),
    "clean_spot": ("RvcRunMode.cleanSpot", "payload_clean_spot", "clean_spot"),
    "locate": ("RvcRunMode.locate", "payload_locate", "locate"),
}
"""Feature -> its action, and the option and default of its payload."""
_USUAL = ("start", "stop", "return_home", "clean_spot")
_FIELDS = {
    "state": "RvcOperationalState.state",
    "fan_speed": "RvcOperationalState.fanSpeed",
    "battery_level": "PowerSource.batteryLevel",
}


def vacuum(draft: Draft) -> DeviceType:
    """Add what the vacuum does, its suction, and what it can be asked to do."""
    options = draft.options
    features = options.texts("supported_features") or _USUAL
    if state := options.topic("state_topic"):
        draft.add("RvcOperationalState.state")
        if "battery" in features:
            draft.add("PowerSource.batteryLevel")
        draft.splits(state, _reader(draft))
    speeds = options.texts("fan_speed_list")
    target = options.target("set_fan_speed_topic")
    if speeds or target:
        draft.add(
            "RvcOperationalState.fanSpeed",
            writable=bool(target),
            assumed=bool(target) and not state,
            shape={"choices": speeds},
        )
        if target:
            write = text(speeds).write
            draft.writes(
                "RvcOperationalState.fanSpeed",
                lambda value: draft.message(target, str(write(value))),
            )
    for feature, (action, option, default) in _FEATURES.items():
        if feature in features:
            draft.action(action, "command_topic", options.text(option, default))
    if anything := options.target("send_command_topic"):
        command = "RvcRunMode.command"
        argument = Property("command", ValueType.STRING)
        draft.does(
            Action(command, ACTIONS[command], argument),
            lambda value: draft.message(anything, "" if value is None else str(value)),
        )
    return DeviceType.ROBOTIC_VACUUM


def _reader(draft: Draft) -> Callable[[Payload], Sequence[tuple[str, Value]]]:
    words, level = text().read, number().read

    def read(payload: Payload) -> Sequence[tuple[str, Value]]:
        said = payload.json
        if not isinstance(said, dict):
            raise UnreadableError(f"not a JSON object: {excerpt(payload.raw)}")
        out: list[tuple[str, Value]] = []
        for key, name in _FIELDS.items():
            if key in said and draft.has(name):
                value = level(said[key]) if key == "battery_level" else words(said[key])
                if value is not MISSING:
                    out.append((name, value))
        return out

    return read

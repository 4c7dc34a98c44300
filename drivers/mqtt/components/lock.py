"""Door locks. Source: https://www.home-assistant.io/integrations/lock.mqtt/."""

from drivers.mqtt.codec import one_of
from drivers.mqtt.draft import Draft
from hubd.model.device import DeviceType
from hubd.model.value import Value

_STATES = ("locked", "unlocked", "locking", "unlocking", "jammed")


def lock(draft: Draft) -> DeviceType:
    """Add whether it is locked, how it stands, and opening the door where the lock can."""
    options = draft.options
    states = {options.text(f"state_{state}", state.upper()): state for state in _STATES}
    locked: dict[str, Value] = {said: _locked(state) for said, state in states.items()}
    written: dict[Value, str] = {
        True: options.text("payload_lock", "LOCK"),
        False: options.text("payload_unlock", "UNLOCK"),
    }
    draft.property(
        "DoorLock.locked",
        one_of(written, locked),
        state="state_topic",
        state_template="value_template",
        command="command_topic",
        command_template="command_template",
    )
    draft.property(
        "DoorLock.state",
        one_of({}, dict(states)),
        state="state_topic",
        state_template="value_template",
        shape={"choices": _STATES},
    )
    if "payload_open" in options:
        draft.action(
            "DoorLock.unbolt",
            "command_topic",
            options.text("payload_open"),
            command_template="command_template",
        )
    if "code_format" in options:
        draft.trouble("not carried yet: locks that want a code; commands go without one")
    return DeviceType.DOOR_LOCK


def _locked(state: str) -> Value:
    """A bolt on its way, or stuck, has not locked the door: only `locked` counts as locked."""
    return state == "locked"

"""Buttons and bells, alarms, water, televisions and loudspeakers."""

from collections.abc import Mapping

from drivers.homekit.database import Scalar, Service
from drivers.homekit.services.draft import Draft
from drivers.homekit.uuids import CharKind, ServiceKind
from drivers.homekit.values import Silent, flag, number, share, word
from drivers.kit.errors import RefusedError
from hubd.model.device import DeviceType
from hubd.model.value import Value

_PRESSES = {0: "single", 1: "double", 2: "long"}
_ARMED = {0: "armed_home", 1: "armed_away", 2: "armed_night", 3: "disarmed"}
_PROGRAMS = {0: "none", 1: "scheduled", 2: "overridden"}
_MEDIA = {0: "playing", 1: "paused", 2: "idle", 3: "unknown"}


def button(draft: Draft) -> None:
    """Add its presses."""
    draft.type = DeviceType.GENERIC_SWITCH
    draft.signal("Switch.pressed", CharKind.INPUT_EVENT, _PRESSES)


def stateful_switch(draft: Draft) -> None:
    """Add its presses, and the state that it keeps."""
    button(draft)
    draft.property("BooleanState.state", flag(), CharKind.OUTPUT_STATE)


def doorbell(draft: Draft) -> None:
    """Add its ringing, and how loud it is."""
    draft.type = DeviceType.GENERIC_SWITCH
    draft.signal("Doorbell.rang", CharKind.INPUT_EVENT, _PRESSES)
    _sounds(draft)


def security_system(draft: Draft) -> None:
    """Add the alarm's state, which can be set to disarmed or one of the armed ones."""
    draft.type = DeviceType.ALARM_PANEL
    target = draft.service.find(CharKind.SECURITY_TARGET)
    codec = word(_ARMED)(target) if target and target.writable else None

    def read(state: Mapping[str, Scalar]) -> Value | Silent:
        current, wished = state[CharKind.SECURITY_CURRENT], state[CharKind.SECURITY_TARGET]
        if current == 4:
            return "triggered"
        if not isinstance(current, int):
            return None
        if wished is not None and wished != current:
            return "disarming" if wished == 3 else "arming"
        return _ARMED.get(current)

    def write(value: Value, _state: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
        if codec is None:
            raise RefusedError("it can only be read")
        return {CharKind.SECURITY_TARGET: codec.write(value)}

    choices = (*_ARMED.values(), "triggered", "arming", "disarming")
    kinds = (CharKind.SECURITY_CURRENT, CharKind.SECURITY_TARGET)
    shape = {"choices": choices}
    draft.computed("AlarmPanel.state", kinds, read, write if codec else None, shape)


def valve(draft: Draft) -> None:
    """Add whether it is open, whether water flows, and for how long it is opened."""
    draft.type = DeviceType.WATER_VALVE
    draft.property("Valve.open", flag(), CharKind.ACTIVE)
    draft.property("BooleanState.state", flag(), CharKind.IN_USE, shape={"title": "water flows"})
    draft.property("Duration.value", number(), CharKind.SET_DURATION, shape={"title": "opened for"})


def irrigation(draft: Draft) -> None:
    """Add on and off, whether it waters, and its program."""
    draft.type = DeviceType.WATER_VALVE
    draft.property("OnOff.on", flag(), CharKind.ACTIVE)
    draft.property("BooleanState.state", flag(), CharKind.IN_USE, shape={"title": "water flows"})
    draft.property("Text.value", word(_PROGRAMS), CharKind.PROGRAM_MODE, shape={"title": "program"})


def television(inputs: Mapping[int, str]) -> "Television":
    """Return what adds a television whose inputs have these names, by their identifiers."""
    return Television(inputs)


class Television:
    """Adds a television: on and off, its input, and what it plays."""

    def __init__(self, inputs: Mapping[int, str]) -> None:
        self._inputs = inputs

    def __call__(self, draft: Draft) -> None:
        """Add what there is."""
        draft.property("OnOff.on", flag(), CharKind.ACTIVE)
        if draft.service.find(CharKind.ACTIVE_IDENTIFIER) and self._inputs:
            draft.property("Select.option", word(self._inputs), CharKind.ACTIVE_IDENTIFIER)
        draft.property(
            "MediaPlayback.state", word(_MEDIA), CharKind.MEDIA_CURRENT, CharKind.MEDIA_TARGET
        )
        if draft.take(CharKind.REMOTE_KEY):
            draft.trouble("the keys of its remote control are not carried")


def inputs_of(services: tuple[Service, ...]) -> Mapping[int, str]:
    """Return the names of a television's inputs by their identifiers; equal names are numbered."""
    inputs: dict[int, str] = {}
    for service in services:
        found = service.find(CharKind.IDENTIFIER)
        if (
            service.kind != ServiceKind.INPUT_SOURCE
            or not found
            or not isinstance(found.value, int)
        ):
            continue
        name = (
            service.text(CharKind.CONFIGURED_NAME)
            or service.text(CharKind.NAME)
            or f"input {found.value}"
        )
        taken = set(inputs.values())
        inputs[found.value] = f"{name} ({found.value})" if name in taken else name
    return inputs


def speaker(draft: Draft) -> None:
    """Add on and off, how loud it is, whether it is muted, and what it plays."""
    draft.type = DeviceType.SPEAKER
    draft.property("OnOff.on", flag(), CharKind.ACTIVE)
    _sounds(draft)
    draft.property(
        "MediaPlayback.state", word(_MEDIA), CharKind.MEDIA_CURRENT, CharKind.MEDIA_TARGET
    )


def microphone(draft: Draft) -> None:
    """Add whether it is muted, and how loud it takes."""
    _sounds(draft)


def _sounds(draft: Draft) -> None:
    draft.property("MediaPlayback.volume", share(), CharKind.VOLUME)
    draft.property("MediaPlayback.muted", flag(), CharKind.MUTE)

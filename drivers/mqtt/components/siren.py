"""Sirens. Source: https://www.home-assistant.io/integrations/siren.mqtt/."""

from collections.abc import Mapping, Sequence

import msgspec

from drivers.mqtt.codec import either, text
from drivers.mqtt.draft import Draft
from drivers.mqtt.part import Joint, Publish
from drivers.mqtt.payload import MISSING, Payload, rendered
from hubd.model.device import DeviceType
from hubd.model.value import Value

_ON, _TONE = "OnOff.on", "Siren.tone"
_VARIABLES = frozenset({"value", "state", "tone", "duration", "volume_level"})


def siren(draft: Draft) -> DeviceType:
    """Add on and off, and the tone. Without a template, messages are JSON both ways."""
    options = draft.options
    on, off = options.text("payload_on", "ON"), options.text("payload_off", "OFF")
    switch = either(
        yes=on,
        no=off,
        read_yes=options.text("state_on", on),
        read_no=options.text("state_off", off),
    )
    tones = options.texts("available_tones")
    state, command = options.topic("state_topic"), options.target("command_topic")
    assumed = bool(command) and (draft.optimistic or not state)
    draft.add(_ON, writable=bool(command), assumed=assumed)
    if tones:
        shape = {"choices": tones}
        draft.add(_TONE, writable=bool(command), assumed=assumed, shape=shape)
    record = draft.record("state_value_template", "state")
    fill = options.template("command_template", _VARIABLES)
    fill_off = options.template("command_off_template", _VARIABLES) or fill
    tone = text(tones)

    def read(payload: Payload) -> Sequence[tuple[str, Value]]:
        told = record(payload)
        values = [(_ON, switch.read(told.get("state", MISSING)))]
        if tones:
            values.append((_TONE, tone.read(told.get("tone", MISSING))))
        return [(name, value) for name, value in values if value is not MISSING]

    def write(values: Mapping[str, Value]) -> Publish:
        sounding = values.get(_ON, True)
        said: dict[str, object] = {"state": switch.write(sounding)}
        if _TONE in values:
            said["tone"] = tone.write(values[_TONE])
        template = fill if sounding else fill_off
        if template is None:
            return draft.message(command, msgspec.json.encode(said))
        return draft.message(
            command, rendered(template(Payload(b"", {"value": said["state"], **said})))
        )

    if state:
        draft.splits(state, read)
    if command:
        draft.writes_jointly(Joint(frozenset({_ON, _TONE} if tones else {_ON}), write))
    return DeviceType.SIREN

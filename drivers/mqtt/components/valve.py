"""Valves. Source: https://www.home-assistant.io/integrations/valve.mqtt/."""

from collections.abc import Sequence

from drivers.mqtt.codec import either, one_of, steps
from drivers.mqtt.draft import Draft
from drivers.mqtt.part import Publish
from drivers.mqtt.payload import MISSING, Payload, rendered
from hubd.model.device import DeviceType
from hubd.model.value import Value

_MOVING = ("open", "opening", "closed", "closing")


def valve(draft: Draft) -> DeviceType:
    """Add whether it is open, or how far, and its movement."""
    options = draft.options
    if options.flag("reports_position"):
        _positioned(draft)
    else:
        said = {word: options.text(f"state_{word}", word) for word in _MOVING}
        codec = either(
            yes=options.text("payload_open", "OPEN"),
            no=options.text("payload_close", "CLOSE"),
            read_yes=said["open"],
            read_no=said["closed"],
        )
        moving = {said["opening"], said["closing"]}
        draft.property(
            "Valve.open",
            codec.skipping(moving),
            state="state_topic",
            state_template="value_template",
            command="command_topic",
            command_template="command_template",
        )
        # ESPHome's valves tell and take how far they are open on topics of their own.
        draft.property(
            "Valve.level", steps(0, 100), state="position_topic", command="set_position_topic"
        )
    if "payload_stop" in options:
        draft.action("Valve.stop", "command_topic", options.text("payload_stop"))
    return DeviceType.WATER_VALVE


def _positioned(draft: Draft) -> None:
    """A valve that says how far it is open, alone or in JSON beside its movement."""
    options = draft.options
    closed, opened = options.number("position_closed", 0), options.number("position_open", 100)
    level = steps(closed, opened)
    state, command = options.topic("state_topic"), options.target("command_topic")
    record = draft.record("value_template", "plain")
    fill = options.template("command_template", {"value"})
    words = {options.text(f"state_{word}", word): word for word in _MOVING}
    movement = one_of({}, dict(words))
    assumed = bool(command) and (draft.optimistic or not state)
    draft.add("Valve.level", writable=bool(command), assumed=assumed)
    if state:
        draft.add("Valve.operation", shape={"choices": _MOVING})

    def read(payload: Payload) -> Sequence[tuple[str, Value]]:
        told = record(payload)
        plain = told.get("plain", MISSING)
        word, position = (plain, MISSING) if plain in words else (MISSING, plain)
        values = [
            ("Valve.level", level.read(told.get("position", position))),
            ("Valve.operation", movement.read(told.get("state", word))),
        ]
        return [(name, value) for name, value in values if value is not MISSING]

    def write(value: Value) -> Publish:
        said = level.write(value)
        text = fill(Payload(b"", {"value": said})) if fill else said
        return draft.message(command, rendered(text))

    if state:
        draft.splits(state, read)
    if command:
        draft.writes("Valve.level", write)

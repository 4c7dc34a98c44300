"""Covers: blinds, curtains, garage doors. Source: .../integrations/cover.mqtt/.

`WindowCovering.position` is how far open it is: 0 % closed, 100 % open.
"""

from collections.abc import Mapping

from drivers.mqtt.codec import Codec, one_of, steps
from drivers.mqtt.draft import Draft
from drivers.mqtt.errors import UnwritableError, excerpt
from hubd.model.device import DeviceType
from hubd.model.value import Value
from hubd.model.vocabulary import STALE_US

_ENTRIES = frozenset({"door", "garage", "gate"})
_MOVING = ("opening", "closing", "stopped", "open", "closed")


def cover(draft: Draft) -> DeviceType:
    """Add position, movement and tilt, as far as the cover tells and takes them."""
    options = draft.options
    words = {options.text(f"state_{word}", word): word for word in _MOVING}
    if "position_topic" in options or "set_position_topic" in options:
        _position(draft)
    else:
        _open_and_closed(draft, words)
    draft.property(
        "WindowCovering.operation",
        one_of({}, dict(words)),
        state="state_topic",
        state_template="value_template",
        shape={"choices": _MOVING},
    )
    if not options.is_null("payload_stop"):
        draft.action("WindowCovering.stop", "command_topic", options.text("payload_stop", "STOP"))
    _tilt(draft)
    return DeviceType.WINDOW_COVERING


def _position(draft: Draft) -> None:
    options = draft.options
    closed, opened = options.number("position_closed", 0), options.number("position_open", 100)
    template = "position_template" if "position_template" in options else "value_template"
    settable = "set_position_topic" in options
    draft.property(
        "WindowCovering.position",
        steps(closed, opened) if settable else _ends(draft, steps(closed, opened)),
        state="position_topic",
        state_template=template,
        command="set_position_topic" if settable else "command_topic",
        command_template="set_position_template" if settable else "",
        variable="position",
        shape=_danger(draft) if settable else {**_danger(draft), "step": 100.0},
    )


def _open_and_closed(draft: Draft, words: Mapping[str, str]) -> None:
    """A cover that says no more than open or closed: its position is one end or the other."""
    ends: dict[str, Value] = {"open": 100.0, "closed": 0.0}
    read = one_of({}, {said: ends.get(word) for said, word in words.items()})
    moving = {said for said, word in words.items() if word not in ends}
    draft.property(
        "WindowCovering.position",
        _ends(draft, read.skipping(moving)),
        state="state_topic",
        state_template="value_template",
        command="command_topic",
        shape={**_danger(draft), "step": 100.0},
    )


def _danger(draft: Draft) -> Mapping[str, object]:
    """Return how long an order may wait where the cover is a way into the home."""
    entry = draft.options.text("device_class") in _ENTRIES
    return {"stale_us": STALE_US} if entry else {}


def _ends(draft: Draft, codec: Codec) -> Codec:
    """Return `codec` writing the commands for the two ends, which is all that the cover takes."""
    options = draft.options
    commands = {
        100: options.text("payload_open", "OPEN"),
        0: options.text("payload_close", "CLOSE"),
    }

    def encode(value: Value) -> object:
        if value in commands and not isinstance(value, bool | str | None):
            return commands[int(value)]
        raise UnwritableError(f"can only be opened (100) or closed (0), not {excerpt(value)}")

    return Codec(codec.read, encode)


def _tilt(draft: Draft) -> None:
    options = draft.options
    low, high = options.number("tilt_min", 0), options.number("tilt_max", 100)
    draft.property(
        "WindowCovering.tilt",
        steps(low, high),
        state="tilt_status_topic",
        state_template="tilt_status_template",
        command="tilt_command_topic",
        command_template="tilt_command_template",
        variable="tilt_position",
    )

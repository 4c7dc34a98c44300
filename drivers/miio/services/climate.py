"""What heats and cools: `air-conditioner`, `heater`, `thermostat` and alike."""

from collections.abc import Mapping, Sequence

from drivers.kit.errors import RefusedError
from drivers.miio.codec import Raw, boolean, words
from drivers.miio.draft import Draft
from drivers.miio.profile import Put
from drivers.miio.services.part import Part, chosen, meanings, quantity
from drivers.miio.spec import SpecProperty
from hubd.model.device import DeviceType
from hubd.model.ids import EndpointId
from hubd.model.value import Value

_MODE = "Thermostat.systemMode"
_WORDS = {
    "fan": "fan_only", "wind": "fan_only", "fan_only": "fan_only", "blow": "fan_only",
    "dehumidify": "dry", "arefaction": "dry", "cooling": "cool", "heating": "heat",
    "automatic": "auto",
}  # fmt: skip


def climate(draft: Draft, part: Part, air: Part | None, around: Part | None) -> None:
    """Add a thermostat. `air` is the service of its fan, `around` the one that measures the air."""
    mine = draft.endpoint(part.kind, DeviceType.THERMOSTAT)
    _mode(draft, mine, part)
    target = part.look("target-temperature")
    found = None if target is None else quantity(target, "°C")
    if target is not None and found is not None:
        part.drop(target)
        part.carry(draft, mine, "Thermostat.setpoint", target, found.codec, shape=found.shape)
    for name, kind, unit in (
        ("Thermostat.localTemperature", "temperature", "°C"),
        ("Thermostat.localHumidity", "relative-humidity", "%"),
    ):
        measured = around.look(kind) if around is not None else None
        if around is not None and measured is not None and (q := quantity(measured, unit)):
            around.carry(draft, mine, name, measured, q.codec)
    for place in (part, air):
        if place is not None:
            _fan(draft, mine, place)


def _mode(draft: Draft, mine: EndpointId, part: Part) -> None:
    """Add the mode, of which "off" is one: the device has a switch and a mode beside it."""
    on, mode = part.look("on"), part.look("mode")
    if on is None or on.format != "bool":
        if mode is not None and part.choose(draft, mine, _MODE, mode):
            part.drop(mode)
        return
    part.drop(on)
    part.take_action("toggle")
    modes = _modes(mode)
    if mode is None or not modes:
        meant: Mapping[Raw, str] = {True: "heat", False: "off"}
        if part.kind == "heater":
            part.carry(draft, mine, _MODE, on, words(meant), shape=chosen(meant))
        else:
            part.carry(draft, mine, "OnOff.on", on, boolean())
        return
    part.drop(mode)
    switch, dial, codec = part.key(on), part.key(mode), words(modes)

    def read(said: Sequence[Raw]) -> Value:
        return codec.read(said[1]) if boolean().read(said[0]) else "off"

    def write(wish: Mapping[str, Value], _: Mapping[str, Value]) -> Sequence[Put]:
        if wish[_MODE] == "off":
            return ((switch, False),)
        if wish[_MODE] not in modes.values():
            raise RefusedError(f"cannot be {wish[_MODE]!r}, only off, {', '.join(modes.values())}")
        return ((switch, True), (dial, codec.write(wish[_MODE])))

    draft.add(mine, _MODE, writable=True, shape=chosen({None: "off", **modes}))
    draft.reads(mine, _MODE, (switch, dial), read)
    draft.writes(mine, (_MODE,), write)


def _modes(mode: SpecProperty | None) -> dict[Raw, str]:
    if mode is None or not (mode.readable and mode.writable):
        return {}
    return meanings(mode, _WORDS)


def _fan(draft: Draft, mine: EndpointId, part: Part) -> None:
    level = part.look("fan-level")
    if level is not None and part.choose(draft, mine, "FanControl.mode", level):
        part.drop(level)
    swing = part.look("vertical-swing", "horizontal-swing")
    if swing is not None and swing.format == "bool" and not draft.has(mine, "Thermostat.swing"):
        part.drop(swing)
        meant: Mapping[Raw, str] = {True: "on", False: "off"}
        part.carry(draft, mine, "Thermostat.swing", swing, words(meant), shape=chosen(meant))

"""What moves, cleans and wets air: `fan`, `air-purifier`, `air-fresh`, `humidifier` and alike."""

from drivers.miio.codec import boolean, number, steps
from drivers.miio.draft import Draft
from drivers.miio.services.part import Part, quantity
from drivers.miio.spec import SpecProperty
from hubd.model.device import DeviceType
from hubd.model.ids import EndpointId

_MEASURED = "Humidifier.humidity"


def fan(draft: Draft, part: Part) -> None:
    """Add a fan or an air purifier: on, speed, mode, swinging."""
    mine = draft.endpoint(part.kind, DeviceType.FAN)
    part.switch(draft, mine)
    fine = part.look("speed-level")
    if fine is None or not _speed(draft, mine, part, fine):
        level = part.look("fan-level", "air-purifier-level")
        if level is not None:
            _speed(draft, mine, part, level)
    if (mode := part.look("mode")) is not None and part.choose(
        draft, mine, "FanControl.mode", mode
    ):
        part.drop(mode)
    swing = part.look("horizontal-swing", "vertical-swing")
    if swing is not None and swing.format == "bool":
        part.drop(swing)
        part.carry(draft, mine, "FanControl.oscillating", swing, boolean())


def humidifier(draft: Draft, part: Part, around: Part | None) -> None:
    """Add a humidifier or a dehumidifier; `around` is the service that measures the air."""
    mine = draft.endpoint(part.kind, DeviceType.HUMIDIFIER)
    part.switch(draft, mine)
    target = part.look("target-humidity")
    found = None if target is None else quantity(target, "%")
    if target is not None and found is not None:
        part.drop(target)
        part.carry(draft, mine, "Humidifier.setpoint", target, found.codec, shape=found.shape)
    for kind in ("mode", "fan-level"):
        prop = part.look(kind)
        if prop is not None and part.choose(draft, mine, "Humidifier.mode", prop):
            part.drop(prop)
    for place in (part, around):
        measured = place.look("relative-humidity") if place is not None else None
        if place is not None and measured is not None and not draft.has(mine, _MEASURED):
            place.carry(draft, mine, _MEASURED, measured, number())


def _speed(draft: Draft, endpoint: EndpointId, part: Part, prop: SpecProperty) -> bool:
    """Carry a speed that the device has in levels or as a share of the most."""
    if prop.value_list:
        levels = tuple(o.value for o in prop.value_list if isinstance(o.value, int))
        if levels != tuple(range(1, len(levels) + 1)):
            return False
        codec, share = steps(levels), 100.0 / len(levels)
    elif prop.bounds is not None and prop.bounds[0] in {0, 1} and prop.bounds[1] <= 100:
        share = 100.0 / prop.bounds[1]
        codec = number(share, low=prop.bounds[0] * share, high=100.0, whole=prop.whole)
    else:
        return False
    part.drop(prop)
    shape = {"step": round(share, 2), "tolerance": max(1.0, round(share / 2, 2))}
    part.carry(draft, endpoint, "FanControl.speed", prop, codec, shape=shape)
    return True

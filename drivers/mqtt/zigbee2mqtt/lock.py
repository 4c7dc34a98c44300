"""Door locks. Source: https://www.zigbee2mqtt.io/guide/usage/exposes.html#lock."""

from collections.abc import Iterator

from drivers.mqtt.codec import text
from drivers.mqtt.payload import MISSING, Missing, Payload
from drivers.mqtt.zigbee2mqtt.plain import plain, states
from drivers.mqtt.zigbee2mqtt.said import Expose
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Place, Sketch, record
from hubd.model.device import DeviceType
from hubd.model.value import Value

_LOCKED, _STATE = "DoorLock.locked", "DoorLock.state"


def lock(feature: Expose, place: Place) -> Iterator[Drawn]:
    """Yield the lock's endpoint, and those of its settings."""
    title = "" if feature.endpoint is None else str(feature.endpoint)
    sketch = Sketch(place, feature.of_endpoint, name=title, of="lock")
    features = {f.name: f for f in feature.features or ()}
    state, bolt = features.pop("state", None), features.pop("lock_state", None)
    if state is not None:
        _locked(sketch, state, bolt)
    if bolt is not None:
        shape = {"choices": tuple(map(str, bolt.values))}
        sketch.carry(bolt, _STATE, text(), shape=shape)
    yield sketch.drawn(DeviceType.DOOR_LOCK)
    for part in features.values():
        yield plain(part, place, of="lock")


def _locked(sketch: Sketch, state: Expose, bolt: Expose | None) -> None:
    """Add whether it is locked: as the bolt is, where that is told.

    `state` may be no more than what was asked last; a bolt that is not all the way is not locked.
    """
    codec = states(state)
    where = "" if bolt is None else bolt.key

    def read(payload: Payload) -> Value | Missing:
        said = record(payload)
        if isinstance(told := said.get(where), str) and told:
            return told.casefold() == "locked"
        return codec.read(said[state.key]) if state.key in said else MISSING

    sketch.add(state, _LOCKED)
    sketch.credit((state.key,), _LOCKED)
    if state.readable:
        sketch.reads(_LOCKED, read)
    if state.settable:
        place = sketch.place
        sketch.writes(_LOCKED, lambda value: place.message({state.key: codec.write(value)}))

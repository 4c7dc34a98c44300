"""Firmware updates over the air: what is installed, what there is, and installing it.

Source: https://www.zigbee2mqtt.io/guide/usage/ota_updates.html: the state's `update`, and
`bridge/request/device/ota_update/update`.
"""

from collections.abc import Sequence

import msgspec

from drivers.mqtt.codec import number
from drivers.mqtt.part import Publish
from drivers.mqtt.payload import MISSING, Payload, rendered
from drivers.mqtt.zigbee2mqtt.sketch import Drawn, Place, Sketch, record
from hubd.model.device import DeviceType
from hubd.model.value import Value
from hubd.model.vocabulary import typical

KEY = "update"
_VERSIONS = {"installed_version": "Update.installed", "latest_version": "Update.latest"}
_PROGRESS = "Update.progress"
_percent = number().read


def update(place: Place) -> Drawn:
    """Return the endpoint of the device's firmware."""
    sketch = Sketch(place, KEY, name="Update", category="config")
    sketch.properties += [typical(name) for name in (*_VERSIONS.values(), _PROGRESS)]
    sketch.splits(_read)
    asked = msgspec.json.encode({"id": place.address})
    message = Publish(f"{place.base}/bridge/request/device/ota_update/update", asked)
    sketch.does("Update.install", lambda _argument: message)
    return sketch.drawn(DeviceType.UPDATE)


def _read(payload: Payload) -> Sequence[tuple[str, Value]]:
    said = record(payload).get(KEY)
    if not isinstance(said, dict):
        return ()
    out: list[tuple[str, Value]] = [
        (name, _version(said[key])) for key, name in _VERSIONS.items() if key in said
    ]
    if "progress" in said or "state" in said:
        done = _percent(said.get("progress"))
        out.append((_PROGRESS, None if done is MISSING else done))
    return out


def _version(said: object) -> Value:
    """Return a version as text; -1 stands for one that is not known."""
    known = isinstance(said, str | int | float) and said not in {-1, ""}
    return rendered(said) if known else None

"""Components of Gen2, Gen3 and Gen4: what each type says, and how it is asked. Pure.

Source: https://shelly-api-docs.shelly.cloud/gen2/ (components and services), and the names that
https://github.com/home-assistant-libs/aioshelly calls methods by.
"""

from collections.abc import Mapping

from drivers.shelly.bluetooth import BLUETOOTH
from drivers.shelly.climate import CLIMATE
from drivers.shelly.function import Carried, Status
from drivers.shelly.metering import METERS
from drivers.shelly.outputs import OUTPUTS
from drivers.shelly.sensors import SENSORS
from drivers.shelly.services import EVERYWHERE, SERVICES
from drivers.shelly.sketch import Kind, Sketch
from drivers.shelly.virtual import VIRTUAL

KINDS: Mapping[str, Kind] = {
    **OUTPUTS,
    **METERS,
    **SENSORS,
    **CLIMATE,
    **BLUETOOTH,
    **VIRTUAL,
    **SERVICES,
}
"""What components are, by their type. Others are carried value by value."""


def carried(info: Mapping[str, object], config: Mapping[str, object], status: Status) -> Carried:
    """Return what a device of Gen2+ can do.

    `info` is the answer to Shelly.GetDeviceInfo, the others those to GetConfig and GetStatus, with
    what GetComponents tells put in. What has configuration alone is described too (a button).
    """
    sketch = Sketch(status, config, info)
    bare = [key for key, said in config.items() if key not in status and isinstance(said, dict)]
    buttons = [key for key in bare if key.partition(":")[0] == "button"]
    return sketch.draw_all((*status, *buttons), KINDS, EVERYWHERE)

"""Quantities that devices tell in units of their own."""

from drivers.kit.units import conversion
from drivers.mqtt.codec import Codec, number


def measured(
    said: str, wanted: str, *, low: float | None = None, high: float | None = None
) -> Codec:
    """Return the codec of a quantity that the device tells in `said`, the hub in `wanted`."""
    scale, offset = conversion(said, wanted)
    return number(scale, offset, low=low, high=high)

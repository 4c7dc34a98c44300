"""Lamps, switches and outlets."""

from drivers.homekit.services.draft import Draft
from drivers.homekit.uuids import CharKind
from drivers.homekit.values import flag, mireds, number, share
from hubd.model.device import DeviceType


def light(draft: Draft) -> None:
    """Add on and off, level, warmth of white, and colour."""
    draft.property("OnOff.on", flag(), CharKind.ON)
    draft.type = DeviceType.ON_OFF_LIGHT
    if draft.property("LevelControl.level", share(), CharKind.BRIGHTNESS):
        draft.type = DeviceType.DIMMABLE_LIGHT
    if draft.property("ColorControl.colorTemperature", mireds(), CharKind.COLOR_TEMPERATURE):
        draft.type = DeviceType.COLOR_TEMPERATURE_LIGHT
    if draft.property("ColorControl.hue", number(), CharKind.HUE):
        draft.type = DeviceType.EXTENDED_COLOR_LIGHT
    draft.property("ColorControl.saturation", share(), CharKind.SATURATION)


def switch(draft: Draft) -> None:
    """Add on and off."""
    draft.type = DeviceType.ON_OFF_PLUG
    draft.property("OnOff.on", flag(), CharKind.ON)


def outlet(draft: Draft) -> None:
    """Add on and off, and whether something is plugged in and drawing."""
    switch(draft)
    draft.property("BooleanState.state", flag(), CharKind.OUTLET_IN_USE, shape={"title": "in use"})

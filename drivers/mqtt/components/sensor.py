"""Sensors of quantities and texts. Source: https://www.home-assistant.io/integrations/sensor.mqtt/.

The device class says which property of the vocabulary it is; a unit does where there is no class.
"""

from drivers.kit.classes import CLASS_OF_UNIT, QUANTITIES, TIMES
from drivers.kit.units import conversion, known
from drivers.mqtt.codec import text
from drivers.mqtt.draft import Draft
from drivers.mqtt.units import measured
from hubd.model.device import DeviceType
from hubd.model.vocabulary import term


def sensor(draft: Draft) -> DeviceType:
    """Add the property that the device class or the unit names; else a plain number or text."""
    options = draft.options
    unit = options.text("unit_of_measurement")
    kind = options.text("device_class") or CLASS_OF_UNIT.get(unit, "")
    if kind in QUANTITIES and known(unit, term(QUANTITIES[kind][0]).unit):
        name, device_type = QUANTITIES[kind]
        return _quantity(draft, name, unit, device_type)
    if kind not in TIMES and kind != "enum" and _is_number(draft):
        return _quantity(draft, "Number.value", unit, DeviceType.GENERIC)
    choices = options.texts("options")
    draft.property(
        TIMES.get(kind, "Text.value"),
        text(),
        state="state_topic",
        state_template="value_template",
        shape={"choices": choices} if choices else None,
    )
    return DeviceType.GENERIC


def _is_number(draft: Draft) -> bool:
    options = draft.options
    return any(
        key in options
        for key in ("unit_of_measurement", "state_class", "suggested_display_precision")
    )


def _quantity(draft: Draft, name: str, unit: str, device_type: DeviceType) -> DeviceType:
    wanted = term(name).unit
    draft.property(
        name,
        measured(unit, wanted),
        state="state_topic",
        state_template="value_template",
        shape=None if wanted or not unit else {"unit": unit},
    )
    if (
        unit != wanted
        and wanted
        and conversion(unit, wanted) == (1.0, 0.0)
        and not known(unit, wanted)
    ):
        draft.trouble(f"its unit {unit!r} is not known; taken as {wanted}")
    return device_type

"""Sensors and batteries: what they measure, and how they are themselves."""

from collections.abc import Callable, Mapping

from drivers.homekit.services.draft import Draft
from drivers.homekit.uuids import CharKind, ServiceKind
from drivers.homekit.values import Make, flag, number, percent, word
from hubd.model.device import DeviceType

_MEASURES: Mapping[str, tuple[DeviceType, tuple[tuple[str, Make, CharKind], ...]]] = {
    ServiceKind.TEMPERATURE: (
        DeviceType.TEMPERATURE_SENSOR,
        (("TemperatureMeasurement.temperature", number(), CharKind.TEMPERATURE_CURRENT),),
    ),
    ServiceKind.HUMIDITY: (
        DeviceType.HUMIDITY_SENSOR,
        (("RelativeHumidityMeasurement.humidity", percent(), CharKind.HUMIDITY_CURRENT),),
    ),
    ServiceKind.LIGHT_SENSOR: (
        DeviceType.LIGHT_SENSOR,
        (("IlluminanceMeasurement.illuminance", number(), CharKind.LIGHT_LEVEL),),
    ),
    ServiceKind.MOTION: (
        DeviceType.OCCUPANCY_SENSOR,
        (("OccupancySensing.occupied", flag(), CharKind.MOTION),),
    ),
    ServiceKind.OCCUPANCY: (
        DeviceType.OCCUPANCY_SENSOR,
        (("OccupancySensing.occupied", flag(), CharKind.OCCUPANCY),),
    ),
    ServiceKind.CONTACT: (
        DeviceType.CONTACT_SENSOR,
        (("BooleanState.open", flag(), CharKind.CONTACT),),
    ),
    ServiceKind.LEAK: (
        DeviceType.WATER_LEAK_DETECTOR,
        (("BooleanState.leak", flag(), CharKind.LEAK),),
    ),
    ServiceKind.SMOKE: (
        DeviceType.SMOKE_CO_ALARM,
        (("SmokeCoAlarm.smoke", flag(), CharKind.SMOKE),),
    ),
    ServiceKind.CARBON_MONOXIDE: (
        DeviceType.SMOKE_CO_ALARM,
        (
            ("SmokeCoAlarm.co", flag(), CharKind.CARBON_MONOXIDE),
            (
                "CarbonMonoxideConcentrationMeasurement.value",
                number(),
                CharKind.CARBON_MONOXIDE_LEVEL,
            ),
        ),
    ),
    ServiceKind.CARBON_DIOXIDE: (
        DeviceType.AIR_QUALITY_SENSOR,
        (("CarbonDioxideConcentrationMeasurement.value", number(), CharKind.CARBON_DIOXIDE_LEVEL),),
    ),
    ServiceKind.AIR_QUALITY: (
        DeviceType.AIR_QUALITY_SENSOR,
        (
            ("OzoneConcentrationMeasurement.value", number(), CharKind.OZONE),
            ("NitrogenDioxideConcentrationMeasurement.value", number(), CharKind.NITROGEN_DIOXIDE),
            ("Pm25ConcentrationMeasurement.value", number(), CharKind.PM25),
            ("Pm10ConcentrationMeasurement.value", number(), CharKind.PM10),
            ("TotalVolatileOrganicCompoundsConcentrationMeasurement.value", number(), CharKind.VOC),
            (
                "CarbonMonoxideConcentrationMeasurement.value",
                number(),
                CharKind.CARBON_MONOXIDE_LEVEL,
            ),
            (
                "CarbonDioxideConcentrationMeasurement.value",
                number(),
                CharKind.CARBON_DIOXIDE_LEVEL,
            ),
        ),
    ),
}
_GRADES = {0: "unknown", 1: "excellent", 2: "good", 3: "fair", 4: "inferior", 5: "poor"}


def sensor(kind: str) -> Callable[[Draft], None]:
    """Return what adds all that a sensor of this kind of service measures."""
    device_type, measures = _MEASURES[kind]

    def build(draft: Draft) -> None:
        draft.type = device_type
        for name, make, characteristic in measures:
            draft.property(name, make, characteristic)

    return build


def air_quality(draft: Draft) -> None:
    """Add the grade, in HomeKit's own five words, and the concentrations."""
    draft.property("AirQuality.level", word(_GRADES), CharKind.AIR_QUALITY)
    sensor(ServiceKind.AIR_QUALITY)(draft)


def carbon_dioxide(draft: Draft) -> None:
    """Add the concentration, and whether the sensor holds it for too high."""
    sensor(ServiceKind.CARBON_DIOXIDE)(draft)
    draft.property(
        "BooleanState.state", flag(), CharKind.CARBON_DIOXIDE, shape={"title": "too much CO2"}
    )


def battery(draft: Draft) -> None:
    """Add how full it is, whether that is low, and whether it is being charged."""
    draft.type = DeviceType.BATTERY
    draft.property("PowerSource.batteryLevel", percent(), CharKind.BATTERY_LEVEL)
    draft.property("PowerSource.batteryLow", flag(), CharKind.STATUS_LOW_BATTERY)
    if draft.service.find(CharKind.CHARGING):
        draft.computed(
            "PowerSource.charging",
            (CharKind.CHARGING,),
            lambda state: {0: False, 1: True, 2: False}.get(_whole(state[CharKind.CHARGING])),
        )


def _whole(said: object) -> int:
    return int(said) if isinstance(said, int | float) else -1

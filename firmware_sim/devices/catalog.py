"""Which firmware plays which device type of the home file."""

from enum import StrEnum

from firmware_sim.devices import (
    bundled,
    esphome,
    phone,
    shelly,
    tasmota,
    vacuum,
    zigbee_controls,
    zigbee_lights,
    zigbee_sensors,
    zwave,
)
from firmware_sim.devices.device import Device, Identity


class DeviceType(StrEnum):
    """A device type of the home file: a Matter device type in snake case, or `bed_sensor`."""

    ON_OFF_LIGHT = "on_off_light"
    DIMMABLE_LIGHT = "dimmable_light"
    COLOR_TEMPERATURE_LIGHT = "color_temperature_light"
    EXTENDED_COLOR_LIGHT = "extended_color_light"
    ON_OFF_PLUG = "on_off_plug"
    GENERIC_SWITCH = "generic_switch"
    OCCUPANCY_SENSOR = "occupancy_sensor"
    CONTACT_SENSOR = "contact_sensor"
    LIGHT_SENSOR = "light_sensor"
    TEMPERATURE_SENSOR = "temperature_sensor"
    HUMIDITY_SENSOR = "humidity_sensor"
    AIR_QUALITY_SENSOR = "air_quality_sensor"
    WATER_LEAK_DETECTOR = "water_leak_detector"
    SMOKE_CO_ALARM = "smoke_co_alarm"
    ELECTRICAL_SENSOR = "electrical_sensor"
    WINDOW_COVERING = "window_covering"
    THERMOSTAT = "thermostat"
    FAN = "fan"
    DOOR_LOCK = "door_lock"
    WATER_VALVE = "water_valve"
    ROBOTIC_VACUUM = "robotic_vacuum"
    SPEAKER = "speaker"
    BED_SENSOR = "bed_sensor"


def firmware(kind: DeviceType) -> type[Device]:
    """Return the firmware of the devices of type `kind`."""
    return _FIRMWARE[kind]


def phone_of(person_id: str, person_name: str) -> Device:
    """Return the phone that a person carries; its id is `phone_<person>`."""
    return phone.Phone(Identity(f"phone_{person_id}", f"{person_name}'s phone"))


_FIRMWARE: dict[DeviceType, type[Device]] = {
    DeviceType.ON_OFF_LIGHT: tasmota.OnOffLight,
    DeviceType.DIMMABLE_LIGHT: zigbee_lights.DimmableLight,
    DeviceType.COLOR_TEMPERATURE_LIGHT: zigbee_lights.ColorTemperatureLight,
    DeviceType.EXTENDED_COLOR_LIGHT: esphome.ExtendedColorLight,
    DeviceType.ON_OFF_PLUG: tasmota.OnOffPlug,
    DeviceType.GENERIC_SWITCH: bundled.GenericSwitch,
    DeviceType.OCCUPANCY_SENSOR: zigbee_sensors.MotionSensor,
    DeviceType.CONTACT_SENSOR: zigbee_sensors.ContactSensor,
    DeviceType.LIGHT_SENSOR: esphome.LightSensor,
    DeviceType.TEMPERATURE_SENSOR: zigbee_sensors.TemperatureSensor,
    DeviceType.HUMIDITY_SENSOR: tasmota.HumiditySensor,
    DeviceType.AIR_QUALITY_SENSOR: bundled.AirQualitySensor,
    DeviceType.WATER_LEAK_DETECTOR: zwave.WaterLeakDetector,
    DeviceType.SMOKE_CO_ALARM: zwave.SmokeCoAlarm,
    DeviceType.ELECTRICAL_SENSOR: shelly.ElectricalSensor,
    DeviceType.WINDOW_COVERING: shelly.WindowCovering,
    DeviceType.THERMOSTAT: zigbee_controls.Thermostat,
    DeviceType.FAN: esphome.Fan,
    DeviceType.DOOR_LOCK: zigbee_controls.DoorLock,
    DeviceType.WATER_VALVE: bundled.WaterValve,
    DeviceType.ROBOTIC_VACUUM: vacuum.RoboticVacuum,
    DeviceType.SPEAKER: bundled.Speaker,
    DeviceType.BED_SENSOR: esphome.BedSensor,
}

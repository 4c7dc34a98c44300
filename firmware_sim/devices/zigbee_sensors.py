"""Sensors behind Zigbee2MQTT: one value each, a battery, and settings where they have any."""

from typing import ClassVar

from firmware_sim.devices.device import (
    Fields,
    Json,
    as_number,
    rounded,
)
from firmware_sim.devices.properties import Changes, Property, State, flag, number, word
from firmware_sim.devices.zigbee import Zigbee, battery
from firmware_sim.devices.zigbee_exposes import BATTERY, SETTABLE, choice
from firmware_sim.devices.zigbee_exposes import flag as two_states
from firmware_sim.devices.zigbee_exposes import number as quantity


class ZigbeeSensor(Zigbee):
    """A battery-powered sensor of one kind, which says how full its battery is."""

    component: ClassVar[str] = "binary_sensor"
    key: ClassVar[str]
    device_class: ClassVar[str]
    sleeps = True

    def initial(self) -> State:
        """Return nothing sensed, the battery full."""
        return {self.primary: False, Property.BATTERY: 100.0}

    def entities(self) -> dict[tuple[str, str], Fields]:
        """Return the sensor and its battery."""
        sensed: Fields = {
            "device_class": self.device_class,
            "name": None,
            "value_template": f"{{{{ value_json.{self.key} }}}}",
        }
        return {
            (self.component, self.key): sensed | self.sensed(),
            ("sensor", "battery"): battery(),
        }

    def sensed(self) -> Fields:
        """Return the fields by which this kind differs."""
        return {"payload_on": True, "payload_off": False}

    def exposes(self) -> list[Json]:
        """Return what is sensed, and the battery."""
        return [self.feature(), BATTERY]

    def feature(self) -> Fields:
        """Return what is sensed."""
        return two_states(self.key)

    def body(self, state: State) -> Fields:
        """Return `{"<key>": …, "battery": …, "linkquality": …}`."""
        return {
            self.key: self.value(state),
            "battery": round(number(state, Property.BATTERY, 100)),
            "linkquality": 120,
        }

    def value(self, state: State) -> Json:
        """Return the sensed value as the bridge writes it."""
        return flag(state, self.primary)


class MotionSensor(ZigbeeSensor):
    """A motion detector, with a number (how long it holds) and a select (how sensitive it is)."""

    primary = Property.OCCUPIED
    manufacturer = "Philips"
    model = "Hue motion sensor (9290012607)"
    key = "occupancy"
    device_class = "occupancy"

    def initial(self) -> State:
        """Return nobody seen."""
        return {
            **super().initial(),
            Property.TIMEOUT: 60.0,
            Property.SENSITIVITY: "medium",
        }

    def entities(self) -> dict[tuple[str, str], Fields]:
        """Return the sensor, its battery and its two settings."""
        return super().entities() | {
            ("number", "occupancy_timeout"): {
                "command_topic": f"{self.topic}/set/occupancy_timeout",
                "entity_category": "config",
                "max": 65535,
                "min": 0,
                "name": "Occupancy timeout",
                "unit_of_measurement": "s",
                "value_template": "{{ value_json.occupancy_timeout }}",
            },
            ("select", "motion_sensitivity"): {
                "command_topic": f"{self.topic}/set/motion_sensitivity",
                "entity_category": "config",
                "name": "Motion sensitivity",
                "options": ["low", "medium", "high"],
                "value_template": "{{ value_json.motion_sensitivity }}",
            },
        }

    def body(self, state: State) -> Fields:
        """Return what is sensed and how the sensor is set."""
        return super().body(state) | {
            "occupancy_timeout": round(number(state, Property.TIMEOUT, 60)),
            "motion_sensitivity": word(state, Property.SENSITIVITY, "medium"),
        }

    def exposes(self) -> list[Json]:
        """Return the sensor, its battery and its two settings."""
        hold = quantity("occupancy_timeout", "s", 0, 65535, access=SETTABLE)
        keen = choice("motion_sensitivity", ("low", "medium", "high"))
        return [
            *super().exposes(),
            {**hold, "category": "config"},
            {**keen, "category": "config"},
        ]

    def topics(self) -> tuple[str, ...]:
        """Return the settings' topics."""
        names = ("", "/occupancy_timeout", "/motion_sensitivity")
        return tuple(f"{self.topic}/set{name}" for name in names)

    def setting(self, state: State, name: str, wish: Json) -> Changes:
        """Take a setting."""
        if name == "occupancy_timeout":
            return {Property.TIMEOUT: as_number(wish, 0, 65535)}
        if (
            name == "motion_sensitivity"
            and isinstance(wish, str)
            and wish in {"low", "medium", "high"}
        ):
            return {Property.SENSITIVITY: wish}
        return super().setting(state, name, wish)


class ContactSensor(ZigbeeSensor):
    """A door or window contact; `contact` is true while it is closed."""

    primary = Property.OPEN
    manufacturer = "Aqara"
    model = "Door and window sensor (MCCGQ11LM)"
    key = "contact"
    device_class = "door"

    def sensed(self) -> Fields:
        """Return the payloads the other way round: open is on, contact is closed."""
        return {"payload_on": False, "payload_off": True}

    def feature(self) -> Fields:
        """Return the contact, which is true while it is closed."""
        return two_states(self.key, on=False, off=True)

    def value(self, state: State) -> Json:
        """Return whether the contact is closed."""
        return not flag(state, Property.OPEN)


class TemperatureSensor(ZigbeeSensor):
    """A thermometer."""

    primary = Property.TEMPERATURE
    manufacturer = "SONOFF"
    model = "Temperature and humidity sensor (SNZB-02D)"
    component = "sensor"
    key = "temperature"
    device_class = "temperature"

    def initial(self) -> State:
        """Return a room's temperature."""
        return {Property.TEMPERATURE: 20.0, Property.BATTERY: 100.0}

    def sensed(self) -> Fields:
        """Return the unit."""
        return {"state_class": "measurement", "unit_of_measurement": "°C"}

    def feature(self) -> Fields:
        """Return the temperature."""
        return quantity(self.key, "°C")

    def value(self, state: State) -> Json:
        """Return °C to a hundredth."""
        return rounded(number(state, Property.TEMPERATURE, 20), 2)

"""A lock and a radiator thermostat behind Zigbee2MQTT."""

from typing import ClassVar

from firmware_sim.devices.device import (
    Fields,
    Json,
    RefusedError,
    Step,
    as_number,
    read_json,
    rounded,
)
from firmware_sim.devices.properties import Changes, Property, State, Value, flag, number, word
from firmware_sim.devices.zigbee import Zigbee, battery
from firmware_sim.devices.zigbee_exposes import ASKABLE, BATTERY, TOLD, choice, whole
from firmware_sim.devices.zigbee_exposes import flag as two_states
from firmware_sim.devices.zigbee_exposes import number as quantity


class DoorLock(Zigbee):
    """A motor lock; it takes a second to turn."""

    primary = Property.LOCKED
    manufacturer = "Yale"
    model = "Assure lock (YRD256HA20BP)"
    turn_s: ClassVar[float] = 1.2
    sleeps = True

    def initial(self) -> State:
        """Return locked."""
        return {Property.LOCKED: True, Property.BATTERY: 90.0}

    def entities(self) -> dict[tuple[str, str], Fields]:
        """Return the lock and its battery."""
        return {
            ("lock", "lock"): {
                "command_topic": f"{self.topic}/set",
                "name": None,
                "state_locked": "LOCK",
                "state_unlocked": "UNLOCK",
                "value_template": "{{ value_json.state }}",
            },
            ("sensor", "battery"): battery(),
        }

    def exposes(self) -> list[Json]:
        """Return the lock and its battery."""
        state = two_states("state", on="LOCK", off="UNLOCK", access=ASKABLE)
        bolt = choice("lock_state", ("not_fully_locked", "locked", "unlocked"), access=TOLD)
        return [whole("lock", [state, bolt]), BATTERY]

    def body(self, state: State) -> Fields:
        """Return `state` as the last command and `lock_state` as the bolt is."""
        locked = flag(state, Property.LOCKED)
        return {
            "state": "LOCK" if locked else "UNLOCK",
            "lock_state": "locked" if locked else "unlocked",
            "battery": round(number(state, Property.BATTERY, 90)),
            "linkquality": 87,
        }

    def topics(self) -> tuple[str, ...]:
        """Return the topic of LOCK and UNLOCK."""
        return (f"{self.topic}/set",)

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Turn the bolt, by a plain word or by `{"state": …}`."""
        wish = str(read_json(payload).get("state")) if payload.startswith("{") else payload
        if wish.upper() not in {"LOCK", "UNLOCK"}:
            return super().react(state, topic, payload)
        locked = wish.upper() == "LOCK"
        after_s = 0.0 if locked == flag(state, Property.LOCKED) else self.turn_s
        return (Step({Property.LOCKED: locked}, after_s),)


class Thermostat(Zigbee):
    """A radiator thermostat that measures, and heats up to its set point."""

    primary = Property.SETPOINT
    manufacturer = "Danfoss"
    model = "Ally thermostat (014G2461)"
    modes: ClassVar[tuple[str, ...]] = ("off", "heat")

    def initial(self) -> State:
        """Return heating to 20 °C."""
        return {
            Property.SETPOINT: 20.0,
            Property.TEMPERATURE: 20.0,
            Property.MODE: "heat",
            Property.HEATING: False,
        }

    def entities(self) -> dict[tuple[str, str], Fields]:
        """Return the climate entity: topics and templates for each of its properties."""
        return {
            ("climate", "climate"): {
                "action_template": "{% set values = {None:None,'idle':'idle','heat':'heating',"
                "'cool':'cooling','fan_only':'fan'} %}{{ values[value_json.running_state] }}",
                "action_topic": self.topic,
                "current_temperature_template": "{{ value_json.local_temperature }}",
                "current_temperature_topic": self.topic,
                "max_temp": "35",
                "min_temp": "5",
                "mode_command_topic": f"{self.topic}/set/system_mode",
                "mode_state_template": "{{ value_json.system_mode }}",
                "mode_state_topic": self.topic,
                "modes": list(self.modes),
                "name": None,
                "temp_step": 0.5,
                "temperature_command_topic": f"{self.topic}/set/occupied_heating_setpoint",
                "temperature_state_template": "{{ value_json.occupied_heating_setpoint }}",
                "temperature_state_topic": self.topic,
                "temperature_unit": "C",
            }
        }

    def exposes(self) -> list[Json]:
        """Return what is measured, wished and done."""
        wished = quantity("occupied_heating_setpoint", "°C", 5, 35, step=0.5, access=ASKABLE)
        features = [
            wished,
            quantity("local_temperature", "°C"),
            choice("system_mode", self.modes, access=ASKABLE),
            choice("running_state", ("idle", "heat"), access=TOLD),
        ]
        return [whole("climate", features)]

    def body(self, state: State) -> Fields:
        """Return what is measured, wished and done."""
        return {
            "local_temperature": rounded(number(state, Property.TEMPERATURE, 20), 1),
            "occupied_heating_setpoint": rounded(number(state, Property.SETPOINT, 20), 1),
            "system_mode": word(state, Property.MODE, "heat"),
            "running_state": "heat" if flag(state, Property.HEATING) else "idle",
            "linkquality": 98,
        }

    def topics(self) -> tuple[str, ...]:
        """Return the topics of set point and mode."""
        return (
            f"{self.topic}/set",
            f"{self.topic}/set/occupied_heating_setpoint",
            f"{self.topic}/set/system_mode",
        )

    def setting(self, state: State, name: str, wish: Json) -> Changes:
        """Take a set point or a mode, and heat or stop heating at once."""
        changed: dict[Property, Value]
        if name == "occupied_heating_setpoint":
            changed = {Property.SETPOINT: as_number(wish, 5, 35)}
        elif name == "system_mode" and isinstance(wish, str) and wish in self.modes:
            changed = {Property.MODE: wish}
        else:
            raise RefusedError(f"{name} {wish!r} is none of {', '.join(self.modes)}")
        return {**changed, Property.HEATING: heats({**state, **changed})}


def heats(state: State) -> bool:
    """Return whether a thermostat in this state calls for heat; hysteresis is half a kelvin."""
    if word(state, Property.MODE, "heat") != "heat":
        return False
    short_k = number(state, Property.SETPOINT, 20) - number(state, Property.TEMPERATURE, 20)
    return short_k > (-0.25 if flag(state, Property.HEATING) else 0.25)

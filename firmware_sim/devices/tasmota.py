"""Devices on Tasmota: abbreviated keys, a base topic `~`, its three-part topics, plain commands.

Shapes as Tasmota publishes them with its own discovery of Home Assistant (SetOption19 1,
https://tasmota.github.io/docs/Home-Assistant/).
"""

from firmware_sim.devices.device import (
    DISCOVERY,
    Device,
    Fields,
    Gateway,
    Message,
    Step,
    as_json,
    rounded,
    switched,
)
from firmware_sim.devices.properties import Property, State, flag, number


class Tasmota(Device):
    """A Wi-Fi device of its own connection: `cmnd/<id>/…`, `stat/<id>/…`, `tele/<id>/…`."""

    @property
    def gateway(self) -> Gateway:
        """The device itself, `tele/<id>/LWT` Online or Offline."""
        lwt = f"tele/{self.id}/LWT"
        return Gateway(self.id, Message(lwt, "Online"), Message(lwt, "Offline"))

    def config(self, component: str, suffix: str, fields: Fields, *, full: bool = True) -> Message:
        """Return the discovery of one entity; only a `full` one describes the device."""
        device: Fields = {"ids": [self.id]}
        if full:
            device |= {
                "name": self.identity.name,
                "mdl": self.model,
                "mf": self.manufacturer,
                "sw": "14.4.1(tasmota)",
            }
            if self.identity.area:
                device["sa"] = self.identity.area
        common: Fields = {
            "~": f"tele/{self.id}/",
            "avty_t": "~LWT",
            "pl_avail": "Online",
            "pl_not_avail": "Offline",
            "uniq_id": f"{self.id}_{suffix}",
            "dev": device,
        }
        topic = f"{DISCOVERY}/{component}/{self.id}_{suffix}/config"
        return Message(topic, as_json(common | fields))


class _Relay(Tasmota):
    """What has one relay, POWER."""

    primary = Property.ON

    def initial(self) -> State:
        """Return off."""
        return {Property.ON: False}

    def relay(self) -> Fields:
        """Return the fields of the relay's entity."""
        return {
            "name": self.identity.name,
            "stat_t": "~STATE",
            "cmd_t": f"cmnd/{self.id}/POWER",
            "val_tpl": "{{value_json.POWER}}",
            "pl_off": "OFF",
            "pl_on": "ON",
        }

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return `stat/<id>/POWER` and the telemetry that repeats it."""
        if Property.ON not in changed:
            return ()
        word = "ON" if flag(state, Property.ON) else "OFF"
        status: Fields = {"Uptime": "1T02:03:04", "POWER": word, "Wifi": {"RSSI": 82}}
        return (
            Message(f"stat/{self.id}/POWER", word, retain=False),
            Message(f"tele/{self.id}/STATE", as_json(status)),
        )

    def topics(self) -> tuple[str, ...]:
        """Return the relay's topic."""
        return (f"cmnd/{self.id}/POWER",)

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Take ON, OFF, TOGGLE, and Tasmota's 1, 0, 2."""
        del topic
        wish = {"1": "ON", "0": "OFF", "2": "TOGGLE"}.get(payload, payload)
        return (Step({Property.ON: switched(wish, flag(state, Property.ON))}),)


class OnOffLight(_Relay):
    """A lamp on a relay behind the wall switch."""

    manufacturer = "Sonoff"
    model = "Sonoff Mini R2"

    def announcement(self) -> tuple[Message, ...]:
        """Return a light of the basic schema."""
        return (self.config("light", "LI_1", self.relay()),)


class OnOffPlug(_Relay):
    """A plug that measures power and energy."""

    manufacturer = "Tuya"
    model = "Nous A1T"

    def initial(self) -> State:
        """Return off, no energy used yet."""
        return {Property.ON: False, Property.POWER: 0.0, Property.ENERGY: 0.0}

    def announcement(self) -> tuple[Message, ...]:
        """Return the relay, and two sensors that name the device by its id alone."""
        metered: Fields = {"stat_t": "~SENSOR", "frc_upd": True}
        power: Fields = {
            "name": f"{self.identity.name} ENERGY Power",
            "unit_of_meas": "W",
            "dev_cla": "power",
            "stat_cla": "measurement",
            "val_tpl": "{{ value_json['ENERGY'].Power }}",
        }
        energy: Fields = {
            "name": f"{self.identity.name} ENERGY Total",
            "unit_of_meas": "kWh",
            "dev_cla": "energy",
            "stat_cla": "total_increasing",
            "val_tpl": "{{ value_json['ENERGY']['Total'] }}",
        }
        return (
            self.config("switch", "RL_1", self.relay()),
            self.config("sensor", "ENERGY_Power", metered | power, full=False),
            self.config("sensor", "ENERGY_Total", metered | energy, full=False),
        )

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return the relay's messages, and `tele/<id>/SENSOR` when the metered changed."""
        messages = super().report(state, changed)
        if not changed & {Property.POWER, Property.ENERGY}:
            return messages
        power_w = number(state, Property.POWER)
        metered: Fields = {
            "Total": rounded(number(state, Property.ENERGY), 3),
            "Power": rounded(power_w, 1),
            "Voltage": 230,
            "Current": rounded(power_w / 230, 3),
        }
        return (*messages, Message(f"tele/{self.id}/SENSOR", as_json({"ENERGY": metered})))


class HumiditySensor(Tasmota):
    """A hygrometer (AM2301) on a Tasmota board."""

    primary = Property.HUMIDITY
    manufacturer = "Espressif"
    model = "ESP8266 with AM2301"

    def initial(self) -> State:
        """Return a room's humidity."""
        return {Property.HUMIDITY: 45.0}

    def announcement(self) -> tuple[Message, ...]:
        """Return the sensor."""
        fields: Fields = {
            "name": f"{self.identity.name} AM2301 Humidity",
            "stat_t": "~SENSOR",
            "unit_of_meas": "%",
            "dev_cla": "humidity",
            "frc_upd": True,
            "val_tpl": "{{value_json['AM2301']['Humidity']}}",
        }
        return (self.config("sensor", "AM2301_Humidity", fields),)

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return `tele/<id>/SENSOR`."""
        if not changed:
            return ()
        sensed: Fields = {"Humidity": rounded(number(state, Property.HUMIDITY, 45), 1)}
        return (Message(f"tele/{self.id}/SENSOR", as_json({"AM2301": sensed})),)

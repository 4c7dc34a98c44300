"""Shelly devices of the second generation: JSON status by component, plain control words.

Topics and words of https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Mqtt (MQTT
control) and Cover; discovery in the way of the scripts that announce them to Home Assistant.
"""

from typing import ClassVar

from firmware_sim.devices.device import (
    DISCOVERY,
    Device,
    Fields,
    Gateway,
    Message,
    RefusedError,
    Step,
    as_json,
    as_number,
    rounded,
)
from firmware_sim.devices.properties import Changes, Property, State, number, word


class Shelly(Device):
    """A Wi-Fi device of its own connection; `<id>/online` is true or false."""

    manufacturer = "Shelly"

    @property
    def gateway(self) -> Gateway:
        """The device itself."""
        online = f"{self.id}/online"
        return Gateway(self.id, Message(online, "true"), Message(online, "false"))

    def config(self, component: str, name: str, fields: Fields) -> Message:
        """Return the discovery of one entity; `~` stands at the start and at the end of topics."""
        device: Fields = {
            "identifiers": [self.id],
            "connections": [],
            "name": self.identity.name,
            "model": self.model,
            "manufacturer": self.manufacturer,
            "sw_version": "1.7.1-gd336f31",
            "configuration_url": "http://192.0.2.17/",
        }
        if self.identity.area:
            device["suggested_area"] = self.identity.area
        common: Fields = {
            "~": self.id,
            "availability": [
                {
                    "topic": "~/online",
                    "payload_available": "true",
                    "payload_not_available": "false",
                }
            ],
            "uniq_id": f"{self.id}-{name}",
            "qos": 1,
            "dev": device,
            "o": {"name": "shellies discovery", "sw": "4.3.0"},
        }
        return Message(f"{DISCOVERY}/{component}/{self.id}/{name}/config", as_json(common | fields))


class WindowCovering(Shelly):
    """A roller shutter; 100 is open, and it takes 20 s from end to end."""

    primary = Property.POSITION
    model = "Shelly Plus 2PM"
    travel_s: ClassVar[float] = 20.0

    def initial(self) -> State:
        """Return open and still."""
        return {Property.POSITION: 100.0, Property.MOVEMENT: "stopped"}

    def announcement(self) -> tuple[Message, ...]:
        """Return a cover with position."""
        fields: Fields = {
            "name": "",
            "cmd_t": "~/command/cover:0",
            "stat_t": "~/status/cover:0",
            "val_tpl": "{{ value_json.state }}",
            "pos_t": "~/status/cover:0",
            "pos_tpl": "{{ value_json.current_pos }}",
            "set_pos_t": "~/command/cover:0",
            "set_pos_tpl": "pos,{{ position }}",
            "pl_open": "open",
            "pl_cls": "close",
            "pl_stop": "stop",
            "dev_cla": "shutter",
        }
        return (self.config("cover", "cover-0", fields),)

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return the component's status."""
        if not changed:
            return ()
        position = round(number(state, Property.POSITION))
        still = ("closed", "open")[position > 0]
        movement = word(state, Property.MOVEMENT, "stopped")
        body: Fields = {
            "id": 0,
            "source": "MQTT",
            "state": still if movement == "stopped" else movement,
            "apower": 0.0 if movement == "stopped" else 112.5,
            "current_pos": position,
            "pos_control": True,
        }
        return (Message(f"{self.id}/status/cover:0", as_json(body)),)

    def topics(self) -> tuple[str, ...]:
        """Return the control topic."""
        return (f"{self.id}/command/cover:0",)

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Take `open`, `close`, `stop` or `pos,<0-100>`; it moves, and then says where it is."""
        del topic
        now = number(state, Property.POSITION)
        match payload.partition(","):
            case ("open", "", ""):
                goal = 100.0
            case ("close", "", ""):
                goal = 0.0
            case ("stop", "", ""):
                return (Step({Property.MOVEMENT: "stopped"}),)
            case ("pos", ",", text):
                goal = as_number(text, 0, 100)
            case _:
                raise RefusedError(f"{payload[:40]!r} is none of open, close, stop, pos,<0-100>")
        arrived: Changes = {Property.POSITION: goal, Property.MOVEMENT: "stopped"}
        if goal == now:
            return (Step(arrived),)
        moving = Step({Property.MOVEMENT: "opening" if goal > now else "closing"})
        travel_s = abs(goal - now) / 100 * self.travel_s
        halfway = Step({Property.POSITION: (goal + now) / 2}, travel_s / 2)
        return (moving, halfway, Step(arrived, travel_s))


class ElectricalSensor(Shelly):
    """The energy meter of the house."""

    primary = Property.POWER
    model = "Shelly Pro EM-50"

    def initial(self) -> State:
        """Return nothing used."""
        return {Property.POWER: 0.0, Property.ENERGY: 0.0}

    def announcement(self) -> tuple[Message, ...]:
        """Return power and energy; energy comes in Wh and the template makes kWh of it."""
        power: Fields = {
            "name": "Power",
            "stat_t": "~/status/em1:0",
            "val_tpl": "{{ value_json.act_power }}",
            "unit_of_meas": "W",
            "dev_cla": "power",
            "stat_cla": "measurement",
        }
        energy: Fields = {
            "name": "Energy",
            "stat_t": "~/status/em1data:0",
            "val_tpl": "{{ (value_json.total_act_energy / 1000) | round(2) }}",
            "unit_of_meas": "kWh",
            "dev_cla": "energy",
            "stat_cla": "total_increasing",
        }
        return (
            self.config("sensor", "em1-0-power", power),
            self.config("sensor", "em1-0-energy", energy),
        )

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return the status of the component that changed."""
        messages: list[Message] = []
        if Property.POWER in changed:
            power_w = rounded(number(state, Property.POWER), 1)
            body: Fields = {
                "id": 0,
                "current": rounded(power_w / 230, 3),
                "voltage": 230.0,
                "act_power": power_w,
            }
            messages.append(Message(f"{self.id}/status/em1:0", as_json(body)))
        if Property.ENERGY in changed:
            total: Fields = {
                "id": 0,
                "total_act_energy": rounded(number(state, Property.ENERGY) * 1000, 2),
            }
            messages.append(Message(f"{self.id}/status/em1data:0", as_json(total)))
        return tuple(messages)

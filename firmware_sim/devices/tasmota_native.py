"""Devices on Tasmota with its own discovery (SetOption19 0), as it is since Tasmota 9.3.

Two retained messages describe a device; everything else is told once and never kept, so that a hub
that comes later has to ask. Sources: https://tasmota.github.io/docs/MQTT/ and Commands/; the keys
of the announcements are those that devices send.
"""

from abc import abstractmethod
from zlib import crc32

from firmware_sim.devices.device import (
    Fields,
    Gateway,
    Json,
    Message,
    RefusedError,
    Step,
    as_json,
    as_number,
    rounded,
    switched,
)
from firmware_sim.devices.properties import Changes, Property, State, Value, flag, number, word
from firmware_sim.devices.tasmota import Tasmota

_OPTIONS: Fields = dict.fromkeys(
    ["4", "11", "13", "17", "20", "30", "68", "73", "82", "114", "117"], 0
)
_ASKED_STATE, _ASKED_SENSORS = "STATE", "STATUS10"


class Native(Tasmota):
    """A device that announces itself below `tasmota/discovery/<MAC>`."""

    manufacturer = "Tasmota"

    @property
    def mac(self) -> str:
        """The address, twelve digits, made of the id."""
        return f"E098{crc32(self.id.encode()):08X}"

    @property
    def gateway(self) -> Gateway:
        """The device itself, `tele/<id>/LWT` Online or Offline."""
        lwt = f"tele/{self.id}/LWT"
        return Gateway(self.id, Message(lwt, "Online"), Message(lwt, "Offline"))

    @abstractmethod
    def outputs(self) -> Fields:
        """Return what its configuration says beside what all devices say."""

    @abstractmethod
    def states(self, state: State) -> Fields:
        """Return what STATE tells of the outputs."""

    def sensed(self, state: State) -> Fields:
        """Return what SENSOR tells; nothing if it has no sensors."""
        del state
        return {}

    def announcement(self) -> tuple[Message, ...]:
        """Return the configuration, and a sample of the sensors."""
        base = f"tasmota/discovery/{self.mac}"
        config: Fields = {
            "ip": "192.168.1.71",
            "dn": self.identity.name,
            "fn": [self.identity.name, None, None, None],
            "hn": f"{self.id}-8022",
            "mac": self.mac,
            "md": self.model,
            "ty": 0,
            "if": 0,
            "ofln": "Offline",
            "onln": "Online",
            "state": ["OFF", "ON", "TOGGLE", "HOLD"],
            "sw": "14.4.1",
            "t": self.id,
            "ft": "%prefix%/%topic%/",
            "tp": ["cmnd", "stat", "tele"],
            "rl": [0, 0, 0, 0],
            "swc": [-1, -1, -1, -1],
            "swn": [None, None, None, None],
            "btn": [0, 0, 0, 0],
            "so": _OPTIONS,
            "lk": 1,
            "lt_st": 0,
            "bat": 0,
            "dslp": 0,
            "sho": [],
            "sht": [],
            "ver": 1,
        }
        sample: Fields = {"sn": {"Time": "2026-11-01T12:00:00", **self.sensed({})}, "ver": 1}
        return (
            Message(f"{base}/config", as_json(config | self.outputs())),
            Message(f"{base}/sensors", as_json(sample)),
        )

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return the result that a change or a command has, or the answer to what was asked."""
        if not changed:
            return ()
        if Property.ASKED in changed and word(state, Property.ASKED) == _ASKED_SENSORS:
            told: Fields = {"StatusSNS": {"Time": "2026-11-01T12:00:00", **self.sensed(state)}}
            return (Message(f"stat/{self.id}/STATUS10", as_json(told), retain=False),)
        wifi: Fields = {"Wifi": {"RSSI": 82, "Signal": -59}} if Property.ASKED in changed else {}
        result = self.states(state) | wifi
        messages = [Message(f"stat/{self.id}/RESULT", as_json(result), retain=False)]
        if changed & {Property.POWER, Property.ENERGY, Property.TEMPERATURE, Property.POSITION}:
            sensed = as_json(self.sensed(state))
            messages.append(Message(f"tele/{self.id}/SENSOR", sensed, retain=False))
        return tuple(messages)

    def commands(self) -> tuple[str, ...]:
        """Return the commands that it takes, beside those that ask."""
        return ()

    def topics(self) -> tuple[str, ...]:
        """Return a topic for each command."""
        known = ("STATE", "STATUS", "Backlog0", *self.commands())
        return tuple(f"cmnd/{self.id}/{command}" for command in known)

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Answer what is asked; take one command, or several in a Backlog0."""
        match topic.rpartition("/")[2]:
            case "STATE":
                return (Step({Property.ASKED: _ASKED_STATE}),)
            case "STATUS":
                return (Step({Property.ASKED: f"STATUS{payload}"}),)
            case "Backlog0":
                changes: dict[Property, Value] = {}
                for said in payload.split(";"):
                    command, _, value = said.strip().partition(" ")
                    changes |= self.take({**state, **changes}, command, value)
                return (Step(changes),)
            case command:
                return (Step(self.take(state, command, payload)),)

    def take(self, state: State, command: str, value: str) -> Changes:
        """Return what a command makes of the device; raises RefusedError."""
        raise RefusedError(f"{command} {value!r} is unknown ({len(state)})")


def _power(state: State, value: str) -> Changes:
    wish = {"1": "ON", "0": "OFF", "2": "TOGGLE"}.get(value, value)
    return {Property.ON: switched(wish, flag(state, Property.ON))}


def _on(state: State) -> Json:
    return "ON" if flag(state, Property.ON) else "OFF"


class NativePlug(Native):
    """A plug that measures what it passes on."""

    primary = Property.ON
    model = "Athom Plug V2"

    def initial(self) -> State:
        """Return off."""
        return {Property.ON: False, Property.POWER: 0.0, Property.ENERGY: 1.25}

    def outputs(self) -> Fields:
        """Return one relay."""
        return {"rl": [1, 0, 0, 0]}

    def states(self, state: State) -> Fields:
        """Return the relay."""
        return {"POWER": _on(state)}

    def sensed(self, state: State) -> Fields:
        """Return what is measured."""
        power_w = number(state, Property.POWER)
        return {
            "ENERGY": {
                "TotalStartTime": "2023-06-24T08:32:22",
                "Total": rounded(number(state, Property.ENERGY), 3),
                "Yesterday": 0.0,
                "Today": 0.0,
                "Power": rounded(power_w),
                "Factor": 0.98,
                "Voltage": 233,
                "Current": rounded(power_w / 233, 3),
            }
        }

    def commands(self) -> tuple[str, ...]:
        """Return the relay's."""
        return ("POWER", "POWER1")

    def take(self, state: State, command: str, value: str) -> Changes:
        """Switch the relay."""
        if command not in self.commands():
            return super().take(state, command, value)
        return _power(state, value)


class NativeLight(Native):
    """A bulb of colours and whites (`lt_st` 5)."""

    primary = Property.ON
    model = "MagicHome RGBCW"

    def initial(self) -> State:
        """Return off."""
        return {
            Property.ON: False,
            Property.LEVEL: 60.0,
            Property.HUE: 120.0,
            Property.SATURATION: 80.0,
            Property.COLOR_TEMPERATURE: 4000.0,
        }

    def outputs(self) -> Fields:
        """Return one light."""
        return {"rl": [2, 0, 0, 0], "lt_st": 5}

    def states(self, state: State) -> Fields:
        """Return power, brightness, colour and warmth."""
        hue, saturation, level = (
            round(number(state, p)) for p in (Property.HUE, Property.SATURATION, Property.LEVEL)
        )
        return {
            "POWER": _on(state),
            "Dimmer": level,
            "HSBColor": f"{hue},{saturation},{level}",
            "CT": round(1e6 / number(state, Property.COLOR_TEMPERATURE, 4000)),
        }

    def commands(self) -> tuple[str, ...]:
        """Return the light's."""
        return ("POWER", "POWER1", "Dimmer", "HsbColor1", "HsbColor2", "CT")

    def take(self, state: State, command: str, value: str) -> Changes:
        """Switch, dim or tint; a level, a colour or a warmth switches on."""
        match command:
            case "POWER" | "POWER1":
                return _power(state, value)
            case "Dimmer":
                level = as_number(value, 0, 100)
                return {Property.ON: level > 0, **({Property.LEVEL: level} if level else {})}
            case "HsbColor1" | "HsbColor2":
                hue = command.endswith("1")
                prop = Property.HUE if hue else Property.SATURATION
                return {Property.ON: True, prop: as_number(value, 0, 360 if hue else 100)}
            case "CT":
                kelvin = 1e6 / as_number(value, 153, 500)
                return {Property.ON: True, Property.COLOR_TEMPERATURE: kelvin}
            case "Fade2" | "Speed2":
                return {}
        return super().take(state, command, value)


class NativeShutter(Native):
    """A roller shutter on two relays."""

    primary = Property.POSITION
    model = "Sonoff Dual R3"

    def initial(self) -> State:
        """Return open."""
        return {Property.POSITION: 100.0, Property.MOVEMENT: "stopped"}

    def outputs(self) -> Fields:
        """Return a pair of relays."""
        return {"rl": [3, 3, 0, 0], "sho": [0, 0, 0, 0], "sht": [[0, 0, 0]]}

    def states(self, state: State) -> Fields:
        """Return the shutter."""
        return self.sensed(state)

    def sensed(self, state: State) -> Fields:
        """Return where it is, and which way it goes."""
        way = {"opening": 1, "closing": -1}.get(word(state, Property.MOVEMENT), 0)
        position = round(number(state, Property.POSITION))
        return {"Shutter1": {"Position": position, "Direction": way, "Target": position, "Tilt": 0}}

    def commands(self) -> tuple[str, ...]:
        """Return the shutter's."""
        return ("ShutterPosition1", "ShutterStop1")

    def take(self, state: State, command: str, value: str) -> Changes:
        """Go to a position, at once, or stop."""
        if command == "ShutterPosition1":
            return {Property.POSITION: as_number(value, 0, 100), Property.MOVEMENT: "stopped"}
        if command == "ShutterStop1":
            return {Property.MOVEMENT: "stopped"}
        return super().take(state, command, value)

"""Devices that follow the Homie convention, in its versions 4 and 5.

Source: https://homieiot.github.io/specification/: in 4 each attribute is a retained topic of its
own, in 5 one document tells all of them.
"""

from collections.abc import Mapping
from typing import ClassVar

from firmware_sim.devices.device import (
    Device,
    Fields,
    Gateway,
    Message,
    RefusedError,
    Step,
    as_json,
    as_number,
)
from firmware_sim.devices.properties import Changes, Property, State, flag, number


class Homie(Device):
    """A device with its topics below `base`, `$state` ready or lost."""

    manufacturer = "Homie"
    version: ClassVar[int]

    @property
    def base(self) -> str:
        """The topic that all others lie below."""
        return f"homie/5/{self.id}" if self.version == 5 else f"homie/{self.id}"

    @property
    def gateway(self) -> Gateway:
        """The device itself."""
        state = f"{self.base}/$state"
        return Gateway(self.id, Message(state, "ready"), Message(state, "lost"))

    def value(self, path: str, said: str, *, retain: bool = True) -> Message:
        """Return a property's value."""
        return Message(f"{self.base}/{path}", said, retain)


class Homie4Lamp(Homie):
    """A coloured lamp with a thermometer: version 4, a topic for each attribute."""

    version = 4
    primary = Property.ON
    model = "esp8266 lamp"
    attributes: ClassVar[Mapping[str, str]] = {
        "$homie": "4.0.0", "$nodes": "light,air", "$extensions": "", "$implementation": "esp8266",
        "$stats/interval": "60", "$stats/uptime": "120",
        "light/$name": "Light", "light/$type": "dimmable light",
        "light/$properties": "power,brightness,color",
        "light/power/$name": "Power", "light/power/$datatype": "boolean",
        "light/power/$settable": "true",
        "light/brightness/$datatype": "integer", "light/brightness/$format": "0:255",
        "light/brightness/$settable": "true",
        "light/color/$datatype": "color", "light/color/$format": "hsv",
        "light/color/$settable": "true",
        "air/$name": "Air", "air/$type": "BME280", "air/$properties": "temperature",
        "air/temperature/$datatype": "float", "air/temperature/$unit": "°C",
    }  # fmt: skip

    def initial(self) -> State:
        """Return off, in a warm room."""
        return {
            Property.ON: False,
            Property.LEVEL: 100.0,
            Property.HUE: 30.0,
            Property.SATURATION: 40.0,
            Property.TEMPERATURE: 21.0,
        }

    def announcement(self) -> tuple[Message, ...]:
        """Return the attributes, each retained on its own."""
        named = {**self.attributes, "$name": self.identity.name}
        return tuple(self.value(path, said) for path, said in named.items())

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return the values that changed, retained."""
        tint = f"{number(state, Property.HUE):.0f},{number(state, Property.SATURATION):.0f},100"
        level = round(number(state, Property.LEVEL, 100) * 2.55)
        told = {
            Property.ON: ("light/power", "true" if flag(state, Property.ON) else "false"),
            Property.LEVEL: ("light/brightness", str(level)),
            Property.HUE: ("light/color", tint),
            Property.TEMPERATURE: ("air/temperature", f"{number(state, Property.TEMPERATURE):.1f}"),
        }
        if Property.SATURATION in changed:
            changed |= {Property.HUE}
        return tuple(self.value(*said) for prop, said in told.items() if prop in changed)

    def topics(self) -> tuple[str, ...]:
        """Return where the settable ones are set."""
        return tuple(f"{self.base}/light/{p}/set" for p in ("power", "brightness", "color"))

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Take a value, exactly as the convention writes it."""
        del state
        match topic.split("/")[-2], payload:
            case "power", "true" | "false":
                return (Step({Property.ON: payload == "true"}),)
            case "brightness", _:
                return (Step({Property.LEVEL: as_number(payload, 0, 255) / 2.55}),)
            case "color", _:
                return (Step(_tint(payload)),)
        raise RefusedError(f"{payload[:40]!r} is no value of {topic}")


def _tint(payload: str) -> Changes:
    parts = payload.split(",")
    if len(parts) != 3:
        raise RefusedError(f"{payload[:40]!r} is no colour")
    hue, saturation, _ = (
        as_number(p, 0, top) for p, top in zip(parts, (360, 100, 100), strict=True)
    )
    return {Property.HUE: hue, Property.SATURATION: saturation}


class Homie5Blind(Homie):
    """A blind: version 5, one document."""

    version = 5
    primary = Property.POSITION
    model = "blind"

    def initial(self) -> State:
        """Return open."""
        return {Property.POSITION: 100.0}

    def announcement(self) -> tuple[Message, ...]:
        """Return the description."""
        position: Fields = {
            "name": "Position", "datatype": "integer", "format": "0:100", "unit": "%",
            "settable": True,
        }  # fmt: skip
        action: Fields = {
            "datatype": "enum", "format": "open,close,stop", "settable": True, "retained": False,
        }  # fmt: skip
        shutter: Fields = {
            "name": "Shutter", "type": "shutter",
            "properties": {"position": position, "action": action},
        }  # fmt: skip
        said: Fields = {
            "homie": "5.0", "version": 1, "name": self.identity.name, "nodes": {"shutter": shutter},
        }  # fmt: skip
        return (Message(f"{self.base}/$description", as_json(said)),)

    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return the position and, before it, where it is going to."""
        if Property.POSITION not in changed:
            return ()
        said = f"{number(state, Property.POSITION):.0f}"
        return (self.value("shutter/position/$target", said), self.value("shutter/position", said))

    def topics(self) -> tuple[str, ...]:
        """Return where position and action are set."""
        return (f"{self.base}/shutter/position/set", f"{self.base}/shutter/action/set")

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Go to a position, or do what is asked."""
        if topic.endswith("/position/set"):
            return (Step({Property.POSITION: as_number(payload, 0, 100)}),)
        match payload:
            case "open" | "close":
                return (Step({Property.POSITION: 100.0 if payload == "open" else 0.0}),)
            case "stop":
                return (Step({Property.POSITION: number(state, Property.POSITION)}),)
        raise RefusedError(f"{payload[:40]!r} is neither open, close nor stop")

"""Where a Tasmota device speaks and listens: its FullTopic, filled in. Pure."""

from msgspec import Struct

from drivers.mqtt.errors import DiscoveryError, excerpt
from drivers.mqtt.part import Publish
from drivers.mqtt.sketch import Path
from drivers.mqtt.tasmota.config import Config

type Source = tuple[str, Path]
"""A topic, and the path within its JSON to where the fields are."""


class Topics(Struct, frozen=True):
    """The three beginnings of a device's topics, each with a slash at its end."""

    command: str
    result: str
    telemetry: str
    by_command: bool
    """Results come on a topic named after the command (SetOption4)."""

    def to(self, command: str, payload: str) -> Publish:
        """Return the message that gives a command."""
        return Publish(self.command + command, payload.encode())

    def states(self, *commands: str) -> list[Source]:
        """Return where outputs are told: by results of `commands`, by telemetry, when asked."""
        told = [f"{self.result}{c.upper()}" for c in commands] if self.by_command else []
        return [
            *((topic, ()) for topic in (f"{self.result}RESULT", *told)),
            (f"{self.telemetry}STATE", ()),
            (f"{self.result}STATUS11", ("StatusSTS",)),
        ]

    @property
    def sensed(self) -> list[Source]:
        """Where sensors are told: by telemetry, and when asked."""
        return [
            (f"{self.telemetry}SENSOR", ()),
            (f"{self.result}STATUS10", ("StatusSNS",)),
            (f"{self.result}STATUS8", ("StatusSNS",)),
        ]

    @property
    def happened(self) -> list[Source]:
        """Where presses are told."""
        return [(f"{self.result}RESULT", ())]

    @property
    def will(self) -> str:
        """Where it says that it is there, and the broker that it is gone."""
        return f"{self.telemetry}LWT"

    def questions(self) -> tuple[Publish, ...]:
        """Return what has the device tell its outputs and its sensors."""
        return (self.to("STATE", ""), self.to("STATUS", "10"))


def topics_of(config: Config) -> Topics:
    """Return the topics of a device. Raises DiscoveryError if they are none."""
    full = config.ft if config.ft.endswith("/") else f"{config.ft}/"
    for name, value in (("hostname", config.hn), ("id", config.mac[-6:]), ("topic", config.t)):
        full = full.replace(f"%{name}%", value)
    beginnings = [full.replace("%prefix%", prefix) for prefix in config.tp]
    if len(set(beginnings)) != 3 or any(set(b) & set("#+\0") or len(b) > 200 for b in beginnings):
        raise DiscoveryError(f"its topics are {excerpt(beginnings)}")
    command, result, telemetry = beginnings
    return Topics(command, result, telemetry, config.option(4))

"""The house of the benchmark: N motion sensors and N lamps, announcements and packets."""

import json
from dataclasses import dataclass
from enum import StrEnum

from firmware_sim.devices.device import DISCOVERY
from firmware_sim.load import packets


class Schema(StrEnum):
    """How the lamps speak: JSON, or plain ON and OFF."""

    JSON = "json"
    BASIC = "basic"


@dataclass(frozen=True, slots=True)
class Pair:
    """Topics of motion sensor `number` and of its lamp; numbers count from 1."""

    number: int

    @property
    def sensor(self) -> str:
        """The sensor's id."""
        return f"bench_motion_{self.number:04d}"

    @property
    def lamp(self) -> str:
        """The lamp's id."""
        return f"bench_light_{self.number:04d}"

    @property
    def command_topic(self) -> str:
        """Where the lamp is commanded."""
        return f"bench/{self.lamp}/set"

    @property
    def lamp_topic(self) -> str:
        """Where the lamp reports."""
        return f"bench/{self.lamp}"

    @property
    def sensor_topic(self) -> str:
        """Where the sensor reports."""
        return f"bench/{self.sensor}"

    def config_topics(self) -> tuple[str, str]:
        """Return where sensor and lamp are announced."""
        return (
            f"{DISCOVERY}/binary_sensor/{self.sensor}/config",
            f"{DISCOVERY}/light/{self.lamp}/config",
        )

    def announcement(self, schema: Schema) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
        """Return the retained discovery messages of sensor and lamp."""
        sensor: dict[str, object] = {
            "unique_id": self.sensor,
            "name": None,
            "device_class": "motion",
            "state_topic": self.sensor_topic,
            "device": self._device(self.sensor, "Bench motion"),
        }
        lamp: dict[str, object] = {
            "unique_id": self.lamp,
            "name": None,
            "state_topic": self.lamp_topic,
            "command_topic": self.command_topic,
            "device": self._device(self.lamp, "Bench light"),
        }
        if schema is Schema.JSON:
            lamp |= {
                "schema": "json",
                "brightness": True,
                "supported_color_modes": ["brightness"],
            }
        sensor_topic, lamp_topic = self.config_topics()
        return (
            (sensor_topic, json.dumps(sensor).encode()),
            (lamp_topic, json.dumps(lamp).encode()),
        )

    def _device(self, ident: str, kind: str) -> dict[str, object]:
        return {
            "identifiers": [ident],
            "name": f"{kind} {self.number:04d}",
            "manufacturer": "firmware_sim",
            "model": kind,
        }


@dataclass(frozen=True, slots=True)
class Packets:
    """The PUBLISH packets of a pair, made once. A sensor's OFF brings its lamp's OFF along."""

    motion_on: bytes
    motion_off: bytes
    lamp_on: bytes
    lamp_off: bytes

    @classmethod
    def of(cls, pair: Pair, schema: Schema) -> "Packets":
        """Return the packets of `pair`."""
        words = {Schema.JSON: (b'{"state":"ON","brightness":255}', b'{"state":"OFF"}')}
        lamp_on, lamp_off = words.get(schema, (b"ON", b"OFF"))
        off = packets.publish(pair.lamp_topic, lamp_off)
        return cls(
            motion_on=packets.publish(pair.sensor_topic, b"ON"),
            motion_off=packets.publish(pair.sensor_topic, b"OFF") + off,
            lamp_on=packets.publish(pair.lamp_topic, lamp_on),
            lamp_off=off,
        )

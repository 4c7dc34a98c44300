"""What may be chosen about the embedded broker."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Saves(Enum):
    """When mosquitto writes its files anew, all of them each time (nats-server appends instead).

    `EACH_CHANGE` loses next to nothing when the broker is killed, and carries some 2,000 retained
    messages a second for 1,000 devices. `EACH_SECOND` carries as many as come, loses up to two
    seconds, and writes even while nothing happens.
    """

    EACH_CHANGE = "each change"
    EACH_SECOND = "each second"


@dataclass(frozen=True, slots=True)
class LanListener:
    """A second door, for devices on the network. Everyone there needs a name and a password.

    `password_file` is one that `mosquitto_passwd` writes. With a certificate and its key, the
    door speaks TLS alone.
    """

    host: str
    password_file: Path
    port: int = 1883
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class BrokerOptions:
    """Where the broker keeps what must outlive it, and where it listens.

    Port 0 is any free one. What is bounded is bounded per client: a device that stops reading
    costs the broker at most `max_queued_messages`, of at most `max_queued_bytes` together.
    """

    folder: Path
    port: int = 0
    lan: LanListener | None = None
    saves: Saves = Saves.EACH_CHANGE
    max_packet_bytes: int = 4 << 20
    max_inflight_messages: int = 1_000
    max_queued_messages: int = 20_000
    max_queued_bytes: int = 64 << 20

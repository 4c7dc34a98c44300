"""What a device announces of itself by mDNS, for whoever announces it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Service:
    """A service: its type (`_shelly._tcp.local.`), the instance's name, its port, its texts."""

    type: str
    name: str
    port: int
    texts: Mapping[str, str] = field(default_factory=dict)

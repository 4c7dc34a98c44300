"""What ESPHome devices say of themselves: `esphome/discover/<name>`, as a dialect.

What they can do they announce by Home Assistant's discovery, which is another dialect's; here are
the facts of the device itself. One that announces nothing there is shown with the reason.

Source: https://esphome.io/components/mqtt (`discover_ip`), mqtt_client.cpp of ESPHome.
"""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from drivers.kit.identity import mac
from drivers.mqtt.dialect import Described, DeviceFacts, Gone, News, Piece
from drivers.mqtt.errors import DiscoveryError, excerpt
from drivers.mqtt.part import Publish
from hubd.model.device import Trouble

_PREFIX = "esphome/discover"
UNTOLD = "it does not say what it can do: set `discovery: true` below `mqtt:` in its configuration"


class _Announced(Struct, frozen=True):
    name: str
    mac: str
    ip: str = ""
    friendly_name: str = ""
    version: str = ""
    platform: str = ""
    board: str = ""
    project_name: str = ""
    project_version: str = ""


class EspHome:
    """The devices that publish their address, below those that say what they can do."""

    name = "esphome"
    rank = -1
    """Whatever else describes the device carries it; this one adds to its facts."""

    def topics(self) -> Sequence[str]:
        """Return the filter of all devices."""
        return (f"{_PREFIX}/+",)

    def is_news(self, topic: str) -> bool:
        """Say whether `topic` is a device's."""
        return topic.startswith(f"{_PREFIX}/")

    def greeting(self) -> Sequence[Publish]:
        """Return what has all devices announce themselves."""
        return (Publish(_PREFIX, b""),)

    def read(self, topic: str, payload: bytes) -> Iterable[News]:
        """Return what a device says of itself. Raises DiscoveryError."""
        if not payload.strip():
            return (Gone(topic),)
        try:
            said = msgspec.json.decode(payload, type=_Announced)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise DiscoveryError(f"{error} in {excerpt(payload)}") from None
        known = mac(said.mac)
        if known is None:
            raise DiscoveryError(f"mac is {excerpt(said.mac)}")
        piece = Piece(f"{topic}/untold", "", "esphome", Trouble("esphome", UNTOLD))
        return (Described(topic, _facts(said, known.removeprefix("mac:")), (piece,)),)


def _facts(said: _Announced, digits: str) -> DeviceFacts:
    """Return a device's facts, known as its other announcements write them: digits alone."""
    maker, _, project = said.project_name.partition(".")
    own = f"{said.project_version} (ESPHome {said.version})" if project else said.version
    return DeviceFacts(
        (f"id:{digits}", f"connection:mac:{digits}"),
        name=said.friendly_name or said.name,
        maker=maker if project else "Espressif",
        model=project or said.board or said.platform,
        version=own,
        url=f"http://{said.ip}" if said.ip else "",
        origin="ESPHome",
    )

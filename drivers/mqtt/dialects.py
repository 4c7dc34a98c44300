"""The dialects that the driver knows, those of the highest rank first."""

from collections.abc import Sequence

from drivers.mqtt.dialect import Dialect
from drivers.mqtt.esphome import EspHome
from drivers.mqtt.homeassistant import HomeAssistant
from drivers.mqtt.homie import Homie
from drivers.mqtt.settings import MqttSettings
from drivers.mqtt.shelly import ShellyGen1, ShellyRpc
from drivers.mqtt.tasmota import Tasmota
from drivers.mqtt.theengs import Theengs
from drivers.mqtt.zigbee2mqtt import Zigbee2Mqtt
from hubd.model.errors import ConfigError


def dialects(settings: MqttSettings) -> Sequence[Dialect]:
    """Return the dialects that are switched on. Raises ConfigError for one that does not exist."""
    known: Sequence[Dialect] = (
        Zigbee2Mqtt(),
        ShellyRpc(),
        ShellyGen1(),
        Tasmota(),
        Homie(),
        Theengs(settings.bind_keys),
        HomeAssistant(settings.prefix, birth=settings.birth),
        EspHome(),
    )
    wanted = settings.dialects
    if wanted is None:
        return known
    names = [dialect.name for dialect in known]
    if strange := [name for name in wanted if name not in names]:
        what = f"no dialect of MQTT is called {strange[0]!r}"
        raise ConfigError(what, mend=f"Name some of {', '.join(names)} in [mqtt] dialects")
    return tuple(dialect for dialect in known if dialect.name in wanted)

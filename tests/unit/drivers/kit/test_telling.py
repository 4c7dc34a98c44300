"""What a driver's process tells of its things."""

from dataclasses import dataclass, field

from drivers.kit.found import Adoption
from drivers.kit.link import ITSELF, Description
from drivers.kit.manifest import manifest_of
from drivers.kit.messages import Described, Forgotten, Reported
from drivers.kit.telling import Telling
from hubd.model.ids import EndpointId
from tests.unit.drivers.mqtt_house import NotedHub

MANIFEST = manifest_of(
    b'name = "toy"\ntitle = "Toy"\nprotocol = "none"\nentry = "toy:Toy"', "driver.toml"
)


@dataclass
class NotedVault:
    kept: dict[tuple[str, str], str] = field(default_factory=dict)

    def secret(self, driver: str, key: str) -> str:
        return self.kept.get((driver, key), "")

    def keep(self, driver: str, key: str, secret: str) -> None:
        self.kept[driver, key] = secret


def test_of_two_parts_whose_names_are_one_id_the_first_stays_and_the_other_is_refused() -> None:
    hub = NotedHub()
    telling = Telling(MANIFEST, hub, NotedVault())
    telling.keep(Adoption("bridge"))
    for part in (ITSELF, "lamp 1", "lamp_1"):
        telling.take(Described("bridge", part, Description(part or "Bridge")))
    telling.take(Reported("bridge", "lamp_1", EndpointId("l"), "OnOff.on", True, restored=False))

    assert hub.devices["toy_bridge_lamp_1"].name == "lamp 1"
    assert [where for where, _ in hub.refused] == ["bridge lamp_1"]
    assert not hub.reports

    telling.take(Forgotten("bridge", "lamp_1"))
    assert "toy_bridge_lamp_1" in hub.devices
    telling.take(Forgotten("bridge", "lamp 1"))
    telling.take(Described("bridge", "lamp_1", Description("lamp_1")))
    assert hub.devices["toy_bridge_lamp_1"].name == "lamp_1"

    telling.drop("bridge")
    assert not hub.devices

"""A device with ESPHome's firmware as people build them, for tests."""

from drivers.esphome.driver import EsphomeDriver
from drivers.kit.found import Adoption, Found
from drivers.kit.sighting import Medium, Sighting
from drivers.kit.trying import quietly
from firmware_sim.peers.esphome import Entity, EspHome, Identity

KEY = "3Q2+796tvu/erb7v3q2+796tvu/erb7v3q2+796tvu8="
OTHER_KEY = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
NAN = float("nan")


def kitchen() -> list[Entity]:
    """Return the entities of a kitchen's node."""
    return [
        Entity(
            "light",
            "Ceiling",
            {
                "supported_color_modes": (11, 35),
                "min_mireds": 153.0,
                "max_mireds": 500.0,
                "effects": ("Rainbow",),
            },
            {
                "state": False,
                "brightness": 1.0,
                "color_mode": 11,
                "color_temperature": 250.0,
                "color_brightness": 1.0,
                "red": 1.0,
                "green": 1.0,
                "blue": 1.0,
                "effect": "None",
            },
        ),
        Entity(
            "sensor",
            "Temperature",
            {"unit_of_measurement": "°F", "device_class": "temperature", "accuracy_decimals": 1},
            {"state": 71.6},
        ),
        Entity("sensor", "Uptime", {"unit_of_measurement": "s", "category": 2}, {"state": 60.0}),
        Entity(
            "sensor",
            "Humidity",
            {"device_class": "humidity", "unit_of_measurement": "%"},
            {"state": NAN, "missing_state": True},
        ),
        Entity("binary_sensor", "Motion", {"device_class": "motion"}, {"state": True}),
        Entity("switch", "Relay", {}, {"state": False}),
        Entity("button", "Restart", {"device_class": "restart"}),
        Entity(
            "cover",
            "Blind",
            {"supports_position": True, "supports_tilt": True, "supports_stop": True},
            {"position": 0.25, "tilt": 0.5, "current_operation": 0},
        ),
        Entity(
            "fan",
            "Hood",
            {"supports_speed": True, "supported_speed_count": 4, "supports_direction": True},
            {"state": True, "speed_level": 2, "direction": 1},
        ),
        Entity(
            "climate",
            "Heating",
            {
                "supported_modes": (0, 3, 6),
                "supported_custom_presets": ("Party",),
                "supported_presets": (1, 5),
                "visual_min_temperature": 7.0,
                "visual_max_temperature": 30.0,
                "visual_target_temperature_step": 0.5,
                "feature_flags": 0b100001,
            },
            {
                "mode": 3,
                "current_temperature": 20.5,
                "target_temperature": 21.0,
                "action": 3,
                "preset": 1,
            },
        ),
        Entity("lock", "Door", {"supports_open": True}, {"state": 1}),
        Entity(
            "number",
            "Delay",
            {"min_value": 0.0, "max_value": 10.0, "step": 0.1, "unit_of_measurement": "s"},
            {"state": 2.5},
        ),
        Entity("select", "Program", {"options": ("eco", "boost")}, {"state": "eco"}),
        Entity("text", "Label", {"max_length": 20}, {"state": "hello"}),
        Entity("text_sensor", "Phase", {}, {"state": "waxing"}),
        Entity("event", "Bell", {"device_class": "doorbell", "event_types": ("ring", "hold")}),
        Entity(
            "media_player",
            "Radio",
            {"feature_flags": 1 << 0 | 1 << 2 | 1 << 3 | 1 << 9 | 1 << 12 | 1 << 14},
            {"state": 1, "volume": 0.4, "muted": False},
        ),
        Entity(
            "valve",
            "Water",
            {"supports_position": False, "supports_stop": True},
            {"position": 1.0},
        ),
        Entity("siren", "Horn", {"tones": ("low", "high")}, {"state": False}),
        Entity("alarm_control_panel", "Guard", {"supported_features": 0b1011}, {"state": 0}),
        Entity("camera", "Eye"),
        Entity("sensor", "Soil", {"device_class": "moisture"}, {"state": 33.0}, device=7),
    ]


def node(entities: list[Entity] | None = None, *, key: str = KEY, password: str = "") -> EspHome:
    """Return a simulated device with a sub-device in the garden."""
    identity = Identity(
        area="Kitchen", areas={1: "Garden"}, devices={7: ("Flower pot", 1)}, services=("dance",)
    )
    return EspHome(entities or kitchen(), identity, key=key, password=password)


def sighting(peer: EspHome) -> Sighting:
    """Return how the device announces itself."""
    return Sighting(
        Medium.MDNS,
        "_esphomelib._tcp.local.",
        f"{peer.identity.name}._esphomelib._tcp.local.",
        f"{peer.identity.name}.local.",
        (peer.host,),
        peer.port,
        peer.texts,
    )


def found(peer: EspHome) -> Found:
    """Return the device as the driver recognises it."""
    seen = EsphomeDriver().recognised(sighting(peer))
    assert seen is not None
    return seen


async def adopted(peer: EspHome, **answers: str) -> Adoption:
    """Return the device adopted, with its own key unless other answers are given."""
    return await EsphomeDriver().adopt(found(peer), answers or {"key": peer.key}, quietly)

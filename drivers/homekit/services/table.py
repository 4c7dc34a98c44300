"""Which service is built by what, under which id; and which are not carried, and why."""

from collections.abc import Callable, Mapping

from drivers.homekit.services import climate, lights, openings, others, sensors
from drivers.homekit.services.draft import Draft
from drivers.homekit.uuids import ServiceKind

type Build = Callable[[Draft], None]

BUILDERS: Mapping[str, tuple[str, Build]] = {
    ServiceKind.LIGHT: ("light", lights.light),
    ServiceKind.SWITCH: ("switch", lights.switch),
    ServiceKind.OUTLET: ("outlet", lights.outlet),
    ServiceKind.GARAGE_DOOR: ("garage_door", openings.garage_door),
    ServiceKind.LOCK: ("lock", openings.lock),
    ServiceKind.DOOR: ("door", openings.entry),
    ServiceKind.WINDOW: ("window", openings.entry),
    ServiceKind.COVERING: ("covering", openings.covering),
    ServiceKind.SLAT: ("slat", openings.slat),
    ServiceKind.THERMOSTAT: ("thermostat", climate.thermostat),
    ServiceKind.HEATER_COOLER: ("heater_cooler", climate.heater_cooler),
    ServiceKind.FAN: ("fan", climate.fan),
    ServiceKind.FAN_V2: ("fan", climate.fan),
    ServiceKind.AIR_PURIFIER: ("air_purifier", climate.air_purifier),
    ServiceKind.HUMIDIFIER: ("humidifier", climate.humidifier),
    ServiceKind.FILTER: ("filter", climate.filter_maintenance),
    ServiceKind.TEMPERATURE: ("temperature", sensors.sensor(ServiceKind.TEMPERATURE)),
    ServiceKind.HUMIDITY: ("humidity", sensors.sensor(ServiceKind.HUMIDITY)),
    ServiceKind.LIGHT_SENSOR: ("illuminance", sensors.sensor(ServiceKind.LIGHT_SENSOR)),
    ServiceKind.MOTION: ("motion", sensors.sensor(ServiceKind.MOTION)),
    ServiceKind.OCCUPANCY: ("occupancy", sensors.sensor(ServiceKind.OCCUPANCY)),
    ServiceKind.CONTACT: ("contact", sensors.sensor(ServiceKind.CONTACT)),
    ServiceKind.LEAK: ("leak", sensors.sensor(ServiceKind.LEAK)),
    ServiceKind.SMOKE: ("smoke", sensors.sensor(ServiceKind.SMOKE)),
    ServiceKind.CARBON_MONOXIDE: ("carbon_monoxide", sensors.sensor(ServiceKind.CARBON_MONOXIDE)),
    ServiceKind.CARBON_DIOXIDE: ("carbon_dioxide", sensors.carbon_dioxide),
    ServiceKind.AIR_QUALITY: ("air_quality", sensors.air_quality),
    ServiceKind.BATTERY: ("battery", sensors.battery),
    ServiceKind.BUTTON: ("button", others.button),
    ServiceKind.STATEFUL_SWITCH: ("switch", others.stateful_switch),
    ServiceKind.DOORBELL: ("doorbell", others.doorbell),
    ServiceKind.SECURITY_SYSTEM: ("alarm", others.security_system),
    ServiceKind.VALVE: ("valve", others.valve),
    ServiceKind.FAUCET: ("faucet", others.valve),
    ServiceKind.IRRIGATION: ("irrigation", others.irrigation),
    ServiceKind.SPEAKER: ("speaker", others.speaker),
    ServiceKind.MICROPHONE: ("microphone", others.microphone),
}
"""Kind of service -> what its endpoint's id begins with, and what builds it."""

SET_UP: frozenset[str] = frozenset(
    {
        ServiceKind.INFORMATION,
        ServiceKind.PAIRING,
        ServiceKind.PROTOCOL,
        ServiceKind.LABEL,
        ServiceKind.INPUT_SOURCE,
        ServiceKind.DATA_STREAM,
        ServiceKind.TRANSFER,
        ServiceKind.POWER_MANAGEMENT,
        ServiceKind.WIFI_TRANSPORT,
        ServiceKind.DIAGNOSTICS,
        ServiceKind.RUNTIME,
        ServiceKind.METRICS,
        ServiceKind.THREAD,
    }
)
"""Services that are about the accessory's own workings."""

_CAMERA = "pictures and sound are not carried"
UNCARRIED: Mapping[str, str] = {
    ServiceKind.CAMERA_STREAM: _CAMERA,
    ServiceKind.CAMERA_CONTROL: _CAMERA,
    ServiceKind.CAMERA_RECORDING: _CAMERA,
    ServiceKind.CAMERA_MODE: _CAMERA,
    ServiceKind.AUDIO_STREAM: "sound is not carried",
    ServiceKind.SIRI: "Siri is Apple's own",
    ServiceKind.TARGET_CONTROL: "remote controls for Apple TV are not carried",
    ServiceKind.TARGET_CONTROL_MANAGEMENT: "remote controls for Apple TV are not carried",
    ServiceKind.ACCESS_CONTROL: "who may cast to it is not carried",
    ServiceKind.ACCESS_CODE: "the codes of a lock are not carried",
    ServiceKind.NFC_ACCESS: "keys in a phone's wallet are Apple's own",
    ServiceKind.WIFI_ROUTER: "a router's rules are not carried",
    ServiceKind.WIFI_SATELLITE: "a router's satellites are not carried",
}
"""Kind of service -> why nothing of it is carried."""

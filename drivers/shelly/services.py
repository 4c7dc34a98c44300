"""What serves a device itself: firmware, network, programs; and what is left out. Pure."""

from collections.abc import Mapping

from drivers.shelly.function import Call
from drivers.shelly.reading import flag, record
from drivers.shelly.sketch import Component, Kind, Rule
from drivers.shelly.terms import (
    PROBLEM,
)
from hubd.model.device import DeviceType
from hubd.model.value import Value

EVERYWHERE: Mapping[str, str] = {
    "source": "who asked last: the hub's own log says so",
    "timer_started_at": "a timer of the device's own",
    "timer_duration": "a timer of the device's own",
    "timer_remaining": "a timer of the device's own",
    "aenergy.by_minute": "the energy of the last minutes, which is in the total",
    "aenergy.minute_ts": "the time of the last minutes' energy",
    "ret_aenergy.by_minute": "the energy of the last minutes, which is in the total",
    "ret_aenergy.minute_ts": "the time of the last minutes' energy",
    "temperature.tF": "the same temperature, in °F",
    "tF": "the same temperature, in °F",
    "flags": "what the device notes of itself",
    "calibration": "how the meter was calibrated",
    "transition": "a change under way: the values follow",
    "last_updated_ts": "the time of the last report",
    "lastUpdated": "the time of the last report",
    "last_update_ts": "the time of the last report",
}


def _system(component: Component) -> None:
    """Draw the update: a status tells a newer version, and leaves it out if there is none."""
    version = component.sketch.info.get("ver")
    installed = version if isinstance(version, str) else ""

    def latest(said: object) -> Value:
        newer = record(record(said).get("stable")).get("version")
        return newer if isinstance(newer, str) else installed or None

    outline = component.outline("update", DeviceType.UPDATE, "update")
    if component.has("available_updates"):
        component.take(
            Rule("available_updates", "Update.latest", latest, "update", DeviceType.UPDATE, "")
        )
        component.take(
            Rule(
                "available_updates",
                "Update.installed",
                lambda _: installed or None,
                "update",
                DeviceType.UPDATE,
            )
        )
        if component.has("available_updates.stable.version"):
            component.taken.add(("available_updates", "stable", "version"))
    outline.acts("Update.install", lambda _: Call("Shelly.Update", {"stage": "stable"}))


_IN_SYS = "what the device keeps of itself: memory, revisions, clock"
_ADDRESS = "where it is in the network: the driver's own record"


def _service(what: str) -> Kind:
    """Return what a component is that serves the device alone."""
    return Kind(reason=what)


SERVICES: Mapping[str, Kind] = {
    "sys": Kind(
        DeviceType.GENERIC,
        (
            Rule("restart_required", PROBLEM, flag, title="restart needed"),
            Rule("wakeup_period", "Duration.value", title="wakes every"),
        ),
        more=_system,
        left={
            "available_updates": "a version that is not for homes, or its other name",
        }
        | dict.fromkeys(
            (
                "mac",
                "time",
                "unixtime",
                "last_sync_ts",
                "uptime",
                "ram_size",
                "ram_free",
                "ram_min_free",
                "fs_size",
                "fs_free",
                "cfg_rev",
                "kvs_rev",
                "schedule_rev",
                "webhook_rev",
                "btrelay_rev",
                "bthc_rev",
                "knx_rev",
                "reset_reason",
                "utc_offset",
                "wakeup_reason",
                "wakeup_reason.boot",
                "safe_mode",
                "alt",
                "app",
                "app_uptime",
                "auth_en",
                "discoverable",
                "fw_id",
                "gen",
                "id",
                "model",
                "platform",
                "relay_in_thermostat",
                "sensor_in_thermostat",
                "ver",
                "slot",
            ),
            _IN_SYS,
        ),
    ),
    "wifi": Kind(
        DeviceType.GENERIC,
        (Rule("rssi", "Signal.strength"),),
        left=dict.fromkeys(
            (
                "sta_ip",
                "sta_ip6",
                "status",
                "ssid",
                "bssid",
                "ap_client_count",
                "gw",
                "mac",
                "nameserver",
                "netmask",
                "channel",
            ),
            _ADDRESS,
        ),
    ),
    "eth": _service(_ADDRESS),
    "ble": _service("its bluetooth, which serves the device itself"),
    "cloud": _service("the maker's cloud, of which the hub has no need"),
    "mqtt": _service("its connection to a broker: the hub sees by itself whether it is there"),
    "ws": _service("its connection to another server"),
    "modbus": _service("another way to read the same values"),
    "bacnet": _service("another way to read the same values"),
    "knx": _service("another way to read the same values"),
    "matter": _service("another way to the same device, which the hub takes by itself"),
    "zigbee": _service("another way to the same device, which the hub takes by itself"),
    "bthome": _service("the listening for bluetooth devices: each is told by its own"),
    "bthomecontrol": _service("which bluetooth button moves which output, inside of the device"),
    "blugw": _service("the gateway for bluetooth devices: each is told by its own"),
    "script": _service("a program of its owner's, inside of the device"),
    "service": _service("a program of the maker's: what it says is told by its own components"),
    "group": _service("a list of the device's own values, which are each told"),
    "object": _service("a record inside of the device, which no property holds"),
    "plugs_ui": _service("the look of its light ring"),
    "pill": _service("which add-on is plugged in: what it measures is told by its own"),
    "ht_ui": _service("the look of its display"),
    "wd_ui": _service("the look of its display"),
    "ui": _service("the look of its display"),
    "awaiting_auth_code": _service("the pairing with the maker's cloud"),
    "schedule": _service("a timetable of the device's own"),
    "webhook": _service("what the device calls by itself"),
    "kvs": _service("a notebook of the device's own"),
    "dali": _service("the bus behind the lamp: the lamp is told by itself"),
}
"""What services are, by their type."""

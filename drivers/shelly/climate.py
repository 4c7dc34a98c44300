"""What warms, cools and scents: thermostats, radiator valves behind a gateway, diffusers. Pure.

Sources: https://shelly-api-docs.shelly.cloud/gen2/Devices/Gen2/ShellyWallDisplay (Thermostat),
.../Gen3/ShellyBluGwG3 (BluTrv, Trv.SetTarget), .../ComponentsAndServices/Cury.
"""

from collections.abc import Mapping

from drivers.shelly import lamps
from drivers.shelly.bluetooth import meet
from drivers.shelly.function import Call, Wish
from drivers.shelly.metering import ERRORS
from drivers.shelly.reading import flag, number, text
from drivers.shelly.sketch import Component, Kind, Rule
from drivers.shelly.terms import (
    HUMIDITY_SETPOINT,
    LEVEL,
    ON,
    RUNNING,
    SETPOINT,
    SYSTEM_MODE,
    VALVE,
)
from hubd.model.device import DeviceType

_DOING = {"heating": "heating", "cooling": "cooling", "humidifying": "humidifying"}


def thermostat(component: Component) -> None:
    """Draw a thermostat of a wall display: its type says what it does while it is on."""
    said = component.config.get("type")
    kind = said if isinstance(said, str) else "heating"
    active = {"cooling": "cool", "heating": "heat"}.get(kind, "auto")
    number_ = component.number
    outline = component.outline()
    if component.has("enable"):
        component.take(
            Rule(
                "enable",
                SYSTEM_MODE,
                lambda said: (
                    {True: active, False: "off"}.get(bool(said)) if isinstance(said, bool) else None
                ),
                shape={"choices": ("off", active)},
            )
        )
    if component.has("output"):
        doing = _DOING.get(kind, "running")
        component.take(
            Rule(
                "output",
                RUNNING,
                lambda said: (doing if said else "idle") if isinstance(said, bool) else None,
                shape={"choices": ("idle", doing)},
            )
        )
    low, high = component.config.get("min_C"), component.config.get("max_C")
    lowest = float(low) if isinstance(low, int | float) else 5.0
    highest = float(high) if isinstance(high, int | float) else 35.0
    outline.shape(SETPOINT, minimum=lowest, maximum=highest)

    def write(wish: Wish) -> Call:
        config: dict[str, object] = {"id": number_}
        if SETPOINT in wish.values:
            config["target_C"] = lamps.number_of(SETPOINT, wish.values[SETPOINT], lowest, highest)
        if HUMIDITY_SETPOINT in wish.values:
            wished = wish.values[HUMIDITY_SETPOINT]
            config["target_humidity"] = lamps.number_of(HUMIDITY_SETPOINT, wished, 0, 100)
        if SYSTEM_MODE in wish.values:
            wished = lamps.word_of(SYSTEM_MODE, wish.values[SYSTEM_MODE], ("off", active))
            config["enable"] = wished != "off"
        return Call("Thermostat.SetConfig", {"id": number_, "config": config})

    outline.writes(write, SETPOINT, HUMIDITY_SETPOINT, SYSTEM_MODE)


def blu_trv(component: Component) -> None:
    """Draw a radiator's valve that a gateway reaches by bluetooth."""
    number_ = component.number
    meet(component)
    outline = component.outline()
    outline.shape(SETPOINT, minimum=4.0, maximum=30.0)

    def call(method: str, params: dict[str, object]) -> Call:
        inner = {"id": number_, "method": method, "params": {"id": 0, **params}}
        return Call("BluTRV.Call", inner)

    def write(wish: Wish) -> Call:
        return call(
            "Trv.SetTarget",
            {"target_C": lamps.number_of(SETPOINT, wish.values.get(SETPOINT), 4, 30)},
        )

    def write_valve(wish: Wish) -> Call:
        level = lamps.number_of(VALVE, wish.values.get(VALVE), 0, 100)
        return call("Trv.SetPosition", {"pos": round(level)})

    outline.writes(write, SETPOINT)
    if component.has("pos"):
        component.outline("valve", DeviceType.WATER_VALVE, "valve").writes(write_valve, VALVE)


def cury(component: Component) -> None:
    """Draw a scent diffuser: its two vials, each on or off and at a strength."""
    number_ = component.number
    for slot in ("left", "right"):
        if not component.has(f"slots.{slot}"):
            continue
        rules = (
            Rule(f"slots.{slot}.on", ON, flag, slot, DeviceType.HUMIDIFIER),
            Rule(f"slots.{slot}.intensity", LEVEL, number(), slot, DeviceType.HUMIDIFIER),
            Rule(
                f"slots.{slot}.vial.level", "Number.value", number(), slot, title="what is left",
                shape={"unit": "%"},
            ),
            Rule(f"slots.{slot}.vial.name", "Text.value", text, slot, title="scent"),
        )  # fmt: skip
        component.apply(rules)

        def write(wish: Wish, slot: str = slot) -> Call:
            params: dict[str, object] = {"id": number_, "slot": slot}
            if ON in wish.values:
                params["on"] = lamps.flag_of(ON, wish.values[ON])
            if LEVEL in wish.values:
                params["intensity"] = round(lamps.number_of(LEVEL, wish.values[LEVEL], 0, 100))
            return Call("Cury.Set", params)

        component.outline(slot, DeviceType.HUMIDIFIER, slot).writes(write, ON, LEVEL)


CLIMATE: Mapping[str, Kind] = {
    "thermostat": Kind(
        DeviceType.THERMOSTAT,
        (
            Rule("current_C", "Thermostat.localTemperature"),
            Rule("target_C", SETPOINT),
            Rule("current_humidity", "Thermostat.localHumidity"),
            Rule("target_humidity", "Thermostat.humiditySetpoint"),
            ERRORS,
        ),
        more=thermostat,
        left={
            "current_F": "the same temperature, in °F",
            "target_F": "the same temperature, in °F",
            "schedules": "a timetable of the device's own",
        },
    ),
    "blutrv": Kind(
        DeviceType.THERMOSTAT,
        (
            Rule("current_C", "Thermostat.localTemperature"),
            Rule("target_C", SETPOINT),
            Rule("pos", VALVE, number(), "valve", DeviceType.WATER_VALVE, "valve"),
            Rule("battery", "PowerSource.batteryLevel"),
            Rule("rssi", "Signal.strength"),
            Rule("connected", "BooleanState.connected", flag),
            ERRORS,
        ),
        more=blu_trv,
        left={
            "rpc": "the calls that wait for the radiator's valve",
            "packet_id": "the count of its radio messages",
            "paired": "whether it is paired with its gateway",
            "schedule_rev": "a timetable of the device's own",
            "fw_ver": "its firmware: the gateway keeps it",
        },
    ),
    "cury": Kind(
        DeviceType.GENERIC,
        (ERRORS,),
        more=cury,
        left={
            "slots.left.boost": "a boost under way",
            "slots.right.boost": "a boost under way",
        },
    ),
}
"""What warms, cools and scents, by its type."""

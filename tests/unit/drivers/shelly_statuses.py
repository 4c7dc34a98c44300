"""Statuses of Shellies, written by their makers' documentation: what each model says, and how.

Sources: https://shelly-api-docs.shelly.cloud/gen1/ and https://shelly-api-docs.shelly.cloud/gen2/.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

type Record = dict[str, object]

MAC = "A8032AB12345"


def gen1(**said: object) -> Record:
    """Return a status of Gen1 with what all of them say."""
    return {
        "wifi_sta": {"connected": True, "ssid": "Home", "ip": "192.0.2.7", "rssi": -61},
        "cloud": {"enabled": False, "connected": False},
        "mqtt": {"connected": True},
        "time": "18:28",
        "unixtime": 1_707_326_928,
        "serial": 34_491,
        "has_update": False,
        "mac": MAC,
        "cfg_changed_cnt": 0,
        "actions_stats": {"skipped": 0},
        "update": {
            "status": "idle",
            "has_update": False,
            "new_version": "20230913-113804/v1.14.0-gcb84623",
            "old_version": "20230913-113804/v1.14.0-gcb84623",
        },
        "ram_total": 51_536,
        "ram_free": 38_656,
        "fs_size": 233_681,
        "fs_free": 145_831,
        "uptime": 4_572_455,
        **said,
    }


def gen2(**said: object) -> Record:
    """Return a status of Gen2+ with what all of them say; `__` stands for the colon of a key."""
    return {
        "ble": {},
        "cloud": {"connected": False},
        "mqtt": {"connected": True},
        "sys": {
            "mac": MAC,
            "restart_required": False,
            "time": "18:28",
            "unixtime": 1_707_326_936,
            "uptime": 2_622_735,
            "ram_size": 260_728,
            "ram_free": 122_072,
            "fs_size": 458_752,
            "fs_free": 135_168,
            "cfg_rev": 35,
            "kvs_rev": 4,
            "schedule_rev": 0,
            "webhook_rev": 0,
            "available_updates": {"stable": {"version": "1.8.0", "build_id": "2026/1.8.0"}},
            "reset_reason": 3,
        },
        "wifi": {"sta_ip": "192.0.2.8", "status": "got ip", "ssid": "Home", "rssi": -64},
        "ws": {"connected": False},
        **{key.replace("__", ":"): value for key, value in said.items()},
    }


@dataclass(frozen=True)
class Model:
    """A model: what it says, and the properties that its status must become."""

    status: Record
    becomes: frozenset[str]
    info: Record = field(default_factory=dict)
    config: Record = field(default_factory=dict)

    @property
    def document(self) -> Record:
        """The model as a record of a real device would be."""
        first = "wifi_sta" in self.status
        return {
            "shelly": {"mac": MAC, **self.info},
            "settings" if first else "config": self.config,
            "status": self.status,
        }


def becomes(*names: str) -> frozenset[str]:
    return frozenset(names)


_POWER, _ENERGY = "ElectricalPowerMeasurement.activePower", "ElectricalEnergyMeasurement.energy"
_VOLTAGE = "ElectricalPowerMeasurement.voltage"
_TEMPERATURE = "TemperatureMeasurement.temperature"
_HUMIDITY = "RelativeHumidityMeasurement.humidity"
_BATTERY = "PowerSource.batteryLevel"
_RELAY = {"ison": False, "has_timer": False, "timer_remaining": 0, "overpower": False,
          "is_valid": True, "source": "http"}  # fmt: skip
_METER = {"power": 12.5, "overpower": 0.0, "is_valid": True, "timestamp": 1_707_330_528,
          "counters": [0.0, 0.0, 0.0], "total": 60_000}  # fmt: skip
_INPUT = {"input": 0, "event": "S", "event_cnt": 3}
_BAT = {"value": 77, "voltage": 5.9}
_AENERGY = {"total": 110.046, "by_minute": [0.0, 0.0, 0.0], "minute_ts": 1_707_326_934}
_T = {"tC": 30.3, "tF": 86.6}
_SWITCH = {"id": 0, "source": "init", "output": True, "apower": 12.5, "voltage": 231.0,
           "current": 0.1, "freq": 50.0, "pf": 0.98, "aenergy": _AENERGY,
           "ret_aenergy": _AENERGY, "temperature": _T}  # fmt: skip
_AMBIENT = {"tC": 21.5, "tF": 70.7, "value": 21.5, "units": "C", "is_valid": True}

GEN1: Mapping[str, Model] = {
    "1pm": Model(
        gen1(relays=[_RELAY], meters=[_METER], inputs=[_INPUT], temperature=44.0,
             overtemperature=False, tmp={"tC": 44.0, "tF": 111.2, "is_valid": True},
             temperature_status="Normal", ext_sensors={"temperature_unit": "C"},
             ext_temperature={"0": {"hwID": "28", "tC": 21.0, "tF": 69.8}},
             ext_humidity={"0": {"hwID": "29", "hum": 44.0}},
             ext_switch={"0": {"input": 1}}),
        becomes("OnOff.on", _POWER, _ENERGY, "DeviceTemperature.value", _TEMPERATURE, _HUMIDITY),
        {"type": "SHSW-PM"},
    ),
    "25_roller": Model(
        gen1(rollers=[{"state": "stop", "source": "input", "power": 0.0, "is_valid": True,
                       "safety_switch": False, "overtemperature": False, "stop_reason": "normal",
                       "last_direction": "open", "current_pos": 42, "calibrating": False,
                       "positioning": True}],
             meters=[_METER, _METER], inputs=[_INPUT, _INPUT], voltage=230.9, temperature=51.0,
             overtemperature=False),
        becomes("WindowCovering.position", "WindowCovering.operation", _POWER, _ENERGY, _VOLTAGE),
        {"type": "SHSW-25"},
    ),
    "em3": Model(
        gen1(relays=[_RELAY],
             emeters=[{"power": 1.0, "pf": 0.9, "current": 0.1, "voltage": 231.0,
                       "is_valid": True, "total": 1200.5, "total_returned": 3.5}] * 3,
             total_power=3.0, emeter_n={"current": 0.0, "ixsum": 1.7, "mismatch": False,
                                        "is_valid": False},
             fs_mounted=True, v_data=1, ct_calst=0),
        becomes("OnOff.on", _POWER, _ENERGY, "ElectricalEnergyMeasurement.energyExported"),
        {"type": "SHEM-3"},
    ),
    "em": Model(
        gen1(relays=[_RELAY], emeters=[{"power": 1.0, "reactive": 2.0, "pf": 0.4, "voltage": 230.0,
                                        "is_valid": True, "total": 1.0, "total_returned": 0.0}]),
        becomes("ElectricalPowerMeasurement.reactivePower", _VOLTAGE),
        {"type": "SHEM"},
    ),
    "ht": Model(
        gen1(is_valid=True, tmp=_AMBIENT, hum={"value": 51.5, "is_valid": True}, bat=_BAT,
             act_reasons=["sensor"], connect_retries=0, sensor_error=0),
        becomes(_TEMPERATURE, _HUMIDITY, _BATTERY),
        {"type": "SHHT-1"},
    ),
    "flood": Model(
        gen1(is_valid=True, flood=True, rain_sensor=False, tmp=_AMBIENT, bat=_BAT,
             act_reasons=["alarm"]),
        becomes("BooleanState.leak", _TEMPERATURE, _BATTERY),
        {"type": "SHWT-1"},
    ),
    "smoke": Model(
        gen1(is_valid=True, smoke=False, tmp=_AMBIENT, bat=_BAT, act_reasons=["button"]),
        becomes("SmokeCoAlarm.smoke"),
        {"type": "SHSM-01"},
    ),
    "dw2": Model(
        gen1(is_valid=True, sensor={"state": "open", "is_valid": True},
             lux={"value": 120, "illumination": "dark", "is_valid": True},
             accel={"tilt": 30, "vibration": 0}, tmp=_AMBIENT, bat=_BAT, act_reasons=["sensor"]),
        becomes("BooleanState.open", "IlluminanceMeasurement.illuminance",
                "BooleanState.vibration"),
        {"type": "SHDW-2"},
    ),
    "motion": Model(
        gen1(sensor={"vibration": False, "motion": True, "motion_timestamp": 1, "active": True,
                     "is_valid": True},
             lux={"value": 12, "illumination": "dark", "is_valid": True}, bat=_BAT, charger=False,
             tmp=_AMBIENT),
        becomes("OccupancySensing.occupied", "IlluminanceMeasurement.illuminance",
                "PowerSource.charging"),
        {"type": "SHMOS-02"},
    ),
    "gas": Model(
        gen1(gas_sensor={"sensor_state": "normal", "self_test_state": "completed",
                         "alarm_state": "mild"},
             concentration={"ppm": 12, "is_valid": True}, valves=[{"state": "opened"}]),
        becomes("SmokeCoAlarm.gas", "Valve.open"),
        {"type": "SHGS-1"},
    ),
    "trv": Model(
        gen1(thermostats=[{"pos": 30.0, "target_t": {"enabled": True, "value": 21.0,
                                                     "value_op": 8.0, "units": "C"},
                           "tmp": {"value": 20.5, "units": "C", "is_valid": True},
                           "schedule": False, "schedule_profile": 1, "boost_minutes": 0,
                           "window_open": False}],
             calibrated=True, bat=_BAT, charger=False, ps_mode=0, dbg_flags=0),
        becomes("Thermostat.setpoint", "Thermostat.localTemperature", "Thermostat.systemMode",
                "Valve.level"),
        {"type": "SHTRV-01"},
    ),
    "uni": Model(
        gen1(relays=[_RELAY, _RELAY], inputs=[_INPUT, _INPUT], adcs=[{"voltage": 11.9}],
             ext_sensors={"temperature_unit": "C"}, ext_temperature={}, ext_humidity={}),
        becomes("OnOff.on", _VOLTAGE),
        {"type": "SHUNI-1"},
    ),
    "rgbw2_color": Model(
        gen1(mode="color", inputs=[_INPUT], overpower=False,
             lights=[{"ison": True, "source": "http", "has_timer": False, "timer_started": 0,
                      "timer_duration": 0, "timer_remaining": 0, "mode": "color", "red": 255,
                      "green": 0, "blue": 0, "white": 51, "gain": 80, "effect": 0,
                      "transition": 0, "power": 7.5, "overpower": False}],
             meters=[_METER]),
        becomes("OnOff.on", "LevelControl.level", "ColorControl.hue", "Light.effect", _POWER),
        {"type": "SHRGBW2"},
    ),
    "rgbw2_white": Model(
        gen1(mode="white", inputs=[_INPUT],
             lights=[{"ison": True, "source": "http", "mode": "white", "brightness": 40,
                      "transition": 0, "power": 7.5, "overpower": False}] * 4,
             meters=[_METER] * 4),
        becomes("OnOff.on", "LevelControl.level", _POWER),
        {"type": "SHRGBW2"},
    ),
    "bulb": Model(
        gen1(lights=[{"ison": True, "source": "http", "mode": "white", "red": 255, "green": 0,
                      "blue": 0, "white": 0, "gain": 80, "temp": 4000, "brightness": 60,
                      "effect": 0, "transition": 0}], meters=[_METER]),
        becomes("ColorControl.hue", "ColorControl.colorTemperature", "ColorControl.mode"),
        {"type": "SHCB-1"},
    ),
    "dimmer": Model(
        gen1(lights=[{"ison": True, "source": "http", "mode": "white", "brightness": 60,
                      "transition": 0}],
             meters=[_METER], inputs=[_INPUT, _INPUT], tmp={"tC": 44.0, "tF": 1.0,
                                                            "is_valid": True},
             calibrated=True, calib_progress=0, calib_status="ok", calib_running=0,
             wire_mode=0, forced_neutral=False, overtemperature=False, loaderror=0, overload=False,
             debug_flags="0x0"),
        becomes("LevelControl.level", _POWER, "DeviceTemperature.value", "BooleanState.problem"),
        {"type": "SHDM-2"},
    ),
    "button": Model(
        gen1(is_valid=True, inputs=[_INPUT], bat=_BAT, charger=True, act_reasons=["button"],
             connect_retries=0),
        becomes(_BATTERY, "PowerSource.charging"),
        {"type": "SHBTN-2"},
    ),
}  # fmt: skip

GEN2: Mapping[str, Model] = {
    "2pm_cover": Model(
        gen2(cover__0={"id": 0, "source": "WS_in", "state": "open", "apower": 0.0, "voltage": 231.0,
                       "current": 0.0, "pf": 0.0, "freq": 50.0, "aenergy": _AENERGY,
                       "temperature": _T, "pos_control": True, "last_direction": "open",
                       "current_pos": 100, "target_pos": None, "slat_pos": 40,
                       "move_timeout": 60.0, "move_started_at": 1.0},
             input__0={"id": 0, "state": None}, input__1={"id": 1, "state": False}),
        becomes("WindowCovering.position", "WindowCovering.tilt", "WindowCovering.operation"),
        config={"input:0": {"type": "button"}, "input:1": {"type": "switch"}},
    ),
    "uni": Model(
        gen2(switch__0={"id": 0, "output": False, "source": "init"},
             input__0={"id": 0, "percent": 43.5, "xpercent": 12.0},
             input__2={"id": 2, "counts": {"total": 56, "xtotal": 5.6, "by_minute": [1],
                                           "xby_minute": [1], "minute_ts": 1},
                       "freq": 0.0, "xfreq": 0.0},
             voltmeter__100={"id": 100, "voltage": 12.1, "xvoltage": 1.2},
             temperature__100={"id": 100, **_T}),
        becomes("OnOff.on", "Number.value", _VOLTAGE, _TEMPERATURE),
        config={"input:2": {"type": "count", "xcounts": {"expr": "x", "unit": "l"}}},
    ),
    "dimmer": Model(
        gen2(light__0={"id": 0, "source": "init", "output": True, "brightness": 60.0,
                       "apower": 9.0, "voltage": 230.0, "current": 0.1, "aenergy": _AENERGY,
                       "temperature": _T, "flags": ["uncalibrated"],
                       "transition": {"target": {"output": True, "brightness": 50},
                                      "started_at": 1.0, "duration": 2.0}}),
        becomes("LevelControl.level", _POWER),
    ),
    "rgbw": Model(
        gen2(rgbw__0={"id": 0, "source": "init", "output": True, "rgb": [255, 0, 0], "white": 51,
                      "brightness": 40.0, "aenergy": _AENERGY, "apower": 3.0, "current": 0.1,
                      "voltage": 12.0, "temperature": _T}),
        becomes("ColorControl.hue", "ColorControl.saturation", "LevelControl.level"),
    ),
    "bulb": Model(
        gen2(rgbcct__0={"id": 0, "source": "x", "output": True, "brightness": 50, "mode": "cct",
                        "rgb": [0, 0, 255], "ct": 4000},
             cct__0={"id": 0, "source": "x", "output": True, "brightness": 50, "ct": 4000}),
        becomes("ColorControl.hue", "ColorControl.colorTemperature", "ColorControl.mode"),
        config={"cct:0": {"ct_range": [2700, 5000]}},
    ),
    "smoke": Model(
        gen2(smoke__0={"id": 0, "alarm": False, "mute": False},
             devicepower__0={"id": 0, "battery": {"V": 2.9, "percent": 88},
                             "external": {"present": False}}),
        becomes("SmokeCoAlarm.smoke", _BATTERY, _VOLTAGE),
    ),
    "flood": Model(
        gen2(flood__0={"id": 0, "alarm": True, "mute": False, "errors": ["cable_unplugged"]},
             temperature__0={"id": 0, **_T}),
        becomes("BooleanState.leak", "BooleanState.problem", _TEMPERATURE),
    ),
    "em1": Model(
        gen2(em1__0={"id": 0, "current": 1.0, "voltage": 230.0, "act_power": 200.0,
                     "aprt_power": 230.0, "pf": 0.9, "freq": 50.0, "calibration": "factory",
                     "errors": ["power_meter_failure"]},
             em1data__0={"id": 0, "total_act_energy": 1000.0, "total_act_ret_energy": 10.0,
                         "errors": ["database_error"]},
             switch__0={"id": 0, "output": True, "source": "init", "temperature": _T},
             pm1__0={"id": 0, "voltage": 230.0, "current": 0.1, "apower": 1.0, "freq": 50.0,
                     "aenergy": _AENERGY, "ret_aenergy": _AENERGY}),
        becomes(_POWER, _ENERGY, "ElectricalEnergyMeasurement.energyExported",
                "ElectricalPowerMeasurement.frequency"),
    ),
    "em": Model(
        gen2(em__0={"id": 0, "a_current": 1.0, "a_voltage": 230.0, "a_act_power": 200.0,
                    "a_aprt_power": 230.0, "a_pf": 0.9, "a_freq": 50.0, "a_errors": [],
                    "b_current": 1.0, "n_current": None, "n_errors": [], "total_current": 2.0,
                    "total_act_power": 400.0, "total_aprt_power": 500.0,
                    "user_calibrated_phase": [], "errors": ["phase_sequence"]},
             emdata__0={"id": 0, "a_total_act_energy": 10.0, "a_total_act_ret_energy": 1.0,
                        "total_act": 1000.0, "total_act_ret": 10.0},
             temperature__0={"id": 0, **_T}, eth={"ip": "192.0.2.9"}, modbus={}),
        becomes(_POWER, _ENERGY, "ElectricalPowerMeasurement.apparentPower",
                "DeviceTemperature.value"),
    ),
    "gateway": Model(
        gen2(blugw={}, bthome={"errors": ["bluetooth_disabled"]},
             blutrv__200={"id": 200, "target_C": 21.0, "current_C": 20.5, "pos": 30, "rssi": -60,
                          "battery": 90, "packet_id": 12, "last_updated_ts": 1_700_000_000,
                          "paired": True, "rpc": True, "rsv": 18, "errors": [],
                          "connected": True, "schedule_rev": 0, "fw_ver": "v1.2"},
             bthomedevice__201={"id": 201, "rssi": -70, "battery": 88, "packet_id": 4,
                                "last_updated_ts": 1_700_000_000, "paired": True},
             bthomesensor__202={"id": 202, "value": 21.5, "last_updated_ts": 1_700_000_000},
             bthomesensor__203={"id": 203, "value": True, "last_updated_ts": 1_700_000_000},
             bthomesensor__204={"id": 204, "value": 3, "last_updated_ts": 1_700_000_000},
             bthomesensor__205={"id": 205, "value": None, "last_updated_ts": 0}),
        becomes("Thermostat.setpoint", "Valve.level", _BATTERY, "BooleanState.open"),
        config={
            "blutrv:200": {"addr": "28:68:47:00:11:22", "name": "Bath",
                           "local_name": "SBTR-001AEU"},
            "bthomedevice:201": {"addr": "7c:c6:b6:00:11:22", "name": "Window"},
            "bthomesensor:202": {"addr": "7c:c6:b6:00:11:22", "obj_id": 0x45},
            "bthomesensor:203": {"addr": "7c:c6:b6:00:11:22", "obj_id": 0x2D},
            "bthomesensor:204": {"addr": "7c:c6:b6:00:11:22", "obj_id": 0x46},
            "bthomesensor:205": {"addr": "7c:c6:b6:00:11:22", "obj_id": 0x3A},
        },
    ),
    "virtual": Model(
        gen2(boolean__200={"value": True, "source": "rpc", "last_update_ts": 1},
             number__200={"value": 21.0, "source": "rpc", "last_update_ts": 1},
             number__201={"value": 40.0, "source": "sys", "last_update_ts": 1},
             number__202={"value": 2.5, "source": "sys", "last_update_ts": 1},
             enum__200={"value": "slow", "source": "rpc", "last_update_ts": 1},
             text__200={"value": "hello", "source": "rpc", "last_update_ts": 1},
             group__200={"value": ["boolean:200"], "source": "rpc", "last_update_ts": 1},
             button__200={}, service__0={"etag": "x", "state": "running", "stats": {"mem": 1}},
             script__1={"id": 1, "running": True, "mem_free": 25_200}),
        becomes("OnOff.on", "Number.value", "Select.option", "Text.value", _HUMIDITY,
                "FlowMeasurement.flow"),
        config={
            "number:200": {"min": 5, "max": 35, "meta": {"ui": {"unit": "°C", "view": "slider"}}},
            "number:201": {"role": "current_humidity", "access": "cr",
                           "meta": {"ui": {"unit": "%", "view": "label"}}},
            "number:202": {"role": "flow_rate", "access": "cr",
                           "meta": {"ui": {"unit": "L/min", "view": "label"}}},
            "enum:200": {"options": ["slow", "fast"]},
        },
    ),
    "wall_display": Model(
        gen2(thermostat__0={"id": 0, "enable": True, "target_C": 21.0, "current_C": 21.3,
                            "output": False, "schedules": {"enable": False}},
             humidity__0={"id": 0, "rh": 43.8}, temperature__0={"id": 0, **_T},
             illuminance__0={"id": 0, "lux": 30, "illumination": "twilight"},
             switch__0={"id": 0, "output": False, "source": "THERMOSTAT"},
             awaiting_auth_code=False, ui={"screen_on": True}, media={"playback": {"volume": 5}}),
        becomes("Thermostat.setpoint", "Thermostat.systemMode", _TEMPERATURE, "Number.value"),
        config={"thermostat:0": {"type": "heating"}},
    ),
    "presence": Model(
        gen2(presence={"num_objects": 2, "errors": []},
             presencezone__200={"id": 200, "value": True, "num_objects": 1}),
        becomes("OccupancySensing.occupied", "Number.value"),
    ),
    "diffuser": Model(
        gen2(cury__0={"id": 0, "slots": {
                 "left": {"intensity": 70, "on": True, "boost": None,
                          "vial": {"level": 27, "name": "Forest"}},
                 "right": {"intensity": 70, "on": False, "boost": None,
                           "vial": {"level": 84, "name": "Rose"}}}}),
        becomes("OnOff.on", "LevelControl.level", "Text.value"),
    ),
    "breaker": Model(
        gen2(cb__0={"id": 0, "output": True, "source": "init"}),
        becomes("OnOff.on"),
    ),
    "of_tomorrow": Model(
        gen2(gravimeter__0={"id": 0, "pull": 9.81, "floating": False, "mood": "grave",
                            "history": [1, 2, 3]}),
        becomes("Number.value", "BooleanState.state", "Text.value"),
    ),
}  # fmt: skip

MODELS: Mapping[str, Model] = {
    **{f"gen1_{name}": model for name, model in GEN1.items()},
    **{f"gen2_{name}": model for name, model in GEN2.items()},
}

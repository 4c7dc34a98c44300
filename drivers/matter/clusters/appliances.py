"""Appliances: washers, ovens, fridges, vacuums and their modes. Pure data.

Source: Matter 1.5 application cluster specification.
"""

from collections.abc import Mapping, Sequence

from drivers.matter.asking import takes_number
from drivers.matter.attributes import Cluster, Invoke, Ordering, bound, cluster, left, value
from drivers.matter.codecs import (
    bit,
    bits,
    choice,
    field,
    flag,
    is_in,
    listed,
    moded,
    moment,
    number,
    stated,
)
from drivers.matter.machines import area_of, areas_of, cooking, tagged
from drivers.matter.orders import invokes, writes
from drivers.matter.reasons import LIST
from drivers.matter.special import said, watts

SMOKE_CO_ALARM = cluster(
    92,
    "SmokeCoAlarm",
    value(
        0,
        "expressedState",
        choice(
            {
                0: "normal",
                1: "smoke_alarm",
                2: "co_alarm",
                3: "battery_alert",
                4: "testing",
                5: "hardware_fault",
                6: "end_of_service",
                7: "interconnect_smoke",
                8: "interconnect_co",
                9: "inoperative",
            }
        ),
        "SmokeCoAlarm.state",
    ),
    value(1, "smokeState", is_in(frozenset({1, 2}), frozenset({0})), "SmokeCoAlarm.smoke"),
    value(2, "coState", is_in(frozenset({1, 2}), frozenset({0})), "SmokeCoAlarm.co"),
    value(3, "batteryAlert", is_in(frozenset({1, 2}), frozenset({0})), "PowerSource.batteryLow"),
    value(4, "deviceMuted", is_in(frozenset({1}), frozenset({0})), "SmokeCoAlarm.muted"),
    value(5, "testInProgress", flag()),
    value(6, "hardwareFaultAlert", flag(), "BooleanState.problem"),
    value(
        7,
        "endOfServiceAlert",
        is_in(frozenset({1}), frozenset({0})),
        "SmokeCoAlarm.endOfService",
    ),
    value(
        8,
        "interconnectSmokeAlarm",
        is_in(frozenset({1, 2}), frozenset({0})),
        "SmokeCoAlarm.smokeElsewhere",
    ),
    value(
        9,
        "interconnectCoAlarm",
        is_in(frozenset({1, 2}), frozenset({0})),
        "SmokeCoAlarm.coElsewhere",
    ),
    value(10, "contaminationState", choice({0: "normal", 1: "low", 2: "warning", 3: "critical"})),
    value(
        11, "smokeSensitivityLevel", choice({0: "high", 1: "standard", 2: "low"}), order=writes(11)
    ),
    value(12, "expiryDate", moment()),
    value(13, "unmounted", flag(), "SmokeCoAlarm.tamper"),
    actions={"SmokeCoAlarm.test": Invoke(0, "SelfTestRequest")},
)

REFRIGERATOR_ALARM = cluster(
    87,
    "RefrigeratorAlarm",
    bound(0, "mask"),
    bound(1, "latch"),
    value(2, "state", bit(0), "BooleanState.open"),
    bound(3, "supported"),
)

DISHWASHER_ALARM = cluster(
    93,
    "DishwasherAlarm",
    bound(0, "mask"),
    bound(1, "latch"),
    value(
        2,
        "state",
        bits({0: "inflow", 1: "drain", 2: "door", 3: "too_cold", 4: "too_hot", 5: "water_level"}),
        "OperationalState.alarm",
    ),
    bound(3, "supported"),
)

TEMPERATURE_ALARM = cluster(
    100,
    "TemperatureAlarm",
    bound(0, "mask"),
    bound(1, "latch"),
    value(
        2,
        "state",
        bits(
            {
                0: "critical_over_temperature",
                1: "major_over_temperature",
                2: "minor_over_temperature",
                3: "minor_under_temperature",
                4: "major_under_temperature",
                5: "critical_under_temperature",
            }
        ),
    ),
    bound(3, "supported"),
    value(128, "criticalOverTemperatureThreshold", number(0.01, "°C")),
    value(129, "majorOverTemperatureThreshold", number(0.01, "°C")),
    value(130, "minorOverTemperatureThreshold", number(0.01, "°C")),
    value(131, "minorUnderTemperatureThreshold", number(0.01, "°C")),
    value(132, "majorUnderTemperatureThreshold", number(0.01, "°C")),
    value(133, "criticalUnderTemperatureThreshold", number(0.01, "°C")),
)

OPERATIONAL_STATE = cluster(
    96,
    "OperationalState",
    bound(0, "phaseList"),
    value(1, "currentPhase", listed(0, label=said), "OperationalState.phase"),
    value(2, "countdownTime", number(unit="s"), "OperationalState.remaining"),
    bound(3, "operationalStateList"),
    value(
        4,
        "operationalState",
        stated({0: "stopped", 1: "running", 2: "paused", 3: "error"}),
        "OperationalState.state",
    ),
    value(
        5,
        "operationalError",
        field(
            0,
            "errorStateID",
            choice(
                {0: "none", 1: "unable_to_start", 2: "unable_to_complete", 3: "command_invalid"}
            ),
        ),
        "OperationalState.error",
    ),
    actions={
        "OperationalState.pause": Invoke(0, "Pause"),
        "OperationalState.stop": Invoke(1, "Stop"),
        "OperationalState.start": Invoke(2, "Start"),
        "OperationalState.resume": Invoke(3, "Resume"),
    },
)

OVEN_CAVITY_OPERATIONAL_STATE = cluster(
    72,
    "OvenCavityOperationalState",
    bound(0, "phaseList"),
    value(1, "currentPhase", listed(0, label=said), "OperationalState.phase"),
    value(2, "countdownTime", number(unit="s"), "OperationalState.remaining"),
    bound(3, "operationalStateList"),
    value(
        4,
        "operationalState",
        stated({0: "stopped", 1: "running", 2: "paused", 3: "error"}),
        "OperationalState.state",
    ),
    value(
        5,
        "operationalError",
        field(
            0,
            "errorStateID",
            choice(
                {0: "none", 1: "unable_to_start", 2: "unable_to_complete", 3: "command_invalid"}
            ),
        ),
        "OperationalState.error",
    ),
    actions={
        "OperationalState.stop": Invoke(1, "Stop"),
        "OperationalState.start": Invoke(2, "Start"),
    },
)

RVC_OPERATIONAL_STATE = cluster(
    97,
    "RvcOperationalState",
    bound(0, "phaseList"),
    value(1, "currentPhase", listed(0, label=said), "OperationalState.phase"),
    value(2, "countdownTime", number(unit="s"), "OperationalState.remaining"),
    bound(3, "operationalStateList"),
    value(
        4,
        "operationalState",
        stated(
            {
                0: "stopped",
                1: "running",
                2: "paused",
                3: "error",
                64: "returning",
                65: "charging",
                66: "docked",
                67: "emptying",
                68: "cleaning_mop",
                69: "filling_water",
                70: "updating_maps",
            }
        ),
        "RvcOperationalState.state",
    ),
    value(
        5,
        "operationalError",
        field(
            0,
            "errorStateID",
            choice(
                {
                    0: "none",
                    1: "unable_to_start",
                    2: "unable_to_complete",
                    3: "command_invalid",
                    64: "no_dock",
                    65: "stuck",
                    66: "bin_missing",
                    67: "bin_full",
                    68: "water_tank_empty",
                    69: "water_tank_missing",
                    70: "water_tank_lid_open",
                    71: "mop_pad_missing",
                    72: "low_battery",
                    73: "cannot_reach_target",
                    74: "dirty_water_full",
                    75: "dirty_water_missing",
                    76: "wheels_jammed",
                    77: "brush_jammed",
                    78: "sensor_obscured",
                }
            ),
        ),
        "RvcOperationalState.error",
    ),
    actions={
        "RvcRunMode.pause": Invoke(0, "Pause"),
        "OperationalState.resume": Invoke(3, "Resume"),
        "RvcRunMode.goHome": Invoke(128, "GoHome"),
    },
)

SERVICE_AREA = cluster(
    336,
    "ServiceArea",
    bound(0, "supportedAreas"),
    bound(1, "supportedMaps"),
    value(
        2,
        "selectedAreas",
        areas_of(),
        "ServiceArea.selected",
        order=invokes(0, "SelectAreas", "newAreas"),
    ),
    value(3, "currentArea", area_of(), "ServiceArea.current"),
    value(4, "estimatedEndTime", moment()),
    left(5, "progress", LIST),
)

LAUNDRY_DRYER_CONTROLS = cluster(
    74,
    "LaundryDryerControls",
    bound(0, "supportedDrynessLevels"),
    value(
        1,
        "selectedDrynessLevel",
        choice({0: "low", 1: "normal", 2: "extra", 3: "max"}),
        "LaundryDryerControls.dryness",
        order=writes(1),
    ),
)

LAUNDRY_WASHER_CONTROLS = cluster(
    83,
    "LaundryWasherControls",
    bound(0, "spinSpeeds"),
    value(
        1,
        "spinSpeedCurrent",
        listed(0, label=said),
        "LaundryWasherControls.spinSpeed",
        order=writes(1),
    ),
    value(
        2,
        "numberOfRinses",
        choice({0: "none", 1: "normal", 2: "extra", 3: "max"}),
        "LaundryWasherControls.rinses",
        order=writes(2),
    ),
    bound(3, "supportedRinses"),
)

MICROWAVE_OVEN_CONTROL = cluster(
    95,
    "MicrowaveOvenControl",
    value(
        0,
        "cookTime",
        number(unit="s", low=1, bounds=(None, 1)),
        "MicrowaveOvenControl.cookTime",
        order=invokes(0, "SetCookingParameters", "cookTime"),
    ),
    bound(1, "maxCookTime"),
    value(
        2,
        "powerSetting",
        number(low=0, bounds=(3, 4)),
        "MicrowaveOvenControl.power",
        order=invokes(0, "SetCookingParameters", "powerSetting"),
    ),
    bound(3, "minPower"),
    bound(4, "maxPower"),
    bound(5, "powerStep"),
    bound(6, "supportedWatts"),
    value(
        7,
        "selectedWattIndex",
        listed(6, label=watts),
        order=invokes(0, "SetCookingParameters", "wattSettingIndex"),
    ),
    bound(8, "wattRating"),
    actions={
        "MicrowaveOvenControl.addTime": Invoke(
            1, "AddMoreTime", {}, takes_number("timeToAdd", "longer", unit="s", low=1, high=86_400)
        ),
        "MicrowaveOvenControl.cook": Invoke(
            0, "SetCookingParameters", {"startAfterSetting": True}, cooking()
        ),
    },
)


CHANGE_TO_MODE = invokes(0, "ChangeToMode", "newMode")


def modes(
    own: int,
    name: str,
    of: str,
    order: Ordering | None = CHANGE_TO_MODE,
    actions: Mapping[str, Invoke] | None = None,
) -> Cluster:
    """Return a cluster of modes: all have the attributes and the command of Mode Base."""
    return cluster(
        own,
        name,
        bound(0, "supportedModes"),
        value(1, "currentMode", moded(), of, order=order),
        value(2, "startUpMode", moded(), order=writes(2)),
        value(3, "onMode", moded(), order=writes(3)),
        actions=actions,
    )


RVC_RUN_MODE = modes(
    84,
    "RvcRunMode",
    "RvcRunMode.mode",
    actions={
        "RvcRunMode.start": Invoke(0, "ChangeToMode", {}, tagged(0x4001)),
        "RvcRunMode.stop": Invoke(0, "ChangeToMode", {}, tagged(0x4000)),
    },
)
RVC_CLEAN_MODE = modes(85, "RvcCleanMode", "RvcCleanMode.mode")
LAUNDRY_WASHER_MODE = modes(81, "LaundryWasherMode", "OperationalState.mode")
DISHWASHER_MODE = modes(89, "DishwasherMode", "OperationalState.mode")
REFRIGERATOR_AND_TEMPERATURE_CONTROLLED_CABINET_MODE = modes(
    82, "RefrigeratorAndTemperatureControlledCabinetMode", "ModeSelect.mode"
)
OVEN_MODE = modes(73, "OvenMode", "OperationalState.mode")
MICROWAVE_OVEN_MODE = modes(94, "MicrowaveOvenMode", "OperationalState.mode", order=None)
"""Set with the time and the power: see MicrowaveOvenControl.cook."""
ENERGY_EVSE_MODE = modes(157, "EnergyEvseMode", "EnergyEvse.mode")
WATER_HEATER_MODE = modes(158, "WaterHeaterMode", "WaterHeater.mode")
DEVICE_ENERGY_MANAGEMENT_MODE = modes(
    159, "DeviceEnergyManagementMode", "DeviceEnergyManagement.mode"
)

APPLIANCES: Sequence[Cluster] = (
    SMOKE_CO_ALARM,
    REFRIGERATOR_ALARM,
    DISHWASHER_ALARM,
    TEMPERATURE_ALARM,
    OPERATIONAL_STATE,
    OVEN_CAVITY_OPERATIONAL_STATE,
    RVC_OPERATIONAL_STATE,
    SERVICE_AREA,
    LAUNDRY_DRYER_CONTROLS,
    LAUNDRY_WASHER_CONTROLS,
    MICROWAVE_OVEN_CONTROL,
    RVC_RUN_MODE,
    RVC_CLEAN_MODE,
    LAUNDRY_WASHER_MODE,
    DISHWASHER_MODE,
    REFRIGERATOR_AND_TEMPERATURE_CONTROLLED_CABINET_MODE,
    OVEN_MODE,
    MICROWAVE_OVEN_MODE,
    ENERGY_EVSE_MODE,
    WATER_HEATER_MODE,
    DEVICE_ENERGY_MANAGEMENT_MODE,
)

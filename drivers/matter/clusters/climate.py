"""Heating, cooling, fans and pumps. Pure data.

Source: Matter 1.5 application cluster specification.
"""

from collections.abc import Sequence

from drivers.matter.asking import takes_word
from drivers.matter.attributes import Cluster, Invoke, bound, cluster, left, value
from drivers.matter.codecs import bit, bits, choice, listed, moment, number
from drivers.matter.orders import invokes, rocking, writes
from drivers.matter.reasons import BYTES, LIST, STRUCTURE
from drivers.matter.special import (
    any_bit,
    cooling_of,
    heating_of,
    preset_ask,
    preset_of,
    running,
    said,
)

THERMOSTAT = cluster(
    513,
    "Thermostat",
    value(0, "localTemperature", number(0.01, "°C"), "Thermostat.localTemperature"),
    value(1, "outdoorTemperature", number(0.01, "°C"), "Thermostat.outdoorTemperature"),
    value(2, "occupancy", bit(0), "OccupancySensing.occupied"),
    bound(3, "absMinHeatSetpointLimit"),
    bound(4, "absMaxHeatSetpointLimit"),
    bound(5, "absMinCoolSetpointLimit"),
    bound(6, "absMaxCoolSetpointLimit"),
    value(7, "piCoolingDemand", number(unit="%")),
    value(8, "piHeatingDemand", number(unit="%")),
    value(
        9,
        "hvacSystemTypeConfiguration",
        bits(
            {
                0: "cooling_stage_low",
                1: "cooling_stage_high",
                2: "heating_stage_low",
                3: "heating_stage_high",
                4: "heating_is_heat_pump",
                5: "heating_uses_fuel",
            }
        ),
    ),
    value(
        16,
        "localTemperatureCalibration",
        number(0.1, "°C", low=-12.7, high=12.7),
        order=writes(16),
    ),
    value(
        17,
        "occupiedCoolingSetpoint",
        number(0.01, "°C", low=16, high=32, bounds=(23, 24)),
        order=writes(17),
        named=cooling_of,
    ),
    value(
        18,
        "occupiedHeatingSetpoint",
        number(0.01, "°C", low=7, high=30, bounds=(21, 22)),
        order=writes(18),
        named=heating_of,
    ),
    value(19, "unoccupiedCoolingSetpoint", number(0.01, "°C"), order=writes(19)),
    value(20, "unoccupiedHeatingSetpoint", number(0.01, "°C"), order=writes(20)),
    value(21, "minHeatSetpointLimit", number(0.01, "°C"), order=writes(21)),
    value(22, "maxHeatSetpointLimit", number(0.01, "°C"), order=writes(22)),
    value(23, "minCoolSetpointLimit", number(0.01, "°C"), order=writes(23)),
    value(24, "maxCoolSetpointLimit", number(0.01, "°C"), order=writes(24)),
    bound(25, "minSetpointDeadBand"),
    value(
        26,
        "remoteSensing",
        bits({0: "local_temperature", 1: "outdoor_temperature", 2: "occupancy"}),
        order=writes(26),
    ),
    value(
        27,
        "controlSequenceOfOperation",
        choice(
            {
                0: "cooling_only",
                1: "cooling_with_reheat",
                2: "heating_only",
                3: "heating_with_reheat",
                4: "cooling_and_heating",
                5: "cooling_and_heating_with_reheat",
            }
        ),
    ),
    value(
        28,
        "systemMode",
        choice(
            {
                0: "off",
                1: "auto",
                3: "cool",
                4: "heat",
                5: "emergency_heat",
                6: "precooling",
                7: "fan_only",
                8: "dry",
                9: "sleep",
            }
        ),
        "Thermostat.systemMode",
        order=writes(28),
    ),
    value(30, "thermostatRunningMode", choice({0: "off", 3: "cool", 4: "heat"})),
    bound(32, "startOfWeek"),
    bound(33, "numberOfWeeklyTransitions"),
    bound(34, "numberOfDailyTransitions"),
    value(
        35,
        "temperatureSetpointHold",
        choice({0: "setpoint_hold_off", 1: "setpoint_hold_on"}),
        order=writes(35),
    ),
    value(36, "temperatureSetpointHoldDuration", number(unit="min"), order=writes(36)),
    value(
        37, "thermostatProgrammingOperationMode", bits({0: "schedule", 1: "recovery", 2: "economy"})
    ),
    value(41, "thermostatRunningState", running(), "Thermostat.runningState"),
    value(48, "setpointChangeSource", choice({0: "manual", 1: "schedule", 2: "external"})),
    value(49, "setpointChangeAmount", number(0.01, "°C")),
    value(50, "setpointChangeSourceTimestamp", moment()),
    value(52, "occupiedSetback", number(0.1, "°C")),
    value(53, "occupiedSetbackMin", number(0.1, "°C")),
    value(54, "occupiedSetbackMax", number(0.1, "°C")),
    value(55, "unoccupiedSetback", number(0.1, "°C")),
    value(56, "unoccupiedSetbackMin", number(0.1, "°C")),
    value(57, "unoccupiedSetbackMax", number(0.1, "°C")),
    value(58, "emergencyHeatDelta", number(0.1, "°C"), order=writes(58)),
    bound(64, "acType"),
    value(65, "acCapacity", number(unit="BTU/h"), order=writes(65)),
    bound(66, "acRefrigerantType"),
    bound(67, "acCompressorType"),
    value(
        68,
        "acErrorCode",
        bits(
            {
                0: "compressor_fail",
                1: "room_sensor_fail",
                2: "outdoor_sensor_fail",
                3: "coil_sensor_fail",
                4: "fan_fail",
            }
        ),
        order=writes(68),
    ),
    value(
        69,
        "acLouverPosition",
        choice({1: "closed", 2: "open", 3: "quarter", 4: "half", 5: "three_quarters"}),
        order=writes(69),
    ),
    value(70, "acCoilTemperature", number(0.01, "°C"), "DeviceTemperature.value"),
    bound(71, "acCapacityFormat"),
    bound(72, "presetTypes"),
    bound(73, "scheduleTypes"),
    bound(74, "numberOfPresets"),
    bound(75, "numberOfSchedules"),
    bound(76, "numberOfScheduleTransitions"),
    bound(77, "numberOfScheduleTransitionPerDay"),
    value(78, "activePresetHandle", preset_of(), "Thermostat.preset", order=preset_ask),
    left(79, "activeScheduleHandle", BYTES),
    bound(80, "presets"),
    left(81, "schedules", LIST),
    value(82, "setpointHoldExpiryTimestamp", moment()),
    bound(83, "maxThermostatSuggestions"),
    left(84, "thermostatSuggestions", LIST),
    left(85, "currentThermostatSuggestion", STRUCTURE),
    value(
        86,
        "thermostatSuggestionNotFollowingReason",
        bits(
            {
                0: "demand_response_event",
                1: "ongoing_hold",
                2: "schedule",
                3: "occupancy",
                4: "vacation_mode",
                5: "time_of_use_cost_savings",
                6: "pre_cooling_or_pre_heating",
                7: "conflicting_suggestions",
            }
        ),
    ),
)

THERMOSTAT_USER_INTERFACE_CONFIGURATION = cluster(
    516,
    "ThermostatUserInterfaceConfiguration",
    value(0, "temperatureDisplayMode", choice({0: "celsius", 1: "fahrenheit"}), order=writes(0)),
    value(
        1,
        "keypadLockout",
        choice(
            {
                0: "no_lockout",
                1: "lockout1",
                2: "lockout2",
                3: "lockout3",
                4: "lockout4",
                5: "lockout5",
            }
        ),
        order=writes(1),
    ),
    value(
        2,
        "scheduleProgrammingVisibility",
        choice({0: "schedule_programming_permitted", 1: "schedule_programming_denied"}),
        order=writes(2),
    ),
)

FAN_CONTROL = cluster(
    514,
    "FanControl",
    value(
        0,
        "fanMode",
        choice({0: "off", 1: "low", 2: "medium", 3: "high", 4: "on", 5: "auto", 6: "smart"}),
        "FanControl.mode",
        order=writes(0),
    ),
    bound(1, "fanModeSequence"),
    value(
        2,
        "percentSetting",
        number(unit="%", low=0, high=100),
        "FanControl.speed",
        order=writes(2),
        unless=3,
    ),
    value(
        3, "percentCurrent", number(unit="%", low=0, high=100), "FanControl.speed", order=writes(2)
    ),
    bound(4, "speedMax"),
    value(5, "speedSetting", number(low=0, bounds=(100, 4)), order=writes(5)),
    value(6, "speedCurrent", number()),
    bound(7, "rockSupport"),
    value(8, "rockSetting", any_bit(), "FanControl.oscillating", order=rocking),
    value(9, "windSupport", bits({0: "sleep_wind", 1: "natural_wind"})),
    value(
        10,
        "windSetting",
        choice({0: "none", 1: "sleep", 2: "natural", 3: "sleep_and_natural"}),
        order=writes(10),
    ),
    value(
        11,
        "airflowDirection",
        choice({0: "forward", 1: "reverse"}),
        "FanControl.direction",
        order=writes(11),
    ),
    actions={
        "FanControl.step": Invoke(
            0,
            "Step",
            {"wrap": False, "lowestOff": True},
            takes_word("direction", "direction", {"up": 0, "down": 1}),
        )
    },
)

PUMP_CONFIGURATION_AND_CONTROL = cluster(
    512,
    "PumpConfigurationAndControl",
    bound(0, "maxPressure"),
    bound(1, "maxSpeed"),
    bound(2, "maxFlow"),
    bound(3, "minConstPressure"),
    bound(4, "maxConstPressure"),
    bound(5, "minCompPressure"),
    bound(6, "maxCompPressure"),
    bound(7, "minConstSpeed"),
    bound(8, "maxConstSpeed"),
    bound(9, "minConstFlow"),
    bound(10, "maxConstFlow"),
    bound(11, "minConstTemp"),
    bound(12, "maxConstTemp"),
    value(
        16,
        "pumpStatus",
        bits(
            {
                0: "device_fault",
                1: "supply_fault",
                2: "speed_low",
                3: "speed_high",
                4: "local_override",
                5: "running",
                6: "remote_pressure",
                7: "remote_flow",
                8: "remote_temperature",
            }
        ),
    ),
    value(
        17, "effectiveOperationMode", choice({0: "normal", 1: "minimum", 2: "maximum", 3: "local"})
    ),
    value(
        18,
        "effectiveControlMode",
        choice(
            {
                0: "constant_speed",
                1: "constant_pressure",
                2: "proportional_pressure",
                3: "constant_flow",
                5: "constant_temperature",
                7: "automatic",
            }
        ),
    ),
    value(19, "capacity", number(0.1, "kPa")),
    value(20, "speed", number(0.01, "%")),
    value(21, "lifetimeRunningHours", number(unit="h"), order=writes(21)),
    value(22, "power", number(unit="W"), "ElectricalPowerMeasurement.activePower"),
    value(23, "lifetimeEnergyConsumed", number(0.001, "kWh"), "ElectricalEnergyMeasurement.energy"),
    value(
        32,
        "operationMode",
        choice({0: "normal", 1: "minimum", 2: "maximum", 3: "local"}),
        order=writes(32),
    ),
    value(
        33,
        "controlMode",
        choice(
            {
                0: "constant_speed",
                1: "constant_pressure",
                2: "proportional_pressure",
                3: "constant_flow",
                5: "constant_temperature",
                7: "automatic",
            }
        ),
        order=writes(33),
    ),
    value(34, "alarmMask", number()),
)

TEMPERATURE_CONTROL = cluster(
    86,
    "TemperatureControl",
    value(
        0,
        "temperatureSetpoint",
        number(0.01, "°C", bounds=(1, 2)),
        "Thermostat.setpoint",
        order=invokes(0, "SetTemperature", "targetTemperature"),
    ),
    bound(1, "minTemperature"),
    bound(2, "maxTemperature"),
    value(3, "step", number(0.01, "°C")),
    value(
        4,
        "selectedTemperatureLevel",
        listed(5, label=said),
        "TemperatureControl.level",
        order=invokes(0, "SetTemperature", "targetTemperatureLevel"),
    ),
    bound(5, "supportedTemperatureLevels"),
)

CLIMATE: Sequence[Cluster] = (
    THERMOSTAT,
    THERMOSTAT_USER_INTERFACE_CONFIGURATION,
    FAN_CONTROL,
    PUMP_CONFIGURATION_AND_CONTROL,
    TEMPERATURE_CONTROL,
)

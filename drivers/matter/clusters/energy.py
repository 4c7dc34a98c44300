"""Power, energy and batteries. Pure data.

Source: Matter 1.5 application cluster specification.
"""

from collections.abc import Sequence

from drivers.matter.attributes import Cluster, Invoke, bound, cluster, left, value
from drivers.matter.codecs import (
    bits,
    choice,
    field,
    flag,
    is_in,
    listed,
    listed_words,
    moment,
    number,
    text,
)
from drivers.matter.machines import allow_charging, boost
from drivers.matter.orders import writes
from drivers.matter.reasons import LIST, STRUCTURE
from drivers.matter.special import step_of

POWER_SOURCE = cluster(
    47,
    "PowerSource",
    value(0, "status", choice({0: "unspecified", 1: "active", 2: "standby", 3: "unavailable"})),
    bound(1, "order"),
    value(2, "description", text()),
    value(3, "wiredAssessedInputVoltage", number(0.001, "V")),
    bound(4, "wiredAssessedInputFrequency"),
    bound(5, "wiredCurrentType"),
    bound(6, "wiredAssessedCurrent"),
    value(7, "wiredNominalVoltage", number(0.001, "V")),
    bound(8, "wiredMaximumCurrent"),
    value(9, "wiredPresent", flag()),
    value(
        10,
        "activeWiredFaults",
        listed_words({0: "unspecified", 1: "over_voltage", 2: "under_voltage"}),
    ),
    value(11, "batVoltage", number(0.001, "V"), "PowerSource.voltage"),
    value(12, "batPercentRemaining", number(0.5, "%", low=0, high=100), "PowerSource.batteryLevel"),
    value(13, "batTimeRemaining", number(unit="s"), "PowerSource.timeRemaining"),
    value(14, "batChargeLevel", is_in(frozenset({1, 2}), frozenset({0})), "PowerSource.batteryLow"),
    value(15, "batReplacementNeeded", flag()),
    bound(16, "batReplaceability"),
    value(17, "batPresent", flag()),
    value(
        18,
        "activeBatFaults",
        listed_words({0: "unspecified", 1: "over_temperature", 2: "under_temperature"}),
    ),
    value(19, "batReplacementDescription", text()),
    bound(20, "batCommonDesignation"),
    bound(21, "batAnsiDesignation"),
    bound(22, "batIecDesignation"),
    bound(23, "batApprovedChemistry"),
    bound(24, "batCapacity"),
    bound(25, "batQuantity"),
    value(26, "batChargeState", is_in(frozenset({1}), frozenset({2, 3})), "PowerSource.charging"),
    value(27, "batTimeToFullCharge", number(unit="s"), "PowerSource.timeToFullCharge"),
    value(28, "batFunctionalWhileCharging", flag()),
    value(29, "batChargingCurrent", number(0.001, "A"), "PowerSource.chargingCurrent"),
    value(
        30,
        "activeBatChargeFaults",
        listed_words(
            {
                0: "unspecified",
                1: "ambient_too_hot",
                2: "ambient_too_cold",
                3: "battery_too_hot",
                4: "battery_too_cold",
                5: "battery_absent",
                6: "battery_over_voltage",
                7: "battery_under_voltage",
                8: "charger_over_voltage",
                9: "charger_under_voltage",
                10: "safety_timeout",
            }
        ),
    ),
    bound(31, "endpointList"),
)

ELECTRICAL_POWER_MEASUREMENT = cluster(
    144,
    "ElectricalPowerMeasurement",
    bound(0, "powerMode"),
    bound(1, "numberOfMeasurementTypes"),
    bound(2, "accuracy"),
    bound(3, "ranges"),
    value(4, "voltage", number(0.001, "V"), "ElectricalPowerMeasurement.voltage"),
    value(5, "activeCurrent", number(0.001, "A"), "ElectricalPowerMeasurement.activeCurrent"),
    value(6, "reactiveCurrent", number(0.001, "A")),
    value(7, "apparentCurrent", number(0.001, "A")),
    value(8, "activePower", number(0.001, "W"), "ElectricalPowerMeasurement.activePower"),
    value(9, "reactivePower", number(0.001, "var"), "ElectricalPowerMeasurement.reactivePower"),
    value(10, "apparentPower", number(0.001, "VA"), "ElectricalPowerMeasurement.apparentPower"),
    value(11, "rmsVoltage", number(0.001, "V"), "ElectricalPowerMeasurement.voltage", unless=4),
    value(
        12, "rmsCurrent", number(0.001, "A"), "ElectricalPowerMeasurement.activeCurrent", unless=5
    ),
    value(13, "rmsPower", number(0.001, "W"), "ElectricalPowerMeasurement.activePower", unless=8),
    value(14, "frequency", number(0.001, "Hz"), "ElectricalPowerMeasurement.frequency"),
    left(15, "harmonicCurrents", LIST),
    left(16, "harmonicPhases", LIST),
    value(17, "powerFactor", number(0.01, "%"), "ElectricalPowerMeasurement.powerFactor"),
    value(18, "neutralCurrent", number(0.001, "A")),
)

ELECTRICAL_ENERGY_MEASUREMENT = cluster(
    145,
    "ElectricalEnergyMeasurement",
    bound(0, "accuracy"),
    value(
        1,
        "cumulativeEnergyImported",
        field(0, "energy", number(1e-6, "kWh")),
        "ElectricalEnergyMeasurement.energy",
    ),
    value(
        2,
        "cumulativeEnergyExported",
        field(0, "energy", number(1e-6, "kWh")),
        "ElectricalEnergyMeasurement.energyExported",
    ),
    value(3, "periodicEnergyImported", field(0, "energy", number(1e-6, "kWh"))),
    value(4, "periodicEnergyExported", field(0, "energy", number(1e-6, "kWh"))),
    bound(5, "cumulativeEnergyReset"),
)

WATER_HEATER_MANAGEMENT = cluster(
    148,
    "WaterHeaterManagement",
    bound(0, "heaterTypes"),
    value(
        1,
        "heatDemand",
        bits(
            {
                0: "immersion_element1",
                1: "immersion_element2",
                2: "heat_pump",
                3: "boiler",
                4: "other",
            }
        ),
    ),
    value(2, "tankVolume", number(unit="L"), "Volume.value"),
    value(3, "estimatedHeatRequired", number(1e-6, "kWh")),
    value(4, "tankPercentage", number(unit="%", low=0, high=100), "WaterHeater.tank"),
    value(5, "boostState", is_in(frozenset({1}), frozenset({0})), "WaterHeater.boost", order=boost),
)

DEVICE_ENERGY_MANAGEMENT = cluster(
    152,
    "DeviceEnergyManagement",
    bound(0, "esaType"),
    bound(1, "esaCanGenerate"),
    value(
        2,
        "esaState",
        choice({0: "offline", 1: "online", 2: "fault", 3: "power_adjust_active", 4: "paused"}),
        "DeviceEnergyManagement.state",
    ),
    value(3, "absMinPower", number(0.001, "W")),
    value(4, "absMaxPower", number(0.001, "W")),
    bound(5, "powerAdjustmentCapability"),
    left(6, "forecast", STRUCTURE),
    value(
        7,
        "optOutState",
        choice({0: "no_opt_out", 1: "local_opt_out", 2: "grid_opt_out", 3: "opt_out"}),
    ),
)

ENERGY_EVSE = cluster(
    153,
    "EnergyEvse",
    value(
        0,
        "state",
        choice(
            {
                0: "not_plugged_in",
                1: "plugged_in_no_demand",
                2: "plugged_in_demand",
                3: "plugged_in_charging",
                4: "plugged_in_discharging",
                5: "session_ending",
                6: "fault",
            }
        ),
        "EnergyEvse.state",
    ),
    value(
        1,
        "supplyState",
        is_in(frozenset({1, 5}), frozenset({0, 2, 3, 4})),
        "EnergyEvse.enabled",
        order=allow_charging,
    ),
    value(
        2,
        "faultState",
        choice(
            {
                0: "no_error",
                1: "meter_failure",
                2: "over_voltage",
                3: "under_voltage",
                4: "over_current",
                5: "contact_wet_failure",
                6: "contact_dry_failure",
                7: "ground_fault",
                8: "power_loss",
                9: "power_quality",
                10: "pilot_short_circuit",
                11: "emergency_stop",
                12: "ev_disconnected",
                13: "wrong_power_supply",
                14: "live_neutral_swap",
                15: "over_temperature",
                255: "other",
            }
        ),
        "EnergyEvse.fault",
    ),
    value(3, "chargingEnabledUntil", moment()),
    value(4, "dischargingEnabledUntil", moment()),
    value(5, "circuitCapacity", number(0.001, "A")),
    value(6, "minimumChargeCurrent", number(0.001, "A")),
    value(7, "maximumChargeCurrent", number(0.001, "A")),
    value(8, "maximumDischargeCurrent", number(0.001, "A")),
    value(
        9,
        "userMaximumChargeCurrent",
        number(0.001, "A", low=0, bounds=(6, 5)),
        "EnergyEvse.maximumCurrent",
        order=writes(9),
    ),
    value(10, "randomizationDelayWindow", number(unit="s"), order=writes(10)),
    value(35, "nextChargeStartTime", moment()),
    value(36, "nextChargeTargetTime", moment()),
    value(37, "nextChargeRequiredEnergy", number(1e-6, "kWh")),
    value(38, "nextChargeTargetSoC", number(unit="%", low=0, high=100)),
    value(39, "approximateEvEfficiency", number(), order=writes(39)),
    value(48, "stateOfCharge", number(unit="%"), "PowerSource.batteryLevel"),
    value(49, "batteryCapacity", number(1e-6, "kWh")),
    value(50, "vehicleId", text()),
    value(64, "sessionId", number()),
    value(65, "sessionDuration", number(unit="s"), "Duration.value"),
    value(66, "sessionEnergyCharged", number(1e-6, "kWh"), "EnergyEvse.sessionEnergy"),
    value(67, "sessionEnergyDischarged", number(1e-6, "kWh")),
    actions={"EnergyEvse.diagnose": Invoke(4, "StartDiagnostics")},
)

ENERGY_PREFERENCE = cluster(
    155,
    "EnergyPreference",
    bound(0, "energyBalances"),
    value(1, "currentEnergyBalance", listed(0, label=step_of), order=writes(1)),
    bound(2, "energyPriorities"),
    bound(3, "lowPowerModeSensitivities"),
    value(4, "currentLowPowerModeSensitivity", listed(3, label=step_of), order=writes(4)),
)

ELECTRICAL_GRID_CONDITIONS = cluster(
    160,
    "ElectricalGridConditions",
    value(0, "localGenerationAvailable", flag(), order=writes(0)),
    left(1, "currentConditions", STRUCTURE),
    left(2, "forecastConditions", LIST),
)

COMMODITY_PRICE = cluster(
    149,
    "CommodityPrice",
    bound(0, "tariffUnit"),
    bound(1, "currency"),
    value(2, "currentPrice", field(2, "price", number())),
    left(3, "priceForecast", LIST),
)

COMMODITY_TARIFF = cluster(
    1792,
    "CommodityTariff",
    left(0, "tariffInfo", STRUCTURE),
    bound(1, "tariffUnit"),
    value(2, "startDate", moment()),
    left(3, "dayEntries", LIST),
    left(4, "dayPatterns", LIST),
    left(5, "calendarPeriods", LIST),
    left(6, "individualDays", LIST),
    left(7, "currentDay", STRUCTURE),
    left(8, "nextDay", STRUCTURE),
    left(9, "currentDayEntry", STRUCTURE),
    value(10, "currentDayEntryDate", moment()),
    left(11, "nextDayEntry", STRUCTURE),
    value(12, "nextDayEntryDate", moment()),
    left(13, "tariffComponents", LIST),
    left(14, "tariffPeriods", LIST),
    left(15, "currentTariffComponents", LIST),
    left(16, "nextTariffComponents", LIST),
    bound(17, "defaultRandomizationOffset"),
    bound(18, "defaultRandomizationType"),
)

METER_IDENTIFICATION = cluster(
    2822,
    "MeterIdentification",
    value(0, "meterType", choice({0: "utility", 1: "private", 2: "generic"})),
    value(1, "pointOfDelivery", text()),
    value(2, "meterSerialNumber", text()),
    bound(3, "protocolVersion"),
    value(4, "powerThreshold", field(0, "powerThreshold", number(0.001, "W"))),
)

COMMODITY_METERING = cluster(
    2823,
    "CommodityMetering",
    left(0, "meteredQuantity", LIST),
    value(1, "meteredQuantityTimestamp", moment()),
    bound(2, "tariffUnit"),
    bound(3, "maximumMeteredQuantities"),
)

ENERGY: Sequence[Cluster] = (
    POWER_SOURCE,
    ELECTRICAL_POWER_MEASUREMENT,
    ELECTRICAL_ENERGY_MEASUREMENT,
    WATER_HEATER_MANAGEMENT,
    DEVICE_ENERGY_MANAGEMENT,
    ENERGY_EVSE,
    ENERGY_PREFERENCE,
    ELECTRICAL_GRID_CONDITIONS,
    COMMODITY_PRICE,
    COMMODITY_TARIFF,
    METER_IDENTIFICATION,
    COMMODITY_METERING,
)

"""Clusters that Matter took over from Zigbee and gave up again, and that older devices have.

Source: Matter 1.0 application cluster specification and the clusters of connectedhomeip 1.0 to 1.2.
"""

from collections.abc import Sequence

from drivers.matter.attributes import Cluster, bound, cluster, value
from drivers.matter.codecs import bits, choice, flag, is_in, number, text
from drivers.matter.orders import writes

_POWER = "ElectricalPowerMeasurement."

ON_OFF_SWITCH_CONFIGURATION = cluster(
    7,
    "OnOffSwitchConfiguration",
    bound(0, "switchType"),
    value(
        16,
        "switchActions",
        choice({0: "on_off", 1: "off_on", 2: "toggle"}),
        order=writes(16),
    ),
)

BINARY_INPUT_BASIC = cluster(
    15,
    "BinaryInputBasic",
    bound(4, "activeText"),
    value(28, "description", text(), order=writes(28)),
    bound(46, "inactiveText"),
    value(81, "outOfService", flag(), order=writes(81)),
    bound(84, "polarity"),
    value(85, "presentValue", flag(), order=writes(85)),
    value(103, "reliability", choice({0: "no_fault", 7: "unreliable"})),
    value(111, "statusFlags", bits({0: "alarm", 1: "fault", 2: "overridden", 3: "out_of_service"})),
    bound(256, "applicationType"),
)

PULSE_WIDTH_MODULATION = cluster(
    28,
    "PulseWidthModulation",
    value(0, "currentLevel", number(100 / 254, "%", low=0, high=100)),
    value(1, "remainingTime", number(0.1, "s")),
    bound(2, "minLevel"),
    bound(3, "maxLevel"),
    value(4, "currentFrequency", number(unit="Hz")),
    bound(5, "minFrequency"),
    bound(6, "maxFrequency"),
)

BARRIER_CONTROL = cluster(
    259,
    "BarrierControl",
    value(1, "barrierMovingState", choice({0: "stopped", 1: "closing", 2: "opening"})),
    value(
        2,
        "barrierSafetyStatus",
        bits({0: "remote_lockout", 1: "tamper", 2: "failed_communication", 3: "position_failure"}),
    ),
    bound(3, "barrierCapabilities"),
    value(4, "barrierOpenEvents", number(), order=writes(4)),
    value(5, "barrierCloseEvents", number(), order=writes(5)),
    value(10, "barrierPosition", number(unit="%", low=0, high=100), "WindowCovering.position"),
)

BALLAST_CONFIGURATION = cluster(
    769,
    "BallastConfiguration",
    bound(0, "physicalMinLevel"),
    bound(1, "physicalMaxLevel"),
    value(2, "ballastStatus", bits({0: "failure", 1: "lamp_failure"})),
    value(16, "minLevel", number(100 / 254, "%", low=0, high=100), order=writes(16)),
    value(17, "maxLevel", number(100 / 254, "%", low=0, high=100), order=writes(17)),
    value(20, "intrinsicBallastFactor", number(unit="%"), order=writes(20)),
    value(21, "ballastFactorAdjustment", number(unit="%"), order=writes(21)),
    bound(32, "lampQuantity"),
    value(48, "lampType", text(), order=writes(48)),
    value(49, "lampManufacturer", text(), order=writes(49)),
    value(50, "lampRatedHours", number(unit="h"), order=writes(50)),
    value(51, "lampBurnHours", number(unit="h"), order=writes(51)),
    value(52, "lampAlarmMode", is_in(frozenset({1}), frozenset({0}))),
    value(53, "lampBurnHoursTripPoint", number(unit="h"), order=writes(53)),
)

ELECTRICAL_MEASUREMENT = cluster(
    2820,
    "ElectricalMeasurement",
    bound(0, "measurementType"),
    value(772, "totalActivePower", number(unit="W"), f"{_POWER}activePower"),
    value(1285, "rmsVoltage", number(unit="V"), f"{_POWER}voltage"),
    bound(1286, "rmsVoltageMin"),
    bound(1287, "rmsVoltageMax"),
    value(1288, "rmsCurrent", number(unit="A"), f"{_POWER}activeCurrent"),
    bound(1289, "rmsCurrentMin"),
    bound(1290, "rmsCurrentMax"),
    value(1291, "activePower", number(unit="W"), f"{_POWER}activePower"),
    bound(1292, "activePowerMin"),
    bound(1293, "activePowerMax"),
)

FORMER: Sequence[Cluster] = (
    ON_OFF_SWITCH_CONFIGURATION,
    BINARY_INPUT_BASIC,
    PULSE_WIDTH_MODULATION,
    BARRIER_CONTROL,
    BALLAST_CONFIGURATION,
    ELECTRICAL_MEASUREMENT,
)

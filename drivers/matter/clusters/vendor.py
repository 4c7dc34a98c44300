"""Clusters of makers' own, as far as they are known in public. Pure data.

Source: the ids, names and units that python-matter-server's custom clusters and connectedhomeip
name; what else these clusters tell is their makers' own.
"""

from collections.abc import Sequence

from drivers.matter.attributes import Cluster, Invoke, cluster, left, value
from drivers.matter.codecs import flag, is_in, number
from drivers.matter.orders import writes
from drivers.matter.reasons import BYTES

_POWER = "ElectricalPowerMeasurement."
_ENERGY = "ElectricalEnergyMeasurement.energy"
_YES = (frozenset({1}), frozenset({0}))

EVE = cluster(
    0x130AFC01,
    "EveCluster",
    left(0x130A0000, "getConfig", BYTES),
    left(0x130A0001, "setConfig", BYTES),
    left(0x130A0002, "loggingMetadata", BYTES),
    left(0x130A0003, "loggingData", BYTES),
    left(0x130A0004, "setTime", BYTES),
    value(0x130A0006, "timesOpened", number()),
    value(0x130A0007, "lastEventTime", number(unit="s")),
    value(0x130A0008, "voltage", number(unit="V", whole=False), f"{_POWER}voltage"),
    value(0x130A0009, "current", number(unit="A", whole=False), f"{_POWER}activeCurrent"),
    value(0x130A000A, "watt", number(unit="W", whole=False), f"{_POWER}activePower"),
    value(0x130A000B, "wattAccumulated", number(unit="kWh", whole=False), _ENERGY),
    value(0x130A000C, "statusFault", number()),
    value(0x130A000D, "motionSensitivity", number(), order=writes(0x130A000D)),
    value(0x130A000E, "wattAccumulatedControlPoint", number(unit="s", whole=False)),
    value(0x130A0010, "obstructionDetected", flag(), "BooleanState.problem"),
    value(0x130A0011, "childLock", flag(), order=writes(0x130A0011)),
    value(0x130A0012, "rloc16", number()),
    value(0x130A0013, "altitude", number(unit="m", whole=False), order=writes(0x130A0013)),
    value(0x130A0014, "pressure", number(unit="hPa", whole=False), "PressureMeasurement.pressure"),
    value(0x130A0015, "weatherTrend", number()),
    value(0x130A0018, "valvePosition", number(unit="%")),
)

NEO = cluster(
    0x125DFC11,
    "NeoCluster",
    value(0x125D0021, "wattAccumulated", number(0.001, "kWh", whole=False), _ENERGY),
    value(0x125D0022, "current", number(0.001, "A", whole=False), f"{_POWER}activeCurrent"),
    value(0x125D0023, "watt", number(0.1, "W", whole=False), f"{_POWER}activePower"),
    value(0x125D0024, "voltage", number(0.1, "V", whole=False), f"{_POWER}voltage"),
)

THIRD_REALITY = cluster(
    0x130DFC02,
    "ThirdRealityMeteringCluster",
    value(0x0000, "currentSummationDelivered", number(0.001, "kWh"), _ENERGY),
    value(0x0400, "instantaneousDemand", number(0.001, "W"), f"{_POWER}activePower"),
)

HEIMAN = cluster(
    0x120BFC01,
    "HeimanCluster",
    value(0x0010, "tamperAlarm", is_in(*_YES), "SmokeCoAlarm.tamper"),
    value(0x0011, "preheatingState", is_in(*_YES)),
    value(0x0012, "noDisturbingState", is_in(*_YES)),
    value(0x0013, "sensorType", number()),
    value(0x0014, "sirenActive", is_in(*_YES)),
    value(0x0015, "alarmMute", is_in(*_YES)),
    value(0x0016, "lowPowerMode", is_in(*_YES)),
    actions={"SmokeCoAlarm.mute": Invoke(0x0090, "MutingSensor")},
)

INOVELLI = cluster(
    0x122FFC31,
    "InovelliCluster",
    value(0x122F0061, "ledIndicatorIntensityOn", number(low=0), order=writes(0x122F0061)),
    value(0x122F0062, "ledIndicatorIntensityOff", number(low=0), order=writes(0x122F0062)),
    value(0x122F0106, "clearNotificationWithConfigDoubleTap", flag(), order=writes(0x122F0106)),
)

VENDOR: Sequence[Cluster] = (EVE, NEO, THIRD_REALITY, HEIMAN, INOVELLI)

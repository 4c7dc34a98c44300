"""What is measured and sensed. Pure data.

Source: Matter 1.5 application cluster specification.
"""

from collections.abc import Sequence

from drivers.matter.attributes import Cluster, bound, cluster, left, value
from drivers.matter.codecs import bit, bits, flag, illuminance, number
from drivers.matter.orders import writes
from drivers.matter.reasons import LIST
from drivers.matter.special import scaled_pressure, sensitivity, state_of, stated_as

BOOLEAN_STATE = cluster(
    69,
    "BooleanState",
    value(0, "stateValue", state_of(), named=stated_as),
)

BOOLEAN_STATE_CONFIGURATION = cluster(
    128,
    "BooleanStateConfiguration",
    value(0, "currentSensitivityLevel", sensitivity(), order=writes(0)),
    bound(1, "supportedSensitivityLevels"),
    bound(2, "defaultSensitivityLevel"),
    value(3, "alarmsActive", bits({0: "visual", 1: "audible"})),
    value(4, "alarmsSuppressed", bits({0: "visual", 1: "audible"})),
    value(5, "alarmsEnabled", bits({0: "visual", 1: "audible"})),
    bound(6, "alarmsSupported"),
    value(7, "sensorFault", bits({0: "general_fault"})),
)

ILLUMINANCE_MEASUREMENT = cluster(
    1024,
    "IlluminanceMeasurement",
    value(0, "measuredValue", illuminance(), "IlluminanceMeasurement.illuminance"),
    bound(1, "minMeasuredValue"),
    bound(2, "maxMeasuredValue"),
    bound(3, "tolerance"),
    bound(4, "lightSensorType"),
)

TEMPERATURE_MEASUREMENT = cluster(
    1026,
    "TemperatureMeasurement",
    value(0, "measuredValue", number(0.01, "°C"), "TemperatureMeasurement.temperature"),
    bound(1, "minMeasuredValue"),
    bound(2, "maxMeasuredValue"),
    bound(3, "tolerance"),
)

PRESSURE_MEASUREMENT = cluster(
    1027,
    "PressureMeasurement",
    value(0, "measuredValue", number(unit="hPa"), "PressureMeasurement.pressure", unless=16),
    bound(1, "minMeasuredValue"),
    bound(2, "maxMeasuredValue"),
    bound(3, "tolerance"),
    value(16, "scaledValue", scaled_pressure(), "PressureMeasurement.pressure"),
    bound(17, "minScaledValue"),
    bound(18, "maxScaledValue"),
    bound(19, "scaledTolerance"),
    bound(20, "scale"),
)

FLOW_MEASUREMENT = cluster(
    1028,
    "FlowMeasurement",
    value(0, "measuredValue", number(0.1, "m³/h"), "FlowMeasurement.flow"),
    bound(1, "minMeasuredValue"),
    bound(2, "maxMeasuredValue"),
    bound(3, "tolerance"),
)

RELATIVE_HUMIDITY_MEASUREMENT = cluster(
    1029,
    "RelativeHumidityMeasurement",
    value(0, "measuredValue", number(0.01, "%"), "RelativeHumidityMeasurement.humidity"),
    bound(1, "minMeasuredValue"),
    bound(2, "maxMeasuredValue"),
    bound(3, "tolerance"),
)

OCCUPANCY_SENSING = cluster(
    1030,
    "OccupancySensing",
    value(0, "occupancy", bit(0), "OccupancySensing.occupied"),
    bound(1, "occupancySensorType"),
    bound(2, "occupancySensorTypeBitmap"),
    value(3, "holdTime", number(unit="s"), order=writes(3)),
    bound(4, "holdTimeLimits"),
    value(16, "pirOccupiedToUnoccupiedDelay", number(unit="s"), order=writes(16)),
    value(17, "pirUnoccupiedToOccupiedDelay", number(unit="s"), order=writes(17)),
    value(18, "pirUnoccupiedToOccupiedThreshold", number(), order=writes(18)),
    value(32, "ultrasonicOccupiedToUnoccupiedDelay", number(unit="s"), order=writes(32)),
    value(33, "ultrasonicUnoccupiedToOccupiedDelay", number(unit="s"), order=writes(33)),
    value(34, "ultrasonicUnoccupiedToOccupiedThreshold", number(), order=writes(34)),
    value(48, "physicalContactOccupiedToUnoccupiedDelay", number(unit="s"), order=writes(48)),
    value(49, "physicalContactUnoccupiedToOccupiedDelay", number(unit="s"), order=writes(49)),
    value(50, "physicalContactUnoccupiedToOccupiedThreshold", number(), order=writes(50)),
)

SOIL_MEASUREMENT = cluster(
    1072,
    "SoilMeasurement",
    bound(0, "soilMoistureMeasurementLimits"),
    value(1, "soilMoistureMeasuredValue", number(unit="%"), "SoilMeasurement.moisture"),
)

AMBIENT_CONTEXT_SENSING = cluster(
    1073,
    "AmbientContextSensing",
    value(0, "humanActivityDetected", flag(), "OccupancySensing.occupied"),
    value(1, "objectIdentified", flag()),
    value(2, "audioContextDetected", flag()),
    left(3, "ambientContextType", LIST),
    bound(4, "ambientContextTypeSupported"),
    value(5, "objectCountReached", flag()),
    bound(6, "objectCountConfig"),
    value(7, "objectCount", number()),
    bound(8, "simultaneousDetectionLimit"),
    value(9, "holdTime", number(), order=writes(9)),
    bound(10, "holdTimeLimits"),
    left(11, "predictedActivity", LIST),
)

SWITCH = cluster(
    59,
    "Switch",
    bound(0, "numberOfPositions"),
    value(1, "currentPosition", number()),
    bound(2, "multiPressMax"),
)

SENSING: Sequence[Cluster] = (
    BOOLEAN_STATE,
    BOOLEAN_STATE_CONFIGURATION,
    ILLUMINANCE_MEASUREMENT,
    TEMPERATURE_MEASUREMENT,
    PRESSURE_MEASUREMENT,
    FLOW_MEASUREMENT,
    RELATIVE_HUMIDITY_MEASUREMENT,
    OCCUPANCY_SENSING,
    SOIL_MEASUREMENT,
    AMBIENT_CONTEXT_SENSING,
    SWITCH,
)

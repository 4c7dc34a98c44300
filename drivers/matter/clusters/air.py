"""The air: its quality, what is in it, and the filters that clean it. Pure data.

Source: Matter 1.5 application cluster specification.
"""

from collections.abc import Sequence

from drivers.matter.attributes import Cluster, Invoke, bound, cluster, value
from drivers.matter.clusters.concentration import concentration_cluster
from drivers.matter.codecs import choice, flag, is_in, moment, number
from drivers.matter.orders import writes

AIR_QUALITY = cluster(
    91,
    "AirQuality",
    value(
        0,
        "airQuality",
        choice(
            {
                1: "good",
                2: "fair",
                3: "moderate",
                4: "poor",
                5: "very_poor",
                6: "extremely_poor",
                0: "unknown",
            }
        ),
        "AirQuality.level",
    ),
)

CARBON_MONOXIDE_CONCENTRATION_MEASUREMENT = concentration_cluster(
    1036, "CarbonMonoxideConcentrationMeasurement", "CarbonMonoxideConcentrationMeasurement.value"
)

CARBON_DIOXIDE_CONCENTRATION_MEASUREMENT = concentration_cluster(
    1037, "CarbonDioxideConcentrationMeasurement", "CarbonDioxideConcentrationMeasurement.value"
)

NITROGEN_DIOXIDE_CONCENTRATION_MEASUREMENT = concentration_cluster(
    1043, "NitrogenDioxideConcentrationMeasurement", "NitrogenDioxideConcentrationMeasurement.value"
)

OZONE_CONCENTRATION_MEASUREMENT = concentration_cluster(
    1045, "OzoneConcentrationMeasurement", "OzoneConcentrationMeasurement.value"
)

PM25_CONCENTRATION_MEASUREMENT = concentration_cluster(
    1066, "Pm25ConcentrationMeasurement", "Pm25ConcentrationMeasurement.value"
)

FORMALDEHYDE_CONCENTRATION_MEASUREMENT = concentration_cluster(
    1067, "FormaldehydeConcentrationMeasurement", "FormaldehydeConcentrationMeasurement.value"
)

PM1_CONCENTRATION_MEASUREMENT = concentration_cluster(
    1068, "Pm1ConcentrationMeasurement", "Pm1ConcentrationMeasurement.value"
)

PM10_CONCENTRATION_MEASUREMENT = concentration_cluster(
    1069, "Pm10ConcentrationMeasurement", "Pm10ConcentrationMeasurement.value"
)

TOTAL_VOLATILE_ORGANIC_COMPOUNDS_CONCENTRATION_MEASUREMENT = concentration_cluster(
    1070,
    "TotalVolatileOrganicCompoundsConcentrationMeasurement",
    "TotalVolatileOrganicCompoundsConcentrationMeasurement.value",
)

RADON_CONCENTRATION_MEASUREMENT = concentration_cluster(1071, "RadonConcentrationMeasurement")

HEPA_FILTER_MONITORING = cluster(
    113,
    "HepaFilterMonitoring",
    value(0, "condition", number(unit="%"), "ResourceMonitoring.condition"),
    bound(1, "degradationDirection"),
    value(
        2, "changeIndication", is_in(frozenset({1, 2}), frozenset({0})), "ResourceMonitoring.change"
    ),
    value(3, "inPlaceIndicator", flag()),
    value(4, "lastChangedTime", moment(), order=writes(4)),
    bound(5, "replacementProductList"),
    actions={"ResourceMonitoring.reset": Invoke(0, "ResetCondition")},
)

ACTIVATED_CARBON_FILTER_MONITORING = cluster(
    114,
    "ActivatedCarbonFilterMonitoring",
    value(0, "condition", number(unit="%"), "ActivatedCarbonFilterMonitoring.condition"),
    bound(1, "degradationDirection"),
    value(
        2,
        "changeIndication",
        is_in(frozenset({1, 2}), frozenset({0})),
        "ActivatedCarbonFilterMonitoring.change",
    ),
    value(3, "inPlaceIndicator", flag()),
    value(4, "lastChangedTime", moment(), order=writes(4)),
    bound(5, "replacementProductList"),
    actions={"ActivatedCarbonFilterMonitoring.reset": Invoke(0, "ResetCondition")},
)

WATER_TANK_LEVEL_MONITORING = cluster(
    121,
    "WaterTankLevelMonitoring",
    value(0, "condition", number(unit="%"), "WaterTankLevelMonitoring.condition"),
    bound(1, "degradationDirection"),
    value(
        2,
        "changeIndication",
        is_in(frozenset({1, 2}), frozenset({0})),
        "WaterTankLevelMonitoring.change",
    ),
    value(3, "inPlaceIndicator", flag()),
    value(4, "lastChangedTime", moment(), order=writes(4)),
    bound(5, "replacementProductList"),
    actions={"WaterTankLevelMonitoring.reset": Invoke(0, "ResetCondition")},
)

AIR: Sequence[Cluster] = (
    AIR_QUALITY,
    CARBON_MONOXIDE_CONCENTRATION_MEASUREMENT,
    CARBON_DIOXIDE_CONCENTRATION_MEASUREMENT,
    NITROGEN_DIOXIDE_CONCENTRATION_MEASUREMENT,
    OZONE_CONCENTRATION_MEASUREMENT,
    PM25_CONCENTRATION_MEASUREMENT,
    FORMALDEHYDE_CONCENTRATION_MEASUREMENT,
    PM1_CONCENTRATION_MEASUREMENT,
    PM10_CONCENTRATION_MEASUREMENT,
    TOTAL_VOLATILE_ORGANIC_COMPOUNDS_CONCENTRATION_MEASUREMENT,
    RADON_CONCENTRATION_MEASUREMENT,
    HEPA_FILTER_MONITORING,
    ACTIVATED_CARBON_FILTER_MONITORING,
    WATER_TANK_LEVEL_MONITORING,
)

"""The concentration clusters, which differ in nothing but what they measure. Pure data.

Source: Matter 1.5 application cluster specification, section "Concentration Measurement Clusters".
"""

from drivers.matter.attributes import Cluster, bound, cluster, value
from drivers.matter.codecs import choice, number
from drivers.matter.special import concentration


def concentration_cluster(own: int, name: str, prop: str = "") -> Cluster:
    """Return the cluster that measures `prop`; a plain number where the vocabulary has none."""
    return cluster(
        own,
        name,
        value(0, "measuredValue", concentration(), prop),
        bound(1, "minMeasuredValue"),
        bound(2, "maxMeasuredValue"),
        value(3, "peakMeasuredValue", concentration()),
        value(4, "peakMeasuredValueWindow", number(unit="s")),
        value(5, "averageMeasuredValue", concentration()),
        value(6, "averageMeasuredValueWindow", number(unit="s")),
        bound(7, "uncertainty"),
        bound(8, "measurementUnit"),
        bound(9, "measurementMedium"),
        value(
            10,
            "levelValue",
            choice({0: "unknown", 1: "low", 2: "medium", 3: "high", 4: "critical"}),
        ),
    )

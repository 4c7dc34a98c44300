"""A node of every device type that matter.js has, with all clusters that each may have.

Its attributes are kept in tests/fixtures/matter/census.json.gz, as the project's own virtual device
told them to a real server: tests/integration/test_matter_types.py writes them anew when it runs
with HUBD_KEEP_CENSUS=1.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from drivers.matter.attributes import GLOBAL, Attribute, Beside, Cluster, Role
from drivers.matter.clusters import CLUSTERS
from drivers.matter.dump import Endpoint, nodes
from drivers.matter.infrastructure import INFRASTRUCTURE
from drivers.matter.mapping import described, is_spare
from drivers.matter.switches import signal
from firmware_sim.peers.matter import device_types
from hubd.model.device import Property
from hubd.model.value import Value, ValueType

KEPT = Path(__file__).parents[1] / "fixtures" / "matter" / "census.json.gz"

_BESIDE: tuple[Mapping[str, object], ...] = (
    {"id": "battery", "type": "PowerSource"},
    {
        "id": "meter",
        "type": "ElectricalSensor",
        "clusters": ["ElectricalPowerMeasurement", "ElectricalEnergyMeasurement"],
    },
    {"id": "flexible", "type": "DeviceEnergyManagement", "clusters": "all"},
    {
        "id": "fridge",
        "type": "Refrigerator",
        "parts": [{"id": "cabinet", "type": "TemperatureControlledCabinet"}],
    },
    {
        "id": "bridge",
        "type": "Aggregator",
        "parts": [
            {"id": "lamp", "type": "DimmableLight", "bridged": {"nodeLabel": "Hall lamp"}},
            {"id": "motion", "type": "OccupancySensor", "bridged": {"nodeLabel": "Hall motion"}},
        ],
    },
)
"""What stands beside solar panels, batteries and heat pumps; what is composed or bridged."""


def census(installed: Path) -> Iterator[Mapping[str, object]]:
    """Yield the endpoints of the node: one of each device type, and a few composed ones."""
    for number, name in enumerate(device_types(installed)):
        yield {"id": f"e{number}", "type": name, "clusters": "all"}
    yield from _BESIDE


def keep(node: Mapping[str, object]) -> None:
    """Keep what a node told."""
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    told = json.dumps({"node_id": 1, "attributes": node["attributes"]}, sort_keys=True)
    KEPT.write_bytes(gzip.compress(told.encode(), mtime=0))


def kept() -> Mapping[str, object]:
    """Return what was kept."""
    told: Mapping[str, object] = json.loads(gzip.decompress(KEPT.read_bytes()))
    return told


def endpoints(node: object) -> tuple[Endpoint, ...]:
    """Return the endpoints of a node that a server told."""
    ((_, told),) = nodes(node)
    return told


def clusters(node: object) -> Iterator[tuple[Endpoint, Cluster, Beside]]:
    """Yield all application clusters of a node."""
    for endpoint in endpoints(node):
        for own in endpoint.clusters:
            if own not in INFRASTRUCTURE:
                yield endpoint, CLUSTERS[own], endpoint.beside(own)


def properties(cluster: Cluster, beside: Beside) -> Iterator[tuple[Attribute, Property]]:
    """Yield the attributes of a cluster that are properties, with these."""
    for own in beside.attributes:
        attribute = cluster.attributes.get(own)
        if own >= GLOBAL or attribute is None or attribute.role is not Role.VALUE:
            continue
        if not is_spare(attribute, beside):
            yield attribute, described(attribute, beside)


def uncarried(node: object) -> tuple[int, dict[str, str]]:
    """Return how many kinds of clusters a node has, and of which nothing is carried, and why."""
    carried: dict[str, bool] = defaultdict(bool)
    for _, cluster, beside in clusters(node):
        tells = next(properties(cluster, beside), None) is not None
        does = bool(cluster.actions) or signal(cluster.id, beside) is not None
        carried[cluster.name] |= tells or does
    by_name = {cluster.name: cluster for cluster in CLUSTERS.values()}
    return len(carried), {
        name: by_name[name].reason for name, is_it in carried.items() if not is_it
    }


def wish(prop: Property, now: Value) -> Value:
    """Return something else that a property may be; None where nobody can tell."""
    if prop.type is ValueType.BOOLEAN:
        return not now
    if prop.choices:
        return next((choice for choice in prop.choices if choice != now), None)
    if prop.type is ValueType.STRING:
        return "2024-05-06T07:08:09+00:00" if prop.name == "Timestamp.value" else None
    low, high = prop.minimum or 0.0, 100.0 if prop.maximum is None else prop.maximum
    low = max(low, high - 1e5)
    parts = (1.0,) if prop.step else (0.25, 0.75)
    wishes = (low + (high - low) * part for part in parts)
    told = now if isinstance(now, int | float) else None
    return next((w for w in wishes if told is None or abs(w - told) > prop.tolerance), None)

"""Matter: nodes as a server dumps them, attributes both ways, events."""

from collections.abc import Callable, Sequence

from drivers.kit.errors import MalformedError
from drivers.matter.attributes import Attribute, Beside, Role
from drivers.matter.clusters import CLUSTERS
from drivers.matter.coverage import read
from drivers.matter.device_types import device_type
from drivers.matter.dump import nodes
from drivers.matter.mapping import decoded, described, encoded
from drivers.matter.switches import happened, presses
from hubd.model.value import Value
from tests.fuzz.ears import judge
from tests.fuzz.target import (
    DEVICE,
    ODD,
    Target,
    as_json,
    document,
    field,
    judge_reason,
    typed,
    wished,
)

_ATTRIBUTES = 24


def _dump(data: bytes) -> None:
    """Read a dump; tell each attribute, wish of it, and tell what happened at its cluster."""
    said = document(data)
    with typed():
        for entity in read(said):
            assert entity.name
            assert len(entity.reason) < 1_000
    events = field(said, "events")
    done = 0
    with typed():
        for _, endpoints in nodes(said):
            for endpoint in endpoints:
                device_type(endpoint.types)
                for own in list(endpoint.clusters)[:_ATTRIBUTES]:
                    beside = endpoint.beside(own)
                    presses(beside)
                    for event in events if isinstance(events, list) else ():
                        with typed():
                            happened(own, _number(event), event, beside)
                    cluster = CLUSTERS.get(own)
                    for number, raw in endpoint.clusters[own].items():
                        known = cluster.attributes.get(number) if cluster else None
                        if known is not None and known.role is Role.VALUE and done < _ATTRIBUTES:
                            done += 1
                            _attribute(known, raw, beside)


def _number(event: object) -> int:
    said = field(event, "event")
    return said if isinstance(said, int) else 0


def _attribute(attribute: Attribute, raw: object, beside: Beside) -> None:
    try:
        prop = described(attribute, beside)
        value = decoded(attribute, raw, beside)
    except MalformedError as error:
        judge_reason(error.what)
        wished(_encoding(attribute, beside))
    else:
        judge(value)
        wished(_encoding(attribute, beside), (*ODD, value, *prop.choices[:2]))


def _encoding(attribute: Attribute, beside: Beside) -> Callable[[Value], object]:
    return lambda value: encoded(attribute, value, beside)


def _seeds() -> Sequence[bytes]:
    """Return, for each cluster, a node that tells each of its attributes as a number, or else."""
    modes = [{"0": "Cotton", "1": 3, "2": []}, {"label": "Wool", "mode": 4}]
    raws: Sequence[object] = (1, 2500, True, "a", modes, {"0": 5, "1": 6}, [1, 2], None)
    seeds = []
    for place, (own, cluster) in enumerate(CLUSTERS.items()):
        told: dict[str, object] = {
            f"1/{own}/{number}": raws[(place + n) % len(raws)] if n % 2 else 1
            for n, number in enumerate(list(cluster.attributes)[:24])
        }
        told |= {f"1/{own}/65532": 7, "1/29/0": [{"0": 256, "1": 1}], "0/40/1": "Maker"}
        events = [{"event": 6, "newPosition": 1, "totalNumberOfPressesCounted": 2}, {"event": 1},
                  {"event": 0, "alarmCode": 1, "newPosition": 2},
                  {"event": 2, "lockOperationType": 1}]  # fmt: skip
        seeds += as_json({"node_id": 4, "attributes": told, "events": events})
    seeds += as_json(
        {"attributes": {
            "1/96/0": ["washing", "rinsing"], "1/96/1": 1, "1/83/0": ["400", "800"], "1/83/1": 1,
            "1/95/6": [100, 300], "1/95/7": 1, "1/336/0": [
                {"0": 7, "1": 1, "2": {"0": {"0": "Hall", "1": None, "2": 3}, "1": None}}],
            "1/336/2": [7], "1/336/3": 7}},
        {"attributes": {
            "1/513/78": "AQ==", "1/513/80": [{"0": "AQ==", "1": 1, "2": "Away", "3": 2000}],
            "1/513/74": [], "1/513/65532": 0x1FF}},
    )  # fmt: skip
    named = {"1": {"OnOff": {"onOff": True, "attributeList": [0]}, "Descriptor": {
        "deviceTypeList": [{"type": 256, "revision": 1}]}, "Strange": {"x": 1}}}  # fmt: skip
    kept = {"1/6/0": {"node_id": 4, "attribute_id": 0, "value": True}}
    return [
        *seeds,
        *as_json({"attributes": named}, [{"data": {"nodes": {"4": {"attributes": kept}}}}]),
    ]


TARGETS = (Target("matter.dump", ("drivers.matter",), _dump, _seeds, allowance_bytes=DEVICE),)

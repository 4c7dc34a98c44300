"""Every device type that matter.js has: commissioned, read, set and asked through a real server."""

import asyncio
import json
import os
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest
import pytest_asyncio
from matter_census import census, clusters, keep, kept, properties, uncarried, wish
from matter_house import MatterHouse, installed
from matter_socket import MatterSocket, ServerError, attributes, connected

from drivers.kit.errors import RefusedError
from drivers.matter.attributes import Attribute, Beside, Cluster, Invoke, Order
from drivers.matter.clusters import CLUSTERS
from drivers.matter.coverage import read
from drivers.matter.mapping import asked, decoded, encoded
from drivers.matter.orders import TIMED
from drivers.matter.reasons import SIGN_IN
from firmware_sim.peers.matter import MatterPeer
from hubd.model.device import Property
from hubd.model.value import Value, same

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACCEPTED = 0xFFF9
OFF_ONLY = 2
"""The feature of what can be switched off from afar, and never on."""
ARGUMENTS: Mapping[str, Value] = {
    "DoorLock.addUser": '{"user": 1, "name": "Bob"}',
    "DoorLock.setCode": '{"number": 1, "code": "123456", "user": 1}',
    "DoorLock.clearCode": '{"number": 1}',
    "DoorLock.nameUser": '{"user": 1, "name": "Ann"}',
    "DoorLock.removeUser": 1,
    "MicrowaveOvenControl.cook": '{"time": 60, "power": 80}',
    "MicrowaveOvenControl.addTime": 30,
    "FanControl.step": "up",
    "Channel.change": 2,
    "Command.send": "menu",
    "MediaPlayback.playUrl": "http://10.0.0.2/film.mp4",
    "MediaPlayback.skipForward": 10,
    "MediaPlayback.skipBackward": 10,
    "Message.show": "Dinner is ready",
}


@dataclass(frozen=True, slots=True)
class Commissioned:
    """The node of every device type, and the server that knows it."""

    device: MatterPeer
    server: MatterSocket
    node: int
    told: Mapping[str, object]

    async def order(self, endpoint: int, cluster: int, order: Order) -> None:
        if isinstance(order, Invoke):
            await self.server.command(
                self.node,
                endpoint,
                cluster,
                order.name,
                timed_ms=5000 if cluster in TIMED else None,
                **order.fields,
            )
            return
        path = f"{endpoint}/{cluster}/{order.attribute}"
        await self.server.ask(
            "write_attribute", node_id=self.node, attribute_path=path, value=order.value
        )

    async def now(self, endpoint: int, cluster: int, attribute: Attribute, beside: Beside) -> Value:
        path = f"{endpoint}/{cluster}/{attribute.id}"
        told = await self.server.ask("read_attribute", node_id=self.node, attribute_path=path)
        assert isinstance(told, dict)
        return decoded(attribute, told[path], beside)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def all_types(matter_house: MatterHouse) -> AsyncIterator[Commissioned]:
    endpoints = census(matter_house.installed.devices)
    async with matter_house.device(*endpoints) as device, connected(matter_house.url) as server:
        node = await server.commission(device.qr)
        told = await server.ask("get_node", node_id=node)
        assert isinstance(told, dict)
        yield Commissioned(device, server, node, told)
        await server.ask("remove_node", node_id=node)


async def test_every_device_type_is_carried(all_types: Commissioned) -> None:
    if os.environ.get("HUBD_KEEP_CENSUS"):
        keep(all_types.told)
    known, left = uncarried(all_types.told)
    assert known >= 80
    assert left == {"AccountLogin": SIGN_IN}
    assert len(left) <= known * 0.05
    assert all(entity.mapped or entity.reason for entity in read(all_types.told))


async def test_the_kept_census_is_what_devices_tell(all_types: Commissioned) -> None:
    # A node's own clusters count and measure its process and its network.
    told = {path for path in attributes(all_types.told) if not path.startswith("0/")}
    assert told == {path for path in attributes(kept()) if not path.startswith("0/")}


async def test_what_is_wished_of_any_device_becomes_so(all_types: Commissioned) -> None:
    became = 0
    failed: list[str] = []
    for endpoint, cluster, beside in clusters(all_types.told):
        for attribute, prop in properties(cluster, beside):
            wished = _wish(attribute, prop, beside)
            if wished is None:
                continue
            label = f"{endpoint.id} {cluster.name}.{attribute.label} = {wished!r}"
            try:
                order = encoded(attribute, wished, beside)
            except RefusedError:
                assert beside.feature(OFF_ONLY), label
                continue
            try:
                await all_types.order(endpoint.id, cluster.id, order)
            except ServerError as error:
                failed.append(f"{label}: {error}")
                continue
            is_now = await all_types.now(endpoint.id, cluster.id, attribute, beside)
            if same(is_now, wished, max(prop.tolerance, 1e-3)):
                became += 1
            else:
                failed.append(f"{label}: it is {is_now!r}")
    assert failed == []
    assert became > 200


def _wish(attribute: Attribute, prop: Property, beside: Beside) -> Value:
    if not prop.writable:
        return None
    return wish(prop, decoded(attribute, beside.attributes[attribute.id], beside))


async def test_what_any_device_is_asked_it_does(all_types: Commissioned) -> None:
    done = set()
    for endpoint, cluster, beside in clusters(all_types.told):
        for name, invoke in _taken(cluster, beside).items():
            order = asked(invoke, ARGUMENTS.get(name), beside)
            await all_types.order(endpoint.id, cluster.id, order)
            done.add(name)
    assert done >= set(ARGUMENTS)
    commanded = {(c["cluster"], c["command"]) for c in all_types.device.commanded}
    assert ("doorLock", "setCredential") in commanded
    assert ("rvcRunMode", "changeToMode") in commanded


def _taken(cluster: Cluster, beside: Beside) -> Mapping[str, Invoke]:
    taken = beside.attributes.get(ACCEPTED)
    assert isinstance(taken, list)
    return {name: it for name, it in cluster.actions.items() if it.command in taken}


_NAMES = """
import json
from chip.clusters import ClusterObjects
from matter_server.common import custom_clusters
told = {}
for own, cluster in ClusterObjects.ALL_CLUSTERS.items():
    commands = vars(getattr(cluster, "Commands", object)).values()
    told[own] = {
        c.command_id: [c.__name__, [f.Label for f in c.descriptor.Fields]]
        for c in commands
        if isinstance(c, type) and getattr(c, "is_client", False)
    }
print(json.dumps(told))
"""


async def test_commands_are_named_as_the_server_names_them() -> None:
    python = installed().environment / "bin" / "python"
    answering = await asyncio.create_subprocess_exec(python, "-c", _NAMES, stdout=PIPE)
    names = json.loads((await answering.communicate())[0])
    unknown = []
    for cluster in CLUSTERS.values():
        for name, invoke in cluster.actions.items():
            known = names.get(str(cluster.id), {}).get(str(invoke.command))
            if known is None:
                unknown.append(f"{cluster.name} {name}")
                continue
            assert known[0] == invoke.name
            assert set(invoke.fields) <= set(known[1]), invoke
    # The server is of Matter 1.4, and knows nothing of this maker's command.
    assert unknown == [
        "WaterTankLevelMonitoring WaterTankLevelMonitoring.reset",
        "HeimanCluster SmokeCoAlarm.mute",
    ]

"""The inbox, things and drivers through the API."""

import aiohttp
from api_serving import Served
from plain_driver import PlainDriver

from drivers.kit.found import Found, Need, Trust
from hubd.driver_port import DriverPort, attach
from hubd.guard.permission import Permission
from hubd.model.device import Device, DeviceType, Endpoint
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.vocabulary import typical

MAC = "mac:a0b1c2d3e4f5"


class Announcing(PlainDriver):
    """A driver whose devices announce themselves, and are adopted by a person or a rule."""

    def __init__(self, port: DriverPort) -> None:
        super().__init__()
        self.port = port
        self.refreshed: list[str] = []

    def vouches(self, device: DeviceId) -> bool:
        del device
        return False

    def refresh(self, device: DeviceId) -> None:
        self.refreshed.append(device)


def announcing(served: Served, name: str) -> Announcing:
    driver = attach(served.home.hub, served.home.adoption, Announcing, name)
    driver.name = name
    return driver


def plug(device: str, driver: str, name: str = "Kitchen plug", endpoint: str = "1") -> Device:
    on = typical("OnOff.on", writable=True)
    switch = Endpoint(EndpointId(endpoint), DeviceType.ON_OFF_PLUG, "", (on,))
    return Device(DeviceId(device), name, driver, (switch,), identities=(MAC,))


async def proof(served: Served) -> dict[str, str]:
    return await served.token(Permission.EDIT_HOME, Permission.SEE_HOME, Permission.SEE_SYSTEM)


async def got(
    served: Served, method: str, path: str, body: object = None, status: int = 200
) -> object:
    headers = await proof(served)
    async with served.client.request(method, path, json=body, headers=headers) as response:
        assert response.status == status, await response.text()
        return None if status == 204 else await response.json()


async def test_what_is_found_waits_with_the_room_that_its_name_says(served: Served) -> None:
    announcing(served, "zed").port.described(plug("p1", "zed"))
    told = await got(served, "GET", "/api/inbox")
    assert isinstance(told, list)
    (entry,) = told
    assert entry["id"] == "zed:p1"
    assert entry["pictured"] == ["on_off_plug"]
    assert entry["room"] == {
        "area": "kitchen",
        "name": "Kitchen",
        "known": True,
        "told_by": '"Kitchen plug" has "Kitchen" in it',
    }
    assert await got(served, "GET", "/api/devices/p1", status=404)


async def test_one_tap_adopts_and_the_driver_tells_all_anew(served: Served) -> None:
    driver = announcing(served, "zed")
    driver.port.described(plug("p1", "zed"))
    body = {"name": "Kettle", "area": "Scullery"}
    assert await got(served, "POST", "/api/inbox/zed:p1/adopt", body) == {"device": "p1"}
    device = await got(served, "GET", "/api/devices/p1")
    assert isinstance(device, dict)
    assert (device["name"], device["area"]) == ("Kettle", "scullery")
    assert driver.refreshed == ["p1"]
    assert await got(served, "GET", "/api/inbox") == []


async def test_what_nobody_wants_is_dismissed_and_can_be_shown_again(served: Served) -> None:
    announcing(served, "zed").port.described(plug("p1", "zed"))
    await got(served, "POST", "/api/inbox/zed:p1/dismiss", {}, status=204)
    told = await got(served, "GET", "/api/inbox")
    assert isinstance(told, list)
    assert told[0]["dismissed"] is True
    await got(served, "POST", "/api/inbox/zed:p1/dismiss", {"dismissed": False}, status=204)
    told = await got(served, "GET", "/api/inbox")
    assert isinstance(told, list)
    assert told[0]["dismissed"] is False


async def test_a_device_is_renamed_in_one_place_and_stays_so(served: Served) -> None:
    driver = announcing(served, "zed")
    driver.port.described(plug("p1", "zed"))
    await got(served, "POST", "/api/inbox/zed:p1/adopt", {})
    change = {"name": "Toaster", "area": "Hall"}
    await got(served, "PATCH", "/api/devices/p1", change, status=204)
    driver.port.described(plug("p1", "zed", "Kitchen plug v2"))
    device = await got(served, "GET", "/api/devices/p1")
    assert isinstance(device, dict)
    assert (device["name"], device["area"]) == ("Toaster", "hall")
    (found,) = served.home.view.home.find_devices("kitchen plug v2")
    assert found.id == "p1"
    told = await got(served, "PATCH", "/api/devices/p9", {"name": "x"}, status=404)
    assert isinstance(told, dict)
    assert told["error"]["mend"] == "Write lamp, door, motion, phone or p1"


async def test_one_thing_over_two_protocols_is_proposed_joined_and_split(served: Served) -> None:
    for driver, device, endpoint in (("zed", "p1", "1"), ("wifi", "w1", "relay")):
        announcing(served, driver).port.described(plug(device, driver, endpoint=endpoint))
        await got(served, "POST", f"/api/inbox/{driver}:{device}/adopt", {})
    told = await got(served, "GET", "/api/things")
    assert isinstance(told, dict)
    (proposal,) = told["proposals"]
    assert {proposal["first"], proposal["second"]} == {"p1", "w1"}
    assert proposal["evidence"] == ["the same MAC address (a0b1c2d3e4f5)"]
    await got(served, "POST", "/api/things", {"thing": "p1", "other": "w1"}, status=204)
    assert await got(served, "GET", "/api/devices/w1", status=404)
    told = await got(served, "GET", "/api/things")
    assert isinstance(told, dict)
    assert told["proposals"] == []
    assert [(j["id"], j["thing"]) for j in told["joined"]] == [("w1", "p1")]
    await got(served, "DELETE", "/api/things/w1", status=204)
    assert await got(served, "GET", "/api/devices/w1")
    await got(served, "DELETE", "/api/things/w1", status=404)
    await got(served, "POST", "/api/things", {"thing": "p1", "other": "p1"}, status=409)


async def test_drivers_tell_how_they_do_and_only_processes_restart(served: Served) -> None:
    announcing(served, "zed")
    told = await got(served, "GET", "/api/drivers")
    assert isinstance(told, list)
    assert [(d["name"], d["running"], d["separate"]) for d in told] == [("zed", True, False)]
    await got(served, "POST", "/api/drivers/zed/restart", {}, status=404)


async def test_what_announces_itself_cannot_be_let_go_of_here(served: Served) -> None:
    announcing(served, "zed").port.described(plug("p1", "zed"))
    await got(served, "POST", "/api/inbox/zed:p1/adopt", {})
    await got(served, "DELETE", "/api/devices/p1", status=409)


async def test_a_found_thing_without_a_driver_says_so_when_it_is_tapped(served: Served) -> None:
    found = Found("k", "Speaker", trust=Trust.KEYED, needs=(Need("pin", "PIN"),))
    served.home.adoption.inbox.put("", found, why="there is no driver for it yet")
    told = await got(served, "POST", "/api/inbox/unknown:k/adopt", {}, status=422)
    assert isinstance(told, dict)
    assert told["error"]["message"] == "Speaker: there is no driver for it yet"
    await got(served, "POST", "/api/inbox/unknown:nothing/adopt", {}, status=404)


async def test_who_may_not_edit_the_home_may_not_look_into_the_inbox(served: Served) -> None:
    headers = await served.token(Permission.SEE_HOME)
    async with served.client.get("/api/inbox", headers=headers) as response:
        assert response.status == 403
    assert isinstance(response, aiohttp.ClientResponse)

"""Virtual Matter devices are commissioned, read, commanded, lost and found by a real server."""

import pytest
from matter_house import MatterHouse
from matter_socket import ServerError, attributes, connected

ON_OFF, SWITCH = 6, 59
INITIAL_PRESS = 1


async def test_a_device_is_commissioned_read_commanded_touched_and_comes_back(
    matter_house: MatterHouse,
) -> None:
    async with (
        matter_house.device({"id": "light", "type": "DimmableLight"}) as lamp,
        connected(matter_house.url) as server,
    ):
        node = await server.commission(lamp.qr)
        await lamp.until(lambda told: told.get("commissioned") is True)
        told = attributes(await server.ask("get_node", node_id=node))
        assert told["1/6/0"] is False
        await server.command(node, 1, ON_OFF, "On")
        assert [c["command"] for c in lamp.commanded] == ["on"]
        assert (await lamp.state("light"))["onOff"]["onOff"] is True
        await server.until_attribute(node, "1/6/0", True)
        await lamp.set("light", onOff={"onOff": False})
        await server.until_attribute(node, "1/6/0", False)
        await server.ask("remove_node", node_id=node)
        await lamp.until(lambda told: told.get("commissioned") is False)


async def test_a_device_keeps_its_codes_its_fabric_and_its_state_over_stop_and_kill(
    matter_house: MatterHouse,
) -> None:
    async with matter_house.device({"id": "plug", "type": "OnOffPlugInUnit"}) as plug:
        codes = plug.qr, plug.manual
        async with connected(matter_house.url) as server:
            node = await server.commission(plug.manual)
            await server.command(node, 1, ON_OFF, "On")
            await plug.stop()
            await plug.start()
            await server.until_attribute(node, "1/6/0", True)
            await plug.kill()
            await plug.start()
        assert plug.commissioned
        assert (plug.qr, plug.manual) == codes
        assert (await plug.state("plug"))["onOff"]["onOff"] is True
        # The server would try the killed device's former session for a long while.
        await matter_house.stop()
        await matter_house.start()
        async with connected(matter_house.url) as server:
            await server.ask("remove_node", node_id=node)
        await plug.until(lambda told: told.get("commissioned") is False)


async def test_presses_of_a_switch_are_told_as_events(matter_house: MatterHouse) -> None:
    async with (
        matter_house.device({"id": "button", "type": "GenericSwitch"}) as button,
        connected(matter_house.url) as server,
    ):
        node = await server.commission(button.manual)
        await button.press("button")
        await server.until(lambda said: said["event"] == "node_event")
        assert server.events(node)[0] == (1, SWITCH, INITIAL_PRESS)
        await server.ask("remove_node", node_id=node)


async def test_a_wrong_code_is_refused(matter_house: MatterHouse) -> None:
    async with connected(matter_house.url) as server:
        with pytest.raises(ServerError):
            await server.commission("MT:Y.K90AFN00KA0648G0")

"""The hub has its messenger listen to what scenes name, and folds what it hears."""

from hubd.adoption import Adoption
from hubd.clock import WallClock
from hubd.core.engine import Core
from hubd.driver_port import DriverPort
from hubd.hub import Hub
from hubd.model.events import Fired, Hailed, SceneRemoved, SceneRevised
from hubd.model.ids import SceneId
from scenes.compiler import compile_scene
from tests.unit.drivers.mqtt_house import House
from tests.unit.hub.test_hub import attached, lamp

SCENE = "scene: S\nwhen: {message: bell/+}\nclaims: {lamp: on}\nuntil: {called: over}\n"


class _Nowhere:
    """A log that keeps nothing."""

    def append(self, events: object) -> None:
        del events

    async def commit(self, events: object) -> None:
        del events


async def test_a_message_comes_from_the_wire_to_the_scene_that_names_its_topic() -> None:
    hub = Hub(Core(compile_scene), _Nowhere(), WallClock())
    attached(hub).port.described(lamp())
    house = House()
    hub.speak_through(house.driver)
    await hub.configure([SceneRevised(SceneId("s"), SCENE)], "test")
    assert "bell/+" in house.broker.topics
    await house.tell("bell/front", "ring")
    await house.tell("bell/front", "ring", retained=True)
    assert house.hub.messages == [("bell/front", "ring")]
    told: list[object] = []
    hub.watch(lambda events: told.extend(type(e.what) for e in events))
    DriverPort(hub, Adoption(hub, None), "mqtt").messaged("bell/front", "ring")
    assert Fired in told
    hub.take(Hailed("over"), "test")
    assert not hub.core.view.is_claiming("scene:s")
    await hub.configure([SceneRemoved(SceneId("s"))], "test")
    assert "bell/+" in house.broker.left
    hub.close()

"""People begin and end scenes, and answer what these ask, within their rights."""

from api_home import LAMP, LOCK
from api_serving import Served

from hubd.guard.permission import Permission
from hubd.model.events import Questioned, Replied, Summoned
from hubd.model.ids import SceneId

DUSK = SceneId("dusk")


async def test_who_may_control_devices_begins_and_ends_a_scene(served: Served) -> None:
    served.home.reaches[DUSK] = frozenset({LAMP})
    headers = await served.token(Permission.CONTROL_DEVICES)
    for deed in ("begin", "end"):
        async with served.client.post(
            f"/api/scenes/dusk/{deed}", json={}, headers=headers
        ) as response:
            assert response.status == 202
    began, ended = [e.what for e in served.home.log if isinstance(e.what, Summoned)]
    assert (began.end, ended.end) == (False, True)
    assert began.owner == "person:ann"
    assert began.why == "Ann asked for it"


async def test_a_scene_that_unlocks_needs_the_right_to_unlock(served: Served) -> None:
    served.home.reaches[DUSK] = frozenset({LAMP, LOCK})
    headers = await served.token(Permission.CONTROL_DEVICES)
    async with served.client.post("/api/scenes/dusk/begin", json={}, headers=headers) as response:
        assert response.status == 403
    assert not [e for e in served.home.log if isinstance(e.what, Summoned)]


async def test_a_scene_or_area_that_is_not_there_is_named_with_the_nearest(served: Served) -> None:
    headers = await served.token(Permission.CONTROL_DEVICES)
    async with served.client.post("/api/scenes/dust/begin", json={}, headers=headers) as response:
        assert response.status == 404
        assert "dusk" in (await response.json())["error"]["mend"]
    async with served.client.post(
        "/api/scenes/dusk/begin", json={"area": "nowhere"}, headers=headers
    ) as response:
        assert response.status == 422


async def test_what_a_scene_asks_is_shown_and_answered_once(served: Served) -> None:
    asked = Questioned(DUSK, ":0", "06:30 passed while the hub was off")
    served.home.core.state.questions[(DUSK, asked.timer)] = asked.text
    headers = await served.token(Permission.SEE_SCENES, Permission.CONTROL_DEVICES)
    async with served.client.get("/api/questions", headers=headers) as response:
        [question] = await response.json()
    assert question == {"scene": "dusk", "timer": ":0", "text": asked.text}
    answer = {"scene": "dusk", "timer": ":0", "yes": True}
    for status in (202, 404):
        async with served.client.post("/api/questions", json=answer, headers=headers) as response:
            assert response.status == status
    assert [e.what for e in served.home.log if isinstance(e.what, Replied)] == [
        Replied(DUSK, ":0", True)
    ]

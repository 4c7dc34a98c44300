"""Why not and what if, as programs ask."""

import msgspec
from api_home import LAMP, MOTION
from api_serving import Served

from hubd.api.documents import WhatIf, WhyNotDocument
from hubd.guard.permission import Permission
from hubd.model.events import Reported, SceneRevised
from hubd.model.ids import SceneId
from hubd.model.instant import HOUR_US
from scenes.attempts import Came

KITCHEN = "scene: Kitchen\nwhen: {occupied: kitchen}\nclaims: {lamp: on}\n"
NIGHTS = KITCHEN + "if: {between: '2:00 and 2:01'}\n"


def lived(served: Served, text: str) -> None:
    """Let someone come into the kitchen and leave an hour later."""
    home = served.home
    home.take(Reported(LAMP, value=False, restored=True))
    home.take(Reported(MOTION, value=False, restored=True))
    home.take(SceneRevised(SceneId("kitchen"), text, "kitchen.yaml"))
    for seen in (True, False):
        home.tick(HOUR_US)
        home.take(Reported(MOTION, seen))


async def test_why_a_scene_did_not_begin_is_told_with_what_it_lacked(served: Served) -> None:
    lived(served, NIGHTS)
    headers = await served.token(Permission.SEE_HISTORY)
    query = {"scene": "kitchen", "within_h": "3"}
    async with served.client.get("/api/why-not", params=query, headers=headers) as response:
        assert response.status == 200
        told = msgspec.json.decode(await response.read(), type=WhyNotDocument)
    assert told.nearest is Came.CONDITION
    assert [lack.needed for lack in told.lacks] == ["between 02:00 and 02:01"]
    async with served.client.get(
        "/api/why-not", params={"scene": "none"}, headers=headers
    ) as response:
        assert response.status == 404


async def test_what_other_scenes_would_have_done_is_told_and_drawn(served: Served) -> None:
    lived(served, NIGHTS)
    headers = await served.token(Permission.EDIT_SCENES)
    body = {"scenes": {"kitchen.yaml": KITCHEN}, "picture": True}
    async with served.client.post("/api/what-if", json=body, headers=headers) as response:
        assert response.status == 200
        told = msgspec.json.decode(await response.read(), type=WhatIf)
    lamp = next(thing for thing in told.things if thing.property == LAMP)
    assert (lamp.before.times, lamp.after.times) == (0, 1)
    assert lamp.hours_different == lamp.after.hours
    assert lamp.hours_different is not None
    assert 0.9 < lamp.hours_different <= 1
    assert told.picture is not None
    assert told.picture.startswith("<svg")
    broken = {"scenes": {"kitchen.yaml": "scene: Kitchen\nwhem: 3\n"}}
    async with served.client.post("/api/what-if", json=broken, headers=headers) as response:
        assert response.status == 422

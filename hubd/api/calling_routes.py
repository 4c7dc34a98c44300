"""Routes by which people begin and end scenes, and answer what these ask."""

from http import HTTPStatus

from hubd.api.documents import Accepted, QuestionDocument
from hubd.api.errors import InvalidError, NotFoundError
from hubd.api.requests import ReplyRequest, SummonRequest
from hubd.api.route import Call, Route
from hubd.documents import did_you_mean
from hubd.guard.permission import Permission, needed_for
from hubd.model.events import Replied, Summoned
from hubd.model.ids import AreaId, SceneId, split_property_id


async def post_begin(call: Call) -> Accepted:
    """Begin a scene."""
    return _called(call, end=False)


async def post_end(call: Call) -> Accepted:
    """End a scene."""
    return _called(call, end=True)


async def get_questions(call: Call) -> list[QuestionDocument]:
    """Return what scenes ask."""
    return [QuestionDocument(*key, text) for key, text in call.port.view.questions.items()]


async def post_reply(call: Call) -> Accepted:
    """Answer what a scene asks."""
    said, who = call.said(ReplyRequest), call.identity
    scene = SceneId(said.scene)
    if (scene, said.timer) not in call.port.view.questions:
        raise NotFoundError("Nothing of the kind is asked", mend="See /api/questions.")
    _require(call, scene)
    return Accepted(call.port.wish(Replied(scene, said.timer, said.yes), who.source))


def _called(call: Call, *, end: bool) -> Accepted:
    scene, said, who = SceneId(call.path("id")), call.said(SummonRequest), call.identity
    known = [status.id for status in call.port.scenes()]
    if scene not in known:
        hint = did_you_mean(scene, known).capitalize()
        raise NotFoundError(f"There is no scene {scene!r}", mend=hint or "See /api/scenes.")
    area = AreaId(said.area) if said.area is not None else None
    areas = call.port.view.home.areas
    if area is not None and area not in areas:
        raise InvalidError(
            f"There is no area {area!r}", mend=did_you_mean(area, areas).capitalize()
        )
    _require(call, scene)
    why = said.why or f"{who.name} asked for it"
    return Accepted(call.port.wish(Summoned(scene, who.source, why, end, area), who.source))


def _require(call: Call, scene: SceneId) -> None:
    """Raise NotPermittedError unless all that the scene may do is allowed to the caller, too."""
    home = call.port.view.home
    for prop in call.port.reach(scene):
        device, endpoint, name = split_property_id(prop)
        ends = home.devices[device].endpoints
        kind = next(end.type for end in ends if end.id == endpoint)
        call.identity.require(needed_for(kind, name))


ROUTES = (
    Route(
        "POST",
        "/api/scenes/{id}/begin",
        Permission.CONTROL_DEVICES,
        post_begin,
        "Begin a scene",
        body=SummonRequest,
        answer=Accepted,
        status=HTTPStatus.ACCEPTED,
    ),
    Route(
        "POST",
        "/api/scenes/{id}/end",
        Permission.CONTROL_DEVICES,
        post_end,
        "End a scene",
        body=SummonRequest,
        answer=Accepted,
        status=HTTPStatus.ACCEPTED,
    ),
    Route(
        "GET",
        "/api/questions",
        Permission.SEE_SCENES,
        get_questions,
        "What scenes missed while the hub was off, and ask about",
        answer=list[QuestionDocument],
    ),
    Route(
        "POST",
        "/api/questions",
        Permission.CONTROL_DEVICES,
        post_reply,
        "Say whether a scene makes up for what it missed",
        body=ReplyRequest,
        answer=Accepted,
        status=HTTPStatus.ACCEPTED,
    ),
)

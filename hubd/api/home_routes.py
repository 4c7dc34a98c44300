"""Routes of the home as it is, and of people's wishes for it."""

from http import HTTPStatus

from aiohttp import web

from hubd.api import pictures
from hubd.api.documents import Accepted, DeviceDocument, HomeDocument, SceneDocument
from hubd.api.errors import NotFoundError
from hubd.api.requests import ActionRequest, CallRequest, ClaimRequest, ReleaseQuery
from hubd.api.route import Call, Route
from hubd.api.wishes import ask_for, hail, lay_claim, let_go
from hubd.guard.permission import Permission
from hubd.model.ids import DeviceId


async def get_home(call: Call) -> HomeDocument:
    """Return the whole home."""
    return pictures.home(call.port, call.identity.permissions)


async def get_devices(call: Call) -> list[DeviceDocument]:
    """Return all devices."""
    return pictures.devices(call.port, call.identity.permissions)


async def get_device(call: Call) -> DeviceDocument:
    """Return one device."""
    device = call.port.view.home.devices.get(DeviceId(call.path("id")))
    if device is None:
        raise NotFoundError(f"There is no device {call.path('id')!r}", mend="See /api/devices.")
    return pictures.device(device, call.port, call.identity.permissions)


async def get_scenes(call: Call) -> list[SceneDocument]:
    """Return all scenes."""
    return pictures.scenes(call.port.scenes())


async def post_claim(call: Call) -> Accepted:
    """Lay a person's hand on a property."""
    return Accepted(lay_claim(call.port, call.identity, call.said(ClaimRequest)))


async def delete_claim(call: Call) -> Accepted:
    """Let go of a property."""
    return Accepted(let_go(call.port, call.identity, call.asked(ReleaseQuery).property))


async def post_action(call: Call) -> Accepted:
    """Ask a device for an action."""
    return Accepted(ask_for(call.port, call.identity, call.said(ActionRequest)))


async def post_call(call: Call) -> Accepted:
    """Call what scenes listen to."""
    text = call.said(CallRequest).text
    return Accepted(hail(call.port, call.identity, call.path("id"), text))


async def get_socket(call: Call) -> web.StreamResponse:
    """Hold a WebSocket open."""
    return await call.service.live.serve(call.request, call.identity)


ROUTES = (
    Route("GET", "/api/home", Permission.SEE_HOME, get_home, "The whole home", answer=HomeDocument),
    Route(
        "GET",
        "/api/devices",
        Permission.SEE_HOME,
        get_devices,
        "All devices",
        answer=list[DeviceDocument],
    ),
    Route(
        "GET",
        "/api/devices/{id}",
        Permission.SEE_HOME,
        get_device,
        "One device",
        answer=DeviceDocument,
    ),
    Route(
        "GET",
        "/api/scenes",
        Permission.SEE_SCENES,
        get_scenes,
        "All scenes, and how they stand",
        answer=list[SceneDocument],
    ),
    Route(
        "POST",
        "/api/claims",
        Permission.CONTROL_DEVICES,
        post_claim,
        "Lay a claim on a property, as a person's hand",
        body=ClaimRequest,
        answer=Accepted,
        status=HTTPStatus.ACCEPTED,
    ),
    Route(
        "DELETE",
        "/api/claims",
        Permission.CONTROL_DEVICES,
        delete_claim,
        "Release one's own claim on a property",
        query=ReleaseQuery,
        answer=Accepted,
        status=HTTPStatus.ACCEPTED,
    ),
    Route(
        "POST",
        "/api/actions",
        Permission.CONTROL_DEVICES,
        post_action,
        "Ask a device for an action",
        body=ActionRequest,
        answer=Accepted,
        status=HTTPStatus.ACCEPTED,
    ),
    Route(
        "POST",
        "/api/calls/{id}",
        Permission.CALL_SCENES,
        post_call,
        "Call the scenes that listen to a name",
        body=CallRequest,
        answer=Accepted,
        status=HTTPStatus.ACCEPTED,
    ),
    Route(
        "GET",
        "/api/ws",
        Permission.SEE_HOME,
        get_socket,
        "The live picture, as a WebSocket",
        status=HTTPStatus.SWITCHING_PROTOCOLS,
    ),
)

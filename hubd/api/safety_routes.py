"""Routes of the safety rules: what they are, what they hold back, and a person's word on it."""

from http import HTTPStatus

from hubd.api import pictures
from hubd.api.documents import Accepted, SafetyDocument
from hubd.api.errors import NotFoundError
from hubd.api.requests import ConfirmRequest
from hubd.api.route import Call, Route
from hubd.core.safety import may_confirm
from hubd.guard.errors import NotPermittedError
from hubd.guard.permission import Permission, needed_for
from hubd.model.events import Confirmed
from hubd.model.ids import NO_EVENT, EventId, split_property_id


async def get_safety(call: Call) -> SafetyDocument:
    """Return the safety rules, and what they hold back."""
    return pictures.safety(call.port)


async def post_confirm(call: Call) -> Accepted:
    """Let be what a rule holds back.

    Raises NotFoundError where nothing waits, NotPermittedError for whom it does not wait for.
    """
    withheld = EventId(call.said(ConfirmRequest).withheld)
    held = call.port.view.held().get(withheld)
    if held is None or not held.what.confirm:
        raise NotFoundError(f"Nothing waits under {withheld}", mend="See /api/safety.")
    who = call.identity
    device, endpoint_id, name = split_property_id(held.what.property)
    known = call.port.view.home.devices.get(device)
    endpoints = known.endpoints if known is not None else ()
    for endpoint in endpoints:
        if endpoint.id == endpoint_id:
            who.require(needed_for(endpoint.type, name))
    if not may_confirm(who.role, held.what.confirm):
        needed = "an owner" if held.what.confirm == "owner" else "someone who lives here"
        what = f"{who.name} may not confirm this: it waits for {needed}"
        raise NotPermittedError(what, mend="Ask them to.")
    event = call.port.wish(Confirmed(withheld), who.source)
    if event == NO_EVENT:
        raise NotFoundError(f"The time to confirm {withheld} is over", mend="Ask for it anew.")
    return Accepted(event)


ROUTES = (
    Route(
        "GET",
        "/api/safety",
        Permission.SEE_SCENES,
        get_safety,
        "The safety rules, and what they hold back",
        answer=SafetyDocument,
    ),
    Route(
        "POST",
        "/api/safety/confirm",
        Permission.CONTROL_DEVICES,
        post_confirm,
        "Let be what a safety rule holds back",
        body=ConfirmRequest,
        answer=Accepted,
        status=HTTPStatus.ACCEPTED,
    ),
)

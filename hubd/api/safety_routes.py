"""Routes of the safety rules: what they are, what they hold back, and a person's word on it."""

from http import HTTPStatus

from hubd.api import pictures
from hubd.api.documents import Accepted, SafetyDocument
from hubd.api.requests import ConfirmRequest
from hubd.api.route import Call, Route
from hubd.api.wishes import confirm
from hubd.guard.permission import Permission
from hubd.model.ids import EventId


async def get_safety(call: Call) -> SafetyDocument:
    """Return the safety rules, and what they hold back."""
    return pictures.safety(call.port)


async def post_confirm(call: Call) -> Accepted:
    """Let be what a rule holds back."""
    withheld = EventId(call.said(ConfirmRequest).withheld)
    return Accepted(confirm(call.port, call.identity, withheld))


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

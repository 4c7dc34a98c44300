"""Routes of what happened, and why."""

from hubd.api import pictures
from hubd.api.documents import EventPage, WhatIf, Why, WhyNotDocument
from hubd.api.errors import InvalidError, NotFoundError
from hubd.api.port import EventQuery
from hubd.api.requests import EventsQuery, WhatIfRequest, WhyNotQuery, WhyQuery
from hubd.api.route import Call, Route
from hubd.guard.permission import Permission
from hubd.model.ids import AreaId, DeviceId, EventId, SceneId
from hubd.model.instant import HOUR_US, to_us


async def get_events(call: Call) -> EventPage:
    """Return a page of events."""
    asked = call.asked(EventsQuery)
    query = EventQuery(
        before=EventId(asked.before),
        after=EventId(asked.after),
        device=DeviceId(asked.device) if asked.device is not None else None,
        area=AreaId(asked.area) if asked.area is not None else None,
        kind=asked.kind,
        limit=asked.limit,
    )
    events = await call.port.events(query)
    is_full = len(events) >= asked.limit
    return EventPage(
        [pictures.event(e, call.port) for e in events], events[-1].id if is_full else None
    )


async def get_event_why(call: Call) -> Why:
    """Explain an event."""
    event = call.path("id")
    if not (event.isascii() and event.isdigit()):
        raise InvalidError(f"{event!r} is no event's id", mend="Send a whole number.")
    return await _why(call, event)


async def get_why(call: Call) -> Why:
    """Explain a device, a property or an event."""
    return await _why(call, call.asked(WhyQuery).of)


async def _why(call: Call, of: str) -> Why:
    explanation = await call.port.why(of)
    if explanation is None:
        raise NotFoundError(
            f"There is nothing to explain by the id {of!r}",
            mend="Send the id of a device, of a property or of an event that is still kept.",
        )
    return pictures.why(explanation)


async def get_why_not(call: Call) -> WhyNotDocument:
    """Say why a scene did not begin."""
    asked = call.asked(WhyNotQuery)
    at_us = to_us(asked.at) if asked.at is not None else call.port.now_us()
    within_us = round(asked.within_h * HOUR_US)
    told = await call.port.why_not(SceneId(asked.scene), at_us, within_us)
    if told is None:
        raise NotFoundError(
            f"There was no scene {asked.scene!r} at that time", mend="See /api/scenes."
        )
    return pictures.why_not(told)


async def post_what_if(call: Call) -> WhatIf:
    """Live the past under other scenes."""
    said = call.said(WhatIfRequest)
    from_us = to_us(said.from_) if said.from_ is not None else 0
    until_us = to_us(said.to) if said.to is not None else 0
    told = await call.port.what_if(said.scenes, from_us, until_us)
    return pictures.what_if(told, drawn=said.picture)


ROUTES = (
    Route(
        "GET",
        "/api/events",
        Permission.SEE_HISTORY,
        get_events,
        "What happened, newest first",
        query=EventsQuery,
        answer=EventPage,
    ),
    Route(
        "GET",
        "/api/events/{id}/why",
        Permission.SEE_HISTORY,
        get_event_why,
        "Why an event happened",
        answer=Why,
    ),
    Route(
        "GET",
        "/api/why",
        Permission.SEE_HISTORY,
        get_why,
        "Why a device or a property is as it is",
        query=WhyQuery,
        answer=Why,
    ),
    Route(
        "GET",
        "/api/why-not",
        Permission.SEE_HISTORY,
        get_why_not,
        "Why a scene did not begin, and what would have had to be true",
        query=WhyNotQuery,
        answer=WhyNotDocument,
    ),
    Route(
        "POST",
        "/api/what-if",
        Permission.EDIT_SCENES,
        post_what_if,
        "What other scenes would have done in the past of the home",
        body=WhatIfRequest,
        answer=WhatIf,
    ),
)

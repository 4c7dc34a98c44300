"""All routes of the API, in one table."""

from functools import cache

from hubd.api import (
    calling_routes,
    errand_routes,
    finding_routes,
    history_routes,
    home_routes,
    people_routes,
    safety_routes,
    scene_routes,
    schema_routes,
    session_routes,
    system_routes,
)
from hubd.api.openapi import Json, document
from hubd.api.panel import serve_panel
from hubd.api.route import Access, Call, Route


async def get_openapi(_: Call) -> Json:
    """Return the OpenAPI document."""
    return _openapi()


API: tuple[Route, ...] = (
    *session_routes.ROUTES,
    *home_routes.ROUTES,
    *finding_routes.ROUTES,
    *errand_routes.ROUTES,
    *safety_routes.ROUTES,
    *calling_routes.ROUTES,
    *scene_routes.ROUTES,
    *schema_routes.ROUTES,
    *history_routes.ROUTES,
    *people_routes.ROUTES,
    *system_routes.ROUTES,
    Route(
        "GET",
        "/api/openapi.json",
        Access.SIGNED_IN,
        get_openapi,
        "This description",
        answer="application/json",
    ),
)
"""What programs use."""

PANEL = Route("GET", "/{path:.*}", Access.OPEN, serve_panel, "The panel's files")
"""All the rest; the last in the table, since it matches everything."""

ROUTES = (*API, PANEL)


@cache
def _openapi() -> Json:
    return document(API)

"""Routes of the hub itself: health, metrics, and what this API is."""

from aiohttp import hdrs, web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from hubd.api.port import Health
from hubd.api.route import Call, Route
from hubd.guard.permission import Permission


async def get_health(call: Call) -> Health:
    """Return how the hub is."""
    return call.port.health()


async def get_metrics(call: Call) -> web.Response:
    """Return the figures that Prometheus collects."""
    return web.Response(
        body=generate_latest(call.service.metrics), headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST}
    )


ROUTES = (
    Route("GET", "/api/health", Permission.SEE_SYSTEM, get_health, "Health", answer=Health),
    Route(
        "GET",
        "/metrics",
        Permission.SEE_SYSTEM,
        get_metrics,
        "Figures in Prometheus' text format",
        answer="text/plain",
    ),
)

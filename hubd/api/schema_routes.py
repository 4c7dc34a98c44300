"""The route of the scenes' JSON Schema, for the panel and for editors."""

from hubd.api.route import Call, Route
from hubd.guard.permission import Permission
from scenes.schema import scene_schema


async def get_scene_schema(_: Call) -> dict[str, object]:
    """Return the JSON Schema of scenes and blueprints."""
    return scene_schema()


ROUTES = (
    Route(
        "GET",
        "/api/scenes/schema",
        Permission.SEE_SCENES,
        get_scene_schema,
        "The JSON Schema of scenes and blueprints",
        answer="application/json",
    ),
)

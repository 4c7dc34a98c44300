"""The panel's files, as built into `hubd/panel/dist`."""

import re
from http import HTTPStatus
from pathlib import Path

from aiohttp import hdrs, web

from hubd.api.errors import NotFoundError
from hubd.api.route import Call

DIST = Path(__file__).parent.parent / "panel" / "dist"

_HASHED = re.compile(r"-[A-Za-z0-9_-]{8}\.[a-z0-9]+$")
"""How the bundler names what never changes under its name."""

_NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>hubd</title>
<h1>The hub runs; its panel is not built</h1>
<p>Run <code>make panel</code> in the project's folder, then load this page again.</p></html>
"""


async def serve_panel(call: Call) -> web.StreamResponse:
    """Return a file of the panel; any other path is the panel's own, which index.html knows."""
    path = call.request.path.lstrip("/")
    if path == "api" or path.startswith("api/"):
        raise NotFoundError("There is nothing at this address", mend="See /api/openapi.json.")
    index = DIST / "index.html"
    if not index.is_file():
        return web.Response(
            text=_NOT_BUILT, content_type="text/html", status=HTTPStatus.SERVICE_UNAVAILABLE
        )
    file = _inside(path) or index
    is_hashed = file.parent.name == "assets" and _HASHED.search(file.name) is not None
    caching = "public, max-age=31536000, immutable" if is_hashed else "no-cache"
    return web.FileResponse(file, headers={hdrs.CACHE_CONTROL: caching})


def _inside(path: str) -> Path | None:
    """Return the file at `path` below the panel's folder; None if there is none."""
    try:
        file = (DIST / path).resolve()
        is_ours = file.is_relative_to(DIST.resolve()) and file.is_file()
    except (OSError, ValueError):  # a name too long, or with a NUL
        return None
    return file if is_ours else None

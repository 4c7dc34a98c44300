"""Routes of writing scenes: their text, what comes of a change, and the change."""

from hubd.api.documents import SceneText
from hubd.api.errors import InvalidError, NotFoundError
from hubd.api.requests import SceneSave, SceneTry
from hubd.api.route import Call, Route
from hubd.api.scene_desk import PathRefusedError, Trial
from hubd.guard.audit import Act
from hubd.guard.permission import Permission


async def get_text(call: Call) -> SceneText:
    """Return the text of one file."""
    path = call.path("id")
    try:
        text = await call.port.desk.text(path)
    except PathRefusedError as error:
        raise InvalidError(error.what, mend=error.mend) from error
    if text is None:
        raise NotFoundError(f"There is no file {path!r}", mend="See /api/scenes.")
    return SceneText(path, text)


async def post_try(call: Call) -> Trial:
    """Try a change out."""
    said = call.said(SceneTry)
    try:
        return await call.port.desk.try_out(said.path, said.text)
    except PathRefusedError as error:
        raise InvalidError(error.what, mend=error.mend) from error


async def put_text(call: Call) -> Trial:
    """Save a file, if it is right and the tests pass; or by force, which the audit tells."""
    said, path = call.said(SceneSave), call.path("id")
    try:
        trial = await call.port.desk.save(path, said.text, force=said.force)
    except PathRefusedError as error:
        raise InvalidError(error.what, mend=error.mend) from error
    if trial.saved and not trial.all_right:
        against = len(trial.problems) + len(trial.findings) + len(trial.failed)
        detail = f"saved with {against} things against it"
        await call.guard.note(call.identity, Act.SCENE_FORCED, path, detail)
    return trial


ROUTES = (
    Route(
        "GET",
        "/api/scenes/{id}",
        Permission.SEE_SCENES,
        get_text,
        "The text of a file of scenes or tests; a path with folders is sent as one part (%2F)",
        answer=SceneText,
    ),
    Route(
        "POST",
        "/api/scenes/try",
        Permission.EDIT_SCENES,
        post_try,
        "What comes of a changed file: problems, and tests passed and failed",
        body=SceneTry,
        answer=Trial,
    ),
    Route(
        "PUT",
        "/api/scenes/{id}",
        Permission.EDIT_SCENES,
        put_text,
        "Save a file of scenes or tests, if it is right and the tests pass",
        body=SceneSave,
        answer=Trial,
    ),
)

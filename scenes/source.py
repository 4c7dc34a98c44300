"""A scene's document understood: as it stands, or as what a blueprint makes of it."""

from msgspec import Struct

from hubd.documents import DocumentError, Parsed, Problem, did_you_mean
from scenes.blueprint import check_scene, expand, uses_blueprint
from scenes.library import Library
from scenes.scene import Scene


class Understood(Struct, frozen=True):
    """A scene, the document that says it in full, and its blueprint's text if it has one."""

    scene: Scene
    document: Parsed
    blueprint: str = ""
    warnings: tuple[Problem, ...] = ()


def understand(document: Parsed, library: Library) -> Understood:
    """Return what `document` says, with the blueprints of `library`. Raises DocumentError."""
    blueprint = uses_blueprint(document)
    if not blueprint:
        return Understood(check_scene(document), document)
    text = library.text(blueprint)
    if text is None:
        hint = did_you_mean(blueprint, library.names)
        message = f'there is no blueprint "{blueprint}"'
        raise DocumentError([document.problem(("from",), message, hint)])
    try:
        found = library.find(blueprint)
    except DocumentError as error:
        message = f'the blueprint "{blueprint}" is broken'
        hint = f"mend {library.path(blueprint)}, line {error.problems[0].line}"
        raise DocumentError([document.problem(("from",), message, hint)]) from error
    whole, warnings = expand(document, found)
    return Understood(check_scene(whole), whole, text, tuple(warnings))

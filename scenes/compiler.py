"""From a scene's text to its program."""

from collections.abc import Iterable

from hubd.core.home import Home
from hubd.core.listening import Binding, Program
from hubd.documents import DocumentError, Problem, parse
from hubd.model.events import SceneRevised
from hubd.model.ids import PropertyId, SceneId
from scenes.blueprint import is_blueprint, uses_blueprint
from scenes.library import Library
from scenes.meaning import unknown_scenes, unmeant
from scenes.program import SceneListener, SceneProgram
from scenes.scene import Scene
from scenes.source import understand


class Broken:
    """The program of a scene that cannot be understood: it does nothing. `problems` say why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems

    @property
    def wants(self) -> frozenset[str]:
        """Nothing."""
        return frozenset()

    def bind(self, home: Home) -> Binding:
        """Return what listens to nothing."""
        del home
        return Binding((), SceneListener(SceneId(""), ()))


def compile_scene(revised: SceneRevised) -> Program:
    """Return the program of a scene's source, which is one document. Raises nothing."""
    try:
        said = read_scene(revised.source, revised.path or str(revised.scene), revised.blueprint)
    except DocumentError as error:
        return Broken(error.problems)
    return SceneProgram(revised.scene, said)


def reach(revised: SceneRevised, home: Home) -> frozenset[PropertyId]:
    """Return the properties and actions, named alike, that a scene may claim or ask for."""
    program = compile_scene(revised)
    return program.reach(home) if isinstance(program, SceneProgram) else frozenset()


def read_scene(text: str, path: str, blueprint: str = "") -> Scene:
    """Return the scene of the one document in `text`, made from the text of a blueprint if it is.

    Raises DocumentError.
    """
    documents = parse(text, path)
    if len(documents) != 1:
        raise DocumentError([Problem(path, 1, 1, f"one scene belongs here, not {len(documents)}")])
    library = Library.of_one(uses_blueprint(documents[0]), blueprint)
    return understand(documents[0], library).scene


def check(
    text: str,
    path: str,
    home: Home | None = None,
    library: Library | None = None,
    scenes: Iterable[str] | None = None,
) -> list[Problem]:
    """Return all that is wrong with the scenes in `text`, or with the blueprint that it is.

    With a `home`, also which of their words mean nothing in it: no reason to refuse a scene, as
    what it means may join later. Without a `library` the blueprints are those that hubd has. With
    the ids of all `scenes`, also which scenes its steps begin that are none.
    """
    if is_blueprint(text):
        return Library({path: text}).problems
    known = library if library is not None else Library({})
    problems: list[Problem] = []
    try:
        documents = parse(text, path)
    except DocumentError as error:
        return list(error.problems)
    for document in documents:
        try:
            understood = understand(document, known)
        except DocumentError as error:
            problems.extend(error.problems)
        else:
            if home is not None:
                problems.extend(unmeant(understood.scene, understood.document, home))
            if scenes is not None:
                problems.extend(unknown_scenes(understood.document, scenes))
    return problems

"""Where in the files a scene says what a finding is about."""

from collections.abc import Mapping

from hubd.documents import Data, DocumentError, Loc, Parsed, parse
from hubd.model.ids import PropertyId
from scenes.analysis.facts import Part, SceneFacts, claims_of
from scenes.analysis.findings import Spot


class Spots:
    """Finds lines in the texts of the scenes, which are parsed once for each that is asked for."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._parsed: dict[str, list[Parsed]] = {}

    def document(self, scene: SceneFacts) -> Parsed | None:
        """Return the document of `scene`; None if its text is not there."""
        path = scene.revised.path
        if path not in self._parsed:
            text = self._files.get(path, scene.revised.source)
            try:
                self._parsed[path] = parse(text, path)
            except DocumentError:
                self._parsed[path] = []
        for document in self._parsed[path]:
            data = document.data
            if isinstance(data, dict) and scene.name in {data.get("scene"), data.get("name")}:
                return document
        return None

    def at(self, scene: SceneFacts, *loc: int | str) -> Spot:
        """Return where the key `loc` of `scene` stands, or what it stands in."""
        document = self.document(scene)
        if document is None:
            return Spot(scene.revised.path, 1)
        problem = document.problem(loc, "", key=True)
        return Spot(problem.path, problem.line)

    def of_claim(self, scene: SceneFacts, part: Part, prop: PropertyId) -> Spot:
        """Return where `scene` claims `prop`."""
        home = scene.ground.home
        said = ""
        for wish in claims_of(scene.said):
            if any(prop == p for p, _ in wish.settle(home, part.here)):
                said = wish.target.phrase
        return self.at(scene, *self.of_target(scene, "claims", said))

    def of_target(self, scene: SceneFacts, key: str, phrase: str) -> Loc:
        """Return the place of the target `phrase` below `key`, as it is written."""
        document = self.document(scene)
        data = document.data if document is not None else None
        said: Data = data.get(key) if isinstance(data, dict) else None
        for number, item in enumerate(said if isinstance(said, list) else [said]):
            for written in item if isinstance(item, dict) else ():
                if " ".join(written.casefold().split()) == phrase:
                    return (key, number, written) if isinstance(said, list) else (key, written)
        return (key,)

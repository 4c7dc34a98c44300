"""The whole analysis of a home's scenes."""

from collections.abc import Iterable, Iterator, Mapping

from hubd.core.home import Home
from hubd.documents import DocumentError
from hubd.model.events import SceneRevised
from scenes.analysis.aimless import aimless
from scenes.analysis.conflicts import conflicts
from scenes.analysis.dead import dead
from scenes.analysis.ends import Ends
from scenes.analysis.facts import SceneFacts, gather
from scenes.analysis.findings import Finding
from scenes.analysis.known import known
from scenes.analysis.loops import loops
from scenes.analysis.overlap import Ground
from scenes.analysis.physics import influenced, influences
from scenes.analysis.spots import Spots
from scenes.blueprint import is_blueprint
from scenes.folder import read_scenes
from scenes.library import Library


def analyse(scenes: Mapping[str, str] | Iterable[SceneRevised], home: Home) -> list[Finding]:
    """Return what will surprise somebody in `scenes` (texts by path, or revisions) of `home`.

    Pure and deterministic. Each finding was run by the real core in virtual time. Texts that
    cannot be understood are left out: `scenes.compiler.check` tells of them.
    """
    if isinstance(scenes, Mapping):
        texts, revised = scenes, list(_read(scenes))
    else:
        texts, revised = {}, list(scenes)
    spots = Spots(texts)
    ground = Ground(known(home))
    facts = gather(revised, ground)
    found = [*_each(facts, ground, spots), *_together(facts, ground, spots)]
    return sorted(found, key=lambda f: (f.path, f.line, f.kind, f.scenes, f.message))


def _read(texts: Mapping[str, str]) -> Iterator[SceneRevised]:
    library = Library(texts)
    for path in sorted(path for path in texts if not is_blueprint(texts[path])):
        try:
            yield from read_scenes(texts[path], path, library, [])
        except DocumentError:
            continue


def _each(facts: list[SceneFacts], ground: Ground, spots: Spots) -> Iterator[Finding]:
    """Yield what is wrong with each scene by itself."""
    dense = Ground(ground.home, dense=True)
    physics = influences(ground.home)
    moved = influenced(physics)
    ends = Ends(ground, dense, physics, spots)
    for scene in facts:
        named = list(aimless(scene, ground, physics, spots))
        yield from (finding for _, finding in named)
        places = [loc for loc, _ in named]
        yield from dead(scene, ground, dense, physics, spots, _numbers(places, "when"))
        yield from ends.findings(scene, moved, _numbers(places, "until"))


def _together(facts: list[SceneFacts], ground: Ground, spots: Spots) -> Iterator[Finding]:
    """Yield what scenes do to each other, and to themselves through the home."""
    physics = influences(ground.home)
    yield from conflicts(facts, ground, physics, spots)
    yield from loops(facts, ground, physics, spots)


def _numbers(places: list[tuple[int | str, ...]], key: str) -> frozenset[int]:
    """Return which items of the list at `key` something is wrong with already."""
    return frozenset(
        loc[1] if len(loc) > 1 and isinstance(loc[1], int) else 0
        for loc in places
        if loc and loc[0] == key
    )

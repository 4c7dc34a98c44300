"""What of a home its scenes look at and what they move: a recording may leave out all else."""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from pydantic import BaseModel

from hubd.core.home import Home
from hubd.model.events import SceneRevised
from hubd.model.ids import AreaId, DeviceId, PropertyId
from scenes.binding import Scope, bind_states, words_of
from scenes.compiler import compile_scene
from scenes.deeds import Deed
from scenes.language import States
from scenes.program import SceneProgram
from scenes.targets import HERE
from scenes.wishes import Wish


class Relevance(Struct, frozen=True):
    """The keys that scenes listen to or ask for; what they claim; whom they ask for actions."""

    keys: frozenset[str]
    claimed: frozenset[PropertyId]
    asked: frozenset[DeviceId]

    def devices(self) -> frozenset[DeviceId]:
        """Return the devices that any of this is about."""
        ids = {key.partition("!")[0].partition("/")[0] for key in (*self.keys, *self.claimed)}
        return frozenset({DeviceId(device) for device in ids} | self.asked)


def relevance(scenes: Iterable[SceneRevised], home: Home) -> Relevance:
    """Return what `scenes` have to do with in `home`, also deep inside of their steps."""
    keys: set[str] = set()
    claimed: set[PropertyId] = set()
    asked: set[DeviceId] = set()
    for revised in scenes:
        program = compile_scene(revised)
        if not isinstance(program, SceneProgram):
            continue
        keys.update(program.bind(home).keys)
        heres: list[AreaId | None] = [None, *home.areas]
        for expression in program.said.expressions:
            keys.update(key for here in heres for key in expression.bind(home, here).keys)
        for part in _inside(program.said):
            match part:
                case States():
                    places = heres if HERE in words_of(part) else [None]
                    bound = (bind_states(part, Scope(home, here)) for here in places)
                    keys.update(key for state in bound if state is not None for key in state.keys)
                case Wish():
                    places = heres if part.target.here else [None]
                    claimed.update(p for here in places for p, _ in part.settle(home, here))
                case Deed():
                    places = heres if part.target.here else [None]
                    asked.update(d for here in places for d, _, _ in part.settle(home, here))
    return Relevance(frozenset(keys), frozenset(claimed), frozenset(asked))


def _inside(value: object) -> Iterator[States | Wish | Deed]:
    """Yield all states, wishes and deeds in a scene, however deep they stand."""
    match value:
        case Wish() | Deed():
            yield value
        case BaseModel():
            if isinstance(value, States):
                yield value
            for _, inner in value:
                yield from _inside(inner)
        case Struct():
            for name in value.__struct_fields__:
                yield from _inside(getattr(value, name))
        case tuple() | list():
            for inner in value:
                yield from _inside(inner)
        case _:
            return

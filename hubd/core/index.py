"""Who listens to what: programs bound to the home, and the keys that wake them.

The cost of an event is that of one look-up plus those who listen to its key, however many programs
and devices there are. A change of the home rebinds those programs alone that want what changed.
"""

from collections.abc import Iterable

from hubd.core import topics
from hubd.core.home import Home
from hubd.core.listening import EVERYTHING, MESSAGE, Binding, Listener, Program, Reads
from hubd.model.ids import SceneId

type Listening = tuple[tuple[SceneId, Listener], ...]

NOBODY: Listening = ()


class Index:
    """Programs by scene, and their listeners by key, in the order of the scenes' ids."""

    __slots__ = ("_bindings", "_by_key", "_programs", "_wanted_by", "topics")

    def __init__(self) -> None:
        self._programs: dict[SceneId, Program] = {}
        self._bindings: dict[SceneId, Binding] = {}
        self._by_key: dict[str, Listening] = {}
        self._wanted_by: dict[str, dict[SceneId, None]] = {}
        self.topics: frozenset[str] = frozenset()
        """The filters of the topics that someone listens to; another object when they change."""

    def listening(self, key: str) -> Listening:
        """Return those who listen to `key`."""
        return self._by_key.get(key, NOBODY)

    def hearing(self, topic: str) -> Listening:
        """Return those who listen to messages on `topic`."""
        heard = [f for f in self.topics if topics.matches(f, topic)]
        entries = {e[0]: e for f in heard for e in self.listening(MESSAGE + f)}
        return tuple(entries[scene] for scene in sorted(entries))

    def listener(self, scene: SceneId) -> Listener | None:
        """Return the listener of a scene; None if there is none."""
        binding = self._bindings.get(scene)
        return binding.listener if binding is not None else None

    def reads(self, scene: SceneId) -> Reads:
        """Return the keys of all that a scene looks at."""
        binding = self._bindings.get(scene)
        return (*binding.keys, *binding.reads) if binding is not None else ()

    def put(self, scene: SceneId, program: Program, home: Home) -> Listener:
        """Take `program` as that of `scene`, bind it and return its listener."""
        self.drop(scene)
        self._programs[scene] = program
        for token in program.wants:
            self._wanted_by.setdefault(token, {})[scene] = None
        return self._bind(scene, program, home)

    def drop(self, scene: SceneId) -> None:
        """Forget the program of `scene`; does nothing if there is none."""
        program = self._programs.pop(scene, None)
        if program is None:
            return
        for token in program.wants:
            del self._wanted_by[token][scene]
            if not self._wanted_by[token]:
                del self._wanted_by[token]
        self._unbind(scene)

    def rebind(self, tokens: Iterable[str], home: Home) -> list[Listener]:
        """Bind anew the programs that want one of `tokens`; return listeners in order of ids."""
        wanting: set[SceneId] = set(self._wanted_by.get(EVERYTHING, ()))
        for token in tokens:
            wanting.update(self._wanted_by.get(token, ()))
        bound = []
        for scene in sorted(wanting):
            self._unbind(scene)
            bound.append(self._bind(scene, self._programs[scene], home))
        return bound

    def _bind(self, scene: SceneId, program: Program, home: Home) -> Listener:
        binding = self._bindings[scene] = program.bind(home)
        entry = (scene, binding.listener)
        for key in dict.fromkeys(binding.keys):
            others = self._by_key.get(key, NOBODY)
            if not others and key.startswith(MESSAGE):
                self.topics |= {key.removeprefix(MESSAGE)}
            self._by_key[key] = tuple(sorted((*others, entry), key=_scene_of))
        return binding.listener

    def _unbind(self, scene: SceneId) -> None:
        binding = self._bindings.pop(scene, None)
        if binding is None:
            return
        for key in dict.fromkeys(binding.keys):
            left = tuple(entry for entry in self._by_key[key] if entry[0] != scene)
            if left:
                self._by_key[key] = left
            else:
                del self._by_key[key]
                if key.startswith(MESSAGE):
                    self.topics -= {key.removeprefix(MESSAGE)}


def _scene_of(entry: tuple[SceneId, Listener]) -> SceneId:
    return entry[0]

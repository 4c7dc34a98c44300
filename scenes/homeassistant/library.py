"""What a folder declares that its automations speak of: scripts, scenes, timers, helpers."""

from msgspec import Struct, field

from scenes.homeassistant.durations import lasting
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Keys
from scenes.homeassistant.names import Names


class Timer(Struct):
    """A timer helper: its own time, and the times that it is started with."""

    word: str
    own_s: float = 0.0
    started_s: list[float] = field(default_factory=list)

    def scene(self, length_s: float) -> str:
        """Return the name of the scene that runs for so long."""
        return f"{titled(self.word)} for {lasting(length_s)}"

    def lengths_s(self) -> list[float]:
        """Return the times that it is started with."""
        return self.started_s or ([self.own_s] if self.own_s > 0 else [])


class Helper(Struct, frozen=True):
    """A helper that becomes a variable of the home. `type` is switch, number, choice or text."""

    id: str
    name: str
    type: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float = 1.0
    first: object = None
    choices: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        """Return how it is to be declared."""
        said: dict[str, object] = {"id": self.id, "name": self.name, "type": self.type}
        said |= {"unit": self.unit} if self.unit else {}
        said |= {"from": self.low} if self.low is not None else {}
        said |= {"to": self.high} if self.high is not None else {}
        said |= {"choices": list(self.choices)} if self.choices else {}
        return said


class Library(Struct):
    """By entity id: what things become here. `scenes` and `automations` map to names of scenes."""

    names: Names
    scripts: dict[str, Keys] = field(default_factory=dict)
    scenes: dict[str, str] = field(default_factory=dict)
    automations: dict[str, str] = field(default_factory=dict)
    timers: dict[str, Timer] = field(default_factory=dict)
    helpers: dict[str, Helper] = field(default_factory=dict)
    listening: dict[str, list[str]] = field(default_factory=dict)
    """Event -> the scenes that it sets off."""
    spans: dict[str, dict[str, object]] = field(default_factory=dict)
    """Variables that say that something has been so for some time -> what, and for how long."""
    paused: set[str] = field(default_factory=set)
    """Automations that others switch off and on: each gets a variable that says so."""

    def scene(self, entity: str) -> str:
        """Return the name of the scene that `scene.x`, `script.x` or `automation.x` became."""
        domain, _, name = entity.partition(".")
        known = {"scene": self.scenes, "automation": self.automations}.get(domain, {})
        if entity in known:
            return known[entity]
        if entity in self.scripts:
            return script_called(entity, self.scripts[entity])
        raise NotCarriedError(f'{domain} "{name}" is not in this folder')

    def timer(self, entity: str) -> Timer:
        """Return the timer `entity`; one that the folder does not declare gets its name."""
        if entity not in self.timers:
            self.timers[entity] = Timer(self.names.word(entity))
        return self.timers[entity]


def script_called(entity: str, script: Keys) -> str:
    """Return the name of the scene that a script becomes."""
    alias = script.get("alias")
    return alias if isinstance(alias, str) and alias else titled(entity.partition(".")[2])


def titled(name: str) -> str:
    """Return an id as words: `good_night` is "Good night"."""
    words = " ".join(name.replace("_", " ").split())
    return words[:1].upper() + words[1:] or "Scene"


def paused_word(scene: str) -> str:
    """Return the name of the variable that says that a scene is paused."""
    return f"{' '.join(scene.split())} paused".casefold()

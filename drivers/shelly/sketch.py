"""A device while it is read: its components, what was taken of them, what is left. No I/O.

A component's builder takes what it knows by rules. What it leaves is either left out, with the
reason, or carried as a plain value: nothing of a status is lost silently.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from drivers.shelly.function import (
    Act,
    Carried,
    Field,
    Function,
    Heard,
    Left,
    Neighbour,
    Status,
    Write,
    at,
)
from drivers.shelly.reading import Read, number, plain, record
from hubd.model.device import Action, DeviceType, Endpoint, Property, Signal
from hubd.model.ids import EndpointId, slug
from hubd.model.vocabulary import ACTIONS, SIGNALS, typical

COMPONENTS_LIMIT = 256
"""Components of one device that are looked at: the largest has some 60."""
VALUES_LIMIT = 600
"""Values of one device that are looked at: the largest says half as many."""

BEHIND = frozenset({"blutrv", "bthomedevice", "bthomesensor"})
"""Types of components that are things of their own, reached through the device."""
DYNAMIC = 100
"""Components from this number on are made by the owner: their numbers say nothing."""

NAMED_LIMIT = 48
"""Names of values in one reason."""

PRESSED = "Switch.pressed"
_PLAIN = {bool: "BooleanState.state", str: "Text.value"}


class Rule(Struct, frozen=True):
    """A value of a component's status, by its dotted path, and the property that it becomes.

    `endpoint`: an endpoint of its own, by this suffix. `omitted`: as in `Field`; such a one is
    described though the status at hand does not tell it.
    """

    path: str
    name: str
    read: Read = number()
    endpoint: str = ""
    type: DeviceType | None = None
    title: str = ""
    omitted: bool = False
    shape: Mapping[str, object] = {}


class Kind(Struct, frozen=True):
    """What components of one type are. `base` is the component whose endpoints theirs join."""

    type: DeviceType = DeviceType.GENERIC
    rules: tuple[Rule, ...] = ()
    base: str = ""
    more: "Callable[[Component], None] | None" = None
    reason: str = ""
    """Why none of it is carried."""
    left: Mapping[str, str] = {}
    """Dotted paths, or their beginnings, that are left out, and why."""


UNKNOWN = Kind()
"""A component of a type that nobody has told of yet: its values are carried as they are."""


class Outline:
    """An endpoint while it is drawn."""

    def __init__(self, endpoint: EndpointId, kind: DeviceType, name: str) -> None:
        self.id = endpoint
        self.type = kind
        self.name = name
        self.write: Write | None = None
        self._properties: dict[str, Property] = {}
        self._fields: list[Field] = []
        self._heard: list[Heard] = []
        self._actions: dict[str, tuple[Action, Act]] = {}
        self.behind = ""

    def has(self, name: str) -> bool:
        """Say whether it has the property."""
        return name in self._properties

    def add(self, name: str, field: Field | None = None, **shape: object) -> bool:
        """Add a property, read by `field`; return False if there is one of that name already."""
        if name in self._properties:
            return False
        self._properties[name] = replace(typical(name), **shape)
        if field is not None:
            self._fields.append(field)
        return True

    def shape(self, name: str, **shape: object) -> None:
        """Refine a property, if it is there."""
        if name in self._properties:
            self._properties[name] = replace(self._properties[name], **shape)

    def writes(self, write: Write, *names: str, fades: bool = False) -> None:
        """Have those of the properties that are there set by `write`."""
        self.write = write
        for name in names:
            self.shape(name, writable=True, transition=fades)

    def hears(self, component: str, words: Mapping[str, str], signal: str = PRESSED) -> None:
        """Add what the component's events are."""
        self._heard.append(Heard(component, signal, words))

    def acts(self, name: str, act: Act) -> None:
        """Add an action."""
        self._actions[name] = (Action(name, ACTIONS.get(name, "")), act)

    def function(self) -> Function:
        """Return what was drawn."""
        signals: dict[str, Signal] = {}
        for heard in self._heard:
            former = signals.get(heard.signal, Signal(heard.signal, (), SIGNALS[heard.signal]))
            choices = tuple(dict.fromkeys((*former.choices, *heard.words.values())))
            signals[heard.signal] = replace(former, choices=choices)
        return Function(
            Endpoint(
                self.id,
                self.type,
                self.name,
                tuple(self._properties.values()),
                tuple(action for action, _ in self._actions.values()),
                tuple(signals.values()),
            ),
            tuple(self._fields),
            tuple(self._heard),
            self.write,
            {name: act for name, (_, act) in self._actions.items()},
            self.behind,
        )

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return not (self._properties or self._heard or self._actions)


class Component:
    """One component of a device, while it is read."""

    def __init__(self, sketch: "Sketch", key: str, kind: Kind) -> None:
        self.sketch = sketch
        self.key = key
        self.kind = kind
        self.type, _, number_said = key.partition(":")
        self.number = int(number_said) if number_said.isdecimal() and number_said.isascii() else 0
        said = sketch.status.get(key)
        self.said = said
        self.status = record(said)
        self.config = record(sketch.config.get(key))
        self.taken: set[tuple[str, ...]] = set()
        self.base = f"{kind.base}:{number_said}" if kind.base and number_said else kind.base or key

    @property
    def name(self) -> str:
        """The name that its owner gave it."""
        said = self.config.get("name")
        return said if isinstance(said, str) else ""

    def has(self, path: str) -> bool:
        """Say whether the status has something there."""
        return at(self.said, _parts(path))[0] and (bool(path) or not self.status)

    def outline(self, suffix: str = "", kind: DeviceType | None = None, title: str = "") -> Outline:
        """Return the component's endpoint, or one of its own by `suffix`; drawn once."""
        whole = f"{self.base}_{suffix}" if suffix else self.base
        name = " ".join(filter(None, (self.name or self.sketch.numbered(self), title)))
        endpoint = EndpointId(slug(whole.replace(":", "_")))
        named = name if suffix or self.sketch.has_several(self) else self.name
        outline = self.sketch.outline(endpoint, kind or self.kind.type, named)
        outline.behind = self.behind
        return outline

    @property
    def behind(self) -> str:
        """The address of the thing behind the device that this is of; "" for the device's own."""
        address = self.config.get("addr")
        if self.type in BEHIND and isinstance(address, str):
            return address.casefold()
        return ""

    def apply(self, rules: Iterable[Rule]) -> None:
        """Take what the rules know."""
        for rule in rules:
            if rule.omitted or self.has(rule.path):
                self.take(rule)

    def take(self, rule: Rule) -> None:
        """Make a property of a value."""
        path = _parts(rule.path)
        self.taken.add(path)
        field = Field(self.key, path, rule.name, rule.read, rule.omitted)
        shape = {"title": rule.title, **rule.shape} if rule.title else rule.shape
        if rule.endpoint:
            outline = self.outline(rule.endpoint, rule.type, rule.title or rule.endpoint)
        else:
            outline = self.outline()
        if not outline.add(rule.name, field, **shape):
            other = rule.path.replace(".", "_") or "value"
            self.outline(other, rule.type or DeviceType.GENERIC, other).add(
                rule.name, field, **shape
            )

    def carry_plainly(self, path: tuple[str, ...], said: object, read: Read) -> None:
        """Make a property of a value that nothing more is known of."""
        name = _PLAIN.get(type(said), "Number.value")
        words = "_".join(path)
        self.taken.add(path)
        title = words.replace("_", " ")
        outline = self.outline(words, DeviceType.GENERIC, title)
        outline.add(name, Field(self.key, path, name, read), title=title)

    def leaves(self) -> Iterator[tuple[tuple[str, ...], object]]:
        """Yield all single values of the status with their paths; lists count as one."""
        yield from _leaves(self.status, ())


class Sketch:
    """A device, while it is read."""

    def __init__(
        self, status: Status, config: Mapping[str, object], info: Mapping[str, object]
    ) -> None:
        self.status = status
        self.config = config
        self.info = info
        self._alike = Counter(key.partition(":")[0] for key in status)
        self._outlines: dict[EndpointId, Outline] = {}
        self._mapped: list[str] = []
        self._unmapped: list[Left] = []
        self._useless: dict[str, list[str]] = {}
        self._looked_at = 0
        self._neighbours: dict[str, Neighbour] = {}

    def has_several(self, component: Component) -> bool:
        """Say whether there are several of the component's type."""
        return self._alike[component.type] > 1

    def numbered(self, component: Component) -> str:
        """Return the component's type, with its number if there are several."""
        words = component.type.replace("_", " ").capitalize()
        counts = self.has_several(component) and component.number < DYNAMIC
        return f"{words} {component.number + 1}" if counts else words

    def neighbour(self, neighbour: Neighbour) -> None:
        """Add a thing behind the device."""
        self._neighbours[neighbour.address] = neighbour

    def outline(self, endpoint: EndpointId, kind: DeviceType, name: str) -> Outline:
        """Return the endpoint, drawn at its first mention."""
        return self._outlines.setdefault(endpoint, Outline(endpoint, kind, name))

    def draw(self, key: str, kind: Kind, everywhere: Mapping[str, str]) -> None:
        """Draw what one component is; `everywhere`: what is left out of any component, and why."""
        component = Component(self, key, kind)
        if kind.reason:
            self._useless.setdefault(kind.reason, []).append(key)
            return
        component.apply(kind.rules)
        if kind.more is not None:
            kind.more(component)
        there = [path for path in sorted(component.taken) if at(component.said, path)[0]]
        self._mapped += [".".join((key, *path)) for path in there]
        self._leave(component, {**everywhere, **kind.left})
        if not component.status and not component.taken:
            self._draw_bare(component)

    def _leave(self, component: Component, reasons: Mapping[str, str]) -> None:
        """Carry plainly what is left of a component, but for what there are reasons to leave."""
        left: dict[str, list[str]] = {}
        missed: dict[str, list[str]] = {}
        for path, said in component.leaves():
            self._looked_at += 1
            if self._looked_at > VALUES_LIMIT:
                missed[f"a device of more than {VALUES_LIMIT} values"] = ["the rest"]
                break
            if path == ("id",) or path in component.taken:
                continue
            dotted = ".".join(path)
            reason = _why_left(dotted, reasons)
            read = plain(said)
            if reason:
                left.setdefault(reason, []).append(dotted)
            elif read is None:
                missed.setdefault(_why_no_value(said), []).append(dotted)
            else:
                component.carry_plainly(path, said, read)
                self._mapped.append(f"{component.key}.{dotted}")
        for reason, paths in missed.items():
            self._unmapped.append(Left(f"{component.key} ({_listed(paths)})", reason, meant=False))
        if left:
            names = [path for paths in left.values() for path in paths]
            self._unmapped.append(Left(f"{component.key} ({_listed(names)})", "; ".join(left)))

    def draw_all(
        self, keys: Iterable[str], kinds: Mapping[str, Kind], everywhere: Mapping[str, str]
    ) -> Carried:
        """Draw components by the kinds of their types; return the device."""
        keys = iter(keys)
        for key in islice(keys, COMPONENTS_LIMIT):
            kind = kinds.get(key.partition(":")[0].casefold(), UNKNOWN)
            self.draw(key, kind, everywhere)
        if (more := next(keys, None)) is not None:
            reason = f"a device of more than {COMPONENTS_LIMIT} components"
            self._unmapped.append(Left(f"{more} and on", reason, meant=False))
        return self._carried()

    def _carried(self) -> Carried:
        """Return the device as it was drawn."""
        functions = tuple(o.function() for o in self._outlines.values() if not o.empty)
        behind = {f.behind for f in functions}
        neighbours = {a: Neighbour(a) for a in sorted(behind - {""})} | {
            a: n for a, n in self._neighbours.items() if a in behind
        }
        return Carried(
            functions,
            tuple(neighbours.values()),
            tuple(dict.fromkeys(self._mapped)),
            (*_together(self._useless), *self._unmapped),
        )

    def note(self, what: str) -> None:
        """Count something as carried that no status tells, such as a button."""
        self._mapped.append(what)

    def _draw_bare(self, component: Component) -> None:
        """Draw a component that is a single value, or an empty one."""
        key, said = component.key, self.status.get(component.key)
        drawn = any(name == key for name in self._mapped)
        if drawn:
            return
        read = plain(said)
        if read is None:
            self._unmapped.append(Left(key, _why_no_value(said), meant=said in ({}, None)))
            return
        name = _PLAIN.get(type(said), "Number.value")
        outline = component.outline()
        outline.add(name, Field(key, (), name, read), title=key.replace("_", " "))
        self._mapped.append(key)


def _together(keys_by_reason: Mapping[str, Sequence[str]]) -> Iterator[Left]:
    """Yield one reason for all components that are left out for one reason."""
    for reason, keys in keys_by_reason.items():
        yield Left(_listed(keys), reason)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED_LIMIT]) + (" …" if len(names) > NAMED_LIMIT else "")


def _parts(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")) if path else ()


def _why_left(dotted: str, reasons: Mapping[str, str]) -> str:
    """Return the reason for a path, or for one of its beginnings; "" if there is none."""
    while dotted:
        if dotted in reasons:
            return reasons[dotted]
        dotted = dotted.rpartition(".")[0]
    return ""


def _why_no_value(said: object) -> str:
    if said is None:
        return "says nothing yet, so that its kind is not known"
    if isinstance(said, list) and said:
        return "a list, which no property holds"
    return "an empty record: it has no value"


def _leaves(
    said: Mapping[str, object], above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], object]]:
    for key, value in said.items():
        path = (*above, key)
        if isinstance(value, dict) and value and len(path) < 8:
            yield from _leaves(value, path)
        else:
            yield path, value

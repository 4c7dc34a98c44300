"""Homie, as a dialect: all of it lies below `homie/`, so that nothing more need be subscribed to.

Values come before the tree that they belong to as often as not; they wait until it is whole.
"""

from collections.abc import Iterable, Iterator, Sequence

from drivers.kit.identity import mac
from drivers.mqtt.dialect import Described, DeviceFacts, Gone, Heard, News, Piece
from drivers.mqtt.errors import DiscoveryError
from drivers.mqtt.homie.attributes import Attributes, is_attribute
from drivers.mqtt.homie.building import parts
from drivers.mqtt.homie.description import tree_of
from drivers.mqtt.homie.tree import Tree, checked_id
from drivers.mqtt.part import Part, Publish

DEVICE_LIMIT = 5_000
VALUE_LIMIT = 1_000
"""Values of one device that are kept for when its tree is told, or told otherwise."""
VALUE_BYTES = 16_384
"""How long a value may be that is kept."""


class _Known:
    """What was told of one device."""

    def __init__(self, device: str, base: str) -> None:
        self.base = base
        self.attributes = Attributes(device)
        self.tree: Tree | None = None
        self.values: dict[str, bytes] = {}
        self.read: frozenset[str] = frozenset()
        self.state = b""

    def note(self, topic: str, payload: bytes) -> None:
        """Keep a value: the tree may still be told otherwise, and then it is read anew."""
        room = topic in self.values or len(self.values) < VALUE_LIMIT
        if room and len(payload) <= VALUE_BYTES:
            self.values[topic] = payload


class Homie:
    """Devices that follow the Homie convention, versions 3 to 5."""

    name = "homie"
    rank = 1

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def topics(self) -> Sequence[str]:
        """Return filters that bring attributes and values, and no commands but older ones."""
        return ("homie/+/+", "homie/+/+/+", "homie/+/+/+/+")

    def is_news(self, topic: str) -> bool:
        """Say whether `topic` tells of a device, or is a value of one that is not known yet."""
        return topic.startswith("homie/") and not topic.endswith("/set")

    def greeting(self) -> Sequence[Publish]:
        """Return nothing: everything is retained."""
        return ()

    def read(self, topic: str, payload: bytes) -> Iterable[News]:
        """Return what a message means. Raises DiscoveryError."""
        place = _place(topic)
        if place is None:
            return ()
        base, device, path = place
        known = self._known.get(base)
        if known is None:
            if not payload:
                return ()
            if len(self._known) >= DEVICE_LIMIT:
                raise DiscoveryError(f"{DEVICE_LIMIT} devices are the most")
            known = self._known[base] = _Known(checked_id(device), base)
        if base.startswith("homie/5/"):
            if path == "$description":
                return self._grown(known, tree_of(device, payload) if payload.strip() else None)
        elif is_attribute(path):
            known.attributes.tell(path, payload)
            return self._grown(known, known.attributes.tree())
        if path == "$state":
            known.state = payload
        elif "$" in path or path.count("/") != 1:
            return ()
        return self._value(known, topic, payload)

    def _value(self, known: _Known, topic: str, payload: bytes) -> Iterable[News]:
        if topic in known.read:
            return (Heard(topic, payload),)
        if payload:
            known.note(topic, payload)
        return ()

    def _grown(self, known: _Known, tree: Tree | None) -> Iterable[News]:
        former, known.tree = known.tree, tree
        if tree is None:
            known.read = frozenset()
            if not len(known.attributes):
                self._known.pop(known.base, None)
            return (Gone(known.base),) if former is not None else ()
        if tree == former:
            return ()
        if not any(node.properties for node in tree.nodes):
            # Nothing to show: a bridge, which its parts are known by.
            return (Gone(known.base),) if former is not None else ()
        return self._described(known, tree)

    def _described(self, known: _Known, tree: Tree) -> Iterator[News]:
        pieces = tuple(
            Piece(f"{tree.base}/{name}", f"{order:03}", name, built)
            for order, (name, built) in enumerate(parts(tree, known.note))
        )
        topics: set[str] = set()
        for piece in pieces:
            if isinstance(piece.built, Part):
                topics |= piece.built.topics()
                topics |= {t for t, _ in piece.built.reach.topics} if piece.built.reach else set()
        known.read = frozenset(topics)
        state = f"{tree.base}/$state"
        yield Described(
            tree.base,
            _facts(tree),
            pieces,
            follows=(state,),
            covered=tuple(sorted(topics | {state})),
        )
        waited = {topic: said for topic, said in known.values.items() if topic in topics}
        root = self._known.get(f"{tree.base.rpartition('/')[0]}/{tree.root}") if tree.root else None
        for whole in (known, root):
            if whole is not None and whole.state:
                waited[f"{whole.base}/$state"] = whole.state
        yield from (Heard(topic, said) for topic, said in waited.items())


def _place(topic: str) -> tuple[str, str, str] | None:
    """Return a device's base topic, its id, and the path below; None for no device's topic."""
    match topic.split("/", 4):
        case ["homie", "5", device, first, *rest]:
            return f"homie/5/{device}", device, "/".join((first, *rest))
        case ["homie", "5", *_]:
            return None
        case ["homie", device, first, *rest]:
            return f"homie/{device}", device, "/".join((first, *rest))
    return None


def _facts(tree: Tree) -> DeviceFacts:
    said = mac(tree.mac) or mac(tree.id)
    digits = said.removeprefix("mac:") if said else ""
    pairs = ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
    name, _, version = tree.firmware.rpartition(" ")
    return DeviceFacts(
        (f"id:homie_{tree.id}", *((f"connection:mac:{pairs}",) if pairs else ())),
        name=tree.name or tree.id,
        model=tree.type or name,
        version=version,
        via=tree.root,
        url=f"http://{tree.address}" if tree.address else "",
        origin=f"Homie {tree.version}",
    )

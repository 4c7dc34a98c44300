"""What happens at a moment: presses, scenes, keypads and events. Pure.

Source: Z-Wave application command class specification, sections "Central Scene", "Scene
Activation", "Entry Control" and "Notification". What is typed at a keypad is not told: it is a
secret.
"""

from collections.abc import Mapping

from drivers.zwave.function import Function, Listener, Mapped, Site
from drivers.zwave.notifications import NOTIFICATION
from drivers.zwave.values import NodeValue, text, whole
from hubd.model.device import DeviceType, Endpoint, Signal
from hubd.model.ids import EndpointId, slug
from hubd.model.vocabulary import SIGNALS

CENTRAL, ACTIVATION, ENTRY, BASIC = 91, 43, 111, 32
PRESSED, HAPPENED = "Switch.pressed", "Event.happened"
EVENTS, KEYPAD = "events", "keypad"
"""The endpoints whose signals come as notifications of the node, not as values."""
_ATTRIBUTES: Mapping[int, str] = {
    0: "single", 1: "released", 2: "long", 3: "double", 4: "triple", 5: "quadruple", 6: "quintuple",
}  # fmt: skip


def buttons(site: Site) -> Mapped:
    """Return what can happen at a site."""
    functions: list[Function] = []
    scenes = [v for v in site.of(CENTRAL) if v.key.property == "scene"]
    functions += [_button(site, v) for v in scenes]
    used = {v.key for v in scenes}
    if scene := site.find(ACTIVATION, "sceneId"):
        endpoint = _endpoint(site.id("scene"), "Scene", PRESSED)
        functions.append(Function(endpoint, listeners={scene.key: Listener(PRESSED, _scene)}))
        used |= {v.key for v in site.of(ACTIVATION)}
    if event := site.find(BASIC, "event"):
        endpoint = _endpoint(site.id("basic"), "Basic", HAPPENED)
        functions.append(Function(endpoint, listeners={event.key: Listener(HAPPENED, _basic)}))
        used.add(event.key)
    if site.of(NOTIFICATION):
        functions.append(Function(_endpoint(site.id(EVENTS), "Events", HAPPENED)))
    if site.of(ENTRY):
        functions.append(Function(_endpoint(site.id(KEYPAD), "Keypad", HAPPENED)))
    return Mapped(tuple(functions), frozenset(used))


def happened(command_class: object, told: Mapping[str, object]) -> tuple[str, str] | None:
    """Return the endpoint's stem and the kind of a node's notification; None for another."""
    if command_class == NOTIFICATION and (label := text(told.get("eventLabel"))):
        return EVENTS, slug(label)
    if command_class == ENTRY and (label := text(told.get("eventTypeLabel"))):
        return KEYPAD, slug(label)
    return None


def _button(site: Site, value: NodeValue) -> Function:
    number = str(value.key.key or "").lstrip("0") or "1"
    choices = tuple(_ATTRIBUTES[code] for code in sorted(value.states) if code in _ATTRIBUTES)
    endpoint = _endpoint(
        site.id(f"button_{slug(number)}"), value.label or f"Button {number}", PRESSED, choices
    )
    return Function(endpoint, listeners={value.key: Listener(PRESSED, _attribute)})


def _endpoint(own: EndpointId, name: str, signal: str, choices: tuple[str, ...] = ()) -> Endpoint:
    signals = (Signal(signal, choices, SIGNALS[signal]),)
    return Endpoint(own, DeviceType.GENERIC_SWITCH, name, signals=signals)


def _attribute(said: object) -> str | None:
    code = whole(said)
    return None if code is None else _ATTRIBUTES.get(code)


def _scene(said: object) -> str | None:
    code = whole(said)
    return None if code is None else f"scene_{code}"


def _basic(said: object) -> str | None:
    code = whole(said)
    return None if code is None else str(code)

"""What a scene asks for once: actions, such as a ring or the start of a cleaning."""

from collections.abc import Iterator

from msgspec import Struct

from hubd.core.home import Home
from hubd.documents import did_you_mean, inside, wrong
from hubd.model.ids import AreaId, DeviceId, EndpointId
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS
from scenes.shapes import Shape, either, words
from scenes.targets import Target, parse_target

_VERBS: dict[str, tuple[str, ...]] = {}
for _name, _verb in ACTIONS.items():
    _VERBS[_verb] = (*_VERBS.get(_verb, ()), _name)


class Deed(Struct, frozen=True):
    """An action (one of `names`: the first that is there) of what `target` means."""

    target: Target
    names: tuple[str, ...]
    argument: Value = None

    def settle(self, home: Home, here: AreaId | None) -> Iterator[tuple[DeviceId, EndpointId, str]]:
        """Yield the device, the endpoint and the action that this asks in `home`."""
        for found in self.target.find(home, here):
            has = {action.name for action in found.endpoint.actions}
            name = next((name for name in self.names if name in has), None)
            if name is not None:
                yield found.device.id, found.endpoint.id, name


def parse_deed(data: object) -> tuple[Deed, ...]:
    """Return the deeds that a mapping of targets to actions says. Raises "wrong"."""
    if isinstance(data, list | tuple):
        return tuple(deed for number, item in enumerate(data) for deed in _listed(number, item))
    if not isinstance(data, dict):
        raise wrong("do: names what and which action", "write it as in vacuum: start cleaning")
    deeds = []
    for phrase, said in data.items():
        pairs = said.items() if isinstance(said, dict) else [(said, None)]
        with inside(phrase):
            for verb, argument in pairs:
                deeds.append(Deed(parse_target(phrase), _action(str(verb)), _argument(argument)))
    return tuple(deeds)


def _listed(number: int, item: object) -> tuple[Deed, ...]:
    with inside(number):
        return parse_deed(item)


def _action(verb: str) -> tuple[str, ...]:
    names = (verb,) if verb in ACTIONS else _VERBS.get(verb.strip().casefold())
    if names is None:
        raise wrong(f'"{verb}" is not an action', did_you_mean(verb, _VERBS))
    return names


def _argument(value: object) -> Value:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise wrong("an action takes one word or number")


_ACTION = either(words(_VERBS), {"enum": list(ACTIONS)})
_SCALAR: Shape = {"type": ["boolean", "number", "string", "null"]}
_DEEDS: Shape = {
    "type": "object",
    "additionalProperties": either(
        _ACTION,
        {"type": "object", "propertyNames": _ACTION, "additionalProperties": _SCALAR},
    ),
}
DEEDS_SHAPE = either(_DEEDS, {"type": "array", "items": either(_DEEDS, {"type": "array"})})

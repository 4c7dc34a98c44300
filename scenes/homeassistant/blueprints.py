"""Blueprints: what they ask for, and an automation or a script made of one."""

from collections.abc import Mapping

from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Input, Items, Keys, Place, plain
from scenes.homeassistant.reading import Texts

MAX_PARTS = 20_000
MAX_USES = 3

_STOCK = {
    "homeassistant/motion_light.yaml": """
blueprint:
  name: Motion-activated light
  input:
    motion_entity: {}
    light_target: {}
    no_motion_wait: {default: 120}
mode: restart
triggers:
  - trigger: state
    entity_id: !input motion_entity
    from: "off"
    to: "on"
actions:
  - action: light.turn_on
    target: !input light_target
  - wait_for_trigger:
      - trigger: state
        entity_id: !input motion_entity
        from: "on"
        to: "off"
  - delay: !input no_motion_wait
  - action: light.turn_off
    target: !input light_target
""",
}
"""What comes with Home Assistant itself, and so is not in people's folders: what it does."""


def inputs_of(blueprint: Keys) -> dict[str, Keys]:
    """Return the inputs of a blueprint by name, those in sections too."""
    head = blueprint.get("blueprint")
    asked = head.get("input") if isinstance(head, Keys) else None
    found: dict[str, Keys] = {}
    for name, about in asked.items() if isinstance(asked, Keys) else ():
        keys = about if isinstance(about, Keys) else Keys(blueprint.place)
        section = keys.get("input")
        if isinstance(section, Keys):
            for inner, more in section.items():
                found[inner] = more if isinstance(more, Keys) else Keys(section.at(inner))
        else:
            found[name] = keys
    return found


def used(user: Keys, kind: str, blueprints: Mapping[str, Keys]) -> Keys:
    """Return the automation (or script, by `kind`) that `user` makes of its blueprint.

    Raises NotCarriedError if the blueprint is not there.
    """
    use = user["use_blueprint"]
    place = user.at("use_blueprint")
    if not isinstance(use, Keys):
        raise NotCarriedError("a use of a blueprint that is no mapping", place)
    path = plain(use.get("path"))
    blueprint = _found(path, kind, blueprints)
    if blueprint is None:
        raise NotCarriedError(f'the blueprint "{path}" is not in this folder', place)
    values = _values(blueprint, use.get("input", use.get("inputs")))
    filled = _filled(blueprint, values, _Count())
    if not isinstance(filled, Keys):
        raise NotCarriedError(f'the blueprint "{path}" is no mapping', place)
    del filled["blueprint"]
    for key, value in user.items():
        if key != "use_blueprint":
            filled.put(key, value, user.at(key))
    return filled


def _found(path: str, kind: str, blueprints: Mapping[str, Keys]) -> Keys | None:
    found = blueprints.get(f"{kind}/{path}") or blueprints.get(path)
    if found is None and path in _STOCK and kind == "automation":
        stock = Texts({f"blueprints/automation/{path}": _STOCK[path]})
        data = stock.read(f"blueprints/automation/{path}")
        found = data if isinstance(data, Keys) else None
    return found


def _values(blueprint: Keys, given: object) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, about in inputs_of(blueprint).items():
        if "default" in about:
            values[name] = about["default"]
    if isinstance(given, Keys):
        values.update(given)
    return values


class _Count:
    def __init__(self) -> None:
        self.parts = 0


def _filled(value: object, values: Mapping[str, object], count: _Count, depth: int = 0) -> object:
    count.parts += 1
    if count.parts > MAX_PARTS or depth > 60:
        raise NotCarriedError("a blueprint of this size")
    if isinstance(value, Input):
        return values.get(str(value), value)
    if isinstance(value, Keys):
        keys = Keys(value.place)
        for key, inner in value.items():
            keys.put(key, _filled(inner, values, count, depth + 1), value.at(key))
        return keys
    if isinstance(value, Items):
        items = Items(value.place)
        for inner, place in zip(value, value.places, strict=True):
            items.add(_filled(inner, values, count, depth + 1), Place(*place))
        return items
    return value

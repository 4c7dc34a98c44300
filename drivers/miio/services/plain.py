"""What no other file knows: each property a plain value, each action a button. Nothing is lost."""

from drivers.miio.codec import boolean, words
from drivers.miio.draft import Draft
from drivers.miio.services.part import Part, chosen, format_codec, meanings, quantity, unit_of
from drivers.miio.spec import SpecProperty
from hubd.model.device import DeviceType

_ARGUMENT_ONLY = "it is there for actions alone, and tells nothing by itself"
_PUSHED_ONLY = "the device tells it when it happens, to its maker's servers alone"


def plain(draft: Draft, part: Part) -> None:
    """Add what is left of a service."""
    for prop in part.rest:
        _property(draft, part, prop)
    for action in part.undone:
        where = f"{part.kind} {action.kind}"
        if action.inputs:
            draft.trouble(where, "it needs values along with it, which nobody can give it yet")
        elif action.kind != "toggle":
            endpoint = draft.endpoint(
                _name(part, action.kind), DeviceType.GENERIC, _title(part, action.description)
            )
            call = part.request(action)
            draft.does(endpoint, "Button.press", lambda _, call=call: call, action.description)  # type: ignore[misc]
        elif not any(p.kind == "on" for p in part.service.properties):
            draft.trouble(where, "it turns something over that does not tell how it is")
    for event in part.service.events:
        draft.trouble(f"{part.kind} {event.kind}", _PUSHED_ONLY)


def _property(draft: Draft, part: Part, prop: SpecProperty) -> None:
    where = f"{part.kind} {prop.kind}"
    if not prop.readable and not prop.writable:
        draft.trouble(where, _PUSHED_ONLY if "notify" in prop.access else _ARGUMENT_ONLY)
        return
    slow = not part.service.standard or not prop.writable
    title = _title(part, prop.description)
    endpoint = draft.endpoint(_name(part, prop.kind), DeviceType.GENERIC, title)
    if prop.format == "bool":
        name = "OnOff.on" if prop.writable else "BooleanState.state"
        part.carry(draft, endpoint, name, prop, boolean(), slow=slow)
    elif prop.value_list:
        meant = meanings(prop)
        part.carry(
            draft, endpoint, "Select.option", prop, words(meant), slow=slow, shape=chosen(meant)
        )
    elif prop.numeric:
        found = quantity(prop, unit_of(prop))
        codec = format_codec(prop) if found is None else found.codec
        shape = {**({} if found is None else found.shape), "unit": unit_of(prop)}
        part.carry(draft, endpoint, "Number.value", prop, codec, slow=slow, shape=shape)
    else:
        part.carry(draft, endpoint, "Text.value", prop, format_codec(prop), slow=slow)


def _name(part: Part, kind: str) -> str:
    return kind if kind.startswith(part.kind) else f"{part.kind}_{kind}"


def _title(part: Part, description: str) -> str:
    return " ".join(dict.fromkeys((*part.title.split(), *description.split())))

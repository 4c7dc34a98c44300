"""Attributes as properties, both ways, and commands as actions: describe, decode, encode. Pure."""

import re

from msgspec.structs import replace

from drivers.kit.errors import MalformedError, RefusedError
from drivers.kit.units import conversion, known
from drivers.matter.attributes import Attribute, Beside, Codec, Invoke, Order, Role
from drivers.matter.codecs import tidy
from hubd.model.device import Action, Property
from hubd.model.value import Value
from hubd.model.vocabulary import term, typical

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def described(attribute: Attribute, beside: Beside) -> Property:
    """Return the property that an attribute is. Raises MalformedError for one that is none."""
    codec = _codec(attribute)
    name = _name(attribute, codec, beside)
    settable = attribute.order is not None and codec.write is not None
    if name == "BooleanState.state" and settable:
        name = "OnOff.on"
    shape = dict(codec.shape(beside))
    usual = typical(name, writable=settable)
    plain = not attribute.name and attribute.named is None
    if not usual.unit and (unit := codec.unit(beside)):
        shape["unit"] = unit
    else:
        shape = _turned(shape, codec.unit(beside), usual.unit)
    if isinstance(nearest := shape.pop("tolerance", None), float) and settable:
        shape["tolerance"] = max(usual.tolerance, nearest)
    if plain:
        shape["title"] = _WORD.sub(" ", attribute.label).lower()
    return replace(usual, **shape)


def decoded(attribute: Attribute, raw: object, beside: Beside) -> Value:
    """Return the value of the property that an attribute is; null is not known.

    Raises MalformedError for what is not of the attribute's type, or no value.
    """
    codec = _codec(attribute)
    if raw is None:
        return None
    told = codec.read(raw, beside)
    if isinstance(told, bool) or not isinstance(told, int | float):
        return told
    scale, offset = _conversion(attribute, codec, beside)
    return told if (scale, offset) == (1.0, 0.0) else tidy(told * scale + offset)


def encoded(attribute: Attribute, wished: Value, beside: Beside) -> Order:
    """Return what to send so that the property becomes `wished`. Raises RefusedError."""
    codec = attribute.codec
    if codec is None or codec.write is None or attribute.order is None:
        raise RefusedError(f"{attribute.label} can only be read")
    if wished is None:
        raise RefusedError(f"{attribute.label} takes a value, not nothing")
    told = wished
    if not isinstance(wished, bool) and isinstance(wished, int | float):
        scale, offset = _conversion(attribute, codec, beside)
        told = (wished - offset) / scale if (scale, offset) != (1.0, 0.0) else wished
    return attribute.order(codec.write(told, beside), wished, beside)


def is_spare(attribute: Attribute, beside: Beside) -> bool:
    """Say whether another attribute that is there says the same, and better."""
    return attribute.unless is not None and beside.attributes.get(attribute.unless) is not None


def action(name: str, invoke: Invoke) -> Action:
    """Return the action that a command is."""
    takes = invoke.takes
    return Action(name, argument=takes.argument, parts=takes.parts) if takes else Action(name)


def asked(invoke: Invoke, argument: Value, beside: Beside) -> Invoke:
    """Return what to invoke for an action with its argument. Raises RefusedError."""
    if invoke.takes is None:
        return invoke
    told = invoke.takes.fields(argument, beside)
    return replace(invoke, fields={**invoke.fields, **told}, takes=None)


def _codec(attribute: Attribute) -> Codec:
    if attribute.role is not Role.VALUE or attribute.codec is None:
        raise MalformedError(f"{attribute.label} is no property")
    return attribute.codec


def _name(attribute: Attribute, codec: Codec, beside: Beside) -> str:
    """Return the property; a plain one where the vocabulary's unit is not to be had."""
    name = attribute.named(beside) if attribute.named else attribute.name
    if not name:
        return codec.plain
    wanted = term(name).unit
    if wanted and not known(codec.unit(beside), wanted):
        return "Number.value"
    return name


def _conversion(attribute: Attribute, codec: Codec, beside: Beside) -> tuple[float, float]:
    wanted = term(_name(attribute, codec, beside)).unit
    return conversion(codec.unit(beside), wanted) if wanted else (1.0, 0.0)


def _turned(shape: dict[str, object], said: str, wanted: str) -> dict[str, object]:
    """Return a shape with its bounds in the wanted unit."""
    scale, offset = conversion(said, wanted) if wanted else (1.0, 0.0)
    return {
        key: tidy(part * scale + offset)
        if key in {"minimum", "maximum"} and isinstance(part, int | float)
        else abs(part * scale)
        if key == "tolerance" and isinstance(part, int | float)
        else part
        for key, part in shape.items()
    }

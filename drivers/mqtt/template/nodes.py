"""The closures that a template is compiled to: each takes a payload and returns a value."""

from collections.abc import Callable, Mapping
from inspect import signature

from drivers.mqtt.errors import TemplateError, UnreadableError
from drivers.mqtt.payload import MISSING, Payload, rendered
from drivers.mqtt.template.operations import Operation, bounded, sliced

type Evaluate = Callable[[Payload], object]

ROOTS: Mapping[str, Evaluate] = {
    "value": lambda payload: payload.text,
    "value_json": lambda payload: payload.json,
}
_RENAMED: Mapping[str, str] = {"precision": "digits", "default_value": "default"}


def constant(value: object) -> Evaluate:
    """Return what gives `value`."""
    return lambda _payload: value


def truth(value: object) -> bool:
    """Say whether `value` counts as true in a condition."""
    return value is not MISSING and bool(value)


def applied(
    table: Mapping[str, Operation],
    name: str,
    at: int,
    arguments: list[Evaluate],
    named: Mapping[str, Evaluate] | None = None,
) -> Evaluate:
    """Return the call of `name` in `table`, whose arguments are checked here, not at every use."""
    operation = table.get(name)
    if operation is None:
        raise TemplateError(f"{name!r} at character {at} is not understood")
    names = {_RENAMED.get(key, key): value for key, value in (named or {}).items()}
    try:
        signature(operation).bind(*arguments, **names)
    except TypeError as error:
        raise TemplateError(f"{name!r} at character {at}: {error}") from None
    except ValueError:
        pass
    if len(arguments) == 1 and not names:
        only = arguments[0]
        return lambda payload: operation(only(payload))
    return lambda payload: operation(
        *[a(payload) for a in arguments], **{k: a(payload) for k, a in names.items()}
    )


def field(value: Evaluate, name: str) -> Evaluate:
    """Return what takes the field `name`; the payload's own JSON is where most are taken from."""

    def of_value(payload: Payload) -> object:
        whole = value(payload)
        return whole.get(name, MISSING) if isinstance(whole, dict) else MISSING

    if value is not ROOTS["value_json"]:
        return of_value

    def of_payload(payload: Payload) -> object:
        whole = payload.json
        return whole.get(name, MISSING) if type(whole) is dict else MISSING

    return of_payload


def binary(operation: Operation, left: Evaluate, right: Evaluate) -> Evaluate:
    """Return `operation` on two values."""
    return lambda payload: operation(left(payload), right(payload))


def slicing(value: Evaluate, start: Evaluate, end: Evaluate) -> Evaluate:
    """Return the part of a text or a list from one position to before another."""
    return lambda payload: sliced(value(payload), start(payload), end(payload))


def either(left: Evaluate, right: Evaluate) -> Evaluate:
    """Return the first value that counts as true, or the second."""

    def either(payload: Payload) -> object:
        value = left(payload)
        return value if truth(value) else right(payload)

    return either


def both(left: Evaluate, right: Evaluate) -> Evaluate:
    """Return the first value that counts as false, or the second."""

    def both(payload: Payload) -> object:
        value = left(payload)
        return right(payload) if truth(value) else value

    return both


def conditional(yes: Evaluate, condition: Evaluate, no: Evaluate) -> Evaluate:
    """Return one value or the other."""
    return lambda payload: yes(payload) if truth(condition(payload)) else no(payload)


def sequence(items: list[Evaluate]) -> Evaluate:
    """Return a list of values."""
    return lambda payload: [evaluate(payload) for evaluate in items]


def dictionary(pairs: list[tuple[Evaluate, Evaluate]]) -> Evaluate:
    """Return a mapping of values."""

    def build(payload: Payload) -> object:
        built: dict[object, object] = {}
        for key, value in pairs:
            name = key(payload)
            if not isinstance(name, str | int | float | bool | None):
                raise UnreadableError(
                    "a template's mapping has a key that is neither text nor number"
                )
            built[name] = value(payload)
        return built

    return build


def stripped(evaluate: Evaluate) -> Evaluate:
    """Return a text without the white space around it."""

    def strip(payload: Payload) -> object:
        value = evaluate(payload)
        return value.strip() or MISSING if isinstance(value, str) else value

    return strip


def whole(parts: list[Evaluate]) -> Evaluate:
    """Return what writes `parts` in a row, or the value itself where there is but one."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return constant(MISSING)

    def write(payload: Payload) -> object:
        values = [part(payload) for part in parts]
        told = [
            v for v in values if v is not MISSING and not (isinstance(v, str) and not v.strip())
        ]
        if len(told) == 1:
            return told[0]
        text = "".join(rendered(v) for v in values).strip()
        return bounded(text) if text else MISSING

    return write


def choice(branches: list[tuple[Evaluate, Evaluate]], otherwise: Evaluate) -> Evaluate:
    """Return the value of the first branch whose condition holds."""

    def choose(payload: Payload) -> object:
        for holds, then in branches:
            if truth(holds(payload)):
                return then(payload)
        return otherwise(payload)

    return choose


def assignment(name: str, value: Evaluate) -> Evaluate:
    """Return what gives a variable its value, and nothing itself."""

    def assign(payload: Payload) -> object:
        payload.variables = {**payload.variables, name: value(payload)}
        return MISSING

    return assign


def variable(name: str) -> Evaluate:
    """Return what gives a variable's value."""
    return lambda payload: payload.variables.get(name, MISSING)


def negation(value: Evaluate) -> Evaluate:
    """Return the opposite of a condition."""
    return lambda payload: not truth(value(payload))

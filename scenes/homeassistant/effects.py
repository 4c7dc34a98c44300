"""What a call does to a thing, and the quantities in its data."""

from collections.abc import Callable

from msgspec import Struct

from scenes.homeassistant.durations import lasting, seconds
from scenes.homeassistant.evaluator import Evaluator
from scenes.homeassistant.jinja import is_template
from scenes.homeassistant.job import Job
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Input, Keys
from scenes.homeassistant.measures import DEGREES, number, quantity
from scenes.homeassistant.targets import Meant
from scenes.homeassistant.templates import value_of
from scenes.homeassistant.values import Lit, Number, State

type Settings = dict[str, object]


class Call(Struct):
    """A call: `domain.service`, its data, and the step that it becomes."""

    domain: str
    service: str
    data: Keys
    job: Job
    over: str = ""

    def get(self, key: str) -> object:
        """Return a part of the data; None if there is none."""
        value = self.data.get(key)
        if isinstance(value, Input):
            raise NotCarriedError(f"the input {value} has no value")
        return value


class Effect(Struct):
    """What a call does to one thing: it claims `wish`, or asks `deed`."""

    wish: object = None
    deed: object = None


type Service = Callable[[Call, Meant], Effect]


def amount(
    call: Call, key: str, unit: str, factor: float, low: float | None, high: float | None
) -> str | float | int:
    """Return a quantity of the data in `unit`: constant, or `= ` and an expression."""
    value = value_of(call.get(key), call.job)
    if isinstance(value, Lit):
        try:
            found = float(str(value.value)) * factor
        except (ValueError, OverflowError) as error:
            raise NotCarriedError(f'"{value.value}" as {key}', call.data.at(key)) from error
        if not abs(found) < 1e12:
            raise NotCarriedError(f'"{value.value}" as {key}', call.data.at(key))
        found = found if low is None else max(found, low)
        found = found if high is None else min(found, high)
        return quantity(round(found) if factor != 1 else found, unit)
    evaluator = Evaluator(call.job)
    if isinstance(value, State):
        value = evaluator.number(value)
    if isinstance(value, Number) and _has_other_unit(value, unit):
        value = evaluator.number(value_of(call.get(key), call.job, unitless=True))
    text = evaluator.expression(value)
    if isinstance(value, Number) and not value.unit and unit:
        inner = text if value.atom else f"({text})"
        scaled = f"{number(factor)} {unit}"
        begin = f"{number(0)} {unit} + " if unit in DEGREES else ""
        return f"= {begin}{inner} * {scaled}"
    return f"= {text}"


def _has_other_unit(value: Number, unit: str) -> bool:
    """Say whether what is reckoned in its own unit is not one for `unit`."""
    if value.unit in DEGREES and unit in DEGREES:
        # Of temperatures that are put together the sum is none, as the language has it.
        return not value.atom
    return bool(value.unit) and value.unit != unit


def transition(call: Call) -> str:
    """Return how long the devices are to take; "" for at once."""
    given = call.get("transition")
    if is_template(given):
        raise NotCarriedError("a transition that is worked out")
    length_s = seconds(given)
    return lasting(length_s) if length_s > 0 else ""

"""Numbers and texts of templates: what they are as expressions of ours, in which units."""

import re
from collections.abc import Sequence

from scenes.homeassistant.job import Fact, Job
from scenes.homeassistant.left import NeedsOneTriggerError, NotCarriedError, UndecidedError
from scenes.homeassistant.marked import plain
from scenes.homeassistant.measures import DEGREES, measure, quantity, worded
from scenes.homeassistant.measures import number as shortened
from scenes.homeassistant.senses import PEOPLE, is_state
from scenes.homeassistant.states import States, of_name, quoted, said
from scenes.homeassistant.values import (
    Changed,
    Clock,
    Holds,
    Lit,
    Number,
    Since,
    State,
    Told,
    Val,
    Words,
)

_TEXTS = {
    "climate": "Thermostat.systemMode",
    "person": "Presence.place",
    "media_player": "MediaPlayback.state",
    "input_select": "Select.option",
    "select": "Select.option",
    "timer": "Select.option",
    "alarm_control_panel": "AlarmPanel.state",
    "vacuum": "RvcOperationalState.state",
}
_SWITCHED = frozenset({"light", "switch", "fan", "input_boolean", "siren", "humidifier"})


class Reckoning:
    """Says values as expressions."""

    def __init__(self, job: Job, *, deciding: bool = False, unitless: bool = False) -> None:
        """Make one.

        If `deciding`, no value may hang on a condition (UndecidedError says on which it does). If
        `unitless`, numbers are those of Home Assistant, without their units.
        """
        self._job = job
        self._unitless = unitless
        self._deciding = deciding
        self._own: dict[str, Val] = {}
        self._depth = 0

    def expression(self, value: Val) -> str:  # noqa: PLR0911 - one case a kind
        """Return `value` as an expression of ours. Raises NotCarriedError."""
        match value:
            case Number(text) | Words(text):
                return text
            case Lit(bool(inner)):
                return "yes" if inner else "no"
            case Lit(int(inner) | float(inner)):
                return str(shortened(inner))
            case Lit(str(inner)):
                return quoted(inner)
            case Holds(truth):
                return self.asked(truth) if isinstance(truth, dict) else said(truth)
            case State(entity, attribute):
                return self._state_text(entity, attribute)
            case Told(facts, "to"):
                return self.expression(State(self._one(facts).entity))
            case Told(facts, "entity_id"):
                return quoted(self.word(facts))
            case _:
                raise NotCarriedError("a template whose value has no word here")

    def asked(self, truth: States) -> str:
        """Return `truth` as an expression. Raises UndecidedError where there is no such."""
        try:
            return said(truth)
        except NotCarriedError as error:
            raise UndecidedError(truth) from error

    def unit(self, value: Val) -> str:
        """Return the unit that `value` is said with; "" if it has none."""
        if isinstance(value, Told) and value.key == "to":
            value = State(self._one(value.facts).entity)
        if isinstance(value, State):
            try:
                value = self.number(value)
            except NotCarriedError:
                return ""
        return value.unit if isinstance(value, Number) else ""

    def word(self, facts: Sequence[Fact]) -> str:
        """Return the name of the one thing that set this off. Raises NeedsOneTriggerError."""
        return self._job.names.word(self._one(facts).entity)

    def _one(self, facts: Sequence[Fact]) -> Fact:
        """Return the one thing that may have set this off; raises NeedsOneTriggerError."""
        entities = {fact.entity for fact in facts}
        if len(entities) != 1 or "" in entities:
            raise NeedsOneTriggerError("a template that speaks of what set it off, one of several")
        return facts[0]

    def number(self, value: Val) -> Number:
        """Return `value` as a number. Raises NotCarriedError."""
        match value:
            case Number():
                return value
            case Lit(int(inner) | float(inner)) if not isinstance(inner, bool):
                return Number(str(shortened(inner)))
            case Lit(str(text)):
                return Number(str(shortened(float_of(text))))
            case State("sun.sun", _):
                raise NotCarriedError("the height of the sun in a value")
            case State(entity, attribute):
                found = measure(entity, attribute, self._job.names)
                if self._unitless and found.unit:
                    unit = quantity(found.factor, found.unit)
                    return Number(f"{found.text} / {unit}", atom=False)
                return Number(found.text, found.unit, found.factor)
            case Told(facts, "to"):
                return self.number(State(self._one(facts).entity))
            case Clock():
                raise NotCarriedError("the time in a value")
            case _:
                raise NotCarriedError("a template that reckons with what is no number here")

    def _in(self, unit: str, value: Number) -> str:
        if value.unit or not unit:
            return value.text
        # A temperature is not a multiple of a degree: it is so many degrees from nought.
        begin = f"0 {unit} + " if unit in DEGREES else ""
        return f"{begin}{self._bracketed(value)} * 1 {unit}"

    def _bracketed(self, value: Number) -> str:
        return value.text if value.atom else f"({value.text})"

    def _reckoned(self, sign: str, left: Val, right: Val) -> Val:  # noqa: C901, PLR0911 - one case a kind
        match sign, left, right:
            case "-", Clock("now" | "timestamp"), Since(entity, raw=True):
                return Since(entity)
            case "-", Clock("now" | "timestamp"), Changed(entity, raw=True):
                return Changed(entity)
            case "~", Lit(first), Lit(second):
                return Lit(plain(first) + plain(second))
            case "+", Lit(str(first)), Lit(str(second)):
                return Lit(first + second)
            case _, Lit(int(first) | float(first)), Lit(int(second) | float(second)):
                return Lit(_constant(sign, first, second))
        if sign not in {"+", "-", "*", "/"}:
            raise NotCarriedError(f'"{sign}" in a template')
        first, second = self.number(left), self.number(right)
        if sign in {"+", "-"}:
            unit = first.unit or second.unit
            texts = [
                scaled(left, second) if isinstance(left, Lit) else self._in(unit, first),
                scaled(right, first) if isinstance(right, Lit) else self._in(unit, second),
            ]
            if sign == "-" and not second.atom:
                texts[1] = f"({texts[1]})"
            return Number(f"{texts[0]} {sign} {texts[1]}", unit, first.factor, atom=False)
        if first.unit and second.unit:
            raise NotCarriedError("two quantities with units multiplied in a template")
        if sign == "/" and second.unit:
            raise NotCarriedError("a number divided by a quantity in a template")
        text = f"{self._bracketed(first)} {sign} {self._bracketed(second)}"
        return Number(text, first.unit or second.unit, first.factor, atom=False)

    def _extreme(self, name: str, values: list[Val]) -> Val:
        if len(values) == 1 and isinstance(values[0], Lit) and isinstance(values[0].value, tuple):
            values = list(values[0].value)
        found = [self.number(value) for value in values]
        unit = next((one.unit for one in found if one.unit), "")
        known = next((one for one in found if one.unit), Number(""))
        texts = [
            scaled(value, known) if isinstance(value, Lit) else self._in(unit, one)
            for value, one in zip(values, found, strict=True)
        ]
        function = "mean" if name == "average" else name
        return Number(f"{function}({', '.join(texts)})", unit)

    def _state_text(self, entity: str, attribute: str) -> str:  # noqa: PLR0911 - one case a kind
        names = self._job.names
        domain = entity.partition(".")[0]
        word = of_name(names.word(entity))
        if attribute:
            name = worded(entity, attribute)
            return f"{name} of {word}" if name else self.number(State(entity, attribute)).text
        if domain in _SWITCHED:
            return f"on of {word}"
        if domain in PEOPLE:
            return f"Presence.place of {of_name(names.person(entity))}"
        if domain in _TEXTS:
            return f"{_TEXTS[domain]} of {word}"
        if domain in {"binary_sensor", "lock"}:
            return said(is_state(entity, "on" if domain == "binary_sensor" else "locked", names))
        if domain == "cover":
            return f"position of {word}"
        if domain in {"input_text", "text", "weather"}:
            return f"Text.value of {word}"
        if domain == "sensor" and not names.device_class(entity):
            return f"Text.value of {word}"
        return measure(entity, attribute, names).text


def scaled(value: Val, like: Number) -> str:
    """Return a constant of Home Assistant's in the unit of `like`."""
    inner = value.value if isinstance(value, Lit) else None
    return str(quantity(float_of(inner) * like.factor, like.unit))


def float_of(value: object) -> float:
    """Return a number that a template says. Raises NotCarriedError."""
    try:
        found = float(str(value))
    except ValueError as error:
        raise NotCarriedError(f'"{value}" where a number belongs, in a template') from error
    if not abs(found) < 1e15:
        raise NotCarriedError(f'"{value}" in a template')
    return found


def _constant(sign: str, first: float, second: float) -> float:
    match sign:
        case "+":
            return first + second
        case "-":
            return first - second
        case "*":
            return first * second
        case "/" if second:
            return first / second
        case "//" if second:
            return first // second
        case "%" if second:
            return first % second
    raise NotCarriedError(f'"{sign}" in a template')


def is_list(value: Val) -> bool:
    """Say whether a value is a list."""
    return isinstance(value, Lit) and isinstance(value.value, tuple)


def is_truth(value: Val) -> bool:
    """Say whether a value is yes or no."""
    return isinstance(value, Holds) or (isinstance(value, Lit) and isinstance(value.value, bool))


def is_number(value: Val) -> bool:
    """Say whether a value may be a number."""
    if isinstance(value, Lit):
        text = str(value.value)
        return not isinstance(value.value, bool) and bool(re.fullmatch(r"-?\d+(\.\d+)?", text))
    return isinstance(value, Number | State)

"""Functions, filters and tests of templates."""

from abc import abstractmethod
from collections.abc import Sequence

from scenes.homeassistant.comparing import Comparing
from scenes.homeassistant.jinja import (
    Attribute,
    Const,
    Expr,
    Name,
)
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import plain
from scenes.homeassistant.reckoning import is_list
from scenes.homeassistant.states import Truth, either, every
from scenes.homeassistant.values import (
    Alike,
    Changed,
    Clock,
    Daytime,
    Holds,
    Lit,
    Number,
    Since,
    State,
    Thing,
    Told,
    Val,
)

_ORDERED = frozenset({"<", ">", "<=", ">="})
_SAME = frozenset({"float", "int", "string", "default", "trim", "d", "as_datetime", "as_local"})
_COSMETIC = {"lower": str.lower, "upper": str.upper, "title": str.title}
_YES_NO: tuple[Val, ...] = (Lit(value=True), Lit(value=False))
_COSMETIC |= {"capitalize": str.capitalize}


class Calling(Comparing):
    """Knows what Home Assistant's functions mean."""

    @abstractmethod
    def value(self, of: Expr) -> Val:
        """Return what `of` is. Raises NotCarriedError."""

    def truth(self, of: Expr) -> Truth:
        """Return when `of` is so. Raises NotCarriedError."""
        return self.holds(self.value(of))

    def _call(self, of: Expr, args: Sequence[Expr], named: dict[str, Expr]) -> Val:  # noqa: C901, PLR0911, PLR0912 - one case a kind
        if isinstance(of, Attribute):
            return self._method(self.value(of.of), of.name, args)
        if not isinstance(of, Name):
            raise NotCarriedError("a call in a template")
        names = self._job.names
        match of.name, args:
            case "states", [which, *_]:
                return State(self._entity(which))
            case "is_state", [which, wanted]:
                entity, value = self._entity(which), self.value(wanted)
                return Holds(self._compared("in" if is_list(value) else "==", State(entity), value))
            case "state_attr", [which, attribute]:
                return self._state_attr(self._entity(which), self._text(attribute))
            case "is_state_attr", [which, attribute, wanted]:
                found = self._state_attr(self._entity(which), self._text(attribute))
                return Holds(self._compared("==", found, self.value(wanted)))
            case "has_value", [which]:
                return Holds({"available": names.word(self._entity(which))})
            case "now" | "utcnow", []:
                return Clock("now")
            case "today_at", [at]:
                return Daytime(self._text(at))
            case "iif", [condition, *rest]:
                ways = [self.value(way) for way in rest]
                then, other = (*ways, *_YES_NO[len(ways) :])[:2]
                return self.choice(self.truth(condition), then, other)
            case "as_timestamp", [what, *_]:
                return self.value(what)
            case "float" | "int" | "bool", [what, *_]:
                return self.value(what)
            case "expand", [_, *_]:
                return self._expanded([self.value(arg) for arg in args])
            case "round" | "abs", [what, *_]:
                return self._filtered(what, of.name, args[1:])
            case "min" | "max" | "average", [_, *_]:
                return self._extreme(of.name, [self.value(arg) for arg in args])
            case "area_name" | "device_name", [which]:
                return Lit(names.word(self._entity(which)))
        del named
        raise NotCarriedError(f'the template function "{of.name}"')

    def _expanded(self, values: list[Val]) -> Val:
        found: list[str] = []
        for value in values:
            items = value.value if isinstance(value, Lit) else None
            for item in items if isinstance(items, tuple) else (value,):
                match item:
                    case Lit(str(text)):
                        found += self._job.names.members(self._job.names.entity(text))
                    case Thing(entity):
                        found += self._job.names.members(entity)
                    case _:
                        raise NotCarriedError('the template function "expand"')
        if any(entity.startswith("group.") for entity in found):
            raise NotCarriedError("a group whose members are not in this folder")
        return Alike(tuple(dict.fromkeys(found)))

    def _method(self, of: Val, name: str, args: Sequence[Expr]) -> Val:
        match of, name:
            case Clock("now"), "weekday" | "isoweekday" | "timestamp" | "date" | "time":
                return Clock(name)
            case Clock("now"), "strftime":
                return _formatted(self._text(args[0]) if args else "")
            case Since() | Changed(), "total_seconds" | "timestamp":
                return of
            case _, "lower" | "upper" | "title" | "capitalize" | "strip":
                return self._cosmetic(of, name)
            case _, "split" | "replace" | "get" | "startswith" | "endswith":
                raise NotCarriedError(f'"{name}" of a text in a template')
            case State() | Told() | Lit(), "round":
                return of
        raise NotCarriedError(f'the template function "{name}"')

    def _entity(self, of: Expr) -> str:
        match self.value(of):
            case Lit(str(text)):
                return self._job.names.entity(text)
            case Told(facts, "entity_id"):
                return self._one(facts).entity
            case Thing(entity):
                return entity
        raise NotCarriedError("a template that works out which thing is meant")

    def _text(self, of: Expr) -> str:
        value = self.value(of)
        if isinstance(value, Lit):
            return plain(value.value)
        raise NotCarriedError("a template that works out which attribute is meant")

    def _state_attr(self, entity: str, attribute: str) -> Val:
        if attribute == "friendly_name":
            return Lit(self._job.names.word(entity))
        if attribute == "last_triggered":
            return Since(entity, raw=True)
        return State(entity, attribute)

    def _filtered(self, of: Expr, name: str, args: Sequence[Expr]) -> Val:  # noqa: C901, PLR0911, PLR0912 - one case a kind
        value = self.value(of)
        match name:
            case "round":
                if isinstance(value, Since | Changed | Clock):
                    return value
                found = self.number(value)
                return Number(f"round({found.text})", found.unit, found.factor)
            case "abs":
                found = self.number(value)
                return Number(f"abs({found.text})", found.unit, found.factor)
            case "bool":
                return Holds(self.holds(value))
            case "iif":
                ways = [self.value(way) for way in args]
                then, other = (*ways, *_YES_NO[len(ways) :])[:2]
                return self.choice(self.holds(value), then, other)
            case "min" | "max" | "average":
                return self._extreme(name, [value])
            case "multiply" | "add" if args:
                sign = "*" if name == "multiply" else "+"
                return self._reckoned(sign, value, self.value(args[0]))
            case "as_timestamp" | "timestamp":
                return value
            case "list" if isinstance(value, Lit | Alike):
                return value
            case "selectattr" if isinstance(value, Alike) and len(args) == 3:
                attribute, test, wanted = (self._text(arg) for arg in args)
                if attribute == "state" and test in {"eq", "==", "equalto"}:
                    return Alike(value.entities, wanted)
            case "count" | "length" if isinstance(value, Alike):
                return value
            case "lower" | "upper" | "title" | "capitalize":
                return self._cosmetic(value, name)
            case _ if name in _SAME:
                return value
        raise NotCarriedError(f'the template filter "{name}"')

    def _cosmetic(self, value: Val, name: str) -> Val:
        if isinstance(value, Lit) and isinstance(value.value, str):
            return Lit(_COSMETIC.get(name, str.strip)(value.value))
        return value

    def _test(self, of: Expr, name: str, args: Sequence[Expr]) -> Val:
        match name, args:
            case "defined", _:
                return Holds(truth=isinstance(of, Name | Attribute))
            case "none" | "undefined", _:
                value = self.value(of)
                if isinstance(value, State):
                    return Holds({"unavailable": self._job.names.word(value.entity)})
                return Holds(truth=False)
            case "number", _:
                value = self.value(of)
                if isinstance(value, State):
                    return Holds({"available": self._job.names.word(value.entity)})
                return Holds(truth=True)
            case "eq" | "equalto" | "in" | "gt" | "lt" | "ge" | "le" | "ne", [other]:
                signs = {"gt": ">", "lt": "<", "ge": ">=", "le": "<=", "ne": "!=", "in": "in"}
                return self._binary(signs.get(name, "=="), of, other)
        raise NotCarriedError(f'the template test "{name}"')

    def _binary(self, sign: str, left: Expr, right: Expr) -> Val:
        if sign == "or" and isinstance(right, Const) and not isinstance(right.value, bool):
            # What stands behind `or` is for when there is no value, which is unknown here.
            return self.value(left)
        if sign in {"and", "or"}:
            parts = [self.truth(left), self.truth(right)]
            return Holds(every(parts) if sign == "and" else either(parts))
        first, second = self.value(left), self.value(right)
        if sign in {"==", "!=", "in", "not in", *_ORDERED}:
            return Holds(self._compared(sign, first, second))
        return self._reckoned(sign, first, second)


def _formatted(pattern: str) -> Val:
    known = {"%H": "hour", "%-H": "hour", "%H:%M": "clock", "%H:%M:%S": "clock"}
    known |= {"%a": "day name", "%A": "day name", "%u": "isoweekday"}
    if pattern in known:
        return Clock(known[pattern])
    raise NotCarriedError(f'the time as "{pattern}" in a template')

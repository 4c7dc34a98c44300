"""The meaning of a template's expressions: which state, which number, which text they are."""

import re
from collections.abc import Sequence

from scenes.homeassistant import clocks, jinja, sun
from scenes.homeassistant.jinja import (
    Attribute,
    Binary,
    Call,
    Choice,
    Const,
    Expr,
    Filter,
    Listed,
    Name,
    Test,
    Unary,
)
from scenes.homeassistant.job import Fact, Job
from scenes.homeassistant.left import NeedsOneTriggerError, NotCarriedError, UndecidedError
from scenes.homeassistant.marked import Items, plain
from scenes.homeassistant.measures import measure, quantity, worded
from scenes.homeassistant.measures import number as shortened
from scenes.homeassistant.senses import PEOPLE, UNKNOWN, is_any_state, is_state
from scenes.homeassistant.spans import lasted
from scenes.homeassistant.states import States, Truth, either, every, negated, of_name, quoted, said
from scenes.homeassistant.values import (
    Alike,
    Changed,
    Clock,
    Daytime,
    Holds,
    Lit,
    Number,
    Object,
    Since,
    State,
    Thing,
    Told,
    Val,
    Words,
)

_MAX_DEPTH = 60
_PAIRS = (("on", "off"), ("home", "not_home"), ("open", "closed"), ("locked", "unlocked"))
_ORDERED = frozenset({"<", ">", "<=", ">="})
_SAME = frozenset({"float", "int", "string", "default", "trim", "d", "as_datetime", "as_local"})
_COSMETIC = {"lower": str.lower, "upper": str.upper, "title": str.title}
_COSMETIC |= {"capitalize": str.capitalize}
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


class Evaluator:
    """Reads the expressions of one template; `remember` keeps what the template sets."""

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

    def remember(self, name: str, value: Expr) -> None:
        """Keep what a `{% set %}` names."""
        self._own[name] = self.value(value)

    def value(self, of: Expr) -> Val:
        """Return what `of` is. Raises NotCarriedError."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise NotCarriedError("a template that is nested so deep")
        try:
            return self._value(of)
        finally:
            self._depth -= 1

    def truth(self, of: Expr) -> Truth:
        """Return when `of` is so. Raises NotCarriedError."""
        return self.holds(self.value(of))

    def holds(self, value: Val) -> Truth:
        """Return when a value counts as yes."""
        match value:
            case Holds(truth):
                return truth
            case Lit(inner):
                return bool(inner) and str(inner).casefold() not in {"false", "off", "no", "0"}
            case State(entity, ""):
                return is_state(entity, "on", self._job.names)
            case Told(_, "to"):
                return self._compared("==", value, Lit("on"))
            case Object("trigger"):
                return True
            case Number(text):
                return {"that": f"{text} != 0"}
            case _:
                raise NotCarriedError("a template that is not clearly yes or no")

    def expression(self, value: Val) -> str:
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

    def choice(self, condition: Truth, then: Val, other: Val) -> Val:
        """Return `then` if `condition` holds, else `other`."""
        condition = self._job.decided(condition)
        if isinstance(condition, bool):
            return then if condition else other
        if self._deciding:
            raise UndecidedError(condition)
        if _is_truth(then) and _is_truth(other):
            yes, no = self.holds(then), self.holds(other)
            return Holds(either([every([condition, yes]), every([negated(condition), no])]))
        if _is_number(then) and _is_number(other):
            left, right = self.number(then), self.number(other)
            unit = left.unit or right.unit
            texts = [self._in(unit, part) for part in (left, right)]
            return Number(f"if({self.asked(condition)}, {texts[0]}, {texts[1]})", unit)
        texts = [self.expression(then), self.expression(other)]
        return Words(f"if({self.asked(condition)}, {texts[0]}, {texts[1]})")

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

    def decided(self, of: Expr) -> Truth:
        """Return when `of` is so; yes or no where that is taken for granted."""
        return self._job.decided(self.truth(of))

    def asked(self, truth: States) -> str:
        """Return `truth` as an expression. Raises UndecidedError where there is no such."""
        try:
            return said(truth)
        except NotCarriedError as error:
            raise UndecidedError(truth) from error

    def cases(self, template: str) -> list[tuple[Truth, str]]:
        """Return the words that a template may be, each with when. Raises NotCarriedError."""
        parts = [part for part in jinja.parse(template) if not isinstance(part, jinja.Set)]
        cases: list[tuple[Truth, str]] = [(True, "")]
        for part in parts:
            ways = [(True, part.text)] if isinstance(part, jinja.Raw) else self._ways(part)
            cases = [(every([a, b]), before + word) for a, before in cases for b, word in ways]
            if len(cases) > 16:
                raise NotCarriedError("a template of so many cases")
        return [(truth, word.strip()) for truth, word in cases if truth is not False]

    def _ways(self, part: jinja.Part) -> list[tuple[Truth, str]]:
        match part:
            case jinja.Out(Choice(condition, then, other)):
                truth = self.truth(condition)
                yes = self._ways(jinja.Out(then))
                no = self._ways(jinja.Out(other))
                return [
                    *((every([truth, inner]), word) for inner, word in yes),
                    *((every([negated(truth), inner]), word) for inner, word in no),
                ]
            case jinja.If(branches):
                return self._ways_of(branches)
            case jinja.Out(of):
                value = self.value(of)
                if isinstance(value, Lit):
                    return [(True, plain(value.value))]
                if isinstance(value, State | Told):
                    on = self._compared("==", value, Lit("on"))
                    return [(on, "on"), (negated(on), "off")]
        raise NotCarriedError("an action whose name is worked out")

    def _ways_of(
        self, branches: Sequence[tuple[Expr, tuple[jinja.Part, ...]]]
    ) -> list[tuple[Truth, str]]:
        found: list[tuple[Truth, str]] = []
        before: list[Truth] = []
        for condition, body in branches:
            truth = self.truth(condition)
            text = "".join(part.text for part in body if isinstance(part, jinja.Raw))
            if any(not isinstance(part, jinja.Raw) for part in body):
                raise NotCarriedError("an action whose name is worked out")
            found.append((every([*before, truth]), text.strip()))
            before.append(negated(truth))
        return found

    def _value(self, of: Expr) -> Val:
        match of:
            case Const(inner):
                return Lit(inner)
            case Listed(items):
                return Lit(tuple(self.value(item) for item in items))
            case Name(name):
                return self._named(name)
            case Attribute(inner, name):
                return self._attribute(self.value(inner), name)
            case Call(inner, args, named):
                return self._call(inner, args, dict(named))
            case Filter(inner, name, args, _):
                return self._filtered(inner, name, args)
            case Test(inner, name, args):
                return self._test(inner, name, args)
            case Unary("not", inner):
                return Holds(negated(self.truth(inner)))
            case Unary(_, inner):
                found = self.number(self.value(inner))
                return Number(f"-{self._bracketed(found)}", found.unit)
            case Choice(condition, then, other):
                return self.choice(self.truth(condition), self.value(then), self.value(other))
            case Binary(sign, left, right):
                return self._binary(sign, left, right)

    def _named(self, name: str) -> Val:
        if name in self._own:
            return self._own[name]
        if name in self._job.scope:
            return self._scoped(self._job.scope[name])
        if name in {"trigger", "states", "this", "repeat", "wait", "state"}:
            return Object(name)
        raise NotCarriedError(f'the variable "{name}" of a template')

    def _scoped(self, raw: object) -> Val:
        if isinstance(raw, Items):
            return Lit(tuple(self._scoped(item) for item in raw))
        if not jinja.is_template(raw):
            return raw if isinstance(raw, Thing) else Lit(raw)
        outs = [part for part in jinja.parse(str(raw)) if not isinstance(part, jinja.Raw)]
        if len(outs) == 1 and isinstance(outs[0], jinja.Out):
            return self.value(outs[0].of)
        raise NotCarriedError("a variable that is a template of several pieces")

    def _attribute(self, of: Val, name: str) -> Val:
        match of:
            case Object(path):
                return self._path(f"{path}.{name}")
            case Thing(entity):
                return self._of_thing(entity, name)
            case Told(facts, key):
                return self._of_told(facts, key, name)
            case Clock("now") if name in {"hour", "minute", "day", "month", "year"}:
                return Clock(name)
            case State(entity, "attributes"):
                return State(entity, name)
            case Since() | Changed() if name == "seconds":
                return of
            case Lit(dict(keys)) if name in keys:
                return self._scoped(keys[name])
            case Lit(tuple(items)) if name.isdigit() and int(name) < len(items):
                item = items[int(name)]
                return item if isinstance(item, Val.__value__) else Lit(item)
        raise NotCarriedError(f'".{name}" in a template')

    def _path(self, path: str) -> Val:
        parts = path.split(".")
        job = self._job
        match parts:
            case ["trigger", "id"]:
                return Told(tuple(job.facts), "id")
            case ["trigger", "entity_id"]:
                return Told(tuple(job.facts), "entity_id")
            case ["trigger", "platform"]:
                return Told(tuple(job.facts), "platform")
            case ["trigger", "to_state" | "from_state" as which]:
                return Told(tuple(job.facts), f"{which.removesuffix('_state')} object")
            case ["trigger", "payload"]:
                return Told(tuple(job.facts), "payload")
            case ["trigger", "event" | "payload_json" as which]:
                return Told(tuple(job.facts), which)
            case ["states", _] | ["trigger", "calendar_event" | "json" | "query" | "data"]:
                return Object(path)
            case ["states", domain, name]:
                return Thing(f"{domain}.{name}")
            case ["this", "entity_id"]:
                raise NotCarriedError("the automation's own entity")
            case ["this", "attributes"]:
                return Object(path)
            case ["this", "attributes", "last_triggered"]:
                return Since("", raw=True)
            case ["repeat", word] if f"repeat.{word}" in job.scope:
                return self._scoped(job.scope[f"repeat.{word}"])
        raise NotCarriedError(f'"{path}" in a template')

    def _of_thing(self, entity: str, name: str) -> Val:
        match name:
            case "state":
                return State(entity)
            case "name" | "friendly_name":
                return Lit(self._job.names.word(entity))
            case "entity_id":
                return Lit(entity)
            case "attributes":
                return State(entity, "attributes")
            case "last_changed" | "last_updated":
                return Changed(entity, raw=True)
        raise NotCarriedError(f'".{name}" of {entity} in a template')

    def _of_told(self, facts: tuple[Fact, ...], key: str, name: str) -> Val:
        if key in {"to object", "from object"}:
            which = key.removesuffix(" object")
            match name:
                case "state":
                    return Told(facts, which)
                case "name" | "friendly_name":
                    return Lit(self._job.names.word(self._one(facts).entity))
                case "entity_id":
                    return Told(facts, "entity_id")
                case "attributes":
                    return Told(facts, f"{which} attributes")
            raise NotCarriedError(f'"trigger.{which}_state.{name}" in a template')
        if key in {"to attributes", "from attributes"}:
            if name == "friendly_name":
                return Lit(self._job.names.word(self._one(facts).entity))
            if key == "to attributes":
                return State(self._one(facts).entity, name)
        if key.startswith(("event", "payload_json")):
            return Told(facts, f"{key}.{name}")
        raise NotCarriedError(f'".{name}" of what set it off, in a template')

    def _one(self, facts: Sequence[Fact]) -> Fact:
        """Return the one thing that may have set this off; raises NeedsOneTriggerError."""
        entities = {fact.entity for fact in facts}
        if len(entities) != 1 or "" in entities:
            raise NeedsOneTriggerError("a template that speaks of what set it off, one of several")
        return facts[0]

    def _call(self, of: Expr, args: Sequence[Expr], named: dict[str, Expr]) -> Val:
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
                return Holds(
                    self._compared("in" if _is_list(value) else "==", State(entity), value)
                )
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
                then, other = (ways + [Lit(True), Lit(False)][len(ways) :])[:2]
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

    def _filtered(self, of: Expr, name: str, args: Sequence[Expr]) -> Val:
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
                then, other = (ways + [Lit(True), Lit(False)][len(ways) :])[:2]
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

    def _compared(self, sign: str, left: Val, right: Val) -> Truth:
        if sign == "!=":
            return negated(self._compared("==", left, right))
        if sign == "not in":
            return negated(self._compared("in", left, right))
        if isinstance(left, Lit) and not isinstance(right, Lit) and sign in {"==", *_ORDERED}:
            return self._compared(clocks.turned(sign), right, left)
        match left, right:
            case Lit(first), Lit(second) if sign in {"==", "in"}:
                several = second if isinstance(second, tuple) else ()
                plains = [item.value for item in several if isinstance(item, Lit)]
                return first in plains if several else first == second
            case Told(), _:
                return self._told(sign, left, right)
            case Clock(part), Lit(tuple(items)) if sign == "in":
                return clocks.one_of(part, [i.value for i in items if isinstance(i, Lit)])
            case Clock(part), Lit(value):
                return clocks.compared(part, sign, value)
            case Clock("now"), Daytime(text):
                return clocks.compared("now", sign, text)
            case Since(entity), Lit(value) if sign in {">", ">="}:
                return self._cooled(entity, value)
            case Changed(entity), Lit(value) if sign in {">", ">="}:
                return self._unchanged(entity, _float(value))
            case Alike(), Lit(value):
                return self._counted(sign, left, _float(value))
            case State("sun.sun", "elevation"), Lit(int(height) | float(height)):
                return sun.above(height) if sign in {">", ">="} else sun.below(height)
            case State("sensor.time", ""), Lit(value):
                return clocks.compared("clock", sign, value)
            case State(entity, attribute), Lit(value) if sign in {"==", "in"}:
                return self._is(entity, attribute, value)
        if sign in {"==", "in"}:
            return self._equal(sign, left, right)
        return self._beyond(sign, left, right)

    def _equal(self, sign: str, left: Val, right: Val) -> Truth:
        if sign == "in":
            if isinstance(right, Lit) and isinstance(right.value, tuple):
                return either([self._compared("==", left, item) for item in right.value])
            raise NotCarriedError("a template that looks for a piece of a text")
        if isinstance(right, Lit) and isinstance(right.value, bool):
            return self.holds(left) if right.value else negated(self.holds(left))
        if _is_number(left) and _is_number(right) and not isinstance(left, State):
            first, second = self.number(left), self.number(right)
            unit = first.unit or second.unit
            return {"that": f"{self._in(unit, first)} = {self._in(unit, second)}"}
        return {"that": f"{self.expression(left)} = {self.expression(right)}"}

    def _beyond(self, sign: str, left: Val, right: Val) -> Truth:
        if isinstance(left, State) and isinstance(right, Lit) and _is_number(right):
            found = measure(left.entity, left.attribute, self._job.names)
            limit = float(str(right.value))
            if sign == ">":
                return found.beyond(limit, None)
            if sign == "<":
                return found.beyond(None, limit)
        first, second = self.number(left), self.number(right)
        unit = first.unit or second.unit
        if isinstance(right, Lit):
            return {"that": f"{first.text} {sign} {_scaled(right, first)}"}
        return {"that": f"{self._in(unit, first)} {sign} {self._in(unit, second)}"}

    def _is(self, entity: str, attribute: str, value: object) -> Truth:
        several = value if isinstance(value, tuple) else (Lit(value),)
        if attribute:
            return either([self._attribute_is(entity, attribute, one) for one in several])
        texts = [plain(one.value) for one in several if isinstance(one, Lit)]
        members = self._job.names.members(entity)
        if members == [entity]:
            return is_any_state(entity, texts, self._job.names)
        each: list[Truth] = [is_any_state(one, texts, self._job.names) for one in members]
        return either(each) if texts == ["on"] or texts == ["home"] else every(each)

    def _attribute_is(self, entity: str, attribute: str, value: Val) -> Truth:
        if not isinstance(value, Lit):
            raise NotCarriedError(f'the attribute "{attribute}" of {entity}')
        if value.value is None:
            return {"unavailable": self._job.names.word(entity)}
        name = worded(entity, attribute)
        if name:
            wanted = plain(value.value)
            of = self._job.names.word(entity)
            return {"property": {"of": of, "name": name, "is": wanted}}
        found = measure(entity, attribute, self._job.names)
        return {"that": f"{found.text} = {found.ours(_float(value.value))}"}

    def _told(self, sign: str, left: Told, right: Val) -> Truth:
        if isinstance(right, Told) and {left.key, right.key} == {"to", "from"}:
            return sign != "=="
        if not isinstance(right, Lit) or sign not in {"==", "in"}:
            if left.key == "to" and sign in _ORDERED:
                entity = self._one(left.facts).entity
                return self._compared(sign, State(entity), right)
            raise NotCarriedError("a template that compares what set it off")
        several = right.value if isinstance(right.value, tuple) else (right,)
        values = [plain(one.value) for one in several if isinstance(one, Lit)]
        return either([self._one_told(left.key, value) for value in values])

    def _one_told(self, key: str, value: str) -> Truth:
        job = self._job
        match key:
            case "id":
                return job.by_id(value)
            case "entity_id":
                return either([job.by(f) for f in job.facts if f.entity == value.casefold()])
            case "platform":
                return either([job.by(f) for f in job.facts if f.kind == value])
            case "to" if value in UNKNOWN:
                return False
            case "from" if value in UNKNOWN:
                return False
            case "to":
                return self._became(value)
            case "from":
                return self._were(value)
        last = key.rpartition(".")[2]
        return either([job.by_value(f, last, value) for f in list(job.facts) if f.vary])

    def _became(self, value: str) -> Truth:
        """Return that what set it off became `value`."""
        facts = self._job.current()
        entities = {fact.entity for fact in facts}
        if len(entities) == 1 and len(facts) > 1 and all(fact.to is not None for fact in facts):
            # Of one thing alone, what it became is what it is.
            return is_state(facts[0].entity, value, self._job.names)
        return self._job.by_each(lambda fact: self._came_to(fact, value))

    def _were(self, value: str) -> Truth:
        """Return that what set it off was `value` before."""
        pair = next((pair for pair in _PAIRS if value in pair), None)
        if pair is not None and all(fact.to in pair for fact in self._job.current()):
            return self._became(pair[1 - pair.index(value)])
        return self._job.by_each(lambda fact: _came_from(fact, value))

    def _came_to(self, fact: Fact, value: str) -> Truth:
        if fact.to is not None:
            return fact.to == value
        if fact.vary is not None:
            return self._job.by_value(fact, "state", value)
        if not fact.entity:
            return False
        return is_state(fact.entity, value, self._job.names)

    def _unchanged(self, entity: str, length_s: float) -> Truth:
        domain = entity.partition(".")[0]
        pair = ("home", "not_home") if domain in PEOPLE else ("on", "off")
        if domain in {"lock", "cover"}:
            pair = {"lock": ("locked", "unlocked"), "cover": ("open", "closed")}[domain]
        each = [is_state(entity, value, self._job.names) for value in pair]
        return either([lasted(truth, length_s, self._job.library) for truth in each])

    def _counted(self, sign: str, of: Alike, number: float) -> Truth:
        """Return when so many are alike: any of them, or none."""
        if not of.state:
            raise NotCarriedError("how many there are, in a template")
        any_is = either([is_state(one, of.state, self._job.names) for one in of.entities])
        if (sign, number) in {(">", 0), (">=", 1), ("!=", 0)}:
            return any_is
        if (sign, number) in {("==", 0), ("<", 1), ("<=", 0)}:
            return negated(any_is)
        raise NotCarriedError("how many are alike, in a template")

    def _cooled(self, entity: str, value: object) -> Truth:
        own = {key for key, name in self._job.library.automations.items() if name == self._job.name}
        if not self._job.asks_first or (entity and entity not in own):
            raise NotCarriedError("when an automation ran last")
        self._job.cooldown_s = max(self._job.cooldown_s, _float(value))
        return True

    def _reckoned(self, sign: str, left: Val, right: Val) -> Val:
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
                _scaled(left, second) if isinstance(left, Lit) else self._in(unit, first),
                _scaled(right, first) if isinstance(right, Lit) else self._in(unit, second),
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
            _scaled(value, known) if isinstance(value, Lit) else self._in(unit, one)
            for value, one in zip(values, found, strict=True)
        ]
        function = "mean" if name == "average" else name
        return Number(f"{function}({', '.join(texts)})", unit)

    def number(self, value: Val) -> Number:
        """Return `value` as a number. Raises NotCarriedError."""
        match value:
            case Number():
                return value
            case Lit(int(inner) | float(inner)) if not isinstance(inner, bool):
                return Number(str(shortened(inner)))
            case Lit(str(text)):
                return Number(str(shortened(_float(text))))
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
        return f"{self._bracketed(value)} * 1 {unit}"

    def _bracketed(self, value: Number) -> str:
        return value.text if value.atom else f"({value.text})"

    def _state_text(self, entity: str, attribute: str) -> str:
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


def _formatted(pattern: str) -> Val:
    known = {"%H": "hour", "%-H": "hour", "%H:%M": "clock", "%H:%M:%S": "clock"}
    known |= {"%a": "day name", "%A": "day name", "%u": "isoweekday"}
    if pattern in known:
        return Clock(known[pattern])
    raise NotCarriedError(f'the time as "{pattern}" in a template')


def _came_from(fact: Fact, value: str) -> Truth:
    if fact.from_ is not None:
        return fact.from_ == value
    raise NotCarriedError(f'what it was before ("{value}")')


def _scaled(value: Val, like: Number) -> str:
    """Return a constant of Home Assistant's in the unit of `like`."""
    inner = value.value if isinstance(value, Lit) else None
    return str(quantity(_float(inner) * like.factor, like.unit))


def _float(value: object) -> float:
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


def _is_list(value: Val) -> bool:
    return isinstance(value, Lit) and isinstance(value.value, tuple)


def _is_truth(value: Val) -> bool:
    return isinstance(value, Holds) or (isinstance(value, Lit) and isinstance(value.value, bool))


def _is_number(value: Val) -> bool:
    if isinstance(value, Lit):
        text = str(value.value)
        return not isinstance(value.value, bool) and bool(re.fullmatch(r"-?\d+(\.\d+)?", text))
    return isinstance(value, Number | State)

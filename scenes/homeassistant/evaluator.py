"""The meaning of a template's expressions: which state, which number, which text they are."""

from collections.abc import Sequence

from scenes.homeassistant import jinja
from scenes.homeassistant.calling import Calling
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
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Items, plain
from scenes.homeassistant.states import Truth, every, negated
from scenes.homeassistant.values import (
    Changed,
    Clock,
    Holds,
    Lit,
    Number,
    Object,
    Since,
    State,
    Thing,
    Told,
    Val,
)

_MAX_DEPTH = 60


class Evaluator(Calling):
    """Reads the expressions of one template; `remember` keeps what the template sets."""

    def __init__(self, job: Job, *, deciding: bool = False, unitless: bool = False) -> None:
        """Make one; see Reckoning."""
        super().__init__(job, deciding=deciding, unitless=unitless)
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

    def decided(self, of: Expr) -> Truth:
        """Return when `of` is so; yes or no where that is taken for granted."""
        return self._job.decided(self.truth(of))

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

    def _value(self, of: Expr) -> Val:  # noqa: C901, PLR0911 - one case a kind
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
        if name in self._job.fields:
            raise NotCarriedError(f'the field "{name}": what calls this has its steps written out')
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

    def _attribute(self, of: Val, name: str) -> Val:  # noqa: PLR0911 - one case a kind
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

    def _path(self, path: str) -> Val:  # noqa: C901, PLR0911 - one case a kind
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

    def _of_told(self, facts: tuple[Fact, ...], key: str, name: str) -> Val:  # noqa: PLR0911 - one case a kind
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

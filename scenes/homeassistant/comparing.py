"""Comparisons in templates, as states: of things, of the time, of what set a scene off."""

from scenes.homeassistant import clocks, sun
from scenes.homeassistant.job import Fact
from scenes.homeassistant.left import NotCarriedError, UndecidedError
from scenes.homeassistant.marked import plain
from scenes.homeassistant.measures import measure, worded
from scenes.homeassistant.reckoning import Reckoning, float_of, is_number, is_truth, scaled
from scenes.homeassistant.senses import PEOPLE, UNKNOWN, is_any_state, is_state
from scenes.homeassistant.spans import lasted
from scenes.homeassistant.states import Truth, either, every, negated
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
    Told,
    Val,
    Words,
)

_PAIRS = (("on", "off"), ("home", "not_home"), ("open", "closed"), ("locked", "unlocked"))
_ORDERED = frozenset({"<", ">", "<=", ">="})


class Comparing(Reckoning):
    """Says when a comparison holds."""

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

    def choice(self, condition: Truth, then: Val, other: Val) -> Val:
        """Return `then` if `condition` holds, else `other`."""
        condition = self._job.decided(condition)
        if isinstance(condition, bool):
            return then if condition else other
        if self._deciding:
            raise UndecidedError(condition)
        if is_truth(then) and is_truth(other):
            yes, no = self.holds(then), self.holds(other)
            return Holds(either([every([condition, yes]), every([negated(condition), no])]))
        if is_number(then) and is_number(other):
            left, right = self.number(then), self.number(other)
            unit = left.unit or right.unit
            texts = [self._in(unit, part) for part in (left, right)]
            return Number(f"if({self.asked(condition)}, {texts[0]}, {texts[1]})", unit)
        texts = [self.expression(then), self.expression(other)]
        return Words(f"if({self.asked(condition)}, {texts[0]}, {texts[1]})")

    def _compared(self, sign: str, left: Val, right: Val) -> Truth:  # noqa: C901, PLR0911, PLR0912 - one case a kind
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
                return self._unchanged(entity, float_of(value))
            case Alike(), Lit(value):
                return self._counted(sign, left, float_of(value))
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
        if is_number(left) and is_number(right) and not isinstance(left, State):
            first, second = self.number(left), self.number(right)
            unit = first.unit or second.unit
            return {"that": f"{self._in(unit, first)} = {self._in(unit, second)}"}
        return {"that": f"{self.expression(left)} = {self.expression(right)}"}

    def _beyond(self, sign: str, left: Val, right: Val) -> Truth:
        if isinstance(left, State) and isinstance(right, Lit) and is_number(right):
            found = measure(left.entity, left.attribute, self._job.names)
            limit = float(str(right.value))
            if sign == ">":
                return found.beyond(limit, None)
            if sign == "<":
                return found.beyond(None, limit)
        first, second = self.number(left), self.number(right)
        unit = first.unit or second.unit
        if isinstance(right, Lit):
            return {"that": f"{first.text} {sign} {scaled(right, first)}"}
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
        return either(each) if texts in (["on"], ["home"]) else every(each)

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
        return {"that": f"{found.text} = {found.ours(float_of(value.value))}"}

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
        self._job.cooldown_s = max(self._job.cooldown_s, float_of(value))
        return True

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

    def _one_told(self, key: str, value: str) -> Truth:  # noqa: PLR0911 - one case a kind
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


def _came_from(fact: Fact, value: str) -> Truth:
    if fact.from_ is not None:
        return fact.from_ == value
    raise NotCarriedError(f'what it was before ("{value}")')

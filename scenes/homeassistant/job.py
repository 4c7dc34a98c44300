"""One automation, script or scene on its way: its names, what was left of it, what set it off."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from msgspec import Struct

from scenes.homeassistant.left import Left, NeedsOneTriggerError, NotCarriedError
from scenes.homeassistant.library import Library
from scenes.homeassistant.marked import Place
from scenes.homeassistant.names import Names
from scenes.homeassistant.states import States, Truth, either, every

_VARIABLE = re.compile(r"\{\{\s*(repeat\.item|\w+)\s*\}\}")


class Fact(Struct):
    """What is known of one thing that sets the scene off.

    `item` is its item of `when`; `id` what Home Assistant calls it. `vary` returns the item for a
    narrower one (the press of one kind), or None.
    """

    item: States
    id: str
    kind: str
    entity: str = ""
    to: str | None = None
    from_: str | None = None
    vary: Callable[[str, str], States | None] | None = None
    replaced: bool = False


class Job:
    """The state of one translation; `place` is where the part stands that is worked on."""

    def __init__(self, name: str, place: Place, library: Library) -> None:
        self.name = name
        self.place = place
        self.library = library
        self.left: list[Left] = []
        self.notes: list[str] = []
        self.facts: list[Fact] = []
        self.scope: dict[str, object] = {}
        self.fields: frozenset[str] = frozenset()
        """Names of values that callers of a script give."""
        self.snapshots: dict[str, list[str]] = {}
        self.cooldown_s = 0.0
        self.asks_first = False
        """Whether what is translated now is asked before anything is done."""
        self.depth = 0
        self.inlined = 0
        self.assumed: list[tuple[Truth, bool]] = []
        """What is taken to hold, or not to, while one way of a step is worked out."""
        self.needs_one = False
        """Whether something was left that one trigger alone would not leave."""
        self.unsafe = False
        """Whether a condition was left, so that the scene would do more than it should."""

    @property
    def names(self) -> Names:
        """The words of the home."""
        return self.library.names

    def leave(self, error: NotCarriedError) -> None:
        """Note that a part was left."""
        self.needs_one = self.needs_one or isinstance(error, NeedsOneTriggerError)
        file, line = error.place or self.place
        self.left.append(Left(file, line, self.name, error.reason))

    def note(self, text: str) -> None:
        """Note something that is not quite as it was, or was of no use here."""
        if text not in self.notes:
            self.notes.append(text)

    @contextmanager
    def at(self, place: Place) -> Iterator[None]:
        """Say of what is wrong in this context that it stands at `place`."""
        before, self.place = self.place, place
        try:
            yield
        except NotCarriedError as error:
            error.place = error.place or place
            raise
        finally:
            self.place = before

    @contextmanager
    def knowing(self, more: Mapping[str, object]) -> Iterator[None]:
        """Let templates in this context know these variables, too."""
        before, self.scope = self.scope, {**self.scope, **more}
        try:
            yield
        finally:
            self.scope = before

    @contextmanager
    def assuming(self, truth: Truth, *, holds: bool) -> Iterator[None]:
        """Take `truth` to hold (or not) in this context."""
        self.assumed.append((truth, holds))
        try:
            yield
        finally:
            self.assumed.pop()

    def decided(self, truth: Truth) -> Truth:
        """Return `truth`; yes or no where it is taken to be so."""
        return next((holds for known, holds in self.assumed if known == truth), truth)

    def frozen(self, value: object) -> object:
        """Return a value for a script with the variables of here put into it, where it is one."""
        if isinstance(value, str):
            found = _VARIABLE.fullmatch(value.strip())
            if found is not None and found[1] in self.scope:
                return self.scope[found[1]]
        return value

    def by(self, fact: Fact) -> Truth:
        """Return that `fact` set the run off; it gets an id for that."""
        if len(self.facts) == 1 and not fact.replaced:
            return True
        taken = {other.item.get("id") for other in self.facts}
        if "id" not in fact.item:
            name = fact.id if not fact.id.isdigit() else f"trigger {fact.id}"
            if sum(other.id == fact.id for other in self.facts) > 1:
                name += f" {fact.entity} {fact.to or ''}".rstrip()
            while name in taken:
                name += " too"
            fact.item["id"] = name
        return {"by": fact.item["id"]}

    def by_id(self, wanted: str) -> Truth:
        """Return that a trigger with one of Home Assistant's ids set the run off."""
        meant = [fact for fact in self.facts if fact.id == wanted]
        if len(meant) == len(self.facts):
            return bool(meant)
        if len({str(fact.item.get("id")) for fact in meant} - {"None"}) == 0:
            for fact in meant:
                fact.item["id"] = wanted if not wanted.isdigit() else f"trigger {wanted}"
        return either([self.by(fact) for fact in meant])

    def by_value(self, fact: Fact, key: str, value: str) -> Truth:
        """Return that `fact` set the run off and told `value`; it is split in two for that."""
        item = fact.vary(key, value) if fact.vary is not None else None
        if item is None:
            raise NotCarriedError(f'"{key}" of what set it off')
        fact.replaced = True
        known = [f for f in self.facts if {k: v for k, v in f.item.items() if k != "id"} == item]
        narrow = known[0] if known else Fact(item, f"{fact.id} {value}", fact.kind, fact.entity)
        if not known:
            self.facts.append(narrow)
        narrow.item.setdefault("id", value)
        return {"by": narrow.item["id"]}

    def current(self) -> list[Fact]:
        """Return the facts, without those that were made of another one of them."""
        return [fact for fact in self.facts if not fact.replaced or fact.vary is not None]

    def by_each(self, ask: Callable[[Fact], Truth]) -> Truth:
        """Return that one of the facts set the run off, and `ask` holds of it."""
        known = self.current()
        if len({fact.entity for fact in known}) == 1 and all(f.to is None for f in known):
            return ask(known[0])
        return either([every([self.by(fact), ask(fact)]) for fact in known])

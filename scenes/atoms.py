"""The smallest parts of a state, in words: what each was, and what it would have had to be."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from hubd.core.home import Home
from hubd.core.view import View
from hubd.model.ids import PropertyId, split_property_id
from hubd.model.value import Value
from hubd.model.vocabulary import term
from scenes.phrases import called, number, title_of, value_words
from scenes.senses import MEASURES, SENSES

_MOST_NAMED = 3
_STATES = frozenset(name for sense in SENSES.values() for name in sense.names)
"""Names of properties whose value says how a thing is, so that it need not be titled."""
_TITLES = {name: measure.title for measure in MEASURES.values() for name in measure.names}


class Atom(Struct, frozen=True):
    """One thing that a state hangs on: `what` was `was`, and is to be `needed`."""

    what: str
    was: str
    needed: str
    holds: bool

    @property
    def text(self) -> str:
        """Say it as a sentence of its own, without a capital or a stop."""
        if self.holds:
            return f"{self.what} was {self.was}"
        return f"{self.what} was {self.was}; it would have had to be {self.needed}"


def nearest(alternatives: Iterable[Sequence[Atom]]) -> Sequence[Atom]:
    """Return those of several alternatives of which the fewest fail; nothing of none."""
    return min(alternatives, key=failing, default=())


def failing(atoms: Sequence[Atom]) -> int:
    """Return how many of `atoms` do not hold."""
    return sum(not atom.holds for atom in atoms)


def of_value(props: Sequence[PropertyId], value: Value, view: View, *, every: bool) -> list[Atom]:
    """Return the atoms of "any of `props` is `value`", or, if `every`, of "all that are known"."""
    home = view.home
    if not props:
        return [nothing_there()]
    at = [prop for prop in props if view.value(prop) == value]
    off = [prop for prop in props if view.value(prop) != value]
    if every:
        known = [prop for prop in off if view.value(prop) is not None]
        if known or not at:
            return [_is(prop, value, view) for prop in known or off[:1]]
        return [_is(at[0], value, view)]
    if at or len(off) == 1:
        return [_is((at or off)[0], value, view)]
    name = split_property_id(off[0])[2]
    was = value_words(name, view.value(off[0]))
    needed = f"{value_words(name, value)}, one of them at least"
    return [Atom(f"each of {_named(off, home)}", was, needed, holds=False)]


def of_limits(
    props: Sequence[PropertyId], above: float | None, below: float | None, view: View
) -> list[Atom]:
    """Return the atom of "any of `props` is above and below": that of the nearest one."""
    if not props:
        return [nothing_there()]

    def short(prop: PropertyId) -> tuple[bool, float]:
        value = view.value(prop)
        if not isinstance(value, int | float):
            return True, 0.0
        miss = 0.0 if above is None else above - value
        return False, max(miss, 0.0 if below is None else value - below)

    prop = min(props, key=short)
    value = view.value(prop)
    name = split_property_id(prop)[2]
    unit = term(name).unit
    limits = [
        f"{word} {number(limit)} {unit}".rstrip()
        for word, limit in (("above", above), ("below", below))
        if limit is not None
    ]
    holds = (
        isinstance(value, int | float)
        and (above is None or value > above)
        and (below is None or value < below)
    )
    title = f"the {_TITLES.get(name, title_of(name))} of {called(prop, view.home)}"
    return [Atom(title, value_words(name, value), " and ".join(limits), holds)]


def nothing_there() -> Atom:
    """Return the atom of a word that means nothing in the home."""
    return Atom("what this names", "not in the home", "there", holds=False)


def _is(prop: PropertyId, value: Value, view: View) -> Atom:
    name = split_property_id(prop)[2]
    now = view.value(prop)
    thing = called(prop, view.home)
    what = thing if name in _STATES else f"the {title_of(name)} of {thing}"
    return Atom(what, value_words(name, now), value_words(name, value), holds=now == value)


def _named(props: Sequence[PropertyId], home: Home) -> str:
    names = list(dict.fromkeys(called(prop, home) for prop in props))
    more = len(names) - _MOST_NAMED
    if more > 0:
        return f"{', '.join(names[:_MOST_NAMED])} and {more} more"
    return " and ".join(names) if len(names) < _MOST_NAMED else ", ".join(names)

"""Why states never hold: the smallest part of what a scene says that cannot be, in words."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from msgspec import Struct

from hubd.documents import Loc
from scenes.analysis.facts import Part
from scenes.analysis.overlap import Boxes, Ground, meet_all
from scenes.binding import Scope, bind_states
from scenes.language import Gloom, PropertyIs, Reading, States
from scenes.senses import MEASURES
from scenes.states import Beyond, State

_TELLS = {
    "occupied": "whether someone is there",
    "unoccupied": "whether someone is there",
    "in_bed": "whether someone is in bed",
    "out_of_bed": "whether someone is in bed",
    "home": "whether someone is home",
    "away": "whether someone is home",
    "battery_low": "that a battery is low",
}
_BEYOND_TIME = frozenset({"sun", "between", "days"})


class Atom(Struct, frozen=True):
    """One thing that a scene says of the home: where it says it, in which words, when it holds."""

    loc: Loc
    key: str
    words: str
    state: State
    boxes: Boxes


class Reason(Struct, frozen=True):
    """Why something can never be: a clause, where that is said, and what contradicts each other."""

    text: str
    loc: Loc
    hint: str
    atoms: tuple[Atom, ...] = ()


def atoms_of(states: States, loc: Loc, scope: Scope, ground: Ground) -> Iterator[Atom]:
    """Yield what `states` say, each thing by itself."""
    for key, value in states:
        if key not in States.model_fields or not value:
            continue
        if key == "all_":
            for number, inner in enumerate(value):
                yield from atoms_of(inner, (*loc, "all", number), scope, ground)
            continue
        state = bind_states(States.model_construct(**{key: value}), scope)
        if state is not None:
            name = States.model_fields[key].alias or key
            words = _words(name, value)
            yield Atom((*loc, name), key, words, state, ground.boxes(state))


def _words(key: str, value: object) -> str:
    match value:
        case Gloom():
            return f"{key} ({', '.join(value.of)}: {value.below})"
        case Reading() | PropertyIs():
            limits = [
                f"{word} {limit}"
                for word, limit in (("above", value.above), ("below", value.below))
                if limit is not None
            ]
            if isinstance(value, PropertyIs) and value.is_ is not None:
                limits.append(f"is {value.is_}")
            name = value.name if isinstance(value, PropertyIs) else key
            return f"{name} of {', '.join(value.of)} {' and '.join(limits)}"
        case frozenset():
            days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
            return f"{key} {', '.join(days[day] for day in sorted(value))}"
        case tuple() if all(isinstance(word, str) for word in value):
            return f"{key} {', '.join(value)}"
        case tuple():
            return f'what "{key}:" says'
        case _:
            return f"{key} {value}"


def why_never(atoms: Sequence[Atom], ground: Ground) -> Reason | None:
    """Return why `atoms` never hold together; None if they may."""
    for atom in atoms:
        if not possible(ground, [atom.boxes]):
            return _alone(atom)
    for pair in combinations(atoms, 2):
        if not possible(ground, [atom.boxes for atom in pair]):
            one, two = pair
            text = f"{one.words} and {two.words} never hold together"
            return Reason(text, two.loc, "Change one of the two, or leave it away.", pair)
    if not possible(ground, [atom.boxes for atom in atoms]):
        named = ", ".join(atom.words for atom in atoms)
        text = f"{named} never hold all together"
        return Reason(text, atoms[-1].loc, "Change one of them, or leave it away.", tuple(atoms))
    return None


def possible(ground: Ground, several: Sequence[Boxes]) -> bool:
    """Say whether all of `several` may hold at once."""
    return any(box.unsure or ground.coherent(box) for box in meet_all(several))


def _alone(atom: Atom) -> Reason:
    if not atom.state.keys and atom.key not in _BEYOND_TIME and atom.key not in {"any_", "not_"}:
        what = _TELLS.get(atom.key) or (
            f"the {MEASURES[atom.key].title}" if atom.key in MEASURES else atom.key
        )
        text = f"nothing there tells {what} ({atom.words})"
        hint = "Put a sensor there, or name a place that has one."
        return Reason(text, atom.loc, hint, (atom,))
    if isinstance(atom.state, Beyond):
        text = f"{atom.words} can never be"
        return Reason(text, atom.loc, "Write a limit that can be passed.", (atom,))
    text = f"{atom.words} never holds"
    return Reason(text, atom.loc, "Change it, or leave it away.", (atom,))


def said_by(part: Part, number: int, ground: Ground) -> tuple[list[Atom], list[Atom]]:
    """Return what item `number` of `when` says in `part`, and what its conditions say."""
    said = part.scene.said
    when = list(atoms_of(said.when[number], ("when", number), part.own, ground))
    conditions = [
        atom
        for n, states in enumerate(said.if_)
        for atom in atoms_of(states, ("if", n), part.scope, ground)
    ]
    return when, conditions

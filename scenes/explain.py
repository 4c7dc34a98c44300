"""Why: from an event up its causes to the root, in a person's words."""

from collections.abc import Iterator

from msgspec import Struct

from hubd.core.home import Home
from hubd.model import events as e
from hubd.model.claim import Claim
from hubd.model.ids import NO_EVENT, EventId, PropertyId, split_property_id
from scenes.describe import Lookup, describe, nowhere
from scenes.phrases import called, clock_words, owner_called, scene_called, value_words

__all__ = ["Explanation", "Step", "describe", "explain"]

_MOST_EVIDENCE = 5
_LONGEST = 100
"""A bound for broken logs: no chain of causes is that long."""


class Step(Struct, frozen=True):
    """One event in a chain of causes, in words."""

    event: EventId
    at_us: int
    kind: str
    text: str


class Explanation(Struct, frozen=True):
    """Why something is as it is: one sentence, and the chain of causes, the latest first.

    `claims` say of a property what stands on it, a sentence each (standing.py).
    """

    sentence: str
    steps: tuple[Step, ...]
    claims: tuple[str, ...] = ()


def explain(event: e.Event, lookup: Lookup, home: Home) -> Explanation:
    """Return why `event` came about. What the log has lost of its causes is left out."""
    chain = list(_chain(event, lookup))
    steps = tuple(step for link in chain for step in _steps(link, home, lookup))
    return Explanation(_sentence(chain, home, lookup), steps)


def _steps(link: e.Event, home: Home, lookup: Lookup) -> Iterator[Step]:
    """Yield `link` as a step, and below a percept what its model went by."""
    what = link.what
    yield Step(link.id, link.at_us, _kind(what), _told(link, home, lookup))
    if not isinstance(what, e.Perceived):
        return
    known = [seen for event in what.evidence if (seen := lookup(event)) is not None]
    for seen in known[:_MOST_EVIDENCE]:
        told = f"it went by this: {describe(seen, home, lookup)}"
        yield Step(seen.id, seen.at_us, _kind(seen.what), told)
    if len(known) > _MOST_EVIDENCE:
        last = known[-1]
        more = f"and by {len(known) - _MOST_EVIDENCE} events more, this one the latest"
        yield Step(last.id, last.at_us, _kind(last.what), more)


def _told(link: e.Event, home: Home, lookup: Lookup = nowhere) -> str:
    """Return an event in words; of a percept, also whose belief it is."""
    text = describe(link, home, lookup)
    if isinstance(link.what, e.Perceived):
        return f"{text}, says the model {link.what.model}"
    return text


def _chain(event: e.Event, lookup: Lookup) -> Iterator[e.Event]:
    link: e.Event | None = event
    for _ in range(_LONGEST):
        if link is None:
            return
        yield link
        if link.cause == NO_EVENT or link.cause >= link.id:
            return
        link = lookup(link.cause)


def _kind(what: e.What) -> str:
    return str(what.__struct_config__.tag)


def _sentence(chain: list[e.Event], home: Home, lookup: Lookup) -> str:
    event = chain[0]
    at, said = clock_words(event.at_us, home), _told(event, home, lookup)
    short = isinstance(event.what, e.Reported | e.Signalled | e.Availability | e.Commanded)
    head = f"{said} at {at}" if short else f"At {at} {said}"
    about = _about(chain)
    clauses: list[str] = []
    for number, link in enumerate(chain[1:], 2):
        if isinstance(event.what, e.Settled) and isinstance(link.what, e.Reported):
            # That the device did as asked says already what it reported.
            continue
        clause, is_root = _clause(link, about, home)
        if clause and clause not in clauses and clause not in head:
            clauses.append(clause)
        if is_root:
            # A scene says why it began; a belief that set it off is told with whose it is.
            below = chain[number] if number < len(chain) else None
            if below is not None and isinstance(below.what, e.Perceived):
                clauses.append(_told(below, home))
            break
    if not clauses and len(chain) == 1:
        clauses = [_by_itself(event, home)] if isinstance(event.what, e.Reported) else []
        told = f"{head}; {clauses[0]}" if clauses else head
    else:
        told = ", because ".join((head, *clauses)).replace(", because ", " because ", 1)
    return f"{told[:1].upper()}{told[1:]}."


def _about(chain: list[e.Event]) -> PropertyId | None:
    """The property that the chain is about: that of its first link that has one."""
    for link in chain:
        match link.what:
            case e.Reported() | e.Disputed():
                return link.what.property
            case e.Commanded():
                return link.what.command.property
            case _:
                continue
    return None


def _clause(  # noqa: PLR0911 - one line for each kind
    link: e.Event, about: PropertyId | None, home: Home
) -> tuple[str, bool]:
    """Return `link` as a clause after "because", and whether nothing more need be said."""
    match link.what:
        case e.Fired() as what:
            wanted = _wanted(what.claims, about)
            why = f", because {what.why}" if what.why else ""
            return f"{scene_called(what.scene)} asked for it{wanted}{why}", True
        case e.Claimed() as what if what.claims:
            owner, why = what.claims[0].owner, what.claims[0].why
            told = f"{owner_called(owner, home)} asked for it{_wanted(what.claims, about)}"
            return (f"{told}, because {why}" if why else told), True
        case e.Released() as what:
            why = f", because {what.why}" if what.why else ""
            return f"{owner_called(what.owner, home)} let go of it{why}", True
        case e.Summoned() as what:
            why = f", because {what.why}" if what.why else ""
            return f"{owner_called(what.owner, home)} began {scene_called(what.scene)}{why}", True
        case e.Asked() as what:
            why = f", because {what.why}" if what.why else ""
            return f"{owner_called(what.owner, home)} asked for it{why}", True
        case e.Commanded() | e.Settled() | e.TimerCleared() | e.TimerSet() | e.TimePassed():
            return "", False
        case e.RunMoved() | e.RunEnded():
            return "", False
        case _:
            return _told(link, home), False


def _wanted(claims: tuple[Claim, ...], about: PropertyId | None) -> str:
    for claim in claims:
        if claim.property == about:
            _, _, name = split_property_id(claim.property)
            return f" ({value_words(name, claim.value)})"
    return ""


def _by_itself(event: e.Event, home: Home) -> str:
    """Say of a report without a cause where it came from."""
    what = event.what
    if not isinstance(what, e.Reported):
        return ""
    device, endpoint, name = split_property_id(what.property)
    known = home.devices.get(device)
    ends = known.endpoints if known is not None else ()
    prop = next((p for end in ends if end.id == endpoint if (p := end.property(name))), None)
    if what.restored:
        return "the device said so when it was heard of again"
    if prop is not None and prop.writable:
        return "nothing in the hub asked for it: it was a hand at the device, or the device itself"
    return f"that is what {called(what.property, home)} reported"

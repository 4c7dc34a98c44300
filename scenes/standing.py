"""What stands on a property: who holds it and until when, who wishes else, what it goes back to."""

from collections.abc import Iterator

from hubd.core.home import Home
from hubd.core.shadow import Shadow, Standing
from hubd.model.claim import Claim, Priority
from hubd.model.ids import split_property_id
from hubd.model.value import Value
from scenes.phrases import clock_words, owner_called, value_words

_RANKS: dict[Priority, str] = {
    Priority.PREDICTION: "a prediction",
    Priority.PLAN: "an agent's plan",
    Priority.SCENE: "a scene",
    Priority.HAND: "a person's hand",
    Priority.SAFETY: "safety",
}


def standing_words(shadow: Shadow, home: Home) -> Iterator[str]:
    """Yield a sentence for each claim on a property, the winner first, and one for its rest."""
    if not shadow.claims:
        if shadow.desired is not None:
            yield f"Nobody claims it: it is to go back to {_value(shadow, shadow.desired)}."
        return
    winner, *beneath = shadow.claims
    yield f"{_holder(winner.claim, home)} wants it {_value(shadow, winner.claim.value)}" + _until(
        winner.claim, home
    )
    for other in beneath:
        claim = other.claim
        yield (
            f"{_holder(claim, home)} wants it {_value(shadow, claim.value)}, and stands beneath: "
            f"{_why_beneath(other, winner)}."
        )
    back = beneath[0].claim.value if beneath else shadow.resting
    if back is not None:
        yield f"When that ends, it goes to {_value(shadow, back)}."


def _until(claim: Claim, home: Home) -> str:
    lease = "the hand's lease" if claim.priority == Priority.HAND else "then"
    if not claim.until_us:
        return ", with no end by the clock."
    at = clock_words(claim.until_us, home)
    return f" until {at}, when {lease} is over." if lease != "then" else f" until {at}."


def _why_beneath(other: Standing, winner: Standing) -> str:
    ours, theirs = Priority(other.claim.priority), Priority(winner.claim.priority)
    if ours == theirs:
        return f"of two of one rank ({_RANKS[ours]}) the newer goes first"
    return f"{_RANKS[theirs]} goes before {_RANKS[ours]}"


def _holder(claim: Claim, home: Home) -> str:
    who = owner_called(claim.owner, home)
    return who[:1].upper() + who[1:]


def _value(shadow: Shadow, value: Value) -> str:
    return value_words(split_property_id(shadow.id)[2], value)

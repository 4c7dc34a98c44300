"""People who set the same thing differently, in turns: noted once, so that they can talk."""

from hubd.core.shadow import Shadow, Turn
from hubd.model.claim import Claim
from hubd.model.instant import MINUTE_US

WITHIN_US = 10 * MINUTE_US
TURNS = 3
"""So many changes of hands within WITHIN_US are a disagreement."""


def note(shadow: Shadow, claim: Claim, at_us: int) -> None:
    """Note whose hand is on `shadow` now, where it is another's with another wish."""
    turn = Turn(claim.owner, claim.value, at_us)
    turns = shadow.turns
    if turns and turns[-1].owner == claim.owner:
        turns = turns[:-1]
    if turns and turns[-1].value == claim.value:
        return
    kept = tuple(turn for turn in turns if turn.at_us > at_us - WITHIN_US)
    shadow.turns = (*kept[-TURNS:], turn)


def owners(shadow: Shadow, now_us: int) -> tuple[str, ...]:
    """Return who disagrees about `shadow`; nobody if that is noted already, or is no such case."""
    turns = shadow.turns
    if len(turns) <= TURNS or turns[0].at_us <= now_us - WITHIN_US:
        return ()
    if shadow.disagreed_us and shadow.disagreed_us > now_us - WITHIN_US:
        return ()
    return tuple(dict.fromkeys(turn.owner for turn in turns))

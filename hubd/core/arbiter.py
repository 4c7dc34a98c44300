"""The arbiter: of all claims on a property, one wins.

Claims are kept as a tuple, the winner first: by priority, then the newer before the older. What a
safety rule withholds comes after all the others, and never wins.
"""

from msgspec.structs import replace

from hubd.core.shadow import Standing

type Claims = tuple[Standing, ...]


def lay(claims: Claims, new: Standing) -> Claims:
    """Return `claims` with `new` in its place, instead of what its owner claimed before."""
    if not claims:
        return (new,)
    owner = new.claim.owner
    others = [s for s in claims if s.claim.owner != owner]
    if not others:
        return (new,)
    rank = _rank(new)
    at = 0
    while at < len(others) and _rank(others[at]) > rank:
        at += 1
    others.insert(at, new)
    return tuple(others)


def lift(claims: Claims, owner: str) -> tuple[Claims, Standing | None]:
    """Return `claims` without that of `owner`, and that; None if it claims nothing."""
    lifted = standing_of(claims, owner)
    if lifted is None:
        return claims, None
    if len(claims) == 1:
        return (), lifted
    return tuple(s for s in claims if s is not lifted), lifted


def mark(claims: Claims, owner: str, withheld: str, *, confirmed: bool = False) -> Claims:
    """Return `claims` with that of `owner` withheld by a rule, or no more where it is ""."""
    of = standing_of(claims, owner)
    if of is None:
        return claims
    return lay(claims, replace(of, withheld=withheld, confirmed=confirmed))


def winner(claims: Claims) -> Standing | None:
    """Return the claim that wins; None where there is none that may."""
    return claims[0] if claims and not claims[0].withheld else None


def standing_of(claims: Claims, owner: str) -> Standing | None:
    """Return what `owner` claims; None if it claims nothing."""
    for standing in claims:
        if standing.claim.owner == owner:
            return standing
    return None


def _rank(standing: Standing) -> tuple[bool, int, int]:
    return not standing.withheld, standing.claim.priority, standing.event

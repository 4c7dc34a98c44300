"""The arbiter: of all claims on a property, one wins.

Claims are kept as a tuple, the winner first: by priority, then the newer before the older.
"""

from hubd.core.shadow import Standing

type Claims = tuple[Standing, ...]


def lay(claims: Claims, new: Standing) -> Claims:
    """Return `claims` with `new` in its place, instead of what its owner claimed before."""
    if not claims:
        return (new,)
    owner = new.claim.owner
    others = [s for s in claims if s.claim.owner != owner]
    rank = (new.claim.priority, new.event)
    at = 0
    while at < len(others) and (others[at].claim.priority, others[at].event) > rank:
        at += 1
    others.insert(at, new)
    return tuple(others)


def lift(claims: Claims, owner: str) -> Claims:
    """Return `claims` without that of `owner`."""
    return tuple(s for s in claims if s.claim.owner != owner)

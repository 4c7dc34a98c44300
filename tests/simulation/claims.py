"""Who claims what, by the log alone: a second arbiter, which shares no code with the core's."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from hubd.model.claim import Claim, Priority
from hubd.model.events import (
    Admitted,
    Claimed,
    Confirmed,
    Event,
    Fired,
    Released,
    Withheld,
)
from hubd.model.ids import EventId, PropertyId
from hubd.model.value import Value


class Laid(Struct, frozen=True):
    """A claim, when it was laid, counted from the first, and whether a rule holds it back."""

    claim: Claim
    nth: int
    withheld: bool = False


class Claims:
    """All claims that stand."""

    def __init__(self) -> None:
        self._laid: dict[PropertyId, dict[str, Laid]] = {}
        self._withheld: dict[EventId, tuple[PropertyId, str]] = {}
        self._count = 0

    def read(self, event: Event) -> Iterable[PropertyId]:
        """Take in an event; return the properties on which claims changed."""
        match event.what:
            case Claimed(claims=claims) | Fired(claims=claims):
                for claim in claims:
                    if not claim.until_us or claim.until_us > event.at_us:
                        self._count += 1
                        mine = self._laid.setdefault(claim.property, {})
                        old = mine.get(claim.owner)
                        mine[claim.owner] = Laid(claim, self._count, _stays_withheld(old, claim))
                return [claim.property for claim in claims]
            case Released(owner, _, props):
                ended = props or [p for p, laid in self._laid.items() if owner in laid]
                for prop in ended:
                    self._laid.get(prop, {}).pop(owner, None)
                return ended
            case Withheld(property=prop, owner=owner):
                self._withheld[event.id] = (prop, owner)
                return self._mark(prop, owner, withheld=True)
            case Admitted(prop, owner):
                return self._mark(prop, owner, withheld=False)
            case Confirmed(of):
                return self._mark(*self._withheld[of], withheld=False)
            case _:
                return ()

    def _mark(self, prop: PropertyId, owner: str, *, withheld: bool) -> Iterable[PropertyId]:
        laid = self._laid.get(prop, {}).get(owner)
        if laid is None:
            return ()
        self._laid[prop][owner] = replace(laid, withheld=withheld)
        return (prop,)

    def winner(self, prop: PropertyId, at_us: int) -> Claim | None:
        """Return the claim that counts: of those that may be, of the highest rank, the newest."""
        best: tuple[Priority, int] | None = None
        won: Claim | None = None
        for laid in self._laid.get(prop, {}).values():
            claim = laid.claim
            rank = (claim.priority, laid.nth)
            over = laid.withheld or 0 < claim.until_us <= at_us
            if not over and (best is None or rank > best):
                best, won = rank, claim
        return won

    def wishes(self, owner: str) -> bool:
        """Say whether `owner` claims anything."""
        return any(owner in laid for laid in self._laid.values())

    def value(self, prop: PropertyId, at_us: int) -> Value:
        """Return the value that counts; None if nobody claims any."""
        claim = self.winner(prop, at_us)
        return claim.value if claim is not None else None


def _stays_withheld(old: Laid | None, new: Claim) -> bool:
    """Say whether what is said once more is withheld as it was."""
    if old is None or not old.withheld:
        return False
    return (old.claim.value, old.claim.priority) == (new.value, new.priority)

"""Who claims what, by the log alone: a second arbiter, which shares no code with the core's."""

from collections.abc import Iterable

from msgspec import Struct

from hubd.model.claim import Claim, Priority
from hubd.model.events import Claimed, Event, Fired, Released
from hubd.model.ids import PropertyId
from hubd.model.value import Value


class Laid(Struct, frozen=True):
    """A claim, and when it was laid, counted from the first."""

    claim: Claim
    nth: int


class Claims:
    """All claims that stand."""

    def __init__(self) -> None:
        self._laid: dict[PropertyId, dict[str, Laid]] = {}
        self._count = 0

    def read(self, event: Event) -> Iterable[PropertyId]:
        """Take in an event; return the properties on which claims changed."""
        match event.what:
            case Claimed(claims=claims) | Fired(claims=claims):
                for claim in claims:
                    if not claim.until_us or claim.until_us > event.at_us:
                        self._count += 1
                        mine = self._laid.setdefault(claim.property, {})
                        mine[claim.owner] = Laid(claim, self._count)
                return [claim.property for claim in claims]
            case Released(owner, _, props):
                ended = props or [p for p, laid in self._laid.items() if owner in laid]
                for prop in ended:
                    self._laid.get(prop, {}).pop(owner, None)
                return ended
            case _:
                return ()

    def winner(self, prop: PropertyId, at_us: int) -> Claim | None:
        """Return the claim that counts: of the highest rank, the newest."""
        best: tuple[Priority, int] | None = None
        won: Claim | None = None
        for laid in self._laid.get(prop, {}).values():
            claim = laid.claim
            rank = (claim.priority, laid.nth)
            if (not claim.until_us or claim.until_us > at_us) and (best is None or rank > best):
                best, won = rank, claim
        return won

    def wishes(self, owner: str) -> bool:
        """Say whether `owner` claims anything."""
        return any(owner in laid for laid in self._laid.values())

    def value(self, prop: PropertyId, at_us: int) -> Value:
        """Return the value that counts; None if nobody claims any."""
        claim = self.winner(prop, at_us)
        return claim.value if claim is not None else None

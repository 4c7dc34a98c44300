"""What could not be carried: said by name, file, line and reason."""

from msgspec import Struct

from scenes.homeassistant.marked import Place


class Left(Struct, frozen=True, order=True):
    """A part that was left; `name` is what it is a part of. Lines count from 1."""

    file: str
    line: int
    name: str
    reason: str


class NotCarriedError(Exception):
    """A part has no counterpart here; `place` says where it stands, None where it is not known."""

    def __init__(self, reason: str, place: Place | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place


class UndecidedError(NotCarriedError):
    """A value hangs on `truth`, and cannot be said as one: a step is done either way for that."""

    def __init__(self, truth: dict[str, object]) -> None:
        super().__init__("a value that hangs on what cannot be asked inside of a value")
        self.truth = truth


class NeedsOneTriggerError(NotCarriedError):
    """A part speaks of what set the automation off, and that may be one of several."""

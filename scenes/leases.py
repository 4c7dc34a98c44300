"""Leases in words: how long a person's hand on a kind of device is left alone."""

from collections.abc import Mapping

from pydantic_core import PydanticCustomError

from hubd.documents import did_you_mean
from hubd.model.errors import ConfigError
from hubd.model.lease import LONGEST_US, Lease
from scenes.quantities import parse_duration
from scenes.targets import KINDS

_UNTIL_LEFT = frozenset({"until i leave", "until they leave", "until we leave"})


def parse_leases(said: Mapping[str, str]) -> tuple[Lease, ...]:
    """Return the leases of kinds, as in `{"blinds": "until I leave"}`. Raises ConfigError."""
    return tuple(_lease(kind, lasts) for kind, lasts in said.items())


def _lease(kind: str, lasts: str) -> Lease:
    word = kind.strip().casefold().replace("_", " ")
    if word not in KINDS:
        what = f'[leases] {kind}: "{kind}" is not a kind of device'
        raise ConfigError(what, mend=did_you_mean(word, KINDS).capitalize())
    types = tuple(sorted(KINDS[word]))
    if " ".join(lasts.casefold().split()) in _UNTIL_LEFT:
        return Lease(types, LONGEST_US, until_left=True)
    try:
        return Lease(types, parse_duration(lasts))
    except PydanticCustomError as error:
        what = f'[leases] {kind}: "{lasts}" is neither a length of time nor "until I leave"'
        raise ConfigError(what, mend="Write it as in 30 min or 2 h") from error

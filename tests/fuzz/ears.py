"""What links tell, held against the laws of what may be told."""

import math
from collections.abc import Iterable

from drivers.kit.link import Description
from drivers.kit.numbers import is_kept
from hubd.model.device import Endpoint
from hubd.model.ids import EndpointId
from hubd.model.value import Value
from tests.fuzz.target import judge_reason

LONGEST = 64 * 1024
"""Characters of a text; the limits of the codecs themselves are narrower."""


class ToldError(AssertionError):
    """A link told what the hub cannot take."""


def judge(value: Value) -> None:
    """Raise ToldError for what is no value."""
    if value is not None and not isinstance(value, bool | int | float | str):
        raise ToldError(f"{value!r:.200} is no value")
    if isinstance(value, int) and not is_kept(value):
        raise ToldError(f"{value:.3e} is a number that no log holds")
    if isinstance(value, float) and not math.isfinite(value):
        raise ToldError(f"{value} is no number of a home")
    if isinstance(value, str):
        value.encode()
        if len(value) > LONGEST:
            raise ToldError(f"a text of {len(value)} characters")


def judge_endpoints(endpoints: Iterable[Endpoint]) -> None:
    """Raise ToldError for endpoints, or properties in them, of the same name."""
    ids: set[str] = set()
    for endpoint in endpoints:
        names = [p.name for p in endpoint.properties]
        if endpoint.id in ids or len(names) != len(set(names)):
            raise ToldError(f"{endpoint.id} or something in it is there twice")
        ids.add(endpoint.id)


class Ears:
    """A Tell that judges what it hears."""

    def __init__(self) -> None:
        self.parts: dict[str, Description] = {}
        self._properties: dict[str, set[tuple[EndpointId, str]]] = {}

    def described(self, part: str, description: Description) -> None:
        judge_endpoints(description.endpoints)
        for trouble in description.troubles:
            judge_reason(trouble.reason)
        self.parts[part] = description
        self._properties[part] = {
            (e.id, p.name) for e in description.endpoints for p in e.properties
        }

    def forgotten(self, part: str) -> None:
        self.parts.pop(part, None)

    def reported(self, part: str, endpoint: EndpointId, name: str, value: Value) -> None:
        judge(value)
        if (endpoint, name) not in self._properties.get(part, ()):
            raise ToldError(f"{part}/{endpoint}/{name} was never described")

    def signalled(self, part: str, endpoint: EndpointId, name: str, value: str) -> None:
        judge(value)
        ends = self.parts[part].endpoints if part in self.parts else ()
        if not any(e.id == endpoint and any(s.name == name for s in e.signals) for e in ends):
            raise ToldError(f"{part}/{endpoint}/{name} is a signal that was never described")

    def reached(self, part: str, *, available: bool, reason: str = "") -> None:
        del part
        if not available:
            judge_reason(reason)

    def live(self) -> None:
        """Hear that all was read."""

    def kept(self, record: str, secret: str) -> None:
        """Hear that a record changed."""

    def refused_input(self, where: str, reason: str) -> None:
        del where
        judge_reason(reason)

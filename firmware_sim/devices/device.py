"""What all simulated devices have in common: messages, gateways, and the base of their firmware."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from firmware_sim.devices.properties import Changes, Property, State

DISCOVERY = "homeassistant"
"""The discovery prefix of Home Assistant MQTT discovery (https://www.home-assistant.io/integrations/mqtt)."""

type Json = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
type Fields = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Message:
    """What a device publishes."""

    topic: str
    payload: str
    retain: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """What a command makes of a device, `after_s` seconds of the home's time later."""

    changes: Changes
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Gateway:
    """An MQTT client: a Wi-Fi device, or a bridge with many devices behind it.

    `directory` makes what a bridge tells of all its devices at once.
    """

    id: str
    birth: Message
    will: Message
    directory: Callable[[Sequence["Device"]], tuple[Message, ...]] = lambda _behind: ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a device is, as the home file says."""

    id: str
    name: str
    area: str | None = None


class RefusedError(ValueError):
    """A command that this firmware does not take; its text says why."""


class Device(ABC):
    """The firmware of one device: pure, the state is handed in and comes back as changes.

    `primary` is what a recorded value without a property means.
    """

    primary: ClassVar[Property]
    manufacturer: ClassVar[str]
    model: ClassVar[str]

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.id = identity.id

    @property
    @abstractmethod
    def gateway(self) -> Gateway:
        """The client by which this device is on the broker."""

    @abstractmethod
    def initial(self) -> State:
        """Return the state as it leaves the box; its keys are all that the device knows of."""

    @abstractmethod
    def announcement(self) -> tuple[Message, ...]:
        """Return the retained discovery messages."""

    def online(self) -> tuple[Message, ...]:
        """Return what says that this device is there, beside its gateway's birth."""
        return ()

    def offline(self) -> tuple[Message, ...]:
        """Return what says that this device is gone, beside its gateway's will."""
        return ()

    def topics(self) -> tuple[str, ...]:
        """Return the topics that commands come by."""
        return ()

    def questions(self) -> tuple[str, ...]:
        """Return the topics on which it is asked for its state."""
        return ()

    def answers(self) -> bool:
        """Say whether it is awake to answer them."""
        return True

    @abstractmethod
    def report(self, state: State, changed: frozenset[Property]) -> tuple[Message, ...]:
        """Return the messages that tell of `changed`."""

    def react(self, state: State, topic: str, payload: str) -> tuple[Step, ...]:
        """Return what the command `payload` on `topic` makes of the device.

        Raises RefusedError for what the firmware does not take.
        """
        raise RefusedError(f"{self.id} takes no commands ({topic}: {payload[:40]!r}, {len(state)})")


def as_json(fields: Mapping[str, Json]) -> str:
    """Return compact JSON."""
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False)


def read_json(payload: str) -> Fields:
    """Return the object in `payload`; raises RefusedError."""
    try:
        data = json.loads(payload)
    except json.JSONDecodeError as error:
        raise RefusedError(f"not JSON: {payload[:60]!r}") from error
    if not isinstance(data, dict):
        raise RefusedError(f"not a JSON object: {payload[:60]!r}")
    return data


def as_number(value: Json, low: float, high: float) -> float:
    """Return `value` as a number within `low` to `high`, cut to them; raises RefusedError."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise RefusedError(f"not a number: {value!r}")
    try:
        number = float(value)
    except ValueError as error:
        raise RefusedError(f"not a number: {value!r}") from error
    if not low - 1e-9 <= number <= high + 1e-9:
        raise RefusedError(f"{number:g} is not within {low:g} to {high:g}")
    return min(max(number, low), high)


def switched(value: Json, now_on: bool) -> bool:
    """Return what ON, OFF or TOGGLE makes of `now_on`; raises RefusedError."""
    match str(value).upper():
        case "ON":
            return True
        case "OFF":
            return False
        case "TOGGLE":
            return not now_on
    raise RefusedError(f"neither ON, OFF nor TOGGLE: {value!r}")


def rounded(value: float, digits: int = 1) -> float:
    """Return `value` rounded, and never -0.0, which some readers choke on."""
    return round(value, digits) + 0.0

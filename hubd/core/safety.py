"""What the core knows of safety rules: protocols that the rules' own room implements.

`Rules` (a compiled text) are bound to the home as it is and yield an `Envelope`: pure functions
that say what a rule has against a claim or an action. Rules that watch how long something is so
are programs (listening.Program), and lie in the index as scenes do.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from hubd.core.arbiter import Claims
from hubd.core.home import Home
from hubd.core.listening import Program
from hubd.model.claim import Claim
from hubd.model.events import SafetyRevised
from hubd.model.home import Role
from hubd.model.ids import DeviceId, PersonId, PropertyId, SceneId

PERSON, OWNER = "person", "owner"
"""Who may confirm: any grown person who lives here, or an owner alone."""


class Verdict(Struct, frozen=True):
    """What the rule of this name has against something, and why.

    With `confirm` a person may let it be, within `within_us`.
    """

    rule: str
    why: str
    confirm: str = ""
    within_us: int = 0


class Freshness(Struct, frozen=True):
    """What is acted on must not be older than `limit_us`."""

    rule: str
    why: str
    limit_us: int


class Rate(Struct, frozen=True):
    """At most `commands` in any `per_us`."""

    rule: str
    why: str
    commands: int
    per_us: int


class Envelope(Protocol):
    """Safety rules, bound to a home."""

    def minds(self, prop: PropertyId) -> bool:
        """Say whether any rule may have something against a claim on `prop`."""
        ...

    def against(self, claim: Claim, claims: Claims) -> Verdict | None:
        """Return what the rules have against `claim`, one of `claims`; None if nothing."""
        ...

    def against_action(self, asked: Claim) -> Verdict | None:
        """Return what the rules have against an action: a claim on it, with its argument."""
        ...

    def freshness(self, claim: Claim) -> Freshness | None:
        """Return how fresh the data must be that `claim` (or action) stands on."""
        ...

    def rates(self, device: DeviceId) -> Sequence[Rate]:
        """Return how often a device may be commanded."""
        ...


class Rules(Protocol):
    """Safety rules, compiled and not yet bound."""

    @property
    def programs(self) -> Mapping[SceneId, Program]:
        """The rules that watch, under ids that begin with `holding.SAFETY`."""
        ...

    def bind(self, home: Home) -> Envelope:
        """Return what the rules are in `home`."""
        ...


class RulesCompiler(Protocol):
    """Turns revised rules into `Rules`. Raises nothing: rules that are broken are not taken."""

    def __call__(self, revised: SafetyRevised) -> Rules:
        """Return the rules of a text."""
        ...


def role_of(source: str, home: Home) -> Role | None:
    """Return the role of whoever an owner or a source (`person:ann`, `local:root`) is."""
    kind, _, which = source.partition(":")
    match kind:
        case "person":
            person = home.people.get(PersonId(which))
            return person.role if person is not None else Role.GUEST
        case "local":
            return Role.OWNER
        case _:
            return None


def may_confirm(role: Role | None, confirm: str) -> bool:
    """Say whether someone of `role` may confirm what waits for `confirm`."""
    if confirm == OWNER:
        return role is Role.OWNER
    return role in {Role.OWNER, Role.RESIDENT}

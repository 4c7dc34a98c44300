"""The language of safety rules: what their document may say. docs/safety.md explains it to people.

A rule is a mapping with one of five heads: `never`, `never do`, `at most`,
`nothing acts on data older than`, `no more than`.
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from hubd.core.holding import COMMANDED_US, MINUTES_US
from hubd.core.safety import OWNER, PERSON
from hubd.documents import Document, did_you_mean, inside, wrong
from hubd.model.ids import slug
from hubd.model.instant import MINUTE_US
from scenes.deeds import Deed, parse_deed
from scenes.quantities import Duration, format_duration
from scenes.safety.bars import Bar, aim, parse_bars
from scenes.safety.risks import RISKS, Risk, parse_risks
from scenes.targets import Target


class Whose(StrEnum):
    """Whose wishes a rule is about."""

    PREDICTION = "prediction"
    PLAN = "plan"
    SCENE = "scene"
    PERSON = "person"
    """Anyone by the panel, the command line or a phone."""
    HAND = "hand"
    """Whoever sets it at the device itself."""
    OWNER = "owner"
    RESIDENT = "resident"
    CHILD = "child"
    GUEST = "guest"


ANYONE = frozenset(Whose)
ROLES = frozenset({Whose.OWNER, Whose.RESIDENT, Whose.CHILD, Whose.GUEST})
_SPELLED = {
    **{whose.value: frozenset({whose}) for whose in Whose},
    **{f"{whose.value}s": frozenset({whose}) for whose in Whose},
    "person": frozenset({Whose.PERSON}) | ROLES,
    "people": frozenset({Whose.PERSON}) | ROLES,
    "children": frozenset({Whose.CHILD}),
    "anyone": ANYONE,
    "anybody": ANYONE,
}
_CONFIRMERS = {"person": PERSON, "a person": PERSON, "owner": OWNER, "an owner": OWNER}
_MOST_COMMANDS = 500
_WITHIN_US = 10 * MINUTE_US


def _whose(words: object) -> frozenset[Whose]:
    listed = words if isinstance(words, list | tuple) else [words]
    found: set[Whose] = set()
    for number, word in enumerate(listed):
        meant = _SPELLED.get(str(word).strip().casefold())
        if meant is None:
            hint = did_you_mean(str(word), [*(w.value for w in Whose), "anyone"])
            at = (number,) if isinstance(words, list | tuple) else ()
            raise wrong(f'"{word}" is nobody that wishes something', hint, at)
        found |= meant
    return frozenset(found)


def _confirmer(word: object) -> str:
    meant = _CONFIRMERS.get(str(word).strip().casefold())
    if meant is None:
        raise wrong(f'"{word}" cannot confirm', did_you_mean(str(word), ["person", "owner"]))
    return meant


def _target(phrase: object) -> Target:
    if not isinstance(phrase, str):
        raise wrong("the name of a device, or a place and a kind, belongs here")
    return aim(" ".join(phrase.casefold().split()))


def _each(phrase: object) -> object:
    return None if phrase in {"each device", "every device", "any device"} else phrase


People = Annotated[frozenset[Whose], BeforeValidator(_whose)]
Aim = Annotated[Target, BeforeValidator(_target)]
_OPPOSITES = {"on": "OnOff.on", "open": "Valve.open", "unlocked": "DoorLock.locked"}


class AtMost(Document):
    """How long something may be on (open, unlocked) in any stretch of `of`."""

    on: Aim | None = None
    open: Aim | None = None
    unlocked: Aim | None = None
    for_: Duration = Field(alias="for")
    of: Duration

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(aim is not None for aim in (self.on, self.open, self.unlocked)) != 1:
            raise wrong("this limits nothing, or too much", "write one of on, open, unlocked")
        if self.for_ >= self.of:
            with inside("of"):
                hint = f"write more than {format_duration(self.for_)}"
                raise wrong("the whole is not longer than its part", hint)
        return self

    @property
    def target(self) -> Target:
        """What is limited."""
        return next(aim for aim in (self.on, self.open, self.unlocked) if aim is not None)

    @property
    def name(self) -> str:
        """The property that is limited."""
        return _OPPOSITES[self.word]

    @property
    def word(self) -> str:
        """What it is while it counts."""
        return "on" if self.on else "open" if self.open else "unlocked"


class NoMoreThan(Document):
    """How often a device may be commanded."""

    commands: Annotated[int, Field(ge=1, le=_MOST_COMMANDS)]
    per: Duration

    @model_validator(mode="after")
    def _remembered(self) -> Self:
        if self.per > COMMANDED_US:
            with inside("per"):
                raise wrong("that is longer than is remembered", "write at most 1 h")
        return self


class Rule(Document):
    """One safety rule."""

    name: str = ""
    why: str = ""
    never: Annotated[tuple[Bar, ...], BeforeValidator(parse_bars)] = ()
    never_do: Annotated[tuple[Deed, ...], BeforeValidator(parse_deed)] = Field((), alias="never do")
    at_most: AtMost | None = Field(None, alias="at most")
    older: Duration | None = Field(None, alias="nothing acts on data older than")
    no_more: NoMoreThan | None = Field(None, alias="no more than")
    of: Annotated[Aim | None, BeforeValidator(_each)] = None
    by: People = ANYONE
    over: People = frozenset()
    confirm: Annotated[str, BeforeValidator(_confirmer)] = ""
    within: Duration = _WITHIN_US

    @model_validator(mode="after")
    def _one_head(self) -> Self:
        heads = {
            "never": bool(self.never or self.never_do),
            "at most": self.at_most is not None,
            "nothing acts on data older than": self.older is not None,
            "no more than": self.no_more is not None,
        }
        said = [head for head, is_said in heads.items() if is_said]
        if len(said) != 1:
            what = "says nothing" if not said else f"says both {said[0]} and {said[1]}"
            raise wrong(f"this rule {what}", "write one of " + ", ".join(heads))
        self._fits(said[0])
        return self

    def _fits(self, head: str) -> None:
        given = self.model_fields_set
        belongs = {"over": "never", "confirm": "never", "within": "never", "of": "no more than"}
        for key, of in belongs.items():
            if key in given and head != of:
                with inside(key):
                    raise wrong(f'"{key}" belongs to "{of}", not to "{head}"', "leave it out")
        if "by" in given and head in {"at most", "no more than"}:
            with inside("by"):
                raise wrong(f'"{head}" counts whoever asks', "leave it out")
        if self.older is not None and self.older > MINUTES_US:
            with inside("nothing acts on data older than"):
                raise wrong("that is longer than is remembered", "write at most 1 day")

    @property
    def id(self) -> str:
        """What events call it: its name, or else its reason."""
        return slug(self.name or self.why)[:60] if self.name or self.why else ""


class SafetyRules(Document):
    """A home's safety rules."""

    rules: tuple[Rule, ...] = ()
    risks: Annotated[dict[str, Risk], BeforeValidator(parse_risks)] = RISKS

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        seen: set[str] = set()
        for number, rule in enumerate(self.rules):
            if rule.id and rule.id in seen:
                with inside("rules"), inside(number):
                    raise wrong("another rule is called so already", "give this one another name")
            seen.add(rule.id)
        return self

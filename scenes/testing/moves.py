"""From a test's words to its moves: what happens in its home, one after the other."""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from pydantic_core import PydanticCustomError

from hubd.core.home import Home
from hubd.documents import Loc, did_you_mean, inside, wrong
from hubd.model.claim import Claim, Priority
from hubd.model.events import Asked, Claimed, Input, Perceived, Released, Reported, Signalled
from hubd.model.ids import DeviceId, PropertyId, SceneId, slug, split_property_id
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, term
from scenes.deeds import parse_deed
from scenes.quantities import parse_duration
from scenes.scene import FURTHER_NOTICE
from scenes.testing import words
from scenes.testing.checks import Check, DidAsk, DidFire, DidTell, Free, InReach, Reads, Wished
from scenes.testing.moments import Moment, parse_moment

REACH = {"available": True, "unavailable": False}
OBEYS = {"obeys": True, "deaf": False}
_ASKABLE = {*ACTIONS, *ACTIONS.values()}


class Wait(Struct, frozen=True):
    """Time passes: so long, or until a moment."""

    for_us: int = 0
    until: Moment | None = None


class Happen(Struct, frozen=True):
    """Something comes in from outside."""

    what: Input
    source: str = "test"


class Wish(Struct, frozen=True):
    """Someone claims something, for so long."""

    owner: str
    claims: tuple[tuple[PropertyId, Value], ...]
    priority: Priority = Priority.HAND
    for_us: int = 0
    """0: as long as a hand at such a device is left alone; less: until further notice."""
    why: str = ""

    def claimed(self, now_us: int) -> Claimed:
        """Return the claims, laid now."""
        return Claimed(
            tuple(
                Claim(
                    prop,
                    value,
                    self.priority,
                    self.owner,
                    self.why,
                    self._until_us(prop, now_us),
                )
                for prop, value in self.claims
            )
        )

    def _until_us(self, prop: PropertyId, now_us: int) -> int:
        if self.for_us < 0:
            return 0
        return now_us + (self.for_us or term(split_property_id(prop)[2]).lease_us)


class Come(Struct, frozen=True):
    """A device comes within reach, or falls out of it."""

    device: DeviceId
    available: bool


class Heed(Struct, frozen=True):
    """A device does as it is asked from now on, or does not."""

    device: DeviceId
    obeys: bool


class Restart(Struct, frozen=True):
    """The hub is off for some time, and things become so meanwhile."""

    for_us: int
    meanwhile: tuple[tuple[PropertyId, Value], ...] = ()


class Look(Struct, frozen=True):
    """Something is expected, as `loc` says."""

    loc: Loc
    check: Check


class LookedUp(Struct, frozen=True):
    """All that was expected at one moment was looked at."""


type Move = Wait | Happen | Wish | Come | Heed | Restart | Look | LookedUp

type Titles = Mapping[str, SceneId]
"""The scenes by id and by name, case-folded."""


def moves_of(step: Mapping[str, object], home: Home, titles: Titles, loc: Loc) -> Iterator[Move]:
    """Yield the moves of one step, which stands at `loc`. Raises "wrong"."""
    for key, value in step.items():
        with inside(key):
            special = _SPECIAL.get(key.casefold())
            if key.casefold() == "expect":
                yield from _expected(value, home, titles, (*loc, key))
            elif special is not None:
                yield from special(value, home)
            else:
                yield from happening(key, value, home)


def happening(phrase: str, value: object, home: Home) -> Iterator[Move]:
    """Yield what makes the things that `phrase` means tell `value`. Raises "wrong"."""
    if phrase.casefold() == "mode":
        yield Happen(Reported(*_mode(value, home)))
        return
    word = value.casefold() if isinstance(value, str) else ""
    for device in words.devices_of(phrase, home) if word in {*REACH, *OBEYS} else ():
        yield Come(device, REACH[word]) if word in REACH else Heed(device, OBEYS[word])
    if word not in {*REACH, *OBEYS}:
        for prop, told in words.said(phrase, value, home):
            yield Happen(Reported(prop, told))


def _mode(value: object, home: Home) -> tuple[PropertyId, Value]:
    for device in home.devices.values():
        for endpoint in device.endpoints:
            for prop in endpoint.properties:
                if device.driver == "home" and prop.name.rpartition(".")[2] == "mode":
                    thing = words.Thing(device, endpoint)
                    return thing.prop(prop.name), words.value_of(prop, value)
    raise wrong("this home has no modes", "leave mode: away")


# what happens that is no device's state


def _after(value: object, home: Home) -> Iterator[Move]:
    del home
    yield Wait(parse_duration(value))


def _at(value: object, home: Home) -> Iterator[Move]:
    del home
    yield Wait(until=parse_moment(value))


def _press(value: object, home: Home) -> Iterator[Move]:
    if isinstance(value, dict):
        yield from _signal(value, home)
        return
    phrase, kind = str(value).strip(), "single"
    if phrase.endswith(")") and " (" in phrase:
        phrase, _, kind = phrase.removesuffix(")").rpartition(" (")
    for thing in words.find(phrase, home):
        for signal in thing.endpoint.signals:
            if signal.choices and kind not in signal.choices:
                raise wrong(f'"{phrase}" has no "{kind}"', did_you_mean(kind, signal.choices))
            yield Happen(Signalled(thing.device.id, thing.endpoint.id, signal.name, kind))
            return
    raise wrong(f'"{phrase}" cannot be pressed')


def _signal(value: Mapping[str, object], home: Home) -> Iterator[Move]:
    """Yield a momentary event by its own name, as in {of: front door, signal: Doorbell.rang}."""
    pairs = dict(_pairs(value, "press: {of: front door, signal: Doorbell.rang}"))
    name = str(pairs.get("signal", "Switch.pressed"))
    for thing in words.find(str(pairs.get("of", "")), home):
        if any(signal.name == name for signal in thing.endpoint.signals):
            kind = str(pairs.get("kind", ""))
            yield Happen(Signalled(thing.device.id, thing.endpoint.id, name, kind))
            return
    raise wrong(f"nothing of that name has {name}")


def _by_hand(value: object, home: Home) -> Iterator[Move]:
    for phrase, inner in _pairs(value, "by hand: {hall lamp: off}"):
        with inside(phrase):
            settable = _settable(phrase, inner, home)
            yield from (Happen(Reported(prop, told)) for prop, told in settable)


def _settable(phrase: str, value: object, home: Home) -> list[tuple[PropertyId, Value]]:
    found = words.wished(phrase, value, home)
    if not found:
        raise wrong(f'"{phrase}" cannot be set to "{value}"')
    return found


def _reports(value: object, home: Home) -> Iterator[Move]:
    for phrase, inner in _pairs(value, "reports: {hall motion: occupied}"):
        with inside(phrase):
            yield from happening(phrase, inner, home)


def _found(value: object, home: Home) -> Iterator[Move]:
    for phrase, inner in _pairs(value, "found: {hall motion: occupied}"):
        with inside(phrase):
            for prop, told in words.said(phrase, inner, home):
                yield Happen(Reported(prop, told, restored=True))


def _believed(value: object, home: Home) -> Iterator[Move]:
    for phrase, inner in _pairs(value, "believed: {hall motion: occupied}"):
        with inside(phrase):
            for prop, told in words.said(phrase, inner, home):
                yield Happen(Perceived(prop, told, 0.95, "test"))


def _wish(value: object, home: Home) -> Iterator[Move]:
    example = "wish: {by: ann, hall lamp: off, for: 2 h}"
    pairs = dict(_pairs(value, example))
    owner = _owner(pairs.pop("by", ""), home)
    lasts = pairs.pop("for", None)
    for_us = -1 if lasts == FURTHER_NOTICE else parse_duration(lasts) if lasts is not None else 0
    priority, claims = Priority.HAND, []
    if "rank" in pairs:
        rank = str(pairs.pop("rank")).upper()
        if rank not in Priority.__members__:
            raise wrong(f'"{rank}" is not a rank', did_you_mean(rank, Priority.__members__))
        priority = Priority[rank]
    for phrase, inner in pairs.items():
        with inside(phrase):
            claims += _settable(phrase, inner, home)
    yield Wish(owner, tuple(claims), priority, for_us, "someone asked for it")


def _let_go(value: object, home: Home) -> Iterator[Move]:
    pairs = dict(_pairs(value, "let go: {by: ann, of: hall lamp}"))
    owner, of = _owner(pairs.get("by", ""), home), pairs.get("of", ())
    props: list[PropertyId] = []
    for phrase in of if isinstance(of, list | tuple) else [of]:
        for thing in words.find(str(phrase), home):
            props += [thing.prop(p.name) for p in thing.endpoint.properties if p.writable]
    yield Happen(Released(owner, "someone let go of it", tuple(props)), owner)


def _owner(value: object, home: Home) -> str:
    word = str(value)
    if ":" in word:
        return word
    people = home.find_people(word)
    if not people:
        hint = did_you_mean(word, [p.name for p in home.people.values()])
        raise wrong(f'nobody is called "{word}" here', hint or "write by: and a person's name")
    return f"person:{people[0].id}"


def _ask(value: object, home: Home) -> Iterator[Move]:
    pairs = dict(_pairs(value, "ask: {vacuum: start cleaning}"))
    owner = _owner(pairs.pop("by"), home) if "by" in pairs else "person:test"
    for deed in parse_deed(pairs):
        settled = list(deed.settle(home, None))
        if not settled:
            raise wrong(f'nothing here that "{deed.target.phrase}" means can do that')
        for device, endpoint, action in settled:
            what = Asked(device, endpoint, action, owner, "someone asked for it", deed.argument)
            yield Happen(what, owner)


def _restart(value: object, home: Home) -> Iterator[Move]:
    if not isinstance(value, dict):
        yield Restart(parse_duration(value))
        return
    unknown = [key for key in value if key not in {"for", "meanwhile"}]
    if unknown or "for" not in value:
        raise wrong("a restart says for how long", "write it as in restart: {for: 10 min}")
    meanwhile: list[tuple[PropertyId, Value]] = []
    for phrase, inner in _pairs(value.get("meanwhile", {}), "meanwhile: {door: open}"):
        meanwhile += words.said(phrase, inner, home)
    yield Restart(parse_duration(value["for"]), tuple(meanwhile))


def _pairs(value: object, example: str) -> list[tuple[str, object]]:
    if not isinstance(value, dict):
        raise wrong("names and values belong here", f"write it as in {example}")
    return [(str(key), inner) for key, inner in value.items()]


_SPECIAL: dict[str, Callable[[object, Home], Iterator[Move]]] = {
    "after": _after,
    "at": _at,
    "reports": _reports,
    "press": _press,
    "by hand": _by_hand,
    "found": _found,
    "believed": _believed,
    "wish": _wish,
    "let go": _let_go,
    "ask": _ask,
    "restart": _restart,
}

RESERVED = frozenset({*_SPECIAL, "expect", "mode"})
"""Keys of a step that are no names of things."""


# what is expected


def _expected(value: object, home: Home, titles: Titles, loc: Loc) -> Iterator[Move]:
    for key, inner in _pairs(value, "expect: {hall lamp: on}"):
        with inside(key):
            for check in _checks(key, inner, home, titles):
                yield Look((*loc, key), check)
    yield LookedUp()


def _checks(key: str, value: object, home: Home, titles: Titles) -> Iterator[Check]:
    match key.casefold():
        case "fired" | "not fired" as word:
            yield from _fires(value, titles, fired=word == "fired")
        case "told":
            for text in value if isinstance(value, list | tuple) else [value]:
                yield DidTell(str(text))
        case "mode":
            yield Wished(*_mode(value, home))
        case "reported":
            for phrase, inner in _pairs(value, "reported: {hall lamp: on}"):
                with inside(phrase):
                    yield from (Reads(*each) for each in words.said(phrase, inner, home))
        case _:
            yield from _of_things(key, value, home)


def _of_things(phrase: str, value: object, home: Home) -> Iterator[Check]:
    word = value.casefold() if isinstance(value, str) else ""
    if word == "free":
        yield from (Free(device) for device in words.devices_of(phrase, home))
    elif word == "not asked":
        yield from (DidAsk(d, asked=False) for d in words.devices_of(phrase, home))
    elif word in REACH:
        yield from (InReach(d, REACH[word]) for d in words.devices_of(phrase, home))
    elif word in _ASKABLE and (asked := list(_deeds(phrase, value, home))):
        yield from asked
    else:
        yield from _states(phrase, value, home)


def _deeds(phrase: str, value: object, home: Home) -> Iterator[Check]:
    for deed in parse_deed({phrase: value}):
        for device, _, action in deed.settle(home, None):
            yield DidAsk(device, action, deed.argument)


def _states(phrase: str, value: object, home: Home) -> Iterator[Check]:
    try:
        wished = words.wished(phrase, value, home)
    except PydanticCustomError:
        wished = []
    if wished:
        yield from (Wished(prop, told) for prop, told in wished)
    else:
        yield from (Reads(prop, told) for prop, told in words.said(phrase, value, home))


def _fires(value: object, titles: Titles, *, fired: bool) -> Iterator[Check]:
    for said in value if isinstance(value, list | tuple) else [value]:
        word = str(said).casefold()
        if word in {"any", "nothing", "none"}:
            yield DidFire(None, "", fired=fired and word == "any")
            continue
        scene = titles.get(word) or titles.get(slug(word))
        if scene is None:
            raise wrong(f'no scene is called "{said}"', did_you_mean(str(said), titles))
        yield DidFire(scene, str(said), fired=fired)

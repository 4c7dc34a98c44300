"""One line for each kind of event, in the home's own words."""

from collections.abc import Callable, Sequence

from hubd.core.home import Home
from hubd.model import events as e
from hubd.model.claim import Claim
from hubd.model.command import Command, Outcome
from hubd.model.ids import EventId, split_property_id
from hubd.model.run import QUEUED
from hubd.model.vocabulary import SIGNALS
from scenes.guarded import guarded, waiting_called
from scenes.phrases import (
    called,
    called_device,
    called_endpoint,
    clock_words,
    deed,
    happened,
    is_at,
    order,
    owner_called,
    scene_called,
    seconds_words,
    titled,
    value_words,
)

type Lookup = Callable[[EventId], e.Event | None]
"""Finds an event of the log; None if it is not (or no more) there."""

_MOST_NAMED = 3
_LONGEST = 100
"""Characters of a message that are shown."""


def nowhere(_: EventId) -> None:
    """Find nothing."""
    return


def describe(  # noqa: PLR0911 - one line for each kind
    event: e.Event, home: Home, lookup: Lookup = nowhere
) -> str:
    """Return what `event` says, in one line without its time.

    With `lookup`, an outcome tells whose it is and how long it took.
    """
    what = event.what
    match what:
        case e.Reported() | e.Perceived() | e.Signalled() | e.Availability():
            return _told_by_devices(what, home)
        case e.Message() | e.Hailed() | e.HubStarted() | e.Sent():
            return _said(what, home)
        case e.Claimed() | e.Released() | e.Asked() | e.Fired() | e.Disputed():
            return _wished(what, home)
        case e.TimerSet() | e.TimerCleared() | e.TimePassed():
            return _timed(what, home)
        case e.Withheld() | e.Admitted() | e.Slowed() | e.Used() | e.Confirmed() | e.Disagreed():
            return guarded(what, event.source, home)
        case e.RunMoved() | e.RunEnded() | e.Summoned() | e.Told() | e.Questioned() | e.Replied():
            return _ran(what, home)
        case e.Commanded():
            return asked(what.command, home)
        case e.Settled() | e.Answered():
            return _came_out(event, what, home, lookup)
        case _:
            return _configured(what, home)


def asked(command: Command, home: Home) -> str:
    """Return what was asked of whom."""
    thing = called_endpoint(command.device, command.endpoint, home)
    doing = deed if command.action else order
    again = f" (try {command.attempt})" if command.attempt > 1 else ""
    return f"asked {thing} to {doing(command.name, command.value)}{again}"


def wish(claim: Claim, home: Home) -> str:
    """Return what `claim` wishes, as in "Kitchen lamp on"."""
    _, _, name = split_property_id(claim.property)
    thing = called(claim.property, home)
    words = value_words(name, claim.value)
    return f"{thing} {words}" if isinstance(claim.value, bool) else f"{thing} at {words}"


def wishes(claims: Sequence[Claim], home: Home) -> str:
    """Return what `claims` wish; of many, the first few."""
    named = [wish(claim, home) for claim in claims[:_MOST_NAMED]]
    more = len(claims) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _told_by_devices(
    what: e.Reported | e.Perceived | e.Signalled | e.Availability, home: Home
) -> str:
    match what:
        case e.Reported():
            _, _, name = split_property_id(what.property)
            say = is_at if what.restored else happened
            return say(called(what.property, home), name, what.value)
        case e.Perceived():
            _, _, name = split_property_id(what.property)
            belief = is_at(called(what.property, home), name, what.value)
            if name == "OccupancySensing.occupied":
                someone = "someone" if what.value else "nobody"
                belief = f"{someone} is in {called(what.property, home)}"
            return f"the hub believes that {belief} ({what.confidence:.0%} sure)"
        case e.Signalled():
            thing = called_endpoint(what.device, what.endpoint, home)
            done = {"Switch.pressed": "was pressed"}.get(what.name) or SIGNALS.get(
                what.name, f"sent {titled(what.name)}"
            )
            kind = f" ({what.value.replace('_', ' ')})" if what.value else ""
            return f"{thing} {done}{kind}"
        case e.Availability():
            thing = called_device(what.device, home)
            if what.available:
                return f"{thing} came within reach"
            return f"{thing} fell out of reach" + (f": {what.reason}" if what.reason else "")


def _said(what: e.Message | e.Hailed | e.HubStarted | e.Sent, home: Home) -> str:
    match what:
        case e.Message():
            return f'"{_excerpt(what.payload)}" came on {what.topic}'
        case e.Hailed():
            return f'"{what.name}" was called' + (f': "{_excerpt(what.text)}"' if what.text else "")
        case e.HubStarted():
            return "the hub started"
        case e.Sent():
            said = f'"{_excerpt(what.payload)}" to {what.topic}'
            return f"{owner_called(what.owner, home)} sent {said}{_because(what.why)}"


def _excerpt(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _wished(what: e.Claimed | e.Released | e.Asked | e.Fired | e.Disputed, home: Home) -> str:
    match what:
        case e.Claimed():
            if not what.claims:
                return "nothing was claimed"
            who = owner_called(what.claims[0].owner, home)
            verb = "put" if what.claims[0].owner.startswith("hand:") else "wants"
            return f"{who} {verb} {wishes(what.claims, home)}"
        case e.Released():
            things = list(dict.fromkeys(called(p, home) for p in what.properties))
            named = ", ".join(things[:_MOST_NAMED]) or "all that it held"
            more = len(things) - _MOST_NAMED
            named += f" and {more} more" if more > 0 else ""
            return f"{owner_called(what.owner, home)} let go of {named}" + _because(what.why)
        case e.Asked():
            thing = called_endpoint(what.device, what.endpoint, home)
            doing = deed(what.action, what.argument)
            return f"{owner_called(what.owner, home)} asked {thing} to {doing}" + _because(what.why)
        case e.Fired():
            wanting = f" and wants {wishes(what.claims, home)}" if what.claims else ""
            return f"{scene_called(what.scene)} began{wanting}{_because(what.why)}"
        case e.Disputed():
            thing = called(what.property, home)
            times = f"{what.undone} times" if what.undone != 1 else "once"
            return f"{thing} undid what was asked of it ({times} now)"


def _timed(what: e.TimerSet | e.TimerCleared | e.TimePassed, home: Home) -> str:
    match what:
        case e.TimerSet():
            return f"{waiting_called(what.scene)} waits until {clock_words(what.due_us, home)}"
        case e.TimerCleared():
            return f"{waiting_called(what.scene)} waits no more"
        case e.TimePassed():
            return "the time came for something that was due"


def _ran(  # noqa: PLR0911 - one line for each kind
    what: e.RunMoved | e.RunEnded | e.Summoned | e.Told | e.Questioned | e.Replied, home: Home
) -> str:
    match what:
        case e.RunMoved() if what.to.step == QUEUED:
            return f"{scene_called(what.scene)} runs once more when it is done"
        case e.RunMoved():
            return f"{scene_called(what.scene)} waits at a step"
        case e.RunEnded():
            return f"{scene_called(what.scene)} came to its end{_because(what.why)}"
        case e.Summoned():
            verb = "ended" if what.end else "began"
            done = f"{owner_called(what.owner, home)} {verb} {scene_called(what.scene)}"
            return f"{done}, in vain: {what.refused}" if what.refused else done
        case e.Told():
            whom = " and ".join(what.to) or "everyone"
            return f'{owner_called(what.owner, home)} told {whom}: "{what.text}"'
        case e.Questioned():
            return f"{scene_called(what.scene)} asks whether to make up for it: {what.text}"
        case e.Replied():
            said = "to make up for it" if what.yes else "to leave it"
            return f"{scene_called(what.scene)} was told {said}"


def _came_out(event: e.Event, what: e.Settled | e.Answered, home: Home, lookup: Lookup) -> str:
    issued = lookup(what.command)
    command = issued.what.command if issued and isinstance(issued.what, e.Commanded) else None
    thing = called_endpoint(command.device, command.endpoint, home) if command else "the device"
    if isinstance(what, e.Answered):
        if what.accepted:
            return f"{thing} took what was asked"
        return f"{thing} refused what was asked" + (f": {what.reason}" if what.reason else "")
    took = f" after {seconds_words(event.at_us - issued.at_us)}" if issued and command else ""
    note = f": {what.note}" if what.note else ""
    match what.outcome:
        case Outcome.CONFIRMED:
            return f"{thing} did as asked{took}"
        case Outcome.REFUSED:
            return f"{thing} refused what was asked{note}"
        case Outcome.TIMED_OUT:
            return f"{thing} did not do as asked{took and took.replace('after', 'within')}{note}"
        case Outcome.SUPERSEDED:
            return f"what was asked of {thing} is wanted no more{note}"


def _configured(  # noqa: C901, PLR0911, PLR0912 - one line for each kind
    what: e.What, home: Home
) -> str:
    match what:
        case e.Adopted():
            area = home.areas.get(what.device.area) if what.device.area is not None else None
            where = f", in {area.name}" if area is not None else ""
            return f"{what.device.name} joined the home or changed{where}"
        case e.Forgotten():
            return f"{called_device(what.device, home)} left the home"
        case e.Renamed():
            return f"{called_device(what.device, home)} was given its name or its place"
        case e.Dismissed():
            verb = "is not to be shown" if what.dismissed else "is to be shown again"
            return f"the found thing {what.key} {verb}"
        case e.ErrandRun():
            whom = f" for {called_device(what.device, home)}" if what.device is not None else ""
            came = f", in vain: {what.problem}" if what.problem else ""
            return f"the {what.driver} driver was asked{whom}: {what.title}{came}"
        case e.Joined():
            other = called_device(what.join.thing, home)
            return f"{what.join.record.name} and {other} were joined into one"
        case e.Parted():
            return f"{called_device(what.device, home)} was made a device of its own again"
        case e.PlaceSet():
            return f"the home's time zone is {what.place.timezone}"
        case e.FloorSet():
            return f'the floor "{what.floor.name}" was set'
        case e.AreaSet():
            return f'the area "{what.area.name}" was set'
        case e.PersonSet():
            return f"{what.person.name} is in the home as {what.person.role.value}"
        case e.SafetyRevised():
            return "the safety rules were written or changed"
        case e.LeasesSet():
            return "how long a hand is left alone was changed"
        case e.SceneRevised():
            return f"{scene_called(what.scene)} was written or changed"
        case e.CalendarRevised():
            return f'the calendar "{titled(what.calendar.id)}" was written or changed'
        case e.CalendarRemoved():
            return f'the calendar "{titled(what.calendar)}" was taken away'
        case e.FloorRemoved() | e.AreaRemoved() | e.PersonRemoved() | e.SceneRemoved():
            return f"{_removed(what)} was taken away"
        case _:
            return f"an event of the kind {type(what).__name__}"


def _removed(
    what: e.FloorRemoved | e.AreaRemoved | e.PersonRemoved | e.SceneRemoved,
) -> str:
    match what:
        case e.FloorRemoved():
            return f'the floor "{titled(what.floor)}"'
        case e.AreaRemoved():
            return f'the area "{titled(what.area)}"'
        case e.PersonRemoved():
            return titled(what.person)
        case e.SceneRemoved():
            return scene_called(what.scene)


def _because(why: str) -> str:
    return f", because {why}" if why else ""

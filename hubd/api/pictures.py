"""The state of the home, drawn as the API's documents. Pure: looks at the port, changes nothing."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from hubd.api.documents import (
    ActionDocument,
    Change,
    ClaimDocument,
    DeviceDocument,
    EndpointDocument,
    EventDocument,
    HomeDocument,
    PathDocument,
    PropertyDocument,
    Reach,
    SafetyDocument,
    SceneDocument,
    SignalDocument,
    SlowedDocument,
    StepDocument,
    WhatIf,
    WhenDocument,
    Why,
    WhyNotDocument,
    WithheldDocument,
)
from hubd.api.port import Explanation, HomePort, SceneStatus
from hubd.core.shadow import Shadow, Standing
from hubd.guard.permission import Permission, needed_to_see
from hubd.model.device import Device, Endpoint, Property
from hubd.model.events import CORE, Adopted, Event, What
from hubd.model.ids import NO_EVENT, DeviceId, PropertyId, property_id, split_property_id
from hubd.model.instant import from_us
from hubd.store.log import device_of
from hubd.whatif.answer import Told
from scenes.whynot import WhyNot

type Rights = frozenset[Permission]
"""What is drawn is what these allow to be seen, among them SEE_HOME."""


def home(port: HomePort, rights: Rights) -> HomeDocument:
    """Return the whole home."""
    registry = port.view.home
    return HomeDocument(
        name=port.name,
        place=registry.place,
        floors=list(registry.floors.values()),
        areas=list(registry.areas.values()),
        people=list(registry.people.values()) if Permission.SEE_PEOPLE in rights else [],
        devices=devices(port, rights),
        last_event=port.last_event,
    )


def devices(port: HomePort, rights: Rights) -> list[DeviceDocument]:
    """Return all devices."""
    return [device(d, port, rights) for d in port.view.home.devices.values()]


def device(it: Device, port: HomePort, rights: Rights) -> DeviceDocument:
    """Return a device with the present state of its properties."""
    reached = reach(it.id, port)
    return DeviceDocument(
        id=it.id,
        name=it.name,
        area=it.area,
        maker=it.maker,
        model=it.model,
        driver=it.driver,
        available=reached.available,
        unreachable_reason=reached.reason,
        seen=_time(port.heard_us(it.id) or 0),
        troubles=it.troubles,
        paths=[PathDocument(p.record, p.driver, p.live) for p in port.finding.paths(it.id)],
        endpoints=[_endpoint(it.id, e, port, rights) for e in it.endpoints],
    )


def reach(it: DeviceId, port: HomePort) -> Reach:
    """Return whether a device is within reach."""
    reason = port.unreachable_reason(it)
    available = not reason and port.view.available(it)
    return Reach(it, available, None if available else reason)


def change(prop: PropertyId, shadow: Shadow) -> Change:
    """Return the changing part of a property."""
    return Change(
        prop,
        shadow.reported,
        shadow.known,
        shadow.desired,
        shadow.pending is not None,
        _time(shadow.changed_at_us),
        tuple(_claim(s) for s in shadow.claims if not s.withheld),
    )


def event(it: Event, port: HomePort) -> EventDocument:
    """Return an event, in data and in words."""
    return EventDocument(
        id=it.id,
        at=from_us(it.at_us),
        kind=kind_of(it.what),
        source=it.source,
        cause=it.cause or None,
        device=device_of(it.what),
        text=port.text(it),
        what=_public(it.what),
    )


def kind_of(what: What) -> str:
    """Return the name of what an event says."""
    return str(type(what).__struct_config__.tag)


def why(it: Explanation) -> Why:
    """Return an explanation."""
    return Why(
        it.sentence,
        [StepDocument(s.event, from_us(s.at_us), s.kind, s.text) for s in it.steps],
        it.claims,
    )


def why_not(it: WhyNot) -> WhyNotDocument:
    """Return why a scene did not begin."""
    return WhyNotDocument(
        scene=it.scene,
        sentence=it.sentence,
        since=from_us(it.since_us),
        at=from_us(it.at_us),
        nearest=it.nearest,
        nearest_at=_time(it.nearest_us),
        event=it.event or None,
        lacks=it.lacks,
        whens=[
            WhenDocument(
                item=w.item,
                area=w.area,
                when=w.when,
                came_about=w.came_about,
                nearest=w.nearest,
                at=from_us(w.at_us),
                lacks=w.lacks,
                text=w.text,
            )
            for w in it.whens
        ],
        problems=it.problems,
    )


def what_if(told: Told, *, drawn: bool) -> WhatIf:
    """Return what other scenes would have done."""
    return WhatIf(**msgspec.structs.asdict(told.answer), picture=told.picture if drawn else None)


def scenes(statuses: Iterable[SceneStatus]) -> list[SceneDocument]:
    """Return the scenes."""
    return [
        SceneDocument(
            id=s.id,
            name=s.name,
            path=s.path,
            state=s.state,
            targets=s.targets,
            last_fired=None if s.last_fired_us is None else from_us(s.last_fired_us),
            problem=s.problem,
        )
        for s in statuses
    ]


def safety(port: HomePort) -> SafetyDocument:
    """Return the safety rules, and what they hold back now."""
    withheld = []
    for event, held in port.view.held().items():
        what = held.what
        text = port.text(Event(event, held.at_us, CORE, NO_EVENT, what))
        withheld.append(
            WithheldDocument(
                event=event,
                rule=what.rule,
                property=what.property,
                value=what.value,
                owner=what.owner,
                why=what.why,
                text=text,
                since=from_us(held.at_us),
                confirm=what.confirm or None,
                until=_time(what.until_us),
            )
        )
    slowed = [SlowedDocument(d, from_us(us)) for d, us in port.view.slowed().items()]
    return SafetyDocument(list(port.safety_rules()), withheld, slowed)


def _endpoint(owner: DeviceId, it: Endpoint, port: HomePort, rights: Rights) -> EndpointDocument:
    view = port.view
    properties = []
    for p in it.properties:
        if needed_to_see(p.name) not in rights:
            continue
        prop = property_id(owner, it.id, p.name)
        properties.append(_property(prop, p, view.shadow(prop)))
    return EndpointDocument(
        id=it.id,
        type=it.type,
        name=it.name,
        properties=properties,
        actions=[ActionDocument(a.name, a.title) for a in it.actions],
        signals=[SignalDocument(s.name, s.title, s.choices) for s in it.signals],
    )


def _property(prop: PropertyId, it: Property, shadow: Shadow | None) -> PropertyDocument:
    if shadow is None:
        device, endpoint, _ = split_property_id(prop)
        shadow = Shadow(prop, it, device, endpoint)
    now = change(prop, shadow)
    return PropertyDocument(
        id=prop,
        name=it.name,
        title=it.title,
        type=it.type,
        unit=it.unit,
        writable=it.writable,
        minimum=it.minimum,
        maximum=it.maximum,
        step=it.step,
        choices=it.choices,
        value=now.value,
        known=now.known,
        desired=now.desired,
        pending=now.pending,
        since=now.since,
        claims=now.claims,
    )


def _claim(it: Standing) -> ClaimDocument:
    c = it.claim
    return ClaimDocument(c.owner, c.value, c.priority.name.lower(), c.why, _time(c.until_us))


def _time(at_us: int) -> datetime | None:
    return from_us(at_us) if at_us else None


def _public(what: What) -> What:
    """Leave out what is the driver's own: it may hold a device's secrets."""
    if isinstance(what, Adopted):
        return Adopted(msgspec.structs.replace(what.device, native=""))
    return what

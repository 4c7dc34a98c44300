"""What a person wishes, checked against the home before it is folded."""

from drivers.kit.numbers import is_kept, is_number
from hubd.api.errors import InvalidError, NotFoundError
from hubd.api.port import HomePort
from hubd.api.requests import ActionRequest, ClaimRequest
from hubd.core.safety import OWNER, may_confirm
from hubd.documents import did_you_mean
from hubd.guard.errors import NotPermittedError
from hubd.guard.identity import Identity
from hubd.guard.permission import needed_for
from hubd.model.claim import Claim, Priority
from hubd.model.device import Endpoint, Property
from hubd.model.events import Asked, Claimed, Confirmed, Hailed, Released
from hubd.model.ids import (
    NO_EVENT,
    DeviceId,
    EndpointId,
    EventId,
    PropertyId,
    slug,
    split_property_id,
)
from hubd.model.instant import SECOND_US
from hubd.model.lease import Lease, in_words
from hubd.model.value import Value, ValueType
from hubd.model.vocabulary import term


def lay_claim(port: HomePort, who: Identity, wish: ClaimRequest) -> EventId:
    """Claim a property for `who`, and return the claim's event.

    Without `for_s` the claim lasts as long as a hand at such a device would; a mode of the home has
    the rank of a scene's, so that it stands until anyone sets another. Raises NotFoundError,
    InvalidError, NotPermittedError.
    """
    prop = PropertyId(wish.property)
    endpoint, described = _property(port, prop)
    who.require(needed_for(endpoint.type, described.name))
    value = fitting(wish.value, described)
    device, _, name = split_property_id(prop)
    lease = port.view.lease(device, endpoint.id, name)
    if wish.for_s is not None:
        lease = Lease((), int(wish.for_s * SECOND_US))
    lasts_us, why = lease.lasts_us, wish.why or f"{who.name} asked for it"
    if lasts_us:
        why = f"{why} ({in_words(lasts_us, until_left=lease.until_left)})"
    claim = Claim(
        property=prop,
        value=value,
        priority=Priority.HAND if lasts_us else Priority.SCENE,
        owner=who.source,
        why=why,
        until_us=port.now_us() + lasts_us if lasts_us else 0,
        until_left=lease.until_left,
    )
    return port.wish(Claimed((claim,)), who.source)


def let_go(port: HomePort, who: Identity, prop: str) -> EventId:
    """Release what `who` claims of a property, and return the release's event."""
    endpoint, described = _property(port, PropertyId(prop))
    who.require(needed_for(endpoint.type, described.name))
    released = Released(who.source, f"{who.name} let go of it", (PropertyId(prop),))
    return port.wish(released, who.source)


def ask_for(port: HomePort, who: Identity, wish: ActionRequest) -> EventId:
    """Ask a device for an action, and return the event of the asking.

    Raises NotFoundError, InvalidError, NotPermittedError.
    """
    endpoint = _endpoint(port, DeviceId(wish.device), EndpointId(wish.endpoint))
    action = next((a for a in endpoint.actions if a.name == wish.action), None)
    if action is None:
        raise NotFoundError(
            f"{wish.device}/{wish.endpoint} has no action {wish.action!r}",
            mend=did_you_mean(wish.action, [a.name for a in endpoint.actions]).capitalize(),
        )
    who.require(needed_for(endpoint.type, action.name))
    if wish.argument is not None and action.argument is None:
        raise InvalidError(f"{wish.action!r} takes no argument", mend="Leave it out.")
    argument = fitting(wish.argument, action.argument) if action.argument is not None else None
    asked = Asked(
        device=DeviceId(wish.device),
        endpoint=endpoint.id,
        action=action.name,
        owner=who.source,
        why=wish.why or f"{who.name} asked for it",
        argument=argument,
        patience_us=term(action.name).patience_us,
    )
    return port.wish(asked, who.source)


def confirm(port: HomePort, who: Identity, withheld: EventId) -> EventId:
    """Let be what a safety rule holds back, and return the event of that.

    Raises NotFoundError where nothing waits, NotPermittedError for whom it does not wait for.
    """
    held = port.view.held().get(withheld)
    if held is None or not held.what.confirm:
        raise NotFoundError(f"Nothing waits under {withheld}", mend="See /api/safety.")
    device, endpoint_id, name = split_property_id(held.what.property)
    who.require(needed_for(_endpoint(port, device, endpoint_id).type, name))
    if not may_confirm(who.role, held.what.confirm):
        needed = "an owner" if held.what.confirm == OWNER else "someone who lives here"
        what = f"{who.name} may not confirm this: it waits for {needed}"
        raise NotPermittedError(what, mend="Ask them to.")
    event = port.wish(Confirmed(withheld), who.source)
    if event == NO_EVENT:
        raise NotFoundError(f"The time to confirm {withheld} is over", mend="Ask for it anew.")
    return event


def hail(port: HomePort, who: Identity, name: str, text: str) -> EventId:
    """Call `name`, and return the call's event. Raises InvalidError if that is no name."""
    if slug(name) != name:
        raise InvalidError(f"{name!r} is no name of a call", mend=f"Write {slug(name)}.")
    return port.wish(Hailed(name, text), who.source)


def fitting(value: Value, described: Property) -> Value:
    """Return `value` as the property (or argument) takes it. Raises InvalidError if it doesn't."""
    name, mend = described.name, _wanted(described)
    fits = False
    match described.type:
        case ValueType.BOOLEAN:
            fits = isinstance(value, bool)
        case ValueType.STRING:
            fits = isinstance(value, str) and (not described.choices or value in described.choices)
        case ValueType.INTEGER | ValueType.NUMBER:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise InvalidError(f"{value!r} is no number, as {name} needs", mend=mend)
            low, high = described.minimum, described.maximum
            fits = is_number(value)
            fits = fits and (low is None or value >= low) and (high is None or value <= high)
            if fits and described.type is ValueType.INTEGER:
                fits = value == int(value)
                value = int(value)
            if isinstance(value, int):
                fits = fits and is_kept(value)
    if not fits:
        raise InvalidError(f"{name} can't be {value!r}", mend=mend)
    return value


def _wanted(described: Property) -> str:
    """Say which values fit."""
    if described.choices:
        return f"Choose one of {', '.join(described.choices)}."
    words = f"Send a {described.type.value}"
    if described.minimum is not None:
        words += f" from {described.minimum:g}"
    if described.maximum is not None:
        words += f" to {described.maximum:g}"
    return f"{words}{' ' + described.unit if described.unit else ''}."


def _property(port: HomePort, prop: PropertyId) -> tuple[Endpoint, Property]:
    """Return the writable property `prop`, and its endpoint."""
    try:
        device, endpoint_id, name = split_property_id(prop)
    except ValueError:
        raise InvalidError(
            f"{prop!r} is no property's id", mend="Write device/endpoint/Cluster.attribute."
        ) from None
    endpoint = _endpoint(port, device, endpoint_id)
    described = endpoint.property(name)
    if described is None:
        raise NotFoundError(
            f"{device}/{endpoint_id} has no property {name!r}",
            mend=did_you_mean(name, [p.name for p in endpoint.properties]).capitalize(),
        )
    if not described.writable:
        raise InvalidError(f"{prop} can be read, not set", mend="Claim one that is writable.")
    return endpoint, described


def _endpoint(port: HomePort, device: DeviceId, endpoint: EndpointId) -> Endpoint:
    home = port.view.home
    it = home.devices.get(device)
    if it is None:
        raise NotFoundError(
            f"There is no device {device!r}", mend=did_you_mean(device, home.devices).capitalize()
        )
    found = next((e for e in it.endpoints if e.id == endpoint), None)
    if found is None:
        raise NotFoundError(
            f"{device} has no endpoint {endpoint!r}",
            mend=did_you_mean(endpoint, [e.id for e in it.endpoints]).capitalize(),
        )
    return found

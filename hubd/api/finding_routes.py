"""Routes of what was found: adopting, naming, joining, and how the drivers do."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from drivers.kit.driver import Said
from drivers.kit.errors import AdoptionError, AlreadyAdoptedError
from hubd.api import finding_documents as documents
from hubd.api.errors import ConflictError, InvalidError, NotFoundError
from hubd.api.finding_documents import (
    AddsDocument,
    AdoptedDocument,
    DriverDocument,
    EntryDocument,
    ThingsDocument,
)
from hubd.api.requests import (
    AddRequest,
    AdoptRequest,
    DismissRequest,
    JoinRequest,
    RenameRequest,
)
from hubd.api.route import Call, Route
from hubd.api.saying import saying
from hubd.documents import did_you_mean
from hubd.guard.permission import Permission
from hubd.likeness import Likeness
from hubd.model.home import Naming
from hubd.model.ids import AreaId, DeviceId
from hubd.things import OWN, JoinError


async def get_inbox(call: Call) -> list[EntryDocument]:
    """Return what was found and is not adopted, the newest first."""
    inbox = call.port.finding.inbox
    likeness = Likeness(call.port.view.home)
    entries = sorted(inbox, key=lambda e: (inbox.is_dismissed(e), -e.first_us, e.id))
    return [documents.entry(entry, inbox, likeness) for entry in entries]


async def post_look(call: Call) -> None:
    """Look for things now."""
    call.port.finding.look()


async def post_adopt(call: Call) -> object:
    """Adopt a found thing."""
    said, entry = call.said(AdoptRequest), _entry(call)
    finding, source = call.port.finding, call.identity.source

    async def adopt(told: Said) -> AdoptedDocument:
        naming = _naming(said)
        with _adopting():
            return AdoptedDocument(await finding.adopt(entry, said.answers, naming, source, told))

    return await saying(call, adopt)


async def get_adds(call: Call) -> list[AddsDocument]:
    """Return the drivers that take things which do not show themselves, and what they ask."""
    return [documents.adds(it) for it in call.port.finding.adds()]


async def post_add(call: Call) -> object:
    """Adopt a thing that does not show itself."""
    said, finding = call.said(AddRequest), call.port.finding
    naming, source = _naming(said), call.identity.source

    async def add(told: Said) -> AdoptedDocument:
        with _adopting():
            return AdoptedDocument(
                await finding.add(said.driver, said.answers, naming, source, told)
            )

    return await saying(call, add)


@contextmanager
def _adopting() -> Iterator[None]:
    """Tell the errors of an adoption as those of a request."""
    try:
        yield
    except AlreadyAdoptedError as error:
        raise ConflictError(_sentence(error.what), mend=error.mend) from error
    except AdoptionError as error:
        raise InvalidError(_sentence(error.what), mend=error.mend) from error


def _naming(said: AdoptRequest) -> Naming | None:
    if not said.name and said.area is None:
        return None
    return Naming(said.name, AreaId(said.area) if said.area is not None else None)


async def post_dismiss(call: Call) -> None:
    """Show a found thing no more, or again."""
    dismissed = call.said(DismissRequest).dismissed
    await call.port.finding.dismiss(_entry(call), call.identity.source, dismissed=dismissed)


async def patch_device(call: Call) -> None:
    """Call a device by another name, or put it elsewhere."""
    said, device = call.said(RenameRequest), _device(call, call.path("id"))
    known = call.port.view.home.naming.get(device, Naming())
    area = known.area if said.area is None else AreaId(said.area)
    naming = Naming(
        known.name if said.name is None else said.name,
        area,
        known.aliases if said.aliases is None else tuple(said.aliases),
        known.roles if said.roles is None else tuple(said.roles),
    )
    try:
        await call.port.finding.rename(device, naming, call.identity.source)
    except KeyError:  # it left the home meanwhile
        raise NotFoundError(f"There is no device {device!r}", mend="See /api/devices.") from None


async def delete_device(call: Call) -> None:
    """Let go of an adopted thing, or of what was joined to one."""
    device = DeviceId(call.path("id"))
    if device not in call.port.view.home.joins:
        device = _device(call, device)
        if call.port.view.home.devices[device].driver == OWN:
            raise ConflictError(
                f"{device} is the home's own", mend="Take it out of the home file, if it is there."
            )
    if not await call.port.finding.remove(device, call.identity.source):
        raise ConflictError(
            f"{device} announces itself, and would be back at once",
            mend="Take it out where it announces itself (its bridge, its own settings).",
        )


async def get_things(call: Call) -> ThingsDocument:
    """Return which devices seem to be one thing, and which were made so."""
    return documents.things(list(call.port.finding.proposals()), call.port.view.home)


async def post_thing(call: Call) -> None:
    """Make two devices one thing."""
    said = call.said(JoinRequest)
    thing, other = _device(call, said.thing), _device(call, said.other)
    try:
        await call.port.finding.join(thing, other, call.identity.source)
    except KeyError as error:  # it left the home meanwhile
        raise NotFoundError(f"There is no device {error}", mend="See /api/devices.") from None
    except JoinError as error:
        raise ConflictError(_sentence(error.what), mend=error.mend) from None


async def delete_thing(call: Call) -> None:
    """Split a joined device off again."""
    try:
        await call.port.finding.part(DeviceId(call.path("id")), call.identity.source)
    except KeyError:
        raise NotFoundError(
            f"{call.path('id')!r} is not joined to anything", mend="See /api/things."
        ) from None


async def get_drivers(call: Call) -> list[DriverDocument]:
    """Return all drivers, and how they do."""
    return [documents.driver(status) for status in call.port.finding.drivers()]


async def post_restart(call: Call) -> None:
    """Start a driver anew."""
    finding, name = call.port.finding, call.path("id")
    if not finding.restart(name):
        names = [status.name for status in finding.drivers() if status.separate]
        raise NotFoundError(
            f"There is no driver {name!r} with a process of its own",
            mend=did_you_mean(name, names).capitalize() or "See /api/drivers.",
        )


def _entry(call: Call) -> str:
    """Return the id of the entry that the path names. Raises NotFoundError."""
    entry = call.path("id")
    if call.port.finding.inbox.get(entry) is None:
        raise NotFoundError(f"Nothing that was found is called {entry!r}", mend="See /api/inbox.")
    return entry


def _device(call: Call, name: str) -> DeviceId:
    devices = call.port.view.home.devices
    device = DeviceId(name)
    if device not in devices:
        hint = did_you_mean(device, devices).capitalize()
        raise NotFoundError(f"There is no device {name!r}", mend=hint or "See /api/devices.")
    return device


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


_NOTHING = HTTPStatus.NO_CONTENT
_EDIT = Permission.EDIT_HOME

ROUTES = (
    Route("GET", "/api/inbox", _EDIT, get_inbox, "What was found", answer=list[EntryDocument]),
    Route(
        "POST",
        "/api/inbox",
        _EDIT,
        post_add,
        "Adopt a thing that does not show itself",
        body=AddRequest,
        answer=AdoptedDocument,
    ),
    Route(
        "GET",
        "/api/inbox/adds",
        _EDIT,
        get_adds,
        "The drivers that take what does not show itself, and what they ask",
        answer=list[AddsDocument],
    ),
    Route("POST", "/api/inbox/look", _EDIT, post_look, "Look for things now", status=_NOTHING),
    Route(
        "POST",
        "/api/inbox/{id}/adopt",
        _EDIT,
        post_adopt,
        "Adopt a found thing",
        body=AdoptRequest,
        answer=AdoptedDocument,
    ),
    Route(
        "POST",
        "/api/inbox/{id}/dismiss",
        _EDIT,
        post_dismiss,
        "Show a found thing no more, or again",
        body=DismissRequest,
        status=_NOTHING,
    ),
    Route(
        "PATCH",
        "/api/devices/{id}",
        _EDIT,
        patch_device,
        "Call a device by another name, or put it elsewhere",
        body=RenameRequest,
        status=_NOTHING,
    ),
    Route(
        "DELETE", "/api/devices/{id}", _EDIT, delete_device, "Let go of a device", status=_NOTHING
    ),
    Route(
        "GET",
        "/api/things",
        _EDIT,
        get_things,
        "Which devices seem to be one thing, and which were made so",
        answer=ThingsDocument,
    ),
    Route(
        "POST",
        "/api/things",
        _EDIT,
        post_thing,
        "Make two devices one thing",
        body=JoinRequest,
        status=_NOTHING,
    ),
    Route(
        "DELETE",
        "/api/things/{id}",
        _EDIT,
        delete_thing,
        "Split a joined device off again",
        status=_NOTHING,
    ),
    Route(
        "GET",
        "/api/drivers",
        Permission.SEE_SYSTEM,
        get_drivers,
        "The drivers, and how they do",
        answer=list[DriverDocument],
    ),
    Route(
        "POST",
        "/api/drivers/{id}/restart",
        _EDIT,
        post_restart,
        "Start a driver anew",
        status=_NOTHING,
    ),
)

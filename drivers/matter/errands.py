"""What a person may ask of a node beside: share it, see who has it, name it in itself."""

import time
from collections.abc import Mapping

from drivers.kit.driver import Said
from drivers.kit.errors import ErrandError, LinkError, MalformedError, RefusedError
from drivers.matter.attributes import Invoke, Write
from drivers.matter.codecs import member
from drivers.matter.contact import Contact, LostError
from drivers.matter.failures import FailedError, refusal
from drivers.matter.lock import LockUser, ask_user, read_user
from drivers.matter.sending import Sending
from drivers.matter.server import Server
from drivers.matter.switches import DOOR_LOCK
from drivers.matter.told import BASIC

WINDOW_S = 900
"""A window stays open for so long, the longest that there may be."""
_CREDENTIALS, _FABRICS, _CURRENT, _REMOVE = 62, 1, 5, 10
_LABEL = 5
_LONGEST_LABEL = 32
_MOST_USERS = 250
_VENDORS: Mapping[int, str] = {
    0x1049: "Wink", 0x110A: "Google", 0x1217: "Amazon", 0x1321: "SmartThings", 0x1349: "Apple",
    0x1384: "Apple", 0x6006: "Google", 0x10E1: "SmartThings", 0x134B: "Home Assistant",
    0xFFF1: "a system with a number for tests",
}  # fmt: skip
"""Who is behind a vendor id, where the server cannot say. Source: the CSA's ledger."""


async def share(server: Server, node: int, said: Said) -> Mapping[str, str]:
    """Open a window, so that another system can take the device in as well."""
    said("opening a window for other systems…")
    arguments = {"node_id": node, "timeout": WINDOW_S}
    try:
        told = await server.ask("open_commissioning_window", arguments)
    except FailedError as error:
        raise ErrandError(refusal(error.failure).what, mend=_IS_IT_ON) from error
    if not isinstance(told, Mapping):
        raise ErrandError("the Matter server tells no code for the window")
    code, qr = told.get("setup_manual_code"), told.get("setup_qr_code")
    until = time.strftime("%H:%M", time.localtime(time.time() + WINDOW_S))
    return {"code": f"{code}", "QR": f"{qr}", "until": until}


async def fabrics(server: Server, node: int, removes: str, said: Said) -> Mapping[str, str]:
    """Return who has the device; take it from one of them where `removes` is its number."""
    contact = Contact(server, node)
    known, own = await _fabrics(contact)
    if removes:
        index = int(removes) if removes.isascii() and removes.isdecimal() else 0
        if index not in known:
            raise ErrandError(f"no system has the number {removes[:8]!r} there")
        if index == own:
            raise ErrandError(
                "that is this hub", mend="Forget the device, if that is what you want"
            )
        said("taking the device from it…")
        await _removed(contact, index)
        known, own = await _fabrics(contact)
    names = await _names(server, [vendor for vendor, _ in known.values()])
    return {
        str(index): _called(label, names.get(vendor, f"vendor {vendor:#06x}"), is_own=index == own)
        for index, (vendor, label) in sorted(known.items())
    }


async def users(server: Server, node: int, said: Said) -> Mapping[str, str]:
    """Return who may open the locks of a device, by number: names, and how many codes each has."""
    known = server.nodes.get(node)
    locks = (
        [e for e in known.told.endpoints if DOOR_LOCK in known.told.clusters(e)] if known else []
    )
    if not locks:
        raise ErrandError("it is no lock")
    said("asking the lock…")
    contact = Contact(server, node)
    told: dict[str, str] = {}
    for endpoint in locks:
        number: int | None = 1
        while number is not None and len(told) < _MOST_USERS:
            try:
                answer = await contact.ask(endpoint, DOOR_LOCK, ask_user(number))
                user = read_user(answer)
                following = member(answer, 8, "nextUserIndex")
            except RefusedError as error:
                raise ErrandError(error.what) from error
            except MalformedError as error:
                raise ErrandError(f"the lock's answer {error.what}") from error
            except LostError as error:
                raise ErrandError("the device does not answer", mend=_IS_IT_ON) from error
            if user is not None:
                place = f"{user.number}" if len(locks) == 1 else f"{endpoint}/{user.number}"
                told[place] = _user(user)
            number = following if isinstance(following, int) and following > number else None
    return told or {"users": "none"}


async def name(server: Server, node: int, label: str) -> Mapping[str, str]:
    """Write what the device is called into itself, where other systems see it too."""
    if len(label) > _LONGEST_LABEL:
        raise ErrandError(f"a device keeps {_LONGEST_LABEL} characters of its name")
    order = Write(_LABEL, label)
    await _done(Contact(server, node), Sending("label", 0, BASIC, order, twice=True))
    return {"name": label}


async def _fabrics(contact: Contact) -> tuple[dict[int, tuple[int, str]], int]:
    """Return vendor and label of each fabric, by its number; and the hub's own number."""
    try:
        read = await contact.read([f"0/{_CREDENTIALS}/{_FABRICS}", f"0/{_CREDENTIALS}/{_CURRENT}"])
    except LostError as error:
        raise ErrandError("the device does not answer", mend=_IS_IT_ON) from error
    listed, own = (read.get(f"0/{_CREDENTIALS}/{a}") for a in (_FABRICS, _CURRENT))
    known: dict[int, tuple[int, str]] = {}
    for item in listed[:32] if isinstance(listed, list) else ():
        if not isinstance(item, Mapping):
            continue
        index, vendor = member(item, 254, "fabricIndex"), member(item, 2, "vendorID")
        label = member(item, 5, "label")
        if isinstance(index, int) and isinstance(vendor, int):
            known[index] = (vendor, label.strip()[:64] if isinstance(label, str) else "")
    return known, own if isinstance(own, int) else 0


async def _removed(contact: Contact, index: int) -> None:
    order = Invoke(_REMOVE, "RemoveFabric", {"fabricIndex": index})
    await _done(contact, Sending("remove", 0, _CREDENTIALS, order))


async def _done(contact: Contact, sending: Sending) -> None:
    try:
        await contact.send(sending)
    except RefusedError as error:
        raise ErrandError(error.what) from error
    except LostError as error:
        raise ErrandError("the device does not answer", mend=_IS_IT_ON) from error


async def _names(server: Server, vendors: list[int]) -> Mapping[int, str]:
    """Return what vendors are called, as far as the server or this page knows."""
    names = dict(_VENDORS)
    try:
        told = await server.ask("get_vendor_names", {"filter_vendors": vendors}, within_s=5.0)
    except (FailedError, LinkError):
        return names
    for said, called in told.items() if isinstance(told, Mapping) else ():
        if isinstance(called, str) and f"{said}".isdecimal() and int(said) not in _VENDORS:
            names[int(said)] = called[:64]
    return names


def _user(user: LockUser) -> str:
    codes = {0: "no code", 1: "one code"}.get(len(user.codes), f"{len(user.codes)} codes")
    enabled = "" if user.enabled else ", barred"
    return f"{user.name or 'without a name'}, {codes}{enabled}"


def _called(label: str, vendor: str, *, is_own: bool) -> str:
    told = f"{label} ({vendor})" if label else vendor
    return f"{told}, which is this hub" if is_own else told


_IS_IT_ON = "Look whether it is on, and try again"

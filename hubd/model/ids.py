"""Identifiers, and how a property's is made of its device's, its endpoint's and its own name."""

import re
import unicodedata
from typing import NewType

DeviceId = NewType("DeviceId", str)
EndpointId = NewType("EndpointId", str)
PropertyId = NewType("PropertyId", str)
"""`device/endpoint/Cluster.attribute`, as in `kitchen_lamp/1/OnOff.on`."""
AreaId = NewType("AreaId", str)
FloorId = NewType("FloorId", str)
PersonId = NewType("PersonId", str)
SceneId = NewType("SceneId", str)
CalendarId = NewType("CalendarId", str)
EventId = NewType("EventId", int)
"""A position in the home's log; 0 means none."""

NO_EVENT = EventId(0)

_NOT_SLUG = re.compile(r"[^a-z0-9_-]+")


def property_id(device: DeviceId, endpoint: EndpointId, name: str) -> PropertyId:
    """Join the three parts of a property's id."""
    return PropertyId(f"{device}/{endpoint}/{name}")


def split_property_id(prop: PropertyId) -> tuple[DeviceId, EndpointId, str]:
    """Return the device, the endpoint and the name that `prop` is made of.

    Raises ValueError if `prop` has not three parts.
    """
    device, endpoint, name = prop.split("/", 2)
    return DeviceId(device), EndpointId(endpoint), name


def slug(text: str) -> str:
    """Return `text` as an id: lower-case ASCII letters, digits, `_` and `-`.

    Letters without an ASCII form (Chinese, say) are written as their code points, so that two
    different names never become one id.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    ascii_only = "".join(
        c if c.isascii() else "" if unicodedata.combining(c) else f"u{ord(c):x}_" for c in plain
    )
    return _NOT_SLUG.sub("_", ascii_only).strip("_") or "unnamed"

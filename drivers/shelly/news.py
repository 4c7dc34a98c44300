"""Frames of Gen2+'s RPC: what devices notify, and how they are asked. Pure.

Source: https://shelly-api-docs.shelly.cloud/gen2/General/RPCProtocol and .../Notifications.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from drivers.kit.errors import MalformedError
from drivers.shelly.function import Function, Status
from drivers.shelly.reading import excerpt, record
from hubd.model.ids import EndpointId

_STATUS = frozenset({"NotifyStatus", "NotifyFullStatus"})
_CHANGES = frozenset({"config_changed", "component_added", "component_removed"})
EVENTS_LIMIT = 64
"""Events of one frame that are looked at."""


class News(Struct, frozen=True):
    """What a device notifies.

    `status`: what its components say now; everything if `whole`. `events`: components and what
    happened to them. `changed`: its configuration, so that it must be read anew.
    """

    status: Status = {}
    whole: bool = False
    events: tuple[tuple[str, str], ...] = ()
    changed: bool = False


class Pressed(Struct, frozen=True):
    """A momentary event of an endpoint."""

    endpoint: EndpointId
    signal: str
    value: str
    behind: str = ""


def read_news(frame: object) -> News:
    """Return what a notification says. Raises MalformedError for what is none."""
    said = record(frame)
    return read_notice(said.get("method"), said.get("params"))


def read_notice(method: object, params: object) -> News:
    """Return what a notification's method and parameters say. Raises MalformedError."""
    if not isinstance(method, str) or not isinstance(params, dict):
        raise MalformedError(f"is no notification: {excerpt(method)} with {excerpt(params)}")
    if method in _STATUS:
        status = {key: said for key, said in params.items() if key != "ts"}
        return News(status, method == "NotifyFullStatus")
    if method != "NotifyEvent":
        return News()
    events = params.get("events")
    if not isinstance(events, list):
        raise MalformedError(f"tells of events that are no list: {excerpt(events)}")
    happened: list[tuple[str, str]] = []
    for event in events[:EVENTS_LIMIT]:
        component, what = record(event).get("component"), record(event).get("event")
        if isinstance(component, str) and isinstance(what, str):
            happened.append((component, what))
    return News(events=tuple(happened), changed=any(what in _CHANGES for _, what in happened))


def pressed(functions: tuple[Function, ...], component: str, word: str) -> Iterator[Pressed]:
    """Yield the signals that an event of a component is."""
    for function in functions:
        for heard in function.heard:
            if heard.component == component and word in heard.words:
                endpoint = function.endpoint.id
                yield Pressed(endpoint, heard.signal, heard.words[word], function.behind)


def with_dynamic(
    config: Mapping[str, object], status: Status, components: object
) -> tuple[Mapping[str, object], Status]:
    """Return configuration and status with what Shelly.GetComponents tells put in."""
    configs, statuses = dict(config), dict(status)
    if not isinstance(components, list):
        return configs, statuses
    for component in components:
        said = record(component)
        if isinstance(key := said.get("key"), str):
            configs[key] = {**record(said.get("config")), **record(said.get("attrs"))}
            statuses[key] = record(said.get("status"))
    return configs, statuses

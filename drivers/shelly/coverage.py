"""What of a Shelly's recorded status is carried, for `hubd driver coverage`. Pure.

A record is `{"shelly": {…}, "status": {…}}` with the `settings` of Gen1 or the `config` of Gen2+,
as aioshelly's example writes them from real devices.
"""

from collections.abc import Iterator, Mapping

from drivers.kit.coverage import Entity
from drivers.kit.errors import MalformedError
from drivers.shelly import gen1, gen2
from drivers.shelly.function import Carried
from drivers.shelly.reading import record


def read(document: object) -> Iterator[Entity]:
    """Yield every value of the home in a device's status, carried or with the reason why not.

    What a device keeps of itself is no value of the home: its clock and memory, where it is in the
    network, the same temperature once more in °F (docs/drivers/shelly.md lists it).

    Raises MalformedError for a document that is no record of a Shelly.
    """
    found = carried(document)
    for name in found.mapped:
        yield Entity(name)
    for left in found.unmapped:
        if not left.meant:
            yield Entity(left.where, left.reason)


def carried(document: object) -> Carried:
    """Return what a recorded device can do. Raises MalformedError."""
    said = record(document)
    status = said.get("status")
    if not isinstance(status, dict):
        raise MalformedError("there is no `status` of a Shelly in it")
    info = record(said.get("shelly"))
    if "settings" in said or "wifi_sta" in status:
        return gen1.carried(info, record(said.get("settings")), status)
    return gen2.carried(info, _config(said), status)


def _config(said: Mapping[str, object]) -> Mapping[str, object]:
    return record(said.get("config"))

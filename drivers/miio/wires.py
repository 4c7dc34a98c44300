"""How devices are asked and set: by MIoT-Spec, by `get_prop`, by `get_status`. Pure."""

from collections.abc import Mapping, Sequence
from itertools import batched

import msgspec
from msgspec import Struct

from drivers.kit.errors import MalformedError, RefusedError
from drivers.miio.codec import Raw
from drivers.miio.profile import Put, Said
from drivers.miio.rpc import ABSENT, Call, meaning, values
from drivers.miio.spec import key_of, numbers_of

MOST = 15
"""Properties in one request of MIoT-Spec; more than that no device takes."""
_LATER = 1
"""A code that says that a device behind this one was asked, and will do it."""


class _Item(Struct, frozen=True, gc=False):
    siid: int
    piid: int
    code: int = 0
    value: bool | int | float | str | None = None


class _Done(Struct, frozen=True, gc=False):
    code: int = 0


_ITEMS = msgspec.json.Decoder(list[_Item])
_DONE = msgspec.json.Decoder(_Done | list[_Done])
_STATUS = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])
_RAW = msgspec.json.Decoder(bool | int | float | str | None)
_MOST_COMMAS = 512


class MiotWire(Struct, frozen=True):
    """`get_properties`, `set_properties` and `action`, by the numbers of MIoT-Spec."""

    did: str
    most: int = MOST

    def question(self, keys: Sequence[str]) -> Call:
        """Return the request for the values of `keys`."""
        return Call("get_properties", [self._place(key) for key in keys])

    def said(self, keys: Sequence[str], result: bytes) -> Said:
        """Return what the answer to a question says. Raises MalformedError."""
        wanted = frozenset(keys)
        told: dict[str, Raw] = {}
        absent: dict[str, str] = {}
        for item in _decoded(_ITEMS, result):
            key = key_of(item.siid, item.piid)
            if key not in wanted:
                continue
            if item.code in ABSENT:
                absent[key] = f"asked for it, the device says that {meaning(item.code)}"
            else:
                told[key] = item.value if item.code == 0 else None
        return Said(told, absent)

    def orders(self, puts: Sequence[Put], over_s: float) -> Sequence[Call]:  # noqa: ARG002
        """Return the requests that set keys. MIoT-Spec has no word for taking one's time."""
        places = [{**self._place(key), "value": value} for key, value in puts]
        return [Call("set_properties", list(some)) for some in batched(places, MOST)]

    def action(self, service: int, action: int) -> Call:
        """Return the request for an action."""
        return Call("action", {"did": self.did, "siid": service, "aiid": action, "in": []})

    def objection(self, result: bytes) -> str:
        """Return why an order was not carried out, or "" if it was. Raises MalformedError."""
        said = _decoded(_DONE, result)
        for done in said if isinstance(said, list) else [said]:
            if done.code not in {0, _LATER}:
                return meaning(done.code)
        return ""

    def _place(self, key: str) -> dict[str, object]:
        service, prop = numbers_of(key)
        return {"did": self.did, "siid": service, "piid": prop}


class Method(Struct, frozen=True):
    """A request that sets a key, by its value.

    `fades` marks those of lamps, to which an effect and its milliseconds are added.
    """

    name: str
    fades: bool = False


class PropWire(Struct, frozen=True):
    """`get_prop` with names, and one method for each that can be set."""

    methods: Mapping[str, Method]
    most: int = MOST

    def question(self, keys: Sequence[str]) -> Call:
        """Return the request for the values of `keys`."""
        return Call("get_prop", list(keys))

    def said(self, keys: Sequence[str], result: bytes) -> Said:
        """Return what the answer says: a value for each key, in their order.

        Raises MalformedError.
        """
        told = values(result)
        if len(told) != len(keys):
            raise MalformedError(f"answers {len(told)} values to {len(keys)} names")
        return Said({k: None if v == "" else v for k, v in zip(keys, told, strict=True)})

    def orders(self, puts: Sequence[Put], over_s: float) -> Sequence[Call]:
        """Return one request for each key, the power first."""
        calls = []
        for key, value in sorted(puts, key=lambda put: put[0] != "power"):
            method = self.methods.get(key)
            if method is None:
                raise RefusedError(f"{key} cannot be set on this device")
            params: list[Raw] = [value]
            if method.fades:
                # Yeelight takes 30 ms at the least for a smooth change.
                params += ["smooth", round(over_s * 1000)] if over_s >= 0.03 else ["sudden", 0]
            calls.append(Call(method.name, params))
        return calls

    def objection(self, result: bytes) -> str:
        """Return why an order was not carried out, or "" if it was."""
        return _unless_ok(result)


class StatusWire(Struct, frozen=True):
    """`get_status`, as robot vacuums have it: an object of all there is."""

    methods: Mapping[str, Method]
    most: int = 64

    def question(self, keys: Sequence[str]) -> Call:  # noqa: ARG002
        """Return the request for all values."""
        return Call("get_status")

    def said(self, keys: Sequence[str], result: bytes) -> Said:
        """Return what the answer says of `keys`. Raises MalformedError."""
        if result.count(b",") > _MOST_COMMAS:
            raise MalformedError("more values than a status has")
        status = _decoded(_STATUS, result)
        if len(status) != 1:
            raise MalformedError("not the status of one device")
        told: dict[str, Raw] = {}
        for key in keys:
            try:
                told[key] = _RAW.decode(status[0][key]) if key in status[0] else None
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise MalformedError(f"the status has no plain {key}: {error}") from error
        return Said(told)

    def orders(self, puts: Sequence[Put], over_s: float) -> Sequence[Call]:  # noqa: ARG002
        """Return one request for each key."""
        return [Call(self.methods[key].name, [value]) for key, value in puts]

    def objection(self, result: bytes) -> str:
        """Return why an order was not carried out, or "" if it was."""
        return _unless_ok(result)


def _unless_ok(result: bytes) -> str:
    said = result.strip(b'[]" ').decode(errors="replace")
    return "" if said.casefold() in {"ok", "0", "", "null"} else f"it answers {said[:80]!r}"


def _decoded[T](decoder: msgspec.json.Decoder[T], result: bytes) -> T:
    try:
        return decoder.decode(result)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedError(f"not what was asked for: {error}") from error

"""A link to one adopted Kasa or Tapo device, and to what is behind it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from drivers.kasa import library
from drivers.kasa.discovery import Device as Seen
from drivers.kasa.features import HUE, SATURATION, Bound, Mapped, mapped
from drivers.kit.errors import AccessError, LinkError, RefusedError
from drivers.kit.identity import mac, told
from drivers.kit.link import ITSELF, Description, Tell
from hubd.model.command import Command
from hubd.model.ids import EndpointId, slug
from hubd.model.value import Value

if TYPE_CHECKING:
    import kasa

MAKER = "TP-Link"


class Pace(Struct, frozen=True):
    """How often a device is read, in seconds; `missed` readings in a row mean that it is gone."""

    every_s: float = 5.0
    after_s: tuple[float, ...] = (0.0, 1.0)
    missed: int = 2


PACE = Pace()


class _Piece(Struct, frozen=True):
    """One of the library's devices, and what of a part it is."""

    part: str
    device: "kasa.Device"
    mapped: Mapped


class KasaLink:
    """The connection to one device."""

    def __init__(
        self, address: str, seen: Seen, username: str, password: str, pace: Pace = PACE
    ) -> None:
        self._address = address
        self._seen = seen
        self._username, self._password = username, password
        self._pace = pace
        self._device: kasa.Device | None = None
        self._pieces: list[_Piece] = []
        self._parts: list[str] = []
        self._heard: dict[str, bool] = {}
        self._values: dict[tuple[str, EndpointId, str], Value] = {}
        self._commanded = asyncio.Event()
        self._turn = asyncio.Lock()

    async def run(self, tell: Tell) -> None:
        """Connect, describe, read, and go on reading until the device is gone."""
        device = await library.connect(self._address, self._seen, self._username, self._password)
        try:
            self._describe(device, tell)
            self._report(tell)
            self._device = device
            tell.live()
            await self._watch(device, tell)
        finally:
            self._device = None
            self._values.clear()
            self._heard.clear()
            await asyncio.shield(library.disconnect(device))

    async def send(self, part: str, commands: Sequence[Command]) -> None:
        """Carry out commands to one endpoint."""
        if self._device is None:
            raise LinkError("not connected")
        refusals: list[str] = []
        async with self._turn:
            for piece, work in self._work(part, commands):
                refusals.append(await _done(piece.device, work))
        self._commanded.set()
        if all(refusals):
            raise RefusedError(next(iter(refusals), "this is nothing that it can be asked"))

    def _work(
        self, part: str, commands: Sequence[Command]
    ) -> list[tuple[_Piece, Mapping[str, object]]]:
        """Return what is to be set of which device, in the order in which it is to be done."""
        out: list[tuple[_Piece, Mapping[str, object]]] = []
        colour: dict[str, Value] = {}
        owner: _Piece | None = None
        for command in sorted(commands, key=lambda c: c.name != "OnOff.on"):
            piece, bound = self._bound(part, command)
            if bound.feature == "hsv":
                colour[bound.name], owner = command.value, piece
            else:
                out.append((piece, {bound.feature: bound.write(command.value)}))
        if owner is not None:
            endpoint = commands[0].endpoint
            for name in (HUE, SATURATION):
                colour.setdefault(name, self._values.get((part, endpoint, name)))
            out.append((owner, {"hsv": (colour[HUE], colour[SATURATION])}))
        return out

    def _bound(self, part: str, command: Command) -> tuple[_Piece, Bound]:
        for piece in self._pieces:
            if piece.part != part:
                continue
            for bound in piece.mapped.bound:
                if (bound.endpoint, bound.name) == (command.endpoint, command.name):
                    return piece, bound
        raise RefusedError(f"{command.name} is nothing that this device does")

    def _describe(self, device: "kasa.Device", tell: Tell) -> None:
        """Describe the device, and each device behind it that is a thing of its own."""
        kind = library.kind(device)
        self._pieces = [_Piece(ITSELF, device, mapped(library.features(device), kind))]
        for place, child in enumerate(device.children, 1):
            features, own = library.features(child), library.kind(child)
            if kind == "hub":
                self._pieces.append(_Piece(_part(child), child, mapped(features, own)))
            else:
                title = child.alias or f"socket {place}"
                piece = _Piece(ITSELF, child, mapped(features, own, f"_{place}", title))
                self._pieces.append(piece)
        former, self._parts = self._parts, list(dict.fromkeys(p.part for p in self._pieces))
        for part in former:
            if part not in self._parts:
                tell.forgotten(part)
        for part in self._parts:
            tell.described(part, self._description(part))

    def _description(self, part: str) -> Description:
        pieces = [piece for piece in self._pieces if piece.part == part]
        device = pieces[0].device
        known = mac(self._seen.mac) if part == ITSELF else mac(getattr(device, "mac", ""))
        return Description(
            name=device.alias or f"{MAKER} {device.model}",
            endpoints=tuple(e for piece in pieces for e in piece.mapped.endpoints),
            maker=MAKER,
            model=device.model,
            version=device.device_info.firmware_version,
            identities=told(known),
            troubles=tuple(t for piece in pieces for t in piece.mapped.troubles),
        )

    def _report(self, tell: Tell) -> None:
        """Tell what changed."""
        for piece in self._pieces:
            if piece.part != ITSELF:
                self._reach(piece, tell)
            said = library.values(piece.device)
            for bound in piece.mapped.bound:
                if bound.feature not in said:
                    continue
                raw = said[bound.feature]
                value = None if raw is None else bound.read(raw)
                key = (piece.part, bound.endpoint, bound.name)
                if key not in self._values or self._values[key] != value:
                    self._values[key] = value
                    tell.reported(piece.part, bound.endpoint, bound.name, value)

    def _reach(self, piece: _Piece, tell: Tell) -> None:
        """Tell whether the hub hears a device behind it."""
        heard = library.is_heard(piece.device)
        if self._heard.get(piece.part, True) is not heard:
            reason = "" if heard else "its hub does not hear it"
            tell.reached(piece.part, available=heard, reason=reason)
        self._heard[piece.part] = heard

    async def _watch(self, device: "kasa.Device", tell: Tell) -> None:
        missed, soon = 0, list[float]()
        while True:
            wait_s = soon.pop(0) if soon else self._pace.every_s
            try:
                async with asyncio.timeout(wait_s):
                    await self._commanded.wait()
                self._commanded.clear()
                soon = list(self._pace.after_s)
                continue
            except TimeoutError:
                pass
            try:
                async with self._turn:
                    await library.update(device)
            except AccessError:
                raise
            except LinkError:
                missed += 1
                if missed >= self._pace.missed:
                    raise
                continue
            missed = 0
            if [piece.device for piece in self._pieces[1:]] != list(device.children):
                self._describe(device, tell)
            self._report(tell)


async def _done(device: "kasa.Device", work: Mapping[str, object]) -> str:
    """Set what is to be set; return why it could not be, or ""."""
    for feature, value in work.items():
        if feature == "hsv" and isinstance(value, tuple):
            hue, saturation = (_number(part) for part in value)
            refusal = await library.set_colour(device, round(hue) % 360, round(saturation))
        else:
            refusal = await library.set_feature(device, feature, value)
        if refusal:
            return refusal
    return ""


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _part(child: "kasa.Device") -> str:
    return slug(child.device_id)

"""A MIoT-Spec as a profile: every service becomes endpoints of the vocabulary. Pure."""

from collections.abc import Sequence

from drivers.miio.draft import Draft
from drivers.miio.profile import Profile
from drivers.miio.services.air import fan, humidifier
from drivers.miio.services.cleaning import vacuum
from drivers.miio.services.climate import climate
from drivers.miio.services.lights import light, switch
from drivers.miio.services.moving import curtain
from drivers.miio.services.part import Part
from drivers.miio.services.plain import plain
from drivers.miio.services.sensed import sensed
from drivers.miio.services.sound import speaker
from drivers.miio.spec import Spec
from drivers.miio.wires import MOST, MiotWire

_TOLD_OTHERWISE = "device-information"
"""The service that says what `miIO.info` says as well."""


def profile_of(spec: Spec, did: str) -> Profile:
    """Return the profile of a model. `did` is the device's id, as it is written in requests."""
    wire = MiotWire(did, spec.most or MOST)
    draft = Draft()
    parts = [Part(s, wire.action) for s in spec.services if s.kind != _TOLD_OTHERWISE]
    for part in parts:
        # Makers of power strips have sockets beside the standard's one as services of their own.
        if part.service.standard or part.kind == "switch":
            _shaped(draft, part, parts)
    for part in parts:
        sensed(draft, part)
    for part in parts:
        plain(draft, part)
    return draft.profile(wire)


def _shaped(draft: Draft, part: Part, parts: Sequence[Part]) -> None:
    """Add the endpoint that a service of the standard is, if its kind is known."""
    match part.kind:
        case "light" | "ambient-light" | "night-light":
            light(draft, part)
        case "switch" | "outlet":
            switch(draft, part)
        case "fan" | "ceiling-fan" | "air-purifier" | "air-fresh" | "fresh-air":
            fan(draft, part)
        case "humidifier" | "dehumidifier":
            humidifier(draft, part, _first(parts, "environment"))
        case "air-conditioner" | "heater" | "thermostat" | "ptc-bath-heater":
            climate(draft, part, _first(parts, "fan-control"), _first(parts, "environment"))
        case "curtain" | "window-opener" | "airer":
            curtain(draft, part)
        case "vacuum" | "sweep":
            vacuum(draft, part, [p for p in parts if p is not part])
        case "speaker" | "play-control":
            speaker(draft, part)


def _first(parts: Sequence[Part], kind: str) -> Part | None:
    return next((p for p in parts if p.kind == kind), None)

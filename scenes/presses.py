"""Presses and other momentary events, bound to the home."""

from hubd.core.listening import signal_key
from hubd.model.vocabulary import SIGNALS
from scenes.binding import Scope, bind_states
from scenes.language import Trigger
from scenes.triggers import Pressed

_PRESSES = {"Switch.pressed": "was pressed", "Motion.seen": "saw motion", "Doorbell.rang": "rang"}


def bind_pressed(words: Trigger, scope: Scope) -> Pressed:
    """Return what `pressed:` of `words` is in the home."""
    clauses: dict[str, str] = {}
    kinds = frozenset({words.press}) if words.press else frozenset[str]()
    for device in scope.things(words.pressed):
        for endpoint in device.endpoints:
            for signal in endpoint.signals:
                done = _PRESSES.get(signal.name) or SIGNALS.get(signal.name, "happened")
                which = f" ({endpoint.name})" if endpoint.name else ""
                key = signal_key(device.id, endpoint.id, signal.name)
                clauses[key] = f"{device.name}{which} {done}"
    return Pressed(clauses, kinds, bind_states(words, scope))

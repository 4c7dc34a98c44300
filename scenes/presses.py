"""Presses and other momentary events, bound to the home."""

from hubd.core.listening import STARTED, call_key, message_key, signal_key
from hubd.model.vocabulary import SIGNALS
from scenes.binding import Scope, bind_states
from scenes.language import Trigger
from scenes.triggers import Hears, Pressed

_PRESSES = {"Switch.pressed": "was pressed", "Motion.seen": "saw motion", "Doorbell.rang": "rang"}


def bind_heard(words: Trigger, scope: Scope) -> Hears:
    """Return what `message:`, `called:` or `started:` of `words` is in the home."""
    state = bind_states(words, scope)
    if words.message is not None:
        return Hears(message_key(words.message.topic), "", state, words.message.payload)
    if words.called:
        return Hears(call_key(words.called), f'"{words.called}" was called', state)
    return Hears(STARTED, "the hub started", state)


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

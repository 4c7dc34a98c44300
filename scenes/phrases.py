"""Words for things and values: what the home's people call them."""

from hubd.core.home import Home
from hubd.model.ids import DeviceId, EndpointId, PersonId, PropertyId, SceneId, split_property_id
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, term
from scenes.clock import local

_BOOLEANS: dict[str, tuple[str, str]] = {
    "OnOff.on": ("on", "off"),
    "OccupancySensing.occupied": ("seeing someone", "seeing nobody"),
    "BooleanState.open": ("open", "closed"),
    "BooleanState.leak": ("wet", "dry"),
    "DoorLock.locked": ("locked", "unlocked"),
    "Valve.open": ("open", "closed"),
    "Presence.home": ("home", "away"),
}
"""What a property is while it is true, and while it is false."""

_CHANGES: dict[str, tuple[str, str]] = {
    "OnOff.on": ("{} went on", "{} went off"),
    "OccupancySensing.occupied": ("{} saw someone", "{} sees nobody any more"),
    "BooleanState.open": ("{} opened", "{} closed"),
    "BooleanState.leak": ("{} found water", "{} is dry again"),
    "BooleanState.rain": ("{} felt rain", "{} feels no rain any more"),
    "BooleanState.freeze": ("{} is freezing", "{} is freezing no more"),
    "BooleanState.vibration": ("{} shook", "{} is still again"),
    "BooleanState.bed": ("someone lay down on {}", "nobody is on {} any more"),
    "BooleanState.connected": ("{} is connected", "{} lost its connection"),
    "BooleanState.problem": ("{} has a problem", "{} is well again"),
    "SmokeCoAlarm.smoke": ("{} smelt smoke", "{} smells no smoke any more"),
    "SmokeCoAlarm.co": ("{} found carbon monoxide", "{} finds no carbon monoxide any more"),
    "SmokeCoAlarm.gas": ("{} smelt gas", "{} smells no gas any more"),
    "SmokeCoAlarm.tamper": ("{} was tampered with", "{} is untouched again"),
    "PowerSource.batteryLow": ("the battery of {} is low", "the battery of {} is good again"),
    "PowerSource.charging": ("{} is charging", "{} stopped charging"),
    "DoorLock.locked": ("{} was locked", "{} was unlocked"),
    "Valve.open": ("{} opened", "{} closed"),
    "FanControl.oscillating": ("{} began to swing", "{} stopped swinging"),
    "Presence.home": ("{} came home", "{} left home"),
}
"""What happened when a property became true, and when it became false."""

_ORDERS: dict[str, tuple[str, str]] = {
    "OnOff.on": ("go on", "go off"),
    "DoorLock.locked": ("lock", "unlock"),
    "Valve.open": ("open", "close"),
    "FanControl.oscillating": ("swing", "stop swinging"),
}

_IS: dict[str, str] = {
    "LevelControl.level": "{} is at {}",
    "FanControl.speed": "{} runs at {}",
    "WindowCovering.position": "{} is {} open",
    "Valve.level": "{} is {} open",
    "Thermostat.setpoint": "{} is set to {}",
    "ColorControl.colorTemperature": "{} shines at {}",
    "MediaPlayback.state": "{} is {}",
    "RvcOperationalState.state": "{} is {}",
    "AlarmPanel.state": "{} is {}",
    "Presence.place": "{} is at {}",
    "Home.mode": "{} is in the mode {}",
    "Number.value": "{} is {}",
    "Select.option": "{} is {}",
    "Text.value": "{} is {}",
}
"""What a thing is that is at a value."""


_KINDS_OF_OWNERS = {"agent": "the agent", "habit": "the habit", "safety": "the safety rule"}


def called_device(device: DeviceId, home: Home) -> str:
    """Return the name of `device`; its id in words if it is not in the home."""
    known = home.devices.get(device)
    return known.name if known is not None else titled(device)


def called_endpoint(device: DeviceId, endpoint: EndpointId, home: Home) -> str:
    """Return the name of a device, and which part of it where it has several."""
    known = home.devices.get(device)
    if known is None:
        return titled(device)
    part = next((e.name for e in known.endpoints if e.id == endpoint), "")
    return f"{known.name} ({part})" if part and len(known.endpoints) > 1 else known.name


def called(prop: PropertyId, home: Home) -> str:
    """Return what people call the thing that `prop` is a property of."""
    device, endpoint, _ = split_property_id(prop)
    return called_endpoint(device, endpoint, home)


def titled(an_id: str) -> str:
    """Return an id as words: `hall_lamp` is "Hall lamp"."""
    words = an_id.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def scene_called(scene: SceneId) -> str:
    """Return what a scene is called, in quotes."""
    return f'the scene "{titled(scene)}"'


def owner_called(owner: str, home: Home) -> str:
    """Return who `owner` (Claim.owner, Event.source) is, as a subject of a sentence."""
    kind, _, which = owner.partition(":")
    match kind:
        case "scene":
            return scene_called(SceneId(which))
        case "person":
            person = home.people.get(PersonId(which))
            return person.name if person is not None else titled(which)
        case "hand":
            return f"someone at {called_device(DeviceId(which), home)} itself"
        case "agent" | "habit" | "safety":
            return f'{_KINDS_OF_OWNERS[kind]} "{titled(which)}"'
        case _:
            return "the hub"


def value_words(name: str, value: Value) -> str:
    """Return a value of the property `name` in words: "on", "40 %", "heat"."""
    match value:
        case None:
            return "unknown"
        case bool():
            yes, no = _BOOLEANS.get(name, ("yes", "no"))
            return yes if value else no
        case int() | float():
            unit = term(name).unit
            return f"{number(value)} {unit}".rstrip()
        case _:
            return value.replace("_", " ")


def number(value: float) -> str:
    """Return `value` as people write it: without needless digits."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def title_of(name: str) -> str:
    """Return what the property `name` is called; its own last part if nobody named it."""
    return term(name).title or name.rpartition(".")[2]


def happened(thing: str, name: str, value: Value) -> str:
    """Return what happened to `thing` when its property `name` became `value`."""
    if isinstance(value, bool):
        became = _CHANGES.get(name)
        if became is not None:
            return became[0 if value else 1].format(thing)
        return f"{thing} says {title_of(name)}: {value_words(name, value)}"
    return is_at(thing, name, value)


def is_at(thing: str, name: str, value: Value) -> str:
    """Return how `thing` is while its property `name` is `value`."""
    words = value_words(name, value)
    if value is None:
        return f"the {title_of(name)} of {thing} is unknown"
    if name in _BOOLEANS:
        return f"{thing} is {words}"
    if name in _IS:
        return _IS[name].format(thing, words)
    return f"the {title_of(name)} of {thing} is {words}"


def order(name: str, value: Value) -> str:
    """Return what a thing does that is to bring its property `name` to `value`: "go on"."""
    if isinstance(value, bool) and name in _ORDERS:
        return _ORDERS[name][0 if value else 1]
    words = value_words(name, value)
    match name:
        case "WindowCovering.position" | "Valve.level":
            return {100: "open", 0: "close"}.get(_whole(value), f"open to {words}")
        case "LevelControl.level" | "FanControl.speed":
            return f"go to {words}"
        case "Thermostat.setpoint":
            return f"keep {words}"
        case _:
            return f"set its {title_of(name)} to {words}"


def deed(name: str, argument: Value) -> str:
    """Return what a thing does that carries out the action `name`: "start cleaning"."""
    verb = ACTIONS.get(name, name.rpartition(".")[2])
    return verb if argument is None else f"{verb} ({value_words(name, argument)})"


def clock_words(at_us: int, home: Home) -> str:
    """Return the local time, as in 19:04:12."""
    return local(at_us, home.place).strftime("%H:%M:%S")


def seconds_words(duration_us: int) -> str:
    """Return how long something took, as in "0.1 s"."""
    seconds = duration_us / 1e6
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"


def _whole(value: Value) -> int:
    return round(value) if isinstance(value, int | float) else -1

"""What guards a home: locks, alarm panels, sirens."""

from aioesphomeapi import (
    AlarmControlPanelCommand,
    AlarmControlPanelEntityFeature,
    AlarmControlPanelEntityState,
    AlarmControlPanelInfo,
    AlarmControlPanelState,
    LockCommand,
    LockEntityState,
    LockInfo,
    LockState,
    SirenInfo,
    SirenState,
)

from drivers.esphome.entity import (
    Entity,
    Order,
    Values,
    Wish,
    action,
    choice,
    endpoint,
    flag,
    only,
    prop,
    settable,
    told,
    trouble,
)
from hubd.model.device import DeviceType
from hubd.model.value import Value

_LOCKED, _BOLT, _UNBOLT = "DoorLock.locked", "DoorLock.state", "DoorLock.unbolt"
_ALARM, _RAISE = "AlarmPanel.state", "AlarmPanel.trigger"
_ON, _TONE = "OnOff.on", "Siren.tone"


def lock(info: LockInfo) -> Entity:
    """Return a lock as an endpoint. A bolt on its way, or stuck, has not locked the door."""

    def read(state: LockEntityState) -> Values:
        if state.state is None or state.state is LockState.NONE:
            return [(_LOCKED, None), (_BOLT, None)]
        return [(_LOCKED, state.state is LockState.LOCKED), (_BOLT, state.state.name.lower())]

    def write(wish: Wish) -> Order:
        command = LockCommand.LOCK if flag(only(wish, _LOCKED)) else LockCommand.UNLOCK
        return lambda client: client.lock_command(info.key, command, device_id=info.device_id)

    def unbolt(_argument: Value) -> Order:
        return lambda client: client.lock_command(
            info.key, LockCommand.OPEN, device_id=info.device_id
        )

    states = tuple(s.name.lower() for s in LockState if s is not LockState.NONE)
    without_code = trouble(info, "lock", "not carried yet: its code; commands go without one")
    return Entity(
        endpoint(
            info,
            "lock",
            DeviceType.DOOR_LOCK,
            properties=[settable(_LOCKED), prop(_BOLT, choices=states)],
            actions=[action(_UNBOLT)] if info.supports_open else [],
        ),
        told(LockEntityState, read),
        write,
        {_UNBOLT: unbolt} if info.supports_open else {},
        (without_code,) if info.requires_code else (),
    )


_ARMED = {
    "armed_home": (AlarmControlPanelCommand.ARM_HOME, AlarmControlPanelEntityFeature.ARM_HOME),
    "armed_away": (AlarmControlPanelCommand.ARM_AWAY, AlarmControlPanelEntityFeature.ARM_AWAY),
    "armed_night": (AlarmControlPanelCommand.ARM_NIGHT, AlarmControlPanelEntityFeature.ARM_NIGHT),
    "armed_vacation": (
        AlarmControlPanelCommand.ARM_VACATION,
        AlarmControlPanelEntityFeature.ARM_VACATION,
    ),
    "armed_custom_bypass": (
        AlarmControlPanelCommand.ARM_CUSTOM_BYPASS,
        AlarmControlPanelEntityFeature.ARM_CUSTOM_BYPASS,
    ),
}
"""State -> the command that brings it about, and the feature by which a panel has it."""


def alarm_control_panel(info: AlarmControlPanelInfo) -> Entity:
    """Return an alarm panel as an endpoint."""
    features = info.supported_features
    commands = {"disarmed": AlarmControlPanelCommand.DISARM} | {
        state: command for state, (command, feature) in _ARMED.items() if features & feature
    }
    raises = bool(features & AlarmControlPanelEntityFeature.TRIGGER)

    def read(state: AlarmControlPanelEntityState) -> Values:
        return [(_ALARM, None if state.state is None else state.state.name.lower())]

    def write(wish: Wish) -> Order:
        command = choice(only(wish, _ALARM), commands)
        return lambda client: client.alarm_control_panel_command(
            info.key, command, device_id=info.device_id
        )

    def trigger(_argument: Value) -> Order:
        return lambda client: client.alarm_control_panel_command(
            info.key, AlarmControlPanelCommand.TRIGGER, device_id=info.device_id
        )

    states = tuple(s.name.lower() for s in AlarmControlPanelState)
    without_code = trouble(
        info, "alarm_control_panel", "not carried yet: its code; commands go without one"
    )
    return Entity(
        endpoint(
            info,
            "alarm_control_panel",
            DeviceType.ALARM_PANEL,
            properties=[settable(_ALARM, choices=states)],
            actions=[action(_RAISE)] if raises else [],
        ),
        told(AlarmControlPanelEntityState, read),
        write,
        {_RAISE: trigger} if raises else {},
        (without_code,) if info.requires_code or info.requires_code_to_arm else (),
    )


def siren(info: SirenInfo) -> Entity:
    """Return a siren as an endpoint. It never tells its tone: what was sent is taken as so."""
    tones = {tone: tone for tone in info.tones}

    def read(state: SirenState) -> Values:
        return [(_ON, state.state)]

    def write(wish: Wish) -> Order:
        values = wish.values
        on = flag(values[_ON]) if _ON in values else None
        tone = choice(values[_TONE], tones) if _TONE in values else None
        return lambda client: client.siren_command(
            info.key, state=on, tone=tone, device_id=info.device_id
        )

    properties = [settable(_ON)]
    if tones:
        properties.append(settable(_TONE, assumed=True, choices=tuple(tones)))
    left = [
        trouble(info, "siren", f"not carried: its {what}, which it takes only as it starts")
        for what, there in (("loudness", info.supports_volume), ("length", info.supports_duration))
        if there
    ]
    return Entity(
        endpoint(info, "siren", DeviceType.SIREN, properties=properties),
        told(SirenState, read),
        write,
        troubles=tuple(left),
    )

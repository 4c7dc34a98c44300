"""Media players."""

from collections.abc import Callable, Mapping
from functools import partial

from aioesphomeapi import (
    APIVersion,
    MediaPlayerCommand,
    MediaPlayerEntityFeature,
    MediaPlayerEntityState,
    MediaPlayerInfo,
    MediaPlayerState,
)
from aioesphomeapi.client import APIClient
from msgspec import Struct

from drivers.esphome.entity import (
    Entity,
    Order,
    Values,
    Wish,
    action,
    endpoint,
    flag,
    percent,
    prop,
    settable,
    share,
    text,
    told,
)
from hubd.model.device import DeviceType, Property
from hubd.model.value import Value, ValueType

_ON, _STATE = "OnOff.on", "MediaPlayback.state"
_VOLUME, _MUTED, _URL = "MediaPlayback.volume", "MediaPlayback.muted", "MediaPlayback.playUrl"
_STATES: Mapping[MediaPlayerState, str] = {
    MediaPlayerState.IDLE: "idle",
    MediaPlayerState.ON: "idle",
    MediaPlayerState.PLAYING: "playing",
    MediaPlayerState.ANNOUNCING: "playing",
    MediaPlayerState.PAUSED: "paused",
    MediaPlayerState.OFF: "off",
}
_DOES = {
    "MediaPlayback.play": (MediaPlayerCommand.PLAY, MediaPlayerEntityFeature.PLAY),
    "MediaPlayback.pause": (MediaPlayerCommand.PAUSE, MediaPlayerEntityFeature.PAUSE),
    "MediaPlayback.stop": (MediaPlayerCommand.STOP, MediaPlayerEntityFeature.STOP),
}

_ADDRESS = Property("url", ValueType.STRING)


def media_player(info: MediaPlayerInfo, api: APIVersion) -> Entity:
    """Return a media player as an endpoint. The API has no titles, and no way to the next one."""
    player = _Player(info.key, info.device_id, info.feature_flags_compat(api))
    actions = player.actions()
    return Entity(
        endpoint(
            info,
            "media_player",
            DeviceType.SPEAKER,
            properties=player.properties(),
            actions=[action(n, _ADDRESS if n == _URL else None) for n in actions],
        ),
        told(MediaPlayerEntityState, player.read),
        player.write,
        actions,
    )


class _Player(Struct, frozen=True):
    """A media player, by what it can do."""

    key: int
    device: int
    features: int

    def _can(self, *features: MediaPlayerEntityFeature) -> bool:
        return all(self.features & feature for feature in features)

    def _turns(self) -> bool:
        return self._can(MediaPlayerEntityFeature.TURN_ON, MediaPlayerEntityFeature.TURN_OFF)

    def properties(self) -> list[Property]:
        louder = self._can(MediaPlayerEntityFeature.VOLUME_SET)
        mutes = self._can(MediaPlayerEntityFeature.VOLUME_MUTE)
        return [
            prop(_STATE, choices=("playing", "paused", "idle", "off")),
            (settable if louder else prop)(_VOLUME),
            (settable if mutes else prop)(_MUTED),
            *([settable(_ON)] if self._turns() else []),
        ]

    def actions(self) -> Mapping[str, Callable[[Value], Order]]:
        out: dict[str, Callable[[Value], Order]] = {
            name: partial(self._do, command)
            for name, (command, feature) in _DOES.items()
            if self._can(feature)
        }
        if self._can(MediaPlayerEntityFeature.PLAY_MEDIA):
            out[_URL] = self._play
        return out

    def read(self, state: MediaPlayerEntityState) -> Values:
        playing = None if state.state is None else _STATES.get(state.state)
        out: list[tuple[str, Value]] = [
            (_STATE, playing),
            (_VOLUME, percent(state.volume)),
            (_MUTED, state.muted),
        ]
        if self._turns():
            out.append((_ON, None if playing is None else playing != "off"))
        return out

    def write(self, wish: Wish) -> Order:
        values = wish.values
        volume = share(values[_VOLUME]) if _VOLUME in values else None
        commands = []
        if _ON in values:
            on = flag(values[_ON])
            commands.append(MediaPlayerCommand.TURN_ON if on else MediaPlayerCommand.TURN_OFF)
        if _MUTED in values:
            muted = flag(values[_MUTED])
            commands.append(MediaPlayerCommand.MUTE if muted else MediaPlayerCommand.UNMUTE)

        def order(client: APIClient) -> None:
            for command in commands:
                client.media_player_command(self.key, command=command, device_id=self.device)
            if volume is not None:
                client.media_player_command(self.key, volume=volume, device_id=self.device)

        return order

    def _do(self, command: MediaPlayerCommand, _argument: Value) -> Order:
        return lambda client: client.media_player_command(
            self.key, command=command, device_id=self.device
        )

    def _play(self, url: Value) -> Order:
        address = text(url, 1)
        return lambda client: client.media_player_command(
            self.key, media_url=address, device_id=self.device
        )

"""What a receiver tells of itself and of what it plays, as the vocabulary's values. Pure.

Source: https://developers.google.com/cast/docs/media/messages, and the library's own reading of it.
Whatever JSON a device sends is in the fields, of whatever type.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from pychromecast.controllers.media import MediaStatus
from pychromecast.controllers.receiver import VOLUME_CONTROL_TYPE_FIXED, CastStatus

from drivers.kit.errors import MalformedError
from drivers.kit.numbers import is_number
from hubd.model.device import Action, DeviceType, Endpoint, Property
from hubd.model.ids import EndpointId
from hubd.model.value import Value, ValueType
from hubd.model.vocabulary import ACTIONS, typical

ENDPOINT = EndpointId("player")
STATE, VOLUME, MUTED = "MediaPlayback.state", "MediaPlayback.volume", "MediaPlayback.muted"
TITLE, ARTIST, APP = "MediaPlayback.title", "MediaPlayback.artist", "MediaPlayback.app"
PLAY, PAUSE, STOP = "MediaPlayback.play", "MediaPlayback.pause", "MediaPlayback.stop"
NEXT, PREVIOUS = "MediaPlayback.next", "MediaPlayback.previous"
PLAY_URL = "MediaPlayback.playUrl"

LONGEST = 4096
"""The longest text that is carried, in characters."""
MEDIA = "urn:x-cast:com.google.cast.media"
"""What an app that plays speaks."""
_BACKDROP = "E8C28D3C"
"""The app that shows pictures while there is nothing to do."""
_PLAYERS: Mapping[str, str] = {
    "PLAYING": "playing",
    "PAUSED": "paused",
    "BUFFERING": "buffering",
    "LOADING": "buffering",
}


class Heard(Struct, frozen=True):
    """All that was told so far. `whole`: nothing more is to come before something changes."""

    values: Sequence[tuple[str, Value]]
    fixed: bool
    whole: bool


def heard(receiver: CastStatus, media: MediaStatus, *, of_media: bool) -> Heard:
    """Return what a receiver's status and that of its player say. Raises MalformedError."""
    busy = receiver.app_id is not None and receiver.app_id != _BACKDROP
    muted: object = receiver.volume_muted
    if not isinstance(muted, bool):
        raise MalformedError(f"tells {muted!r:.40} as muted")
    metadata = _metadata(media.media_metadata)
    return Heard(
        (
            (STATE, _playback(receiver, media)),
            (VOLUME, _percent(receiver.volume_level)),
            (MUTED, muted),
            (TITLE, _text("title", metadata.get("title"))),
            (ARTIST, _text("artist", metadata.get("artist") or metadata.get("albumArtist"))),
            (APP, _text("app", receiver.display_name) if busy else None),
        ),
        receiver.volume_control_type == VOLUME_CONTROL_TYPE_FIXED,
        of_media or MEDIA not in receiver.namespaces,
    )


def player(*, fixed: bool) -> Endpoint:
    """Return the endpoint; `fixed` if its loudness is set elsewhere."""
    actions = (PLAY, PAUSE, STOP, NEXT, PREVIOUS)
    choices = ("playing", "paused", "buffering", "idle", "off")
    return Endpoint(
        ENDPOINT,
        DeviceType.SPEAKER,
        properties=(
            replace(typical(STATE), choices=choices),
            typical(VOLUME, writable=not fixed),
            typical(MUTED, writable=not fixed),
            typical(TITLE),
            typical(ARTIST),
            typical(APP),
        ),
        actions=(
            *(Action(name, ACTIONS[name]) for name in actions),
            Action(PLAY_URL, ACTIONS[PLAY_URL], Property("url", ValueType.STRING)),
        ),
    )


def _metadata(said: object) -> Mapping[object, object]:
    return said if isinstance(said, dict) else {}


def _playback(receiver: CastStatus, media: MediaStatus) -> str:
    """Return what is going on: what plays, or why nothing does."""
    said: object = media.player_state
    if isinstance(said, str) and said in _PLAYERS:
        return _PLAYERS[said]
    return "off" if receiver.is_stand_by is True else "idle"


def _percent(said: object) -> float:
    if not is_number(said):
        raise MalformedError(f"tells {said!r:.40} as volume")
    return round(min(1.0, max(0.0, said)) * 100, 1)


def _text(what: str, said: object) -> str | None:
    if said is None or said == "":
        return None
    if not isinstance(said, str) or len(said) > LONGEST:
        raise MalformedError(f"tells {said!r:.40} as {what}")
    return said

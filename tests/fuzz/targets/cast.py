"""Google Cast: what receivers and players tell."""

from collections.abc import Sequence

from pychromecast.const import CAST_TYPE_AUDIO
from pychromecast.controllers.media import MediaStatus
from pychromecast.controllers.receiver import CastStatus, ReceiverController

from drivers.cast.orders import order_of
from drivers.cast.status import ENDPOINT, heard, player
from hubd.model.command import Command
from hubd.model.ids import DeviceId
from tests.fuzz.ears import judge, judge_endpoints
from tests.fuzz.target import Target, as_json, document, field, tried, wished

_LIBRARY = (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError)
"""What the library raises for messages that are none; it does so in a thread of its own."""


def _status(data: bytes) -> None:
    said = document(data)
    try:
        receiver = _receiver(field(said, "receiver"))
        media = MediaStatus()
        media.update({"status": [field(said, "media")]})
    except _LIBRARY:
        return
    for of_media in (False, True):
        told = tried(lambda: heard(receiver, media, of_media=of_media))  # noqa: B023
        if told is not None:
            described = {p.name for p in player(fixed=told.fixed).properties}
            for name, value in told.values:
                assert name in described
                judge(value)
    judge_endpoints((player(fixed=False),))
    for prop in player(fixed=False).properties:
        wished(lambda v, n=prop.name: order_of(Command(DeviceId("d"), ENDPOINT, n, v, 0)))  # type: ignore[misc]
    title = field(field(field(said, "media"), "media"), "contentId")
    asked = (title if isinstance(title, str) else None, "http://a/b", "http://[")
    name = "MediaPlayback.playUrl"
    wished(lambda v: order_of(Command(DeviceId("d"), ENDPOINT, name, v, 0, action=True)), asked)


def _receiver(said: object) -> CastStatus:
    status: CastStatus = ReceiverController._parse_status({"status": said}, CAST_TYPE_AUDIO)
    return status


def _seeds() -> Sequence[bytes]:
    playing = {
        "playerState": "PLAYING",
        "mediaSessionId": 1,
        "supportedMediaCommands": 15,
        "currentTime": 1.5,
        "media": {
            "contentId": "http://10.0.0.7/a.mp3",
            "contentType": "audio/mpeg",
            "metadata": {"title": "T", "artist": "A", "albumArtist": "B", "images": []},
        },
    }
    receiver = {
        "isStandBy": False,
        "isActiveInput": True,
        "volume": {"level": 0.5, "muted": False, "controlType": "attenuation"},
        "applications": [
            {
                "appId": "CC1AD845",
                "displayName": "Player",
                "sessionId": "s",
                "transportId": "t",
                "statusText": "x",
                "namespaces": [{"name": "urn:x-cast:com.google.cast.media"}],
            }
        ],
    }
    return as_json(
        {"receiver": receiver, "media": playing},
        {"receiver": {"isStandBy": True, "volume": {"level": 1, "muted": True}}, "media": {}},
    )


TARGETS = (Target("cast.status", ("drivers.cast",), _status, _seeds),)

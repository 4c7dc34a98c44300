"""What a receiver is asked, and what its answer means. The orders run in a thread: they wait."""

import mimetypes
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlsplit

from pychromecast import Chromecast
from pychromecast.controllers.media import STREAM_TYPE_BUFFERED
from pychromecast.response_handler import WaitResponse

from drivers.cast import status
from drivers.kit.errors import RefusedError
from drivers.kit.numbers import is_number
from hubd.model.command import Command
from hubd.model.value import Value

ANSWER_S = 8.0
LOAD_S = 20.0
"""An app may have to be started first."""
_ANY_TYPE = "audio/mpeg"
_DONE = frozenset({"MEDIA_STATUS", "RECEIVER_STATUS"})
_LONGEST_URL = 2048

type Order = Callable[[Chromecast], None]
"""Raises RefusedError, and the library's PyChromecastError."""


def order_of(command: Command) -> Order:
    """Return what carries out a command. Raises RefusedError."""
    if not command.action:
        match command.name:
            case status.VOLUME:
                return partial(_set_volume, _share(command.value))
            case status.MUTED:
                return partial(_set_muted, _flag(command.value))
    elif command.name == status.PLAY_URL:
        return partial(_load, _url(command.value))
    elif command.name in _ASKED:
        return partial(_ask, _ASKED[command.name])
    raise RefusedError(f"it has no {command.name}")


_ASKED: Mapping[str, Mapping[str, str | int]] = {
    status.PLAY: {"type": "PLAY"},
    status.PAUSE: {"type": "PAUSE"},
    status.STOP: {"type": "STOP"},
    status.NEXT: {"type": "QUEUE_UPDATE", "jump": 1},
    status.PREVIOUS: {"type": "QUEUE_UPDATE", "jump": -1},
}


def _set_volume(level: float, cast: Chromecast) -> None:
    cast.set_volume(level, timeout=ANSWER_S)


def _set_muted(muted: bool, cast: Chromecast) -> None:
    cast.set_volume_muted(muted, timeout=ANSWER_S)


def _ask(said: Mapping[str, str | int], cast: Chromecast) -> None:
    """Ask the player for what the library's own methods ask, and look at the answer."""
    media = cast.media_controller
    session = media.status.media_session_id
    if session is None:
        raise RefusedError("it plays nothing", mend="Start something first")
    waiter = WaitResponse(ANSWER_S, str(said["type"]))
    message = {**said, "mediaSessionId": session}
    media.send_message(message, inc_session_id=True, callback_function=waiter.callback)
    _answered(waiter)


def _load(url: str, cast: Chromecast) -> None:
    kind = mimetypes.guess_type(urlsplit(url).path)[0] or _ANY_TYPE
    waiter = WaitResponse(LOAD_S, "LOAD")
    cast.media_controller.play_media(
        url, kind, stream_type=STREAM_TYPE_BUFFERED, callback_function=waiter.callback
    )
    _answered(waiter)


def _answered(waiter: WaitResponse) -> None:
    waiter.wait_response()
    answer = waiter.response or {}
    kind = answer.get("type")
    if not isinstance(kind, str) or kind not in _DONE:
        reason = answer.get("reason") or answer.get("detailedErrorCode") or kind
        raise RefusedError(f"it does not do that: {str(reason)[:80]}")


def _share(value: Value) -> float:
    if not is_number(value) or not 0 <= value <= 100:
        raise RefusedError(f"it takes 0 to 100 %, not {value!r}")
    return value / 100


def _flag(value: Value) -> bool:
    if not isinstance(value, bool):
        raise RefusedError(f"it takes yes or no, not {value!r}")
    return value


def _url(value: Value) -> str:
    if isinstance(value, str) and len(value) <= _LONGEST_URL:
        try:
            parts = urlsplit(value)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme in {"http", "https"} and parts.netloc:
            return value
    raise RefusedError("it takes an address that begins with http:// or https://")

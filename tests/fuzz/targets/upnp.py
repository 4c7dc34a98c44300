"""UPnP's renderers: what they say of what they play."""

from collections.abc import Sequence

from drivers.kit.errors import RefusedError
from drivers.upnp import codec
from hubd.model.value import Value
from tests.fuzz.ears import judge, judge_endpoints
from tests.fuzz.target import DEVICE, Target, as_json, document, field, typed, wished

_STRANGE: tuple[Value, ...] = ("http://10.0.0.7/a.mp3", "http://[", "https://a:99999/", "ftp://x")


def _variables(data: bytes) -> None:
    """Read a renderer's actions, the range of its volume, and its variables."""
    said = document(data)
    actions, low, high = field(said, "actions"), field(said, "low"), field(said, "high")
    named = actions if isinstance(actions, list) else []
    can = codec.Abilities(
        frozenset(a for a in named if isinstance(a, str)),
        *(float(n) if codec.is_number(n) and abs(n) < 1e9 else 0.0 for n in (low, high)),
    )  # fmt: skip
    judge_endpoints((codec.endpoint(can),))
    values = field(said, "values")
    for value in values if isinstance(values, list) else ():
        judge(codec.state(value))
        judge(codec.text(value))
        if can.volume and codec.is_number(value) and abs(value) < 1e300:
            judge(can.percent(value))
        codec.foreign([str(value)])
        with typed(RefusedError):
            codec.mime_type(codec.url(value if isinstance(value, str) else None))
    if can.volume:
        wished(can.raw)
    wished(codec.url)
    wished(codec.url, _STRANGE)


def _seeds() -> Sequence[bytes]:
    return as_json(
        {
            "actions": ["Play", "Pause", "SetVolume", "SetMute", "SetAVTransportURI", "Seek"],
            "low": 0,
            "high": 63,
            "values": ["PLAYING", "NOT_IMPLEMENTED", 12, "A title", None, "http://10.0.0.7/a.flac"],
        },
        {"actions": ["Stop"], "low": 5, "high": 5, "values": [1.5, True, {}]},
    )


TARGETS = (
    Target("upnp.variables", ("drivers.upnp.codec",), _variables, _seeds, allowance_bytes=DEVICE),
)

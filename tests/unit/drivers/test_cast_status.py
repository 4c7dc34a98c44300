"""What Google Cast announces and tells, whatever it may be."""

import json
import tracemalloc
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pychromecast.const import CAST_TYPE_AUDIO
from pychromecast.controllers.media import MediaStatus
from pychromecast.controllers.receiver import CastStatus, ReceiverController

from drivers.cast.announced import SERVICE, announced, read_record
from drivers.cast.orders import order_of
from drivers.cast.status import ENDPOINT, heard, player
from drivers.kit.errors import MalformedError, RefusedError
from drivers.kit.found import Trust
from drivers.kit.sighting import Medium, Sighting
from hubd.model.command import Command
from hubd.model.ids import DeviceId
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, TERMS

ID = "0123456789abcdef0123456789abcdef"


def seen(**texts: str) -> Sighting:
    return Sighting(Medium.MDNS, SERVICE, "Speaker-1", "h.local.", ("10.0.0.7",), 8009, texts)


def test_a_group_of_speakers_is_told_from_a_speaker_and_a_screen() -> None:
    for texts, group, shows in (
        ({"md": "Google Cast Group", "ca": "36"}, True, False),
        ({"md": "Nest Audio", "ca": "199172"}, False, False),
        ({"md": "Chromecast", "ca": "4101"}, False, True),
        ({"md": "Unheard of"}, False, True),
    ):
        found = announced(seen(id=ID, fn="It", **texts))
        assert found is not None
        assert (found.key, found.trust, found.needs) == (ID, Trust.OPEN, ())
        record = read_record(found.record)
        assert (record.group, record.shows) == (group, shows)


@pytest.mark.parametrize("said", ["", "0123", "g" * 32])
def test_what_has_no_id_is_malformed(said: str) -> None:
    with pytest.raises(MalformedError):
        announced(seen(id=said))


@given(st.dictionaries(st.sampled_from(["id", "md", "fn", "ca", "st"]), st.text(max_size=60)))
def test_whatever_is_announced_is_recognised_or_malformed(texts: dict[str, str]) -> None:
    for said in (texts, {**texts, "id": ID}):
        try:
            found = announced(seen(**said))
        except MalformedError:
            continue
        assert found is not None
        read_record(found.record)


def test_names_are_the_vocabularys() -> None:
    endpoint = player(fixed=False)
    assert {p.name for p in endpoint.properties} <= TERMS.keys()
    assert {a.name for a in endpoint.actions} <= ACTIONS.keys()


JSON: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
METADATA = st.dictionaries(st.sampled_from(["title", "artist", "albumArtist"]), JSON) | JSON
PLAYING = st.fixed_dictionaries(
    {},
    optional={
        "playerState": st.sampled_from(["PLAYING", "PAUSED", "IDLE", "LOADING"]) | JSON,
        "mediaSessionId": JSON,
        "media": st.fixed_dictionaries({}, optional={"metadata": METADATA}),
    },
)
RECEIVER = st.fixed_dictionaries(
    {},
    optional={
        "isStandBy": JSON,
        "volume": st.fixed_dictionaries(
            {}, optional={"level": JSON | st.floats(0, 1), "muted": JSON, "controlType": JSON}
        ),
        "applications": st.lists(
            st.fixed_dictionaries(
                {}, optional={"appId": JSON, "displayName": JSON, "sessionId": JSON}
            ),
            max_size=1,
        ),
    },
)


def parsed(
    receiver: Mapping[str, object], playing: Mapping[str, object]
) -> tuple[CastStatus, MediaStatus]:
    """Return what the library makes of these messages."""
    media = MediaStatus()
    media.update({"status": [dict(playing)]})
    status = ReceiverController._parse_status({"status": dict(receiver)}, CAST_TYPE_AUDIO)
    return status, media


@given(RECEIVER, PLAYING, st.booleans())
def test_whatever_is_told_is_read_or_malformed(
    receiver: Mapping[str, object], playing: Mapping[str, object], of_media: bool
) -> None:
    status, media = parsed(receiver, playing)
    told_bytes = len(json.dumps([receiver, playing]))
    described = {p.name for p in player(fixed=False).properties}
    tracemalloc.start()
    try:
        said = heard(status, media, of_media=of_media)
        _, peak = tracemalloc.get_traced_memory()
    except MalformedError:
        return
    finally:
        tracemalloc.stop()
    assert peak <= 4 * told_bytes + 8_192
    assert {name for name, _ in said.values} == described
    for _, value in said.values:
        assert value is None or isinstance(value, bool | float | str)


@given(
    st.sampled_from([*sorted(ACTIONS), *sorted(TERMS)]),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("http://a/b"),
    st.booleans(),
)
def test_whatever_is_asked_is_an_order_or_refused(name: str, value: Value, action: bool) -> None:
    command = Command(DeviceId("it"), ENDPOINT, name, value, 0, action=action)
    endpoint = player(fixed=False)
    try:
        order_of(command)
    except RefusedError:
        return
    if action:
        assert name in {a.name for a in endpoint.actions}
    else:
        prop = endpoint.property(name)
        assert prop is not None
        assert prop.writable

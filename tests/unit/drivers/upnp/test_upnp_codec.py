"""What a renderer says becomes the vocabulary's words, whatever it says."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.kit.errors import MalformedError, RefusedError
from drivers.kit.sighting import Medium, Sighting
from drivers.upnp import codec
from drivers.upnp.codec import Abilities, Record
from hubd.model.device import DeviceType
from hubd.model.vocabulary import ACTIONS, TERMS

DEVICE = "urn:schemas-upnp-org:device:MediaRenderer:1"
ALL = Abilities(
    frozenset(
        {"Play", "Pause", "Stop", "Next", "Previous", "SetAVTransportURI", "SetVolume", "SetMute"}
    )
)


def sighting(name: str = f"uuid:ABC-1::{DEVICE}", **texts: str) -> Sighting:
    said = {"location": "http://192.168.1.20:80/d.xml", **texts}
    return Sighting(Medium.SSDP, DEVICE, name, addresses=("192.168.1.20",), port=80, texts=said)


def test_a_renderer_is_found_by_what_its_description_says() -> None:
    found = codec.found(
        sighting(friendlyname="Den", manufacturer="Denon", serialnumber="0005CD-123456")
    )
    assert (found.key, found.name, found.maker) == ("abc-1", "Den", "Denon")
    assert found.identities == ("uuid:abc-1", "mac:0005cd123456", "serial:denon:0005cd-123456")
    assert found.pictured == (DeviceType.SPEAKER,)


def test_one_that_said_nothing_yet_is_known_by_its_address() -> None:
    assert codec.found(sighting()).name == "Media renderer at 192.168.1.20"


@pytest.mark.parametrize(
    "bad",
    [
        sighting("no uuid"),
        sighting("uuid:"),
        sighting("uuid:" + "a" * 100),
        sighting(location=""),
        sighting(location="ftp://192.168.1.20/"),
        sighting(location="http://[::1"),
    ],
)
def test_what_is_not_as_upnp_says_is_refused(bad: Sighting) -> None:
    with pytest.raises(MalformedError):
        codec.found(bad)


def test_all_that_an_endpoint_names_is_in_the_vocabulary() -> None:
    endpoint = codec.endpoint(ALL)
    assert {p.name for p in endpoint.properties} <= TERMS.keys()
    assert {a.name for a in endpoint.actions} <= ACTIONS.keys()
    assert len(endpoint.actions) == 6
    assert {p.name for p in endpoint.properties if p.writable} == {codec.VOLUME, codec.MUTED}


def test_a_renderer_that_can_do_nothing_has_a_state_and_a_title_alone() -> None:
    endpoint = codec.endpoint(Abilities(frozenset()))
    assert {p.name for p in endpoint.properties} == {codec.STATE, codec.TITLE, codec.ARTIST}
    assert endpoint.actions == ()


@given(st.integers(1, 200), st.floats(0, 100))
def test_a_volume_that_was_asked_for_is_confirmed_by_a_renderer_of_any_steps(
    highest: int, percent: float
) -> None:
    can = Abilities(frozenset({"SetVolume"}), 0, highest)
    (volume,) = [p for p in codec.endpoint(can).properties if p.name == codec.VOLUME]
    raw = can.raw(percent)
    assert 0 <= raw <= highest
    assert abs(can.percent(raw) - percent) <= volume.tolerance + 0.051


@pytest.mark.parametrize("value", [None, True, "loud"])
def test_what_is_no_volume_is_refused(value: str | bool | None) -> None:
    with pytest.raises(RefusedError):
        ALL.raw(value)


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("PLAYING", "playing"),
        ("paused_playback", "paused"),
        (" STOPPED ", "idle"),
        ("NO_MEDIA_PRESENT", "idle"),
        ("TRANSITIONING", "buffering"),
        ("VENDOR_DEFINED", None),
        ("", None),
    ],
)
def test_a_state_that_is_unknown_is_none(said: str, means: str | None) -> None:
    assert codec.state(said) == means


@given(st.one_of(st.none(), st.text(), st.integers()))
def test_a_title_is_one_short_line_or_nothing(said: str | int | None) -> None:
    text = codec.text(said)
    assert text is None or (0 < len(text) <= 256 and "\n" not in text)
    assert codec.text("NOT_IMPLEMENTED") is None


@pytest.mark.parametrize("bad", [None, 5, "", "song.mp3", "file:///a", "http://", "http://a\nb"])
def test_only_what_a_renderer_can_fetch_is_played(bad: str | int | None) -> None:
    with pytest.raises(RefusedError):
        codec.url(bad)
    assert codec.url(" http://10.0.0.1/a.mp3 ") == "http://10.0.0.1/a.mp3"


def test_a_record_is_read_as_it_was_written() -> None:
    record = Record("http://192.168.1.20/d.xml", "7")
    assert codec.read_record(codec.write_record(record)) == record


@given(st.one_of(st.text(), st.binary().map(lambda b: b.decode("latin-1"))))
def test_any_record_is_read_or_refused(said: str) -> None:
    tracemalloc.start()
    try:
        codec.read_record(said)
    except MalformedError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak <= 4 * len(said) + 16_384


@given(st.text(), st.dictionaries(st.sampled_from(["location", "friendlyname", "x"]), st.text()))
def test_any_sighting_is_recognised_or_refused(name: str, texts: dict[str, str]) -> None:
    try:
        found = codec.found(sighting(f"uuid:{name}", **texts))
    except MalformedError:
        return
    assert codec.read_record(found.record).location == texts.get(
        "location", "http://192.168.1.20:80/d.xml"
    )


def test_services_of_the_makers_own_are_named() -> None:
    services = [
        "urn:schemas-upnp-org:service:AVTransport:1",
        "urn:schemas-sonos-com:service:Queue:1",
        "urn:schemas-upnp-org:service:RenderingControl:3",
    ]
    assert codec.foreign(services) == ("urn:schemas-sonos-com:service:Queue:1",)

"""A UPnP description says who made a thing; one made to harm is refused."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from drivers.discovery.description import Describer, is_near, of_device, read
from drivers.kit.errors import MalformedError
from drivers.kit.sighting import Medium, Sighting

DOCUMENT = b"""<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0">
  <specVersion><major>1</major></specVersion>
  <device>
    <deviceType>urn:schemas-upnp-org:device:ZonePlayer:1</deviceType>
    <friendlyName>Kitchen &amp; hall</friendlyName>
    <manufacturer>Sonos, Inc.</manufacturer>
    <modelName>Sonos One</modelName>
    <serialNumber>00-0E-58-AA-BB-CC:8</serialNumber>
    <UDN>uuid:RINCON_1</UDN>
    <iconList><icon><modelName>not this</modelName></icon></iconList>
    <deviceList><device>
      <deviceType>urn:schemas-upnp-org:device:MediaRenderer:1</deviceType>
      <friendlyName>Kitchen Media Renderer</friendlyName>
      <UDN>uuid:RINCON_1_MR</UDN>
    </device></deviceList>
  </device>
</root>"""


def test_each_device_of_a_description_speaks_for_itself() -> None:
    devices = read(DOCUMENT)
    assert of_device(devices, "uuid:other")["friendlyname"] == "Kitchen & hall"
    assert of_device(devices, "UUID:RINCON_1_MR")["friendlyname"] == "Kitchen Media Renderer"
    assert devices[0]["modelname"] == "Sonos One"
    assert devices[0]["serialnumber"] == "00-0E-58-AA-BB-CC:8"


BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<root><device><friendlyName>&b;</friendlyName></device></root>"""


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<html></html>",
        DOCUMENT[:-20],
        BOMB,
        b"<a>" * 1000,
        b'<?xml version="1.0" encoding="x"?>',
    ],
)
def test_what_is_no_description_is_refused(document: bytes) -> None:
    with pytest.raises(MalformedError):
        read(document)


@given(
    st.one_of(
        st.binary(max_size=4000),
        st.builds(
            lambda at, cut, new: DOCUMENT[:at] + new + DOCUMENT[at + cut :],
            st.integers(0, len(DOCUMENT)),
            st.integers(0, 60),
            st.binary(max_size=60),
        ),
        st.integers(1, 3000).map(lambda n: b"<root>" + b"<device/>" * n + b"</root>"),
    )
)
def test_any_document_is_read_or_refused_within_bounds(document: bytes) -> None:
    tracemalloc.start()
    try:
        read(document)
    except MalformedError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak <= 4 * len(document) + 65_536


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://192.168.1.20:8200/d.xml", True),
        ("http://[fe80::1]/d.xml", True),
        ("http://127.0.0.1/d.xml", True),
        ("http://8.8.8.8/d.xml", False),
        ("http://example.com/d.xml", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_what_is_near_is_read(url: str, *, near: bool) -> None:
    assert is_near(url) is near


@asynccontextmanager
async def served(answers: list[web.Response]) -> AsyncIterator[str]:
    """Serve these answers one after the other, the last for ever; yield the URL."""

    async def answer(_: web.Request) -> web.Response:
        said = answers.pop(0) if len(answers) > 1 else answers[0]
        return web.Response(status=said.status, body=said.body)

    app = web.Application()
    app.router.add_get("/d.xml", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}/d.xml"
    finally:
        await runner.cleanup()


async def test_a_thing_is_told_at_once_and_again_when_its_description_was_read() -> None:
    told: list[Sighting] = []
    described = asyncio.Event()

    def saw(sighting: Sighting) -> None:
        told.append(sighting)
        if "manufacturer" in sighting.texts:
            described.set()

    describer = Describer(saw)
    async with served([web.Response(body=DOCUMENT)]) as url:
        task = asyncio.create_task(describer.run())
        seen = Sighting(Medium.SSDP, "upnp:rootdevice", "uuid:RINCON_1::x", texts={"location": url})
        describer.take(seen)
        assert told == [seen]
        async with asyncio.timeout(10):
            await described.wait()
        assert told[-1].texts["manufacturer"] == "Sonos, Inc."
        assert told[-1].texts["location"] == url
        task.cancel()
        await asyncio.wait([task])
    assert len(told) == 2

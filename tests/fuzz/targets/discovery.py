"""What shows itself on the network: mDNS, SSDP, descriptions, and what each driver makes of it."""

from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_address

from zeroconf import DNSIncoming

from drivers.cast import announced as cast
from drivers.cast.driver import CastDriver
from drivers.discovery import description, mdns_codec, ssdp_codec
from drivers.discovery.brands import Brands
from drivers.discovery.description import Describer
from drivers.discovery.driver import DiscoveryDriver
from drivers.discovery.outbox import Outbox
from drivers.discovery.ssdp import Listener
from drivers.esphome.driver import EsphomeDriver
from drivers.homekit.driver import HomeKitDriver
from drivers.hue import advert as hue
from drivers.hue.driver import HueDriver
from drivers.kasa.driver import KasaDriver
from drivers.kit.driver import NetworkDriver
from drivers.kit.errors import DriverError
from drivers.kit.found import Found
from drivers.kit.sighting import Medium, Sighting
from drivers.miio.driver import MiioDriver
from drivers.shelly.driver import ShellyDriver
from drivers.upnp import codec as upnp
from drivers.zwave.driver import ZwaveDriver
from tests.fuzz.target import DEVICE, Target, tried, typed

_RENDERER = "urn:schemas-upnp-org:device:MediaRenderer:1"
_UUID = "uuid:4d696e69-444c-164e-9d41-b827eb54e939"
_ALIVE = (
    b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=1810\r\n"
    b"LOCATION: http://192.168.1.20:49494/description.xml\r\nNT: " + _RENDERER.encode() + b"\r\n"
    b"NTS: ssdp:alive\r\nSERVER: Linux UPnP/1.0\r\nUSN: "
    + f"{_UUID}::{_RENDERER}".encode()
    + b"\r\n"
    b"BOOTID.UPNP.ORG: 7\r\n\r\n"
)
_ANSWER = _ALIVE.replace(b"NOTIFY * HTTP/1.1", b"HTTP/1.1 200 OK").replace(b"NT:", b"ST:")
_DESCRIPTION = b"""<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major></specVersion><device>
<deviceType>urn:schemas-upnp-org:device:MediaRenderer:1</deviceType><friendlyName>Hall</friendlyName>
<manufacturer>Maker &amp; Sons</manufacturer><modelName>One</modelName><modelNumber>7</modelNumber>
<serialNumber>00:11:22:33:44:55</serialNumber><UDN>uuid:4d696e69</UDN><deviceList><device>
<friendlyName>Inner</friendlyName><UDN>uuid:2</UDN></device></deviceList></device></root>"""


def _sighted(data: bytes) -> Iterator[Sighting]:
    """Read a packet's lines as what mDNS says of a service: type, name, host, address, then TXT."""
    head, _, texts = data.partition(b"\n\n")
    type_, name, host, address = (*head.decode(errors="replace").split("\n", 3), "", "", "")[:4]
    addresses = [address] if _is_address(address) else []
    pairs = b"".join(bytes((min(len(line), 255),)) + line[:255] for line in texts.split(b"\n"))
    for text in (pairs, texts):
        for wanted in (mdns_codec.type_of, lambda said: said):
            with typed():
                yield mdns_codec.sighted(
                    wanted(type_), name, host=host, port=80, addresses=addresses, text=text
                )


def _is_address(said: str) -> bool:
    try:
        ip_address(said)
    except ValueError:
        return False
    return True


def _mdns(data: bytes) -> None:
    brands = Brands()
    for sighting in _sighted(data):
        brands.found(sighting)
        mdns_codec.texts_of(data)
        _recognised(sighting)


def _dns(data: bytes) -> None:
    """Read a packet of DNS by the library, and the texts in it by ours."""
    incoming = DNSIncoming(data)
    if incoming.valid:
        for answer in incoming.answers():
            mdns_codec.texts_of(getattr(answer, "text", b""))
            with typed():
                mdns_codec.instance_of(answer.name, getattr(answer, "alias", ""))


def _ssdp(data: bytes) -> None:
    """Read a packet; and have the ears of the network hear it, thrice and then its goodbye."""
    told: list[Sighting] = []
    outbox = Outbox()
    describer = Describer(outbox.put)
    listener = Listener(("ssdp:all", "urn:*", "upnp:*", "uuid:*"), told.append)
    for packet in (data, data, data.replace(b"ssdp:alive", b"ssdp:byebye"), data):
        listener.heard(packet, "192.168.1.20")
    for sighting in told:
        describer.take(sighting)
    assert len(outbox.take(9)) <= len(told)
    heard = tried(lambda: ssdp_codec.read(data))
    if heard is not None:
        assert heard.uuid == heard.uuid.casefold()
        sighting = ssdp_codec.sighted(heard, "192.168.1.20")
        description.is_near(sighting.texts.get("location", ""))
        Brands().found(sighting)
        _recognised(sighting)


def _described(data: bytes) -> None:
    devices = tried(lambda: description.read(data))
    if devices is not None:
        said = description.of_device(devices, "uuid:2")
        texts = {**said, "location": "http://192.168.1.20/d.xml"}
        sighting = Sighting(Medium.SSDP, _RENDERER, f"{_UUID}::{_RENDERER}", texts=texts)
        Brands().found(sighting)
        tried(lambda: upnp.found(sighting))


_DRIVERS: Sequence[NetworkDriver] = (
    CastDriver(), DiscoveryDriver(), EsphomeDriver(), HomeKitDriver(), HueDriver(), KasaDriver(),
    MiioDriver(), ShellyDriver(), ZwaveDriver(),
)  # fmt: skip
_RECOGNISERS: Sequence[Callable[[Sighting], Found | None]] = (
    *(driver.recognised for driver in _DRIVERS),
    upnp.found,
)


def _recognised(sighting: Sighting) -> None:
    """Have every driver look at what showed itself, whatever its manifest asks for."""
    for recognise in _RECOGNISERS:
        with typed(DriverError):
            found = recognise(sighting)
            assert found is None or found.key


def _service(type_: str, name: str, *texts: str) -> bytes:
    return "\n".join((type_, f"{name}.{type_}", "h.local.", "10.0.0.7", "", *texts)).encode()


def _services() -> Sequence[bytes]:
    return [
        _service("_hap._tcp.local.", "Lamp", "id=aa:bb:cc:dd:ee:ff", "c#=3", "sf=1", "ci=5", "ff=0",
                 "md=One"),
        _service("_hap._udp.local.", "Thread", "id=aa:bb:cc:dd:ee:ff", "sf=0", "ci=19"),
        _service("_googlecast._tcp.local.", "Speaker", "id=" + "0123456789abcdef" * 2, "ca=4101",
                 "md=Nest Audio", "fn=Kitchen"),
        _service("_esphomelib._tcp.local.", "porch", "mac=a8032ab12345", "version=2025.9",
                 "friendly_name=Porch", "api_encryption=Noise", "project_name=Maker.Model",
                 "board=esp32"),
        _service("_hue._tcp.local.", "Hue", "bridgeid=001788fffe23ab01", "modelid=BSB002"),
        _service("_shelly._tcp.local.", "shellyplus1-a8032ab12345", "gen=2", "app=Plus1",
                 "ver=1.4"),
        _service("_zwave-js-server._tcp.local.", "2119630849", "homeId=2119630849",
                 "serverVersion=3"),
        _service("_miio._udp.local.", "yeelink-light-colorc_miio123456789", "epoch=1",
                 "mac=a8032ab12345"),
        _service("_printer._tcp.local.", "客厅", "usb_MFG=Maker", "=", "é"),
    ]  # fmt: skip


def _dns_seeds() -> Sequence[bytes]:
    from zeroconf import DNSOutgoing, DNSPointer, DNSText

    out = DNSOutgoing(0x8400)
    type_, name = "_hap._tcp.local.", "Lamp._hap._tcp.local."
    out.add_answer_at_time(DNSPointer(type_, 12, 1, 4500, name), 0)
    out.add_answer_at_time(DNSText(name, 16, 1, 4500, b"\x05c#=12\x04sf=1\x01x"), 0)
    return out.packets()


def _kept(data: bytes) -> None:
    """Read what drivers kept of an adopted thing: a file may be damaged, or older than they."""
    said = data.decode(errors="replace")
    for read in (cast.read_record, hue.read_record, upnp.read_record):
        with typed():
            read(said)


_OF = ("drivers.discovery",)
_RECOGNISING = (
    *_OF, "drivers.cast.announced", "drivers.esphome.announced", "drivers.homekit.advert",
    "drivers.hue.advert", "drivers.miio.driver", "drivers.shelly.driver", "drivers.upnp.codec",
    "drivers.zwave.driver", "drivers.kit.identity",
)  # fmt: skip

TARGETS = (
    Target("discovery.mdns", _RECOGNISING, _mdns, _services, longest=1_500, allowance_bytes=DEVICE),
    Target("discovery.dns", _OF, _dns, _dns_seeds, longest=9_000),
    Target(
        "discovery.ssdp",
        _RECOGNISING,
        _ssdp,
        lambda: [_ALIVE, _ANSWER, _ALIVE.replace(b"alive", b"byebye"), b"M-SEARCH * HTTP/1.1\r\n"],
        longest=9_000,
    ),
    Target("discovery.description", _OF, _described, lambda: [_DESCRIPTION], longest=16_384),
    Target(
        "discovery.kept",
        _RECOGNISING,
        _kept,
        lambda: [
            b'{"name":"x","maker":"m","shows":true,"group":false}',
            b'{"bridge":"001788fffe23ab01","pin":"00","parts":["a"]}',
            b'{"location":"http://10.0.0.7/d.xml","boot":"1"}',
        ],
    ),
)

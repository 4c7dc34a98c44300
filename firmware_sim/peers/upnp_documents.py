"""The documents of a UPnP media renderer: its description, its services, its events.

UPnP Device Architecture 2.0 (2.3 description, 2.5 service description, 4.3 event messages),
AVTransport:1 and RenderingControl:1 service templates.
"""

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

AVT = "urn:schemas-upnp-org:service:AVTransport:1"
RC = "urn:schemas-upnp-org:service:RenderingControl:1"
CM = "urn:schemas-upnp-org:service:ConnectionManager:1"
DEVICE = "urn:schemas-upnp-org:device:MediaRenderer:1"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>'


class Variable(NamedTuple):
    """A state variable of a service."""

    type: str
    evented: bool = False
    choices: tuple[str, ...] = ()
    highest: int | None = None


class Service(NamedTuple):
    """A service: its variables, and its actions' arguments (name, variable), in and out."""

    id: str
    variables: Mapping[str, Variable]
    actions: Mapping[str, tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]]


_ID = ("InstanceID", "A_ARG_TYPE_InstanceID")
_CHANNEL = ("Channel", "A_ARG_TYPE_Channel")
_STATES = ("STOPPED", "PLAYING", "PAUSED_PLAYBACK", "TRANSITIONING", "NO_MEDIA_PRESENT")

SERVICES: Mapping[str, Service] = {
    AVT: Service(
        "AVTransport",
        {
            "LastChange": Variable("string", evented=True),
            "TransportState": Variable("string", choices=_STATES),
            "TransportStatus": Variable("string"),
            "TransportPlaySpeed": Variable("string"),
            "AVTransportURI": Variable("string"),
            "AVTransportURIMetaData": Variable("string"),
            "CurrentTrack": Variable("ui4"),
            "CurrentTrackDuration": Variable("string"),
            "CurrentTrackMetaData": Variable("string"),
            "CurrentTrackURI": Variable("string"),
            "RelativeTimePosition": Variable("string"),
            "CurrentTransportActions": Variable("string"),
            "A_ARG_TYPE_InstanceID": Variable("ui4"),
        },
        {
            "SetAVTransportURI": (
                (
                    _ID,
                    ("CurrentURI", "AVTransportURI"),
                    ("CurrentURIMetaData", "AVTransportURIMetaData"),
                ),
                (),
            ),
            "Play": ((_ID, ("Speed", "TransportPlaySpeed")), ()),
            "Pause": ((_ID,), ()),
            "Stop": ((_ID,), ()),
            "Next": ((_ID,), ()),
            "Previous": ((_ID,), ()),
            "GetTransportInfo": (
                (_ID,),
                (
                    ("CurrentTransportState", "TransportState"),
                    ("CurrentTransportStatus", "TransportStatus"),
                    ("CurrentSpeed", "TransportPlaySpeed"),
                ),
            ),
            "GetPositionInfo": (
                (_ID,),
                (
                    ("Track", "CurrentTrack"),
                    ("TrackDuration", "CurrentTrackDuration"),
                    ("TrackMetaData", "CurrentTrackMetaData"),
                    ("TrackURI", "CurrentTrackURI"),
                    ("RelTime", "RelativeTimePosition"),
                ),
            ),
            "GetCurrentTransportActions": ((_ID,), (("Actions", "CurrentTransportActions"),)),
        },
    ),
    RC: Service(
        "RenderingControl",
        {
            "LastChange": Variable("string", evented=True),
            "Volume": Variable("ui2", highest=50),
            "Mute": Variable("boolean"),
            "A_ARG_TYPE_Channel": Variable("string", choices=("Master",)),
            "A_ARG_TYPE_InstanceID": Variable("ui4"),
        },
        {
            "GetVolume": ((_ID, _CHANNEL), (("CurrentVolume", "Volume"),)),
            "SetVolume": ((_ID, _CHANNEL, ("DesiredVolume", "Volume")), ()),
            "GetMute": ((_ID, _CHANNEL), (("CurrentMute", "Mute"),)),
            "SetMute": ((_ID, _CHANNEL, ("DesiredMute", "Mute")), ()),
        },
    ),
    CM: Service(
        "ConnectionManager",
        {
            "SourceProtocolInfo": Variable("string", evented=True),
            "SinkProtocolInfo": Variable("string", evented=True),
        },
        {
            "GetProtocolInfo": (
                (),
                (("Source", "SourceProtocolInfo"), ("Sink", "SinkProtocolInfo")),
            ),
        },
    ),
}


def description(name: str, uuid: str) -> str:
    """Return the description of a renderer."""
    services = "".join(
        f"<service><serviceType>{type_}</serviceType>"
        f"<serviceId>urn:upnp-org:serviceId:{s.id}</serviceId>"
        f"<SCPDURL>/{s.id}.xml</SCPDURL><controlURL>/{s.id}/control</controlURL>"
        f"<eventSubURL>/{s.id}/event</eventSubURL></service>"
        for type_, s in SERVICES.items()
    )
    return (
        f'{_HEAD}<root xmlns="urn:schemas-upnp-org:device-1-0">'
        "<specVersion><major>1</major><minor>0</minor></specVersion><device>"
        f"<deviceType>{DEVICE}</deviceType><friendlyName>{escape(name)}</friendlyName>"
        "<manufacturer>Simulated Audio</manufacturer><modelName>Renderer One</modelName>"
        "<modelNumber>1.4</modelNumber><serialNumber>SA-000417</serialNumber>"
        f"<UDN>{uuid}</UDN><serviceList>{services}</serviceList></device></root>"
    )


def service_description(service: Service) -> str:
    """Return the description of a service: what it can be asked, what it keeps."""
    actions = "".join(
        f"<action><name>{name}</name><argumentList>"
        + "".join(
            f"<argument><name>{argument}</name><direction>{direction}</direction>"
            f"<relatedStateVariable>{variable}</relatedStateVariable></argument>"
            for direction, arguments in (("in", ins), ("out", outs))
            for argument, variable in arguments
        )
        + "</argumentList></action>"
        for name, (ins, outs) in service.actions.items()
    )
    variables = "".join(
        f'<stateVariable sendEvents="{"yes" if v.evented else "no"}"><name>{name}</name>'
        f"<dataType>{v.type}</dataType>"
        + ("<allowedValueList>" if v.choices else "")
        + "".join(f"<allowedValue>{choice}</allowedValue>" for choice in v.choices)
        + ("</allowedValueList>" if v.choices else "")
        + (
            f"<allowedValueRange><minimum>0</minimum><maximum>{v.highest}</maximum>"
            "<step>1</step></allowedValueRange>"
            if v.highest is not None
            else ""
        )
        + "</stateVariable>"
        for name, v in service.variables.items()
    )
    return (
        f'{_HEAD}<scpd xmlns="urn:schemas-upnp-org:service-1-0">'
        "<specVersion><major>1</major><minor>0</minor></specVersion>"
        f"<actionList>{actions}</actionList>"
        f"<serviceStateTable>{variables}</serviceStateTable></scpd>"
    )


def answer(service: str, action: str, values: Mapping[str, str]) -> str:
    """Return the SOAP answer to an action."""
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())
    return _envelope(f'<u:{action}Response xmlns:u="{service}">{inside}</u:{action}Response>')


def fault(code: int, reason: str) -> str:
    """Return the SOAP fault for an action that cannot be done."""
    return _envelope(
        "<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>"
        '<UPnPError xmlns="urn:schemas-upnp-org:control-1-0">'
        f"<errorCode>{code}</errorCode><errorDescription>{escape(reason)}</errorDescription>"
        "</UPnPError></detail></s:Fault>"
    )


def _envelope(inside: str) -> str:
    return (
        f'{_HEAD}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">'
        f"<s:Body>{inside}</s:Body></s:Envelope>"
    )


def last_change(service: str, values: Mapping[str, str]) -> str:
    """Return the event message that tells of variables of AVTransport or RenderingControl."""
    space = "AVT" if service == AVT else "RCS"
    inside = "".join(
        f"<{name}{' channel="Master"' if name in ('Volume', 'Mute') else ''} "
        f'val="{escape(value)}"/>'
        for name, value in values.items()
    )
    event = (
        f'<Event xmlns="urn:schemas-upnp-org:metadata-1-0/{space}/">'
        f'<InstanceID val="0">{inside}</InstanceID></Event>'
    )
    return properties({"LastChange": event})


def properties(values: Mapping[str, str]) -> str:
    """Return an event message."""
    inside = "".join(
        f"<e:property><{name}>{escape(value)}</{name}></e:property>"
        for name, value in values.items()
    )
    return (
        f'{_HEAD}<e:propertyset xmlns:e="urn:schemas-upnp-org:event-1-0">{inside}</e:propertyset>'
    )


def metadata(title: str, artist: str, url: str) -> str:
    """Return DIDL-Lite of a track (ContentDirectory:4, 2.2.2)."""
    return (
        '<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/">'
        '<item id="0" parentID="-1" restricted="1">'
        f"<dc:title>{escape(title)}</dc:title><upnp:artist>{escape(artist)}</upnp:artist>"
        "<upnp:class>object.item.audioItem.musicTrack</upnp:class>"
        f'<res protocolInfo="http-get:*:audio/mpeg:*">{escape(url)}</res></item></DIDL-Lite>'
    )

"""A UPnP/DLNA media renderer: found by SSDP, asked by SOAP, telling by GENA events.

Run as `python -m firmware_sim.peers.upnp_renderer ADDRESS`, it takes a command a line and answers
with a line of JSON, its state: `state`, `set KEY VALUE`, `stop` (with a goodbye), `cut` (the
power), `start`. It ends with its input.
"""

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from html import unescape
from itertools import count
from typing import Self

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from firmware_sim.peers import upnp_documents as xml
from firmware_sim.peers.ssdp import Announcer
from firmware_sim.peers.upnp_documents import AVT, CM, RC, SERVICES

UUID = "uuid:4d696e69-444c-164e-9d41-b827eb54e939"
SUBSCRIBED_S = 300
_ARGUMENT = re.compile(r"<(\w+)>([^<]*)</\1>")


type Handler = Callable[[web.Request], Awaitable[web.Response]]


class RefusedError(Exception):
    """An action that the renderer cannot do now: UPnP's code and words."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(slots=True)
class State:
    """What the renderer is at."""

    transport: str = "NO_MEDIA_PRESENT"
    volume: int = 10
    mute: bool = False
    url: str = ""
    title: str = ""
    artist: str = ""


class Renderer:
    """A renderer with three tracks on its list, at `address`, on one port for good.

    `events`: "told", "refused" (it takes no subscriptions) or "lost" (it takes them, and nothing
    of what it tells comes through, as behind a firewall).
    """

    TRACKS = (("Dawn", "The Larks"), ("Noon", "The Larks"), ("Dusk", "Owl & Moth"))

    def __init__(
        self, address: str = "127.0.0.1", name: str = "Living room", *, events: str = "told"
    ) -> None:
        self.address = address
        self.name = name
        self.events = events
        self.state = State()
        self.port = 0
        self.asked: list[str] = []
        """The actions that it was asked for, in their order."""
        self._track = -1
        self._runner: web.AppRunner | None = None
        self._ssdp: Announcer | None = None
        self._session: ClientSession | None = None
        self._subscribers: dict[str, tuple[str, str, int]] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._numbers = count(1)
        self._boots = 0

    @property
    def location(self) -> str:
        """Where its description is."""
        return f"http://{self.address}:{self.port}/description.xml"

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop with a goodbye."""
        await self.stop()

    async def start(self) -> None:
        """Be there: serve, and say hello."""
        app = web.Application()
        app.router.add_get("/description.xml", self._describe)
        for type_, service in SERVICES.items():
            app.router.add_get(f"/{service.id}.xml", self._describe_service)
            app.router.add_post(f"/{service.id}/control", self._controlled(type_))
            app.router.add_route("SUBSCRIBE", f"/{service.id}/event", self._subscribed(type_))
            app.router.add_route("UNSUBSCRIBE", f"/{service.id}/event", self._unsubscribe)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.address, self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._session = ClientSession(timeout=ClientTimeout(total=3))
        self._boots += 1
        self._ssdp = Announcer(self.address, self.location, UUID, (xml.DEVICE, AVT, RC, CM))
        self._ssdp.boot_id = self._boots
        await self._ssdp.__aenter__()

    async def stop(self, *, goodbye: bool = True) -> None:
        """Be gone; without a goodbye it is as if the power were cut."""
        if self._runner is None or self._session is None or self._ssdp is None:
            return
        self._ssdp.leave(goodbye=goodbye)
        self._subscribers.clear()
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)
        await self._session.close()
        await self._runner.cleanup()
        self._runner = None

    async def set(self, **changes: object) -> None:
        """Change it as by a hand at the device: `volume=7`, `mute=True`, `transport="PLAYING"`."""
        for key, value in changes.items():
            setattr(self.state, key, value)
        self._tell(AVT)
        self._tell(RC)
        await asyncio.sleep(0)

    # what it is asked

    async def _describe(self, _: web.Request) -> web.Response:
        return _xml(xml.description(self.name, UUID))

    async def _describe_service(self, request: web.Request) -> web.Response:
        name = request.path.strip("/").removesuffix(".xml")
        service = next(s for s in SERVICES.values() if s.id == name)
        return _xml(xml.service_description(service))

    def _controlled(self, type_: str) -> Handler:
        async def control(request: web.Request) -> web.Response:
            action = request.headers.get("SOAPACTION", "").strip('"').rpartition("#")[2]
            body = await request.text()
            given = {name: unescape(value) for name, value in _ARGUMENT.findall(body)}
            self.asked.append(action)
            try:
                values = self._do(action, given)
            except RefusedError as error:
                return _xml(xml.fault(error.code, error.reason), status=500)
            return _xml(xml.answer(type_, action, values))

        return control

    def _do(self, action: str, given: Mapping[str, str]) -> Mapping[str, str]:
        if action.startswith("Get"):
            return self._told(action)
        match action:
            case "SetVolume":
                self.state.volume = int(given["DesiredVolume"])
                self._tell(RC)
            case "SetMute":
                self.state.mute = given["DesiredMute"] in ("1", "true", "yes", "True")
                self._tell(RC)
            case _:
                self._move(action, given)
                self._tell(AVT)
        return {}

    def _told(self, action: str) -> Mapping[str, str]:
        state = self.state
        answers: Mapping[str, Mapping[str, str]] = {
            "GetTransportInfo": {
                "CurrentTransportState": state.transport,
                "CurrentTransportStatus": "OK",
                "CurrentSpeed": "1",
            },
            "GetPositionInfo": {
                "Track": "1",
                "TrackDuration": "0:03:00",
                "TrackMetaData": self._metadata(),
                "TrackURI": state.url,
                "RelTime": "0:00:07",
            },
            "GetCurrentTransportActions": {"Actions": self._possible()},
            "GetProtocolInfo": {"Source": "", "Sink": "http-get:*:audio/mpeg:*"},
            "GetVolume": {"CurrentVolume": str(state.volume)},
            "GetMute": {"CurrentMute": str(int(state.mute))},
        }
        if action not in answers:
            raise RefusedError(401, "Invalid Action")
        return answers[action]

    def _move(self, action: str, given: Mapping[str, str]) -> None:
        state = self.state
        match action:
            case "SetAVTransportURI":
                state.url = given["CurrentURI"]
                state.title, state.artist = state.url.rpartition("/")[2], ""
                state.transport = "STOPPED"
            case "Play" if state.url:
                state.transport = "PLAYING"
            case "Pause" if state.transport == "PLAYING":
                state.transport = "PAUSED_PLAYBACK"
            case "Stop" if state.url:
                state.transport = "STOPPED"
            case "Next" | "Previous":
                self._track = (self._track + (1 if action == "Next" else -1)) % len(self.TRACKS)
                state.title, state.artist = self.TRACKS[self._track]
                state.url = f"http://{self.address}/{state.title.lower()}.mp3"
                state.transport = "PLAYING"
            case _:
                raise RefusedError(701, "Transition not available")

    def _possible(self) -> str:
        by_state = {"NO_MEDIA_PRESENT": "Next,Previous", "PLAYING": "Pause,Stop,Next,Previous"}
        return by_state.get(self.state.transport, "Play,Stop,Next,Previous")

    def _metadata(self) -> str:
        state = self.state
        return xml.metadata(state.title, state.artist, state.url) if state.title else ""

    # what it tells

    def _subscribed(self, type_: str) -> Handler:
        async def subscribe(request: web.Request) -> web.Response:
            if self.events == "refused":
                return web.Response(status=503)
            sid = request.headers.get("SID")
            if sid is None:
                sid = f"uuid:subscription-{next(self._numbers)}"
                callback = request.headers["CALLBACK"].strip("<>")
                self._subscribers[sid] = (type_, callback, 0)
                self._tell(type_, sid)
            elif sid not in self._subscribers:
                return web.Response(status=412)
            return web.Response(headers={"SID": sid, "TIMEOUT": f"Second-{SUBSCRIBED_S}"})

        return subscribe

    async def _unsubscribe(self, request: web.Request) -> web.Response:
        known = self._subscribers.pop(request.headers.get("SID", ""), None)
        return web.Response(status=200 if known else 412)

    def _tell(self, type_: str, only: str | None = None) -> None:
        if self.events != "told":
            return
        for sid, (subscribed, callback, number) in list(self._subscribers.items()):
            if subscribed == type_ and only in (None, sid):
                self._subscribers[sid] = (subscribed, callback, number + 1)
                notify = self._notify(sid, callback, number, self._message(type_))
                task = asyncio.get_running_loop().create_task(notify)
                self._telling.add(task)
                task.add_done_callback(self._telling.discard)

    def _message(self, type_: str) -> str:
        state = self.state
        if type_ == RC:
            values = {"Volume": str(state.volume), "Mute": str(int(state.mute))}
            return xml.last_change(RC, values)
        if type_ == AVT:
            return xml.last_change(
                AVT,
                {
                    "TransportState": state.transport,
                    "CurrentTransportActions": self._possible(),
                    "AVTransportURI": state.url,
                    "CurrentTrackMetaData": self._metadata(),
                },
            )
        return xml.properties({"SinkProtocolInfo": "http-get:*:audio/mpeg:*"})

    async def _notify(self, sid: str, callback: str, number: int, message: str) -> None:
        headers = {
            "NT": "upnp:event",
            "NTS": "upnp:propchange",
            "SID": sid,
            "SEQ": str(number),
            "CONTENT-TYPE": 'text/xml; charset="utf-8"',
        }
        if number == 0:
            await asyncio.sleep(0.02)  # after the answer that tells the subscription's name
        if self._session is None:
            return
        with suppress(ClientError, TimeoutError):
            async with self._session.request(
                "NOTIFY", callback, headers=headers, data=message
            ) as response:
                await response.read()


def _xml(document: str, status: int = 200) -> web.Response:
    return web.Response(text=document, status=status, content_type="text/xml")


async def _obey(address: str) -> None:
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async with Renderer(address) as renderer:
        while line := await lines.readline():
            match line.decode().split(maxsplit=2):
                case ["set", key, value]:
                    await renderer.set(**{key: json.loads(value)})
                case ["stop"]:
                    await renderer.stop()
                case ["cut"]:
                    await renderer.stop(goodbye=False)
                case ["start"]:
                    await renderer.start()
                case _:
                    pass
            said = {**asdict(renderer.state), "asked": renderer.asked, "port": renderer.port}
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_obey(sys.argv[1]))

"""The connection to a Z-Wave JS server, and the nodes behind it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from aiohttp import ClientSession
from zwave_js_server.client import Client
from zwave_js_server.const import NodeStatus, SetValueStatus
from zwave_js_server.exceptions import (
    BaseZwaveJSServerError,
    FailedCommand,
    FailedZWaveCommand,
    InvalidServerVersion,
)
from zwave_js_server.model.node import Node as ServerNode

from drivers.kit import identity
from drivers.kit.errors import AdoptionError, LinkError, MalformedError, RefusedError
from drivers.kit.found import Adoption
from drivers.kit.link import ITSELF, Description, Tell
from drivers.zwave.buttons import happened
from drivers.zwave.function import Function, Setting, Wish
from drivers.zwave.names import home_name
from drivers.zwave.node import Carried, carried, reachable, read_node
from drivers.zwave.values import Key, read_key, record, whole
from hubd.model.command import Command
from hubd.model.ids import EndpointId

_CONNECT_S = 10.0
_PING_S = 10.0
"""How often an idle server is asked something small, and how long it has to answer."""
_ANSWER_S = 30.0
"""How long a node may take for a command: it may be reached on its third way through others."""
_SETTLE_S = 0.5
"""A node tells its values one by one while it is interviewed; it is described after them."""
_UPDATE_SERVER = "update Z-Wave JS (in Z-Wave JS UI, or the add-on) to its newest version"
_REFUSED = frozenset(
    {
        SetValueStatus.NO_DEVICE_SUPPORT,
        SetValueStatus.FAIL,
        SetValueStatus.ENDPOINT_NOT_FOUND,
        SetValueStatus.NOT_IMPLEMENTED,
        SetValueStatus.INVALID_VALUE,
    }
)
_DESCRIBES = (
    "value added",
    "value removed",
    "metadata updated",
    "ready",
    "interview completed",
    "interview failed",
    "interview started",
)
"""What happens to a node after which it may be another one."""
_REACHES = ("alive", "dead", "sleep", "wake up")
_NAMING = 119


async def asked(address: str, port: int) -> str:
    """Ask the server at an address for its network's name. Raises AdoptionError."""
    async with ClientSession() as session:
        try:
            client = await connected(session, address, port)
        except LinkError as error:
            raise AdoptionError(error.what, mend=error.mend) from error
        try:
            home = client.version.home_id if client.version else None
        finally:
            await client.disconnect()
    if whole(home) is None:
        raise AdoptionError(
            "the Z-Wave JS server has no network yet", mend="set up its stick first"
        )
    return home_name(int(home or 0))


async def connected(session: ClientSession, address: str, port: int) -> Client:
    """Return a client that has heard the server's version. Raises LinkError."""
    host = f"[{address}]" if ":" in address else address
    client = Client(f"ws://{host}:{port}", session)
    try:
        async with asyncio.timeout(_CONNECT_S):
            await client.connect()
    except InvalidServerVersion as error:
        raise LinkError(
            "the Z-Wave JS server is of another version than this hub speaks", mend=_UPDATE_SERVER
        ) from error
    except TimeoutError as error:
        raise LinkError("the Z-Wave JS server does not answer") from error
    except (BaseZwaveJSServerError, OSError, KeyError, TypeError, ValueError) as error:
        raise LinkError(f"the Z-Wave JS server can't be reached: {error}") from error
    return client


class _Member:
    """A node while the link is up: the server's, and what it became."""

    def __init__(self, node: ServerNode, home: str) -> None:
        self.node = node
        self.part = str(node.node_id)
        self._home = home
        self.values: dict[Key, object] = {}
        self.carried: Carried | None = None
        self.by_key: dict[Key, list[Function]] = {}
        self.settling: asyncio.TimerHandle | None = None
        self.leave: list[Callable[[], None]] = []

    def read(self) -> Description:
        """Read the node anew. Raises MalformedError."""
        known = [value.data for value in self.node.values.values()]
        node = read_node(self.node.data, known)
        self.carried = carried(node, self._home)
        self.values = {key: value.value for key, value in node.values.items()}
        self.by_key = {}
        for function in self.carried.functions.values():
            for key in {*function.sources, *function.listeners}:
                self.by_key.setdefault(key, []).append(function)
        return self.carried.description

    def functions(self) -> Iterable[Function]:
        """Return all its functions."""
        return self.carried.functions.values() if self.carried else ()

    def drop(self) -> None:
        """Hear nothing more of the node."""
        if self.settling is not None:
            self.settling.cancel()
        for leave in self.leave:
            leave()


class ZwaveLink:
    """A link to one Z-Wave JS server. Its parts are the nodes, named by their numbers."""

    def __init__(self, adoption: Adoption) -> None:
        self._adoption = adoption
        self._home = adoption.key
        self._members: dict[int, _Member] = {}
        self._client: Client | None = None
        self._ended: asyncio.Future[None] | None = None

    async def run(self, tell: Tell) -> None:
        """Connect, describe the nodes, and tell what changes. Raises LinkError."""
        async with ClientSession() as session:
            client = await connected(session, self._adoption.address, self._adoption.port)
            loop = asyncio.get_running_loop()
            self._ended = loop.create_future()
            ready = asyncio.Event()
            listening = asyncio.create_task(client.listen(ready))
            try:
                await self._begin(client, listening, ready, tell)
                await self._watch(client, listening)
            finally:
                self._client = None
                for member in self._members.values():
                    member.drop()
                self._members.clear()
                listening.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await listening
                self._ended.cancel()

    async def send(self, part: str, commands: Sequence[Command]) -> None:
        """Set what is wished in a node, value by value. Raises RefusedError or LinkError."""
        member = self._members.get(int(part)) if part.isdecimal() else None
        client = self._client
        if client is None:
            raise LinkError("the Z-Wave JS server is not connected")
        if member is None or member.carried is None:
            raise RefusedError("this is no node of the network")
        done, refused = 0, ""
        for setting in _settings(member, commands):
            try:
                await _set(member.node, setting)
                done += 1
            except RefusedError as error:
                refused = error.what
        if not done:
            raise RefusedError(refused or "there is nothing to set")

    async def _begin(
        self, client: Client, listening: asyncio.Task[None], ready: asyncio.Event, tell: Tell
    ) -> None:
        waiting = asyncio.create_task(ready.wait())
        try:
            await asyncio.wait(
                {listening, waiting}, timeout=_ANSWER_S, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            waiting.cancel()
        if not ready.is_set():
            _raise_end(listening)
        driver = client.driver
        if driver is None:
            raise LinkError("the Z-Wave JS server tells no network")
        self._client = client
        controller = driver.controller
        home = whole(controller.home_id)
        if home is None or home_name(home) != self._home:
            raise LinkError(
                "the Z-Wave JS server has another network now",
                mend="adopt the network that it has now, or go back to the former stick",
            )
        tell.described(ITSELF, self._described(client))
        driver.on("driver ready", lambda _event: self._end("Z-Wave JS started its driver anew"))
        controller.on("node added", lambda event: self._added(event, tell))
        controller.on("node removed", lambda event: self._removed(event, tell))
        for node in controller.nodes.values():
            self._join(node, tell)
        tell.live()

    def _described(self, client: Client) -> Description:
        version = client.version
        return Description(
            name=f"Z-Wave network {self._home}",
            maker="Z-Wave JS",
            model="Z-Wave JS server",
            version=version.server_version if version else "",
            identities=identity.told(identity.serial("zwave", self._home)),
        )

    async def _watch(self, client: Client, listening: asyncio.Task[None]) -> None:
        """Return never: ask the server now and then until it is gone. Raises LinkError."""
        ended = self._ended
        if ended is None:
            return
        while True:
            done, _ = await asyncio.wait(
                {listening, ended}, timeout=_PING_S, return_when=asyncio.FIRST_COMPLETED
            )
            if ended in done:
                ended.result()
            if listening in done:
                _raise_end(listening)
            try:
                async with asyncio.timeout(_PING_S):
                    await client.async_send_command({"command": "driver.get_log_config"})
            except TimeoutError as error:
                raise LinkError("the Z-Wave JS server does not answer any more") from error
            except asyncio.CancelledError:
                _raise_unless_cancelled()
            except BaseZwaveJSServerError as error:
                raise LinkError(f"the Z-Wave JS server fails: {error}") from error

    def _end(self, reason: str) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_exception(LinkError(reason))

    def _added(self, event: Mapping[str, object], tell: Tell) -> None:
        node = event.get("node")
        if isinstance(node, ServerNode):
            self._join(node, tell)

    def _removed(self, event: Mapping[str, object], tell: Tell) -> None:
        node = event.get("node")
        if isinstance(node, ServerNode) and (member := self._members.pop(node.node_id, None)):
            member.drop()
            tell.forgotten(member.part)

    def _join(self, node: ServerNode, tell: Tell) -> None:
        if node.is_controller_node:
            return
        member = _Member(node, self._home)
        self._members[node.node_id] = member
        self._describe(member, tell)

        def soon(event: Mapping[str, object]) -> None:
            self._update(member, event, tell)
            self._describe_soon(member, tell)

        hears: dict[str, Callable[[dict[str, object]], None]] = {
            **dict.fromkeys(_DESCRIBES, soon),
            **dict.fromkeys(_REACHES, lambda _event: _reach(member, tell)),
            "value updated": lambda event: self._update(member, event, tell),
            "value notification": lambda event: _moment(member, event, tell),
            "notification": lambda event: _notice(member, event, tell),
        }
        member.leave = [node.on(name, heard) for name, heard in hears.items()]

    def _describe_soon(self, member: _Member, tell: Tell) -> None:
        if member.settling is not None:
            member.settling.cancel()
        loop = asyncio.get_running_loop()
        member.settling = loop.call_later(_SETTLE_S, self._describe, member, tell)

    def _describe(self, member: _Member, tell: Tell) -> None:
        member.settling = None
        try:
            description = member.read()
        except MalformedError as error:
            tell.refused_input(f"node {member.part}", error.what)
            return
        tell.described(member.part, description)
        for function in member.functions():
            _tell(member, function, tell)
        _reach(member, tell)

    def _update(self, member: _Member, event: Mapping[str, object], tell: Tell) -> None:
        try:
            told = record(event.get("args") or {}, "a value's change")
            if not told:
                return
            key = read_key(told)
        except MalformedError as error:
            tell.refused_input(f"node {member.part}", error.what)
            return
        if key.command_class == _NAMING:
            self._describe_soon(member, tell)
            return
        if "newValue" not in told:
            return
        member.values[key] = told["newValue"]
        for function in member.by_key.get(key, ()):
            _tell(member, function, tell)


def _tell(member: _Member, function: Function, tell: Tell) -> None:
    for name, value in function.read(member.values):
        tell.reported(member.part, function.id, name, value)


def _reach(member: _Member, tell: Tell) -> None:
    available, reason = reachable(int(member.node.status))
    tell.reached(member.part, available=available, reason=reason)


def _moment(member: _Member, event: Mapping[str, object], tell: Tell) -> None:
    """Tell a value that only says that something happened."""
    try:
        told = record(event.get("args"), "a value's notification")
        key = read_key(told)
    except MalformedError as error:
        tell.refused_input(f"node {member.part}", error.what)
        return
    for function in member.by_key.get(key, ()):
        listener = function.listeners.get(key)
        if listener and (kind := listener.read(told.get("value"))):
            tell.signalled(member.part, function.id, listener.signal, kind)


def _notice(member: _Member, event: Mapping[str, object], tell: Tell) -> None:
    """Tell an event of a node that is no value's."""
    told = event.get("args")
    if not isinstance(told, Mapping) or (seen := happened(event.get("ccId"), told)) is None:
        return
    stem, kind = seen
    index = whole(event.get("endpointIndex")) or 0
    for own in (f"{stem}_{index}", stem):
        function = member.carried and member.carried.functions.get(EndpointId(own))
        if function:
            tell.signalled(member.part, function.id, function.endpoint.signals[0].name, kind)
            return


def _settings(member: _Member, commands: Sequence[Command]) -> list[Setting]:
    """Return what to set for commands to one endpoint. Raises RefusedError."""
    functions = member.carried.functions if member.carried else {}
    function = functions.get(commands[0].endpoint) if commands else None
    if function is None:
        raise RefusedError("the node has nothing of that name")
    out = []
    wished = {}
    for command in commands:
        if not command.action:
            wished[command.name] = command.value
        elif command.name in function.actions:
            out.append(function.actions[command.name])
        else:
            raise RefusedError(f"cannot {command.name}")
    if wished:
        over_us = max(c.over_us for c in commands)
        wish = Wish(wished, over_us / 1e6 if over_us else None, member.values)
        out += function.write(wish)
    return out


async def _set(node: ServerNode, setting: Setting) -> None:
    """Set one value of a node. Raises RefusedError, or LinkError if the server is gone."""
    options = {} if setting.over_s is None else {"transitionDuration": f"{round(setting.over_s)}s"}
    try:
        async with asyncio.timeout(_ANSWER_S):
            answer = await node.async_send_command(
                "set_value",
                # One that sleeps is told when it wakes up, which may be in hours.
                wait_for_result=node.status is not NodeStatus.ASLEEP,
                valueId=setting.key.on_wire(),
                value=setting.value,
                options=options,
            )
    except FailedZWaveCommand as error:
        raise RefusedError(f"the node did not take it: {error.zwave_error_message}") from error
    except FailedCommand as error:
        raise RefusedError(f"Z-Wave JS did not take it: {error}") from error
    except TimeoutError as error:
        raise RefusedError("the node did not answer in time") from error
    except asyncio.CancelledError:
        _raise_unless_cancelled()
    except (BaseZwaveJSServerError, OSError) as error:
        raise LinkError(f"the Z-Wave JS server is gone: {error}") from error
    else:
        _check(answer)


def _check(answer: object) -> None:
    """Raise RefusedError if an answer says that a value was not set."""
    result = answer.get("result") if isinstance(answer, Mapping) else None
    status = result.get("status") if isinstance(result, Mapping) else None
    if status in _REFUSED:
        said = result.get("message") if isinstance(result, Mapping) else None
        raise RefusedError(f"the node did not take it: {said or SetValueStatus(status).name}")


def _raise_end(listening: asyncio.Task[None]) -> None:
    """Raise the LinkError that says why listening ended."""
    if not listening.done():
        raise LinkError("the Z-Wave JS server does not tell its network")
    error = None if listening.cancelled() else listening.exception()
    if isinstance(error, BaseZwaveJSServerError | OSError):
        raise LinkError(f"the Z-Wave JS server is gone: {error!r}") from error
    if error is not None:
        # What the library cannot read ends its listening with an error of any kind.
        raise LinkError(f"the Z-Wave JS server told what is not read: {error!r}") from error
    raise LinkError("the Z-Wave JS server closed the connection")


def _raise_unless_cancelled() -> None:
    """Within `except CancelledError`: the library cancels what waits when the server goes."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise  # noqa: PLE0704 - the caller handles the cancellation that this passes on
    raise LinkError("the Z-Wave JS server is gone")

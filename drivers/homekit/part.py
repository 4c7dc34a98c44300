"""One accessory while the hub is connected: what is known of it, and what of that was told."""

from collections.abc import Iterable, Mapping, Sequence

from drivers.homekit.accessory import Carried, carried
from drivers.homekit.database import Accessory, Characteristic, Scalar, Told
from drivers.homekit.function import Function, Listener, Reader
from drivers.homekit.status import UNREACHABLE, words
from drivers.homekit.values import SILENT
from drivers.kit.errors import MalformedError, RefusedError
from drivers.kit.link import ITSELF, Tell
from hubd.model.command import Command
from hubd.model.ids import EndpointId
from hubd.model.value import Value


class Part:
    """An accessory: takes what is heard of its characteristics, and tells what that means."""

    def __init__(self, accessory: Accessory, tell: Tell) -> None:
        self.carried: Carried = carried(accessory)
        self.name = self.carried.part
        self.aid = accessory.aid
        self.reachable: bool | None = None
        """Whether its bridge reaches it; None until that is known."""
        self._tell = tell
        self._functions: Mapping[EndpointId, Function] = {
            f.endpoint.id: f for f in self.carried.functions
        }
        self._characteristics: Mapping[int, Characteristic] = {
            c.iid: c for s in accessory.services for c in s.characteristics
        }
        self._state: dict[int, Scalar] = {}
        self._told: dict[tuple[EndpointId, str], Value] = {}
        self._readers: dict[int, list[tuple[EndpointId, Reader]]] = {}
        self._listeners: dict[int, list[tuple[EndpointId, Listener]]] = {}
        for function in self.carried.functions:
            for reader in function.readers:
                for iid in reader.iids:
                    self._readers.setdefault(iid, []).append((function.endpoint.id, reader))
            for listener in function.listeners:
                self._listeners.setdefault(listener.iid, []).append(
                    (function.endpoint.id, listener)
                )

    @property
    def read(self) -> Sequence[int]:
        """The characteristics to read."""
        return [iid for iid in self._readers if self._characteristics[iid].readable]

    @property
    def telling(self) -> Sequence[int]:
        """The characteristics that tell their changes by themselves."""
        wanted = {**self._readers, **self._listeners}
        return [iid for iid in wanted if self._characteristics[iid].tells]

    def heard(self, told: Mapping[int, Told], *, event: bool = False, anew: bool = False) -> None:
        """Take what was told of characteristics: by an event, by a read, or read `anew`.

        What was read again and is as before is no news; what is told anew is told in any case.
        """
        valued = {iid: one.value for iid, one in told.items() if one.valued and not one.status}
        self._state.update(valued)
        done: set[tuple[EndpointId, str]] = set()
        for iid, value in valued.items():
            for endpoint, reader in self._readers.get(iid, ()):
                key = endpoint, reader.name
                if key not in done:
                    done.add(key)
                    self._report(endpoint, reader, always=event or anew)
            if event:
                self._signal(iid, value)

    def within_reach(self, told: Mapping[int, Told]) -> None:
        """Take from a read of the whole accessory whether its bridge can reach it."""
        lost = next((t.status for t in told.values() if -abs(t.status) in UNREACHABLE), 0)
        answers = any(t.valued and not t.status for t in told.values())
        self.reach(available=answers or not lost, status=lost)

    def reach(self, *, available: bool, status: int = 0) -> None:
        """Tell whether the bridge can reach it, if that changed."""
        if self.name != ITSELF and available != self.reachable:
            reason = "" if available else words(status)
            self._tell.reached(self.name, available=available, reason=reason)
            self.reachable = available

    def asked(self, commands: Sequence[Command]) -> Mapping[int, Scalar]:
        """Return what to write for commands to one endpoint.

        Raises RefusedError if that is nothing.
        """
        writes: dict[int, Scalar] = {}
        state = dict(self._state)
        refused: RefusedError | None = None
        for command in sorted(commands, key=self._is_late):
            try:
                asked = self._ask(command, state)
            except RefusedError as error:
                refused = error
            else:
                writes |= asked
                state |= asked
        if refused and not writes:
            raise refused
        return writes

    def confirming(self, commands: Iterable[Command]) -> Sequence[int]:
        """Return the characteristics whose reading confirms what was asked."""
        iids: dict[int, None] = {}
        for command in commands:
            function = self._functions.get(command.endpoint)
            if function and not command.action:
                iids |= dict.fromkeys(function.iids_of(command.name))
        return [iid for iid in iids if self._characteristics[iid].readable]

    def is_timed(self, iids: Iterable[int]) -> bool:
        """Say whether one of the characteristics wants its writes announced first."""
        return any(self._characteristics[iid].timed for iid in iids)

    def _ask(self, command: Command, state: Mapping[int, Scalar]) -> Mapping[int, Scalar]:
        function = self._functions.get(command.endpoint)
        if function is None:
            raise RefusedError(f"it has no {command.endpoint} any more")
        writers = function.actions if command.action else function.writers
        writer = writers.get(command.name)
        if writer is None:
            raise RefusedError(f"{command.name} cannot be set there")
        return writer.write(command.value, state)

    def _is_late(self, command: Command) -> bool:
        function = self._functions.get(command.endpoint)
        writer = function.writers.get(command.name) if function else None
        return writer is not None and writer.late

    def _report(self, endpoint: EndpointId, reader: Reader, *, always: bool) -> None:
        try:
            value = reader.read(self._state)
        except MalformedError as error:
            self._tell.refused_input(f"accessory {self.aid}, {reader.name}", error.what)
            return
        if value is SILENT:
            return
        key = endpoint, reader.name
        if always or key not in self._told or self._told[key] != value:
            self._told[key] = value
            self._tell.reported(self.name, endpoint, reader.name, value)

    def _signal(self, iid: int, said: Scalar) -> None:
        for endpoint, listener in self._listeners.get(iid, ()):
            kind = listener.read(said)
            if kind is not None:
                self._tell.signalled(self.name, endpoint, listener.signal, kind)

"""Commands to messages, in their order; those of one endpoint merged where one message can."""

from collections.abc import Iterator, Mapping, Sequence

from drivers.mqtt.connection import MqttConnection
from drivers.mqtt.errors import MqttError, excerpt
from drivers.mqtt.part import Part
from drivers.port import Hub, Ordered
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId, EventId


class Sender:
    """Knows each endpoint's writers, and what was sent for which command."""

    def __init__(self, hub: Hub, connection: MqttConnection) -> None:
        self._hub = hub
        self._connection = connection
        self._parts: dict[DeviceId, Mapping[EndpointId, Part]] = {}

    def bind(self, device: DeviceId, parts: Mapping[EndpointId, Part]) -> None:
        """Replace what can be written of a device."""
        if parts:
            self._parts[device] = parts
        else:
            self._parts.pop(device, None)

    def send(self, commands: Sequence[Ordered]) -> None:
        """Publish what the commands ask for; what cannot be sent is told by `Hub.answered`."""
        if len(commands) == 1:
            self._each(commands)
            return
        for group in _grouped(commands):
            if len(group) > 1 and self._jointly(group):
                continue
            self._each(group)

    def acknowledged(self, token: int) -> None:
        """Tell that the broker took an action's message."""
        self._hub.answered(EventId(token), accepted=True)

    def _each(self, group: Sequence[Ordered]) -> None:
        for ordered in group:
            command = ordered.command
            part = self._part(command)
            table = {} if part is None else part.actions if command.action else part.writers
            writer = table.get(command.name)
            if writer is None:
                self._refused(ordered, f"nothing of {command.device} takes {command.name}")
                continue
            try:
                message = writer.write(command.value)
                self._connection.publish(message, ordered.event if command.action else 0)
            except MqttError as error:
                self._refused(ordered, error.what)
            except (ArithmeticError, TypeError, ValueError) as error:
                self._refused(ordered, f"{excerpt(command.value)}: {error}")
            else:
                if writer.assumed:
                    self._hub.reported(command.property, command.value)

    def _part(self, command: Command) -> Part | None:
        parts = self._parts.get(command.device)
        return None if parts is None else parts.get(command.endpoint)

    def _jointly(self, group: Sequence[Ordered]) -> bool:
        """Send a group as one message; return False if it must be sent one by one."""
        first = group[0].command
        part = self._part(first)
        if part is None or (joint := part.joint) is None:
            return False
        values = {o.command.name: o.command.value for o in group}
        if not joint.names.issuperset(values):
            return False
        try:
            self._connection.publish(joint.write(values))
        except (MqttError, ArithmeticError, TypeError, ValueError):
            return False
        for ordered in group:
            if part.writers[ordered.command.name].assumed:
                self._hub.reported(ordered.command.property, ordered.command.value)
        return True

    def _refused(self, ordered: Ordered, reason: str) -> None:
        self._hub.answered(ordered.event, accepted=False, reason=reason)


def _grouped(commands: Sequence[Ordered]) -> Iterator[list[Ordered]]:
    """Yield the commands of each endpoint together, in the order of their first.

    An action, or a property's second value, ends what was gathered before it: its place counts.
    """
    groups: dict[tuple[DeviceId, EndpointId], list[Ordered]] = {}
    for ordered in commands:
        command = ordered.command
        key = (command.device, command.endpoint)
        group = groups.get(key)
        again = group is not None and any(o.command.name == command.name for o in group)
        if command.action or again:
            yield from groups.values()
            groups.clear()
        if command.action:
            yield [ordered]
        else:
            groups.setdefault(key, []).append(ordered)
    yield from groups.values()

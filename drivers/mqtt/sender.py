"""Commands to messages, in their order; those of one endpoint merged where one message can."""

from collections.abc import Iterator, Mapping, Sequence

from drivers.kit.port import Hub, Ordered
from drivers.mqtt.connection import MqttConnection
from drivers.mqtt.errors import MqttError, UnwritableError, excerpt
from drivers.mqtt.groups import Group, grouped
from drivers.mqtt.part import Joint, Part, Publish, Writer
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId, EventId
from hubd.model.instant import SECOND_US
from hubd.model.value import Value


class Sender:
    """Knows each endpoint's writers, and what was sent for which command."""

    def __init__(self, hub: Hub, connection: MqttConnection) -> None:
        self._hub = hub
        self._connection = connection
        self._parts: dict[DeviceId, Mapping[EndpointId, Part]] = {}
        self._groups: tuple[Group, ...] = ()

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
        batches = _grouped(commands)
        for batch in self._told_as_groups(list(batches)) if self._groups else batches:
            if len(batch) > 1 and self._jointly(batch):
                continue
            self._each(batch)

    def know_groups(self, groups: Sequence[Group]) -> None:
        """Replace the groups that can be told something as one."""
        self._groups = tuple(groups)

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
                message = _message(part, writer, command)
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
            self._connection.publish(
                _joint_message(joint, values, {o.command.over_us for o in group})
            )
        except (MqttError, ArithmeticError, TypeError, ValueError):
            return False
        self._assume(part, group)
        return True

    def _assume(self, part: Part, group: Sequence[Ordered]) -> None:
        for ordered in group:
            if part.writers[ordered.command.name].assumed:
                self._hub.reported(ordered.command.property, ordered.command.value)

    def _told_as_groups(self, batches: list[list[Ordered]]) -> list[list[Ordered]]:
        """Tell groups what all their members are to be told; return the batches that are left.

        What is tried again goes to each by itself: the group's message did not reach it.
        """
        places: list[int] = []
        messages: list[Publish] = []
        for place, batch in enumerate(batches):
            message = self._common(batch)
            if message is not None:
                places.append(place)
                messages.append(message)
        done: set[int] = set()
        for bundle in grouped(messages, self._groups):
            if len(bundle.places) > 1:
                covered = [places[at] for at in bundle.places]
                try:
                    self._connection.publish(bundle.message)
                except MqttError:
                    continue
                done.update(covered)
                for place in covered:
                    part = self._part(batches[place][0].command)
                    if part is not None:
                        self._assume(part, batches[place])
        return [batch for place, batch in enumerate(batches) if place not in done]

    def _common(self, batch: Sequence[Ordered]) -> Publish | None:
        """Return the one message that says all of `batch`, at its first try; None if none can."""
        part = self._part(batch[0].command)
        if part is None or (joint := part.joint) is None:
            return None
        if any(o.command.action or o.command.attempt > 1 for o in batch):
            return None
        values = {o.command.name: o.command.value for o in batch}
        if not joint.names.issuperset(values):
            return None
        try:
            return _joint_message(joint, values, {o.command.over_us for o in batch})
        except (MqttError, ArithmeticError, TypeError, ValueError):
            return None

    def _refused(self, ordered: Ordered, reason: str) -> None:
        self._hub.answered(ordered.event, accepted=False, reason=reason)


def _joint_message(joint: Joint, values: Mapping[str, Value], over_us: set[int]) -> Publish:
    """Return one message of `values`. Raises UnwritableError, as where they take unlike times."""
    if len(over_us) > 1:
        raise UnwritableError("is to take more than one time")
    (longest_us,) = over_us
    if longest_us and joint.fade is not None:
        return joint.fade(values, longest_us / SECOND_US)
    return joint.write(values)


def _message(part: Part | None, writer: Writer, command: Command) -> Publish:
    joint = part.joint if part is not None and command.over_us else None
    if joint is not None and joint.fade is not None and command.name in joint.names:
        return joint.fade({command.name: command.value}, command.over_us / SECOND_US)
    return writer.write(command.value)


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

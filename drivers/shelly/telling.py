"""From a status to what a link tells, and from commands to calls: the same for both generations."""

from collections.abc import Iterable, Sequence

from drivers.kit.errors import RefusedError
from drivers.kit.link import ITSELF, Tell
from drivers.shelly.facts import Facts, described_neighbour, description
from drivers.shelly.function import Call, Carried, Function, Status, Wish, told
from drivers.shelly.news import News, pressed
from hubd.model.command import Command
from hubd.model.ids import EndpointId
from hubd.model.instant import SECOND_US
from hubd.model.value import Value


class Telling:
    """One device as it was described: tells its statuses, and knows what they said last."""

    def __init__(self, tell: Tell, where: str, found: Facts, carried: Carried) -> None:
        self._tell = tell
        self._where = where
        self._found = found
        self.carried = carried
        self._behind = {f.endpoint.id: f.behind for f in carried.functions}
        self.known: dict[EndpointId, dict[str, Value]] = {}

    def describe(self, former: "Telling | None" = None) -> None:
        """Tell what the device is and what is behind it; forget what `former` had and is gone."""
        self._tell.described(ITSELF, description(self._found, self.carried))
        neighbours = {n.address for n in self.carried.neighbours}
        for neighbour in self.carried.neighbours:
            self._tell.described(neighbour.address, described_neighbour(neighbour, self.carried))
        if former is not None:
            self.known = former.known
            for gone in {n.address for n in former.carried.neighbours} - neighbours:
                self._tell.forgotten(gone)

    def status(self, status: Status, *, whole: bool) -> None:
        """Tell what a status says."""
        for said in told(self.carried.functions, status, whole=whole):
            if said.trouble:
                self._tell.refused_input(self._where, said.trouble)
                continue
            self.known.setdefault(said.endpoint, {})[said.name] = said.value
            part = self._behind[said.endpoint]
            self._tell.reported(part, said.endpoint, said.name, said.value)

    def news(self, news: News) -> None:
        """Tell what a notification says."""
        self.status(news.status, whole=news.whole)
        for component, word in news.events:
            for signal in pressed(self.carried.functions, component, word):
                self._tell.signalled(signal.behind, signal.endpoint, signal.signal, signal.value)

    def signalled(self, component: str, word: str) -> None:
        """Tell of a press, in the hub's word."""
        for function in self.carried.functions:
            for heard in function.heard:
                if heard.component == component and word in heard.words.values():
                    endpoint = function.endpoint.id
                    self._tell.signalled(function.behind, endpoint, heard.signal, word)

    def calls(self, part: str, commands: Sequence[Command]) -> list[Call]:
        """Return what commands to one endpoint ask of the device. Raises RefusedError."""
        endpoint = commands[0].endpoint
        for function in self.carried.functions:
            if function.endpoint.id == endpoint and function.behind == part:
                return list(asked(function, commands, self.known.get(endpoint, {})))
        raise RefusedError(f"it has no {endpoint}")


def asked(
    function: Function, commands: Iterable[Command], known: dict[str, Value]
) -> Iterable[Call]:
    """Yield the calls that commands to one endpoint are: its properties in one, then its actions.

    Raises RefusedError.
    """
    wished: dict[str, Value] = {}
    over_us = 0
    calls: list[Call] = []
    for command in commands:
        if command.action:
            act = function.actions.get(command.name)
            if act is None:
                raise RefusedError(f"it cannot {command.name}")
            calls.append(act(command.value))
            continue
        prop = function.endpoint.property(command.name)
        if function.write is None or prop is None or not prop.writable:
            raise RefusedError(f"{command.name} cannot be set")
        wished[command.name] = command.value
        over_us = max(over_us, command.over_us if prop.transition else 0)
    if wished and function.write is not None:
        calls.insert(0, function.write(Wish(wished, known, over_us / SECOND_US)))
    return calls

"""Devices that do as they are told: what answers the commands of a past that never was."""

import heapq
from typing import final

from hubd.core.state import State
from hubd.model.command import Command
from hubd.model.events import Answered, Reported
from hubd.model.ids import DeviceId, EventId
from hubd.model.instant import SECOND_US

DELAY_US = 300_000
"""How long a device takes to say that it did as asked."""
SLOW_US: dict[str, int] = {
    "WindowCovering.position": 15 * SECOND_US,
    "DoorLock.locked": 2 * SECOND_US,
    "Valve.open": 5 * SECOND_US,
    "Valve.level": 5 * SECOND_US,
}
"""What takes longer: things that move."""

NEVER_US = 2**63


@final
class Obedient:
    """Holds the answers that are on their way. One that is out of reach then does not answer."""

    def __init__(self, state: State) -> None:
        """Answer also what waits for an answer in `state`."""
        self._state = state
        self._coming: list[tuple[int, EventId, DeviceId, Reported | Answered]] = []
        for event, pending in state.ledger.items():
            self.asked(event, pending.command, state.now_us)

    @property
    def next_us(self) -> int:
        """When the next answer comes; NEVER_US if none is on its way."""
        return self._coming[0][0] if self._coming else NEVER_US

    def asked(self, event: EventId, command: Command, at_us: int) -> None:
        """Take the command that `event` issued."""
        answer: Reported | Answered
        if command.action:
            answer = Answered(event, accepted=True)
        else:
            answer = Reported(command.property, command.value)
        due_us = at_us + SLOW_US.get(command.name, DELAY_US)
        heapq.heappush(self._coming, (due_us, event, command.device, answer))

    def next_answer(self) -> Reported | Answered | None:
        """Take the next answer; None if its device is out of reach."""
        _, _, device, answer = heapq.heappop(self._coming)
        return None if device in self._state.unreachable else answer

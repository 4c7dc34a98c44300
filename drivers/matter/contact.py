"""What is asked of a node, with deadlines of the hub's own: probes, reads, commands and writes.

A session with a device that was switched off and on again is no session any more, and the stack
below finds that out after ten seconds and more. A command that is given up early has it make a new
one, so that the next is answered at once.
"""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress

from drivers.kit.errors import LinkError, MalformedError, RefusedError
from drivers.matter.attributes import Invoke, Write
from drivers.matter.failures import (
    FailedError,
    SilentError,
    is_lost,
    needs_time,
    refusal,
    status_words,
)
from drivers.matter.sending import Sending
from drivers.matter.server import Server
from drivers.matter.told import Told

GIVEN_UP_S = 1.4
"""So long the stack below waits for a device's answer, of which two fit into COMMAND_S."""
COMMAND_S = 3.0
READ_S = 8.0
_TIMED_MS = 2_000
_GENERAL, _SNAPSHOT = 51, 1
_IDENTIFY = 3
_ACCEPTED = 0xFFF9


class LostError(LinkError):
    """The node did not answer; `details` are the server's words on that."""

    def __init__(self, details: str) -> None:
        super().__init__("it does not answer")
        self.details = details


class Contact:
    """Asks one node."""

    def __init__(self, server: Server, node: int) -> None:
        self._server = server
        self._node = node

    async def probe(self, told: Told) -> None:
        """Have the node give a sign of life. Raises LostError, LinkError.

        It is asked for its clock, or else to stop blinking, whichever it can.
        """
        place = _question(told)
        if place is None:
            await self.read(["0/40/0"])
            return
        with suppress(FailedError):  # one that says no is there
            await self._invoke(*place)

    async def read(self, paths: Iterable[str]) -> Mapping[str, object]:
        """Read attributes at the node itself. Raises LostError, LinkError."""
        arguments = {"node_id": self._node, "attribute_path": list(paths)}
        said = await self._ask("read_attribute", arguments, READ_S)
        if not isinstance(said, Mapping):
            raise LinkError("the Matter server tells no attributes, where it was asked for some")
        return said

    async def send(self, sending: Sending) -> None:
        """Carry out a command or a write. Raises RefusedError, LostError, LinkError."""
        try:
            async with asyncio.timeout(COMMAND_S):
                try:
                    await self._once(sending, timed=sending.timed)
                except LostError:
                    if not sending.twice:
                        raise
                    await self._once(sending, timed=sending.timed)
        except TimeoutError as error:
            raise LostError(f"nothing within {COMMAND_S:g} s") from error

    async def ask(self, endpoint: int, cluster: int, question: Invoke) -> object:
        """Return the response to a command that only asks. Raises RefusedError, LostError."""
        try:
            return await self._invoke(endpoint, cluster, question)
        except FailedError as error:
            raise refusal(error.failure) from error

    async def _once(self, sending: Sending, *, timed: bool) -> None:
        order = sending.order
        if isinstance(order, Write):
            await self._write(sending.endpoint, sending.cluster, order)
            return
        try:
            said = await self._invoke(sending.endpoint, sending.cluster, order, timed=timed)
        except FailedError as error:
            if timed or not needs_time(error.failure):
                raise refusal(error.failure) from error
            said = await self._invoke(sending.endpoint, sending.cluster, order, timed=True)
        _check_response(said)

    async def _invoke(
        self, endpoint: int, cluster: int, order: Invoke, *, timed: bool = False
    ) -> object:
        """Raises FailedError for what the node refuses."""
        arguments: dict[str, object] = {
            "node_id": self._node,
            "endpoint_id": endpoint,
            "cluster_id": cluster,
            "command_name": order.name,
            "payload": dict(order.fields),
            "interaction_timeout_ms": round(GIVEN_UP_S * 1000),
        }
        if timed:
            arguments["timed_request_timeout_ms"] = _TIMED_MS
        return await self._ask("device_command", arguments, 2 * COMMAND_S)

    async def _write(self, endpoint: int, cluster: int, order: Write) -> None:
        arguments = {
            "node_id": self._node,
            "attribute_path": f"{endpoint}/{cluster}/{order.attribute}",
            "value": order.value,
        }
        try:
            said = await self._ask("write_attribute", arguments, 2 * COMMAND_S)
        except FailedError as error:
            raise refusal(error.failure) from error
        for item in said if isinstance(said, list) else ():
            status = item.get("Status", item.get("status")) if isinstance(item, Mapping) else None
            if isinstance(status, int) and status:
                raise RefusedError(status_words(status))

    async def _ask(self, command: str, arguments: Mapping[str, object], within_s: float) -> object:
        try:
            return await self._server.ask(command, arguments, within_s=within_s)
        except FailedError as error:
            if is_lost(error.failure):
                raise LostError(error.failure.details) from error
            if command == "read_attribute":
                raise LostError(error.failure.details) from error
            raise
        except SilentError as error:
            await self._server.doubt()
            raise LostError(error.what) from error
        except MalformedError as error:
            raise RefusedError(error.what) from error


def _question(told: Told) -> tuple[int, int, Invoke] | None:
    """Return what a node can be asked that changes nothing, and where; None if nothing."""
    if _SNAPSHOT in told.numbers(0, _GENERAL, _ACCEPTED):
        return 0, _GENERAL, Invoke(_SNAPSHOT, "TimeSnapshot")
    for endpoint in told.endpoints:
        if 0 in told.numbers(endpoint, _IDENTIFY, _ACCEPTED):
            return endpoint, _IDENTIFY, Invoke(0, "Identify", {"identifyTime": 0})
    return None


def _check_response(said: object) -> None:
    """Raise RefusedError for a response by which a command was not carried out.

    Source: Matter 1.5 application cluster specification, Mode Base (ChangeToModeResponse) and
    Operational State (OperationalCommandResponse).
    """
    if not isinstance(said, Mapping):
        return
    status, words = said.get("status"), said.get("statusText")
    state = said.get("commandResponseState")
    if isinstance(state, Mapping):
        status, words = state.get("errorStateID"), state.get("errorStateDetails")
        words = words or state.get("errorStateLabel")
    if isinstance(status, int) and not isinstance(status, bool) and status:
        told = words if isinstance(words, str) and words else f"status {status}"
        raise RefusedError(f"it did not do that: {told[:200]}")

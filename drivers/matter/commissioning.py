"""Taking a device in by its setup code: what is checked, said meanwhile, and what went wrong."""

import asyncio
from collections.abc import Mapping

from drivers.kit.driver import Said
from drivers.kit.errors import AdoptionError, LinkError, MalformedError
from drivers.kit.found import Adoption
from drivers.matter.credentials import Credentials
from drivers.matter.failures import FailedError, adoption_error
from drivers.matter.presence import Presence, Waiting
from drivers.matter.record import Record, key_of
from drivers.matter.server import Server
from drivers.matter.setup_code import SetupCode, read_code, tidied
from drivers.matter.told import read_node
from drivers.matter.wire import Failure

COMMISSION_S = 110.0
"""A server looks for a device for half a minute and more, and by Bluetooth longer."""
LOOKED_S = 25.0
"""A server that fails earlier has found the device; one that looked so long has not."""
FULL = 5
"""A device has room for so many systems at least (Matter 1.5 core specification, 11.18.5.3), and
hardly any has room for more."""
_LOOKS_AGAIN = "Is it still on, near, and in its pairing mode? Begin again, with the label at hand"


class Commissioning:
    """Takes devices in. `credentials` are what those without a network are given."""

    def __init__(self, server: Server, presence: Presence, credentials: Credentials) -> None:
        self._server = server
        self._presence = presence
        self._credentials = credentials

    async def adoption(self, said: str, tells: Said, discriminator: int | None = None) -> Adoption:
        """Have the server take in the device of a setup code. Raises AdoptionError.

        `discriminator` is that of the device that was chosen; a code of another is turned down.
        """
        code = read_code(said)
        if discriminator is not None and not code.is_of(discriminator):
            raise AdoptionError(
                "the code is that of another device",
                mend="Use the one on the device that you chose; without a label, look into its app",
            )
        try:
            async with self._server.joined():
                return await self._commissioned(code, tidied(said), tells)
        except LinkError as error:
            mend = error.mend or "Start the Matter server (docs/drivers/matter.md)"
            raise AdoptionError(error.what, mend=mend) from error

    async def _commissioned(self, code: SetupCode, text: str, tells: Said) -> Adoption:
        server, presence = self._server, self._presence
        hello = server.hello
        await self._give_networks()
        seen = presence.fits(code)
        tells(f"found at {seen.address}; pairing…" if seen else "looking for the device…")
        arguments: Mapping[str, object] = {"code": text, "network_only": not hello.bluetooth}
        loop = asyncio.get_running_loop()
        since_s = loop.time()
        try:
            answer = await server.ask("commission_with_code", arguments, within_s=COMMISSION_S)
        except FailedError as error:
            took_s = loop.time() - since_s
            raise _failed(error.failure, seen or presence.fits(code), took_s, presence) from error
        try:
            head, _ = read_node(answer)
        except MalformedError as error:
            raise AdoptionError(f"the device was taken in, but {error.what}") from error
        tells("paired; reading what it can do…")
        return Adoption(key_of(head.id), record=Record(head.id, hello.fabric).text())

    async def _give_networks(self) -> None:
        """Tell the server the home's networks, where it may need them."""
        known = self._credentials
        if not self._server.hello.bluetooth:
            return
        try:
            if known.wifi:
                wifi = {"ssid": known.wifi, "credentials": known.password}
                await self._server.ask("set_wifi_credentials", wifi)
            if known.thread:
                await self._server.ask("set_thread_dataset", {"dataset": known.thread})
        except FailedError as error:
            raise AdoptionError(
                "the Matter server does not take the Wi-Fi or Thread that is kept for new devices",
                mend="Tell them anew: hubd errand matter credentials",
            ) from error


def _failed(
    failure: Failure, seen: Waiting | None, took_s: float, presence: Presence
) -> AdoptionError:
    """Return what a failure means, by how long it took and by what the device announces.

    The server tells neither a wrong code nor a full table apart from a device that is not there.
    """
    if (told := adoption_error(failure)) is not None:
        return told
    fabrics = presence.fabrics_at(seen.host) if seen is not None else 0
    if seen is not None and fabrics >= FULL:
        return AdoptionError(
            f"the device has no room for another system: {fabrics} have it already",
            mend="Remove it from a system that does not need it, and try again",
        )
    if seen is not None and took_s >= LOOKED_S:
        return AdoptionError(
            "the device waits, and does not take the code: it is that of another one",
            mend="Use the code on this very device, and wait a minute before you try again",
        )
    if took_s < LOOKED_S:
        return AdoptionError(
            "the device was found, and did not let the hub in: it could not prove that it is "
            "certified, or it has no room for another system",
            mend=_LOOKS_AGAIN,
        )
    return AdoptionError(
        "no device that waits to be taken in has this code",
        mend="Is it on, near, and in its pairing mode? If a system has it already, open a window "
        "there, and use the code that it shows",
    )

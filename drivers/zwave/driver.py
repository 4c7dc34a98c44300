"""Z-Wave networks behind a Z-Wave JS server: found by mDNS, or by their address.

Source: https://github.com/zwave-js/zwave-js-server (its mDNS service, its `version` message).
"""

from collections.abc import Mapping

from drivers.kit import identity
from drivers.kit.driver import NetworkDriver, Said
from drivers.kit.errors import MalformedError
from drivers.kit.found import Adoption, Found, Trust
from drivers.kit.link import Link
from drivers.kit.place import place
from drivers.kit.sighting import Medium, Sighting
from drivers.zwave.names import home_name

SERVICE = "_zwave-js-server._tcp.local."
PORT = 3000
"""Where the server listens if its owner chose nothing else."""


class ZwaveDriver(NetworkDriver):
    """Speaks with Z-Wave JS servers; the nodes of their networks are the parts of a link."""

    def recognised(self, sighting: Sighting) -> Found | None:
        """Return the network that a server announces. Raises MalformedError without a home id."""
        if sighting.medium is not Medium.MDNS or sighting.service.casefold() != SERVICE:
            return None
        said = sighting.texts.get("homeid", "") or sighting.name.removesuffix("." + SERVICE)
        if not (said.isascii() and said.isdecimal() and len(said) <= 10 and int(said) < 2**32):
            raise MalformedError(f"a Z-Wave JS server announces {said[:40]!r} as its home id")
        home = home_name(int(said))
        return Found(
            key=home,
            name=f"Z-Wave network {home}",
            maker="Z-Wave JS",
            model="Z-Wave JS server",
            version=sighting.texts.get("serverversion", ""),
            address=sighting.address,
            port=sighting.port or PORT,
            identities=identity.told(identity.serial("zwave", home)),
            trust=Trust.OPEN,
        )

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """Ask the server which network it has.

        A server that announces nothing is adopted by its `address` in `answers`, a host with or
        without a port. Raises AdoptionError if it does not answer, or is of a version that is not
        spoken.
        """
        from drivers.zwave.link import asked  # noqa: PLC0415 - aiohttp only where it is spoken

        address, port = found.address, found.port or PORT
        if not address:
            address, port = place(answers.get("address", ""), PORT)
        said(f"asking the server at {address} for its network…")
        return Adoption(await asked(address, port), address, port)

    async def errand(
        self, name: str, adoption: Adoption | None, answers: Mapping[str, str], said: Said
    ) -> Mapping[str, str]:
        """Take a device into the network, or out of it. Raises ErrandError."""
        from drivers.zwave.membership import exclude, include  # noqa: PLC0415

        match name, adoption:
            case "include", Adoption():
                pin, code = answers.get("pin", ""), answers.get("code", "").strip()
                return await include(adoption.address, adoption.port, pin, code, said)
            case "exclude", Adoption():
                return await exclude(adoption.address, adoption.port, said)
            case _:
                return await super().errand(name, adoption, answers, said)

    def link(self, adoption: Adoption) -> Link:
        """Return the link to an adopted server. Raises MalformedError without an address."""
        from drivers.zwave.link import ZwaveLink  # noqa: PLC0415

        if not adoption.address:
            raise MalformedError("a Z-Wave JS server was adopted without its address")
        return ZwaveLink(adoption)

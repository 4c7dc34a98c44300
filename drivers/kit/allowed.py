"""What a manifest lets a driver reach, read from its words: ports and hosts. Pure."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from drivers.kit.manifest import Reach

LAN = tuple(
    ip_network(net)
    for net in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "224.0.0.0/4",
        "255.255.255.255/32",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    )
)
"""What is private, shared by a provider's customers, link-local, loopback or multicast."""


class Ports:
    """A set of ports, from a manifest's numbers, ranges and "*"."""

    def __init__(self, said: Iterable[int | str]) -> None:
        """Read the ports. Raises ValueError for what is no port."""
        self.ranges = tuple(_range(port) for port in said)

    def __contains__(self, port: object) -> bool:
        return isinstance(port, int) and any(low <= port <= high for low, high in self.ranges)

    @property
    def all(self) -> bool:
        """Whether every port is in it."""
        return any(low <= 1 and high >= 65_535 for low, high in self.ranges)

    def each(self) -> list[int]:
        """Return the ports one by one."""
        return [port for low, high in self.ranges for port in range(low, high + 1)]


class Hosts:
    """A set of addresses, from a manifest's networks and `lan`."""

    def __init__(self, said: Iterable[str]) -> None:
        """Read the networks. Raises ValueError for what is none."""
        said = tuple(said)
        self._any = "*" in said
        names = [name for name in said if name not in {"lan", "*"}]
        lan = LAN if "lan" in said else ()
        self._networks = (*lan, *(ip_network(name, strict=False) for name in names))

    def __contains__(self, host: object) -> bool:
        if not isinstance(host, str):
            return False
        if self._any or host in {"", "<broadcast>"}:
            return True
        try:
            address = ip_address(host.split("%", 1)[0])
        except ValueError:
            return False  # a name: to be resolved first, so that the address is judged
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._networks)


def unreadable(reach: Reach) -> str:
    """Return why a manifest's hosts or ports cannot be read, in words; "" if they can."""
    try:
        for ports in (reach.tcp, reach.udp, reach.listens):
            Ports(ports)
        Hosts(reach.hosts)
    except ValueError as error:
        return str(error)
    return ""


def _range(port: int | str) -> tuple[int, int]:
    if port == "*":
        return 1, 65_535
    low, _, high = str(port).partition("-")
    first, last = int(low), int(high or low)
    if not 1 <= first <= last <= 65_535:
        raise ValueError(f"{port!r} is no port or range of ports")
    return first, last

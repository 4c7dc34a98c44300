"""Keeps a driver's process within its manifest: hosts, ports, files, memory. For Linux.

Two fences stand one behind the other. The kernel's own (Landlock, where it has it) holds native
code too: files, and TCP by port. Python's audit hook sees what the kernel's cannot: addresses, UDP,
other programs. Sources: https://docs.kernel.org/userspace-api/landlock.html, PEP 578.
"""

import os
import resource
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import NoReturn

from drivers.kit import landlock
from drivers.kit.manifest import Manifest, Reach

_LAN = tuple(
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
_PROGRAMS = frozenset(
    {"subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn"}
)
READABLE = ("/usr", "/lib", "/lib64", "/etc", "/proc", "/dev", "/sys")


class FenceError(PermissionError):
    """A driver reached for what its manifest does not name."""


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


class Hosts:
    """A set of addresses, from a manifest's networks and `lan`."""

    def __init__(self, said: Iterable[str]) -> None:
        """Read the networks. Raises ValueError for what is none."""
        self._any = "*" in said
        names = [name for name in said if name not in {"lan", "*"}]
        lan = _LAN if "lan" in said else ()
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


def fence(manifest: Manifest, *, scratch: Path, hidden: Path | None = None) -> None:
    """Fence this process in, for good. It may write below `scratch`, and not look into `hidden`.

    Raises ValueError if the manifest's hosts or ports cannot be read.
    """
    reach = manifest.reach
    _limit(manifest)
    guard = _Guard(reach, hidden, scratch)
    tcp, listens = Ports(reach.tcp), Ports(reach.listens)
    landlock.restrict(
        readable=[*READABLE, sys.prefix, sys.base_prefix, *(p for p in sys.path if p)],
        writable=[str(scratch)],
        connect=None if tcp.all else _each(tcp),
        bind=None if listens.all else _each(listens),
    )
    sys.addaudithook(guard)


def _limit(manifest: Manifest) -> None:
    """Bound memory and standing. A service manager may forbid to: the hub watches both as well."""
    allowed = manifest.limits.memory_mb * 2 * 1024 * 1024
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, allowed))
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Whatever else wants a processor has it at once: a driver that spins is not felt by the reflex.
    with suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


class _Guard:
    """The audit hook."""

    def __init__(self, reach: Reach, hidden: Path | None, scratch: Path) -> None:
        self._hosts = Hosts(reach.hosts)
        self._tcp, self._udp = Ports(reach.tcp), Ports(reach.udp)
        self._listens = Ports(reach.listens)
        self._hidden = _below(hidden) if hidden is not None else ""
        self._scratch = _below(scratch)

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if event in {"socket.connect", "socket.sendto", "socket.bind"}:
            self._socket(event, args)
        elif event in _PROGRAMS:
            _refuse("start another program")
        elif event == "open" and self._hidden and isinstance(args[0], str):
            self._open(os.path.abspath(args[0]))  # noqa: PTH100 - no Path in a hook

    def _open(self, path: str) -> None:
        # A nameless file is opened by its folder's name, so the folder itself counts as in it.
        if path.startswith(self._hidden) and not (path + os.sep).startswith(self._scratch):
            _refuse(f"open {path}")

    def _socket(self, event: str, args: tuple[object, ...]) -> None:
        sock, address = args[0], args[1]
        if not isinstance(sock, socket.socket):
            return
        if sock.family not in {socket.AF_INET, socket.AF_INET6}:
            if event != "socket.bind":
                _refuse(f"talk to {address!r}")
            return
        if not isinstance(address, tuple) or len(address) < 2:
            return
        host, port = address[0], address[1]
        if event == "socket.bind":
            if port and port not in self._listens:
                _refuse(f"listen on port {port} (its manifest has no such `listens`)")
            return
        kind, ports = ("udp", self._udp) if _is_udp(sock) else ("tcp", self._tcp)
        if host not in self._hosts:
            _refuse(f"reach {host} (its manifest's `hosts` have no such)")
        if port not in ports:
            _refuse(f"reach {kind} port {port} of {host} (its manifest has no such)")


def _below(folder: Path) -> str:
    return str(folder.resolve()) + os.sep


def _is_udp(sock: socket.socket) -> bool:
    return sock.type & 0xF == socket.SOCK_DGRAM


def _refuse(what: str) -> NoReturn:
    raise FenceError(f"a driver may not {what}")


def _range(port: int | str) -> tuple[int, int]:
    if port == "*":
        return 1, 65_535
    low, _, high = str(port).partition("-")
    first, last = int(low), int(high or low)
    if not 1 <= first <= last <= 65_535:
        raise ValueError(f"{port!r} is no port or range of ports")
    return first, last


def _each(ports: Ports) -> list[int]:
    return [port for low, high in ports.ranges for port in range(low, high + 1)]

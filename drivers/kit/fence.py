"""Keeps a driver's process within its manifest: hosts, ports, files, memory. For Linux.

Three fences stand one behind the other. The kernel's own two hold native code too, where it has
them: Landlock keeps files and TCP ports, a filter of system calls keeps other processes and this
machine's sockets. Python's audit hook sees what they cannot, addresses and UDP, and says in words
what it refuses; what calls the C library by itself is not seen by it. Sources:
https://docs.kernel.org/userspace-api/landlock.html, PEP 578.
"""

import errno
import os
import resource
import socket
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from drivers.kit import landlock, seccomp
from drivers.kit.allowed import Hosts, Ports
from drivers.kit.manifest import Manifest, Reach

_ANY_SOCKET = socket.SocketType
"""What Python's own sockets are made of, and what those who want to go round them would use."""
_PROGRAMS = frozenset(
    {
        *("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn"),
        "os.spawn",
    }
)
_LOOKS: Mapping[str, int] = {"os.listdir": 1, "os.scandir": 1}
_CHANGES: Mapping[str, int] = {
    **dict.fromkeys(("os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod"), 1),
    **dict.fromkeys(("os.chown", "os.utime", "os.setxattr", "os.removexattr"), 1),
    **dict.fromkeys(("os.rename", "os.link", "os.symlink"), 2),
}
"""Events about files, and how many paths they begin with."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_READABLE = (
    *("/usr", "/lib", "/lib64", "/sys", "/proc/self", "/proc/sys", "/proc/cpuinfo"),
    *("/proc/meminfo", "/proc/stat", "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"),
    *("/etc/ssl", "/etc/ca-certificates", "/etc/pki", "/etc/resolv.conf", "/run/systemd/resolve"),
    *("/etc/hosts", "/etc/host.conf", "/etc/gai.conf", "/etc/nsswitch.conf", "/etc/services"),
    *("/etc/protocols", "/etc/localtime", "/etc/timezone", "/etc/mime.types", "/etc/passwd"),
    *("/etc/group", "/etc/ld.so.cache"),
)
"""Libraries, certificates, and how names are resolved: nothing of the home or of its people."""


class FenceError(PermissionError):
    """A driver reached for what its manifest does not name."""


def fence(manifest: Manifest, *, scratch: Path, hidden: Path | None = None) -> tuple[str, ...]:
    """Fence this process in, for good. It may write below `scratch`, and not look into `hidden`.

    Returns which of the kernel's fences stand. Raises ValueError if the manifest's hosts or ports
    cannot be read.
    """
    reach = manifest.reach
    tcp, listens = Ports(reach.tcp), Ports(reach.listens)
    readable = _readable(reach.files, hidden)
    guard = _Guard(reach, readable, scratch)
    _limit(manifest)
    by_landlock = landlock.restrict(
        readable=readable,
        writable=[str(scratch)],
        connect=None if tcp.all else tcp.each(),
        bind=None if listens.all else listens.each(),
    )
    sys.addaudithook(guard)
    stand = {"landlock": by_landlock, "seccomp": seccomp.restrict()}
    return tuple(name for name, stands in stand.items() if stands)


def _readable(files: Iterable[str], hidden: Path | None) -> list[str]:
    """Return what may be read: what holds `hidden` without it, all else whole."""
    own = (sys.prefix, sys.base_prefix, *(path for path in sys.path if path))
    found: dict[str, None] = {}
    for path in (*_READABLE, *own, *files):
        found.update(dict.fromkeys(_without(Path(path).resolve(), hidden)))
    return list(found)


def _without(folder: Path, hidden: Path | None) -> Iterable[str]:
    where = hidden.resolve() if hidden is not None else None
    if where is None or not where.is_relative_to(folder):
        return [str(folder)]
    with suppress(OSError):
        return [p for inner in folder.iterdir() if inner != where for p in _without(inner, where)]
    return []


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
    # Where memory runs out, it is a driver that goes, and not the hub.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", "ascii")


class _Guard:
    """The audit hook."""

    def __init__(self, reach: Reach, readable: Iterable[str], scratch: Path) -> None:
        self._hosts = Hosts(reach.hosts)
        self._tcp, self._udp = Ports(reach.tcp), Ports(reach.udp)
        self._listens = Ports(reach.listens)
        self._writable = _inside(str(scratch.resolve()))
        self._readable = (self._writable, *(_inside(path) for path in readable))

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = args[:3]
            self._file(path, writes=isinstance(flags, int) and bool(flags & _WRITES))
        elif event.startswith("socket."):
            self._socket(event, args)
        elif event in _PROGRAMS:
            _refuse("start another program")
        elif event in {"os.kill", "os.killpg"} and args[0] != os.getpid():
            _refuse("send signals to other processes")
        elif event in _LOOKS or event in _CHANGES:
            for path in args[: _LOOKS.get(event) or _CHANGES[event]]:
                self._file(path, writes=event in _CHANGES)

    def _file(self, said: object, *, writes: bool) -> None:
        if not isinstance(said, str | bytes | os.PathLike):
            return  # a number, of what was opened before
        path = os.path.realpath(os.fsdecode(said))
        whole = _inside(path)
        if path == "/dev/null" or whole.startswith(self._writable):
            return
        if writes or not any(whole.startswith(folder) for folder in self._readable):
            _refuse(f"{'write' if writes else 'open'} {path}")

    def _socket(self, event: str, args: tuple[object, ...]) -> None:
        if event not in {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"}:
            return
        sock, address = args[0], args[1]
        if not isinstance(sock, _ANY_SOCKET):
            return
        if sock.family not in {socket.AF_INET, socket.AF_INET6}:
            if event != "socket.bind" and address is not None:
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


def _inside(path: str) -> str:
    return path.rstrip(os.sep) + os.sep


def _is_udp(sock: "socket.SocketType") -> bool:
    return sock.type & 0xF == socket.SOCK_DGRAM


def _refuse(what: str) -> NoReturn:
    raise FenceError(errno.EACCES, f"a driver may not {what}")

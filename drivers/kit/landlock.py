"""The kernel's Landlock, by its three system calls: a process gives up rights for good.

Source: https://docs.kernel.org/userspace-api/landlock.html and include/uapi/linux/landlock.h.
Where the kernel has it not (before 5.13, or switched off), nothing is restricted and `restrict`
says so.
"""

import ctypes
import os
import struct
from collections.abc import Iterable

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION_FLAG = 1
_PATH_BENEATH, _NET_PORT = 1, 2
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_ALL_FILES = (1 << 13) - 1
_REFER, _TRUNCATE, _IOCTL = 1 << 13, 1 << 14, 1 << 15
_MAKE_DEVICES = 1 << 6 | 1 << 11
_BIND_TCP, _CONNECT_TCP = 1, 2
_ABSTRACT_SOCKETS, _SIGNALS = 1, 2
_READ = _READ_FILE | _READ_DIR
_ON_FILES = _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
"""Rights that a rule on a file may give; the others are for folders."""

MOST_PORTS = 4_096
"""So many ports of a ruleset are named one by one; more than that are left to the other fence."""

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """Return the version of the kernel's interface, 0 if it has none."""
    found: int = _libc.syscall(_CREATE, None, 0, _VERSION_FLAG)
    return max(0, found)


def restrict(
    *,
    readable: Iterable[str],
    writable: Iterable[str],
    connect: Iterable[int] | None,
    bind: Iterable[int] | None,
) -> bool:
    """Give up all files but these, and all TCP ports but these; None leaves ports as they are.

    No file may be run, those that are written least of all. Where the kernel can, no other process
    is reached by a signal or by an abstract socket. Returns False where it cannot do any of this.
    Raises OSError if it refuses.
    """
    abi = version()
    if not abi:
        return False
    files = _ALL_FILES
    files |= _REFER if abi >= 2 else 0
    files |= _TRUNCATE if abi >= 3 else 0
    files |= _IOCTL if abi >= 5 else 0
    ports = {_CONNECT_TCP: _listed(connect), _BIND_TCP: _listed(bind)} if abi >= 4 else {}
    handled = sum(right for right, named in ports.items() if named is not None)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    attributes = struct.pack("=QQQ", files, handled, _ABSTRACT_SOCKETS | _SIGNALS)[:size]
    ruleset = _called(_CREATE, ctypes.c_char_p(attributes), len(attributes), 0)
    try:
        for path in readable:
            _allow_path(ruleset, path, _READ | (_IOCTL if abi >= 5 else 0))
        for path in ("/dev/null", *writable):
            _allow_path(ruleset, path, files & ~(_EXECUTE | _MAKE_DEVICES))
        for right, named in ports.items():
            for port in named or ():
                rule = struct.pack("=QQ", right, port)
                _called(_ADD_RULE, ruleset, _NET_PORT, ctypes.c_char_p(rule), 0)
        if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
        _called(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)
    return True


def _listed(ports: Iterable[int] | None) -> list[int] | None:
    if ports is None:
        return None
    listed = list(ports)
    return listed if len(listed) <= MOST_PORTS else None


def _allow_path(ruleset: int, path: str, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        allowed = rights if os.path.isdir(path) else rights & _ON_FILES  # noqa: PTH112
        rule = struct.pack("=Qi", allowed, opened)
        _called(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.c_char_p(rule), 0)
    finally:
        os.close(opened)


def _called(number: int, *args: object) -> int:
    result: int = _libc.syscall(number, *args)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"landlock: {os.strerror(code)}")
    return result

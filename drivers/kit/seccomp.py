"""The kernel's filter of system calls: a driver starts no program and is no other's peer.

What Landlock leaves open is closed here: other processes (programs, signals, memory), and the
sockets of this machine, by which the hub's own user is taken for an owner of the home. Sources:
https://docs.kernel.org/userspace-api/seccomp_filter.html, include/uapi/linux/{seccomp,filter}.h,
and the tables of system calls in arch/x86/entry/syscalls and include/uapi/asm-generic/unistd.h.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Mapping, Sequence

_LOAD, _EQUALS, _AT_LEAST, _HAS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NUMBER, _ARCHITECTURE, _ARGUMENT = 0, 4, 16
"""Places in what a filter sees; the low half of an argument comes first (little-endian)."""
_X32 = 0x40000000
_CLONE_THREAD = 0x00010000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_FAMILIES = (2, 10, 16)
"""IPv4, IPv6, and netlink, by which a process lists its interfaces."""

_REFUSED: Mapping[str, tuple[int, ...]] = {
    # fork vfork execve execveat ptrace process_vm_readv process_vm_writev process_madvise
    # pidfd_getfd kcmp tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal
    # setpriority sched_setparam sched_setscheduler sched_setattr ioprio_set
    # mount umount2 unshare setns chroot pivot_root bpf perf_event_open userfaultfd
    # add_key request_key keyctl
    "x86_64": (
        *(57, 58, 59, 322, 101, 310, 311, 440, 438, 312, 200, 129, 297, 424),
        *(141, 142, 144, 314, 251),
        *(165, 166, 272, 308, 161, 155, 321, 298, 323, 248, 249, 250),
    ),
    "aarch64": (
        *(221, 281, 117, 270, 271, 440, 438, 272, 130, 138, 240, 424),
        *(140, 118, 119, 274, 30),
        *(40, 39, 97, 268, 51, 41, 280, 241, 282, 217, 218, 219),
    ),
}
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_CLONE = {"x86_64": 56, "aarch64": 220}
_OF_A_PROCESS = {"x86_64": (62, 234, 302), "aarch64": (129, 131, 261)}
"""kill, tgkill and prlimit64: to itself alone."""
_ABSENT = (435, 425, 426, 427)
"""clone3, whose flags a filter cannot see (libraries use clone then), and io_uring."""


def restrict() -> bool:
    """Give up those calls for good; return False where the kernel or the machine has no filter."""
    machine = platform.machine()
    if machine not in _AUDIT_ARCH:
        return False
    program = b"".join(_program(machine, os.getpid()))
    kept = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return not libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.c_char_p(head), 0, 0)


def _program(machine: str, pid: int) -> list[bytes]:
    refuse = _step(_RETURN, _ERRNO | errno.EPERM)
    absent = _step(_RETURN, _ERRNO | errno.ENOSYS)
    allow = _step(_RETURN, _ALLOW)
    number = _step(_LOAD, _NUMBER)
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        *_unless(_EQUALS, _AUDIT_ARCH[machine], [refuse]),
        number,
        *_if(_AT_LEAST, _X32, [refuse]),
    ]
    for call in _REFUSED[machine]:
        steps += _if(_EQUALS, call, [refuse])
    for call in _ABSENT:
        steps += _if(_EQUALS, call, [absent])
    families = [s for family in _FAMILIES for s in _if(_EQUALS, family, [allow])]
    steps += _if(_EQUALS, _SOCKET[machine], [_step(_LOAD, _ARGUMENT), *families, refuse])
    thread = _if(_HAS, _CLONE_THREAD, [allow])
    steps += _if(_EQUALS, _CLONE[machine], [_step(_LOAD, _ARGUMENT), *thread, refuse])
    *signals, limits = _OF_A_PROCESS[machine]
    itself = _if(_EQUALS, pid, [allow])
    for call in signals:
        steps += _if(_EQUALS, call, [_step(_LOAD, _ARGUMENT), *itself, refuse])
    nobody = _if(_EQUALS, 0, [allow])
    steps += _if(_EQUALS, limits, [_step(_LOAD, _ARGUMENT), *nobody, *itself, refuse])
    return [*steps, allow]


def _if(test: int, value: int, then: Sequence[bytes]) -> list[bytes]:
    return [_step(test, value, otherwise=len(then)), *then]


def _unless(test: int, value: int, then: Sequence[bytes]) -> list[bytes]:
    return [_step(test, value, so=len(then)), *then]


def _step(code: int, value: int, *, so: int = 0, otherwise: int = 0) -> bytes:
    """Return one step: what it does with `value`, and how many steps it then skips."""
    return struct.pack("=HBBI", code, so, otherwise, value)

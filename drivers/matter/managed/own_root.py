"""Runs a program with a /data and a /tmp of its own: `python own_root.py PARENT FOLDER PROGRAM …`.

The server's stack writes to `/data` and `/tmp/chip_kvs`, wherever it is told to keep things. So it
gets a root in a mount namespace of its own, in which these two are folders of ours and all else is
as it is (mount_namespaces(7), user_namespaces(7): no root is needed where users may make them). It
ends with the process that started it (prctl(2), PR_SET_PDEATHSIG).
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

_OWN = ("data", "tmp")
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 1 << 18
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Enter the namespace, bind this process to its parent, and become the program."""
    parent, folder, program = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    try:
        _enter(folder)
    except OSError as error:
        sys.exit(f"own_root: {error}")
    # Last: what changes a process's rights takes this promise back.
    if _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        sys.exit(f"own_root: prctl: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != parent:
        sys.exit("own_root: the parent is gone")
    try:
        os.execv(program[0], program)  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.exit(f"own_root: {program[0]} cannot be run: {error.strerror}")


def _enter(folder: Path) -> None:
    user, group = os.geteuid(), os.getegid()
    root = folder / "root"
    for path in (root, *(folder / name for name in _OWN)):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user == 0:
        os.unshare(os.CLONE_NEWNS)
    else:
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNS)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    _mount("none", "/", "", _MS_REC | _MS_PRIVATE)
    _mount("tmpfs", str(root), "tmpfs", 0)
    for entry in Path("/").iterdir():
        target = root / entry.name
        if entry.name in _OWN:
            continue
        if entry.is_symlink():
            target.symlink_to(entry.readlink())
        elif entry.is_dir():
            target.mkdir()
            _mount(str(entry), str(target), "", _MS_BIND | _MS_REC)
    for name in _OWN:
        (root / name).mkdir()
        _mount(str(folder / name), str(root / name), "", _MS_BIND)
    # What is run, and what it reads, may be below one of the two that were put aside.
    inside = root / str(folder).lstrip("/")
    if not inside.exists():
        inside.mkdir(parents=True)
        _mount(str(folder), str(inside), "", _MS_BIND | _MS_REC)
    os.chroot(root)
    os.chdir("/")


def _mount(source: str, target: str, kind: str, flags: int) -> None:
    done = _libc.mount(source.encode(), target.encode(), kind.encode() or None, flags, None)
    if done != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"mount {source} at {target}: {os.strerror(number)}")


if __name__ == "__main__":
    main()

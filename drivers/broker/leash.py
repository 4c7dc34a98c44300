"""Runs a program that ends with the process that started it: `python leash.py PARENT PROGRAM …`.

The kernel keeps the promise (prctl(2), PR_SET_PDEATHSIG), however the parent goes. The program
takes over this process, so its parent sees the program's own id and exit code. setpriv(1) can do
the same, but makes a system call (capset) that a hardened service is not allowed.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Bind this process to its parent, and become the program."""
    parent, program = int(sys.argv[1]), sys.argv[2:]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != parent:  # it went before the promise was made
        sys.exit("the parent is gone")
    try:
        os.execv(program[0], program)  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.exit(f"{program[0]} cannot be run: {error.strerror}")


if __name__ == "__main__":
    main()

"""What must hold of a codec for any bytes: typed errors alone, and memory in bounds."""

import gc
import tracemalloc

from tests.fuzz.target import Target

TIMES = 4
"""A codec may hold so many times its packet, beside its target's allowance."""
_LOOKS = 3


class HoardError(AssertionError):
    """A codec held more memory than its packet accounts for."""


def weigh(target: Target, data: bytes) -> int:
    """Run a target; return the most memory that it held for the packet, in bytes.

    Raises HoardError beyond the bound, and whatever the codec raises. What is made at first use and
    kept (a decoder, a pattern, a line of a cache) is no part of the packet: a breach must show each
    time that one looks.
    """
    most = TIMES * len(data) + target.allowance_bytes
    held = _held(target, data)
    for _ in range(_LOOKS - 1):
        if held <= most:
            return held
        gc.collect()
        held = _held(target, data)
    if held > most:
        raise HoardError(f"{target.name} held {held} bytes for a packet of {len(data)}")
    return held


def _held(target: Target, data: bytes) -> int:
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        target.run(data)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()

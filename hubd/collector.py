"""CPython's garbage collector, kept off the reflex path.

A full collection visits every object that lives: hundreds of milliseconds in a home of thousands of
devices, which people feel. What lives long is frozen, so that no collection visits it; the young
are looked through in short steps while the loop is idle.
"""

import asyncio
import gc

_STEP_S = 0.25
_MIDDLE_EVERY = 40
"""Steps between two collections of the middle generation."""


def settle() -> None:
    """Clean up once, and freeze all that lives now. To be called when much has just been built."""
    gc.collect()
    gc.freeze()


async def tidy() -> None:
    """Collect in small steps, for ever; nothing is collected at any other time."""
    gc.disable()
    try:
        step = 0
        while True:
            await asyncio.sleep(_STEP_S)
            step += 1
            gc.collect(1 if step % _MIDDLE_EVERY == 0 else 0)
    finally:
        gc.enable()

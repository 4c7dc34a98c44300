"""Imports what is big without holding up the loop.

A driver that says nothing for a few seconds is taken as hung; on a small machine that is busy, the
first import of a library can take as long.
"""

import asyncio
import sys
from importlib import import_module


async def loaded(*modules: str) -> None:
    """Import modules in a thread; an `import` after it takes no time. Raises ImportError."""
    for module in modules:
        if module not in sys.modules:
            await asyncio.to_thread(import_module, module)

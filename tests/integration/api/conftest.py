"""The API on a real socket."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from api_serving import Served, serving


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """A furnished home on a free port of loopback."""
    async with serving(tmp_path) as it:
        yield it

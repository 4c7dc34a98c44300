"""What the simulated Z-Wave network runs on, or the reason why it cannot."""

import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


def installed() -> Path:
    """Return the folder with zwave-js, installed if it is missing; skip the test without Node."""
    done = subprocess.run([_ROOT / ".ci" / "zwave"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"zwave-js could not be installed: {done.stderr.strip()[-300:]}")
    return Path(done.stdout.strip())

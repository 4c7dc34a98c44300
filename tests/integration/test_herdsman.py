"""Every device that Zigbee2MQTT knows, as npm's zigbee-herdsman-converters defines it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHOLE = (
    "on/off",
    "level",
    "colour",
    "cover",
    "climate",
    "lock",
    "fan",
    "occupancy",
    "contact",
    "climate-sensing",
    "power and energy",
)
"""What must be carried to the last feature."""


def test_every_definition_is_carried_and_what_a_home_lives_by_to_the_last_feature() -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed (Node 20 or newer)")
    done = subprocess.run(
        [ROOT / ".ci" / "herdsman"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    told = done.stdout
    if "npm error" in done.stderr or "npm ERR" in done.stderr:
        pytest.skip(f"npm could not install the definitions: {done.stderr[-200:]}")
    assert done.returncode == 0, told + done.stderr
    shares = re.findall(r"([\d.]+)% right", told)
    assert float(shares[-1]) >= 98.0, told
    for kind in WHOLE:
        row = re.search(rf"^{re.escape(kind)}\s+(\d+) of\s+(\d+)", told, re.MULTILINE)
        assert row is not None, told
        assert row[1] == row[2] != "0", told

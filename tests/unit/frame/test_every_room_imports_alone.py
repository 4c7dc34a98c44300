"""A package that only imports after another one has hides a cycle or a side effect."""

import subprocess
import sys

import pytest

ROOMS = (
    "hubd.model",
    "hubd.core",
    "hubd.store",
    "hubd.softbus",
    "hubd.guard",
    "hubd.inference",
    "hubd.flywheel",
    "hubd.api",
    "drivers",
    "perception",
    "scenes",
    "firmware_sim",
)

IMPORT_ALL_OF_IT = """
import importlib, pkgutil, sys, threading
room = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
assert threading.active_count() == 1, threading.enumerate()
"""


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_first_and_leaves_nothing_running(room: str) -> None:
    command = [sys.executable, "-W", "error", "-c", IMPORT_ALL_OF_IT, room]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""

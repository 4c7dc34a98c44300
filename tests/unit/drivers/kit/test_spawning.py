"""What a driver's process is begun with."""

import os
import shutil
import subprocess
import sys

import pytest

from drivers.kit.spawning import yielding


@pytest.mark.skipif(shutil.which("chrt") is None, reason="there is no chrt here")
def test_a_drivers_process_yields_the_processor_before_its_first_instruction() -> None:
    policy = "import os; print(os.sched_getscheduler(0))"
    said = subprocess.run(
        [*yielding(), sys.executable, "-c", policy], check=True, capture_output=True, text=True
    )
    assert int(said.stdout) == os.SCHED_IDLE

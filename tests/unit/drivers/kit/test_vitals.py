"""What a process takes is seen, by whatever means it takes it."""

import mmap
import os
import subprocess
import sys
import time

from drivers.kit.manifest import Limits
from drivers.kit.vitals import WINDOW_S, Vitals

MB = 1_000_000


def test_memory_that_is_shared_with_nobody_counts_however_it_was_taken() -> None:
    vitals = Vitals(os.getpid(), Limits())
    before = vitals.memory_mb
    with mmap.mmap(-1, 64 * MB, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS) as shared:
        shared.write(b"x" * 64 * MB)
        assert vitals.memory_mb - before > 60


def test_what_is_beyond_the_limits_is_told_in_words() -> None:
    told = Vitals(os.getpid(), Limits(memory_mb=1)).excess(0.0)
    assert told.endswith(" MB of memory, 1 are allowed")
    vitals = Vitals(os.getpid(), Limits(memory_mb=100_000, cpu_percent=0))
    assert vitals.excess(0.0) == ""
    end = time.process_time() + 0.5
    while time.process_time() < end:
        pass
    assert vitals.excess(WINDOW_S).endswith("% of a processor, 0 are allowed")


def test_who_waits_for_a_processor_is_told_from_who_waits_for_something_else() -> None:
    assert Vitals(os.getpid(), Limits()).wants_to_run
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as waiting:
        vitals = Vitals(waiting.pid, Limits())
        while vitals.wants_to_run:
            time.sleep(0.01)
        waiting.kill()


def test_of_a_process_that_ended_nothing_is_read() -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as ended:
        ended.wait()
    vitals = Vitals(ended.pid, Limits())
    assert (vitals.memory_mb, vitals.cpu_s, vitals.wants_to_run) == (0.0, 0.0, False)
    assert vitals.excess(0.0) == ""

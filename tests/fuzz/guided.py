"""The process that fuzzes one target: `python -m tests.fuzz.guided TARGET CORPUS PREFIX SECONDS`.

By atheris, which is led by the lines that an input reaches; where it cannot be had, by mutations
of the corpus alone. It ends at the first find, and writes it at the prefix as libFuzzer does.
"""

import logging
import random
import sys
import time
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from zlib import crc32

LIMIT_S = 20
"""One input may not take longer."""
_MEMORY_MB = 1_500
_WEIGHED = 32
"""One input of so many is weighed, too: it takes three times as long."""


def main() -> None:
    """Fuzz. Ends the process."""
    name, corpus, prefix, seconds = sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[4])
    logging.disable(logging.CRITICAL)
    if find_spec("atheris") is None:
        _blind(name, corpus, prefix, seconds)
    else:
        _guided(name, corpus, prefix, seconds)


def _guided(name: str, corpus: Path, prefix: str, seconds: float) -> None:
    import atheris

    with atheris.instrument_imports(include=["drivers", "hubd"], enable_loader_override=False):
        from tests.fuzz.table import target_named

        target = target_named(name)
    from tests.fuzz.laws import weigh
    from tests.fuzz.mutation import Mutator, words_of

    mutator = Mutator(words_of(target.of))

    def once(data: bytes) -> None:
        if crc32(data) % _WEIGHED:
            target.run(data)
        else:
            weigh(target, data)

    def mutate(data: bytes, longest: int, seed: int) -> bytes:
        # The library's own mutations know what was compared, and join inputs; ours know JSON.
        if seed % 4 == 0:
            return bytes(atheris.Mutate(data, longest))
        return mutator.mutated(data, longest, seed)

    flags = (
        f"-max_total_time={max(1, round(seconds))}", f"-max_len={target.longest}",
        f"-timeout={LIMIT_S}", f"-rss_limit_mb={_MEMORY_MB}", f"-artifact_prefix={prefix}",
        "-print_final_stats=1", "-len_control=0", "-verbosity=0",
    )  # fmt: skip
    atheris.Setup([sys.argv[0], *flags, str(corpus)], once, custom_mutator=mutate)
    atheris.Fuzz()


def _blind(name: str, corpus: Path, prefix: str, seconds: float) -> None:
    from tests.fuzz.laws import weigh
    from tests.fuzz.mutation import Mutator, words_of
    from tests.fuzz.table import target_named

    target = target_named(name)
    mutator = Mutator(words_of(target.of))
    kept = [path.read_bytes() for path in sorted(corpus.iterdir())]
    chance, ends_s, runs = random.Random(0), time.monotonic() + seconds, 0
    while time.monotonic() < ends_s:
        data = mutator.mutated(chance.choice(kept), target.longest, runs)
        runs += 1
        try:
            weigh(target, data) if runs % _WEIGHED == 0 else target.run(data)
        except BaseException:
            written = Path(f"{prefix}crash-{sha256(data).hexdigest()[:40]}")
            written.write_bytes(data)
            print(f"Test unit written to {written}")
            print(f"stat::number_of_executed_units: {runs}")
            raise
    print(f"stat::number_of_executed_units: {runs}")


if __name__ == "__main__":
    main()

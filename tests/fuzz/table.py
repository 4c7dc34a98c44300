"""All targets: each module of tests/fuzz/targets lists its own."""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence

from tests.fuzz import targets
from tests.fuzz.target import Target


def rooms() -> list[str]:
    """Return the names of the modules of targets."""
    return [module.name for module in pkgutil.iter_modules(targets.__path__)]


def targets_in(room: str) -> Sequence[Target]:
    """Return the targets of a module. Their names begin with its name."""
    found: Sequence[Target] = importlib.import_module(f"tests.fuzz.targets.{room}").TARGETS
    return found


def every_target() -> Iterator[Target]:
    """Yield all targets."""
    for room in rooms():
        yield from targets_in(room)


def target_named(name: str) -> Target:
    """Return a target. Raises LookupError."""
    for target in targets_in(name.partition(".")[0]):
        if target.name == name:
            return target
    raise LookupError(f"there is no target {name}")

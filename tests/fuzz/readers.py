"""Which functions of the drivers read what others say, and which of them a target runs.

A function reads what others say if one of its parameters is bytes, an object of any kind, or what a
library makes of a packet. Those in closures count as the function around them does.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType

from msgspec import Struct

ROOT = Path(__file__).parents[2]
_STRANGE = re.compile(
    r"\b(bytes|object|Payload|Sighting|Raw|EntityInfo|EntityState|DeviceInfo|CastStatus|MediaStatus"
    r"|Described|NodeValue|Accessory|Resource|Expose|Message)\b"
)
_TOOL = sys.monitoring.COVERAGE_ID


class Reader(Struct, frozen=True, order=True):
    """A function that reads what others say."""

    path: str
    line: int
    name: str


def readers() -> Iterator[Reader]:
    """Yield all of the drivers' readers."""
    for path in sorted((ROOT / "drivers").rglob("*.py")):
        where = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text("utf-8"))
        for node in tree.body:
            inner = node.body if isinstance(node, ast.ClassDef) else [node]
            for one in inner:
                if isinstance(one, ast.FunctionDef) and _reads(one):
                    first = min([one.lineno, *(d.lineno for d in one.decorator_list)])
                    yield Reader(where, first, one.name)


def _reads(node: ast.FunctionDef) -> bool:
    if node.name.startswith("__") or _is_promise(node):
        return False
    said = node.args
    parameters = (*said.posonlyargs, *said.args, *said.kwonlyargs)
    texts = (ast.unparse(p.annotation) for p in parameters if p.annotation is not None)
    return any(_STRANGE.search(text) for text in texts)


def _is_promise(node: ast.FunctionDef) -> bool:
    """Say whether a function is one that others fill."""
    last = node.body[-1]
    says_nothing = isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant)
    return says_nothing or any("abstractmethod" in ast.unparse(d) for d in node.decorator_list)


def run_by(work: Callable[[], object]) -> set[tuple[str, int]]:
    """Return where the functions of the drivers begin that `work` enters: path and line."""
    seen: set[tuple[str, int]] = set()
    root = f"{ROOT}/"

    def entered(code: CodeType, _offset: int) -> object:
        if code.co_filename.startswith(root):
            seen.add((code.co_filename.removeprefix(root), code.co_firstlineno))
        return sys.monitoring.DISABLE

    events = sys.monitoring
    events.use_tool_id(_TOOL, "fuzz")
    try:
        events.register_callback(_TOOL, events.events.PY_START, entered)
        events.set_events(_TOOL, events.events.PY_START)
        events.restart_events()
        work()
    finally:
        events.set_events(_TOOL, 0)
        events.register_callback(_TOOL, events.events.PY_START, None)
        events.free_tool_id(_TOOL)
    return seen

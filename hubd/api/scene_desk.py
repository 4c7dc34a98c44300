"""What the API needs to have scenes written. `hubd.desk` implements it."""

from typing import Protocol

from msgspec import Struct

from hubd.model.errors import HubError


class Wrong(Struct, frozen=True):
    """Something wrong in a file of scenes or tests."""

    path: str
    line: int
    message: str


class Failed(Struct, frozen=True):
    """A test that did not pass: what it expected, what is so instead, and why."""

    name: str
    path: str
    line: int
    expected: str
    got: str
    why: str


class Found(Struct, frozen=True):
    """What scenes do wrong together; `story` shows it happen."""

    path: str
    line: int
    kind: str
    message: str
    story: tuple[str, ...] = ()


class Trial(Struct, frozen=True):
    """What comes of a changed file. `all_right`: nothing speaks against it.

    `doubts` are words that mean nothing in the home yet, which is no reason to refuse.
    """

    path: str
    all_right: bool
    problems: tuple[Wrong, ...]
    doubts: tuple[Wrong, ...]
    findings: tuple[Found, ...]
    tests: int
    passed: int
    failed: tuple[Failed, ...]
    saved: bool = False


class PathRefusedError(HubError):
    """A file that is none of the scenes' folder, or no YAML."""

    code = "path"


class SceneDesk(Protocol):
    """Where scenes are written. All is called on the event loop."""

    async def text(self, path: str) -> str | None:
        """Return the text of a file of scenes or tests; None if there is none.

        Raises PathRefusedError.
        """
        ...

    async def try_out(self, path: str, text: str) -> Trial:
        """Return what comes of `text` at `path`; nothing is changed. Raises PathRefusedError."""
        ...

    async def save(self, path: str, text: str, *, force: bool) -> Trial:
        """Write `text` to `path` if nothing speaks against it, or by `force`.

        Returns when the scenes run as written. Raises PathRefusedError.
        """
        ...

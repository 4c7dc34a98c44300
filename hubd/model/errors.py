"""The root of the errors that people and programs meet.

HubError
├── store: StoreError …
├── drivers: DriverError …
├── scenes: SceneError …
├── guard: GuardError …
└── configuration: ConfigError

Each leaf lives beside what raises it. `code` is stable and may be matched on; the text may change.
"""

from typing import ClassVar


class HubError(Exception):
    """Something that a person can mend; `mend` says how."""

    code: ClassVar[str] = "hub"

    def __init__(self, what: str, *, mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend

    def __str__(self) -> str:
        """Return one line: what is wrong, and how to mend it."""
        return f"{self.what}. {self.mend}" if self.mend else self.what


class ConfigError(HubError):
    """A file or an option of the configuration is wrong."""

    code = "config"

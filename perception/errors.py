"""What goes wrong in perception, and how to mend it."""

from typing import ClassVar

from hubd.model.errors import HubError


class PerceptionError(HubError):
    """Something in perception that a person can mend."""

    code: ClassVar[str] = "perception"


class DataError(PerceptionError):
    """A folder or a file of data is not what it should be."""

    code = "perception.data"

"""What goes wrong with models, and how to mend it."""

from typing import ClassVar

from hubd.model.errors import HubError


class ModelError(HubError):
    """A model cannot be loaded or run."""

    code: ClassVar[str] = "inference.model"

"""What a scene does about being set off while it runs, and about times missed."""

from enum import StrEnum

from hubd.model.instant import MINUTE_US

GRACE_US = MINUTE_US
"""What is due this long ago was missed: the hub was off, or its clock was put forward."""


class RunMode(StrEnum):
    """What becomes of a scene with steps that is set off while it runs."""

    SINGLE = "single"
    """Nothing."""
    RESTART = "restart"
    """It begins anew."""
    QUEUED = "queued"
    """It begins once more when it is done."""
    PARALLEL = "parallel"
    """It runs twice."""


class Missed(StrEnum):
    """What becomes of a time that passed while the hub was off."""

    SKIP = "skip"
    DO_NOW = "do now"
    ASK = "ask"

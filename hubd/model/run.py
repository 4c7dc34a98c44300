"""Runs: passes through a scene's steps, and where they stand."""

from msgspec import Struct

from hubd.model.value import Value

QUEUED = -1
"""The step of a run that waits for others of its scene to end."""


class Run(Struct, frozen=True, gc=False, omit_defaults=True):
    """Where a run stands: `step` counts the scene's steps as they are carried out, from 0.

    `why` is what set it off, as a clause, and `by` the id of the trigger. It ends at `until_us`
    whatever it waits for; 0 is no end by time. `variables` are its own, in the order of their
    names; those that begin with "#" count repeats.
    """

    step: int
    why: str = ""
    by: str = ""
    until_us: int = 0
    variables: tuple[tuple[str, Value], ...] = ()

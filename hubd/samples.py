"""What comes with hubd to try it: a recorded home, and scenes for any home."""

from importlib.util import find_spec
from pathlib import Path

import scenes
from hubd.model.errors import HubError

EXAMPLES = Path(scenes.__file__).parent / "examples"
"""The folder of the example scenes."""


class SampleMissingError(HubError):
    """hubd was installed without its simulated devices."""

    code = "sample_missing"


def recording() -> Path:
    """Return the folder of the recorded home. Raises SampleMissingError."""
    # The simulated devices are outside of the hub: found, but never imported.
    spec = find_spec("firmware_sim")
    if spec is None or spec.origin is None:
        raise SampleMissingError("The simulated devices are not installed", mend="Run `make setup`")
    return Path(spec.origin).parent / "recordings" / "maple_street"

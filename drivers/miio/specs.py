"""Where a model's MIoT-Spec comes from: what its owner gave, a folder of theirs, or what is here.

A home has no way out to its maker's servers. `drivers/miio/specs/` holds what is public of common
models, each file with the place that it was written from; whoever has another model downloads its
spec once, and gives it when it is adopted, or puts it as MODEL.json into /etc/hubd/miot-specs (or
the folder that the environment variable HUBD_MIOT_SPECS names).
"""

import os
from collections.abc import Iterator
from pathlib import Path

from drivers.kit.errors import MalformedError
from drivers.miio.spec import LONGEST, Spec, read_spec

VARIABLE = "HUBD_MIOT_SPECS"
FOLDER = "/etc/hubd/miot-specs"
_HERE = Path(__file__).parent / "specs"
_SAME = "same-as.txt"
"""Lines of `model = another model`, whose layout is the same."""


def spec_for(model: str, given: str = "") -> Spec | None:
    """Return the spec of a model, or None if there is none. Raises MalformedError."""
    if given:
        return read_spec(given.encode())
    for path in _places(model):
        try:
            with path.open("rb") as file:
                return read_spec(file.read(LONGEST + 1))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise MalformedError(f"{path} can't be read: {error.strerror}") from error
        except MalformedError as error:
            raise MalformedError(f"{path}: {error.what}") from error
    return None


def known_models() -> Iterator[str]:
    """Yield the models whose specs are here."""
    for path in sorted(_HERE.glob("*.json")):
        yield path.stem
    yield from sorted(_same())


def _places(model: str) -> Iterator[Path]:
    if not model or not model.replace(".", "").replace("_", "").replace("-", "").isalnum():
        return
    yield Path(os.environ.get(VARIABLE, FOLDER)) / f"{model}.json"
    yield _HERE / f"{model}.json"
    if (other := _same().get(model)) is not None:
        yield _HERE / f"{other}.json"


def _same() -> dict[str, str]:
    lines = (_HERE / _SAME).read_text("utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {model.strip(): other.strip() for model, other in pairs}

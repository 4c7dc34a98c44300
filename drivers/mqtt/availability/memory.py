"""What was learnt of devices' rhythms, kept over a restart of the hub in a small file.

It is written whole or not at all, now and then and at the end. What a crash loses of it is learnt
again: a device is then believed in for somewhat longer. A file that cannot be read is begun anew.
"""

import logging
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from drivers.mqtt.availability.plan import Mode
from hubd.model.ids import DeviceId

_log = logging.getLogger(__name__)

FILE = "mqtt-rhythms.json"
DEVICES_LIMIT = 20_000
BYTES_LIMIT = 16 * 1024 * 1024


class Remembered(Struct, frozen=True, omit_defaults=True):
    """One device.

    `silent_s`: for how long it had been silent when the hub heard it last, as far as the hub was
    listening; `absent_s`: for how long the hub has listened since and it has not announced itself.
    Not when it was heard: the hub may have been off since, and heard nobody.
    """

    mode: Mode
    gaps_s: tuple[float, ...] = ()
    silent_s: float | None = None
    absent_s: float = 0.0
    patience_s: float = 0.0
    lost: bool = False
    naps: int = 0


def read(path: Path | None) -> dict[DeviceId, Remembered]:
    """Return what was remembered; nothing where there is no file, or none that can be read."""
    if path is None:
        return {}
    try:
        if path.stat().st_size > BYTES_LIMIT:
            _log.warning("%s is left alone: it is larger than the hub would write it", path)
            return {}
        return msgspec.json.decode(path.read_bytes(), type=dict[DeviceId, Remembered])
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        _log.warning("%s is begun anew: %s", path, error)
        return {}


def write(path: Path, devices: Mapping[DeviceId, Remembered]) -> None:
    """Write what is to be remembered; where the disk refuses, the log says so."""
    fresh = path.with_suffix(".new")
    try:
        fresh.write_bytes(msgspec.json.encode(dict(devices)))
        fresh.replace(path)
    except OSError as error:
        _log.warning("%s can't be written: %s", path, error.strerror)

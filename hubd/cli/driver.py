"""`hubd driver`: what is done to drivers, for those who write and judge them."""

import importlib
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import click

from hubd.cli import show
from hubd.cli.group import Group

if TYPE_CHECKING:
    from drivers.kit.coverage import Reader

_SHOWN = 200


class Dialect(StrEnum):
    """What recorded payloads are written in."""

    ZIGBEE2MQTT = "zigbee2mqtt"
    SHELLY = "shelly"
    HOMEASSISTANT = "homeassistant"
    MATTER = "matter"


_READERS: Mapping[Dialect, str] = {
    Dialect.ZIGBEE2MQTT: "drivers.mqtt.zigbee2mqtt.coverage",
    Dialect.SHELLY: "drivers.shelly.coverage",
    Dialect.HOMEASSISTANT: "drivers.mqtt.coverage",
    Dialect.MATTER: "drivers.matter.coverage",
}


class _Driver(Group):
    """What is done to drivers; each command has its module."""

    modules: ClassVar[Mapping[str, str]] = {
        "new": "driver_new",
        "check": "driver_check",
        "restart": "driver_restart",
    }


@click.group(cls=_Driver)
def driver() -> None:
    """Write, check, measure and restart drivers (docs/drivers.md)."""


@driver.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--dialect",
    type=click.Choice([d.value for d in Dialect]),
    required=True,
    help="What the payloads are written in.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON on one line.")
def coverage(path: Path, dialect: str, *, as_json: bool) -> None:
    """Say which entities of real devices' payloads (in PATH, a file or a folder) are carried."""
    from drivers.kit import coverage as kit  # noqa: PLC0415 - only where it is called for

    found = kit.coverage(path, _reader(Dialect(dialect)))
    if as_json:
        import msgspec  # noqa: PLC0415

        show.as_json(msgspec.to_builtins(found))
        return
    if found.unmapped:
        rows = [(u.file, u.entity, u.reason) for u in found.unmapped[:_SHOWN]]
        show.table(("file", "not carried", "why"), rows)
        if len(found.unmapped) > _SHOWN:
            why = Counter(u.reason for u in found.unmapped[_SHOWN:])
            more = [(str(count), reason) for reason, count in why.most_common(20)]
            show.table(("more", "why"), more)
    share = 100 * found.mapped / found.entities if found.entities else 0.0
    show.out.print(
        f"{found.files} file{'s' * (found.files != 1)}: {found.mapped} of {found.entities} "
        f"entities carried ({share:.1f} %)."
    )


def _reader(dialect: Dialect) -> "Reader":
    """Return what reads a dialect's payloads; it is loaded when it is asked for."""
    module = _READERS[dialect]
    try:
        read: Reader = importlib.import_module(module).read
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise
        raise click.UsageError(f"This hub has no {dialect} reader yet.") from None
    return read

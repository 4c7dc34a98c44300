"""The manifests of all drivers that there are: hubd's own, those installed, those named."""

import logging
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from drivers.kit.errors import ManifestError
from drivers.kit.manifest import FILE, Manifest, read_manifest

_log = logging.getLogger(__name__)

ENTRY_POINTS = "hubd.drivers"
"""The group of entry points by which others' drivers are found."""


def known_manifests(beside: Iterable[Path]) -> tuple[dict[Path, Manifest], dict[str, str]]:
    """Return all manifests by path, and of those that cannot be read why, by their folder."""
    manifests: dict[Path, Manifest] = {}
    wrong: dict[str, str] = {}
    for path in (*built_in(), *installed(), *beside):
        try:
            manifests[path] = read_manifest(path)
        except ManifestError as error:
            wrong[path.parent.name] = str(error)
    return manifests, wrong


def built_in() -> list[Path]:
    """Return the manifests of the drivers that come with hubd."""
    folder = Path(__file__).resolve().parent.parent / "drivers"
    return sorted(folder.glob(f"*/{FILE}"))


def installed() -> list[Path]:
    """Return the manifests of the drivers that were installed beside hubd, running none of them.

    A package has an entry point in the group `hubd.drivers`, and its `driver.toml` beside the
    module that it names.
    """
    found: list[Path] = []
    for point in metadata.entry_points(group=ENTRY_POINTS):
        package = point.module.rpartition(".")[0] or point.module
        wanted = f"{package.replace('.', '/')}/{FILE}"
        path = _in_distribution(point, wanted)
        if path is None:
            _log.error("the driver %s has no %s", point.name, wanted)
        else:
            found.append(path)
    return found


def _in_distribution(point: metadata.EntryPoint, wanted: str) -> Path | None:
    if point.dist is None:
        return None
    path = Path(str(point.dist.locate_file(wanted)))
    if path.is_file():
        return path
    for file in point.dist.files or ():  # an editable install: its path file says where it is
        if file.suffix == ".pth":
            for line in Path(str(file.locate())).read_text("utf-8").splitlines():
                candidate = Path(line.strip()) / wanted
                if line.strip() and candidate.is_file():
                    return candidate
    return None

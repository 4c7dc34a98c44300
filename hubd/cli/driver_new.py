"""`hubd driver new`: a driver to begin with, with its tests."""

import re
from importlib import resources
from pathlib import Path

import click

from hubd.cli import show
from hubd.model.errors import HubError

_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
_FILES = {
    "pyproject.toml": "pyproject.toml.txt",
    "README.md": "README.md.txt",
    "{package}/__init__.py": "init.py.txt",
    "{package}/driver.toml": "driver.toml.txt",
    "{package}/driver.py": "driver.py.txt",
    "{package}/link.py": "link.py.txt",
    "{package}/codec.py": "codec.py.txt",
    "tests/lamp.py": "lamp.py.txt",
    "tests/test_{name}.py": "test_driver.py.txt",
}


class ScaffoldError(HubError):
    """A driver cannot be begun so."""

    code = "driver.new"


def scaffold(name: str, folder: Path) -> list[Path]:
    """Write a driver called `name` into a folder of its own in `folder`; return its files.

    Raises ScaffoldError if the name is none for a package, or the folder is there already.
    """
    if not _NAME.fullmatch(name):
        raise ScaffoldError(
            f"{name!r} is no name for a driver",
            mend="Write lower-case letters, digits and _, beginning with a letter",
        )
    words = {
        "name": name,
        "slug": name.replace("_", "-"),
        "package": f"hubd_driver_{name}",
        "title": name.replace("_", " ").capitalize(),
        "classname": "".join(word.capitalize() for word in name.split("_")),
    }
    root = folder / f"hubd-driver-{words['slug']}"
    if root.exists():
        raise ScaffoldError(f"{root} is there already", mend="Name another, or move it away")
    texts = resources.files("drivers.kit") / "scaffold"
    written: list[Path] = []
    for path, text in _FILES.items():
        file = root / path.format(**words)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((texts / text).read_text("utf-8").format(**words), "utf-8")
        written.append(file)
    return written


@click.command()
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The folder to begin it in; this one, without.",
)
def new(name: str, into: Path) -> None:
    """Begin a driver called NAME: a package with a working example and its tests."""
    for file in scaffold(name, into):
        show.out.print(str(file), highlight=False)
    root = into / f"hubd-driver-{name.replace('_', '-')}"
    show.out.print(f"\nNext: hubd driver check {root}", highlight=False)
    show.out.print("How it goes on: docs/drivers.md", highlight=False)

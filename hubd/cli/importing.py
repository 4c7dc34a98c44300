"""`hubd import`: what people built elsewhere, as scenes."""

from collections import Counter
from pathlib import Path

import click

from hubd.cli import show
from scenes.homeassistant.importer import Count, Import, import_folder
from scenes.homeassistant.writing import files_of, rows

_SUFFIXES = (".yaml", ".yml")
_SKIPPED = frozenset({"custom_components", "node_modules", "deps", "www", "__pycache__"})
_LARGEST_BYTES = 8_000_000
_REGISTRIES = tuple(
    f"core.{what}_registry" for what in ("area", "device", "entity", "floor", "label")
)


@click.group(name="import")
def import_() -> None:
    """Import what was built elsewhere, as scenes."""


@import_.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the scenes into this folder, one a file.",
)
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@click.option("--json", "as_json", is_flag=True, help="JSON on one line.")
def homeassistant(folder: Path, into: Path | None, *, force: bool, as_json: bool) -> None:
    """Import automations, scenes, scripts and blueprints of the Home Assistant in FOLDER.

    What has no counterpart here is named by file and line.
    """
    result = import_folder(read_texts(folder))
    files = files_of(result)
    if into is not None:
        _write(files, into, force=force)
    if as_json:
        show.as_json(_summary(result))
        return
    _show(result)
    if into is not None:
        show.out.print(f"\n{len(files)} files are in {into}.", markup=False)
    elif files:
        show.out.print("\nWith --into FOLDER the scenes are written.", markup=False)


def read_texts(folder: Path) -> dict[str, str]:
    """Return the texts of YAML files and registries in and below `folder`, by path within it.

    What leads out of the folder (a link) is not followed.
    """
    texts: dict[str, str] = {}
    for parent, folders, names in folder.walk():
        folders[:] = sorted(
            name
            for name in folders
            if name not in _SKIPPED and (not name.startswith(".") or name == ".storage")
        )
        is_store = parent.name == ".storage"
        for name in names:
            wanted = name in _REGISTRIES if is_store else name.endswith(_SUFFIXES)
            path = parent / name
            if wanted and path.is_file() and path.stat().st_size <= _LARGEST_BYTES:
                text = path.read_text(encoding="utf-8-sig", errors="replace")
                texts[path.relative_to(folder).as_posix()] = text
    return texts


def _write(files: dict[str, str], into: Path, *, force: bool) -> None:
    there = sorted(path for path in files if (into / path).exists())
    if there and not force:
        shown = ", ".join(there[:3]) + (", …" if there[3:] else "")
        message = f"{into} has {shown} already. Write into another folder, or add --force."
        raise click.ClickException(message)
    for path, text in files.items():
        file = into / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _summary(result: Import) -> dict[str, object]:
    def count(of: Count) -> dict[str, int]:
        return {"found": of.found, "carried": of.carried}

    return {
        "automations": result.automations.found,
        "carried": result.automations.carried,
        "scenes": count(result.scenes),
        "scripts": count(result.scripts),
        "blueprints": count(result.blueprints),
        "variables": sum(len(some) for some in result.variables.values()),
        "left": rows(result.left),
    }


def _show(result: Import) -> None:
    counts = (
        ("automations", result.automations),
        ("scripts", result.scripts),
        ("scenes", result.scenes),
        ("blueprints", result.blueprints),
    )
    show.table(
        ("", "found", "carried", ""),
        (
            (what, str(of.found), str(of.carried), f"{of.carried / of.found:.0%}")
            for what, of in counts
            if of.found
        ),
    )
    if not any(of.found for _, of in counts):
        show.out.print("Nothing of Home Assistant's is in this folder.")
    if not result.left:
        return
    show.out.print()
    show.table(
        ("left out of", "where", "what"),
        (
            (_plain(row.name), _plain(f"{row.file}:{row.line}"), _plain(row.reason))
            for row in result.left
        ),
        title=f"{len(result.left)} part{'s are' if len(result.left) != 1 else ' is'} left",
    )
    often = [(reason, n) for reason, n in Counter(r.reason for r in result.left).most_common(3)]
    if often and often[0][1] > 2:
        show.out.print(f"\nMost often: {often[0][0]} ({often[0][1]} times).", markup=False)


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("[", r"\[")

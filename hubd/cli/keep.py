"""What is kept outside of the hub: `hubd export`, `hubd backup`, `hubd restore`."""

from pathlib import Path

import click
import msgspec

from hubd.cli import show
from hubd.settings import Settings
from hubd.store.reading import log_url

_config = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="hub.toml, which names the database.",
)
_store = click.option("--store", help="The database instead: a file, or a URL as in hub.toml.")
_json = click.option("--json", "as_json", is_flag=True, help="JSON on one line.")


def _url(settings: Settings, store: str | None) -> str:
    return settings.store_url if store is None else log_url(store)


def _files(config: Path | None, settings: Settings) -> dict[str, Path]:
    """Return the configuration's files and folders by their name in a backup."""
    places = {"scenes": settings.scenes.folder}
    if config is not None:
        places["hub.toml"] = config
    if settings.home.file is not None:
        places["home.yaml"] = settings.home.file
    return places


@click.command()
@_config
@_store
@_json
@click.argument("folder", type=click.Path(path_type=Path))
def export(config: Path | None, store: str | None, folder: Path, *, as_json: bool) -> None:
    """Write the log and the history to the new FOLDER, as Parquet. The hub may run."""
    from hubd.store.export import export_parquet  # noqa: PLC0415 - brings duckdb

    url = _url(Settings.load(config), store)
    with show.progress() as bar:
        task = bar.add_task("exporting", total=None)
        done = export_parquet(
            url, folder, lambda now, total: bar.update(task, completed=now, total=total)
        )
    _tell(msgspec.to_builtins(done), as_json=as_json)


@click.command()
@_config
@_store
@_json
@click.argument("archive", type=click.Path(dir_okay=False, path_type=Path))
def backup(config: Path | None, store: str | None, archive: Path, *, as_json: bool) -> None:
    """Write all that the home is to the new file ARCHIVE. The hub may run."""
    from hubd.store.backup import backup as write  # noqa: PLC0415 - seldom needed

    settings = Settings.load(config)
    files = {name: path for name, path in _files(config, settings).items() if path.exists()}
    with show.progress() as bar:
        task = bar.add_task("backing up", total=None)
        manifest = write(
            _url(settings, store),
            archive,
            files,
            lambda table, rows: bar.update(task, description=table, completed=rows),
        )
    told = {"archive": str(archive), "last_event": manifest.last_event, "rows": manifest.rows}
    _tell(told, as_json=as_json)


@click.command()
@_config
@_store
@_json
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(config: Path | None, store: str | None, archive: Path, *, as_json: bool) -> None:
    """Put the home in ARCHIVE in place of this one, which is kept beside it. Stop the hub first."""
    from hubd.store.restore import restore as put_back  # noqa: PLC0415 - seldom needed

    settings = Settings.load(config)
    done = put_back(archive, _url(settings, store), _files(config, settings))
    _tell(msgspec.to_builtins(done), as_json=as_json)


def _tell(told: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        show.as_json(told)
    else:
        show.table(("", ""), ((key, str(value)) for key, value in told.items()))

"""A backup gives the home back, whole or not at all, and keeps what was there before."""

import asyncio
import gzip
import json
import math
import shutil
import sqlite3
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubd.model.events import AreaSet, Event, Reported
from hubd.model.home import Area
from hubd.model.ids import AreaId, EventId, PropertyId
from hubd.store import restore as restoring
from hubd.store import schema
from hubd.store.backup import BackupError, Manifest, backup
from hubd.store.errors import SchemaTooNewError, StoreError, StoreInUseError, StoreUnreachableError
from hubd.store.restore import RestoreError, restore
from hubd.store.snapshots import Snapshot
from hubd.store.store import Store
from hubd.store.writer import GROUP_EVENTS

OLD = Path(__file__).parents[2] / "fixtures" / "store" / "schema_0001.sql"


def said(event_id: int, text: str) -> Event:
    lamp = PropertyId("lamp/1/Text.value")
    return Event(EventId(event_id), event_id, "driver:test", EventId(0), Reported(lamp, text))


EVENTS = [
    Event(EventId(1), 1, "person:ann", EventId(0), AreaSet(Area(AreaId("hall"), "Größe"))),
    *(said(n, f"text {n}") for n in range(2, 1_500)),
]
GROUPS = math.ceil(len(EVENTS) / GROUP_EVENTS)
SNAPSHOT = Snapshot(EventId(1_499), 9, "state/1", bytes(range(256)))


class Home:
    """A home's database and configuration in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "data" / "home.db"
        self.url = f"sqlite:///{self.database}"
        self.places = {"hub.toml": folder / "hub.toml", "scenes": folder / "scenes"}
        self.database.parent.mkdir(parents=True)

    def configure(self, word: str) -> None:
        (self.folder / "hub.toml").write_text(f"# {word}\n")
        scenes = self.folder / "scenes"
        (scenes / "night").mkdir(parents=True)
        (scenes / "hall.yaml").write_text(f"name: {word}\n")
        (scenes / "night" / "küche.yaml").write_text("name: night\n")

    def live(self, events: list[Event]) -> None:
        store = Store.open(self.url)
        asyncio.run(store.commit(events))
        if events is EVENTS:
            asyncio.run(store.save_snapshot(SNAPSHOT))
        store.close()

    def events(self) -> list[Event]:
        store = Store.open(self.url)
        try:
            return list(store.read())
        finally:
            store.close()

    def texts(self) -> dict[str, str]:
        """The content of all files but the database's own."""
        return {
            p.relative_to(self.folder).as_posix(): p.read_text()
            for p in self.folder.rglob("*")
            if p.is_file() and "home.db" not in p.name and p.suffix != ".gz"
        }


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.configure("first")
    home.live(EVENTS)
    return home


@pytest.fixture
def archive(home: Home, tmp_path: Path) -> Path:
    path = tmp_path / "home.tar.gz"
    backup(home.url, path, home.places)
    return path


def test_a_home_restored_elsewhere_is_the_same_home(archive: Path, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    restored = restore(archive, other.url, other.places)
    store = Store.open(other.url)
    assert list(store.read()) == EVENTS
    assert list(store.latest_snapshots()) == [SNAPSHOT]
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM area").scalar() == "Größe"
        assert connection.exec_driver_sql("PRAGMA auto_vacuum").scalar() == 2
    store.close()
    assert other.texts() == {
        "hub.toml": "# first\n",
        "scenes/hall.yaml": "name: first\n",
        "scenes/night/küche.yaml": "name: night\n",
    }
    assert restored.before == ()
    assert restored.manifest.rows["log"] == GROUPS
    assert restored.manifest.last_event == 1_499


def test_what_was_there_before_a_restore_is_kept_beside(archive: Path, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    other.configure("second")
    other.live([said(1, "mine")])
    restored = restore(archive, other.url, other.places)
    assert other.events() == EVENTS
    kept = {Path(p).name.split(".before-")[0]: Path(p) for p in restored.before}
    assert set(kept) == {"home.db", "hub.toml", "scenes"}
    assert kept["hub.toml"].read_text() == "# second\n"
    assert (kept["scenes"] / "hall.yaml").read_text() == "name: second\n"
    store = Store.open(f"sqlite:///{kept['home.db']}")
    assert list(store.read()) == [said(1, "mine")]
    store.close()


def test_a_backup_of_a_running_hub_is_of_one_moment(home: Home, tmp_path: Path) -> None:
    store = Store.open(home.url, group_ms=1)
    later = [said(n, "later") for n in range(1_500, 4_000)]

    def go_on(_table: str, _rows: int) -> None:
        if later:
            store.append(later)
            later.clear()
            asyncio.run(store.commit())

    manifest = backup(home.url, tmp_path / "b.tar.gz", {}, go_on)
    assert store.last_id() == 3_999
    store.close()
    assert manifest.last_event == 1_499
    assert manifest.rows["log"] == GROUPS


def test_a_damaged_database_can_be_restored_over(archive: Path, home: Home) -> None:
    home.database.write_bytes(b"nonsense" * 1_000)
    restored = restore(archive, home.url, home.places)
    assert home.events() == EVENTS
    assert Path(restored.before[0]).read_bytes() == b"nonsense" * 1_000


def test_a_backup_of_the_first_schema_restores_and_is_migrated(tmp_path: Path) -> None:
    old = Home(tmp_path / "old")
    with sqlite3.connect(old.database) as connection:
        connection.executescript(OLD.read_text())
    connection.close()
    assert backup(old.url, tmp_path / "old.tar.gz", {}).schema == "0001"
    other = Home(tmp_path / "other")
    restore(tmp_path / "old.tar.gz", other.url, {})
    assert [e.id for e in other.events()] == [1, 2, 3, 4, 5]


def repack(archive: Path, change: Callable[[Path], None]) -> None:
    """Change the archive's content."""
    folder = archive.with_suffix(".content")
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        tar.extractall(folder, filter="data")
    change(folder)
    with tarfile.open(archive, "w:gz") as tar:
        for name in [*names, *(p.name for p in folder.glob("extra*"))]:
            if (folder / name).exists():
                tar.add(folder / name, name)
    shutil.rmtree(folder)


def alter_an_event(folder: Path) -> None:
    path = folder / "tables" / "log.ndjson"
    path.write_text(path.read_text().replace("text 700", "text 007"))


def drop_a_file(folder: Path) -> None:
    (folder / "files" / "scenes" / "hall.yaml").unlink()


def add_a_file(folder: Path) -> None:
    (folder / "extra").write_text("stowaway")


def drop_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def say_a_wrong_count(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["rows"]["log"] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def unchanged(home: Home) -> Iterator[None]:
    """At its end, the home is as it was."""
    before = home.texts()
    yield
    assert home.texts() == before
    assert home.events() == EVENTS
    assert not list(home.folder.rglob("*.before-*"))
    assert not list(home.folder.rglob(".restore-*"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (alter_an_event, "tables/log.ndjson is not what was backed up"),
        (drop_a_file, "files/scenes/hall.yaml is missing or too much"),
        (add_a_file, "extra is missing or too much"),
        (drop_the_manifest, "manifest.json"),
        (say_a_wrong_count, f"log has {GROUPS} rows, the manifest says {GROUPS + 1}"),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_an_archive_that_is_not_what_was_backed_up_is_refused_and_nothing_changes(
    home: Home, archive: Path, change: Callable[[Path], None], said: str
) -> None:
    repack(archive, change)
    with pytest.raises(RestoreError, match=said):
        restore(archive, home.url, home.places)


@pytest.mark.usefixtures("unchanged")
def test_an_archive_that_does_not_inflate_is_refused_and_nothing_changes(
    home: Home, archive: Path
) -> None:
    tar = gzip.decompress(archive.read_bytes())
    packed = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    half = packed.compress(tar[: len(tar) // 2]) + packed.flush(zlib.Z_SYNC_FLUSH)
    archive.write_bytes(half + b"\x07")  # a block of a type that there is not (RFC 1951, 3.2.3)
    with pytest.raises(RestoreError, match="damaged"):
        restore(archive, home.url, home.places)


@given(where=st.floats(0, 0.999), flip=st.integers(0, 255))
@settings(max_examples=25, deadline=None)
def test_an_archive_cut_or_flipped_anywhere_never_restores_something_else(
    where: float, flip: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("home")
    home = Home(folder / "home")
    home.live(EVENTS[:20])
    archive = folder / "b.tar.gz"
    backup(home.url, archive, {})
    whole = bytearray(archive.read_bytes())
    at = int(where * len(whole))
    archive.write_bytes(whole[:at] if flip == 0 else whole[:at] + bytes([flip]) + whole[at + 1 :])
    home.live([said(21, "after the backup")])
    before = home.events()
    try:
        restore(archive, home.url, {})
    except StoreError:
        assert home.events() == before
    else:
        assert home.events() == EVENTS[:20]  # what was flipped said nothing


@pytest.mark.usefixtures("unchanged")
def test_a_backup_of_a_newer_hubd_is_refused(home: Home, archive: Path) -> None:
    def newer(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps({**manifest, "schema": "9999"}))

    repack(archive, newer)
    with pytest.raises(SchemaTooNewError):
        restore(archive, home.url, home.places)


@pytest.mark.usefixtures("unchanged")
def test_a_running_hub_is_not_restored_over(home: Home, archive: Path) -> None:
    store = Store.open(home.url)
    with pytest.raises(StoreInUseError):
        restore(archive, home.url, home.places)
    store.close()


@pytest.mark.usefixtures("unchanged")
def test_a_file_without_a_place_stops_the_restore(home: Home, archive: Path) -> None:
    with pytest.raises(RestoreError, match="'scenes', and no place is given"):
        restore(archive, home.url, {"hub.toml": home.places["hub.toml"]})


@pytest.mark.usefixtures("unchanged")
def test_a_restore_that_fails_at_its_very_end_puts_everything_back(
    home: Home, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> list[str]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "_keep_sqlite", full)
    with pytest.raises(RestoreError, match="No space left"):
        restore(archive, home.url, home.places)


def test_an_archive_is_for_its_owner_alone_and_never_written_over(
    home: Home, archive: Path
) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BackupError, match="is there already"):
        backup(home.url, archive, home.places)


def test_no_home_and_no_archive_are_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachableError):
        backup(f"sqlite:///{tmp_path}/none.db", tmp_path / "b.tar.gz", {})
    sqlite3.connect(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreUnreachableError, match="no home in it"):
        backup(f"sqlite:///{tmp_path}/empty.db", tmp_path / "b.tar.gz", {})
    with pytest.raises(RestoreError, match=r"none\.tar\.gz"):
        restore(tmp_path / "none.tar.gz", f"sqlite:///{tmp_path}/a.db", {})
    (tmp_path / "text.tar.gz").write_bytes(gzip.compress(b"hello"))
    with pytest.raises(RestoreError, match="is damaged"):
        restore(tmp_path / "text.tar.gz", f"sqlite:///{tmp_path}/a.db", {})
    assert not (tmp_path / "a.db").exists()


def test_the_manifest_names_the_schema_and_the_program(archive: Path) -> None:
    import msgspec

    with tarfile.open(archive) as tar:
        said = tar.extractfile("manifest.json")
        assert said is not None
        manifest = msgspec.json.decode(said.read(), type=Manifest)
    assert manifest.schema == schema.HEAD
    assert set(manifest.rows) >= {"log", "snapshot", "hour", "area", "device", "audit"}

"""What all tests may ask for: the real peers."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from matter_house import MatterHouse, at_hub, matter_lab

from hubd.store.store import Store

POSTGRES_START_S = 30.0
MOSQUITTO_START_S = 10.0


def _postgres_program(name: str) -> str | None:
    if found := shutil.which(name):
        return found
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL of our own on a Unix socket: the URL of its administrator's database."""
    initdb, postgres = _postgres_program("initdb"), _postgres_program("postgres")
    if initdb is None or postgres is None:
        pytest.skip("PostgreSQL is not installed (Debian's package `postgresql`)")
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed (extra `postgres`)")
    folder = Path(tempfile.mkdtemp(prefix="hubd-pg-"))
    become: list[str] = []
    if os.geteuid() == 0:  # it refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
    subprocess.run(
        [*become, initdb, "-D", folder / "data", "-U", "hubd", "-A", "trust", "-E", "UTF8", "-N"],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [
                *become,
                postgres,
                "-D",
                folder / "data",
                "-k",
                folder,
                "-c",
                "listen_addresses=",
                "-F",
            ],
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    try:
        until = time.monotonic() + POSTGRES_START_S
        while True:
            try:
                psycopg.connect(host=str(folder), user="hubd", dbname="postgres").close()
                break
            except psycopg.OperationalError:
                if server.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"PostgreSQL does not start: {(folder / 'log').read_text()}")
                time.sleep(0.05)
        yield f"postgresql+psycopg://hubd@/postgres?host={folder}"
    finally:
        server.send_signal(2)  # a fast shutdown
        server.wait()
        shutil.rmtree(folder)


_databases = count(1)


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The URL of an empty database on the real PostgreSQL."""
    import psycopg

    name = f"home_{next(_databases)}"
    plain = postgres_server.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return postgres_server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The path of a home's database, which is not made yet."""
    return tmp_path / "home.db"


@pytest.fixture
def open_store(database: Path) -> Callable[[], Store]:
    """Open the home's store; whoever asks closes it."""
    return lambda: Store.open(f"sqlite:///{database}", group_ms=1)


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Iterator[Store]:
    """The home's store, open."""
    store = open_store()
    yield store
    store.close()


@dataclass(frozen=True, slots=True)
class Mosquitto:
    """A running broker on the loopback, without accounts; `path` is its scratch folder."""

    port: int
    path: Path

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"


@pytest.fixture
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """A real mosquitto of our own on a free port."""
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("mosquitto is not installed (Debian's package `mosquitto`)")
    path = tmp_path_factory.mktemp("mosquitto")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    config, log = path / "mosquitto.conf", path / "mosquitto.log"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
        "max_queued_messages 0\nmax_inflight_messages 0\n"
    )
    with log.open("wb") as out:
        broker = subprocess.Popen([program, "-c", config], stdout=out, stderr=out)
    try:
        until = time.monotonic() + MOSQUITTO_START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if broker.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"mosquitto does not start: {log.read_text(errors='replace')}")
                time.sleep(0.01)
        yield Mosquitto(port, path)
    finally:
        broker.terminate()
        broker.wait(10)


@pytest.fixture(scope="session")
def matter_server() -> Iterator[MatterHouse]:
    """A Matter server of our own at the end of a cable, started once."""
    with matter_lab() as house:
        yield house


@pytest.fixture(scope="module")
def matter_house(matter_server: MatterHouse) -> Iterator[MatterHouse]:
    """The Matter server, ready; the module's tests are in the hub's network namespace."""
    with at_hub(matter_server) as house:
        yield house


settings.register_profile("default", max_examples=60, deadline=None, derandomize=True)
settings.register_profile("deep", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
"""`deep` looks for what the quick and repeatable one does not find: for after a change of core."""

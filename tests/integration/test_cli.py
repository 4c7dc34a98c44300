"""The command line as people use it: a home is lived, asked about, kept and brought back."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hubd.bench.core import scene_text

PATIENCE_S = 60.0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which no other hub of this machine is found."""
    return {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "COLUMNS": "200"}


def hubd(
    environment: dict[str, str], *arguments: object, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hubd.cli", *map(str, arguments)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, cwd=folder
    )


def told(done: subprocess.CompletedProcess[str]) -> Any:
    """Return what a command that went well printed as its last line."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def until_told(environment: dict[str, str], *arguments: object) -> Any:
    """Ask the hub until it has an answer."""
    ends_s = time.monotonic() + PATIENCE_S
    while (done := hubd(environment, *arguments)).returncode and time.monotonic() < ends_s:
        time.sleep(0.1)
    return told(done)


def test_a_recorded_home_is_lived_and_can_be_asked_meanwhile(
    environment: dict[str, str],
) -> None:
    command = [sys.executable, "-m", "hubd.cli", "demo", "--seconds", "25", "--json"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as demo:
        home = until_told(environment, "devices", "--json")
        why = until_told(environment, "why", "kitchen_lamp", "--json")
        events = until_told(environment, "events", "--json")
        known = until_told(environment, "scenes", "--json")
        scene = known[0]["id"]
        why_not = until_told(environment, "why-not", scene, "--json")
        printed, complaints = demo.communicate(timeout=PATIENCE_S)
    assert demo.returncode == 0, complaints
    assert "Kitchen lamp" in {device["name"] for device in home["devices"]}
    assert why
    assert events
    assert why_not["scene"] == scene
    assert why_not["sentence"].startswith("The scene ")
    summary = json.loads(printed.splitlines()[-1])
    assert set(summary) == {"devices", "events", "scenes_fired", "commands", "confirmed", "why"}
    assert summary["devices"] == 38, "37 of the recording, and the home itself"
    assert summary["scenes_fired"] > 0
    assert 0 < summary["confirmed"] <= summary["commands"]
    assert "because" in summary["why"]


@contextmanager
def running_hub(environment: dict[str, str], config: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "hubd.cli", "run", "--config", str(config)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as hub:
        try:
            yield
            hub.send_signal(signal.SIGTERM)
            assert hub.wait(PATIENCE_S) == 0
        finally:
            hub.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def config_of(folder: Path, port: int) -> Path:
    config = folder / "hub.toml"
    config.write_text(
        f'data = "data"\nrun = "run"\n[broker]\nport = {port}\n[api]\nport = 0\n'
        '[scenes]\nfolder = "scenes"\n'
    )
    return config


def test_a_scene_is_begun_waits_through_a_restart_and_is_ended(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "calm.yaml").write_text(
        "scene: Calm evening\nthen: [{wait: 1 h}, {tell: good night}]\n"
    )
    config = config_of(tmp_path, free_port())
    at = ("--socket", tmp_path / "run" / "hub.sock", "--json")
    with running_hub(environment, config):
        [before] = until_told(environment, "scenes", *at)
        told(hubd(environment, "begin", "Calm evening", *at))
        slip = hubd(environment, "begin", "Calm evenin", *at)
    assert before["state"] == "idle"
    assert slip.returncode == 1
    assert 'Did you mean "Calm evening"?' in " ".join(slip.stderr.split())
    with running_hub(environment, config):
        [again] = until_told(environment, "scenes", *at)
        assert told(hubd(environment, "questions", *at)) == []
        told(hubd(environment, "end", "calm", *at))
        [after] = told(hubd(environment, "scenes", *at))
    assert (again["state"], after["state"]) == ("waiting", "idle")


def test_what_a_home_lived_is_replayed_exported_and_restored(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    port = free_port()
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "bench.yaml").write_text(scene_text(1))
    config = config_of(tmp_path, port)
    here = ("--config", config, "--json")
    load = [sys.executable, "-m", "firmware_sim", "load", "--pairs", "1", "--json"]
    load += ["--broker", f"mqtt://127.0.0.1:{port}"]
    with running_hub(environment, config):
        socket_path = tmp_path / "run" / "hub.sock"
        until_told(environment, "devices", "--socket", socket_path, "--json")
        subprocess.run([*load, "--announce-only"], check=True, capture_output=True)
        subprocess.run([*load, "--announced", "--first-reaction"], check=True, capture_output=True)
        rate = ("--announced", "--rate", "20", "--seconds", "2")
        subprocess.run([*load, *rate], check=True, capture_output=True)
        live = ("--socket", socket_path, "--json")
        near = told(hubd(environment, "why-not", "bench", *live))
        nothing, drawn = tmp_path / "nothing", tmp_path / "what_if.svg"
        nothing.mkdir()
        tried = ("--scenes", nothing, "--picture", drawn)
        asked = told(hubd(environment, "what-if", *tried, *live))
        kept = told(hubd(environment, "backup", *here, tmp_path / "home.tar.gz"))
        exported = told(hubd(environment, "export", *here, tmp_path / "out"))
    assert near["nearest"] in {"began", "stood"}
    assert sum(use["before"] for use in asked["scenes"]) >= 20
    assert sum(use["after"] for use in asked["scenes"]) == 0
    assert drawn.read_text().startswith("<svg")
    assert exported["events"] >= kept["last_event"] > 0
    assert list((tmp_path / "out" / "events").rglob("*.parquet"))

    database = tmp_path / "data" / "hub.db"
    lived = told(hubd(environment, "replay", database, "--json", "--quiet"))
    assert lived["commands"] >= 20
    assert lived["scenes_fired"] >= 20
    restored = told(hubd(environment, "restore", *here, tmp_path / "home.tar.gz"))
    assert any("hub.db.before-" in str(path) for path in restored["before"])
    again = told(hubd(environment, "replay", database, "--json", "--quiet"))
    assert again["digest"] == lived["digest"]
    other = tmp_path / "none"
    other.mkdir()
    without = told(hubd(environment, "replay", database, "--scenes", other, "--json", "--quiet"))
    assert without["scenes_fired"] == 0
    same = told(hubd(environment, "what-if", "--log", database, "--scenes", other, "--json"))
    assert sum(use["before"] for use in same["scenes"]) >= 20
    assert sum(thing["before"]["times"] for thing in same["things"]) > 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("demmo",), 2, "Did you mean 'demo'?"),
        (("devices", "--socket", "none.sock"), 3, "Start it with `hubd run`"),
        (("check", "scenes"), 1, 'hall.yaml:2:1: no key "whem" here; did you mean "when"?'),
        (("replay", "none.db"), 1, "none.db"),
        (("run", "--config", "none.toml"), 1, "none.toml"),
    ],
)
def test_a_slip_is_named_with_its_mend_and_its_exit_code(
    tmp_path: Path,
    environment: dict[str, str],
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "hall.yaml").write_text("scene: Hall\nwhem: {occupied: hall}\n")
    done = hubd(environment, *arguments, folder=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr

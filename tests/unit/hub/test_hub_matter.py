"""Who runs the Matter server, and where the driver looks for it."""

from pathlib import Path

import pytest

from drivers.matter.managed.options import MatterServerOptions
from hubd.matter import matter_server, options_of
from hubd.settings import DriversSettings, MatterSettings, Settings


def settings(folder: Path, **more: object) -> Settings:
    return Settings.model_validate({"data": folder, "run": folder, **more})


def test_without_a_word_nobody_runs_a_server(tmp_path: Path) -> None:
    plain = settings(tmp_path)
    assert matter_server(plain) is None
    assert options_of(plain) == {}


def test_a_managed_server_is_where_the_driver_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    managed = settings(tmp_path, matter=MatterSettings(managed=True, port=5599))
    assert options_of(managed) == {"matter": {"server": "ws://127.0.0.1:5599/ws"}}
    running = matter_server(managed)
    assert running is not None
    running.close()


def test_what_the_owner_says_of_the_server_stands(tmp_path: Path) -> None:
    own = DriversSettings(options={"matter": {"server": "ws://other:1/ws"}})
    managed = settings(tmp_path, matter=MatterSettings(managed=True), drivers=own)
    assert options_of(managed)["matter"]["server"] == "ws://other:1/ws"


def test_a_service_manager_runs_the_server_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/nowhere")
    assert matter_server(settings(tmp_path, matter=MatterSettings(managed=True))) is None


def test_certificates_for_tests_are_taken_by_an_explicit_word_alone(tmp_path: Path) -> None:
    plain = MatterServerOptions(tmp_path).arguments(tmp_path, tmp_path)
    assert "--enable-test-net-dcl" not in plain
    assert "--bluetooth-adapter" not in plain
    options = MatterServerOptions(tmp_path, test_certificates=True, bluetooth=0, interface="eth0")
    said = options.arguments(tmp_path, tmp_path)
    assert "--enable-test-net-dcl" in said
    assert said[said.index("--bluetooth-adapter") + 1] == "0"
    assert said[said.index("--primary-interface") + 1] == "eth0"

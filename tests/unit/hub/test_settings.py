"""hub.toml: what it says is taken, and what is wrong in it is named."""

from pathlib import Path

import pytest

from hubd.app import _mqtt_settings
from hubd.model.errors import ConfigError
from hubd.settings import Settings


def written(folder: Path, text: str) -> Path:
    path = folder / "hub.toml"
    path.write_text(text)
    return path


def test_an_unknown_key_is_named_with_the_nearest_valid_one(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r'\[mqtt\] ulr: there is no such key; did you mean "url"'
    ):
        Settings.load(written(tmp_path, '[mqtt]\nulr = "mqtt://broker"\n'))


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        Settings.load(written(tmp_path, "[api]\nport = 99999\n[store]\nkeep_days = 0\n"))
    assert "[api] port" in str(caught.value)
    assert "[store] keep_days" in str(caught.value)


def test_what_is_not_toml_is_refused_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"is not TOML.*line 1"):
        Settings.load(written(tmp_path, "port: 8420\n"))


def test_a_missing_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--config"):
        Settings.load(tmp_path / "none.toml")


def test_relative_paths_count_from_the_file(tmp_path: Path) -> None:
    settings = Settings.load(written(tmp_path, 'data = "d"\n[home]\nfile = "home.yaml"\n'))
    assert settings.home.file == tmp_path / "home.yaml"
    assert settings.scenes.folder == tmp_path / "scenes"
    assert settings.store_url == f"sqlite:///{tmp_path}/d/hub.db"


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBD_API__PORT", "8500")
    settings = Settings.load(written(tmp_path, "[api]\nport = 8421\n"))
    assert settings.api.port == 8500


def test_a_password_is_never_printed(tmp_path: Path) -> None:
    settings = Settings.load(written(tmp_path, '[mqtt]\npassword = "hunter2"\n'))
    assert "hunter2" not in repr(settings)


def test_dialects_and_bind_keys_reach_the_mqtt_driver_and_no_key_is_printed(tmp_path: Path) -> None:
    key = "231d39c1d7cc1ab1aee224cd096db932"
    text = (
        '[mqtt]\ndialects = ["homie", "theengs"]\n'
        f'[mqtt.bind_keys]\n"A4:C1:38:AA:BB:CC" = "{key}"\n'
    )
    settings = Settings.load(written(tmp_path, text))
    mqtt = _mqtt_settings(settings, "mqtt://127.0.0.1:1883")

    assert mqtt.dialects == ("homie", "theengs")
    assert mqtt.bind_keys == {"A4:C1:38:AA:BB:CC": key}
    assert key not in repr(settings) + repr(mqtt)

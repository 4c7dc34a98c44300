"""How each broker program is configured and understood, apart from running it."""

import logging
from pathlib import Path

import pytest

from drivers.broker.errors import BrokerOptionsError
from drivers.broker.options import BrokerOptions, LanListener, Saves
from drivers.broker.programs import BrokerProgram, Mosquitto, NatsServer

MOSQUITTO = Mosquitto(Path("/usr/sbin/mosquitto"))
NATS = NatsServer(Path("/usr/bin/nats-server"))


@pytest.mark.parametrize(
    ("program", "line", "level"),
    [
        (MOSQUITTO, "Error: Address already in use", logging.ERROR),
        (MOSQUITTO, "Warning: Invalid persistent db", logging.WARNING),
        (MOSQUITTO, "mosquitto version 2.0.11 starting", logging.DEBUG),
        (NATS, "[42] [FTL] cannot listen", logging.ERROR),
        (NATS, "[42] [ERR] client closed", logging.ERROR),
        (NATS, "[42] [WRN] slow consumer", logging.WARNING),
        (NATS, "[42] [INF] Server is ready", logging.DEBUG),
    ],
)
def test_what_a_program_complains_of_is_logged_as_such(
    program: BrokerProgram, line: str, level: int
) -> None:
    assert program.level(line) == level


@pytest.mark.parametrize(
    ("saves", "word"), [(Saves.EACH_CHANGE, "true"), (Saves.EACH_SECOND, "false")]
)
def test_mosquitto_saves_when_it_is_told_to(saves: Saves, word: str) -> None:
    config = MOSQUITTO.config(BrokerOptions(Path("/data"), saves=saves), 1883)
    assert f"autosave_on_changes {word}\n" in config


def test_a_certificate_without_its_key_is_refused(tmp_path: Path) -> None:
    users, certificate = tmp_path / "users", tmp_path / "cert.pem"
    users.touch()
    certificate.touch()
    lan = LanListener("0.0.0.0", users, certificate=certificate)
    with pytest.raises(BrokerOptionsError, match="its key"):
        MOSQUITTO.config(BrokerOptions(tmp_path, lan=lan), 1883)


def test_a_missing_password_file_is_named(tmp_path: Path) -> None:
    lan = LanListener("0.0.0.0", tmp_path / "users")
    with pytest.raises(BrokerOptionsError, match=str(tmp_path / "users")):
        MOSQUITTO.config(BrokerOptions(tmp_path, lan=lan), 1883)

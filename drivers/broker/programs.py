"""The programs that can be the broker: how each is configured, started and understood."""

import logging
import shutil
import sys
from pathlib import Path
from typing import Protocol

from drivers.broker.errors import BrokerMissingError, BrokerOptionsError
from drivers.broker.options import BrokerOptions, LanListener, Saves

LOOPBACK = "127.0.0.1"


class BrokerProgram(Protocol):
    """One program: pure text in, pure text out. `EmbeddedBroker` runs it."""

    @property
    def name(self) -> str:
        """The program's name, for people."""
        ...

    def config(self, options: BrokerOptions, port: int) -> str:
        """Return its configuration file, listening on `port` of the loopback.

        Raises:
            BrokerOptionsError: the options ask for what it cannot do.

        """
        ...

    def command(self, config: Path) -> tuple[str, ...]:
        """Return the command line that runs it with that file."""
        ...

    def level(self, line: str) -> int:
        """Return the logging level of a line that it printed."""
        ...


class Mosquitto:
    """Eclipse Mosquitto 2: MQTT 5 and 3.1.1. Configuration: mosquitto.conf(5)."""

    name = "mosquitto"

    def __init__(self, program: Path) -> None:
        self._program = program

    def config(self, options: BrokerOptions, port: int) -> str:
        """Return a mosquitto.conf that saves whatever is retained, queued or subscribed."""
        lines = [
            "per_listener_settings true",
            "log_dest stderr",
            "log_timestamp false",
            "log_type error",
            "log_type warning",
            "log_type notice",
            "connection_messages false",
            # As root, mosquitto would become another user, who cannot write to the folder.
            "user root",
            "persistence true",
            f"persistence_location {options.folder}/",
            f"autosave_on_changes {'true' if options.saves is Saves.EACH_CHANGE else 'false'}",
            "autosave_interval 1",
            # Without it a small message waits for the acknowledgement of the one before: 12-40 ms.
            "set_tcp_nodelay true",
            f"max_packet_size {options.max_packet_bytes}",
            f"max_inflight_messages {options.max_inflight_messages}",
            f"max_queued_messages {options.max_queued_messages}",
            f"max_queued_bytes {options.max_queued_bytes}",
            f"listener {port} {LOOPBACK}",
            "allow_anonymous true",
        ]
        if options.lan is not None:
            lines += _lan(options.lan)
        return "\n".join(lines) + "\n"

    def command(self, config: Path) -> tuple[str, ...]:
        """Return the command line that runs it with that file."""
        return (str(self._program), "-c", str(config))

    def level(self, line: str) -> int:
        """Return the level that the line's first word tells."""
        if line.startswith("Error"):
            return logging.ERROR
        # That it runs as root, when the hub does, is what the configuration asks of it.
        warns = line.startswith("Warning") and "run as root" not in line
        return logging.WARNING if warns else logging.DEBUG


def _lan(lan: LanListener) -> list[str]:
    for file in (lan.password_file, lan.certificate, lan.key):
        if file is not None and not file.is_file():
            raise BrokerOptionsError(
                f"The broker's door to the network needs {file}, which is not there",
                mend="Write passwords with: mosquitto_passwd -c FILE NAME",
            )
    if (lan.certificate is None) != (lan.key is None):
        raise BrokerOptionsError("TLS needs a certificate and its key", mend="Give both or none")
    lines = [
        f"listener {lan.port} {lan.host}",
        "allow_anonymous false",
        f"password_file {lan.password_file}",
    ]
    if lan.certificate is not None:
        lines += [f"certfile {lan.certificate}", f"keyfile {lan.key}", "tls_version tlsv1.2"]
    return lines


class NatsServer:
    """nats-server with its MQTT 3.1.1 gateway: docs.nats.io, "MQTT" and "MQTT configuration".

    It closes the connection of a client that uses a topic with a space in it.
    """

    name = "nats-server"

    def __init__(self, program: Path) -> None:
        self._program = program

    def config(self, options: BrokerOptions, port: int) -> str:
        """Return a configuration whose sessions and retained messages live in files (JetStream)."""
        if options.lan is not None:
            raise BrokerOptionsError(
                "nats-server has one MQTT door only, so it cannot serve the network beside the hub",
                mend="Install mosquitto, or name a broker of your own",
            )
        return f"""\
server_name: hubd
host: {LOOPBACK}
port: -1
max_payload: {options.max_packet_bytes}
max_pending: {options.max_queued_bytes}
logtime: false
jetstream {{ store_dir: "{options.folder}", max_memory_store: 64MB, max_file_store: 1GB }}
mqtt {{
  host: {LOOPBACK}
  port: {port}
  max_ack_pending: {options.max_inflight_messages}
}}
"""

    def command(self, config: Path) -> tuple[str, ...]:
        """Return the command line that runs it with that file."""
        return (str(self._program), "--config", str(config))

    def level(self, line: str) -> int:
        """Return the level that the line's tag tells."""
        if "[ERR]" in line or "[FTL]" in line:
            return logging.ERROR
        return logging.WARNING if "[WRN]" in line else logging.DEBUG


def find_program() -> BrokerProgram:
    """Return mosquitto where it is installed, else the nats-server that came as a wheel.

    Raises:
        BrokerMissingError: there is neither.

    """
    program = find_mosquitto() or find_nats_server()
    if program is None:
        raise BrokerMissingError(
            "There is no MQTT broker on this machine",
            mend="Install one (apt-get install mosquitto), or name your own in hub.toml",
        )
    return program


def find_mosquitto() -> Mosquitto | None:
    """Return the mosquitto of this machine; Debian keeps it where only root's PATH looks."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    return Mosquitto(Path(found)) if found else None


def find_nats_server() -> NatsServer | None:
    """Return the nats-server beside the running Python (the extra `broker`), or on the PATH."""
    beside = Path(sys.prefix, "bin", "nats-server")
    found = str(beside) if beside.is_file() else shutil.which("nats-server")
    return NatsServer(Path(found)) if found else None

"""Where the API listens, and to whom."""

import ipaddress
import socket
from dataclasses import dataclass
from pathlib import Path

from hubd.model.errors import ConfigError


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """How the API is reached. Raises ConfigError if that would lay passwords open on the network.

    `host` is an address to listen on; beyond loopback it needs TLS (`tls_certificate` and
    `tls_key`, PEM files), or `allow_plain_lan`. `hosts` are further names that the hub goes by
    (behind a proxy, say). `socket` is the Unix socket of the command line; None is none. `port` 0
    takes a free one.
    """

    host: str = "127.0.0.1"
    port: int = 8420
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    allow_plain_lan: bool = False
    hosts: tuple[str, ...] = ()
    socket: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what is not safe or not whole."""
        if (self.tls_certificate is None) != (self.tls_key is None):
            missing = "tls_key" if self.tls_key is None else "tls_certificate"
            raise ConfigError(
                f"api.{missing} is missing", mend="TLS needs both the certificate and its key."
            )
        if not 0 <= self.port <= 65535:
            raise ConfigError(f"api.port is {self.port}", mend="Write 1 to 65535, or 0 for any.")
        if not (self.tls or self.allow_plain_lan or self._is_loopback()):
            raise ConfigError(
                f"api.host is {self.host!r}: others on the network reach it, and there is no TLS",
                mend="Set api.tls_certificate and api.tls_key; or api.allow_plain_lan = true, if "
                "passwords may cross this network in the clear; or api.host = '127.0.0.1'.",
            )

    @property
    def tls(self) -> bool:
        """Say whether TLS is set up."""
        return self.tls_certificate is not None

    def _is_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def knows_host(self, header: str) -> bool:
        """Say whether `header` (a Host header) names this hub.

        A page of another site can point its own name at our address (DNS rebinding), but not an
        address or one of our names.
        """
        name = _without_port(header).casefold().rstrip(".")
        try:
            ipaddress.ip_address(name)
        except ValueError:
            pass
        else:
            return True
        machine = socket.gethostname().casefold()
        own = {"localhost", "hubd.local", machine, f"{machine}.local", self.host.casefold()}
        return name in own or name in {h.casefold() for h in self.hosts}


def _without_port(header: str) -> str:
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.rpartition(":")[0] if header.count(":") == 1 else header

"""How to reach the broker, and how the hub shows itself there."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from hubd.model.errors import ConfigError


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """A broker's address and credentials. The password is not shown by `repr`.

    `ca_file`, `certificate_file`, `key_file` are for TLS; without `ca_file` the system's roots are
    trusted. `keepalive_s`: how long a silent connection is believed in.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    username: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    client_id: str = "hubd"
    keepalive_s: int = 30
    prefix: str = "homeassistant"
    """Where devices announce themselves."""
    birth: bool = True
    """Publish `online` to `<prefix>/status`, upon which devices announce themselves anew."""
    status_topic: str = "hubd/status"
    """Where the hub's own `online` and, as its last will, `offline` are retained."""
    announcements_per_minute: int = 60_000
    """New ones beyond these wait their turn."""
    dialects: tuple[str, ...] | None = None
    """The manners of announcing that are listened to, by name; None is all of them."""
    bind_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What Bluetooth sensors encrypt with: MAC address -> key in hexadecimal digits."""
    memory: Path | None = None
    """The file in which what is learnt of devices' rhythms is kept; None is nowhere."""

    @classmethod
    def from_url(cls, url: str, *, client_id: str = "hubd") -> Self:
        """Return the settings of `mqtt://[user[:password]@]host[:port]`, or `mqtts://` for TLS.

        Raises ConfigError for any other address.
        """
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname or port == -1:
            what = f"{url!r} is no broker's address"
            raise ConfigError(
                what, mend="Write mqtt://user:password@host:1883, or mqtts:// for TLS"
            )
        tls = parts.scheme == "mqtts"
        return cls(
            host=parts.hostname,
            port=port or (8883 if tls else 1883),
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
            client_id=client_id,
        )

    @property
    def where(self) -> str:
        """The broker's address, without the credentials, for people to read."""
        return f"mqtt{'s' if self.tls else ''}://{self.host}:{self.port}"

    def tls_context(self) -> ssl.SSLContext | None:
        """Return the TLS context, or None without TLS. Raises OSError for a missing file."""
        if not self.tls:
            return None
        context = ssl.create_default_context(cafile=self.ca_file)
        if self.certificate_file is not None:
            context.load_cert_chain(self.certificate_file, self.key_file)
        return context

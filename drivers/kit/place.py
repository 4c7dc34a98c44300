"""Where a thing is, as a person writes it: read to a host and a port. Pure."""

import re
from urllib.parse import urlsplit

from drivers.kit.errors import AdoptionError

_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,20})?")


def place(said: str, usual: int) -> tuple[str, int]:
    """Return the host and the port that an address names, the `usual` port if it names none.

    It may be `host`, `host:port`, `[2001:db8::1]:port`, a bare IPv6 address or a URL. Raises
    AdoptionError for what is none.
    """
    said = said.strip()
    if said.count(":") > 1 and "[" not in said and "//" not in said:
        said = f"[{said}]"
    try:
        parts = urlsplit(said if "//" in said else f"//{said}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or port == 0 or _HOST.fullmatch(host) is None:
        raise AdoptionError(
            f"{said[:80]!r} is no address",
            mend=f"write it as 192.168.1.20, or with its port as 192.168.1.20:{usual or 8000}",
        )
    return host, port or usual

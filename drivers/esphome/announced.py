"""What an ESPHome device says of itself by mDNS. Pure.

Source: the TXT records of https://github.com/esphome/esphome (components/mdns): `mac`, `version`,
`friendly_name`, `board`, `project_name`, `project_version`, and `api_encryption`, which names the
Noise protocol and is there only where a key is set.
"""

from drivers.kit.errors import MalformedError
from drivers.kit.found import Found, Need, Trust
from drivers.kit.identity import mac, told
from drivers.kit.sighting import Sighting

SERVICE = "_esphomelib._tcp.local."
PORT = 6053
ADDRESS = "address"
KEY = "key"
PASSWORD = "password"  # noqa: S105

_NEEDS_KEY = Need(
    KEY,
    "Encryption key",
    pattern=r"[A-Za-z0-9+/]{43}=",
    hint="In the device's configuration, under `api: encryption: key:`; 44 characters.",
)
_NEEDS_PASSWORD = Need(
    PASSWORD,
    "Password",
    optional=True,
    hint="Only if the device's configuration has an `api: password:`. Better: give it a key.",
)


def announced(sighting: Sighting) -> Found | None:
    """Return the device that a sighting shows; None if it is none of ESPHome's, or gone.

    Raises MalformedError if it does not tell its MAC address.
    """
    if sighting.service.casefold() != SERVICE or sighting.gone:
        return None
    texts = sighting.texts
    identity = mac(texts.get("mac", ""))
    if identity is None:
        said = texts.get("mac", "")[:40]
        raise MalformedError(f"{sighting.name[:80]!r} announces {said!r}, which is no MAC address")
    encrypted = "api_encryption" in texts
    maker, model = made_by(texts.get("project_name", ""), "", texts.get("board", ""))
    host = sighting.name.removesuffix(f".{sighting.service}")
    return Found(
        key=identity.removeprefix("mac:"),
        name=texts.get("friendly_name") or host.replace("-", " ").replace("_", " "),
        maker=maker,
        model=model,
        version=texts.get("version", ""),
        address=sighting.address,
        port=sighting.port or PORT,
        identities=told(identity),
        trust=Trust.KEYED if encrypted else Trust.OPEN,
        needs=(_NEEDS_KEY,) if encrypted else (_NEEDS_PASSWORD,),
    )


def made_by(project: str, maker: str, board: str) -> tuple[str, str]:
    """Return maker and model: those of the project (`Maker.Model`) if there is one."""
    owner, dot, model = project.partition(".")
    return (owner, model) if dot and owner and model else (maker, board)

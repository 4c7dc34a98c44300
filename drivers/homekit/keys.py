"""The setup code, and the keys that come of it. Pure."""

import re

import msgspec
from msgspec import Struct

from drivers.kit.errors import AdoptionError, MalformedError

WHERE = "it stands on the accessory, its box or its manual"
_DIGITS = re.compile(r"(\d{3})-?(\d{2})-?(\d{3})")


class Keys(Struct, frozen=True):
    """Who the accessory is, and who the hub is to it. A secret."""

    accessory_id: str
    accessory_key: str
    hub_id: str
    hub_secret: str
    hub_key: str

    def __repr__(self) -> str:
        """Return it without the secret."""
        return f"Keys({self.accessory_id!r})"

    def text(self) -> str:
        """Return them as they are kept."""
        return msgspec.json.encode(self).decode()

    def as_dict(self) -> dict[str, str]:
        """Return them as aiohomekit has them."""
        return {
            "AccessoryPairingID": self.accessory_id,
            "AccessoryLTPK": self.accessory_key,
            "iOSPairingId": self.hub_id,
            "iOSDeviceLTSK": self.hub_secret,
            "iOSDeviceLTPK": self.hub_key,
        }


def read_keys(secret: str) -> Keys:
    """Read the keys that were kept. Raises MalformedError, which holds nothing of them."""
    try:
        return msgspec.json.decode(secret, type=Keys)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise MalformedError("the keys of a HomeKit accessory are damaged") from None


def setup_code(said: str) -> str:
    """Return a setup code as XXX-XX-XXX. Raises AdoptionError."""
    digits = _DIGITS.fullmatch(said.strip().replace(" ", ""))
    if digits is None:
        raise AdoptionError("a setup code has eight digits, as 031-45-154", mend=WHERE)
    return "-".join(digits.groups())

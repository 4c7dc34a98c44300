"""What can go wrong with drivers and what they talk to.

DriverError
├── ManifestError     a driver.toml is wrong
├── OptionError       an option of hub.toml is not what the driver can take
├── AdoptionError     a found thing could not be adopted
│   └── AlreadyAdoptedError   it is one that is adopted
├── ErrandError       what a person asked of a driver could not be done
├── LinkError         a link could not be made, or is lost; it is tried again
│   └── AccessError   the thing does not let the hub in any more: a person must mend it
├── RefusedError      a command that the thing or the driver cannot carry out
└── MalformedError    bytes or values that are not what the protocol says
"""

from typing import ClassVar

from hubd.model.errors import HubError

LONGEST = 600
"""Characters of an error's text."""


def one_line(said: str) -> str:
    """Return a text as one printable line that a log can hold, whoever the words in it are from."""
    if len(said) <= LONGEST and said.isprintable():
        return said
    line = "".join(c if c.isprintable() else " " for c in said[:LONGEST])
    return line if len(said) <= LONGEST else f"{line}…"


class DriverError(HubError):
    """The root of the drivers' errors."""

    code: ClassVar[str] = "driver"

    def __init__(self, what: str, *, mend: str = "") -> None:
        super().__init__(one_line(what), mend=mend)


class ManifestError(DriverError):
    """A driver's manifest is wrong."""

    code = "driver.manifest"


class OptionError(DriverError):
    """What hub.toml says for a driver cannot be; `key` is the option."""

    code = "driver.option"

    def __init__(self, key: str, what: str, *, mend: str = "") -> None:
        super().__init__(what, mend=mend)
        self.key = key


class AdoptionError(DriverError):
    """A found thing could not be adopted: a wrong code, or it does not answer."""

    code = "driver.adoption"


class AlreadyAdoptedError(AdoptionError):
    """What was to be adopted turns out to be a thing that is, and that is reached."""

    code = "driver.adopted"


class ErrandError(DriverError):
    """An errand could not be run: nothing answered in time, or it is not so that it could be."""

    code = "driver.errand"


class LinkError(DriverError):
    """A link could not be made, or is lost. It is tried again by itself."""

    code = "driver.link"


class AccessError(LinkError):
    """The thing does not let the hub in: its key, code or token is another one now."""

    code = "driver.access"


class RefusedError(DriverError):
    """A command cannot be carried out."""

    code = "driver.refused"


class MalformedError(DriverError):
    """Something that came in is not what the protocol says."""

    code = "driver.malformed"

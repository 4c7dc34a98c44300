"""What can be wrong with what devices send, announce, or are asked over MQTT.

MqttError
├── DiscoveryError   an announcement that cannot be read
├── TemplateError    a template that is not understood
├── UnreadableError  a message that does not say what its announcement promised
└── UnwritableError  a command that the device has no message for
"""

from typing import ClassVar

from drivers.kit.errors import one_line
from hubd.model.errors import HubError


class MqttError(HubError):
    """The root of this driver's errors."""

    code: ClassVar[str] = "mqtt"

    def __init__(self, what: str, *, mend: str = "") -> None:
        super().__init__(one_line(what), mend=mend)


class DiscoveryError(MqttError):
    """An announcement cannot be read."""

    code = "mqtt.discovery"


class TemplateError(MqttError):
    """A template is not understood, or asks for more than it may."""

    code = "mqtt.template"


class UnreadableError(MqttError):
    """A message does not say what its announcement promised."""

    code = "mqtt.unreadable"


class UnwritableError(MqttError):
    """A command cannot be put into a message that the device understands."""

    code = "mqtt.unwritable"


def excerpt(data: object, length: int = 60) -> str:
    """Return the beginning of `data` in one printable line, for an error's text."""
    text = repr(data[: length + 1] if isinstance(data, str | bytes) else data)
    return text if len(text) <= length else f"{text[:length]}…"

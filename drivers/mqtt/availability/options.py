"""Where a component says whether it can be reached, from its announcement's options. Pure."""

from collections.abc import Callable

from drivers.mqtt.discovery import abbreviations
from drivers.mqtt.discovery.options import Options
from drivers.mqtt.errors import DiscoveryError
from drivers.mqtt.part import Reach
from drivers.mqtt.payload import MISSING, Missing, Payload, rendered


def reach(options: Options) -> Reach | None:
    """Return where availability is told, or None if nowhere.

    Raises DiscoveryError or TemplateError.
    """
    mode = options.text("availability_mode", "latest")
    if mode not in {"all", "any", "latest"}:
        raise DiscoveryError(f"availability_mode is {mode!r}, not all, any or latest")
    records = [
        Options(abbreviations.expanded(r, abbreviations.OPTIONS))
        for r in options.records("availability")
    ]
    topics = [(_topic(r, "topic"), _meaning(r, "value_template")) for r in records]
    if "availability_topic" in options:
        told = (_topic(options, "availability_topic"), _meaning(options, "availability_template"))
        topics.append(told)
    return Reach(tuple(topics), mode) if topics else None


def _topic(options: Options, key: str) -> str:
    topic = options.topic(key)
    if not topic:
        raise DiscoveryError("an availability without its topic")
    return topic


def _meaning(options: Options, template: str) -> Callable[[Payload], bool | Missing]:
    source = options.template(template)
    meant: dict[str, bool] = {
        options.text("payload_not_available", "offline"): False,
        options.text("payload_available", "online"): True,
    }
    if source is None:
        return lambda payload: meant.get(payload.text, MISSING)
    evaluate = source
    return lambda payload: meant.get(rendered(evaluate(payload)), MISSING)

"""Typed access to what a component's announcement says, with errors that name the option."""

from collections.abc import Callable, Collection, Mapping

from drivers.mqtt.errors import DiscoveryError, TemplateError, excerpt
from drivers.mqtt.payload import Payload, rendered
from drivers.mqtt.template import compile_template


class Options:
    """The options of one component. Every getter raises DiscoveryError for a wrong type."""

    def __init__(self, options: Mapping[str, object]) -> None:
        self._options = options

    def __contains__(self, key: str) -> bool:
        return self._options.get(key) is not None

    def is_null(self, key: str) -> bool:
        """Say whether the option is given as null, which means "has none of this"."""
        return key in self._options and self._options[key] is None

    def text(self, key: str, default: str = "") -> str:
        """Return a text; numbers and booleans are written out, as payloads often are given so."""
        value = self._options.get(key)
        if value is None:
            return default
        if isinstance(value, str | int | float):
            return rendered(value)
        raise self._wrong(key, "a text")

    def number(self, key: str, default: float) -> float:
        """Return a number."""
        found = self.maybe_number(key)
        return default if found is None else found

    def maybe_number(self, key: str) -> float | None:
        """Return a number, or None if the option is not given."""
        value = self._options.get(key)
        if value is None:
            return None
        if not isinstance(value, bool) and isinstance(value, int | float | str):
            try:
                return float(value)
            except ValueError:
                pass
        raise self._wrong(key, "a number")

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false; the words that Home Assistant takes for them are taken too."""
        value = self._options.get(key)
        if value is None:
            return default
        word = rendered(value).lower()
        if word in {"true", "1", "yes", "on", "enable"}:
            return True
        if word in {"false", "0", "no", "off", "disable"}:
            return False
        raise self._wrong(key, "true or false")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; a single one counts as a list of one."""
        value = self._options.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(i, str | int | float) for i in items):
            raise self._wrong(key, "a list of texts")
        return tuple(rendered(i) for i in items)

    def records(self, key: str) -> list[Mapping[str, object]]:
        """Return a list of objects; a single one counts as a list of one."""
        value = self._options.get(key)
        if value is None:
            return []
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(i, dict) for i in items):
            raise self._wrong(key, "a list of objects")
        return [i for i in items if isinstance(i, dict)]

    def topic(self, key: str) -> str:
        """Return a topic to subscribe to, which may have wildcards, or "" if none is given.

        Raises DiscoveryError for what is no topic filter (MQTT 5.0, section 4.7).
        """
        topic = self.text(key)
        if "\0" in topic or len(topic.encode(errors="replace")) > 65535:
            raise self._wrong(key, "an MQTT topic")
        levels = topic.split("/")
        if "#" in "/".join(levels[:-1]) or any(len(v) > 1 and set(v) & {"#", "+"} for v in levels):
            raise self._wrong(key, "an MQTT topic")
        return topic

    def target(self, key: str) -> str:
        """Return a topic to publish to, or "". Raises DiscoveryError for wildcards too."""
        topic = self.topic(key)
        if "#" in topic or "+" in topic:
            raise self._wrong(key, "a topic without wildcards")
        return topic

    def template(
        self, key: str, variables: Collection[str] = ()
    ) -> Callable[[Payload], object] | None:
        """Return the template compiled, or None if there is none. Raises TemplateError."""
        source = self.text(key)
        if not source:
            return None
        try:
            return compile_template(source, variables)
        except TemplateError as error:
            raise TemplateError(f"{key} {excerpt(source)}: {error.what}") from None

    def _wrong(self, key: str, wanted: str) -> DiscoveryError:
        value = excerpt(self._options.get(key))
        return DiscoveryError(f"{key} is {value}, not {wanted}")

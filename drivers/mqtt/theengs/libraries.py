"""The field's decoders of advertisements, loaded beside the event loop when first wanted.

They bring some 30 MB and take half a second to load, which no lamp should wait for. What is heard
meanwhile is heard again: advertisements repeat.
"""

import logging
from collections.abc import Callable
from importlib import import_module
from threading import Thread

from drivers.mqtt.errors import MqttError


class UnavailableError(MqttError):
    """A decoder cannot be loaded."""

    code = "mqtt.decoder"


class Library[T]:
    """Something that takes long to load."""

    def __init__(self, name: str, load: Callable[[], T], mend: str) -> None:
        self._name = name
        self._load = load
        self._mend = mend
        self._thread: Thread | None = None
        self._loaded: T | None = None
        self._error = ""

    def get(self) -> T | None:
        """Return it, or None while it is being loaded. Raises UnavailableError."""
        if self._error:
            raise UnavailableError(self._error, mend=self._mend)
        if self._thread is None:
            self._thread = Thread(target=self._run, name=f"load {self._name}", daemon=True)
            self._thread.start()
        return self._loaded

    def wait(self) -> None:
        """Wait until it is loaded or turned out to be unavailable."""
        if self._thread is None and not self._error:
            self._thread = Thread(target=self._run, name=f"load {self._name}", daemon=True)
            self._thread.start()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        # What a decoder finds wrong with a neighbour's sensor is not for the hub's own log.
        logging.getLogger(self._name).setLevel(logging.CRITICAL)
        try:
            import_module(self._name)
            self._loaded = self._load()
        except ImportError as error:
            self._error = f"{self._name} is not installed ({error})"

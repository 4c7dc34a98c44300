"""Firmware updates. Source: https://www.home-assistant.io/integrations/update.mqtt/."""

from collections.abc import Sequence

from drivers.mqtt.codec import number, text
from drivers.mqtt.draft import Draft
from drivers.mqtt.payload import MISSING, Payload, rendered
from hubd.model.device import DeviceType
from hubd.model.value import Value

_FIELDS = {"installed_version": "Update.installed", "latest_version": "Update.latest"}


def update(draft: Draft) -> DeviceType:
    """Add the installed and the newest version, the progress, and the installing."""
    options = draft.options
    if state := options.topic("state_topic"):
        for name in (*_FIELDS.values(), "Update.progress"):
            draft.add(name)
        record = draft.record("value_template", "installed_version")
        words, percent = text().read, number().read

        def read(payload: Payload) -> Sequence[tuple[str, Value]]:
            told = record(payload)
            values = [(name, words(told.get(key, MISSING))) for key, name in _FIELDS.items()]
            values.append(("Update.progress", percent(told.get("update_percentage", MISSING))))
            return [(name, value) for name, value in values if value is not MISSING]

        draft.splits(state, read)
    if latest := options.topic("latest_version_topic"):
        if not draft.has("Update.latest"):
            draft.add("Update.latest")
        latest_source = draft.source("latest_version_template")

        def read_latest(payload: Payload) -> Value:
            return rendered(latest_source(payload)) if latest_source else payload.text

        draft.reads(latest, "Update.latest", read_latest)
    if "payload_install" in options:
        draft.action("Update.install", "command_topic", options.text("payload_install"))
    return DeviceType.UPDATE

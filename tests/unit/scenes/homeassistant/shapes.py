"""A table of shapes: what Home Assistant's YAML says -> what the scene says."""

import yaml

from scenes.homeassistant.importer import Import, import_folder


def imported(text: str, **others: str) -> Import:
    """Import one file of automations, with `others` (name of the file without .yaml -> text)."""
    files = {f"{name}.yaml": other for name, other in others.items()}
    return import_folder({"automations.yaml": text, **files})


def plain(text: str) -> object:
    """Return YAML as plain data in which `on` and `off` are words."""
    return yaml.load(text, Loader=yaml.BaseLoader)


def worded(data: object) -> object:
    """Return plain data with all scalars as the words that they are written with."""
    if isinstance(data, dict):
        return {str(key): worded(value) for key, value in data.items()}
    if isinstance(data, list):
        return [worded(item) for item in data]
    return str(data).lower() if isinstance(data, bool) else str(data)


def automation(trigger: str = "", condition: str = "", action: str = "") -> str:
    """Return an automation with these parts; what is not given is something plain."""
    parts = {
        "trigger": trigger or "[{platform: sun, event: sunset}]",
        "condition": condition or "[]",
        "action": action or "[{service: light.turn_on, entity_id: light.hall}]",
    }
    lines = ["- alias: It"]
    for key, text in parts.items():
        lines.append(f"  {key}:")
        lines += [f"    {line}" for line in text.strip("\n").splitlines()]
    return "\n".join(lines) + "\n"

"""What is said to people: notifications and speech as `tell`."""

from collections.abc import Iterator

from scenes.homeassistant.jinja import is_template
from scenes.homeassistant.job import Job
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Items, Keys, Place, plain, words
from scenes.homeassistant.steps import Step
from scenes.homeassistant.templates import text_of

_PICTURES = frozenset(
    {
        "image",
        "photo",
        "video",
        "file",
        "attachment",
        "camera",
        "entity_id",
        "images",
        "attachments",
    }
)
_BUTTONS = frozenset({"actions", "keyboard", "inline_keyboard", "action_data"})
_QUIET = frozenset({"clear_notification", "delete_alert", "remove_channel"})


def is_message(domain: str, service: str) -> bool:
    """Say whether `domain.service` says something to people."""
    return (
        domain in {"notify", "tts"}
        or (domain, service) == ("persistent_notification", "create")
        or (domain == "telegram_bot" and service in {"send_message", "edit_message"})
        or (domain == "assist_satellite" and service == "announce")
    )


def tell(domain: str, service: str, action: Keys, data: Keys, job: Job) -> list[Step]:
    """Return the steps that say it. What goes with a message and cannot be is left by raising."""
    message = data.get("message")
    if isinstance(message, str) and message in _QUIET:
        job.note("messages are not taken back")
        return []
    if isinstance(message, str) and message.startswith(("command_", "request_location")):
        raise NotCarriedError(f'a command to a phone ("{message}")')
    text = text_of(message if message is not None else "", job)
    title = data.get("title")
    if title is not None and plain(title).strip():
        text = f"{text_of(title, job)}: {text}" if text else text_of(title, job)
    if not text:
        raise NotCarriedError("a message without a text")
    for key, place in _extras(data):
        with job.at(place):
            if key in _BUTTONS:
                raise NotCarriedError("buttons below a message")
            if key in _PICTURES:
                raise NotCarriedError("a picture with a message")
    to = list(_hearers(domain, service, action, data, job))
    if not to:
        return [{"tell": text}]
    return [{"tell": {"to": hearer, "text": text}} for hearer in to]


def _extras(data: Keys) -> Iterator[tuple[str, Place]]:
    inner = data.get("data")
    if isinstance(inner, Keys):
        for key, value in inner.items():
            if key == "entity_id" and not plain(value).startswith("camera."):
                continue
            yield key, inner.at(key)
    for key in ("inline_keyboard", "keyboard"):
        if key in data:
            yield key, data.at(key)


def _hearers(domain: str, service: str, action: Keys, data: Keys, job: Job) -> Iterator[str]:
    if domain in {"tts", "assist_satellite"}:
        yield from _speakers(action, data, job)
        return
    target = action.get("target")
    named = [service]
    if isinstance(target, Keys):
        named += words(target.get("entity_id"))
    named += words(data.get("entity_id")) if service == "send_message" else []
    if "alexa" in service or "google_assistant" in service:
        speakers = data.get("target")
        if isinstance(speakers, str | Items):
            for word in words(speakers):
                yield job.names.word(job.names.entity(word)) if "." in word else word.casefold()
            return
    for person in sorted(job.names.people):
        if any(person.replace(" ", "_") in name for name in named):
            yield person


def _speakers(action: Keys, data: Keys, job: Job) -> Iterator[str]:
    given = data.get("media_player_entity_id")
    if given is None and action.get("target") is None:
        given = data.get("entity_id", action.get("entity_id"))
    target = action.get("target")
    if given is None and isinstance(target, Keys):
        given = target.get("entity_id")
    if is_template(given):
        raise NotCarriedError("a speaker that is worked out")
    for word in words(given):
        if word == "all":
            yield "all speakers"
        elif not word.startswith("tts."):
            for member in job.names.members(job.names.entity(word)):
                yield job.names.word(member)

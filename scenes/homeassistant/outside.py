"""What comes from outside: MQTT messages, events, web hooks, tags, sentences, the hub's start."""

import re
from collections.abc import Iterator

from scenes.homeassistant.job import Fact, Job
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.marked import Keys, plain, words
from scenes.homeassistant.pressing import deconz_press, press_word, pressed_item
from scenes.homeassistant.states import States

_VALUE_OF_KEY = re.compile(r"\{\{\s*value_json(?:\.(\w+)|\[['\"](\w+)['\"]\])\s*\}\}")
_PRESS_TOPIC = re.compile(r"zigbee2mqtt/(.+?)(/action|/click)?")
_STARTS = frozenset({"homeassistant_start", "homeassistant_started"})
_SAYS_WHICH = ("actionName", "action", "id", "name", "type", "button_name", "command")


def hub(item: Keys, job: Job) -> Iterator[Fact]:
    """Read the start of the hub."""
    del job
    if plain(item.get("event")) != "start":
        raise NotCarriedError("the end of the hub: nothing runs then")
    yield Fact({"started": True}, "", "")


def mqtt(item: Keys, job: Job) -> Iterator[Fact]:
    """Read an MQTT message; the press of a button of zigbee2mqtt is one."""
    del job
    topic, payload = plain(item.get("topic")), item.get("payload")
    if not topic or "{{" in topic:
        raise NotCarriedError("an MQTT topic that is worked out")
    said = None if payload is None else plain(payload)
    template = item.get("value_template")
    key = _VALUE_OF_KEY.fullmatch(str(template).strip()) if template is not None else None
    device = _PRESS_TOPIC.fullmatch(topic)
    if device is not None and (device[2] or (key and (key[1] or key[2]) in {"action", "click"})):
        word = device[1].replace("_", " ").casefold()
        yield _varying(pressed_item(word, said or ""), said is None, word)
        return
    if template is not None:
        raise NotCarriedError("a template that takes a message apart")
    message: States = {"topic": topic}
    message |= {} if said is None else {"payload": said}

    def vary(key: str, value: str) -> States | None:
        return {"message": {"topic": topic, "payload": value}} if key == "payload" else None

    yield Fact({"message": message}, "", "", vary=vary if said is None else None)


def _varying(item: States, is_open: bool, word: str) -> Fact:
    def vary(key: str, value: str) -> States | None:
        return pressed_item(word, value) if key in {"action", "click", "payload"} else None

    return Fact(item, "", "", vary=vary if is_open else None)


def event(item: Keys, job: Job) -> Iterator[Fact]:
    """Read an event: of a remote, a timer, a phone's button, or any other by its name."""
    data = item.get("event_data")
    told = data if isinstance(data, Keys) else Keys(item.place)
    for kind in words(item.get("event_type")):
        if "{{" in kind:
            raise NotCarriedError("an event whose name is worked out")
        with job.at(item.at("event_type")):
            yield _event(kind, told, job)


def _event(kind: str, data: Keys, job: Job) -> Fact:  # noqa: C901, PLR0911 - one case a kind
    match kind:
        case "timer.finished" | "timer.started" | "timer.cancelled" if words(data.get("entity_id")):
            return _timer(
                kind.partition(".")[2], job.names.entity(words(data["entity_id"])[0]), job
            )
        case "zha_event" | "lutron_caseta_button_event" | "hue_event" | "shelly.click":
            return _remote(data, job)
        case "deconz_event":
            press = deconz_press(plain(data.get("event")))
            word = plain(data.get("id")).replace("_", " ").casefold()
            if not word:
                raise NotCarriedError("an event of a remote that is not named")

            def vary(key: str, value: str) -> States | None:
                return pressed_item(word, deconz_press(value)) if key == "event" else None

            return Fact(pressed_item(word, press), "", "", vary=None if press else vary)
        case "xiaomi_aqara.click":
            word = job.names.word(job.names.entity(plain(data.get("entity_id"))))
            return Fact(pressed_item(word, plain(data.get("click_type"))), "", "")
        case "tag_scanned":
            return Fact({"called": plain(data.get("tag_id")) or "tag"}, "", "")
        case _ if kind in _STARTS:
            return Fact({"started": True}, "", "")
        case "state_changed" | "call_service" | "automation_triggered" | "script_started":
            raise NotCarriedError(f'the event "{kind}": name the state that matters instead')
        case "telegram_command" | "telegram_callback" | "telegram_text":
            return _called(plain(data.get("command") or data.get("data")) or kind)
    which = next((plain(data[key]) for key in _SAYS_WHICH if data.get(key) is not None), "")
    if data and not which:
        raise NotCarriedError(f'the data of the event "{kind}"')

    if which:
        return _called(which)

    def told(key: str, value: str) -> States | None:
        return {"called": value} if key in _SAYS_WHICH else None

    return Fact({"called": kind}, "", "", vary=told)


def _called(name: str) -> Fact:
    return Fact({"called": name}, "", "")


def _timer(what: str, entity: str, job: Job) -> Fact:
    word = job.library.timer(entity).word
    state = {"finished": "finished", "started": "active", "cancelled": "idle"}[what]
    item: States = {"property": {"of": word, "name": "Select.option", "is": state}}
    return Fact(item, "", "", entity)


def _remote(data: Keys, job: Job) -> Fact:
    word = _remote_word(data, job)
    said = (data.get(key) for key in ("command", "action", "type", "click_type", "event_type"))
    kind = press_word(plain(next((one for one in said if one is not None), "")))
    button = plain(data.get("subtype") or data.get("button_type") or data.get("button_number"))
    press = " ".join(part for part in (button, kind) if part)

    def vary(key: str, value: str) -> States | None:
        return pressed_item(word, value) if key in {"command", "action", "type"} else None

    return Fact(pressed_item(word, press), "", "", vary=vary if not press else None)


def _remote_word(data: Keys, job: Job) -> str:
    for key in ("device_ieee", "serial", "device_id", "unique_id", "id"):
        value = data.get(key)
        if value is None:
            continue
        text = plain(value)
        if key == "device_id":
            return job.names.device(text)
        if key == "id":
            return text.replace("_", " ").casefold()
        return job.names.marked(text)
    raise NotCarriedError("an event of a remote that is not named")


def webhook(item: Keys, job: Job) -> Iterator[Fact]:
    """Read a call of a web hook."""
    del job
    name = plain(item.get("webhook_id"))
    if not name or "{{" in name:
        raise NotCarriedError("a web hook without a plain name")
    yield _called(name)


def tag(item: Keys, job: Job) -> Iterator[Fact]:
    """Read a tag that is scanned."""
    del job
    for name in words(item.get("tag_id")):
        yield _called(name)


def conversation(item: Keys, job: Job) -> Iterator[Fact]:
    """Read sentences that are said to the home."""
    commands = item.get("command")
    for sentence in [commands] if isinstance(commands, str) else words(commands):
        if "{" in sentence:
            raise NotCarriedError("a sentence with a gap in it")
        if any(sign in sentence for sign in "[]()|"):
            job.note("of a sentence with variants in it, name each that you say")
        yield _called(sentence)
